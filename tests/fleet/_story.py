# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a fleet: a declaration that changes at random, step by step, all from one seed.

The changes know little of what goes together. What the planner refuses is thrown away, and another is made up.
"""

from __future__ import annotations

import dataclasses
import random
import typing as t

from . import _declaration
from ._declaration import ANCHOR, HOSTS, Declaration
from ._look import DECLARED

MODES = ("gre", "gretap", "ipip", "sit", "ip6gre", "ip6gretap", "ip6tnl", "ip6ip6", "ipip6")
IN_NAMESPACES = ("gre", "gretap", "ipip", "sit")
"""The namespaces have an underlay of IPv4."""
NAMES = ("tun100", "tun200", "a", "site-to-site.1", "gre-north_1", "x1234567890abcd", "t-5", "wan")
MESHES = ("core", "fab", "m1", "edge-7")
TAPS = ("tap0", "tap1", "vm.7")
TENANTS = ("red", "blue-1")
BRIDGE_OPTIONS = {"ageing_time": 20000, "forward_delay": 300}
PORT_OPTIONS = {"mtu": 1400, "txqueuelen": 500}
PLAYS = ("Prepare", "Build", "Build", "Build", "Build", "Prove", "Have")
"""What the names of the playbook's plays begin with; those that change most come more often."""


_AT_START = 8
"""Changes that make up the first declaration."""


@dataclasses.dataclass(frozen=True)
class Kill:
    """When the run is killed: so many tasks into a play, and so many seconds after that."""

    play: str
    tasks: int
    seconds: float


@dataclasses.dataclass(frozen=True)
class Step:
    """What is done at a time."""

    number: int
    changes: tuple[str, ...]
    before: Declaration
    declaration: Declaration
    serial: bool
    kill: Kill | None


def steps(seed: str, changes_of_step: int | None = None) -> t.Iterator[Step]:
    """Yield the steps without an end. The first builds what there is at the start.

    :arg changes_of_step: without it, one to four.
    """
    declaration, changes = _changed(_start(), random.Random(f"{seed}/0"), _AT_START)
    yield Step(0, changes, declaration, declaration, False, None)
    number = 0
    while True:
        number += 1
        # Of its own for each step, so that a step stays as it is where an earlier one takes more numbers.
        dice = random.Random(f"{seed}/{number}")
        changed, changes = _changed(declaration, dice, changes_of_step or dice.choice((1, 2, 2, 3, 3, 4)))
        serial = dice.random() < 0.25
        yield Step(number, changes, declaration, changed, serial, _kill(dice, serial))
        declaration = changed


def _start() -> Declaration:
    declaration = Declaration()
    declaration.links.append(
        {
            "name": ANCHOR,
            "mode": "gre",
            "key": 4242,
            "ends": {"host1": {"address": "10.200.0.1"}, "host2": {"address": "10.200.0.2"}},
        }
    )
    declaration.links.append(
        {
            "name": "anchor6",
            "mode": "ip6gre",
            "key": 4242,
            "mtu": "auto",
            "ends": {"host2": {"address": "fd00:200::1/64"}, "host3": {"address": "fd00:200::2/64"}},
        }
    )
    return declaration


def _kill(dice: random.Random, serial: bool) -> Kill | None:
    if dice.random() >= 0.3:
        return None
    play, tasks = dice.choice(PLAYS), dice.randint(1, 24)
    return Kill("Batch" if serial else play, tasks, dice.choice((0.0, 0.1, 0.3, 0.6, 1.0)))


def _changed(declaration: Declaration, dice: random.Random, wanted: int) -> tuple[Declaration, tuple[str, ...]]:
    """Return the declaration after so many changes, and what they are; one more where they cancel each other out."""
    before, changes = declaration, list[str]()
    while len(changes) < wanted or declaration == before:
        one, weight = zip(*CHANGES.items(), strict=True)
        candidate = declaration.copy()
        text = dice.choices(one, weight)[0](candidate, dice)
        if text is not None and candidate != declaration and not candidate.faults():
            declaration, changes = candidate, [*changes, text]
    return declaration, tuple(changes)


