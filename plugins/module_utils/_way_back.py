# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a host's state as it was once, and what leads back to it. Pure."""

import base64
import typing as t

from . import _errors, _files, _record, _resources
from ._kinds import _catalog, _underlay, _veth
from ._record import Record
from ._resources import Have, Link, LinkId, Namespace, Want
from ._sorts._sysctl._steps import SetSysctl, put_sysctls
from ._states import _registry
from ._steps._step import Step

LONGEST = 24 * 3600
"""Seconds."""

_COMMON = frozenset(option.name for option in _catalog.ANY.common)


class Checkpoint(t.NamedTuple):
    """A host's state, to be brought back at a time unless that is called off."""

    name: str
    token: str
    """Tells it from others of the same name."""
    boot: str
    """Of which boot of the host it is; after a reboot it is of no use."""
    deadline: float
    """On the monotonic clock of that boot, in seconds."""
    timeout: int
    have: Have
    record: Record


class Outcome(t.NamedTuple):
    """What became of a checkpoint whose time ran out."""

    when: str
    """The local time, for people."""
    timeout: int
    operations: t.List[str]
    failures: t.List[str]
    """What could not be brought back, as text."""


class Wish(t.NamedTuple):
    """What the module is asked for."""

    name: str
    state: str
    timeout: int


def parse(params: t.Mapping[str, t.Any]) -> Wish:
    """Return what the module's options ask for; raise BadOption where that can't be right."""
    name = _files.check_name(params["name"])
    if not 1 <= params["timeout"] <= LONGEST:
        raise _errors.BadOption(
            "timeout", "{0} is not a number of seconds from 1 to {1}".format(params["timeout"], LONGEST)
        )
    return Wish(name, params["state"], params["timeout"])


# The way back


def restore(checkpoint: Checkpoint, now: Have, record: Record) -> Want:
    """Return what brings the former state back.

    It names all that there was, and by ``override`` the end of what this collection created since. What others did since
    stays, where it does not stand in the way.

    :arg now: all that the host has, and who lives in namespaces that are new. :arg record: what was created until now.
    """
    then = checkpoint.have
    links: t.Dict[LinkId, Link] = {}
    sources: t.Dict[LinkId, t.Optional[str]] = {}
    taken: t.Set[LinkId] = set()
    for id_, link in then.links.items():
        wanted = _wanted(link, then)
        place = _moved_to(link, then, now, taken) if id_ not in now.links else None
        if place is not None:
            sources[id_] = place[0]
            taken.add(place)
        elif id_ not in now.links and wanted.kind is None:
            # Hardware that was taken out, or what only the program that made it can make again.
            continue
        if link.name not in _catalog.FALLBACKS:
            links[id_] = wanted
    known = {*record.links, *((place, id_[1]) for id_, place in sources.items())}
    # An end of a pair that was moved goes when the pair is made again.
    known.update(_veth.peer_of(link) for id_, link in now.links.items() if id_ in then.links)
    beside: t.Dict[str, t.Any] = {field: _registry.there(field, then) for field in _registry.BESIDE_LINKS}
    for field in _registry.THROUGH_LINKS:
        beside[field] = {id_: each for id_, each in beside[field].items() if _has_ways(field, each, then, links, now)}
    for field in _registry.OF_LINKS:
        beside[field] = {id_: each for id_, each in beside[field].items() if _has_link(field, id_, links, now)}
    return Want(
        namespaces={name: Namespace(name) for name in [*then.namespaces, *_inhabited(then, now, known)]},
        links=links,
        sources=sources,
        purged=frozenset(links).intersection(checkpoint.record.links),
        force=True,
        override=True,
        **beside,
    )


def _wanted(link: Link, then: Have) -> Link:
    kind = _catalog.KINDS.get(str(link.kind))
    addresses = tuple(address for address in link.addresses if not address.automatic)
    if kind is None or link.attributes.get("persist") is False or (kind.name == "veth" and not _has_peer(link, then)):
        common = {name: value for name, value in link.attributes.items() if name in _COMMON}
        return Link(link.netns, link.name, None, common, addresses)
    at_home = {_underlay.NAME: None} if kind.option(_underlay.NAME) else {}
    values = {**at_home, **{name: value for name, value in link.attributes.items() if name != "persist"}}
    return Link(link.netns, link.name, link.kind, values, addresses, data=link.data)


def _has_peer(link: Link, then: Have) -> bool:
    """Return whether both ends of a pair were seen. Of one that came or went meanwhile, one end may know the other alone."""
    peer = then.links.get(_veth.peer_of(link))
    return peer is not None and _veth.peer_of(peer) == link.id


def _moved_to(link: Link, then: Have, now: Have, taken: t.Container[LinkId]) -> t.Optional[LinkId]:
    """Return the place where a link is that is missing at its own; a pair is made again instead.

    :arg taken: what was found for others.
    """
    if link.kind in ("veth", "loopback"):
        return None
    strange = (id_ for id_ in now.links if id_ not in then.links and id_ not in taken)
    return next((id_ for id_ in strange if _is_like(link, now.links[id_])), None)


