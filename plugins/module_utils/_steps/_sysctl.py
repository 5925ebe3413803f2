# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to the sysctls of links, and what all steps about sysctls say."""

import shlex
import typing as t

from .._resources import Link
from ._step import Step
from ._world import World


class _Setting(t.NamedTuple):
    netns: t.Optional[str]
    name: str
    setting: str
    """Such as ``ipv4/rp_filter``."""
    value: str


class PutSysctl(_Setting, Step):
    """Gives a link that is made again, or that moves back, a sysctl that it had."""

    @property
    def key(self) -> str:
        return sysctl_key(self.name, self.setting)

    def command(self) -> str:
        return sysctl_line(self.netns, self.key, self.value)

    def inverse(self) -> t.List[Step]:
        return []

    def take_effect(self, world: World) -> None:
        """Change nothing that a forecast tells of."""

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        return refused(self.key, self.value)


def sysctl_key(name: str, setting: str) -> str:
    """Return the whole key of a device's sysctl, with slashes, because the device's name may have dots in it."""
    family, _slash, rest = setting.partition("/")
    return "net/{0}/conf/{1}/{2}".format(family, name, rest)


def put_sysctls(link: Link) -> t.Iterator[Step]:
    """Yield the steps that give a link its sysctls back. They come before it is up, because they say what happens then."""
    for setting, value in sorted(link.sysctls.items()):
        yield PutSysctl(link.netns, link.name, setting, value)


def sysctl_line(netns: t.Optional[str], key: str, value: str) -> str:
    where = ["ip", "netns", "exec", netns] if netns else []
    return " ".join(shlex.quote(word) for word in [*where, "sysctl", "-w", key + "=" + value])


def refused(key: str, value: str) -> str:
    """Return what to do where the kernel does not take a value."""
    return "sysctl: the kernel does not take {0!r} for {1}; sysctl -a shows what it has".format(value, key)
