# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel has in all namespaces, by ip(8) and bridge(8): the tests' witness, which knows nothing of the modules."""

import json
import os
import re
import shutil
import subprocess

# Counters, timers and the like, which move by themselves.
VOLATILE = re.compile(
    "stats(64)?|linkmode|(preferred|valid)_life_time|operstate|tentative|optimistic|expires|linkdown"
    # Those of resilient groups of nexthops are settings.
    "|(?!idle_|unbalanced_).*_timer|unbalanced_time"
    # What a bridge and its ports agree on, some time after they came up.
    "|root_(?!block).*|bridge_id|topology_change.*|designated_.*|config_pending|mcast_n_groups"
    # What the kernel throws dice for when a tunnel over IPv6 comes, even one that comes with a namespace by itself.
    "|permaddr"
)
# What a port has by the order in which ports came, and by how long it is up.
OF_PORTS = ("state", "id", "no")
# What nobody but people makes.
NEIGHBOURS = b"neighbour show nud permanent\nneighbour show proxy\n"
# Kinds of links of which bridge(8) is asked, for which it takes a process of its own.
WITH_ENTRIES = ("bridge", "vxlan")
# Groups that devices listen to by themselves.
GROUPS = re.compile("33:33:|01:00:5e:00:00:")
# Flags that follow operstate, up to a second after the carrier, which LOWER_UP tells of.
MOMENTARY = ("linkdown", "NO-CARRIER")
# What IPv6 gives a device by itself, some time after it came up.
AUTOMATIC = re.compile(
    "fe80::.*ff:fe|fe80::/64|ff00::/8"
    # Of devices that share a MAC address, such as ipvlan: their number is where others have ff:fe.
    "|fe80::[0-9a-f]+:[0-9a-f]{1,2}00:[0-9a-f]+:[0-9a-f]+$"
)


def settled(value):
    """Leave out what moves by itself."""
    if isinstance(value, dict):
        told = {key: settled(item) for key, item in value.items() if not VOLATILE.fullmatch(key)}
        for key in OF_PORTS if "hairpin" in told else ():
            told.pop(key, None)
        # Alternative names have no order but that in which they came.
        return {**told, "altnames": sorted(told["altnames"])} if "altnames" in told else told
    if isinstance(value, list):
        return [settled(item) for item in value if item and item not in MOMENTARY]
    return value


def is_automatic(row):
    # The kernel's own table follows the addresses, for IPv6 when it has made sure that no one else has them.
    if row.get("table") == "local" and row.get("protocol") == "kernel":
        return True
    return bool(AUTOMATIC.match(row.get("local", row.get("dst", ""))))


def is_neighbour(row):
    return "state" in row or "proxy" in row


def without_copies(rows):
    """Return forwarding entries but for those in a VLAN that come with one that is in all VLANs."""
    return [row for row in rows if "vlan" not in row or {key: row[key] for key in row if key != "vlan"} not in rows]


def is_made(row, links):
    """Return whether somebody made a forwarding entry: the kernel has some of each device's own address, and forgets others."""
    if row.get("state") not in ("permanent", "static") and "extern_learn" not in row["flags"]:
        return False
    if "dst" in row:
        info = links.get(row["ifname"], {}).get("linkinfo", {}).get("info_data", {})
        usual = [info.get(name) for name in ("remote", "remote6", "group", "group6")]
        return bool(row["mac"].strip("0:")) or row["dst"] not in usual
    own = {link.get("address") for link in links.values()}
    return row["mac"] not in own and not (GROUPS.match(row["mac"]) and "self" in row["flags"])


def is_ipv6_peer(row):
    return row["family"] == "inet6" and "address" in row


def address_text(row, device):
    """Return an address as ip(8) takes it, with what is out of the ordinary."""
    words = [row["local"]]
    words += ["peer", row["address"]] if "address" in row else []
    words[-1] += "/{0}".format(row["prefixlen"])
    words += ["scope", row["scope"]] if row["scope"] != "global" else []
    words += ["label", row["label"]] if row.get("label", device) != device else []
    words += ["metric", str(row["metric"])] if "metric" in row else []
    words += [flag for flag in ("home", "mngtmpaddr", "noprefixroute", "dynamic", "deprecated") if row.get(flag)]
    return " ".join(words)


