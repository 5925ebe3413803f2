# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that ip(8), bridge(8) and tc(8) tell of every namespace, those without a name included."""

import contextlib
import ctypes
import json
import os
import re
import subprocess
import time

from ansible_collections.warren.tunnels.tests.integration.targets.four_runs.module_utils import witness
from ansible_collections.warren.tunnels.tests.kernel._hosts import libc

CLONE_NEWNET = 0x40000000
FOREVER = 0xFFFFFFFF
SPAN = 1000
"""Seconds. Lifetimes are compared in these: those that the tests give end in the middle of one."""

IP = ("address", "route show table all", "rule", "neighbour", "neighbour show proxy", "maddress", "nexthop", "fou show")
IPV6 = ("rule",)
BRIDGE = ("fdb show", "link show", "mdb show", "vlan show")
LACKING = ("fou show", "vlan show")
"""Some kernels have no answer to these. So they come last."""

ROUTE = ("type", "table", "dst", "tos", "metric", "dev", "nexthops")
"""What routes are sorted by; those alike in all of it stay in their order."""

INSIDE = {
    "htb": ("filter show dev {0}",),
    "clsact": ("filter show dev {0} ingress", "filter show dev {0} egress"),
}
"""Where tc(8) finds the filters of disciplines that have some."""

BY_CHANCE = frozenset(
    (
        # A device that is made again has another number.
        "ifindex",
        "link_index",
        "link_netnsid",
        "index",
        "portid",
        # The carrier is told of up to a second after it came (linkwatch).
        "operstate",
        "linkmode",
        # They follow IPv6's look for others with the same address, which takes a second, and where both ends of a pair have
        # one, the first to ask keeps it.
        "tentative",
        "dadfailed",
        "optimistic",
        # Bridges and their ports agree on these by and by, from MAC addresses and timers.
        "state",
        "root_id",
        "root_port",
        "root_path_cost",
        "bridge_id",
        "topology_change",
        "topology_change_detected",
        "designated_bridge",
        "designated_root",
        "designated_port",
        "designated_cost",
        "config_pending",
        "topology_change_ack",
        "port_state",
        # Clocks.
        "expires",
        "updated",
        "used",
        # The default discipline comes when a device first comes up, and never goes. tc tells of it where it is up.
        "qdisc",
        # A bridge has it from its ports, and after the last one another than it came with. Nobody can set it.
        "tso_max_size",
        # How many hold on to it, the kernel's caches among them.
        "refcnt",
        "users",
    )
)
CLOCK = re.compile(".*_timer|.*_life_time")
CARRIER = ("NO-CARRIER", "LOWER_UP", "M-DOWN", "linkdown", "dead")
"""What follows the carrier of other links, some time later."""


def look(places, born):
    """Return what is told of each namespace.

    :arg places: the name of each to the file that it can be entered by. :arg born: when its lifetimes were given (time.monotonic).
    """
    return {name: _look(file, int(time.monotonic() - born)) for name, file in places.items()}


def differences(first, second, where=""):
    """Return in what two looks differ, as text."""
    if isinstance(first, dict) and isinstance(second, dict):
        return [
            row
            for key in sorted({**first, **second})
            for row in differences(first.get(key), second.get(key), f"{where}/{key}")
        ]
    if isinstance(first, list) and isinstance(second, list):
        rows = [[json.dumps(row, sort_keys=True) for row in side] for side in (first, second)]
        gone, come = [row for row in rows[0] if row not in rows[1]], [row for row in rows[1] if row not in rows[0]]
        order = [] if gone or come or first == second else [f"{where}: in another order: {first!r}, then {second!r}"]
        return [f"{where}: gone: {row}" for row in gone] + [f"{where}: new: {row}" for row in come] + order
    return [] if first == second else [f"{where}: {first!r} is now {second!r}"]


