# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: options that several modules share, as argument specs. Their twins are the doc fragments."""

import math
import typing as t

from ._sorts._list import BESIDE_LINKS, load

Spec = t.Dict[str, t.Dict[str, t.Any]]


def state() -> Spec:
    return {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}


def common() -> Spec:
    """Return what any link end takes."""
    # Late: modules of other things need none of that.
    from ._kinds import _port

    return {
        "netns": {"type": "str"},
        "up": {"type": "bool"},
        "mtu": {"type": "int"},
        "mac": {"type": "str"},
        "promisc": {"type": "bool"},
        "multicast": {"type": "bool"},
        "arp": {"type": "bool"},
        "txqueuelen": {"type": "int"},
        "alias": {"type": "str"},
        "master": {"type": "str"},
        _port.GROUP: {"type": "dict", "options": _port.arguments()},
        "ifgroup": {"type": "str"},
        "altnames": {"type": "list", "elements": "str"},
        "addrgenmode": {"type": "str"},
        "addresses": {"type": "list", "elements": "raw"},
    }


def name() -> Spec:
    return {"name": {"type": "str", "required": True}}


def purge_addresses() -> Spec:
    return {"purge_addresses": {"type": "bool", "default": False}}


def recreate() -> Spec:
    return {"recreate": {"type": "str", "choices": ["if_needed", "never"], "default": "if_needed"}}


def link() -> Spec:
    """Return what a module that manages a kind of link takes."""
    spec = name()
    spec.update(state())
    spec.update(common())
    spec.update(purge_addresses(), **recreate())
    spec.update(force())
    return spec


def own(family: str) -> Spec:
    """Return what the links of one module have of their own, and their kind where it manages several."""
    # Late, as above.
    from ._kinds import _catalog

    kinds = _catalog.family(family)
    several = _catalog.is_manifold(family)
    spec: Spec = {"mode": {"type": "str", "choices": [kind.name for kind in kinds]}} if several else {}
    return {**spec, **_merged(kind.arguments() for kind in kinds), **SHORTHANDS.get(family, {})}


SHORTHANDS: t.Dict[str, Spec] = {"ip_tunnel": {"key": {"type": "str", "no_log": False}}}
"""Options that stand for several of the kinds' own."""


def _merged(specs: t.Iterable[Spec]) -> Spec:
    """Return the options of all; one that kinds take in different forms takes text, and its kind's table does the rest."""
    merged: Spec = {}
    for spec in specs:
        for name, details in spec.items():
            same = merged.setdefault(name, details) == details
            merged[name] = details if same else {"type": "str"}
    return merged


def peer() -> Spec:
    """Return the other end of a pair."""
    return {"peer": {"type": "dict", "options": dict(name(), **common())}}


def move_from() -> Spec:
    return {"move_from": {"type": "str"}}


def netns() -> Spec:
    """Return what a namespace has."""
    return dict(name(), loopback={"type": "bool", "default": True}, sysctl={"type": "dict"})


def take_over_routes() -> Spec:
    return {"take_over_routes": {"type": "bool", "default": False}}


def keep() -> Spec:
    """Return which links a whole host's state leaves as they are."""
    entry = dict(name(), netns={"type": "str"})
    return {"keep": {"type": "list", "elements": "dict", "options": entry}}


def brief() -> Spec:
    return {"brief": {"type": "bool", "default": False}}


def force() -> Spec:
    return {"force": {"type": "bool", "default": False}}


def listed(entry: Spec) -> t.Dict[str, t.Any]:
    """Return a section of a document, whose entries have these options."""
    return {"type": "list", "elements": "dict", "options": entry}


def state_of_entry() -> Spec:
    return {"state": {"type": "str", "choices": ["merged", "replaced"]}}


def document() -> Spec:
    """Return a host's state as one document: namespaces, links of all kinds, and what is beside links."""
    from ._kinds import _catalog

    kinds = [name for name, kind in _catalog.KINDS.items() if not kind.implicit]
    families = dict.fromkeys(_catalog.KINDS[name].family for name in kinds)
    # The mode of these modules is what an entry has for a kind, and no option of it.
    of_kinds = _merged(
        {
            option: details
            for option, details in own(family).items()
            if option != "mode" or not _catalog.is_manifold(family)
        }
        for family in families
    )
    # A word of the kind's own, or without a kind, one for that.
    of_kinds["mode"] = {"type": "str"}
    of_kinds["kind"] = {"type": "str", "choices": kinds}
    end = dict(name(), **common(), **peer(), **move_from())
    links = dict(end, **of_kinds, **state_of_entry(), purge_addresses={"type": "bool"})
    return {
        "namespaces": listed(netns()),
        "links": listed(links),
        **{field: load(field, "_options").section() for field in BESIDE_LINKS},
    }