def mode_text(row):
    """Return how IPv6 makes addresses for a link. Of one without an address of its own, the kernel changes that by itself."""
    mode = row["inet6_addr_gen_mode"]
    return "random" if (mode, row.get("link_type")) == ("eui64", "none") else mode


def is_nexthop(row):
    """A route that puts something around packets has an id too, but not before all else."""
    return next(iter(row), "") == "id"


def nexthop_row(row):
    """Return a nexthop without what goes without saying."""
    untold = (("protocol", "static"), ("flags", []))
    return {key: value for key, value in row.items() if key != "scope" and (key, value) not in untold}


def rule_row(row, **more):
    """Return a rule of policy routing without what goes without saying."""
    return {**{key: value for key, value in row.items() if (key, value) != ("protocol", "static")}, **more}


def rule_order(row):
    return (row.get("family", ""), row["priority"], str(row))


def first_told(pairs):
    """Return an object; of a route's two dst, the second is that of its encap."""
    told = {}
    for key, value in pairs:
        told["encap_" + key if key in told else key] = value
    return told


def arrays(text):
    """Return the rows of all JSON arrays in a text, of which a batch makes one for each command."""
    rows, decoder = [], json.JSONDecoder(object_pairs_hook=first_told)
    text = text.lstrip()
    while text:
        array, end = decoder.raw_decode(text)
        rows += settled(array)
        text = text[end:].lstrip()
    return rows


def read():
    """Return the state of every namespace, the host's own under the name of nothing."""
    # udev gives new Ethernet devices another MAC address, some time after they came.
    if shutil.which("udevadm"):
        subprocess.run(
            ["udevadm", "settle", "--timeout=5"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
    named = sorted(os.listdir("/run/netns")) if os.path.isdir("/run/netns") else []
    return {name: _read(name) for name in ["", *named]}


def _rows(command, questions):
    done = subprocess.run(command, input=questions, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return [row for row in arrays(done.stdout.decode()) if not is_automatic(row)]


def _read(name):
    # Processes are slow to start on a lab host, so that one tells all.
    ip = ["ip", "-j", "-d"] + (["-n", name] if name else []) + ["-force", "-batch", "-"]
    # With no driver for FOU, ip ends there.
    rows = _rows(ip, b"address\nlink\nroute show table all\nrule\nnexthop\n" + NEIGHBOURS + b"fou show\n")
    rules = [rule_row(row) for row in rows if "priority" in row]
    rules += [rule_row(row, family="inet6") for row in _rows([ip[0], "-6", *ip[1:]], b"rule\n")]
    links = {row["ifname"]: row for row in rows if "addr_info" in row}
    for row in rows:
        if "inet6_addr_gen_mode" in row:
            # Not told along with addresses.
            links.get(row["ifname"], {})["inet6_addr_gen_mode"] = mode_text(row)
    kinds = {link.get("linkinfo", {}).get("info_kind") for link in links.values()}
    bridge = ["bridge", "-j", "-d"] + (["-n", name] if name else []) + ["-force", "-batch", "-"]
    entries = _rows(bridge, b"fdb show\n") if kinds.intersection(WITH_ENTRIES) else []
    # The route to an IPv6 address's peer comes when IPv6 has made sure that no one else has the address.
    peers = {row["address"] for link in links.values() for row in link["addr_info"] if is_ipv6_peer(row)}
    for device, link in links.items():
        link["addr_info"] = [row for row in link["addr_info"] if not is_automatic(row)]
        link["addresses"] = [address_text(row, device) for row in link["addr_info"]]
    return {
        "links": links,
        "routes": [
            row
            for row in rows
            if "dst" in row
            and not is_nexthop(row)
            and "priority" not in row
            and not is_neighbour(row)
            and not (row["dst"] in peers and row["protocol"] == "kernel")
        ],
        "nexthops": sorted((nexthop_row(row) for row in rows if is_nexthop(row)), key=lambda row: row["id"]),
        # Of several of one priority, those that are put back come last.
        "rules": sorted((row for row in rules if row.get("protocol") != "kernel"), key=rule_order),
        "neighbours": sorted(
            (row for row in rows if is_neighbour(row)), key=lambda row: (row["dst"], row["dev"], str(row))
        ),
        "fdb": sorted(
            (row for row in without_copies(entries) if is_made(row, links)),
            key=lambda row: (row["mac"], row["ifname"], str(row)),
        ),
        "fou_ports": sorted((row for row in rows if "port" in row), key=lambda row: (row["port"], row["family"])),
    }