# Values


def _fresh_network(dice: random.Random) -> tuple[int, int]:
    return dice.randint(101, 149), dice.randint(0, 255)


def _addresses(mode: str, dice: random.Random) -> tuple[list[str], list[str]]:
    """Return a pair of each version that the mode carries, or one of them."""
    versions = [4, 6]
    if mode in ("ipip", "ipip6"):
        versions = [4]
    elif mode in ("sit", "ip6ip6"):
        versions = [6]
    elif dice.random() < 0.6:
        versions = [dice.choice(versions)]
    pairs = []
    for version in versions:
        one, other = _fresh_network(dice)
        network = f"10.{one}.{other}." if version == 4 else f"fd00:{one}:{other}::"
        length = dice.choice(("", "/30" if version == 4 else "/64"))
        pairs.append((f"{network}1{length}", f"{network}2{length}"))
    return [near for near, _far in pairs], [far for _near, far in pairs]


def _option(mode: str, dice: random.Random) -> tuple[str, t.Any]:
    """Return an option with a value; for some modes it is none of theirs, which the planner refuses."""
    name = dice.choice(("ttl", "ttl", "tos", "key", "key", "csum", "seq", "pmtudisc", "encaplimit", "mtu", "mtu"))
    return name, _value(name, mode, dice)


def _value(name: str, mode: str, dice: random.Random) -> t.Any:
    values = {
        "ttl": (1, 32, 64, 64, 255, "inherit"),
        "tos": ("inherit", "0x10", 32, 0),
        "key": (dice.randint(0, 2**32 - 1), dice.randint(1, 9), f"10.0.0.{dice.randint(1, 9)}"),
        "csum": (True, True, False),
        "seq": (True, True, False),
        "pmtudisc": (True, False),
        "encaplimit": ("none", 0, 4, 8),
        "mtu": ("auto", 1280, 1300, 1400, 1420),
    }
    return dice.choice(values[name])


def _some_options(mode: str, dice: random.Random) -> dict[str, t.Any]:
    return dict(_option(mode, dice) for _one in range(dice.choice((0, 1, 1, 2, 3))))


# Links


def _pick(entries: t.Sequence[dict[str, t.Any]], dice: random.Random) -> dict[str, t.Any] | None:
    free = [entry for entry in entries if not entry["name"].startswith(ANCHOR)]
    return dice.choice(free) if free else None


def _new_ends(mode: str, declaration: Declaration, dice: random.Random) -> dict[str, t.Any]:
    near, far = _addresses(mode, dice)
    ends: dict[str, t.Any] = {}
    for host, addresses in zip(dice.sample(list(HOSTS), 2), (near, far), strict=True):
        ends[host] = {"address": addresses if len(addresses) > 1 or dice.random() < 0.2 else addresses[0]}
        tenants = declaration.hosts[host].tenants
        if tenants and mode in IN_NAMESPACES and dice.random() < 0.6:
            name = dice.choice(list(tenants))
            ends[host].update(netns=name, local=_declaration.inside(tenants[name]))
    return ends


def link_comes(declaration: Declaration, dice: random.Random) -> str | None:
    if len(declaration.links) >= 7:
        return None
    name, mode = dice.choice(NAMES), dice.choice(MODES)
    declaration.links.append(
        {"name": name, "mode": mode, **_some_options(mode, dice), "ends": _new_ends(mode, declaration, dice)}
    )
    return f"+ link {name} ({mode})"


def link_goes(declaration: Declaration, dice: random.Random) -> str | None:
    link = _pick(declaration.links, dice)
    if link is None:
        return None
    declaration.links.remove(link)
    return f"- link {link['name']}"


