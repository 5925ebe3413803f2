# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts on which others have something below, beside and on top of all that is ours, made up from a seed."""

import ctypes
import os
import random
import signal
import subprocess
import time

from ansible_collections.warren.tunnels.tests.kernel import _look
from ansible_collections.warren.tunnels.tests.kernel._hosts import NAMES, PLACES, libc, new_host

CONTAINERS = 2
TABLES = ("main", "7", "254", "1000")
MACS = ("02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03")
NEAR = ("a", "b")
"""Names of the ends of pairs that may be ports of bridges; the other ends have others. So no two bridges are ever joined,
and no packet goes round and round, for which no priority keeps the whole machine from working."""
UNREACHABLE = {"dst": "10.99.0.0/16", "via": "192.0.2.77"}
"""A route that the kernel refuses, after all other steps."""
TOO_LARGE = {"name": "z", "kind": "bridge", "mtu": 1 << 17}
"""A link that the kernel does not make."""

# What others may do to a link of ours, in the words of ip(8), bridge(8) and tc(8). One that is refused is left out.
ANY = (
    "ip link property add dev {dev} altname alt-{tag}",
    "ip link set dev {dev} group {n}",
    "ip link set dev {dev} addrgenmode none",
    "ip address add 10.{n}.7.1/24 dev {dev}",
    "ip address add 10.{n}.7.1/24 dev {dev} valid_lft 3500 preferred_lft 2500",
    "ip address add 10.{n}.7.1/24 peer 10.{n}.8.1 dev {dev} metric 77",
    "ip address add 10.0.0.7/24 dev {dev}",
    "ip address add 10.1.7.7/16 dev {dev} valid_lft 4500 preferred_lft 500 noprefixroute",
    "ip address add 2001:db8:{n}::1/64 dev {dev} valid_lft 5500 preferred_lft 1500",
    "ip address add 2001:db8:{n}::2/64 dev {dev} noprefixroute",
    "ip address add 2001:db8:{n}::3/64 dev {dev} nodad",
    "ip address add fe80::{n}/64 dev {dev}",
    "ip route add 10.7{d}.0.0/16 dev {dev} metric {n} tos 0x10",
    "ip route add 10.7{d}.0.0/16 dev {dev} metric {n} mtu lock 1300 advmss 1200 initcwnd 7",
    "ip route add 10.7{d}.0.0/16 dev {dev} table {n} proto 99",
    "ip route add 10.7{d}.0.0/16 via 10.0.0.9 dev {dev} onlink src 10.0.0.7",
    "ip route append 10.7{d}.0.0/16 dev {dev} proto 98",
    "ip route add unreachable 10.6{d}.0.0/16 metric {n}",
    "ip route add 2001:db8:7{d}::/48 dev {dev} metric {n}",
    "ip route add 2001:db8:7{d}::/48 via fe80::9 dev {dev} table {n}",
    "ip route add 10.5{d}.0.0/16 nexthop via 10.0.0.9 dev {dev} onlink weight 3 nexthop via 10.9.9.9 dev {dev} onlink",
    "ip nexthop add id {n}{d} dev {dev}",
    "ip nexthop add id {n}{d} via 10.0.0.9 dev {dev} onlink;ip nexthop add id 9{n}{d} group {n}{d};"
    "ip route add 10.3{d}.0.0/16 nhid 9{n}{d} mtu lock 1300",
    "ip rule add iif {dev} table {n}",
    "ip neighbour add 10.0.0.{n} lladdr 02:00:00:00:00:0{d} dev {dev} nud permanent",
    "ip neighbour add 2001:db8::{n} lladdr 02:00:00:00:00:0{d} dev {dev} nud permanent",
    "ip neighbour add proxy 10.0.0.{n} dev {dev}",
    "ip link set dev {dev} promisc on",
    "tc qdisc add dev {dev} root pfifo limit {n}",
    "tc qdisc add dev {dev} root tbf rate {d}mbit burst 10k latency 50ms",
    "tc qdisc add dev {dev} clsact",
)
RARE = (
    "tc qdisc add dev {dev} root handle 1: htb default 1;"
    "tc class add dev {dev} parent 1: classid 1:1 htb rate {d}mbit;"
    "tc filter add dev {dev} parent 1: protocol ip prio 1 u32 match u32 0 0 flowid 1:1",
    "tc qdisc add dev {dev} clsact;tc filter add dev {dev} ingress protocol ip prio 1 u32 match u32 0 0 flowid 1:1",
)
AS_PORTS = (
    "ip link set dev {dev} master x-br",
    "ip link set dev {dev} master x-br;ip link set dev {dev} type bridge_slave cost {n} hairpin on",
    "ip link set dev {dev} master x-br;bridge fdb add {mac} dev {dev} master static",
    "bridge fdb add {mac} dev {dev} master static",
    "ip link set dev {dev} type bridge_slave cost {n} learning off",
    "ip link set dev {dev} type bridge_slave priority {d} isolated on",
)
ETHERNET = (
    "bridge fdb add {mac} dev {dev} self permanent",
    "ip link add name v{tag} type vxlan id {n} dstport 4789 dev {dev};ip link set v{tag} up;"
    "bridge fdb append 00:00:00:00:00:00 dev v{tag} dst 192.0.2.1 via {dev}",
    "ip link add name m{tag} link {dev} type macvlan mode bridge;ip link set m{tag} up;ip address add 10.{n}.9.1/24 dev m{tag}",
    "ip link add name m{tag} link {dev} type macvtap",
    "ip link add name m{tag} link {dev} type macvlan;ip link set m{tag} netns {container}",
)
ON_BRIDGES = (
    "ip tuntap add dev p{tag} mode tap;ip link set p{tag} up;ip link set p{tag} master {dev}",
    "ip tuntap add dev p{tag} mode tap;ip link set p{tag} up;ip link set p{tag} master {dev};"
    "ip link set p{tag} type bridge_slave cost {n};bridge fdb add {mac} dev p{tag} master static",
    "ip link set {dev} type bridge mcast_snooping 0 ageing_time 1234",
    "bridge fdb add {mac} dev {dev} self permanent",
    "bridge mdb add dev {dev} port {port} grp 239.1.1.{d} permanent",
)
AWAY = (
    "ip link set {dev} netns {container} name c{tag}",
    "ip link set {dev} netns {container} name c{tag};@{container} ip link set c{tag} up;"
    "@{container} ip address add 10.{n}.6.1/24 dev c{tag};@{container} ip address add 2001:db8:{n}::6/64 dev c{tag};"
    "@{container} ip route add 10.4{d}.0.0/16 via 10.{n}.6.9 metric 9;"
    "@{container} ip neighbour add 10.{n}.6.9 lladdr {mac} dev c{tag} nud permanent",
)
"""What becomes of a far end that goes to a container."""
BELOW = """
link add name x-br type bridge
link set x-br up
address add 10.{n}.80.1/24 dev x-br
tuntap add dev x-tap mode tap
link set x-tap up mtu 1400
address add 10.82.0.1/24 dev x-tap
address add 10.82.0.2/24 dev x-tap valid_lft 6500 preferred_lft 6500
address add fe80::82/64 dev x-tap
route add 10.83.0.0/16 via 10.82.0.9 metric 3
neighbour add 10.82.0.9 lladdr 02:00:00:00:00:09 dev x-tap nud permanent
"""
QUIET = ("all", "default")


