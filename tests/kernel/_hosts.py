# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests share: hosts that are namespaces of this machine's kernel, made-up states, and what ip(8) says of them."""

import ctypes
import json
import os
import subprocess
import traceback

from hypothesis import settings
from hypothesis import strategies as st

CLONE_NEWNET = 0x40000000
KINDS = ["bridge", "tap", "tun", "veth"]
PLACES = (None, "red", "blue")
NAMES = ("a", "b", "c", "d")
ROUTE = ("dst", "nhid", "dev", "metric", "encap", "id", "src", "ttl", "hoplimit", "tos", "tc", "key", "seq")
"""What is compared of a route."""
libc = ctypes.CDLL(None, use_errno=True)

OF_ADDRESSES = ("local", "address", "prefixlen", "scope", "metric", "noprefixroute", "home")
"""What is compared of an address."""
ADDRESSES = st.lists(
    st.sampled_from(
        (
            "10.0.0.1/24",
            "10.0.0.2/24",
            "10.1.0.1/16",
            {"address": "10.2.0.1", "peer": "10.2.0.2"},
            {"address": "10.3.0.1/24", "scope": "link"},
            {"address": "10.0.0.1/24", "metric": 77, "noprefixroute": True},
            {"address": "10.1.0.1/16", "metric": 78},
            {"address": "2001:db8::1/64", "home": True, "nodad": True},
            "2001:db8::1/64",
        )
    ),
    max_size=3,
    unique_by=lambda entry: (entry if isinstance(entry, str) else entry["address"]).partition("/")[0],
)
ENCAPS = st.sampled_from(
    (
        None,
        {"type": "ip", "dst": "192.0.2.9", "id": 7, "ttl": 9},
        {"type": "ip", "dst": "192.0.2.9", "id": 8, "key": True, "seq": True},
        {"type": "ip6", "dst": "2001:db8:99::9", "tos": 4},
    )
)
RULES = st.sampled_from(
    (
        {"from": "10.0.0.0/8", "table": "100"},
        {"not": True, "from": "10.0.0.0/8", "table": "100"},
        {"from": "10.0.0.0/8", "fwmark": "0x1/0xff", "table": "100"},
        {"to": "10.9.0.0/16", "iif": "a", "type": "unreachable"},
        {"from": "2001:db8::/32", "goto": "32766"},
    )
)
RESILIENCE = st.sampled_from(
    (
        {},
        {"type": "resilient", "buckets": 16},
        {"type": "resilient", "buckets": 8, "idle_timer": 7, "unbalanced_timer": 9},
    )
)
MACS = st.sampled_from(("02:00:5e:00:53:01", "02:00:5e:00:53:02"))
END = {
    "addresses": ADDRESSES,
    "promisc": st.booleans(),
    "alias": st.sampled_from(("", "for the tests")),
    "addrgenmode": st.sampled_from(("none", "random")),
    "ifgroup": st.sampled_from(("default", "7")),
}
PORT = {
    "hairpin": st.booleans(),
    "learning": st.booleans(),
    "isolated": st.booleans(),
    "priority": st.sampled_from((32, 7)),
    "cost": st.sampled_from((50, 60)),
    "group_fwd_mask": st.sampled_from((0, 8)),
}
"""What a port of a bridge can have."""
OWN = {
    "tap": {"owner": st.sampled_from(("none", "0", "7")), "vnet_hdr": st.booleans()},
    "tun": {"multi_queue": st.booleans(), "packet_info": st.booleans()},
    "bridge": {"stp": st.booleans(), "priority": st.sampled_from((32768, 4096))},
    "veth": {},
}


def count(few, many):
    """Return how many of something a test does: a few, or with make torture as many as docs/reliability.md tells of."""
    return many if os.environ.get("WARREN_TORTURE") else few


def examples(few, many):
    """Return the decorator that says how many made-up cases a test takes."""
    return settings(max_examples=count(few, many))


def given_options(draw, table):
    return {name: draw(values) for name, values in table.items() if draw(st.booleans())}