def link_option(declaration: Declaration, dice: random.Random) -> str | None:
    link = _pick(declaration.links, dice)
    return None if link is None else _change_option(f"link {link['name']}", link["mode"], link, dice)


def _change_option(what: str, mode: str, entry: dict[str, t.Any], dice: random.Random) -> str | None:
    there = [
        name
        for name in ("ttl", "tos", "key", "csum", "seq", "pmtudisc", "encaplimit", "mtu", "mac", "owner", "alias")
        if name in entry
    ]
    if there and dice.random() < 0.5:
        name = dice.choice(there)
        del entry[name]
        return f"{what}: {name} goes"
    name, value = _option(mode, dice)
    entry[name] = value
    return f"{what}: {name} {value}"


def link_mode(declaration: Declaration, dice: random.Random) -> str | None:
    link = _pick(declaration.links, dice)
    if link is None:
        return None
    link["mode"] = dice.choice(MODES)
    if dice.random() < 0.7:
        link["ends"] = dict(zip(link["ends"], _new_ends(link["mode"], declaration, dice).values(), strict=True))
        for end in link["ends"].values():
            end.pop("netns", None)
            end.pop("local", None)
    return f"link {link['name']}: mode {link['mode']}"


def link_address(declaration: Declaration, dice: random.Random) -> str | None:
    link = _pick(declaration.links, dice)
    if link is None:
        return None
    for end, addresses in zip(link["ends"].values(), _addresses(link["mode"], dice), strict=True):
        end["address"] = addresses
    return f"link {link['name']}: addresses {[end['address'] for end in link['ends'].values()]}"


def link_further(declaration: Declaration, dice: random.Random) -> str | None:
    link = _pick(declaration.links, dice)
    if link is None:
        return None
    end = link["ends"][dice.choice(list(link["ends"]))]
    if end.pop("addresses", None):
        return f"link {link['name']}: further addresses go"
    one, other = _fresh_network(dice)
    versions = [4 if link["mode"] in ("ipip", "ipip6") else 6 if link["mode"] in ("sit", "ip6ip6") else 4]
    end["addresses"] = [f"10.{one}.{other}.9/32" if 4 in versions else f"fd00:{one}:{other}::9/128"]
    return f"link {link['name']}: further addresses {end['addresses']}"


def link_name(declaration: Declaration, dice: random.Random) -> str | None:
    link = _pick(declaration.links, dice)
    if link is None:
        return None
    former, link["name"] = link["name"], dice.choice(NAMES)
    return f"link {former}: name {link['name']}"


def link_swap(declaration: Declaration, dice: random.Random) -> str | None:
    """Two links take each other's name."""
    links = [link for link in declaration.links if not link["name"].startswith(ANCHOR)]
    if len(links) < 2:
        return None
    one, other = dice.sample(links, 2)
    one["name"], other["name"] = other["name"], one["name"]
    return f"links {one['name']} and {other['name']}: each other's name"


def link_ends(declaration: Declaration, dice: random.Random) -> str | None:
    link = _pick(declaration.links, dice)
    if link is None:
        return None
    link["ends"] = _new_ends(link["mode"], declaration, dice)
    return f"link {link['name']}: between {' and '.join(link['ends'])}"


# Meshes


def _pools(mode: str, dice: random.Random) -> list[str]:
    number = dice.randint(0, 63)
    four, six = f"10.{number + 150}.0.0/16", f"fd00:{number + 1000}::/64"
    if mode in ("ipip", "ipip6"):
        return [four]
    if mode in ("sit", "ip6ip6"):
        return [six]
    return dice.choice(([four], [six], [four, six], [four]))


def _shape(dice: random.Random) -> dict[str, t.Any]:
    members = dice.sample(list(HOSTS), dice.choice((2, 3, 3, 3)))
    topology = dice.choice(("full", "full", "hub", "ring", "chain"))
    shape: dict[str, t.Any] = {"topology": topology, "members": members}
    return {**shape, "hubs": [dice.choice(members)]} if topology == "hub" else shape