class Host:
    """A host that is a namespace, with namespaces beside it, of which some have no name."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        new_host()
        self.containers = []
        _hush()
        self.born = time.monotonic()

    def __enter__(self):
        self.containers = [_container() for _number in range(CONTAINERS)]
        self._do("; ".join("ip " + line for line in self._filled(BELOW).strip().splitlines()))
        return self

    def __exit__(self, *exception):
        for pid in self.containers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def look(self):
        places = {"": "/proc/self/ns/net", **{name: "/run/netns/" + name for name in sorted(os.listdir("/run/netns"))}}
        places.update((f"container {number}", f"/proc/{pid}/ns/net") for number, pid in enumerate(self.containers))
        return _look.look(places, self.born)

    def invite(self, document):
        """Have others do something to each link of a document, above and beside it."""
        chance = self.random
        ends = [end for link in document["links"] for end in (link, link.get("peer")) if end]
        done = []
        for end in ends:
            kind = end.get("kind", "veth")
            choices = [
                *ANY,
                *(ETHERNET if kind != "tun" else ()),
                *(AS_PORTS if _may_be_a_port(end) else ()),
                *(ON_BRIDGES * 3 if kind == "bridge" else ()),
            ]
            picked = chance.sample(choices, chance.randint(0, 4))
            picked += [chance.choice(RARE)] if chance.random() < 0.1 else []
            picked += [chance.choice(AWAY)] if "kind" not in end and chance.random() < 0.4 else []
            for words in picked:
                text = self._filled(words, end["name"])
                self._do(text, end.get("netns"))
                done.append((end.get("netns"), text))
        return done

    def _filled(self, words, dev=""):
        chance = self.random
        values = {"n": chance.randint(30, 99), "d": chance.randint(1, 9), "tag": chance.randint(100, 999)}
        container = self.containers and chance.choice(self.containers)
        return words.format(dev=dev, mac=chance.choice(MACS), port=chance.choice(NAMES), container=container, **values)

    def _do(self, text, netns=None):
        for words in (part.split() for part in text.split(";")):
            place = "/run/netns/" + netns if netns else "/proc/self/ns/net"
            if words[0].startswith("@"):
                place = f"/proc/{words.pop(0)[1:]}/ns/net"
            with _look.inside(place):
                subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def _hush():
    """Have IPv6 take addresses at once, here and in namespaces that come of this one."""
    for place in QUIET:
        with open(f"/proc/sys/net/ipv6/conf/{place}/accept_dad", "w", encoding="ascii") as file:
            file.write("0")


def _container():
    """Return a process that lives in a network namespace without a name."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            assert libc.unshare(_look.CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
            _hush()
            os.write(writing, b".")
            while True:
                signal.pause()
        finally:
            os._exit(1)
    os.close(writing)
    assert os.read(reading, 1) == b"."
    os.close(reading)
    return pid


