# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Devices in one namespace whose underlay is in another: made, read, compared, made again, and seen on the wire."""

import ctypes
import json
import os
import re
import socket
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _document, _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host, _lifeline, _namespaces
from ansible_collections.warren.tunnels.tests.kernel import _engine, _faults
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import CLONE_NEWNET, libc, new_host
from ansible_collections.warren.tunnels.tests.kernel.test_checkpoint import bring_back, taken

ETH_P_ALL = 3
NAMESPACES = {"namespaces": [{"name": "blue"}, {"name": "red"}]}
PAIR = {
    "name": "u0",
    "kind": "veth",
    "up": True,
    "addresses": ["192.0.2.1/24"],
    "peer": {"name": "u1", "netns": "blue", "up": True, "addresses": ["192.0.2.2/24"]},
}
"""An underlay of two hosts: u0 is here, u1 in blue."""
VXLAN = {"name": "vx0", "kind": "vxlan", "netns": "red", "id": "42", "dstport": 4789, "remote": "192.0.2.2"}
HERE = "here"
LEAVES = "if1077"
BEYOND = {**VXLAN, "link_netns": "host"}


def ip(*words):
    subprocess.run(["ip", *" ".join(words).split()], check=True)


def told(place, *words):
    where = ["-n", place] if place else []
    return json.loads(subprocess.run(["ip", *where, "-d", "-j", *words], check=True, stdout=subprocess.PIPE).stdout)


def underlay(name="vx0", place="red"):
    """Return the namespace that a link sends its outer packets from: None is the link's own, HERE the one that we are in."""
    where = ["-n", place] if place else []
    said = subprocess.run(["ip", *where, "link", "show", name], check=True, stdout=subprocess.PIPE, text=True).stdout
    found = re.search(r" link-netns(id)? (\S+)", said)
    if not found:
        return None
    # The one that we are in has no name, so that ip tells its number.
    return HERE if found[1] and int(found[2]) == number_of_ours(place) else found[2]


def number_of_ours(place):
    """Return the number by which a namespace knows the one that we are in."""
    shown = ["ip", "-n", place, "-j", "link", "show", "probe"]
    subprocess.run(["ip", "link", "add", "probe", "type", "veth", "peer", "name", "probe", "netns", place], check=True)
    told_there = json.loads(subprocess.run(shown, check=True, stdout=subprocess.PIPE).stdout)
    subprocess.run(["ip", "link", "delete", "probe"], check=True)
    return told_there[0]["link_netnsid"]


def index(name="vx0", place="red"):
    return told(place, "link", "show", name)[0]["ifindex"]


def leaves_by(name):
    """Return the link that a device leaves by: ip looks for its name in the namespace of the device."""
    return told("red", "link", "show", name)[0]["linkinfo"]["info_data"]["link"]


def have(*links, state="merged", neighbours=(), **options):
    if not os.path.exists("/run/netns/blue"):
        # No device of red has such an index, for whose name ip could take it.
        ip("netns add blue")
        ip("link add u0 index 1077 type veth peer name u1 netns blue")
    return apply({**NAMESPACES, "links": [PAIR, *links], "neighbours": list(neighbours)}, state, **options)


@pytest.fixture(autouse=True)
def _host_of_its_own():
    new_host()


