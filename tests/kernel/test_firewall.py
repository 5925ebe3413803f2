# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules in real firewalls: what they let in, what reloads leave of them, and that all else stays to the letter."""

import contextlib
import importlib
import json
import select
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.tests.kernel._firewalls import (
    UNPACKED,
    Firewalld,
    Iptables,
    Nftables,
    Ufw,
    comparable,
    run,
)
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

GRE, IPIP, SIT, UDP, ICMP, OSPF = 47, 4, 41, 17, 1, 89
PORT = 5555

US = {4: "192.0.2.1", 6: "2001:db8::1"}
PEER, OTHER_PEER, STRANGER = ({4: f"192.0.2.{n}", 6: f"2001:db8::{n}"} for n in (2, 3, 9))
UNDERLAY = """
link add near type veth peer name far netns peers
address add 192.0.2.1/24 dev near
address add 2001:db8::1/64 dev near nodad
link set near up
"""
FAR = [
    f"address add {peers[4]}/24 dev far\naddress add {peers[6]}/64 dev far nodad"
    for peers in (PEER, OTHER_PEER, STRANGER)
]

DECLARED = [
    {"source": PEER[4], "protocol": GRE},
    {"source": PEER[4], "protocol": SIT},
    {"source": PEER[4], "protocol": UDP, "port": PORT},
    {"source": PEER[6], "protocol": GRE},
    {"source": OTHER_PEER[4], "protocol": IPIP},
    {"source": OTHER_PEER[6], "protocol": UDP, "port": PORT},
]
LATER = [DECLARED[0], DECLARED[5], {"source": OTHER_PEER[4], "protocol": GRE}]


IS_ROOT = Path("/proc/self/uid_map").read_text().split()[2] == str(2**32 - 1)
POLKIT = Path("/usr/share/dbus-1/system-services/org.freedesktop.PolicyKit1.service")
is_unpacked = pytest.mark.skipif(
    not (UNPACKED / "whole").exists() or not IS_ROOT, reason="scripts/firewalls has not unpacked it, or no root"
)
has_bus = pytest.mark.skipif(not (shutil.which("dbus-daemon") and POLKIT.exists()), reason="no D-Bus, or no polkit")
FIREWALLS = [
    pytest.param(Nftables(), id="nftables"),
    pytest.param(Iptables("-nft"), id="iptables-nft"),
    pytest.param(Iptables("-legacy"), id="iptables-legacy"),
    pytest.param(Ufw(), id="ufw", marks=is_unpacked),
    pytest.param(Firewalld(), id="firewalld", marks=[is_unpacked, has_bus]),
]


@pytest.fixture(autouse=True)
def host(tmp_path):
    """A host of its own, with an /etc of its own, and another namespace that has the addresses of peers and of a stranger."""
    run("mount", "-t", "tmpfs", "warren", tmp_path)
    # Who is not root may not read all of it.
    subprocess.run(["cp", "-a", "/etc/.", tmp_path], check=False, stderr=subprocess.DEVNULL)
    run("mount", "--bind", tmp_path, "/etc")
    for name in ("iptables", "ufw", "nftables.conf"):
        shutil.rmtree(f"/etc/{name}", ignore_errors=True)
    Path("/etc/nftables.conf").unlink(missing_ok=True)
    new_host()
    run("ip", "netns", "add", "peers")
    run("ip", "-batch", "-", text=UNDERLAY)
    run("ip", "-n", "peers", "-batch", "-", text="\n".join([*FAR, "link set far up"]))
    yield
    run("umount", "/etc")


def files():
    """Return what each file of /etc holds, with its mode. What firewalld had before, it keeps under another name."""
    paths = [path for path in Path("/etc").rglob("*") if path.is_file() and path.suffix != ".old"]
    return {path: (path.read_bytes(), path.stat().st_mode) for path in paths}