def firewall() -> Spec:
    """Return what the module takes that has a firewall let something in."""
    return {
        **name(),
        **state(),
        "accept": _outer("source"),
        "devices": {"type": "list", "elements": "str", "default": []},
        "inner": {"type": "str", "choices": ["none", "icmp", "routing", "all"], "default": "none"},
        "forward": {"type": "list", "elements": "str", "choices": ["ipv4", "ipv6"], "default": []},
        "purge": {"type": "bool", "default": True},
    }


def protection() -> Spec:
    """Return what the module takes that has tunnels' packets encrypted or dropped."""
    switches: Spec = {name: {"type": "bool", "default": True} for name in ("at_boot", "purge")}
    return {**name(), **state(), "peers": _outer("local", "remote"), **switches}


def ipsec() -> Spec:
    """Return what the module takes that has strongSwan encrypt tunnels' packets."""
    each: Spec = {name: {"type": "str", "required": True} for name in ("local", "remote", "local_id", "remote_id")}
    each["protocols"] = {"type": "list", "elements": "int", "required": True}
    each["auth"] = {"type": "str", "choices": ["psk"], "default": "psk"}
    each["secrets"] = {"type": "list", "elements": "str", "required": True, "no_log": True}
    each["initiate"] = {"type": "bool", "default": True}
    connections: Spec = {"connections": {"type": "list", "elements": "dict", "default": [], "options": each}}
    return {**name(), **state(), **connections, "purge": {"type": "bool", "default": True}}


def _outer(*addresses: str) -> t.Dict[str, t.Any]:
    """Return a list of what packets that tunnels are made of have. :arg addresses: what their addresses are called."""
    each: Spec = {name: {"type": "str", "required": True} for name in addresses}
    each.update(protocol={"type": "int", "required": True}, port={"type": "int"})
    return {"type": "list", "elements": "dict", "default": [], "options": each}


def boot_files() -> Spec:
    return dict(
        name(),
        state={"type": "str", "choices": ["present", "unmanaged", "absent"], "default": "present"},
        document={"type": "dict", "default": {}},
        backend={"type": "str", "choices": ["auto", "networkd", "systemd", "sysv"], "default": "auto"},
        keep_foreign_routes={"type": "bool", "default": False},
        devices={"type": "list", "elements": "str", "default": []},
        purge={"type": "bool", "default": True},
    )


def checkpoint() -> Spec:
    return {
        "name": {"type": "str", "default": "default"},
        "state": {"type": "str", "choices": ["armed", "confirmed", "rolled_back"], "required": True},
        "timeout": {"type": "int", "default": 120},
    }


def network_info() -> Spec:
    return {name: {"type": "list", "elements": "str"} for name in ("netns", "kinds", "names")}


def tun_driver() -> Spec:
    return {"at_boot": {"type": "bool", "default": True}}


def tunnel_probe() -> Spec:
    """Return what a probe takes, and the same for several at a time."""
    outer: Spec = {name: {"type": "str"} for name in ("protocol", "local", "remote", "dev")}
    outer.update(port={"type": "int"}, encrypted={"type": "bool"})
    shared: Spec = {
        "netns": {"type": "str"},
        "source": {"type": "str"},
        "label": {"type": "str"},
        "expect": {"type": "str", "choices": ["answer", "silence", "reader", "any"]},
        "count": {"type": "int"},
        "interval": {"type": "float"},
        "timeout": {"type": "float"},
        "path_mtu": {"type": "bool"},
        "min_path_mtu": {"type": "int"},
        "outer": {"type": "dict", "options": outer},
    }
    required = {"type": "str", "required": True}
    each = dict(shared, name=required, destination=required)
    probes = {"type": "list", "elements": "dict", "options": each}
    look_at = {"type": "list", "elements": "str"}
    one = {"name": {"type": "str"}, "destination": {"type": "str"}}
    return dict(shared, probes=probes, look_at=look_at, **one, **brief())


def misshapen(spec: Spec, params: t.Any, prefix: str = "") -> t.Optional[str]:
    """Return what is wrong with an option that has options of its own, or with a number that has no end."""
    for name, details in spec.items():
        value = params.get(name)
        if details["type"] == "int" and value in (math.inf, -math.inf):
            return "{0}{1}: {2} is no whole number; give one".format(prefix, name, value)
        if value is None or "options" not in details:
            continue
        several = details["type"] == "list" and isinstance(value, list)
        items = value if several else [value]
        for number, item in enumerate(items):
            place = "{0}{1}[{2}]".format(prefix, name, number) if several else prefix + name
            fault = (
                misshapen(details["options"], item, place + ".")
                if isinstance(item, dict)
                else "{0}: {1!r} is no dictionary; give one".format(place, item)
            )
            if fault:
                return fault
    return None