def inside(place):
    """Return the file descriptor of a raw socket that sees all packets of a namespace."""
    here, there = os.open("/proc/self/ns/net", os.O_RDONLY), os.open("/run/netns/" + place, os.O_RDONLY)
    try:
        assert libc.setns(there, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    finally:
        libc.setns(here, CLONE_NEWNET)
        os.close(there)
        os.close(here)


def sent_to(tap):
    """Return the UDP packets that a tap has got, as source, destination and port."""
    tap.settimeout(2)
    found = []
    try:
        while not found:
            packet = tap.recv(2048)
            if packet[12:14] == b"\x08\x00" and packet[23] == socket.IPPROTO_UDP:
                port = int.from_bytes(packet[36:38], "big")
                found.append((socket.inet_ntoa(packet[26:30]), socket.inet_ntoa(packet[30:34]), port))
    except TimeoutError:
        pass
    return found


def test_outer_packets_leave_from_the_other_namespace():
    have({**BEYOND, "up": True, "addresses": ["10.9.0.1/24"]})
    with inside("blue") as tap:
        tap.bind(("u1", 0))
        subprocess.run(["ip", "netns", "exec", "red", "python3", "-c", SEND], check=True, stdout=subprocess.DEVNULL)
        assert sent_to(tap) == [("192.0.2.1", "192.0.2.2", 4789)]
    assert {link["ifname"] for link in told("red", "link")} == {"lo", "vx0"}


SEND = """
import socket
asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asked.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
asked.sendto(b"hello", ("10.9.0.255", 9))
"""


def test_nothing_is_done_twice():
    have({**BEYOND, "dev": "u0", "up": True})
    before = index()
    assert have({**BEYOND, "dev": "u0", "up": True}) == ()
    assert have({"name": "vx0", "kind": "vxlan", "netns": "red"}) == ()
    assert (index(), underlay()) == (before, HERE)
    (link,) = told("red", "link", "show", "vx0")
    assert "UP" in link["flags"]
    assert leaves_by("vx0") == LEAVES


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        pytest.param({}, {"link_netns": "blue"}, "blue", id="elsewhere"),
        pytest.param({"link_netns": "blue"}, {"link_netns": "red"}, None, id="its-own"),
        pytest.param({"link_netns": "host"}, {"link_netns": "blue"}, "blue", id="another"),
        pytest.param({"link_netns": "blue"}, {"dstport": 4790}, "blue", id="for-another-reason"),
    ],
)
def test_change_by_a_new_device(first, then, expected):
    """It has all that the former one had."""
    have({**VXLAN, **first, "mtu": 1321, "up": True, "addresses": ["10.9.0.1/24"], "ttl": "9"})
    ip("-n red route add 10.77.0.0/16 via 10.9.0.9")
    ip("-n red neighbour add 10.9.0.9 lladdr 02:00:00:00:00:09 dev vx0")
    before, options = index(), {"name": "vx0", "kind": "vxlan", "netns": "red", **then}
    have(options)
    (link,) = told("red", "address", "show", "vx0")
    assert (link["ifindex"] == before, underlay()) == (False, expected)
    assert (link["mtu"], "UP" in link["flags"], link["linkinfo"]["info_data"]["ttl"]) == (1321, True, 9)
    assert "10.9.0.1" in [address["local"] for address in link["addr_info"]]
    assert "10.77.0.0/16" in [route["dst"] for route in told("red", "route")]
    assert have(options) == ()


WITH_OPTIONS = {
    **BEYOND,
    "dev": "u0",
    "up": True,
    "ifgroup": 7,
    "altnames": ["of-the-tenant", "t0"],
    "addrgenmode": "none",
    "addresses": [{"address": "10.9.0.1/24", "metric": 77, "valid_lft": 3600, "preferred_lft": 1800}],
}
NEIGHBOUR = {"netns": "red", "dev": "vx0", "to": "10.9.0.9", "lladdr": "02:00:00:00:00:09"}


def options_of(name="vx0"):
    """Return what ip says of a link's options that are no driver's, and of its addresses and neighbours."""
    (link,) = told("red", "address", "show", name)
    addresses = [
        (address["local"], address.get("metric"), address["valid_life_time"] // 1000)
        for address in link["addr_info"]
        if address["family"] == "inet"
    ]
    addrgenmode = told("red", "link", "show", name)[0]["inet6_addr_gen_mode"]
    neighbours = [(found["dst"], found["lladdr"]) for found in told("red", "neighbour", "show", "nud", "permanent")]
    return link["group"], sorted(link["altnames"]), addrgenmode, "UP" in link["flags"], addresses, neighbours


def test_other_options_are_as_told_before_and_after_a_new_device():
    have(WITH_OPTIONS, neighbours=[NEIGHBOUR])
    expected = options_of()
    assert expected[:4] == ("7", ["of-the-tenant", "t0"], "none", True)
    assert expected[4] == [("10.9.0.1", 77, 3)]
    assert expected[5] == [("10.9.0.9", "02:00:00:00:00:09")]
    assert have(WITH_OPTIONS, neighbours=[NEIGHBOUR]) == ()
    before = index()
    changed = {**NAMESPACES, "links": [PAIR, {**VXLAN, "dstport": 4790}], "neighbours": [NEIGHBOUR]}
    for error in _engine.refusals(changed, "merged"):
        assert error.left == []
        assert (options_of(), underlay(), leaves_by("vx0")) == (expected, HERE, LEAVES)
    assert index() != before
    assert (options_of(), underlay(), leaves_by("vx0")) == (expected, HERE, LEAVES)
    assert have({**WITH_OPTIONS, "dstport": 4790}, neighbours=[NEIGHBOUR]) == ()


def test_option_that_is_left_out_is_as_of_a_new_one_only_where_all_is():
    have({**VXLAN, "link_netns": "blue"})
    have(VXLAN)
    assert underlay() == "blue"
    have(VXLAN, state="replaced")
    assert underlay() is None


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"link_netns": "red"}, id="its-own"),
        pytest.param({"link_netns": "blue", "dev": "u1"}, id="another"),
        pytest.param({"dstport": 4790}, id="for-another-reason"),
    ],
)
def test_change_that_fails_leaves_nothing(changed):
    have({**BEYOND, "dev": "u0", "up": True, "addresses": ["10.9.0.1/24"]})
    before = _faults.look()
    dev = {"dev": "none"} if changed.get("link_netns") == "red" else {"dev": "u0"}
    wanted = {**VXLAN, "up": True, **dev, **changed}
    document = {**NAMESPACES, "links": [PAIR, wanted, {"name": "b0", "kind": "bridge", "up": True}]}
    refused = 0
    for error in _engine.refusals(document, "merged"):
        refused += 1
        assert error.left == []
        assert _faults.look() == before
        assert underlay() == HERE
    assert refused > 2


