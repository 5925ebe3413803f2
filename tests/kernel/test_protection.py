# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table that drops what would go in clear, on a real kernel: what leaves is counted by the peer, what enters by a socket."""

import contextlib
import importlib
import json
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.tests.kernel._firewalls import run
from ansible_collections.warren.tunnels.tests.kernel._hosts import libc, new_host

CLONE_NEWNET = 0x40000000
GRE, IPIP, SIT, UDP, PORT = 47, 4, 41, 17, 5555
US, PEER, OTHER_PEER = ({4: f"192.0.2.{n}", 6: f"2001:db8::{n}"} for n in (1, 2, 3))
UNDERLAY = """
link add near type veth peer name far netns peers
address add 192.0.2.1/24 dev near
address add 2001:db8::1/64 dev near nodad
link set near up
link set lo up
"""
FAR = "\n".join(
    f"address add {peers[4]}/24 dev far\naddress add {peers[6]}/64 dev far nodad" for peers in (PEER, OTHER_PEER)
)
KINDS = ((GRE, 0), (IPIP, 0), (SIT, 0), (UDP, PORT), (UDP, PORT + 1))
ALL = {(who[version], *kind) for who in (PEER, OTHER_PEER) for version in (4, 6) for kind in KINDS}


def peer(version=4, protocol=GRE, port=None, who=PEER):
    options = {"local": US[version], "remote": who[version], "protocol": protocol}
    return {**options, "port": port} if port else options


PROTECTED = [peer(), peer(protocol=IPIP), peer(6, SIT), peer(4, UDP, PORT), peer(6, UDP, PORT), peer(who=OTHER_PEER)]
MARK = Path("/var/lib/warren.tunnels/protection/lab")
KEPT = {(one["remote"], one["protocol"], one.get("port", 0)) for one in PROTECTED}
"""What is neither sent nor taken in clear."""


@pytest.fixture(autouse=True)
def host():
    new_host()
    MARK.unlink(missing_ok=True)
    run("ip", "netns", "add", "peers")
    run("ip", "-batch", "-", text=UNDERLAY)
    run("ip", "-n", "peers", "-batch", "-", text=f"{FAR}\nlink set far up")
    for address in (*PEER.values(), *OTHER_PEER.values()):
        far = json.loads(run("ip", "-j", "-n", "peers", "link", "show", "far"))[0]["address"]
        run("ip", "neighbour", "replace", address, "lladdr", far, "dev", "near")


@pytest.fixture
def protection(capsys):
    """Return a function that runs the module and returns its answer."""

    def run_(peers=(), **options):
        return answer("protection", capsys, {"peers": list(peers), "at_boot": False, **options})

    return run_


def answer(module, capsys, options):
    main = importlib.import_module("ansible_collections.warren.tunnels.plugins.modules." + module).main
    with patch_module_args({"name": "lab", **options}), pytest.raises(SystemExit):
        main()
    found = json.loads(capsys.readouterr().out)
    found.pop("invocation", None)
    return found


def table():
    return run("nft", "list", "ruleset")


def in_peers(do):
    """Do something in a thread that is in the namespace of the peers."""

    def there():
        with open("/run/netns/peers", "rb") as place:
            assert libc.setns(place.fileno(), CLONE_NEWNET) == 0
        do()

    thread = threading.Thread(target=there)
    thread.start()
    return thread


@contextlib.contextmanager
def captured(what):
    """Note in a dictionary what comes to the peers on the wire: address, protocol and port, and how often."""
    opened, stop = threading.Event(), threading.Event()

    def capture():
        with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0003)) as wire:
            wire.bind(("far", 0x0003))
            wire.settimeout(0.1)
            opened.set()
            while True:
                try:
                    packet, (_device, ether, *_rest) = wire.recvfrom(4096)
                    note(packet, ether)
                except TimeoutError:
                    # What was sent before the end is all there by then.
                    if stop.is_set():
                        return

    def note(packet, ether):
        if ether == 0x0800:
            protocol, target, inner = packet[9], socket.inet_ntop(socket.AF_INET, packet[16:20]), packet[20:]
        elif ether == 0x86DD:
            protocol, target, inner = packet[6], socket.inet_ntop(socket.AF_INET6, packet[24:40]), packet[40:]
        else:
            return
        port = struct.unpack("!H", inner[2:4])[0] if protocol == UDP else 0
        if (target, protocol, port) in ALL:
            what[target, protocol, port] = what.get((target, protocol, port), 0) + 1

    thread = in_peers(capture)
    opened.wait()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def send(source, targets):
    """Send a packet of each sort; one that the kernel drops is an error to the sender."""
    refused = set()
    for target, protocol, port in sorted(targets):
        family = socket.AF_INET6 if ":" in target else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM if port else socket.SOCK_RAW, 0 if port else protocol) as sender:
            sender.bind((source[6 if ":" in target else 4], 0))
            try:
                sender.sendto(bytes.fromhex("0000080000000000"), (target, port))
            except PermissionError:
                refused.add((target, protocol, port))
    return refused


