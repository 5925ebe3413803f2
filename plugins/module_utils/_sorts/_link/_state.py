# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: links as they are, wanted or shown, with their addresses. Pure."""

import typing as t

from ..._kinds import _catalog, _port, _veth
from ..._resources import Have, Link, LinkId, Want
from ..._states import _address

Entry = t.Dict[str, t.Any]


def is_met(want: Link, have: t.Optional[Link], whole: Want, host: Have) -> bool:
    if have is None or want.kind not in (None, have.kind):
        return False
    found = have.attributes
    if want.kind is not None and found.get("persist") is False:
        return False
    if want.id in whole.renewed and have.ifindex == whole.renewed[want.id][0]:
        return False
    for name, value in wanted(want, have, whole).items():
        if found.get(name) != value and found.get(name) != _account(have, name, value, host):
            return False
    return all(any(_address.is_met(address, other) for other in have.addresses) for address in want.addresses) and (
        want.id not in whole.purged
        or all(
            other.automatic or any(_address.is_met(address, other) for address in want.addresses)
            for other in have.addresses
        )
    )


def wanted(want: Link, have: Link, whole: Want) -> t.Mapping[str, t.Any]:
    """Return the options that a link shall have. What it may have as a port, only the host tells."""
    if want.id not in whole.exact or want.attributes.get("master") != have.attributes.get("master"):
        return want.attributes
    return {**_port.as_new(have.attributes), **want.attributes}


def _account(link: Link, name: str, value: t.Any, host: Have) -> t.Any:
    """Return the number of the user or group that an option names, or the value as it is."""
    option = _catalog.KINDS.get(str(link.kind), _catalog.ANY).option(name)
    database = getattr(option.value, "database", None) if option else None
    return host.accounts.get((database, value), value) if database else value


def state(link: t.Optional[Link]) -> Entry:
    """Return a link as the user reads it, in the form that the options have; only the state where there is none."""
    if link is None:
        return {"state": "absent"}
    told: Entry = {"state": "present", "name": link.name}
    kind = _catalog.KINDS.get(str(link.kind))
    if kind is None or _catalog.is_manifold(kind.family):
        told["mode"] = link.kind
    if link.netns:
        told["netns"] = link.netns
    for name, value in sorted(link.attributes.items()):
        if name not in ("persist", _veth.PEER):
            told[name] = value
    told = _port.folded(told)
    told["addresses"] = [_address.state(address, link.name) for address in link.addresses]
    return told


def entries(links: t.Mapping[LinkId, Link], _have: Have) -> t.List[Entry]:
    """Return one entry for each link, and one for both ends of a pair."""
    told = []
    done: t.Set[LinkId] = set()
    for id_ in sorted(links, key=order):
        link = links[id_]
        if id_ in done:
            continue
        if link.kind == "loopback":
            only = entry(link._replace(attributes={}))
            told += [only] if "addresses" in only else []
            continue
        one = _port.folded(entry(link))
        peer_id = _veth.peer_of(link)
        if peer_id in links:
            done.add(peer_id)
            one["peer"] = {name: value for name, value in _port.folded(entry(links[peer_id])).items() if name != "kind"}
        elif peer_id[1]:
            one["peer"] = {"name": peer_id[1], "netns": peer_id[0]}
        told.append(one)
    return told


def order(id_: LinkId) -> t.Tuple[str, str]:
    """Return what links are sorted by, those of our own namespace first."""
    return (id_[0] or "", id_[1])


def entry(link: Link) -> Entry:
    """Return the options that do not go without saying, those of a port each by itself."""
    told: Entry = {"name": link.name}
    if link.netns:
        told["netns"] = link.netns
    kind = _catalog.KINDS.get(str(link.kind))
    if kind is not None and not kind.implicit:
        told["kind"] = kind.name
    untold = (kind or _catalog.ANY).untold
    for name, value in sorted(link.attributes.items()):
        if name not in ("persist", _veth.PEER) and untold.get(name) != value:
            told[name] = value
    addresses = [_address.state(address, link.name) for address in link.addresses if not address.automatic]
    return dict(told, addresses=addresses) if addresses else told
