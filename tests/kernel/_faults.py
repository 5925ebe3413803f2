# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that fail, or are killed, at each of their steps: of plans that hold every kind of step there is.

As a program, on a lab host: what came of it, as JSON.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[5]))

from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._list import BESIDE_LINKS, load
from ansible_collections.warren.tunnels.plugins.module_utils._steps import _step
from ansible_collections.warren.tunnels.tests.integration.targets.four_runs.module_utils import witness
from ansible_collections.warren.tunnels.tests.kernel._engine import REFUSED, Failing, Fatal, apply

OTHERS = """
netns add theirs
link add name their-br type bridge
link set dev their-br up
address add 10.80.0.1/24 dev their-br
route add 10.81.0.0/16 via 10.80.0.254 dev their-br proto 99 metric 3
tuntap add dev their-tap mode tap
rule add priority 100 from 10.90.0.0/16 fwmark 9 lookup 100 protocol static
link set dev their-tap up mtu 1300
address add 10.82.0.1/24 dev their-tap
link add name their-a up type veth peer name their-b
link set dev their-b up
nexthop add id 900 dev their-a
nexthop add id 901 group 900
route add 10.85.0.0/16 nhid 901 proto 99
"""
THEIR_ENTRIES = """
fdb add 02:00:5e:00:53:09 dev their-br self
fdb add 02:00:5e:00:53:09 dev their-tap self
"""