@pytest.fixture
def firewall(capsys):
    """Return a function that runs the module and returns its answer."""

    def run_(accept=(), **options):
        main = importlib.import_module("ansible_collections.warren.tunnels.plugins.modules.firewall").main
        with patch_module_args({"name": "lab", "accept": list(accept), **options}), pytest.raises(SystemExit):
            main()
        answer = json.loads(capsys.readouterr().out)
        answer.pop("invocation", None)
        return answer

    return run_


SEND = """
import json, socket, sys
for family, protocol, source, target, port in json.loads(sys.argv[1]):
    kind = socket.SOCK_DGRAM if port else socket.SOCK_RAW
    with socket.socket(family, kind, 0 if port else protocol) as sender:
        sender.bind((source, 0))
        sender.sendto(bytes.fromhex("0000080000000000"), (target, port))
"""


MARK = "/var/lib/warren.tunnels/firewall/lab"
PACKETS = ((GRE, 0), (IPIP, 0), (SIT, 0), (UDP, PORT), (UDP, PORT + 1))


def let_in(kinds=PACKETS, versions=(4, 6)):
    """Send packets of each protocol from each address; return what came in, as the module would have it declared."""
    receivers, packets = {}, []
    for version, family in ((4, socket.AF_INET), (6, socket.AF_INET6)):
        for protocol, port in kinds if version in versions else ():
            kind = socket.SOCK_DGRAM if port else socket.SOCK_RAW
            receiver = socket.socket(family, kind, 0 if port else protocol)
            receiver.bind((US[version], port))
            receivers[receiver] = {"protocol": protocol, **({"port": port} if port else {})}
            packets += [(family, protocol, who[version], US[version], port) for who in (PEER, OTHER_PEER, STRANGER)]
    run("ip", "netns", "exec", "peers", sys.executable, "-c", SEND, json.dumps(packets))
    found, end = [], time.monotonic() + 0.5
    while time.monotonic() < end:
        for receiver in select.select(list(receivers), [], [], 0.1)[0]:
            found.append({"source": receiver.recvfrom(2048)[1][0], **receivers[receiver]})
    for receiver in receivers:
        receiver.close()
    return found


def by_text(entries):
    return sorted(json.dumps(entry, sort_keys=True) for entry in entries)


@pytest.fixture
def kind(request, host):
    kind = request.param
    kind.start()
    yield kind
    kind.stop()


@pytest.mark.parametrize("kind", FIREWALLS, indirect=True)
def test_firewall_lets_in_what_is_declared_and_is_as_it_was_afterwards(firewall, kind):
    rules_at_first, files_at_first = kind.rules(), files()
    assert let_in() == []

    foretold = firewall(DECLARED, _ansible_check_mode=True, _ansible_diff=True)
    assert (kind.rules(), files()) == (rules_at_first, files_at_first)
    done = firewall(DECLARED, _ansible_diff=True)
    assert done == foretold
    assert (done["changed"], done["firewalls"]) == (True, [kind.name])
    assert {change["change"] for change in done["changes"]} == {"created"}
    assert by_text(let_in()) == by_text(DECLARED)
    assert [line for line in kind.rules() if line in rules_at_first] == rules_at_first
    again = firewall(DECLARED)
    assert (again["changed"], again["changes"]) == (False, [])

    kind.load()
    assert by_text(let_in()) == by_text(DECLARED)
    assert not firewall(DECLARED)["changed"]

    assert firewall(LATER, purge=False)["changed"]
    assert by_text(let_in()) == by_text([*DECLARED, LATER[2]])
    kind.load()
    assert by_text(let_in()) == by_text([*DECLARED, LATER[2]])
    assert not firewall(LATER, purge=False)["changed"]
    assert firewall(LATER)["changed"]
    assert by_text(let_in()) == by_text(LATER)
    kind.load()
    assert by_text(let_in()) == by_text(LATER)

    firewall(LATER, name="other")
    assert firewall(state="absent")["changed"]
    assert by_text(let_in()) == by_text(LATER)
    assert firewall(state="absent", name="other")["changed"]
    assert kind.rules() == rules_at_first
    assert files() == files_at_first
    assert not Path(MARK).exists()
    assert not firewall(state="absent")["changed"]
    kind.load()
    assert let_in() == []