def mesh_comes(declaration: Declaration, dice: random.Random) -> str | None:
    if len(declaration.meshes) >= 2:
        return None
    name, mode = dice.choice(MESHES), dice.choice(MODES)
    mesh: dict[str, t.Any] = {"name": name, "mode": mode, **_shape(dice), "pool": _pools(mode, dice)}
    if dice.random() < 0.4:
        mesh["devices"] = "one"
    if dice.random() < 0.5:
        mesh["key"] = dice.choice(("pair", dice.randint(1, 2**32 - 1)))
    if dice.random() < 0.5:
        mesh["routes"] = True
    declaration.meshes.append(mesh)
    return f"+ mesh {name} ({mode}{', one device' if 'devices' in mesh else ''})"


def mesh_goes(declaration: Declaration, dice: random.Random) -> str | None:
    mesh = _pick(declaration.meshes, dice)
    if mesh is None:
        return None
    declaration.meshes.remove(mesh)
    return f"- mesh {mesh['name']}"


def mesh_members(declaration: Declaration, dice: random.Random) -> str | None:
    mesh = _pick(declaration.meshes, dice)
    if mesh is None:
        return None
    out = [name for name in HOSTS if name not in mesh["members"]]
    if out:
        mesh["members"].insert(dice.randint(0, len(mesh["members"])), dice.choice(out))
        return f"mesh {mesh['name']}: members {mesh['members']}"
    mesh["members"].remove(dice.choice([name for name in mesh["members"] if name not in mesh.get("hubs", ())]))
    return f"mesh {mesh['name']}: members {mesh['members']}"


def mesh_shape(declaration: Declaration, dice: random.Random) -> str | None:
    mesh = _pick(declaration.meshes, dice)
    if mesh is None:
        return None
    mesh.pop("hubs", None)
    mesh.update(_shape(dice))
    return f"mesh {mesh['name']}: {mesh['topology']} of {mesh['members']}"


def mesh_pool(declaration: Declaration, dice: random.Random) -> str | None:
    mesh = _pick(declaration.meshes, dice)
    if mesh is None:
        return None
    mesh["pool"] = _pools(mesh["mode"], dice)
    return f"mesh {mesh['name']}: pool {mesh['pool']}"


def mesh_mode(declaration: Declaration, dice: random.Random) -> str | None:
    mesh = _pick(declaration.meshes, dice)
    if mesh is None:
        return None
    mesh["mode"] = dice.choice(MODES)
    mesh["pool"] = _pools(mesh["mode"], dice)
    return f"mesh {mesh['name']}: mode {mesh['mode']}, pool {mesh['pool']}"


def mesh_option(declaration: Declaration, dice: random.Random) -> str | None:
    mesh = _pick(declaration.meshes, dice)
    if mesh is None:
        return None
    if dice.random() < 0.3:
        mesh["key"] = "pair"
        return f"mesh {mesh['name']}: key pair"
    return _change_option(f"mesh {mesh['name']}", mesh["mode"], mesh, dice)


def mesh_name(declaration: Declaration, dice: random.Random) -> str | None:
    mesh = _pick(declaration.meshes, dice)
    if mesh is None:
        return None
    former = mesh["name"]
    if "devices" not in mesh and dice.random() < 0.5:
        mesh["prefix"] = dice.choice(("p-", "q", "long-pre."))
        return f"mesh {former}: prefix {mesh['prefix']}"
    mesh["name"] = dice.choice(MESHES)
    return f"mesh {former}: name {mesh['name']}"


def mesh_devices(declaration: Declaration, dice: random.Random) -> str | None:
    mesh = _pick(declaration.meshes, dice)
    if mesh is None:
        return None
    if mesh.pop("devices", None) is None:
        mesh["devices"] = "one"
    return f"mesh {mesh['name']}: devices {mesh.get('devices', 'peer')}"