def _is_like(link: Link, other: Link) -> bool:
    return (link.name, link.kind, link.attributes.get("mac")) == (other.name, other.kind, other.attributes.get("mac"))


def _inhabited(then: Have, now: Have, known: t.Container[LinkId]) -> t.List[str]:
    """Return the namespaces that are new and that others use: those stay. :arg known: the links that are ours or leave."""
    theirs = (link for id_, link in now.links.items() if id_ not in known and id_[1] not in _catalog.FALLBACKS | {"lo"})
    used = {place for link in theirs for place in (link.netns, _underlay.home(link))}
    return [
        name
        for name, namespace in now.namespaces.items()
        if name not in then.namespaces and (namespace.processes or name in used)
    ]


def _has_ways(field: str, thing: t.Any, then: Have, links: t.Container[LinkId], now: Have) -> bool:
    """Return whether what a thing leads through will be there."""
    return all(way in links or way in now.links for way in _registry.ways(field, thing, then))


def _has_link(field: str, id_: t.Any, links: t.Container[LinkId], now: Have) -> bool:
    """Return whether the link whose own a thing is will be there."""
    link = _registry.link(field, id_)
    return link is None or link in links or link in now.links


def lost_sysctls(checkpoint: Checkpoint, now: Have, moved: t.Container[LinkId], done: t.Iterable[Step]) -> t.List[Step]:
    """Return the steps that give links the sysctls back that they have lost.

    They are new ones or were elsewhere, or the steps that are ``done`` took theirs along.
    """
    steps: t.List[Step] = []
    along = {(step.netns, setting) for step in done if isinstance(step, SetSysctl) for setting in step.settings_along()}
    for id_, then in checkpoint.have.links.items():
        there = now.links.get(id_)
        if there is not None:
            is_new = id_ in moved or there.ifindex != then.ifindex
            lost = {
                name: value
                for name, value in then.sysctls.items()
                if there.sysctls.get(name) != value and (is_new or (id_[0], name) in along)
            }
            steps += put_sysctls(then._replace(sysctls=lost))
    return steps


def parts(want: Want) -> t.Iterator[Want]:
    """Yield a want piece by piece, each to be done by itself where all at once can't be."""
    empty = Want(purged=want.purged, force=True, created=want.created)
    places, *inside = _registry.FIELDS
    ended = map(_registry.absent, reversed(inside))
    for field in (places, *ended, *inside, _registry.absent(places)):
        things = getattr(want, field)
        # Hardware first, which the way to the host is most likely to lead through.
        for id_ in sorted(things, key=lambda id_: things[id_].kind is not None) if field == "links" else things:
            if field == "links":
                ends = [end for end in (id_, _veth.peer_of(things[id_])) if end in things]
                sources = {end: want.sources[end] for end in ends if end in want.sources}
                yield empty._replace(links={end: things[end] for end in ends}, sources=sources)
            else:
                alone: t.Any = (id_,) if isinstance(things, tuple) else {id_: things[id_]}
                yield empty._replace(**{field: alone})


def record_after(checkpoint: Checkpoint, record: Record) -> Record:
    """Return the former record, with what is known now of the links in it, which may have been made again.

    What was chosen for a link is as before, for the way back names all of its options.
    """
    return checkpoint.record._replace(
        links={
            id_: record.links.get(id_, made)._replace(chosen=made.chosen)
            for id_, made in checkpoint.record.links.items()
        }
    )


# As text. JSON has fewer types than there are here.

_TYPES: t.Dict[str, t.Any] = {
    type_.__name__: type_
    for type_ in (Checkpoint, Outcome, Record, _record.Made, _record.MadeRoute, _record.MadeSysctl)
}
_TYPES.update({name: type_ for name, type_ in vars(_resources).items() if hasattr(type_, "_fields")})
_TYPES.update({"tuple": lambda *items: items, "frozenset": lambda *items: frozenset(items), "dict": lambda *i: dict(i)})


def pack(value: t.Any) -> t.Any:
    """Return a value of the types above as JSON has it."""
    if isinstance(value, bytes):
        return {"is": "bytes", "of": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {"is": "dict", "of": [pack(pair) for pair in value.items()]}
    if isinstance(value, list):
        return [pack(item) for item in value]
    if isinstance(value, (tuple, frozenset)):
        return {"is": type(value).__name__, "of": [pack(item) for item in value]}
    return value


def unpack(value: t.Any) -> t.Any:
    """Return what ``pack`` was given; raise LookupError, TypeError or ValueError where it is none of that."""
    if isinstance(value, list):
        return [unpack(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value["is"] == "bytes":
        return base64.b64decode(value["of"])
    type_ = _TYPES.get(value["is"]) or _types_of_sorts()[value["is"]]
    return type_(*(unpack(item) for item in value["of"]))


def _types_of_sorts() -> t.Dict[str, t.Any]:
    """Return the types that nothing but the files of a resource knows."""
    told = [vars(_registry.room(field)) for field in _registry.BESIDE_LINKS]
    return {name: type_ for names in told for name, type_ in names.items() if hasattr(type_, "_fields")}
