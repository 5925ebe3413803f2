# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a module's parameters as a want. Pure; whatever can't be right ends here, as BadOption."""

import functools
import typing as t

from .. import _errors, _values
from .._kinds import _catalog, _kind, _port, _underlay, _veth
from .._resources import Link, LinkId, Namespace, Want
from .._sorts._list import BESIDE_LINKS, SORTS, load
from .._states._registry import absent
from . import _addresses
from ._checks import Params, check, check_together, link_id

if t.TYPE_CHECKING:
    from .._document import Choice

Parser = t.Callable[[Params], Want]


def ip_tunnel(params: Params) -> Want:
    """Return what ``warren.tunnels.ip_tunnel`` is asked for."""
    if params["key"] is not None:
        for name in ("ikey", "okey"):
            if params[name] is not None:
                raise _errors.BadOption(name, "it is part of key; give key, or ikey and okey")
        params = {**params, "ikey": params["key"], "okey": params["key"]}
    try:
        return _single("ip_tunnel", params)
    except _errors.BadOption as error:
        if params["key"] is not None and error.option in ("ikey", "okey"):
            raise _errors.BadOption("key", error.problem) from None
        raise


def veth(params: Params) -> Want:
    """Return what ``warren.tunnels.veth`` is asked for."""
    id_ = link_id(params, new=params["state"] != "absent")
    if params["state"] == "absent":
        return _forced(Want(absent_links={id_: "veth"}), params)
    peer_params = params["peer"]
    if peer_params is None:
        # required_if takes a null for a value (ansible-core 2.19).
        raise _errors.BadOption("peer", "it is missing; give the other end's name")
    peer_id = link_id(peer_params, "peer.")
    if peer_id == id_:
        raise _errors.BadOption(
            "peer.name", "both ends can't be {0!r} in one namespace; give the peer another name".format(id_[1])
        )
    kind = _catalog.KINDS["veth"]
    links = {}
    for end, other, values, prefix in ((id_, peer_id, params, ""), (peer_id, id_, peer_params, "peer.")):
        attributes = _attributes(kind, values, prefix)
        attributes[_veth.PEER] = other
        addresses = _addresses.parse(values["addresses"], prefix, end[1])
        links[end] = Link(end[0], end[1], "veth", attributes, addresses, prefix=prefix)
    return _with_policy(links, params)


def netns(params: Params) -> Want:
    """Return what ``warren.tunnels.netns`` is asked for."""
    name = check("name", _values.check_namespace_name, params["name"])
    if params["state"] == "absent":
        return _forced(Want(absent_namespaces=(name,)), params)
    # Late, because most namespaces have none (see _main/_resource).
    from .._sorts._sysctl import _want as _sysctls

    wanted = _sysctls.of_namespace(name, params["sysctl"], "sysctl")
    loopback = Link(name, "lo", "loopback", {"up": params["loopback"]})
    return _forced(Want(namespaces={name: Namespace(name)}, links={loopback.id: loopback}, sysctls=wanted), params)


def link(params: Params) -> Want:
    """Return what ``warren.tunnels.link`` is asked for."""
    id_ = link_id(params, new=False, loopback=True)
    attributes = _attributes(_catalog.ANY, params, "")
    wanted = Link(id_[0], id_[1], None, attributes, _addresses.parse(params["addresses"], "", id_[1]))
    check_together({id_: wanted})
    source = params["move_from"]
    sources: t.Dict[LinkId, t.Optional[str]] = {}
    if source is not None:
        sources[id_] = check("move_from", _values.check_namespace_name, source) if source else None
        if sources[id_] == id_[0]:
            raise _errors.BadOption("move_from", "it is the same namespace as netns; leave one of them out")
    elif id_[0] is not None and id_[1] != "lo":
        sources[id_] = None
    return _forced(Want(links={id_: wanted}, sources=sources, purged=_purged(params, [id_])), params)