def leave():
    """Return what of all packets comes to the peers."""
    what = {}
    with captured(what):
        refused = send(US, ALL)
    assert refused == ALL - set(what)
    return set(what)


def enter():
    """Return what of all packets that the peers send comes in."""
    receivers = []
    for version, family in ((4, socket.AF_INET), (6, socket.AF_INET6)):
        for protocol, port in KINDS:
            receiver = socket.socket(family, socket.SOCK_DGRAM if port else socket.SOCK_RAW, 0 if port else protocol)
            receiver.bind((US[version], port))
            receiver.setblocking(False)
            receivers.append((receiver, protocol, port))

    def from_peers():
        for who in (PEER, OTHER_PEER):
            send(who, {(US[version], *kind) for version in (4, 6) for kind in KINDS})

    in_peers(from_peers).join()
    time.sleep(0.3)
    found = set()
    for receiver, protocol, port in receivers:
        with receiver, contextlib.suppress(BlockingIOError):
            while True:
                found.add((receiver.recvfrom(2048)[1][0], protocol, port))
    return found


def test_what_is_protected_neither_leaves_nor_enters_in_clear(protection):
    assert (leave(), enter()) == (ALL, ALL)

    foretold = protection(PROTECTED, _ansible_check_mode=True, _ansible_diff=True)
    assert table() == ""
    done = protection(PROTECTED, _ansible_diff=True)
    assert done == foretold
    assert done["changed"]
    assert {change["change"] for change in done["changes"]} == {"created"}
    assert (leave(), enter()) == (ALL - KEPT, ALL - KEPT)

    again = protection(PROTECTED)
    assert (again["changed"], again["changes"], again["operations"]) == (False, [], [])
    assert [(one["sent"], one["received"]) for one in again["dropped"]] == [(1, 1)] * len(PROTECTED)
    assert {(one["remote"], one["protocol"], one.get("port", 0)) for one in again["dropped"]} == KEPT

    assert protection(state="absent")["changed"]
    assert table() == ""
    assert (leave(), enter()) == (ALL, ALL)
    assert not protection(state="absent")["changed"]
    assert not protection()["changed"]


TENANT = f"""
netns add red
link add vx0 type vxlan id 7 dstport {PORT} local {US[4]} remote {PEER[4]}
link set vx0 netns red
-n red address add 10.9.0.1/24 dev vx0
-n red link set vx0 up
"""
"""A device in a namespace that is no host's own, whose outer packets leave from the host."""
HELLO = """
import socket
asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asked.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
try:
    asked.sendto(b"hello", ("10.9.0.255", 9))
except OSError:
    pass
"""
FRAME = bytes.fromhex("0800000000000700" + "ffffffffffff" + "020000000009" + "0800" + "00" * 46)


def exchanged():
    """Return whether a packet of the tenant's device comes to the peer, and how many of the peer's come to the device."""

    def received():
        return json.loads(run("ip", "-n", "red", "-s", "-j", "link", "show", "vx0"))[0]["stats64"]["rx"]["packets"]

    def from_peer():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((PEER[4], 0))
            sender.sendto(FRAME, (US[4], PORT))

    before, what = received(), {}
    with captured(what):
        run("ip", "netns", "exec", "red", sys.executable, "-c", HELLO)
    in_peers(from_peer).join()
    time.sleep(0.3)
    return (PEER[4], UDP, PORT) in what, received() - before


def test_outer_packets_of_a_device_in_a_namespace_are_protected_where_they_leave(protection):
    for line in TENANT.split("\n"):
        if line:
            run("ip", *line.split())
    assert exchanged() == (True, 1)
    protection([peer(protocol=UDP, port=PORT)])
    assert exchanged() == (False, 0)
    protection(state="absent")
    assert exchanged() == (True, 1)


def test_what_was_protected_stays_so_until_it_is_to_go(protection):
    protection(PROTECTED)
    later = [peer(protocol=SIT)]
    assert protection(later, purge=False)["changed"]
    assert leave() == ALL - KEPT - {(PEER[4], SIT, 0)}
    assert not protection(later, purge=False)["changed"]
    done = protection(later)
    assert {change["change"] for change in done["changes"]} == {"removed"}
    assert leave() == ALL - {(PEER[4], SIT, 0)}
    protection(later, name="other")
    protection(state="absent")
    assert leave() == ALL - {(PEER[4], SIT, 0)}


