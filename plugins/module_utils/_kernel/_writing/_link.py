# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: steps about links as requests to the kernel."""

import functools
import itertools
import typing as t

from ... import _errors, _nla, _values
from ..._kinds import _catalog, _kind, _option, _underlay, _veth
from ..._kinds import _common as _base
from ..._resources import Link, LinkId
from ..._steps._link import AddLink, DeleteLink, MoveLink, SetLink
from .. import _formats, _groups, _ipv6_mtu, _links, _namespaces, _tuntap
from .._netlink import Request
from .._rtnetlink import NLM_F_CREATE, NLM_F_EXCL, RTM_DELLINK, RTM_NEWLINK
from ._writer import Outcome, Writer, one_by_one


def _add(writer: Writer, steps: t.Sequence[AddLink]) -> t.List[Outcome]:
    def create(step: AddLink) -> None:
        _tuntap.create(step.link.name, str(step.link.kind), step.link.attributes)

    outcomes: t.List[Outcome] = []
    for stretch in _stretches(steps):
        outcomes += _either_way(stretch, _by_ioctl(stretch[0].link), create, writer, _new)
        if any(outcomes):
            break
    return outcomes


def _stretches(steps: t.Sequence[AddLink]) -> t.Iterator[t.List[AddLink]]:
    """Yield the steps in lists that go the same way, and of which none needs another of the same list."""
    stretch: t.List[AddLink] = []
    made: t.Set[LinkId] = set()
    for step in steps:
        needed = made.intersection(id_ for end in step.ends for id_, _option in _catalog.references(end))
        if stretch and (needed or _by_ioctl(step.link) != _by_ioctl(stretch[0].link)):
            yield stretch
            stretch, made = [], set()
        stretch.append(step)
        made.update(end.id for end in step.ends)
    yield stretch


def _set(writer: Writer, steps: t.Sequence[SetLink]) -> t.List[Outcome]:
    def change(step: SetLink) -> None:
        _tuntap.change(step.link.name, str(step.link.kind), {**step.link.attributes, **step.changes})

    outcomes: t.List[Outcome] = []
    for by_ioctl, stretch in itertools.groupby(steps, key=_set_by_ioctl):
        outcomes += _either_way(list(stretch), by_ioctl, change, writer, _changed)
        if any(outcomes):
            break
    freed = [step.link.name for step, outcome in zip(steps, outcomes) if outcome is None and step.free_mtu]
    if freed:
        _ipv6_mtu.follow(steps[0].netns, freed)
    return outcomes


def _set_by_ioctl(step: SetLink) -> bool:
    return _by_ioctl(step.link) and not _catalog.KINDS[str(step.link.kind)].own.isdisjoint(step.changes)


def _by_ioctl(link: Link) -> bool:
    return _catalog.KINDS.get(str(link.kind), _catalog.ANY).created_by_ioctl


def _either_way(
    steps: t.Sequence[t.Any],
    by_ioctl: bool,
    do: t.Callable[[t.Any], None],
    writer: Writer,
    request: t.Callable[[Writer, t.Any], Request],
) -> t.List[Outcome]:
    if not by_ioctl:
        return writer.pipelined(steps, functools.partial(request, writer))
    try:
        with _namespaces.inside(steps[0].netns):
            return one_by_one(do, steps)
    except OSError as error:
        return [error]


def _delete(writer: Writer, steps: t.Sequence[DeleteLink]) -> t.List[Outcome]:
    def request(step: DeleteLink) -> Request:
        return Request(RTM_DELLINK, 0, _formats.message("ifinfmsg").start(index=writer.index(step.link.id)))

    try:
        # One that can't go, or an old kernel: one by one, so that the error says which.
        gone = len(steps) > 1 and _deleted_together(writer, steps)
        return [None] * len(steps) if gone else writer.pipelined(steps, request)
    finally:
        _forget(writer, steps)


def _deleted_together(writer: Writer, steps: t.Sequence[DeleteLink]) -> bool:
    try:
        connection = writer.open(steps[0].netns)
        indexes = [writer.index(step.link.id) for step in steps]
    except (OSError, _errors.TunnelsError):
        return False
    return _groups.delete(connection, indexes)


def _move(writer: Writer, steps: t.Sequence[MoveLink]) -> t.List[Outcome]:
    def request(step: MoveLink) -> Request:
        message = _formats.message("ifinfmsg")
        body = message.start(index=writer.index(step.link.id)) + message.pack(writer.place(step.to, step.netns))
        return Request(RTM_NEWLINK, 0, body)

    try:
        return writer.pipelined(steps, request)
    finally:
        _forget(writer, steps)


def _forget(writer: Writer, steps: t.Iterable[t.Any]) -> None:
    writer.forget_links(id_ for step in steps for id_ in (step.link.id, _veth.peer_of(step.link)))