BEFORE = {
    "namespaces": [
        {"name": "red", "loopback": False, "sysctl": {"net.ipv4.ip_forward": 0}},
        {"name": "gone1"},
        {"name": "gone2", "loopback": False},
    ],
    "links": [
        {"name": "br0", "kind": "bridge", "up": True, "addresses": ["10.1.0.1/24", "10.1.0.2/24", "10.2.0.1/24"]},
        {
            "name": "a0",
            "kind": "tap",
            "up": True,
            "master": "br0",
            "owner": "7",
            "alias": "before",
            "altnames": ["a1", "a2"],
            "addresses": ["10.11.0.1/24"],
            "bridge_slave": {"cost": 50, "hairpin": True, "backup_port": "p0"},
        },
        {"name": "p0", "kind": "tap", "master": "br0", "bridge_slave": {"isolated": True, "priority": 7}},
        {"name": "t0", "kind": "tun", "up": True, "addresses": ["10.3.0.1/24", "2001:db8:3::1/64"]},
        {"name": "d0", "kind": "tap", "up": True, "mtu": 1500, "addresses": ["10.4.0.1/24", "2001:db8:4::1/64"]},
        {
            "name": "v0",
            "kind": "veth",
            "up": True,
            "addresses": ["10.5.0.1/24"],
            "peer": {"name": "v1", "netns": "red", "up": True, "addresses": ["10.5.0.2/24"]},
        },
        {
            "name": "w0",
            "kind": "veth",
            "up": True,
            "peer": {"name": "w1", "netns": "gone2", "up": True, "addresses": ["10.6.0.2/24"]},
        },
        {"name": "x0", "kind": "tap", "netns": "gone1", "up": True, "addresses": ["10.7.0.1/24"]},
        {"name": "m0", "kind": "tap", "netns": "red", "up": True, "addresses": ["10.8.0.1/24", "2001:db8:8::1/64"]},
        {"name": "f0", "kind": "vxlan", "id": "7", "up": True},
    ],
    "routes": [
        {"dst": "10.90.0.0/16", "dev": "t0"},
        {"dst": "10.91.0.0/16", "via": "10.5.0.2"},
        {"dst": "10.92.0.0/16", "via": "10.3.0.9", "metric": 7},
        {"dst": "2001:db8:90::/48", "via": "2001:db8:3::9"},
        {"dst": "10.93.0.0/16", "dev": "x0", "netns": "gone1"},
        {"dst": "10.94.0.0/16", "via": "10.8.0.9", "netns": "red"},
        {"dst": "10.88.0.0/16", "nhid": 3, "metric": 8},
        {"dst": "10.89.0.0/16", "nhid": 4},
    ],
    "nexthops": [
        {"id": 3, "group": [{"id": 1}]},
        {"id": 1, "via": "10.5.0.2", "dev": "v0"},
        {"id": 2, "via": "192.0.2.7", "fdb": True},
        {"id": 4, "via": "10.5.0.9", "dev": "v0"},
        {"id": 7, "group": [{"id": 4}], "type": "resilient", "buckets": 8},
        {"id": 1, "netns": "red", "dev": "v1"},
    ],
    "rules": [
        {"priority": 100, "from": "10.90.0.0/16", "table": "100"},
        {"priority": 101, "iif": "t0", "fwmark": "7", "table": "100"},
        {"priority": 100, "from": "2001:db8:90::/48", "type": "prohibit"},
        {"priority": 100, "from": "10.94.0.0/16", "table": "100", "netns": "red"},
    ],
    "neighbours": [
        {"to": "10.1.0.7", "dev": "a0", "lladdr": "02:00:5e:00:53:01"},
        {"to": "10.4.0.7", "dev": "d0", "lladdr": "02:00:5e:00:53:01", "protocol": "static"},
        {"to": "10.4.0.8", "dev": "d0", "proxy": True},
        {"to": "10.5.0.7", "dev": "v1", "netns": "red", "lladdr": "02:00:5e:00:53:01"},
    ],
    "fdb": [
        {"lladdr": "02:00:5e:00:53:01", "dev": "a0", "master": True, "sticky": True},
        {"lladdr": "02:00:5e:00:53:02", "dev": "br0"},
        {"lladdr": "02:00:5e:00:53:01", "dev": "d0"},
        {"lladdr": "02:00:5e:00:53:01", "dev": "f0", "dst": "192.0.2.1"},
        {"lladdr": "00:00:00:00:00:00", "dev": "f0", "dst": "192.0.2.1"},
        {"lladdr": "00:00:00:00:00:00", "dev": "f0", "dst": "192.0.2.2", "via": "d0"},
    ],
}
AFTER = {
    "namespaces": [{"name": "red", "sysctl": {"net.ipv4.ip_forward": 1}}, {"name": "new"}],
    "links": [
        {"name": "br0", "kind": "bridge", "up": True, "priority": 4096, "addresses": ["10.1.0.2/24", "10.2.0.9/24"]},
        {
            "name": "a0",
            "kind": "tap",
            "up": False,
            "master": "none",
            "owner": "8",
            "alias": "after",
            "altnames": ["a2", "a3"],
            "addresses": [{"address": "10.11.0.1/24", "metric": 5}],
        },
        {"name": "p0", "kind": "tap", "master": "br0", "bridge_slave": {"isolated": False, "mcast_router": 2}},
        {"name": "t0", "kind": "tap", "up": True, "addresses": ["10.3.0.1/24"]},
        {"name": "d0", "kind": "tap", "up": True, "mtu": 1000, "addresses": ["10.4.0.1/25"]},
        {
            "name": "v0",
            "kind": "veth",
            "up": True,
            "peer": {"name": "v9", "netns": "new", "up": True, "addresses": ["10.5.0.3/24"]},
        },
        {"name": "n0", "kind": "bridge", "netns": "new", "up": True, "addresses": ["10.9.0.1/24"]},
        {"name": "m0", "netns": "new", "move_from": "red", "up": True, "addresses": ["10.8.0.2/24"]},
        {"name": "f0", "kind": "vxlan", "id": "7", "up": True, "ttl": "7"},
        {"name": "their-tap", "addresses": ["10.82.0.1/24", "10.83.0.1/24"]},
    ],
    "routes": [
        {"dst": "10.90.0.0/16", "via": "10.4.0.9"},
        {"dst": "10.95.0.0/16", "dev": "t0", "mtu": 1200},
        {"dst": "10.96.0.0/16", "type": "blackhole", "netns": "new"},
        {"dst": "10.88.0.0/16", "nhid": 3, "metric": 8},
        {"dst": "10.89.0.0/16", "dev": "v0"},
    ],
    # The pair that they are on is made again.
    "nexthops": [
        {"id": 3, "group": [{"id": 1, "weight": 2}, {"id": 5}]},
        {"id": 1, "via": "10.5.0.3", "dev": "v0", "onlink": True},
        {"id": 2, "via": "192.0.2.8", "fdb": True},
        {"id": 5, "dev": "v0"},
        {"id": 7, "group": [{"id": 1}], "type": "resilient", "buckets": 16},
        {"id": 6, "netns": "new", "blackhole": True},
    ],
    "rules": [
        {"priority": 100, "from": "10.90.0.0/16", "table": "101"},
        {"priority": 100, "from": "10.90.0.0/16", "fwmark": "7", "table": "100"},
        {"priority": 100, "to": "2001:db8:90::/48", "type": "prohibit"},
        {"priority": 100, "from": "10.94.0.0/16", "table": "100", "netns": "new"},
    ],
    # The first is forgotten with the link that goes down, and made again.
    "neighbours": [
        {"to": "10.1.0.7", "dev": "a0", "lladdr": "02:00:5e:00:53:01"},
        {"to": "10.4.0.7", "dev": "d0", "lladdr": "02:00:5e:00:53:02"},
        {"to": "10.3.0.7", "dev": "t0", "lladdr": "02:00:5e:00:53:01"},
        {"to": "10.9.0.7", "dev": "n0", "netns": "new", "proxy": True},
    ],
    "fdb": [
        {"lladdr": "02:00:5e:00:53:01", "dev": "br0"},
        {"lladdr": "02:00:5e:00:53:02", "dev": "d0"},
        {"lladdr": "02:00:5e:00:53:01", "dev": "f0", "dst": "192.0.2.2", "via": "t0"},
        {"lladdr": "00:00:00:00:00:00", "dev": "f0", "dst": "192.0.2.2", "via": "d0"},
        {"lladdr": "00:00:00:00:00:00", "dev": "f0", "dst": "192.0.2.3", "port": 7},
        {"lladdr": "02:00:5e:00:53:01", "dev": "n0", "netns": "new"},
    ],
}
TUNNELS_BEFORE = {
    "links": [
        {
            "name": "g0",
            "kind": "gre",
            "local": "192.0.2.1",
            "remote": "192.0.2.2",
            "key": "7",
            "ttl": "64",
            "up": True,
            "mtu": 1400,
            "addresses": ["10.60.0.1/30"],
        },
        {
            "name": "i0",
            "kind": "ipip",
            "local": "192.0.2.1",
            "remote": "192.0.2.3",
            "up": True,
            "addresses": [{"address": "10.61.0.1", "peer": "10.61.0.2"}],
        },
        {"name": "s0", "kind": "sit", "local": "192.0.2.1", "remote": "192.0.2.4", "up": True},
    ],
    "routes": [{"dst": "10.97.0.0/16", "dev": "g0"}, {"dst": "10.98.0.0/16", "dev": "i0"}],
    "fou_ports": [{"port": 5555, "ipproto": "gre"}, {"port": 5556, "encap": "gue"}],
}
TUNNELS_AFTER = {
    "links": [
        {"name": "g0", "kind": "gre", "local": "192.0.2.1", "remote": "192.0.2.9", "key": "none", "ttl": "inherit",
         "up": True, "mtu": 1300, "addresses": ["10.60.0.1/30"]},
        {"name": "i0", "kind": "gre", "local": "192.0.2.1", "remote": "192.0.2.3", "up": True, "mtu": 1400,
         "addresses": [{"address": "10.61.0.1", "peer": "10.61.0.2"}]},
        {"name": "e0", "kind": "ipip", "local": "192.0.2.1", "remote": "192.0.2.5", "up": True},
    ],
    "routes": [{"dst": "10.97.0.0/16", "dev": "i0"}],
    "fou_ports": [{"port": 5555, "ipproto": "ipip"}, {"port": 5557, "encap": "gue"}],
}  # fmt: skip