DRIFT = [
    pytest.param("flush ruleset", id="all flushed"),
    pytest.param("flush table inet warren_lab_protect", id="rules flushed"),
    pytest.param("flush set inet warren_lab_protect sent_ip", id="set flushed"),
    pytest.param("insert rule inet warren_lab_protect output accept", id="a rule before"),
    pytest.param("add chain inet warren_lab_protect output { policy drop; }", id="another policy"),
    pytest.param("add table inet warren_lab_protect { flags dormant; }", id="asleep"),
    pytest.param("add chain inet warren_lab_protect more", id="a chain more"),
    pytest.param("add counter inet warren_lab_protect more", id="a counter more"),
    pytest.param(
        f"add element inet warren_lab_protect received_ip {{ {US[4]} . 192.0.2.9 . 47 }}", id="an element more"
    ),
    pytest.param(f"delete element inet warren_lab_protect received_ip {{ {US[4]} . {PEER[4]} . 47 }}", id="one less"),
]


@pytest.mark.parametrize("words", DRIFT)
def test_what_somebody_changed_of_it_is_mended(protection, words):
    protection(PROTECTED)
    whole = table()
    run("nft", words)
    assert table() != whole
    assert protection(PROTECTED, _ansible_check_mode=True)["changed"]
    assert protection(PROTECTED)["changed"]
    assert sorted(table().split()) == sorted(whole.split())
    assert not protection(PROTECTED)["changed"]
    assert leave() == ALL - KEPT


def test_other_tables_stay(protection):
    others = "table inet mine {\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n}\n"
    run("nft", "-f", "-", text=others)
    protection(PROTECTED)
    assert table().startswith(others)
    protection(state="absent")
    assert table() == others


@pytest.fixture
def etc(tmp_path):
    """An /etc of its own, with nothing in it."""
    run("mount", "-t", "tmpfs", "warren", tmp_path)
    (tmp_path / "etc").mkdir()
    run("mount", "--bind", tmp_path / "etc", "/etc")
    yield
    run("umount", "/etc")


@pytest.mark.usefixtures("etc")
def test_a_firewall_that_lets_in_tunnels_leaves_it_alone(protection, capsys):
    protection(PROTECTED)
    whole = table()
    accept = {"accept": [{"source": PEER[4], "protocol": GRE}]}
    opened = answer("firewall", capsys, accept)
    assert (opened["changed"], opened["firewalls"]) == (False, [])
    assert table() == whole
    run("nft", "-f", "-", text="table inet site { chain in { type filter hook input priority 0; policy drop; }; }")
    opened = answer("firewall", capsys, accept)
    assert {change["place"] for change in opened["changes"]} == {"inet site in"}
    assert not protection(PROTECTED)["changed"]


POLICY = ["ip", "xfrm", "policy"]
SELECTOR = ["src", US[4], "dst", PEER[4], "proto", "gre", "dir", "out"]


def test_a_flush_of_ipsec_policies_leaks_nothing(protection):
    """The control first: without the table, what a policy held leaves in clear when the policy is flushed."""
    packet = (PEER[4], GRE, 0)
    run(*POLICY, "add", *SELECTOR, "tmpl", "proto", "esp", "mode", "transport")
    for is_protected in (False, True):
        if is_protected:
            run(*POLICY, "add", *SELECTOR, "tmpl", "proto", "esp", "mode", "transport")
            protection([peer()])
        what = {}
        with captured(what):
            with contextlib.suppress(OSError):
                send(US, {packet})
            assert what == {}
            run(*POLICY, "flush")
            refused = send(US, {packet})
        assert (what, refused) == (({}, {packet}) if is_protected else ({packet: 1}, set()))


SENDER = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_RAW, 47) as sender:
    sender.bind((sys.argv[1], 0))
    print("ready", flush=True)
    while True:
        try:
            sender.sendto(bytes(8), (sys.argv[2], 0))
        except PermissionError:
            pass