def test_link_that_somebody_moved_keeps_its_underlay():
    """No task names it, and no undo and no replacement loses it."""
    have()
    ip("link add vx0 type vxlan id 42 dstport 4789 remote 192.0.2.2 dev u0")
    ip("link set vx0 netns red")
    assert underlay() == HERE
    options = {"name": "vx0", "kind": "vxlan", "netns": "red", "dstport": 4790}
    for error in _engine.refusals({**NAMESPACES, "links": [PAIR, options]}, "merged"):
        assert error.left == []
        assert underlay() == HERE
    (link,) = told("red", "link", "show", "vx0")
    assert link["linkinfo"]["info_data"]["port"] == 4790
    assert leaves_by("vx0") == LEAVES
    assert underlay() == HERE


@pytest.fixture
def container():
    """A process in a namespace without a name, in which a vxlan was made that is in red now and leaves by v0."""
    command = ["unshare", "--net", "sh", "-c", "echo; exec sleep infinity"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        ip("netns add red")
        made = "link add vx0 type vxlan id 42 dstport 4789 remote 192.0.2.2 dev v0"
        for line in ("link add v0 index 1078 type veth peer name v1", made, "link set vx0 netns red"):
            subprocess.run(["nsenter", f"--net=/proc/{process.pid}/ns/net", "ip", *line.split()], check=True)
        yield
        process.kill()


@pytest.mark.usefixtures("container")
def test_link_whose_underlay_has_no_name_is_made_again_by_it():
    number = underlay()
    assert number.isdigit()
    options = {"name": "vx0", "kind": "vxlan", "netns": "red", "dstport": 4790}
    for error in _engine.refusals({"links": [options, {"name": "b0", "kind": "bridge"}]}, "merged"):
        assert error.left == []
        assert (underlay(), leaves_by("vx0")) == (number, "if1078")
    assert (underlay(), leaves_by("vx0")) == (number, "if1078")
    assert told("red", "link", "show", "vx0")[0]["linkinfo"]["info_data"]["port"] == 4790


def test_link_comes_home_and_leaves_again():
    have({**BEYOND, "up": True})
    apply({**NAMESPACES, "links": [{"name": "vx0", "move_from": "red"}]}, "merged")
    assert underlay(place="") is None
    apply({**NAMESPACES, "links": [{"name": "vx0", "netns": "blue"}]}, "merged")
    assert underlay(place="blue") == HERE
    assert apply({**NAMESPACES, "links": [{**BEYOND, "netns": "blue"}]}, "merged") == ()


def test_underlay_and_what_it_leaves_by_are_made_before_it():
    """Whatever the names of their namespaces."""
    lower = {"name": "t0", "kind": "tap", "netns": "zed", "up": True}
    upper = {**VXLAN, "netns": "also", "link_netns": "zed", "dev": "t0", "up": True}
    apply({"namespaces": [{"name": "also"}, {"name": "zed"}], "links": [upper, lower]})
    assert underlay(place="also") == "zed"
    assert apply({"namespaces": [{"name": "also"}, {"name": "zed"}], "links": [upper, lower]}) == ()
    apply({})
    assert [link["ifname"] for link in told("", "link")] == ["lo"]
    assert os.listdir("/run/netns") == []


def test_link_that_it_stands_on_is_made_again():
    lower = {"name": "t0", "kind": "tap", "up": True}
    apply({**NAMESPACES, "links": [lower, {**BEYOND, "dev": "t0"}]})
    before = index()
    apply({**NAMESPACES, "links": [{**lower, "multi_queue": True}, {**BEYOND, "dev": "t0"}]})
    (link,) = told("red", "link", "show", "vx0")
    assert (link["ifindex"] == before, underlay()) == (False, HERE)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        pytest.param({"link_netns": "gone"}, r"link_netns: there is no namespace 'gone'", id="namespace"),
        pytest.param({"link_netns": "blue", "dev": "u0"}, r"dev: there is no link 'u0' in namespace blue", id="dev"),
    ],
)
def test_underlay_that_is_not_there(options, complaint):
    have()
    before = _faults.look()
    with pytest.raises(AssertionError, match=complaint):
        have({**VXLAN, **options})
    assert _faults.look() == before