def test_host_that_filters_nothing_keeps_its_firewall(firewall):
    before = files()
    answer = firewall(DECLARED)
    assert (answer["changed"], answer["firewalls"], answer["rules"]) == (False, [], [])
    assert run("nft", "list", "ruleset") == ""
    assert files() == before
    assert len(let_in()) == 30


OWNED = """
table inet owned { flags owner; chain input { type filter hook input priority 20; policy drop; }; }
"""
ONE_MORE = """
*filter
-A INPUT -s 192.0.2.2/32 -p gre -m comment --comment "warren-lab: 47 from 192.0.2.2" -j ACCEPT
COMMIT
"""
RAW = [pytest.param(Nftables(), id="nftables"), pytest.param(Iptables("-legacy"), id="iptables-legacy")]
INNER = {
    "none": set(),
    "icmp": {(ICMP, 0)},
    "routing": {(ICMP, 0), (OSPF, 0), (UDP, 3784), (UDP, 4784)},
    "all": {(ICMP, 0), (OSPF, 0), (UDP, 3784), (UDP, 4784), (UDP, PORT), (GRE, 0)},
}


@pytest.mark.parametrize("kind", RAW, indirect=True)
def test_what_comes_out_of_a_tunnel_is_let_in_by_its_device(firewall, kind):
    rules_at_first = kind.rules()
    for inner, expected in INNER.items():
        for devices, came in ((["gone0", "near"], expected), (["gone0"], set())):
            firewall(devices=devices, inner=inner)
            assert not firewall(devices=devices, inner=inner)["changed"]
            found = let_in(kinds=INNER["all"], versions=[4])
            assert {(one["protocol"], one.get("port", 0)) for one in found} == came
            assert {one["source"] for one in found} == ({PEER[4], OTHER_PEER[4], STRANGER[4]} if came else set())
    firewall(devices=["near"], inner="routing")
    assert {(one["protocol"], one.get("port", 0)) for one in let_in([(OSPF, 0), (GRE, 0)], [6])} == {(OSPF, 0)}
    firewall(state="absent")
    assert kind.rules() == rules_at_first


SITE = """
link add back type veth peer name site netns behind
address add 198.51.100.1/24 dev back
link set back up
"""
BEHIND = "198.51.100.2"
NFT_DROPS = """
table inet site { chain passing { type filter hook forward priority 0; policy drop; ip saddr 192.0.2.9 drop; }; }
"""
IPTABLES_DROP = """
*filter
:FORWARD DROP [0:0]
-A FORWARD -s 192.0.2.9/32 -j DROP
COMMIT
"""
DOCKER_DROPS = """
*filter
:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A DOCKER-USER -j RETURN
COMMIT
"""
DROPPING = [
    pytest.param(["nft", "-f", "-"], NFT_DROPS, id="nft"),
    pytest.param(["iptables-nft-restore"], IPTABLES_DROP, id="iptables-nft"),
    pytest.param(["iptables-legacy-restore"], IPTABLES_DROP, id="iptables-legacy"),
    pytest.param(["iptables-legacy-restore"], DOCKER_DROPS, id="docker-legacy"),
]
IN_NAMESPACE = """
import select, socket, sys
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("0.0.0.0", 7777))
print("ready", flush=True)
for line in sys.stdin:
    if line == "tell\\n":
        came = set()
        while select.select([receiver], [], [], 0.5)[0]:
            came.add(receiver.recvfrom(99)[1][0])
        print(*sorted(came), flush=True)
        continue
    source, target = line.split()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind((source, 0))
        sender.sendto(b"", (target, 7777))
    print("sent", flush=True)
"""
WAYS = {"peers": [(PEER[4], BEHIND), (STRANGER[4], BEHIND)], "behind": [(BEHIND, PEER[4])]}


