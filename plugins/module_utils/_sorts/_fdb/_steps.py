# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to forwarding entries."""

import errno
import typing as t

from ..._record import Draft
from ..._resources import Have
from ..._steps._lines import line
from ..._steps._step import Step, Touched
from ..._steps._world import World
from ..._ways import Lifeline
from ._state import FIELD, PERMANENT, Forwarding, link

WORD = "forwarding entry"

_REMEDIES = {
    errno.EOPNOTSUPP: "master: ip -d link show dev {0} shows whether it is a port of a bridge, as master=true needs, and of which "
    "kind it is: not all have entries of their own",
    errno.EAFNOSUPPORT: "dst: {0} has far ends of the other address family; give an address like that of its remote or local",
    errno.EINVAL: "ip -d link show dev {0} shows of which kind it is: a vxlan takes entries with dst, a VLAN has to be one of the "
    "port's (bridge vlan show), and a bridge's own entries are permanent",
}


class _OfForwarding(t.NamedTuple):
    forwarding: Forwarding
    old: t.Optional[Forwarding] = None
    """What it is changed from."""

    @property
    def netns(self) -> t.Optional[str]:
        return self.forwarding.netns

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield FIELD, self.forwarding.id

    def cuts(self, lifeline: Lifeline, have: Have) -> str:
        """Frames to the next hop go elsewhere."""
        new, old = self.forwarding, self.old
        if new.lladdr not in lifeline.macs or (old is not None and _leads(old) == _leads(new)):
            return ""
        on = link(new.id)
        held = have.links.get(on)
        bridge = (on[0], str(held.attributes.get("master"))) if held else on
        if on not in lifeline.links and (not new.master or bridge not in lifeline.links):
            return ""
        if self.is_end:
            # Without an entry, a bridge sends frames to all ports.
            turns = bool(new.dst)
        elif new.master:
            turns = on not in lifeline.links or type_of(new) == PERMANENT
        else:
            turns = bool(new.dst) or (held is not None and held.kind == "bridge")
        return "{0} is the Ethernet address of its next hop".format(new.lladdr) if turns else ""

    @property
    def is_end(self) -> bool:
        return False

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        told = _REMEDIES.get(number or 0)
        return told.format(self.forwarding.dev) if told else Step().remedy(cause, number)


class AddForwarding(_OfForwarding, Step):
    field = FIELD

    def command(self) -> str:
        return _putting(self.forwarding)

    def inverse(self) -> t.List[Step]:
        return [DeleteForwarding(self.forwarding)]

    def take_effect(self, world: World) -> None:
        world.things[FIELD][self.forwarding.id] = self.forwarding

    def enter(self, draft: Draft) -> None:
        draft.add(FIELD, self.forwarding.id)


class SetForwarding(_OfForwarding, Step):
    field = FIELD

    def command(self) -> str:
        return _putting(self.forwarding)

    def inverse(self) -> t.List[Step]:
        return [SetForwarding(self.old, self.forwarding)] if self.old else []

    def take_effect(self, world: World) -> None:
        if self.old:
            world.things[FIELD].pop(self.old.standing.id, None)
        world.things[FIELD][self.forwarding.id] = self.forwarding


class DeleteForwarding(_OfForwarding, Step):
    field = FIELD

    @property
    def is_end(self) -> bool:
        return True

    def command(self) -> str:
        gone = self.forwarding.standing
        return line(self.netns, "fdb", "delete", *_id_words(gone), *_far_words(gone), program="bridge")

    def inverse(self) -> t.List[Step]:
        return [AddForwarding(self.forwarding)]

    def take_effect(self, world: World) -> None:
        world.things[FIELD].pop(self.forwarding.id, None)

    def strike(self, draft: Draft) -> None:
        draft.discard(FIELD, self.forwarding.id)


def verb(forwarding: Forwarding) -> str:
    """Return what puts an entry where it may be already: beside those to other far ends, or in the place of the one there is.

    Some drivers replace nothing that a device has of its own.
    """
    return "append" if forwarding.has_several or not (forwarding.master or forwarding.dst) else "replace"


def type_of(forwarding: Forwarding) -> str:
    """Return the type of an entry of which none is said. A permanent one on a port is for the bridge itself."""
    return forwarding.type or ("static" if forwarding.master else PERMANENT)


def text(forwarding: Forwarding) -> str:
    """Return what tells an entry from others, as ``bridge`` takes it."""
    far = _far_words(forwarding) if forwarding.has_several else _numbers(forwarding, "src_vni")
    return " ".join([*_id_words(forwarding), *far])


def facts(forwarding: Forwarding) -> t.Dict[str, str]:
    named = zip(("dst", "port", "vni", "via"), map(str, forwarding.far))
    far = {} if forwarding.has_several else dict(named)
    flags = {name: str(bool(getattr(forwarding, name))).lower() for name in ("sticky", "extern_learn")}
    return {"type": str(forwarding.type), "device": forwarding.standing.dev, **far, **flags}


def _putting(wanted: Forwarding) -> str:
    forwarding = wanted.standing
    words = [*_id_words(forwarding), type_of(forwarding), *_far_words(forwarding)]
    words += [name for name in ("sticky", "extern_learn") if getattr(forwarding, name)]
    return line(forwarding.netns, "fdb", verb(forwarding), *words, program="bridge")


def _id_words(forwarding: Forwarding) -> t.List[str]:
    whose = "master" if forwarding.master else "self"
    return [forwarding.lladdr, "dev", forwarding.dev, whose, *_numbers(forwarding, "vlan")]


def _far_words(forwarding: Forwarding) -> t.List[str]:
    words = ["dst", forwarding.dst] if forwarding.dst else []
    words += _numbers(forwarding, "port", "vni", "src_vni")
    return words + (["via", forwarding.via] if forwarding.via else [])


def _numbers(forwarding: Forwarding, *names: str) -> t.List[str]:
    return [word for name in names if getattr(forwarding, name) for word in (name, str(getattr(forwarding, name)))]


def _leads(forwarding: Forwarding) -> t.Tuple[t.Any, ...]:
    return (forwarding.far, forwarding.type, forwarding.at)