"""


def test_no_packet_leaves_while_the_table_is_written_anew(protection):
    protection([peer()])
    what = {}
    with (
        captured(what),
        subprocess.Popen([sys.executable, "-c", SENDER, US[4], PEER[4]], stdout=subprocess.PIPE) as sender,
    ):
        sender.stdout.readline()
        for number in range(20):
            assert protection([peer(), *[peer(protocol=IPIP, who=OTHER_PEER)] * (number % 2 == 0)])["changed"]
        sender.kill()
    assert what == {}
    assert protection([peer()])["dropped"] != []


def test_a_thousand_peers_are_one_rule(protection):
    many = [
        {"local": US[4], "remote": f"198.51.{number // 250}.{number % 250 + 1}", "protocol": GRE}
        for number in range(1000)
    ]
    assert protection([*many, peer()])["changed"]
    listing = json.loads(run("nft", "--json", "list", "ruleset"))["nftables"]
    assert len([entry for entry in listing if "rule" in entry]) == 2
    assert leave() == ALL - {(PEER[4], GRE, 0)}
    assert not protection([*many, peer()])["changed"]
    assert len(protection([*many[1:], peer()], _ansible_check_mode=True)["changes"]) == 1


BAD = [
    ({"remote": "192.0.2.1"}, "peers[0].remote: both ends have the address 192.0.2.1"),
    ({"remote": "2001:db8::2"}, "peers[0].remote: 2001:db8::2 is of another family than 192.0.2.1"),
    ({"protocol": 6}, "peers[0].protocol: 6 is no protocol of tunnels"),
    ({"protocol": 17, "port": 500}, "peers[0].port: 500 carries IKE"),
]


@pytest.mark.parametrize(("options", "words"), BAD)
def test_what_could_lose_a_host_is_refused(protection, options, words):
    answer = protection([{**peer(), **options}])
    assert answer["failed"]
    assert answer["msg"].startswith(words)
    assert table() == ""


def test_a_host_without_nft_is_told_so(protection):
    # What is no program is none, as on a host that never had the package.
    run("mount", "--bind", "/dev/null", "/usr/sbin/nft")
    try:
        answers = [protection(PROTECTED), protection(state="absent")]
    finally:
        run("umount", "/usr/sbin/nft")
    assert "install the package nftables" in answers[0]["msg"]
    assert (answers[0]["failed"], answers[1]["changed"]) == (True, False)


BOOT = [
    "/etc/warren-lab.protection.nft",
    "/etc/systemd/system/warren-lab.protection.service",
    "/etc/systemd/system/nftables.service.wants/warren-lab.protection.service",
    "/etc/systemd/system/sysinit.target.wants/warren-lab.protection.service",
]


def test_a_host_that_systemd_does_not_run_is_told_that_nothing_loads_the_table(protection):
    for check_mode in (True, False):
        answer = protection(PROTECTED, at_boot=True, _ansible_check_mode=check_mode)
        assert answer["failed"]
        assert answer["msg"].startswith("at_boot: systemd does not run this host")
    assert table() == ""
    assert not MARK.exists()


@pytest.fixture
def systemd(etc, tmp_path):
    """What a module asks of systemd, noted. It can't run the namespace that the tests are in."""
    Path("/run/systemd/system").mkdir(parents=True)
    said, program = tmp_path / "said", tmp_path / "systemctl"
    program.write_text(f'#!/bin/sh\necho "$@" >> {said}\n')
    program.chmod(0o755)
    run("mount", "--bind", program, "/usr/bin/systemctl")
    yield lambda: said.read_text().splitlines() if said.exists() else []
    run("umount", "/usr/bin/systemctl")
    Path("/run/systemd/system").rmdir()


def test_the_table_is_loaded_at_boot_from_a_file(protection, systemd):
    foretold = protection(PROTECTED, at_boot=True, _ansible_check_mode=True, _ansible_diff=True)
    assert (list(Path("/etc").iterdir()), systemd(), MARK.exists()) == ([], [], False)
    done = protection(PROTECTED, at_boot=True, _ansible_diff=True)
    assert done == foretold
    assert sorted(done["written"]) == sorted(BOOT)
    assert systemd() == ["daemon-reload", "start warren-lab.protection.service"]
    assert MARK.exists()
    assert not protection(PROTECTED, at_boot=True)["changed"]

    run("nft", "flush", "ruleset")
    unit = Path(BOOT[1]).read_text()
    starts = [line.partition("=")[2].split() for line in unit.splitlines() if line.startswith("Exec")]
    for command in starts:
        run(*command)
        assert not protection(PROTECTED, at_boot=True)["changed"]
    assert len(starts) == 2
    assert leave() == ALL - KEPT

    assert protection([peer()], at_boot=True)["written"] == BOOT[:1]
    assert systemd()[2:] == []
    assert sorted(protection([peer()])["removed"]) == sorted(BOOT)
    protection([peer()], at_boot=True)
    assert sorted(protection(state="absent")["removed"]) == sorted(BOOT)
    assert not [path for path in Path("/etc").rglob("*") if not path.is_dir()]
    assert not MARK.exists()