OWN = Path("/proc/sys/net/ipv4/conf/t0/rp_filter")
"""A sysctl that a device has of its own, which is replaced."""

CHANCE = {"ifindex", "link_index", "link_netnsid"}
"""What a device that is made again has another of."""

NEVER_UP = "noop"
"""The queueing discipline of a device before it first comes up, of which there is no way back."""

CARRIER = ("NO-CARRIER", "LOWER_UP")
"""What follows a change of other links, some time later."""

for _field in BESIDE_LINKS:
    load(_field, "_steps")
EVERY_KIND = set(_step.Step.__subclasses__())


def join(first, second):
    return {name: first.get(name, []) + second.get(name, []) for name in {**first, **second}}


def transitions(with_tunnels):
    """Return the two states that the runs lead from and to."""
    if not with_tunnels:
        return BEFORE, AFTER
    return join(BEFORE, TUNNELS_BEFORE), join(AFTER, TUNNELS_AFTER)


def make_others():
    """Make what no run may touch."""
    subprocess.run(["ip", "-batch", "-"], input=OTHERS.encode(), check=True)
    subprocess.run(["bridge", "-batch", "-"], input=THEIR_ENTRIES.encode(), check=True)


def look():
    """Return all that ip(8) and /proc say."""
    own = OWN.read_text() if OWN.exists() else None
    told = {"links": _without_chance(witness.read()), "sysctl": _sysctl(), "fou": _fou(), "own": own}
    return json.loads(json.dumps(told, sort_keys=True))


