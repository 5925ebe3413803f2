# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a kernel does when it is asked for a step, and what it does besides. Written from what Linux does; the forecast of
the engine, which knows less, has no part in it.
"""

import errno
import ipaddress

from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _resources, _sysctls
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fdb._steps import (
    AddForwarding,
    DeleteForwarding,
    SetForwarding,
)
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._steps import AddFouPort, DeleteFouPort
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._neighbour._steps import (
    AddNeighbour,
    DeleteNeighbour,
    SetNeighbour,
)
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._nexthop._steps import (
    AddNexthop,
    DeleteNexthop,
    SetNexthop,
)
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._route._steps import AddRoute, DeleteRoute, SetRoute
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._rule._steps import AddRule, DeleteRule
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._sysctl._steps import PutSysctl, SetSysctl
from ansible_collections.warren.tunnels.plugins.module_utils._steps._address import (
    AddAddress,
    DeleteAddress,
    SetAddress,
)
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink, DeleteLink, MoveLink, SetLink
from ansible_collections.warren.tunnels.plugins.module_utils._steps._member import AddMember, DeleteMember
from ansible_collections.warren.tunnels.plugins.module_utils._steps._namespace import AddNamespace, DeleteNamespace
from ansible_collections.warren.tunnels.plugins.module_utils._steps._port import SetPort

MIN_MTU = 1280
"""Of IPv6."""


def take(host, step):
    """Return the host after a step; raise KernelError where Linux refuses it."""
    return _STEPS[type(step)](host, step)


# Links


def _add_link(host, step):
    links = dict(host.links)
    for end in step.ends:
        if end.id in links:
            raise _errors.KernelError(errno.EEXIST)
        defaults = _catalog.KINDS[str(end.kind)].defaults
        links[end.id] = end._replace(attributes={**defaults, **end.attributes}, addresses=(), routes=())
    return host._replace(links=links)


def _delete_link(host, step):
    _there(host, step.link.id)
    return _without(host, _ends(host, step.link.id))


def _without(host, gone):
    """Return the host without some links, and without all that stood on them."""
    known = [host.links[id_] for id_ in gone]
    uppers = {upper.id for link in known for upper in link.uppers if upper.id in host.links and upper.id not in gone}
    if uppers:
        return _without(host, gone | uppers)
    links = {id_: link for id_, link in host.links.items() if id_ not in gone}
    for id_, link in links.items():
        if (link.netns, link.attributes.get("master")) in gone:
            links[id_] = link._replace(attributes={**link.attributes, "master": "none"})
    routes = {id_: route for id_, route in host.routes.items() if gone.isdisjoint(route.ways)}
    sysctls = {id_: sysctl for id_, sysctl in host.sysctls.items() if _sysctls.link(*id_) not in gone}
    neighbours = {id_: each for id_, each in host.neighbours.items() if id_[:2] not in gone}
    # What a bridge has goes with it, or with the port.
    masters = {link.id: (link.netns, link.attributes.get("master")) for link in host.links.values()}
    fdb = {
        id_: each
        for id_, each in host.fdb.items()
        if id_[:2] not in gone and not (each.master and masters.get(id_[:2]) in gone)
    }
    host = _without_nexthops(host, {id_ for id_, each in host.nexthops.items() if each.way in gone})
    routes = {id_: route for id_, route in routes.items() if id_ in host.routes}
    return host._replace(links=links, routes=routes, sysctls=sysctls, neighbours=neighbours, fdb=fdb)


def _set_link(host, step):
    link = _there(host, step.link.id)
    master = step.changes.get("master", "none")
    if master != "none":
        _there(host, (link.netns, master))
    changed = link._replace(attributes={**link.attributes, **step.changes})
    goes_down = bool(link.attributes.get("up")) and not changed.attributes.get("up")
    too_small = changed.attributes.get("mtu", MIN_MTU) < MIN_MTU
    if goes_down or too_small:
        changed = changed._replace(addresses=tuple(each for each in changed.addresses if ":" not in each.address))
    if goes_down or not step.changes.keys().isdisjoint(("mac", "arp")):
        host = host._replace(neighbours={id_: each for id_, each in host.neighbours.items() if id_[:2] != link.id})
    if goes_down:
        ends = _ends(host, link.id)
        host = _without_nexthops(host, {id_ for id_, each in host.nexthops.items() if each.way in ends})
    if "master" in step.changes:
        gone = {id_ for id_, each in host.fdb.items() if each.master and id_[:2] == link.id}
        host = host._replace(fdb={id_: each for id_, each in host.fdb.items() if id_ not in gone})
    lost = [family for family, goes in ((2, goes_down), (10, goes_down or too_small)) if goes]
    return _without_routes(_with(host, changed), lambda route: route.family in lost and link.id in route.ways)


def _set_port(host, step):
    link = _there(host, step.link.id)
    if link.attributes.get("master", "none") == "none":
        raise _errors.KernelError(errno.EOPNOTSUPP)
    return _with(host, link._replace(attributes={**link.attributes, **step.changes}))


def _add_member(host, step):
    link = _there(host, step.link.id)
    there = link.attributes.get(step.option, [])
    if step.member in there:
        raise _errors.KernelError(errno.EEXIST)
    return _with(host, link._replace(attributes={**link.attributes, step.option: sorted([*there, step.member])}))


def _delete_member(host, step):
    # One that went by itself is taken for deleted.
    link = _there(host, step.link.id)
    stay = [one for one in link.attributes.get(step.option, []) if one != step.member]
    return _with(host, link._replace(attributes={**link.attributes, step.option: stay}))


def _move_link(host, step):
    link = _there(host, step.link.id)
    if (step.to, link.name) in host.links:
        raise _errors.KernelError(errno.EEXIST)
    attributes = {**link.attributes, "up": False, **({"master": "none"} if "master" in link.attributes else {})}
    others = {id_: each for id_, each in host.links.items() if id_ != link.id}
    moved = link._replace(netns=step.to, attributes=attributes, addresses=(), routes=(), ifindex=0)
    neighbours = {id_: each for id_, each in host.neighbours.items() if id_[:2] != link.id}
    fdb = {id_: each for id_, each in host.fdb.items() if id_[:2] != link.id}
    host = host._replace(links=others, neighbours=neighbours, fdb=fdb)
    host = _without_routes(host, lambda route: link.id in route.ways)
    return _with(host, moved)


# Addresses


def _add_address(host, step):
    link = _there(host, (step.netns, step.name))
    new, others = step.address, [each for each in link.addresses if each[:3] != step.address[:3]]
    if ":" in new.address:
        return _with(host, link._replace(addresses=(*others, new)))
    # Of several in one network the first is the primary one.
    secondary = any(_is_beside(new, each) for each in others)
    return _with(host, link._replace(addresses=(*others, new._replace(secondary=secondary))))


def _set_address(host, step):
    link = _there(host, (step.netns, step.name))
    if step.address[:3] not in [each[:3] for each in link.addresses]:
        return _add_address(host, step)
    changed = step.address._replace(options={**step.address.options, **step.changes})
    return _with(
        host,
        link._replace(addresses=tuple(changed if each[:3] == changed[:3] else each for each in link.addresses)),
    )


def _delete_address(host, step):
    link = _there(host, (step.netns, step.name))
    gone = [each for each in link.addresses if each[:3] == step.address[:3]]
    if not gone:
        return host
    along = [each for each in link.addresses if each.secondary and _is_beside(each, gone[0]) and not gone[0].secondary]
    stay = tuple(each for each in link.addresses if each not in gone and each not in along)
    last = not any(":" not in each.address for each in stay) and ":" not in gone[0].address
    sources = {each.address for each in [*gone, *along] if ":" not in each.address}
    return _without_routes(
        _with(host, link._replace(addresses=stay)),
        lambda route: link.id in route.ways and route.family == 2 and (last or route.attributes.get("src") in sources),
    )


def _is_beside(address, other):
    """Return whether two addresses are of one network."""
    return ":" not in other.address and _network(address) == _network(other)


def _network(address):
    return ipaddress.ip_network("{0}/{1}".format(address.peer or address.address, address.prefixlen), strict=False)


# All else


def _add_namespace(host, step):
    return host._replace(namespaces={**host.namespaces, step.name: _resources.Namespace(step.name)})


def _delete_namespace(host, step):
    name = step.namespace.name
    if name not in host.namespaces:
        raise _errors.KernelError(errno.ENOENT)
    inside = {id_ for id_ in host.links if id_[0] == name}
    # The other ends of pairs go too.
    host = _without(host, inside.union(*(_ends(host, id_) for id_ in inside)))
    return host._replace(
        namespaces={other: each for other, each in host.namespaces.items() if other != name},
        routes={id_: each for id_, each in host.routes.items() if each.netns != name},
        rules={id_: each for id_, each in host.rules.items() if each.netns != name},
    )


def _set_sysctl(host, step):
    link = _sysctls.link(step.netns, step.key)
    if link is not None:
        _there(host, link)
    sysctl = _resources.Sysctl(step.netns, step.key, step.value)
    return host._replace(sysctls={**host.sysctls, sysctl.id: sysctl})


def _put_route(host, step):
    for way in step.route.ways:
        _there(host, way)
    return host._replace(routes={**host.routes, step.route.id: step.route})


def _delete_route(host, step):
    # One that went by itself is taken for deleted.
    return _without_routes(host, lambda route: route.id == step.route.id)


def _add_port(host, step):
    if step.port.id in host.fou_ports:
        raise _errors.KernelError(errno.EALREADY)
    return host._replace(fou_ports={**host.fou_ports, step.port.id: step.port})


def _delete_port(host, step):
    if step.port.id not in host.fou_ports:
        raise _errors.KernelError(errno.EINVAL)
    return host._replace(fou_ports={id_: port for id_, port in host.fou_ports.items() if id_ != step.port.id})


def _add_rule(host, step):
    if step.rule.id in host.rules:
        raise _errors.KernelError(errno.EEXIST)
    return host._replace(rules={**host.rules, step.rule.id: step.rule})


def _delete_rule(host, step):
    # One that went by itself is taken for deleted.
    return host._replace(rules={id_: rule for id_, rule in host.rules.items() if id_ != step.rule.id})


def _add_nexthop(host, step):
    if step.nexthop.id in host.nexthops:
        raise _errors.KernelError(errno.EEXIST)
    return _put_nexthop(host, step)


def _put_nexthop(host, step):
    if step.nexthop.way and not _there(host, step.nexthop.way).attributes.get("up"):
        raise _errors.KernelError(errno.ENETDOWN)
    for member in step.nexthop.members:
        if member not in host.nexthops:
            raise _errors.KernelError(errno.EINVAL)
    return host._replace(nexthops={**host.nexthops, step.nexthop.id: step.nexthop})


def _delete_nexthop(host, step):
    # One that went by itself is taken for deleted.
    return _without_nexthops(host, {step.nexthop.id})


def _without_nexthops(host, gone):
    """Return the host without some nexthops, without them in their groups, and without the routes by what is no more."""
    left = {}
    for id_, each in host.nexthops.items():
        stay = tuple(part for part, member in zip(each.group, each.members, strict=True) if member not in gone)
        if id_ not in gone and (stay or not each.group):
            left[id_] = each._replace(group=stay)
    return _without_routes(
        host._replace(nexthops=left),
        lambda route: "nhid" in route.attributes and (route.netns, route.attributes["nhid"]) not in left,
    )


def _put_neighbour(host, step):
    _there(host, step.neighbour.id[:2])
    return host._replace(neighbours={**host.neighbours, step.neighbour.id: step.neighbour})


def _delete_neighbour(host, step):
    # One that went by itself is taken for deleted.
    others = {id_: each for id_, each in host.neighbours.items() if id_ != step.neighbour.id}
    return host._replace(neighbours=others)


def _put_forwarding(host, step):
    there = step.forwarding.standing
    link = _there(host, there.id[:2])
    if there.master and link.attributes.get("master", "none") == "none":
        raise _errors.KernelError(errno.EOPNOTSUPP)
    return host._replace(fdb={**host.fdb, there.id: there})


def _delete_forwarding(host, step):
    # One that went by itself is taken for deleted.
    gone = step.forwarding.standing.id
    return host._replace(fdb={id_: each for id_, each in host.fdb.items() if id_ != gone})


def _there(host, id_):
    if id_ not in host.links and id_[1] == "lo":
        # Each namespace has one, whatever a host is said to have.
        return _resources.Link(*id_, "loopback")
    if id_ not in host.links:
        raise _errors.NoLink(id_[1])
    return host.links[id_]


def _with(host, link):
    return host._replace(links={**host.links, link.id: link})


def _without_routes(host, goes):
    return host._replace(routes={id_: route for id_, route in host.routes.items() if not goes(route)})


def _ends(host, id_):
    """Return a link's place, and that of the other end where it is one of a pair."""
    return {id_, host.links[id_].attributes.get("peer")}.intersection(host.links)


_STEPS = {
    AddNamespace: _add_namespace,
    DeleteNamespace: _delete_namespace,
    SetSysctl: _set_sysctl,
    PutSysctl: _set_sysctl,
    AddLink: _add_link,
    DeleteLink: _delete_link,
    SetLink: _set_link,
    SetPort: _set_port,
    MoveLink: _move_link,
    AddMember: _add_member,
    DeleteMember: _delete_member,
    AddAddress: _add_address,
    SetAddress: _set_address,
    DeleteAddress: _delete_address,
    AddRoute: _put_route,
    SetRoute: _put_route,
    DeleteRoute: _delete_route,
    AddFouPort: _add_port,
    DeleteFouPort: _delete_port,
    AddRule: _add_rule,
    DeleteRule: _delete_rule,
    AddNexthop: _add_nexthop,
    SetNexthop: _put_nexthop,
    DeleteNexthop: _delete_nexthop,
    AddNeighbour: _put_neighbour,
    SetNeighbour: _put_neighbour,
    DeleteNeighbour: _delete_neighbour,
    AddForwarding: _put_forwarding,
    SetForwarding: _put_forwarding,
    DeleteForwarding: _delete_forwarding,
}