def test_two_devices_that_can_not_be_are_of_one_underlay():
    have(BEYOND)
    with pytest.raises(_errors.Conflict, match=r"^id: vx0 in namespace red is a vxlan with id 42, dstport 4789"):
        have({**BEYOND, "name": "vx1"})
    with pytest.raises(_errors.Conflict, match=r"^id: "):
        have(BEYOND, {**VXLAN, "name": "vx1", "netns": "blue", "link_netns": "host"})
    have({**VXLAN, "name": "vx1"})
    have({**VXLAN, "name": "vx2", "link_netns": "blue"})
    assert [underlay("vx1"), underlay("vx2")] == [None, "blue"]


@pytest.mark.parametrize("goes", [{}, NAMESPACES], ids=["dropped", "deleted"])
def test_underlay_goes_with_what_others_have_by_it(goes):
    apply(NAMESPACES)
    ip("-n red link add vx9 link-netns blue type vxlan id 9 dstport 4789")
    before = _faults.look()
    document, state = ({"namespaces": [{"name": "red"}]}, "overridden") if not goes else (BLUE, "deleted")
    with pytest.raises(_errors.Conflict, match=r"^name: namespace blue .*: vx9 in namespace red \(vxlan\)"):
        apply(document, state)
    assert _faults.look() == before
    apply(document, state, force=True)
    assert os.listdir("/run/netns") == ["red"]


BLUE = {"namespaces": [{"name": "blue"}]}


def test_underlay_goes_together_with_what_we_made_by_it():
    apply({**NAMESPACES, "links": [{**VXLAN, "link_netns": "blue"}]})
    apply({"namespaces": [{"name": "red"}]})
    assert [link["ifname"] for link in told("red", "link")] == ["lo"]
    assert os.listdir("/run/netns") == ["red"]


def test_route_into_it_of_its_own_namespace_leads_no_packet_of_its_own_back():
    """The way of the outer packets is another namespace's."""
    document = {"routes": [{"dst": "default", "dev": "vx0", "netns": "red"}]}
    apply({**NAMESPACES, **document, "links": [PAIR, {**BEYOND, "up": True, "addresses": ["10.9.0.1/24"]}]}, "merged")
    assert "default" in [route["dst"] for route in told("red", "route")]


def test_what_is_told_of_one_host_makes_it_on_another():
    def network():
        with _host.Kernel() as kernel:
            return _document.of_choice(_document.Choice(), kernel.survey())["network"]

    have(
        {**BEYOND, "dev": "u0", "up": True, "addresses": ["10.9.0.1/24"]},
        {**VXLAN, "name": "vx1", "link_netns": "blue"},
    )
    before = network()
    named = {link["name"]: link.get("link_netns") for link in before["links"]}
    assert (named["vx0"], named["vx1"], named["u0"]) == ("host", "blue", None)
    assert {link["name"]: link.get("dev") for link in before["links"]}["vx0"] == "u0"
    new_host()
    apply(before, "merged")
    assert network() == before
    assert underlay() == HERE


def test_many_are_read_and_compared_at_once():
    """Of many no more is read than is asked for."""
    many = [{**BEYOND, "name": f"vx{number}", "id": str(number + 1), "dev": "u0"} for number in range(40)]
    have(*many)
    assert have(*many) == ()
    assert have(*many[:-1], {"name": "vx39", "kind": "vxlan", "netns": "red", "ttl": "9"}) != ()
    assert (underlay("vx39"), leaves_by("vx39")) == (HERE, LEAVES)