def document(chance):
    """Return a state that can be, with what is ours on strangers' links and beside them."""
    free = [(place, name) for place in PLACES for name in NAMES]
    chance.shuffle(free)
    links, ends = [], []
    for _number in range(chance.randint(1, 4)):
        kind = chance.choice(("tap", "tun", "bridge", "bridge", "veth", "veth"))
        place, name = _pick(free, NEAR if kind == "veth" else NAMES)
        link = {"name": name, "kind": kind, **_end(chance, kind)}
        link.update({"netns": place} if place else {})
        link.update({name: value for name, value in _OWN[kind](chance).items() if chance.random() < 0.4})
        links.append(link)
        ends.append(link)
        if kind == "veth":
            other_place, other_name = _pick(free, set(NAMES) - set(NEAR))
            link["peer"] = {"name": other_name, **_end(chance), **({"netns": other_place} if other_place else {})}
            ends.append(link["peer"])
    for end in ends:
        bridges = [link["name"] for link in links if link["kind"] == "bridge" and link.get("netns") == end.get("netns")]
        bridges += [] if end.get("netns") else ["x-br"]
        if _may_be_a_port(end) and bridges and chance.random() < 0.5:
            end["master"] = chance.choice(bridges)
            end.update({"bridge_slave": _port(chance)} if chance.random() < 0.5 else {})
    if chance.random() < 0.3:
        links.append({"name": "x-tap", "addresses": ["10.84.0.1/24"], "mtu": chance.choice((1300, 1200))})
    return {"namespaces": _namespaces(chance, ends), "links": links, "routes": _routes(chance, ends)}


def _pick(free, names):
    """Take out a place with one of these names."""
    place = next(place for place in free if place[1] in names)
    free.remove(place)
    return place


def _may_be_a_port(end):
    return end.get("kind") == "tap" or (end.get("kind") in (None, "veth") and end["name"] in NEAR)


_OWN = {
    "tap": lambda chance: {"owner": chance.choice(("none", "0", "7")), "vnet_hdr": chance.random() < 0.5},
    "tun": lambda chance: {"multi_queue": chance.random() < 0.5, "packet_info": chance.random() < 0.5},
    "bridge": lambda chance: {"stp": chance.random() < 0.5, "priority": chance.choice((32768, 4096))},
    "veth": lambda _chance: {},
}


def _port(chance):
    options = {
        "cost": chance.choice((50, 60)),
        "hairpin": chance.random() < 0.5,
        "learning": chance.random() < 0.5,
        "priority": chance.choice((7, 32)),
    }
    return {name: value for name, value in options.items() if chance.random() < 0.5}


_ADDRESSES = (
    "10.0.0.1/24",
    "10.0.0.2/24",
    "10.1.0.1/16",
    {"address": "10.2.0.1", "peer": "10.2.0.2"},
    {"address": "10.3.0.1/24", "scope": "link"},
    "2001:db8::1/64",
    "2001:db8::2/64",
    "2001:db8:1::1/64",
)