@st.composite
def documents(draw):
    """Return a state that can be: each name once in a namespace, masters that are bridges, routes through what is up."""
    free = [(place, name) for place in PLACES for name in NAMES]
    links, ends = [], []
    for _number in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(KINDS))
        place, name = free.pop(draw(st.integers(0, len(free) - 1)))
        link = {"name": name, "kind": kind, "up": draw(st.booleans()), **given_options(draw, {**END, **OWN[kind]})}
        link.update({"netns": place} if place else {})
        links.append(link)
        ends.append(link)
        if kind == "veth":
            other_place, other_name = free.pop(draw(st.integers(0, len(free) - 1)))
            link["peer"] = {"name": other_name, "up": draw(st.booleans()), **given_options(draw, END)}
            link["peer"].update({"netns": other_place} if other_place else {})
            ends.append(link["peer"])
    for end in ends:
        end.update({"altnames": ["other-" + end["name"]]} if draw(st.booleans()) else {})
        bridges = [link["name"] for link in links if link["kind"] == "bridge" and link.get("netns") == end.get("netns")]
        if end.get("kind") not in ("bridge", "tun") and bridges and draw(st.booleans()):
            end["master"] = draw(st.sampled_from(bridges))
            end["bridge_slave"] = given_options(draw, PORT)
    routes = []
    for destination in ("10.9.0.0/16", "2001:db8:9::/48"):
        ways = [end for end in ends if end["up"]]
        if ways and draw(st.booleans()):
            way = draw(st.sampled_from(ways))
            route = {"dst": destination, "dev": way["name"], "netns": way.get("netns")}
            routes.append({**route, "metric": draw(st.sampled_from((None, 5))), "encap": draw(ENCAPS)})
    nexthops = draw_nexthops(draw, [link for link in links if link["kind"] == "veth"])
    leading = [nexthop for nexthop in nexthops if not nexthop.get("fdb")]
    if leading and draw(st.booleans()):
        nexthop = draw(st.sampled_from(leading))
        routes.append({"dst": "10.8.0.0/16", "nhid": nexthop["id"], "netns": nexthop.get("netns")})
    rules = [
        {**draw(RULES), "priority": priority, "netns": draw(st.sampled_from(PLACES))} for priority in (100, 100, 101)
    ]
    rules = [
        {name: value for name, value in rule.items() if value is not None} for rule in rules if draw(st.booleans())
    ]
    rules = [rule for number, rule in enumerate(rules) if rule not in rules[:number]]
    named = {end.get("netns") for end in [*ends, *rules]} - {None}
    namespaces = sorted(named | ({"red"} if draw(st.booleans()) else set()))
    return {
        "namespaces": [{"name": name, "loopback": draw(st.booleans())} for name in namespaces],
        "links": links,
        "routes": [{name: value for name, value in route.items() if value is not None} for route in routes],
        "nexthops": nexthops,
        "rules": rules,
        "fdb": draw_fdb(draw, ends),
    }


def draw_fdb(draw, ends):
    """Return forwarding entries of Ethernet devices, some of them of the bridge that a device is a port of."""
    fdb, taken = [], set()
    for end in ends:
        if end.get("kind") != "tun" and draw(st.booleans()):
            port_of = end.get("master") if draw(st.booleans()) else None
            entry = {"lladdr": draw(MACS), "dev": end["name"], "netns": end.get("netns"), "master": bool(port_of)}
            # A bridge has an address once.
            place = (end.get("netns"), port_of or end["name"], entry["lladdr"])
            if place not in taken:
                taken.add(place)
                fdb.append({name: value for name, value in entry.items() if value is not None})
    return fdb