def test_checkpoint_brings_it_back():
    other = {**VXLAN, "name": "vx1", "id": "43"}
    have({**BEYOND, "dev": "u0", "up": True, "addresses": ["10.9.0.1/24"]}, other)
    checkpoint = taken()
    have({**VXLAN, "link_netns": "blue", "dev": "u1"}, {**other, "link_netns": "host"})
    assert (underlay("vx0"), underlay("vx1")) == ("blue", HERE)
    assert bring_back(checkpoint)[1] == []
    assert (underlay("vx0"), leaves_by("vx0"), underlay("vx1")) == (HERE, LEAVES, None)
    assert bring_back(checkpoint) == ([], [])


CARRIED = """
netns add blue
netns add red
link add w0 netns blue type veth peer name w1 netns red
link add vx0 link-netns blue type vxlan id 42 dstport 4789 remote 192.0.2.2
address add 10.9.0.1/24 dev vx0
link set vx0 up
"""
CARRIED_IN = {
    "blue": "address add 192.0.2.1/24 dev w0\nlink set w0 up\n",
    "red": """
address add 192.0.2.2/24 dev w1
link set w1 up
link add vx0 type vxlan id 42 dstport 4789 remote 192.0.2.1
address add 10.9.0.2/24 dev vx0
link set vx0 up
""",
}


@pytest.fixture
def connected(monkeypatch):
    """A connection that comes by a device here, whose outer packets go from blue to red."""
    subprocess.run(["ip", "-batch", "-"], input=CARRIED.encode(), check=True)
    for place, lines in CARRIED_IN.items():
        subprocess.run(["ip", "-n", place, "-batch", "-"], input=lines.encode(), check=True)
    with socket.create_server(("10.9.0.1", 22)) as server:
        with _namespaces.inside("red"):
            client = socket.socket()
        with client:
            client.settimeout(9)
            client.connect(("10.9.0.1", 22))
            with server.accept()[0]:
                found = _lifeline.Connection(*client.getsockname(), *client.getpeername())
                monkeypatch.setattr(_lifeline, "connection", lambda: found)
                yield


@pytest.mark.usefixtures("connected")
def test_connection_is_followed_into_the_other_namespace():
    with _host.Kernel() as kernel:
        lifeline = kernel.lifeline()
    assert [(way.netns, way.destination, way.devices) for way in lifeline.ways] == [
        (None, "10.9.0.2", ["vx0"]),
        ("blue", "192.0.2.2", ["w0"]),
    ]
    assert set(lifeline.links) == {(None, "vx0"), ("blue", "w0"), ("red", "w1")}


@pytest.mark.parametrize(
    "cutting",
    [
        pytest.param({"links": [{"name": "w0", "netns": "blue", "up": False}]}, id="link"),
        pytest.param({"routes": [{"dst": "192.0.2.2/32", "netns": "blue", "type": "blackhole"}]}, id="route"),
        pytest.param({"links": [{"name": "vx0", "kind": "vxlan", "link_netns": "host"}]}, id="underlay"),
        pytest.param(
            {"rules": [{"priority": 100, "netns": "blue", "to": "192.0.2.0/24", "type": "blackhole"}]}, id="rule"
        ),
    ],
)
@pytest.mark.usefixtures("connected")
def test_what_would_cut_it_there_is_refused(cutting):
    before = _faults.look()
    with pytest.raises(_errors.Conflict, match=r"^force: .* would cut the connection from 10\.9\.0\.2"):
        apply(cutting, "merged")
    assert _faults.look() == before


@pytest.mark.usefixtures("connected")
def test_what_cuts_nothing_there_is_done():
    apply({"routes": [{"dst": "192.0.2.9/32", "netns": "blue", "type": "blackhole"}]}, "merged")
    apply({"rules": [{"priority": 100, "netns": "blue", "to": "10.9.0.0/24", "type": "blackhole"}]}, "merged")
    apply({"rules": [{"priority": 100, "netns": "red", "to": "192.0.2.0/24", "type": "blackhole"}]}, "merged")
    assert apply({"links": [{"name": "vx0", "kind": "vxlan", "link_netns": "blue"}]}, "merged") == ()