def _new(writer: Writer, step: AddLink) -> Request:
    link, peer = step.link, step.peer
    kind = _catalog.KINDS[str(link.kind)]
    info: t.Dict[str, t.Any] = {"IFLA_INFO_KIND": kind.kernel_name}
    if peer is not None:
        nested = _common(writer, kind, peer, 0, {"IFLA_IFNAME": peer.name, **writer.place(peer.netns, link.netns)})
        data = _formats.link_data(kind.kernel_name)
        info["IFLA_INFO_DATA"] = data.pack({"VETH_INFO_PEER": nested}) if data else b""
    elif kind.of_driver:
        info["IFLA_INFO_DATA"] = _data(writer, kind, link, link.attributes, {})
    packed = {"IFLA_IFNAME": link.name, "IFLA_LINKINFO": _formats.link_info().pack(info)}
    return Request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, _common(writer, kind, link, 0, packed))


def _changed(writer: Writer, step: SetLink) -> Request:
    kind = _catalog.KINDS.get(str(step.link.kind))
    extra: t.Dict[str, t.Any] = {}
    changes = step.link._replace(attributes=step.changes)
    if kind and kind.own.intersection(step.changes):
        link = step.link if kind.whole else step.link._replace(data=b"")
        now = {**link.attributes, **step.old}
        info = {"IFLA_INFO_KIND": kind.kernel_name, "IFLA_INFO_DATA": _data(writer, kind, link, step.changes, now)}
        extra["IFLA_LINKINFO"] = _formats.link_info().pack(info)
        if kind.whole and "mtu" in step.link.attributes and not step.free_mtu:
            # ip_tunnel_update: without an MTU in the message a change of dev, key, csum or seq sets it anew.
            extra["IFLA_MTU"] = step.link.attributes["mtu"]
    return Request(RTM_NEWLINK, 0, _common(writer, kind, changes, writer.index(step.link.id), extra))


def _common(
    writer: Writer, kind: t.Optional[_kind.Kind], link: Link, index: int, extra: t.Mapping[str, t.Any]
) -> bytes:
    """Return a whole link message with what is not the driver's among the attributes of ``link``."""
    options = kind.of_message if kind else _base.OPTIONS
    raw = _option.encode(options, with_indexes(writer, link, link.attributes))
    touched = 0
    for option in options:
        if option.name in link.attributes and option.flags:
            touched |= option.flags[0][1]
    flags = raw.pop(_base.HEADER_FLAGS, 0)
    message = _formats.message("ifinfmsg")
    return message.start(index=index, flags=flags, change=touched) + message.pack({**extra, **raw})


def _data(
    writer: Writer, kind: _kind.Kind, link: Link, values: t.Mapping[str, t.Any], now: t.Mapping[str, t.Any]
) -> bytes:
    """Return the kind's own attributes with ``values`` in place of those that the link has ``now``."""
    format_ = _formats.link_data(kind.kernel_name)
    if format_ is None:
        raise _errors.MissingDependency(
            "pyroute2 does not know links of kind {0}; install a newer one.".format(kind.name)
        )
    own = {name for option in kind.of_driver for name in option.attributes}
    numbers = {format_.numbers[name] for name in (*own, *kind.constants)}
    # Of other kinds, what the kernel lacks it reports all the same, as off, and refuses to be told.
    data = _nla.only(link.data, kind.kept | numbers if kind.whole else kind.kept - numbers)
    known = format_.unpack(data)
    former = _option.decode(kind.of_driver, known) if known and kind.whole else {}
    wanted = {**former, **with_indexes(writer, link, values)}
    raw = _option.encode(kind.of_driver, wanted, known, now)
    return format_.merge(data, {**{name: raw[name] for name in raw if name in own}, **kind.constants})


def with_indexes(writer: Writer, link: Link, given: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    """Return options of a link with an index where one names a link, and a number for a namespace."""
    kind = _catalog.KINDS.get(str(link.kind))
    values = dict(given)
    for name, value in values.items():
        if name in _catalog.REFERENCES and (kind is None or kind.option(name)):
            values[name] = 0 if value == _values.NONE else _index(writer, link, name, value)
    if values.get(_underlay.NAME) is not None and _underlay.is_in_sight(link):
        values[_underlay.NAME] = writer.number(_underlay.home(link), link.netns)
    return values


def _index(writer: Writer, link: Link, name: str, value: str) -> int:
    place = _catalog.referred(link, name, value)
    if place[0] != link.netns and not _underlay.is_in_sight(link):
        return _links.index_in(value)
    return writer.index(place)


PERFORM = {AddLink: _add, SetLink: _set, DeleteLink: _delete, MoveLink: _move}