def mesh_routes(declaration: Declaration, dice: random.Random) -> str | None:
    mesh = _pick(declaration.meshes, dice)
    if mesh is None:
        return None
    mesh["routes"] = not mesh.get("routes", False)
    return f"mesh {mesh['name']}: routes {mesh['routes']}"


# Hosts


def _any_host(declaration: Declaration, dice: random.Random) -> tuple[str, _declaration.Host]:
    name = dice.choice(list(HOSTS))
    return name, declaration.hosts[name]


def host_variable(declaration: Declaration, dice: random.Random) -> str | None:
    name, host = _any_host(declaration, dice)
    one, other = _fresh_network(dice)
    variable, value = dice.choice(
        (
            ("tunnels_networks", [f"172.20.{one}.0/24"]),
            ("tunnels_networks", [f"172.20.{one}.0/24", f"fd00:172:{other}::/64"]),
            ("tunnels_networks", [f"172.20.{one}.0/24"]),
            ("tunnels_short_name", dice.choice(("n1", "north", "s-2"))),
            ("tunnels_number", dice.randint(0, 40)),
            ("tunnels_underlay_mtu", dice.choice((1400, 1500))),
        )
    )
    if variable in host.variables and dice.random() < 0.5:
        del host.variables[variable]
        return f"{name}: {variable} goes"
    host.variables[variable] = value
    return f"{name}: {variable} {value}"


def reverse_path(declaration: Declaration, dice: random.Random) -> str | None:
    if declaration.variables.pop("tunnels_rp_filter", None) and dice.random() < 0.5:
        return "tunnels_rp_filter goes"
    declaration.variables["tunnels_rp_filter"] = dice.choice(("strict", "loose", "off"))
    return f"tunnels_rp_filter {declaration.variables['tunnels_rp_filter']}"


def _tap(name: str, dice: random.Random) -> dict[str, t.Any]:
    tap: dict[str, t.Any] = {"name": name}
    for option, values in (
        ("mode", ("tap", "tun")),
        ("owner", ("root", "nobody", "games")),
        ("mtu", (1400, 9000)),
        ("mac", (f"{DECLARED}{dice.randint(16, 99)}",)),
        ("alias", ("a machine's", "x y")),
        ("txqueuelen", (100, 2000)),
        ("promisc", (True,)),
        ("multicast", (False,)),
        ("addresses", ([f"192.168.{dice.randint(10, 99)}.1/24"], [f"fd00:168:{dice.randint(10, 99)}::1/64"])),
        ("up", (False,)),
    ):
        if dice.random() < 0.3 and not (option == "mac" and tap.get("mode") == "tun"):
            tap[option] = dice.choice(values)
    return tap


def tap_comes(declaration: Declaration, dice: random.Random) -> str | None:
    name, host = _any_host(declaration, dice)
    tap = _tap(dice.choice(TAPS), dice)
    if any(there["name"] == tap["name"] for there in host.taps):
        return None
    host.taps.append(tap)
    return f"{name}: + tap {tap}"


def tap_goes(declaration: Declaration, dice: random.Random) -> str | None:
    name, host = _any_host(declaration, dice)
    if not host.taps:
        return None
    tap = host.taps.pop(dice.randrange(len(host.taps)))
    return f"{name}: - tap {tap['name']}"


def tap_changes(declaration: Declaration, dice: random.Random) -> str | None:
    name, host = _any_host(declaration, dice)
    if not host.taps:
        return None
    position = dice.randrange(len(host.taps))
    host.taps[position] = _tap(host.taps[position]["name"], dice)
    return f"{name}: tap {host.taps[position]}"


def tap_option_goes(declaration: Declaration, dice: random.Random) -> str | None:
    name, host = _any_host(declaration, dice)
    options = [(tap, option) for tap in host.taps for option in tap if option not in ("name", "mode")]
    if not options:
        return None
    tap, option = dice.choice(options)
    del tap[option]
    return f"{name}: tap {tap['name']}: {option} goes"