def beside_links(field: str, params: Params) -> Want:
    """Return what is asked for of the things of a field."""
    wanted = {thing.id: thing for thing in load(field, "_want").parse(params)}
    fields: t.Dict[str, t.Any] = {field: wanted}
    if params["state"] == "absent":
        fields = {absent(field): tuple(wanted)}
    return _forced(Want(**fields), params)


def network_state(params: Params) -> Want:
    """Return what ``warren.tunnels.network_state`` is asked for."""
    # Late, because no other module needs it.
    from . import _keep, _sections

    want = _keep.without(_sections.parse(params, of_module), _keep.parse(params.get("keep")))
    return _forced(want, params)._replace(
        recreate=params["recreate"] == "if_needed",
        override=params["state"] == "overridden" or params.get("name") is not None,
        document=params.get("name"),
    )


def network_info(params: Params) -> "Choice":
    """Return what ``warren.tunnels.network_info`` is asked about."""
    from .._document import Choice

    namespaces = params["netns"]
    if namespaces is not None:
        namespaces = tuple(check("netns", _values.check_namespace_name, name) for name in namespaces)
    kinds, names = params["kinds"], params["names"]
    return Choice(namespaces, None if kinds is None else frozenset(kinds), None if names is None else tuple(names))


def of_module(module: str) -> Parser:
    """Return what makes a want of what a module is asked for."""
    if module in _BESIDE_LINKS:
        return functools.partial(beside_links, _BESIDE_LINKS[module])
    return _PARSERS.get(module) or functools.partial(_single, module)


def _single(family: str, params: Params) -> Want:
    id_ = link_id(params, new=params["state"] != "absent")
    if params["state"] == "absent":
        return _forced(Want(absent_links={id_: family}), params)
    kinds = {kind.name: kind for kind in _catalog.family(family)}
    if _catalog.is_manifold(family):
        kind, params = kinds[params["mode"]], {**params, "mode": None}
    else:
        (kind,) = kinds.values()
    attributes = _underlay.seen_from(id_[0], _attributes(kind, params, ""))
    link = Link(id_[0], id_[1], kind.name, attributes, _addresses.parse(params["addresses"], "", id_[1]))
    return _with_policy({id_: link}, params)


def _with_policy(links: t.Dict[LinkId, Link], params: Params) -> Want:
    check_together(links)
    return Want(
        links=links,
        purged=_purged(params, links),
        recreate=params["recreate"] == "if_needed",
        force=bool(params["force"]),
    )


def _forced(want: Want, params: Params) -> Want:
    return want._replace(force=bool(params["force"]))


def _purged(params: Params, ids: t.Iterable[LinkId]) -> t.FrozenSet[LinkId]:
    return frozenset(ids) if params["purge_addresses"] else frozenset()


def _attributes(kind: _kind.Kind, params: Params, prefix: str) -> t.Dict[str, t.Any]:
    """Return the canonical values of all options that are set."""
    values = {}
    for name, raw in _port.unfolded(params).items():
        if raw is None or name not in _OPTIONS:
            continue
        option = kind.option(name)
        if option is None:
            having = sorted(other.name for other in _catalog.family(kind.family) if other.option(name))
            remedy = "only {0} devices have it".format(", ".join(having)) if having else "leave it out"
            raise _errors.BadOption(prefix + name, "{0} devices have no such option; {1}".format(kind.name, remedy))
        values[name] = check(prefix + name, option.value.parse, raw)
    return values


_OPTIONS = {
    option.name for kind in _catalog.KINDS.values() for option in kind.common + kind.options if not option.internal
}

_PARSERS: t.Dict[str, Parser] = {
    "ip_tunnel": ip_tunnel,
    "link": link,
    "netns": netns,
    "veth": veth,
}
"""By the names of the modules that they are for. The table of a kind is all that the others need, or the file of a resource."""

_BESIDE_LINKS = {SORTS[field].module: field for field in BESIDE_LINKS}