@pytest.fixture
def passed_on(host):
    """Return a function that has the namespaces of peers and of a site behind this host send, and returns whose packets came."""
    run("ip", "netns", "add", "behind")
    run("ip", "-batch", "-", text=SITE)
    run("ip", "-n", "behind", "-batch", "-", text=f"address add {BEHIND}/24 dev site\nlink set site up\n")
    run("ip", "-n", "behind", "route", "add", "default", "via", "198.51.100.1")
    run("ip", "-n", "peers", "route", "add", "default", "via", US[4])
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    command = [sys.executable, "-c", IN_NAMESPACE]
    with contextlib.ExitStack() as stack:
        agents = {
            name: stack.enter_context(subprocess.Popen(["ip", "netns", "exec", name, *command], **pipes))
            for name in WAYS
        }
        for agent in agents.values():
            assert agent.stdout.readline() == "ready\n"

        def ask(name, line):
            agents[name].stdin.write(line + "\n")
            return agents[name].stdout.readline().split()

        def look():
            for name, ways in WAYS.items():
                for way in ways:
                    assert ask(name, " ".join(way)) == ["sent"]
            return {source for name in WAYS for source in ask(name, "tell")}

        yield look


@pytest.mark.parametrize(("load", "text"), DROPPING)
def test_what_is_passed_on_by_a_tunnel_is_accepted_where_a_chain_drops_it(firewall, passed_on, load, text):
    all_ = {PEER[4], STRANGER[4], BEHIND}
    assert passed_on() == all_
    asked = {"devices": ["near"], "forward": ["ipv4"]}
    assert not firewall(**asked)["changed"]
    run(*load, text=text)

    def rules():
        return run("nft", "list", "ruleset") + run("iptables-legacy-save", "-t", "filter")

    at_first, files_at_first = comparable(rules()), files()
    assert passed_on() == set()
    foretold = firewall(**asked, _ansible_check_mode=True, _ansible_diff=True)
    assert comparable(rules()) == at_first
    done = firewall(**asked, _ansible_diff=True)
    assert {**done, "warnings": None} == {**foretold, "warnings": None}
    assert done["rules"] == ["IPv4 all passed on from near", "IPv4 all passed on to near"]
    # Docker's own chain is asked before what others say.
    expected = all_ if text == DOCKER_DROPS else all_ - {STRANGER[4]}
    assert passed_on() == expected
    again = firewall(**asked)
    assert (again["changed"], again["changes"]) == (False, [])
    assert firewall(devices=["gone0"], forward=["ipv4"])["changed"]
    assert passed_on() == set()
    assert firewall(**asked)["changed"]
    assert passed_on() == expected
    # As at a boot: what the firewall itself has, and then our file.
    if load[0] == "nft":
        run("nft", "flush", "ruleset")
        run(*load, text=text)
        run("nft", "-f", "/etc/warren-lab.firewall.nft")
    else:
        run(*load, text=text)
        run(*load, "--noflush", f"/etc/warren-lab.firewall.{load[0].replace('-restore', '.forward')}")
    assert passed_on() == expected
    assert not firewall(**asked)["changed"]
    assert firewall(state="absent")["changed"]
    assert passed_on() == set()
    assert (comparable(rules()), files()) == (at_first, files_at_first)


@pytest.fixture
def both(host):
    kinds = (Nftables(), Iptables("-nft"), Iptables("-legacy"))
    for kind in kinds:
        kind.start()
        shutil.rmtree("/etc/iptables", ignore_errors=True)
    return kinds


def test_a_packet_passes_each_chain_that_filters(firewall, both):
    rules_at_first = [kind.rules() for kind in both]
    done = firewall(DECLARED)
    assert done["firewalls"] == ["nftables", "iptables"]
    assert by_text(let_in()) == by_text(DECLARED)
    assert not firewall(DECLARED)["changed"]
    assert firewall(LATER)["changed"]
    assert by_text(let_in()) == by_text(LATER)
    firewall(state="absent")
    assert [kind.rules() for kind in both] == rules_at_first