def _end(chance, kind="veth"):
    options = {
        "addresses": chance.sample(_ADDRESSES, chance.randint(0, 3)),
        "promisc": chance.random() < 0.5,
        "alias": chance.choice(("", "ours")),
        "mtu": chance.choice((1500, 1300, 1000)),
        "mac": chance.choice(MACS[1:]),
        "txqueuelen": chance.choice((100, 1000)),
        "multicast": chance.random() < 0.8,
    }
    options = {
        name: value for name, value in options.items() if chance.random() < (0.7 if name == "addresses" else 0.2)
    }
    if options.get("mtu") == 1000:
        options["addresses"] = [each for each in options.get("addresses", []) if ":" not in str(each)]
    if kind == "tun":
        options.pop("mac", None)
    return {"up": chance.random() < 0.8, **options}


def _namespaces(chance, ends):
    named = {end.get("netns") for end in ends} - {None}
    named |= {place for place in PLACES if place and chance.random() < 0.3}
    return [
        {"name": name, **({"sysctl": {"net.ipv4.ip_forward": chance.choice((0, 1))}} if chance.random() < 0.3 else {})}
        for name in sorted(named)
    ]


def _routes(chance, ends):
    routes, ids = [], set()
    for _number in range(chance.randint(0, 3)):
        ways = [end for end in ends if end["up"]]
        if not ways:
            break
        way = chance.choice(ways)
        ipv6 = chance.random() < 0.3 and way.get("mtu", 1500) >= 1280
        route = {"dst": "2001:db8:9::/48" if ipv6 else chance.choice(("10.9.0.0/16", "10.71.0.0/16"))}
        route["dev"] = way["name"]
        route.update({"netns": way["netns"]} if "netns" in way else {})
        route.update({"metric": 5} if chance.random() < 0.3 else {})
        route.update({"table": chance.choice(TABLES)} if chance.random() < 0.3 else {})
        route.update({"tos": "0x08"} if not ipv6 and chance.random() < 0.3 else {})
        route.update({"mtu": 1200} if chance.random() < 0.2 else {})
        id_ = (
            route["dst"],
            route.get("netns"),
            route.get("metric"),
            {"254": "main"}.get(route.get("table"), route.get("table", "main")),
            route.get("tos"),
        )
        if id_ not in ids:
            ids.add(id_)
            routes.append(route)
    return routes


def changed(chance, before):
    """Return a state that is like another one in most, so that most of it is changed in place."""
    links = []
    for link in before["links"]:
        lot = chance.random()
        if lot < 0.15:
            continue
        new = {**link}
        if lot < 0.3 and link.get("kind") in ("tap", "tun"):
            new = {"name": link["name"], "kind": {"tap": "tun", "tun": "tap"}[link["kind"]], "up": link["up"]}
            new.update({"netns": link["netns"]} if "netns" in link else {})
        elif lot < 0.7 and "kind" in link:
            new.update(_end(chance, link["kind"]))
            new.update({"peer": {**link["peer"], **_end(chance)}} if "peer" in link else {})
            new.update({"master": "none"} if link.get("master") and chance.random() < 0.5 else {})
            own = {name: value for name, value in _OWN[link["kind"]](chance).items() if chance.random() < 0.4}
            new.update(own)
        links.append(new)
    made = {(end.get("netns"), end["name"]) for link in links for end in (link, link.get("peer")) if end}
    bridges = {(link.get("netns"), link["name"]) for link in links if link.get("kind") == "bridge"}
    for end in (end for link in links for end in (link, link.get("peer")) if end):
        if end.get("master") not in (None, "none", "x-br") and (end.get("netns"), end["master"]) not in bridges:
            del end["master"]
        if end.get("master") in (None, "none"):
            end.pop("bridge_slave", None)
        elif "bridge_slave" in end and chance.random() < 0.5:
            end["bridge_slave"] = _port(chance)
        if end.get("kind") == "tun":
            end.pop("mac", None)
    ends = [end for link in links for end in (link, link.get("peer")) if end and end["name"] != "x-tap"]
    routes = [
        route for route in before["routes"] if (route.get("netns"), route["dev"]) in made and chance.random() < 0.6
    ]
    routes = routes if chance.random() < 0.5 else _routes(chance, ends)
    named = {end.get("netns") for end in ends} - {None}
    namespaces = [each for each in before["namespaces"] if each["name"] in named or chance.random() < 0.6]
    return {"namespaces": namespaces, "links": links, "routes": routes}