def _without_chance(value):
    if isinstance(value, dict):
        qdisc = {"qdisc"} if value.get("ifname") == "lo" and value.get("qdisc") in (NEVER_UP, "noqueue") else set()
        return {key: _without_chance(item) for key, item in value.items() if key not in CHANCE | qdisc}
    return [_without_chance(item) for item in value if item not in CARRIER] if isinstance(value, list) else value


def _sysctl():
    key = "net.ipv4.ip_forward"
    return {
        name: subprocess.run(
            ["ip", "netns", "exec", name, "sysctl", "-n", key], stdout=subprocess.PIPE, check=True
        ).stdout.decode()
        for name in sorted(os.listdir("/run/netns"))
    }


def _fou():
    done = subprocess.run(["ip", "fou", "show"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return sorted(done.stdout.decode().splitlines())


def essence(seen):
    """Return what of it a document can say; the rest a device that is made anew may have another of."""
    told = {
        place: {
            "links": {
                name: [link.get(key) for key in ("linkinfo", "addresses", "mtu", "master", "ifalias")]
                + ["UP" in link["flags"]]
                for name, link in there["links"].items()
            },
            "routes": there["routes"],
            "nexthops": there["nexthops"],
            "fdb": there["fdb"],
        }
        for place, there in seen["links"].items()
    }
    return {**seen, "links": told, "own": None}


def theirs(seen):
    """Return what of it belongs to others."""
    home = seen["links"][""]
    addresses = [row for row in home["links"]["their-tap"]["addresses"] if not row.startswith("10.83.")]
    return {
        "bridge": home["links"]["their-br"],
        "tap": {**home["links"]["their-tap"], "addr_info": [], "addresses": addresses},
        "routes": [row for row in home["routes"] if row.get("dst") in ("10.81.0.0/16", "10.85.0.0/16")],
        "nexthops": [row for row in home["nexthops"] if row["id"] >= 900],
        "fdb": [row for row in home["fdb"] if row["ifname"].startswith("their-")],
        "namespace": seen["links"]["theirs"],
    }


def run_faults(before, after):
    """Return, for each step of the plan, whether the host was as before when it had failed; and the kinds of steps."""
    apply(before)
    OWN.write_text("2\n")
    former = look()
    same, kinds = [], set()
    while True:
        Failing.at = len(same)
        try:
            kinds.update(map(type, apply(after, kernel=Failing)))
        except _errors.StepFailed as error:
            if REFUSED not in str(error):
                raise
            seen = look()
            same.append(seen == former and not error.left)
            if not same[-1]:
                print("step {0}: {1}\n{2}".format(len(same), error, differences(former, seen)), file=sys.stderr)
                apply(before)
        else:
            return same, kinds


def differences(first, second, where=""):
    if isinstance(first, dict) and isinstance(second, dict):
        return [
            row
            for key in sorted({**first, **second})
            for row in differences(first.get(key), second.get(key), "{0}/{1}".format(where, key))
        ]
    return [] if first == second else ["{0}: {1!r} is now {2!r}".format(where, first, second)]


def run_kills(before, after):
    """Return, for each step of the plan, whether the next run led to what was wanted when it was killed there."""
    apply(before)
    apply(after)
    wanted = essence(look())
    apply(before)
    converged = []
    while True:
        Fatal.at = len(converged)
        pid = os.fork()
        if not pid:
            try:
                apply(after, kernel=Fatal)
            finally:
                os._exit(0)
        status = os.waitpid(pid, 0)[1]
        if not os.WIFSIGNALED(status):
            return converged
        apply(after)
        seen = essence(look())
        converged.append(seen == wanted and not apply(after) and not left_behind())
        if not converged[-1]:
            print("killed at {0}\n{1}".format(len(converged), differences(wanted, seen)), file=sys.stderr)
        apply(before)


def left_behind():
    """Return the files that a run has while it writes others."""
    places = ("/var/lib/warren.tunnels", "/run/netns", "/run")
    return [name for place in places for name in os.listdir(place) if name.startswith(".warren-")]


def main():
    before, after = transitions(with_tunnels=True)
    make_others()
    foreign = theirs(look())
    same, kinds = run_faults(before, after)
    converged = run_kills(before, after)
    apply({})
    answer = {
        "faults": [len(same), same.count(False)],
        "kills": [len(converged), converged.count(False)],
        "missing": sorted(kind.__name__ for kind in EVERY_KIND - kinds),
        "foreign": theirs(look()) == foreign,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
