# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to sysctls, those of links among them."""

import shlex
import typing as t

from ... import _sysctls, _values
from ..._record import Draft
from ..._resources import Have, Link, LinkId, Sysctl
from ..._steps._address import AddAddress, in_order_of_giving
from ..._steps._step import Step, Touched
from ..._steps._world import World
from ..._ways import Lifeline
from .._route._steps import AddRoute
from ._state import FIELD

WORD = "sysctl"


class _Setting(t.NamedTuple):
    sysctl: Sysctl
    old: t.Optional[Sysctl]
    """None: not known, because what has it is made by the same plan."""
    usual: str = ""
    """What a device that the same plan makes has of it before the step."""
    back: bool = False
    """It becomes what it was before this collection set it."""
    links: t.Tuple[Link, ...] = ()
    """Those that lose their IPv6 addresses and routes by it, as they were."""


class SetSysctl(_Setting, Step):
    field = FIELD

    @property
    def netns(self) -> t.Optional[str]:
        return self.sysctl.netns

    @property
    def key(self) -> str:
        return self.sysctl.key

    @property
    def value(self) -> str:
        return self.sysctl.value

    def command(self) -> str:
        return _line(self.netns, self.key, self.value)

    def inverse(self) -> t.List[Step]:
        if self.old is None or not self.old.value:
            return []
        steps: t.List[Step] = [SetSysctl(self.old, self.sysctl)]
        steps += [PutSysctl(self.netns, key, value) for key, value in self.old.along.items()]
        for link in self.links:
            lost = [each for each in link.addresses if ":" in each.address and not each.automatic]
            steps += [AddAddress(link.netns, link.name, address) for address in in_order_of_giving(lost)]
            steps += [AddRoute(route) for route in link.routes if route.family == _values.IPV6]
        return steps

    def settings_along(self) -> t.Iterator[str]:
        """Yield what the kernel sets along of each device, such as ``ipv4/forwarding``."""
        for pattern in _sysctls.along(self.key):
            _net, family, _folder, _name, setting = pattern.split("/")
            yield family + "/" + setting

    def take_effect(self, world: World) -> None:
        world.things[FIELD][self.sysctl.id] = self.sysctl

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield FIELD, self.sysctl.id

    @property
    def disturbs(self) -> t.Optional[LinkId]:
        return _sysctls.link(*self.sysctl.id) if _sysctls.turns_ipv6_off(self.key, self.value) else None

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        if self.disturbs is None or not any(way.family == _values.IPV6 for way in lifeline.ways):
            return ""
        return lifeline.links.get(self.disturbs, "")

    def enter(self, draft: Draft) -> None:
        if not self.back:
            draft.add_sysctl(self.sysctl, self.old.value if self.old else self.usual)

    def strike(self, draft: Draft) -> None:
        if self.back:
            draft.sysctls.pop(self.sysctl.id, None)

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        return _refused(self.key, self.value)


class _Return(t.NamedTuple):
    netns: t.Optional[str]
    key: str
    value: str


class PutSysctl(_Return, Step):
    """Gives back a sysctl that another step takes along, or the link that had it."""

    field = FIELD

    def command(self) -> str:
        return _line(self.netns, self.key, self.value)

    def inverse(self) -> t.List[Step]:
        return []

    def take_effect(self, world: World) -> None:
        """Change nothing that a forecast tells of."""

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        return _refused(self.key, self.value)


def put_sysctls(link: Link) -> t.Iterator[Step]:
    """Yield the steps that give a link its sysctls back. They come before it is up, because they say what happens then."""
    for setting, value in sorted(link.sysctls.items()):
        yield PutSysctl(link.netns, _sysctls.of_device(link.name, setting), value)


def text(sysctl: Sysctl) -> str:
    return sysctl.key


def facts(sysctl: Sysctl) -> t.Dict[str, str]:
    return {"value": sysctl.value}


def _line(netns: t.Optional[str], key: str, value: str) -> str:
    where = ["ip", "netns", "exec", netns] if netns else []
    return " ".join(shlex.quote(word) for word in [*where, "sysctl", "-w", key + "=" + value])


def _refused(key: str, value: str) -> str:
    """Return what to do where the kernel does not take a value."""
    return "sysctl: the kernel does not take {0!r} for {1}; sysctl -a shows what it has".format(value, key)