@contextlib.contextmanager
def inside(file):
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(file, os.O_RDONLY)
    try:
        assert libc.setns(there, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        yield
    finally:
        assert libc.setns(home, CLONE_NEWNET) == 0
        os.close(there)
        os.close(home)


def _look(file, age):
    with inside(file):
        told = _answers(["ip", "-d", "-j"], IP)
        told["rule of IPv6"] = _ask(["ip", "-6", "-d", "-j"], IPV6)[0]
        told.update(_answers(["bridge", "-d", "-j"], BRIDGE))
        up = {link["ifname"] for link in told["address"] if "UP" in link.get("flags", ())}
        told["qdisc"] = [
            row for row in _ask(["tc", "-j"], ["qdisc show"])[0] if row["handle"] != "0:" or row["dev"] in up
        ]
        questions = sorted({where.format(row["dev"]) for row in told["qdisc"] for where in INSIDE.get(row["kind"], ())})
        told.update(_answers(["tc", "-j"], questions) if questions else {})
        # Of classes it does not tell in JSON.
        told["class"] = [
            subprocess.run(
                ["tc", "class", "show", "dev", row["dev"]], stdout=subprocess.PIPE, check=True
            ).stdout.decode()
            for row in told["qdisc"]
            if row["kind"] == "htb"
        ]
    told["address"] = {link["ifname"]: _of_link(link) for link in told["address"] if link}
    told["neighbour"] = [row for row in told["neighbour"] if "PERMANENT" in row.get("state", ())]
    routes = [row for row in told["route show table all"] if not _comes_late(row, told["address"])]
    # Of those to one destination through several links the first is the oldest, which is one that did not come back.
    told["route show table all"] = sorted(routes, key=lambda row: [str(row.get(name)) for name in ROUTE])
    # It looks the other end of a pair up in this namespace, where its number may be another link's.
    told["link show"] = [{name: value for name, value in row.items() if name != "link"} for row in told["link show"]]
    told["maddress"] = [
        {"ifname": link["ifname"], "static": sorted(row["link"] for row in link["maddr"] if row.get("static"))}
        for link in told["maddress"]
    ]
    fixed = (row for row in told["fdb show"] if row.get("state") in ("permanent", "static") and not _follows(row))
    told["fdb show"] = [_of_the_bridge(row, told["address"]) for row in fixed]
    # Those of the kernel's own are of groups that devices listen to, IPv6's among them, by and by.
    entries = (entry for told_of in told["mdb show"] for entry in told_of.get("mdb", ()))
    told["mdb show"] = [
        entry for entry in entries if entry.get("protocol") != "kernel" and entry["port"] != entry["dev"]
    ]
    for name in ("fdb show", "neighbour", "neighbour show proxy", "maddress", "qdisc", "link show", "mdb show"):
        told[name] = sorted(told[name], key=lambda row: json.dumps(row, sort_keys=True))
    return _settled(told, age)


def _answers(command, questions):
    """Return the rows of each answer by its question, but for the last one where the kernel lacks what it is about."""
    return dict(zip(questions, _ask(command, questions), strict=False))


def _ask(command, questions):
    """Return the rows of the answer to each question."""
    done = subprocess.run(
        [*command, "-force", "-batch", "-"],
        input="".join(f"{question}\n" for question in questions).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    text, answers, decoder = done.stdout.decode().strip(), [], json.JSONDecoder(object_pairs_hook=witness.first_told)
    while text and text != "[":
        rows, end = decoder.raw_decode(text)
        answers.append([row for row in rows if row])
        text = text[end:].lstrip()
    assert len(answers) + (questions[-1] in LACKING) >= len(questions), (command, questions, done.stdout)
    return answers


def _of_link(link):
    # IPv6's own come when the carrier does.
    addresses = [
        row
        for row in link.get("addr_info", ())
        if not witness.AUTOMATIC.match(row.get("local", ""))
        and not (row["scope"] == "link" and "stable-privacy" in row)
    ]
    return {**link, "addr_info": addresses}


def _comes_late(row, links):
    """Return whether a route is IPv6's own: of a device, or of an address, for which it waits for the carrier."""
    if row.get("protocol") != "kernel" or ":" not in row.get("dst", "") + row.get("dev", ""):
        return row.get("protocol") == "kernel" and witness.AUTOMATIC.match(row.get("dst", "")) is not None
    return (
        row.get("table") == "local"
        or witness.is_automatic(row)
        or row["dst"]
        in {
            address["address"]
            for link in links.values()
            for address in link["addr_info"]
            if witness.is_ipv6_peer(address)
        }
    )


def _follows(row):
    """Return whether an entry is of an address that the device itself listens to."""
    return "self" in row.get("flags", ()) and "dst" not in row and row["mac"].startswith(("33:33:", "01:00:5e:"))


def _of_the_bridge(row, links):
    """Return an entry. Of an address that a bridge shares with a port it has one, of either, as it happens."""
    shared = "master" in row and row["state"] == "permanent" and row["mac"] == links[row["master"]]["address"]
    return {**row, "ifname": row["master"]} if shared else row


def _settled(value, age):
    if isinstance(value, dict):
        told = {
            key: _settled(item, age) for key, item in value.items() if key not in BY_CHANCE and not CLOCK.fullmatch(key)
        }
        told.update({key: _span(item, age) for key, item in value.items() if key.endswith("_life_time")})
        return told
    return [_settled(item, age) for item in value if item not in CARRIER] if isinstance(value, list) else value


def _span(seconds, age):
    return "forever" if seconds == FOREVER else (seconds + age) // SPAN