@pytest.mark.parametrize("kind", RAW[:1], indirect=True)
def test_many_peers_are_one_rule(firewall, kind):
    many = [{"source": f"198.51.{number // 250}.{number % 250}", "protocol": GRE} for number in range(1000)]
    before = len(json.loads(run("nft", "--json", "list", "ruleset"))["nftables"])
    answer = firewall([*many, DECLARED[0]])
    assert len(answer["rules"]) == 1001
    # In the two chains that IPv4 has to pass.
    assert len(json.loads(run("nft", "--json", "list", "ruleset"))["nftables"]) == before + 2
    assert by_text(let_in()) == by_text([DECLARED[0]])
    assert not firewall([*many, DECLARED[0]])["changed"]
    changed = firewall([*many[1:], DECLARED[0]], _ansible_check_mode=True)
    assert {change["rule"] for change in changed["changes"]} == {"47 from 198.51.0.0"}


@pytest.mark.parametrize("kind", RAW, indirect=True)
def test_a_rule_that_somebody_doubled_is_one_again(firewall, kind):
    firewall(DECLARED)
    expected = kind.rules()
    if kind.name == "nftables":
        run("nft", "-f", "/etc/warren-lab.firewall.nft")
    else:
        run("iptables-legacy-restore", "--noflush", text=ONE_MORE)
    assert kind.rules() != expected
    answer = firewall(DECLARED)
    assert (answer["changed"], answer["changes"]) == (True, [])
    assert kind.rules() == expected


@pytest.mark.parametrize("kind", RAW[:1], indirect=True)
def test_a_table_that_is_gone_keeps_no_other_from_being_loaded(firewall, kind):
    firewall(DECLARED)
    conf = Path("/etc/nftables.conf")
    conf.write_text(conf.read_text().replace("table ip older", "table ip newer"))
    kind.load()
    assert "policy drop" in run("nft", "list", "table", "inet", "site")
    firewall(DECLARED)
    assert by_text(let_in()) == by_text(DECLARED)


@pytest.mark.parametrize("kind", RAW[:1], indirect=True)
def test_a_table_that_a_program_owns_is_told_and_nothing_is_changed(firewall, kind):
    with subprocess.Popen(["nft", "-i"], stdin=subprocess.PIPE, text=True) as owner:
        owner.stdin.write(OWNED)
        owner.stdin.flush()
        end = time.monotonic() + 10
        while "owned" not in run("nft", "list", "tables") and time.monotonic() < end:
            time.sleep(0.05)
        before = kind.rules(), files()
        for check_mode in (True, False):
            answer = firewall(DECLARED, _ansible_check_mode=check_mode)
            assert answer["failed"]
            assert "nft refuses the rules" in answer["msg"]
            assert "belongs to another program" in answer["msg"]
            assert (kind.rules(), files()) == before
        owner.stdin.close()


@pytest.mark.parametrize("kind", RAW[:1], indirect=True)
def test_what_was_never_opened_is_not_looked_at(firewall, kind):
    firewall(DECLARED)
    opened = kind.rules()
    Path(MARK).unlink()
    assert not firewall(state="absent")["changed"]
    assert kind.rules() == opened


MODULE = """
import json, sys
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.modules.firewall import main
with patch_module_args(json.loads(sys.argv[1])):
    main()
"""


@pytest.mark.parametrize("kind", RAW, indirect=True)
@pytest.mark.parametrize("options", [{"accept": DECLARED}, {"state": "absent"}], ids=["present", "absent"])
def test_who_has_no_right_to_see_the_rules_is_told_so(kind, options):
    """Without it, programs say that there are none, some of them with success."""
    before = kind.rules(), files()
    drop = ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"]
    done = subprocess.run(
        [*drop, sys.executable, "-c", MODULE, json.dumps({"name": "lab", **options})],
        check=False,
        stdout=subprocess.PIPE,
    )
    answer = json.loads(done.stdout)
    assert (done.returncode, answer.get("failed")) == (1, True), answer
    assert "say become=true" in answer["msg"]
    assert (kind.rules(), files()) == before