def tenant(declaration: Declaration, dice: random.Random) -> str | None:
    """A tenant's namespace comes, or one goes that no tunnel ends in."""
    name, host = _any_host(declaration, dice)
    free = [namespace for namespace in TENANTS if namespace not in host.tenants]
    if free and dice.random() < 0.6:
        taken = {number for its in declaration.hosts.values() for number in its.tenants.values()}
        host.tenants[free[0]] = dice.choice([number for number in range(1, 60) if number not in taken])
        return f"{name}: + namespace {free[0]}"
    for namespace in list(host.tenants):
        if not any(link["ends"].get(name, {}).get("netns") == namespace for link in declaration.links):
            del host.tenants[namespace]
            return f"{name}: - namespace {namespace}"
    return None


def _some_of(options: t.Mapping[str, t.Any], dice: random.Random) -> dict[str, t.Any]:
    return {option: value for option, value in options.items() if dice.random() < 0.4}


def bridge(declaration: Declaration, dice: random.Random) -> str | None:
    """A bridge with a tap as its port comes, changes, loses options or goes."""
    name, host = _any_host(declaration, dice)
    if host.bridges and dice.random() < 0.3:
        host.bridges.clear()
        return f"{name}: - bridge"
    options = [(link, option) for link in host.bridges for option in (*BRIDGE_OPTIONS, *PORT_OPTIONS) if option in link]
    if options and dice.random() < 0.5:
        link, option = dice.choice(options)
        del link[option]
        return f"{name}: {link['name']}: {option} goes"
    port = f"port{dice.randint(1, 2)}"
    address = f"192.168.{dice.randint(200, 250)}.1/24"
    host.bridges[:] = [
        {"name": "br-own", "kind": "bridge", "up": True, "addresses": [address], **_some_of(BRIDGE_OPTIONS, dice)},
        {"name": port, "kind": "tap", "up": True, "master": "br-own", **_some_of(PORT_OPTIONS, dice)},
    ]
    return f"{name}: bridge {address} with port {port}"


def route(declaration: Declaration, dice: random.Random) -> str | None:
    """A route by the underlay comes, changes its way or metric, or goes."""
    name, host = _any_host(declaration, dice)
    if host.routes and dice.random() < 0.4:
        gone = host.routes.pop(dice.randrange(len(host.routes)))
        return f"{name}: - route {gone['dst']}"
    other = dice.choice([one for one in HOSTS if one != name])
    dst = dice.choice(("172.28.1.0/24", "172.28.2.0/24", "fd00:172:28::/48"))
    via = _declaration.underlay6(other) if ":" in dst else _declaration.underlay(other)
    entry: dict[str, t.Any] = {"dst": dst, "via": via}
    if dice.random() < 0.3:
        entry["mtu"] = 1300
    host.routes[:] = [there for there in host.routes if there["dst"] != dst] + [entry]
    return f"{name}: route {entry}"


CHANGES: dict[t.Callable[[Declaration, random.Random], str | None], int] = {
    link_comes: 8,
    link_goes: 3,
    link_option: 12,
    link_mode: 3,
    link_address: 4,
    link_further: 2,
    link_name: 3,
    link_swap: 3,
    link_ends: 2,
    mesh_comes: 5,
    mesh_goes: 2,
    mesh_members: 4,
    mesh_shape: 2,
    mesh_pool: 2,
    mesh_mode: 2,
    mesh_option: 5,
    mesh_name: 2,
    mesh_devices: 2,
    mesh_routes: 2,
    host_variable: 4,
    reverse_path: 3,
    tap_comes: 2,
    tap_goes: 2,
    tap_changes: 2,
    tap_option_goes: 2,
    tenant: 3,
    bridge: 4,
    route: 2,
}
"""How a declaration may change, each with how often it is tried."""