def draw_nexthops(draw, pairs):
    """Return nexthops on ends of pairs that are both up, and so have a carrier, with a group of some, and one on no link."""
    ends = [end for pair in pairs for end in (pair, pair["peer"]) if pair["up"] and pair["peer"]["up"]]
    singles = [
        {
            "id": number,
            "dev": end["name"],
            "protocol": draw(st.sampled_from(("static", "boot"))),
            "netns": end.get("netns"),
        }
        for number, end in enumerate(ends, 1)
        if draw(st.booleans())
    ]
    groups = []
    if singles and draw(st.booleans()):
        first = draw(st.sampled_from(singles))
        members = [each for each in singles if each["netns"] == first["netns"]]
        weights = [{"id": each["id"], "weight": draw(st.sampled_from((1, 7)))} for each in members]
        groups.append({"id": 20, "netns": first["netns"], "group": weights, **draw(RESILIENCE)})
    others = [{"id": 21, "via": draw(st.sampled_from(("192.0.2.7", "2001:db8::7"))), "fdb": True}]
    nexthops = [*groups, *singles, *(others if draw(st.booleans()) else [])]
    return [{name: value for name, value in each.items() if value is not None} for each in nexthops]


def new_host():
    """Go to a namespace without anything in it, and forget all others."""
    for name in os.listdir("/run/netns"):
        libc.umount2(os.fsencode("/run/netns/" + name), 2)
        os.unlink("/run/netns/" + name)
    assert libc.unshare(CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())


def in_a_child(do):
    """Do something in a process of its own, which may give up rights and places for good; fail where that fails."""
    pid = os.fork()
    if not pid:
        try:
            do()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0


def told_by_ip():
    """Return what ip(8) says of all namespaces, but for what is by chance, such as indexes and MAC addresses."""
    there = {}
    for place in ("", *sorted(os.listdir("/run/netns"))):
        where = ["-n", place] if place else []
        answers = [
            subprocess.run(["ip", "-d", "-j", *where, *what], check=True, stdout=subprocess.PIPE).stdout
            for what in (
                ["address"],
                ["-4", "route"],
                ["-6", "route"],
                ["-4", "rule"],
                ["-6", "rule"],
                ["nexthop"],
                ["link"],
            )
        ]
        modes = {link["ifname"]: link.get("inet6_addr_gen_mode") for link in json.loads(answers.pop())}
        links = {link["ifname"]: _plain(link, modes[link["ifname"]]) for link in json.loads(answers[0])}
        # In pairs, because a route says dst twice where it puts something around packets.
        routes = [route for answer in answers[1:3] for route in json.loads(answer, object_pairs_hook=tuple)]
        made = [
            tuple(pair for pair in route if pair[0] in ROUTE) for route in routes if ("protocol", "static") in route
        ]
        nexthops = [nexthop for nexthop in json.loads(answers.pop()) if nexthop]
        rules = [rule for answer in answers[3:] for rule in json.loads(answer) if rule["protocol"] != "kernel"]
        # Whether a rule knows its device yet is no part of it.
        rules = [{name: value for name, value in rule.items() if name != "iif_detached"} for rule in rules]
        entries = subprocess.run(["bridge", "-j", *where, "fdb", "show"], check=True, stdout=subprocess.PIPE).stdout
        # What is no test's is of an address that a link has, or a group's.
        entries = [entry for entry in json.loads(entries) if entry["mac"].startswith("02:00:5e:00:53:")]
        there[place] = (links, sorted(made, key=str), sorted(rules, key=str), sorted(entries, key=str), nexthops)
    return there


def _plain(link, mode):
    info = link.get("linkinfo", {}).get("info_data", {})
    as_port = link.get("linkinfo", {}).get("info_slave_data", {})
    addresses = [
        tuple(address.get(name) for name in OF_ADDRESSES)
        for address in link["addr_info"]
        if not address["local"].startswith(("fe80:", "127.0.0.1", "::1"))
    ]
    own = ("type", "user", "pi", "vnet_hdr", "multi_queue", "persist", "stp_state", "priority")
    return {
        "up": "UP" in link["flags"],
        "promisc": "PROMISC" in link["flags"],
        "alias": link.get("ifalias", ""),
        "group": link["group"],
        # The kernel goes from the one to the other by itself where a link has no address of its own.
        "addrgenmode": "random" if (mode, link.get("link_type")) == ("eui64", "none") else mode,
        "altnames": sorted(link.get("altnames", ())),
        "master": link.get("master"),
        "port": {name: as_port.get(name) for name in PORT},
        "kind": link.get("linkinfo", {}).get("info_kind"),
        "own": {name: info[name] for name in own if name in info},
        "addresses": sorted(addresses, key=str),
    }
