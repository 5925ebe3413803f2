# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each thing that a diagnosis finds, brought about on this machine's kernel, and not found before that."""

import contextlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import ansible
import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.module_utils._diagnosis import _table
from ansible_collections.warren.tunnels.tests.kernel._firewalls import Iptables, Nftables, run
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

US, FAR = "192.0.2.1", "198.51.100.2"
UNDERLAY = """
link add near type veth peer name way netns router
address add 192.0.2.1/24 dev near
link set near up
route add default via 192.0.2.254
"""
ROUTER = """
address add 192.0.2.254/24 dev way
link set way up
link add beyond type veth peer name far netns peer
address add 198.51.100.254/24 dev beyond
link set beyond up
"""
PEER = """
address add 198.51.100.2/24 dev far
link set far up
route add default via 198.51.100.254
"""
PATH = {"host": "host2", "local": US, "remote": FAR}
BRIDGE = {"links": [{"name": "br-own", "kind": "bridge"}]}
IS_ROOT = Path("/proc/self/uid_map").read_text().split()[2] == str(2**32 - 1)
MODULES = sorted(Path("/usr/lib/uml/modules").glob("*/kernel/net/ipv4/ip_gre.ko*"))


@pytest.fixture(autouse=True)
def host(tmp_path_factory):
    """A host with an /etc of its own, a router, and a peer behind that."""
    folder = tmp_path_factory.mktemp("etc")
    run("mount", "-t", "tmpfs", "warren", folder)
    # Who is not root may not read all of it.
    subprocess.run(["cp", "-a", "/etc/.", folder], check=False, stderr=subprocess.DEVNULL)
    run("mount", "--bind", folder, "/etc")
    shutil.rmtree("/etc/iptables", ignore_errors=True)
    for path in ("/etc/nftables.conf", "/etc/network/interfaces"):
        Path(path).unlink(missing_ok=True)
    new_host()
    for name in ("router", "peer"):
        run("ip", "netns", "add", name)
    run("ip", "-batch", "-", text=UNDERLAY)
    run("ip", "-n", "router", "-batch", "-", text=ROUTER)
    run("ip", "-n", "peer", "-batch", "-", text=PEER)
    run("ip", "netns", "exec", "router", "sysctl", "-q", "net.ipv4.ip_forward=1")
    yield
    run("umount", "/etc")


@pytest.fixture
def answer(capsys):
    """Return a function that runs the module and returns its answer."""

    def answer(**options):
        main = importlib.import_module("ansible_collections.warren.tunnels.plugins.modules.host_diagnosis").main
        with patch_module_args({"probe": False, **options}), pytest.raises(SystemExit):
            main()
        told = json.loads(capsys.readouterr().out)
        assert not told.get("failed"), told
        assert not told["changed"]
        return told

    return answer


@pytest.fixture
def diagnose(answer):
    """Return a function that returns what is found, by its word."""
    return lambda **options: by_id(answer(**options))


def by_id(told):
    assert [one["weight"] for one in told["findings"]] == sorted(one["weight"] for one in told["findings"])
    return {one["id"]: one for one in told["findings"]}


PROGRAM = """
import json, sys
sys.path = [sys.argv[2] if sys.argv[2] and path.endswith("-packages") else path for path in sys.path]
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.modules.host_diagnosis import main
with patch_module_args(json.loads(sys.argv[1])):
    main()
"""


def apart(*command, environment=None, packages="", **options):
    """Return the answer of the module in a process that some program starts. :arg packages: a folder in place of Python's."""
    done = subprocess.run(
        [*command, sys.executable, "-c", PROGRAM, json.dumps({"probe": False, **options}), str(packages)],
        check=False,
        stdout=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    )
    return json.loads(done.stdout)


@contextlib.contextmanager
def laid_over(source, place):
    """Have a folder in the place of another one."""
    run("mount", "--bind", source, place)
    try:
        yield
    finally:
        run("umount", place)


def everything():
    """Return what a diagnosis must not change."""
    # Addresses of IPv6 come by and by.
    told = [run("ip", "-4", "-d", "-j", what) for what in ("link", "address", "route", "rule")]
    return [*told, run("nft", "list", "ruleset"), sorted(os.listdir("/sys/module")), run("ip", "netns")]


# Rights, drivers, libraries


def test_a_host_on_which_all_is_well(answer):
    before = everything()
    told = answer(document=BRIDGE, paths=[{**PATH, "packet": 1500}], time=time.time(), probe=True)
    assert (told["findings"], told["unseen"]) == ([], [])
    assert everything() == before


def test_no_rights():
    drop = ["setpriv", "--bounding-set=-net_admin,-sys_admin", "--inh-caps=-net_admin,-sys_admin"]
    assert by_id(apart(*drop))["rights"]["about"] == {"capabilities": "CAP_NET_ADMIN"}
    told = apart(*drop, document={"namespaces": [{"name": "red"}]})
    assert by_id(told)["rights"]["about"] == {"capabilities": "CAP_NET_ADMIN and CAP_SYS_ADMIN"}
    assert [one["what"] for one in told["unseen"]] == ["firewall"]


GRE = {"links": [{"name": "tun100", "kind": "gre", "local": US, "remote": FAR}]}


def lacks(kind):
    """Return whether this kernel has no driver for a kind of link."""
    done = subprocess.run(["ip", "link", "add", "x0", "type", kind], check=False, capture_output=True, text=True)
    run("ip", "link", "delete", "x0") if done.returncode == 0 else None
    return "Unknown device type" in done.stderr


@pytest.fixture
def without_gre():
    if not lacks("gre"):
        pytest.skip("this kernel has a driver for GRE")


def test_no_driver(diagnose, without_gre):
    assert diagnose(document=BRIDGE) == {}
    found = diagnose(document=GRE)
    assert list(found) == ["driver"]
    assert "no driver ip_gre, which gre needs" in found["driver"]["msg"]


def test_no_driver_for_tunnels_inside_udp(answer, without_gre):
    if Path("/sys/module/fou").exists():
        pytest.skip("this kernel has a driver for FOU")
    link = {**GRE["links"][0], "encap": "fou", "encap_dport": 5555}
    port = {"port": 5555, "encap": "fou", "ipproto": "47"}
    found = answer(document={"links": [link], "fou_ports": [port]})["findings"]
    assert [(one["id"], one["about"]["driver"]) for one in found] == [("driver", "fou"), ("driver", "ip_gre")]
    assert found[0]["about"]["modes"] == "FOU port 5555 and gre inside UDP"


@pytest.fixture
def modules(tmp_path, without_gre):
    """The modules of another kernel, in the place of those that this one lacks."""
    if not MODULES:
        pytest.skip("no modules of another kernel are there")
    place = Path("/lib/modules")
    if place.exists():
        pytest.skip("this kernel has modules of its own")
    root = tmp_path / "modules" / os.uname().release
    root.mkdir(parents=True)
    source = MODULES[0].parents[3]
    for name in ("kernel", *(path.name for path in source.glob("modules.*"))):
        (root / name).symlink_to(source / name)
    layers = tmp_path / "layers"
    (layers / "lib").mkdir(parents=True)
    (layers / "work").mkdir()
    options = f"lowerdir=/usr/lib,upperdir={layers}/lib,workdir={layers}/work"
    (layers / "lib/modules").symlink_to(root.parent)
    run("mount", "-t", "overlay", "overlay", "-o", options, "/usr/lib")
    yield
    run("umount", "--lazy", "/usr/lib")


def test_a_driver_that_can_be_loaded(diagnose, modules):
    assert diagnose(document=GRE) == {}


@pytest.mark.parametrize("line", ["blacklist ip_gre", "install ip_gre /bin/false"])
def test_a_driver_that_modprobe_may_not_load(diagnose, modules, line):
    Path("/etc/modprobe.d").mkdir(exist_ok=True)
    Path("/etc/modprobe.d/hardening.conf").write_text(f"{line}\n")
    found = diagnose(document=GRE)
    assert list(found) == ["driver_barred"]
    assert found["driver_barred"]["about"]["line"] == line


def test_a_kernel_that_takes_no_more_modules(diagnose, modules, tmp_path):
    kernel = tmp_path / "kernel"
    shutil.copytree("/proc/sys/kernel/random", kernel / "random")
    (kernel / "modules_disabled").write_text("1\n")
    with laid_over(kernel, "/proc/sys/kernel"):
        assert diagnose(document=BRIDGE) == {}
        found = diagnose(document=GRE)
    assert list(found) == ["modules_disabled"]
    assert "ip_gre" in found["modules_disabled"]["remedy"]


def test_a_container_that_can_load_nothing(without_gre):
    inside = ["unshare", "--user", "--map-root-user", "--net"]
    assert by_id(apart(*inside, document=BRIDGE)) == {}
    found = by_id(apart(*inside, document=GRE))
    assert found["container"]["remedy"] == "Load it on the container's host: modprobe ip_gre."
    assert "driver" not in found


def test_no_device_file_for_tun(diagnose, tmp_path):
    document = {"links": [{"name": "t0", "kind": "tun"}, {"name": "t1", "kind": "tap"}]}
    assert diagnose(document=document) == {}
    empty = tmp_path / "net"
    empty.mkdir()
    with laid_over(empty, "/dev/net"):
        found = diagnose(document=document)
        assert diagnose(document=BRIDGE) == {}
    assert list(found) == ["tun_device"]
    assert "t0 and t1 can't be made: /dev/net/tun does not open: No such file" in found["tun_device"]["msg"]


def test_no_pyroute2(tmp_path):
    """Without it, all else is found that does not need it."""
    for path in Path(ansible.__file__).parents[1].iterdir():
        if not path.name.startswith("pyroute2"):
            (tmp_path / path.name).symlink_to(path)
    run("ip", "link", "add", "br-own", "type", "veth", "peer", "name", "other")
    path = {**PATH, "local": "203.0.113.7"}
    told = apart(packages=tmp_path, document=BRIDGE, paths=[path], accept=ACCEPT, probe=True)
    assert list(by_id(told)) == ["stranger", "nat", "pyroute2"]
    assert told["unseen"] == []


def test_a_pyroute2_that_is_too_old(tmp_path):
    (tmp_path / "pyroute2").mkdir()
    (tmp_path / "pyroute2/__init__.py").write_text("__version__ = '0.5.3'\n")
    told = apart(environment={"PYTHONPATH": f"{tmp_path}:{os.environ['PYTHONPATH']}"})
    assert "older than 0.7.2" in by_id(told)["pyroute2_unfit"]["msg"]


def test_the_clock(diagnose):
    assert diagnose(time=time.time()) == {}
    for seconds, direction in ((3600, "behind"), (-600, "ahead of")):
        about = diagnose(time=time.time() + seconds)["clock"]["about"]
        assert about["direction"] == direction
        assert abs(about["seconds"] - abs(seconds)) < 30


def test_sysctls_that_can_only_be_read(diagnose):
    document = {"sysctls": {"net.ipv4.ip_forward": "1"}}
    assert diagnose(document=document) == {}
    with laid_over("/proc/sys", "/proc/sys"):
        run("mount", "-o", "remount,bind,ro", "/proc/sys")
        found = diagnose(document=document)
        assert diagnose(document={"sysctls": {"net.ipv4.ip_forward": "0"}}) == {}
    assert found["sysctls"]["about"] == {"keys": "net.ipv4.ip_forward"}


# Devices of others


def test_a_device_of_another_kind(diagnose):
    run("ip", "link", "add", "br-own", "type", "veth", "peer", "name", "other")
    found = diagnose(document=BRIDGE)
    assert list(found) == ["stranger"]
    assert "br-own is there already, of kind veth, and is declared as bridge" in found["stranger"]["msg"]


def test_a_device_of_the_same_kind_that_others_made(diagnose):
    run("ip", "link", "add", "br-own", "type", "bridge")
    assert list(diagnose(document=BRIDGE)) == ["taken_over"]


def test_a_device_of_our_own_is_none_of_others(diagnose, capsys):
    bridge = importlib.import_module("ansible_collections.warren.tunnels.plugins.modules.bridge")
    with patch_module_args({"name": "br-own"}), pytest.raises(SystemExit):
        bridge.main()
    assert json.loads(capsys.readouterr().out)["changed"]
    assert diagnose(document=BRIDGE) == {}


# Ways


def test_no_route(diagnose):
    run("ip", "route", "delete", "default")
    assert list(diagnose(paths=[PATH])) == ["unrouted"]


def test_an_address_that_the_host_does_not_have(diagnose):
    found = diagnose(paths=[{**PATH, "local": "203.0.113.7"}])
    assert list(found) == ["nat"]
    assert "203.0.113.7, which tunnels to host2 are declared from, is no address of this host" in found["nat"]["msg"]


def test_a_way_back_by_another_link(diagnose):
    run("ip", "link", "add", "other", "type", "veth", "peer", "name", "end", "netns", "router")
    run("ip", "address", "add", "203.0.113.1/24", "dev", "other")
    run("ip", "link", "set", "other", "up")
    run("ip", "-n", "router", "link", "set", "end", "up")
    path = {**PATH, "local": "203.0.113.1"}
    for setting, expected in (("0", []), ("2", []), ("1", ["rp_filter"])):
        run("sysctl", "-q", f"net.ipv4.conf.other.rp_filter={setting}")
        found = diagnose(paths=[path])
        assert list(found) == expected
    about = {
        "device": "other",
        "remote": FAR,
        "host": "host2",
        "far": f"{FAR} of host2",
        "local": "203.0.113.1",
        "way": "near",
    }
    assert found["rp_filter"]["about"] == about
    assert diagnose(paths=[PATH]) == {}


def test_an_underlay_that_takes_less_than_is_declared(diagnose):
    run("ip", "link", "set", "near", "mtu", "1400")
    found = diagnose(paths=[{**PATH, "packet": 1424}])
    assert list(found) == ["mtu"]
    assert (found["mtu"]["about"]["path_mtu"], found["mtu"]["about"]["excess"]) == (1400, 24)
    assert diagnose(paths=[{**PATH, "packet": 1400}]) == {}


def test_a_way_that_takes_less_than_is_declared(diagnose):
    run("ip", "-n", "router", "link", "set", "beyond", "mtu", "1300")
    run("ip", "-n", "peer", "link", "set", "far", "mtu", "1300")
    assert diagnose(paths=[{**PATH, "packet": 1400}]) == {}
    found = diagnose(paths=[{**PATH, "packet": 1400}], probe=True)
    assert list(found) == ["mtu"]
    assert found["mtu"]["about"]["path_mtu"] == 1300
    assert diagnose(paths=[{**PATH, "packet": 1300}], probe=True) == {}


SILENT = """
table ip quiet { chain out { type filter hook output priority 0; policy accept;
    icmp type destination-unreachable drop; }; }
"""


def test_a_way_on_which_nobody_says_that_packets_are_too_big(diagnose):
    run("ip", "-n", "router", "link", "set", "beyond", "mtu", "1300")
    run("ip", "-n", "peer", "link", "set", "far", "mtu", "1300")
    run("ip", "netns", "exec", "router", "nft", "-f", "-", text=SILENT)
    found = diagnose(paths=[PATH], probe=True)
    assert list(found) == ["pmtu"]
    assert (found["pmtu"]["about"]["path_mtu"], found["pmtu"]["about"]["device_mtu"]) == (1300, 1500)


def test_a_peer_that_does_not_answer(diagnose):
    run("ip", "-n", "peer", "address", "flush", "dev", "far")
    found = diagnose(paths=[PATH], probe=True)
    assert list(found) == ["silent"]
    assert "192.0.2.254 says host unreachable" in found["silent"]["msg"]


# Firewalls and managers

ACCEPT = [{"source": FAR, "protocol": 47}]


@pytest.mark.parametrize(
    "kind", [Nftables(), Iptables("-legacy"), Iptables("-nft")], ids=["nft", "legacy", "iptables-nft"]
)
def test_a_firewall_that_filters(diagnose, capsys, kind):
    assert diagnose(accept=ACCEPT) == {}
    kind.start()
    found = diagnose(accept=ACCEPT)
    assert found["firewall"]["about"] == {"firewall": kind.name, "rules": f"47 from {FAR}"}
    assert "firewall" not in diagnose(accept=ACCEPT, opens_firewall=True)
    firewall = importlib.import_module("ansible_collections.warren.tunnels.plugins.modules.firewall")
    with patch_module_args({"name": "tunnels", "accept": ACCEPT}), pytest.raises(SystemExit):
        firewall.main()
    capsys.readouterr()
    assert "firewall" not in diagnose(accept=ACCEPT)


OWNED = "table inet owned { flags owner; chain input { type filter hook input priority 20; policy drop; }; }\n"


def test_a_firewall_that_refuses(diagnose):
    with subprocess.Popen(["nft", "-i"], stdin=subprocess.PIPE, text=True) as owner:
        owner.stdin.write(OWNED)
        owner.stdin.flush()
        end = time.monotonic() + 30
        while "owned" not in run("nft", "list", "tables") and time.monotonic() < end:
            time.sleep(0.05)
        found = diagnose(accept=ACCEPT, opens_firewall=True)
        owner.stdin.close()
    assert list(found) == ["firewall_refuses"]
    assert "belongs to another program" in found["firewall_refuses"]["msg"]


FORWARDING = {**BRIDGE, "sysctls": {"net.ipv4.ip_forward": "1"}}
DOCKER = """
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
COMMIT
"""
NFT_FORWARD = "table inet site { chain passing { type filter hook forward priority 0; policy drop; }; }\n"


@pytest.mark.parametrize("program", ["iptables-nft", "iptables-legacy"])
def test_docker_drops_what_is_forwarded(diagnose, program):
    run(program + "-restore", text=DOCKER)
    assert diagnose(document=BRIDGE) == {}
    found = diagnose(document=FORWARDING)
    assert list(found) == ["docker"]
    for way in ("-i", "-o"):
        assert list(diagnose(document=FORWARDING)) == ["docker"]
        command = f"{program} -I DOCKER-USER {way} br-own -j ACCEPT"
        assert way == "-o" or command in found["docker"]["remedy"]
        run(*command.split())
    assert diagnose(document=FORWARDING) == {}


def test_a_chain_that_drops_what_is_forwarded(diagnose):
    run("nft", "-f", "-", text=NFT_FORWARD)
    assert diagnose(document=BRIDGE) == {}
    assert list(diagnose(document=FORWARDING)) == ["forward"]
    for way in ("iifname", "oifname"):
        run("nft", "add", "rule", "inet", "site", "passing", way, "br-*", "counter", "accept")
    assert diagnose(document=FORWARDING) == {}


def test_a_reload_that_takes_away_the_tables_of_others(diagnose):
    Path("/etc/nftables.conf").write_text("#!/usr/sbin/nft -f\nflush ruleset\ntable inet filter { }\n")
    run("nft", "-f", "/etc/nftables.conf")
    assert diagnose() == {}
    run("iptables-nft-restore", text=DOCKER.replace("DROP", "ACCEPT"))
    found = diagnose()
    assert found["flush"]["about"] == {"file": "/etc/nftables.conf", "tables": "ip filter"}


def test_a_line_of_ifupdown(diagnose, tmp_path):
    if not shutil.which("ifquery"):
        pytest.skip("ifupdown is not installed")
    Path("/etc/network").mkdir(exist_ok=True)
    Path("/etc/network/interfaces").write_text("auto br-own\niface br-own inet manual\n")
    assert list(diagnose(document=BRIDGE)) == ["claimed"]


NETWORKD = Path("/usr/lib/systemd/systemd-networkd")
MATCHES_ALL = "[Match]\nName=br-*\n\n[Network]\nLinkLocalAddressing=no\n"


@pytest.fixture
def networkd():
    """The real one, for this namespace alone; it waits for udev unless /sys can only be read."""
    if not NETWORKD.exists() or not IS_ROOT:
        pytest.skip("systemd-networkd is not installed, or no root")
    folder = Path("/run/systemd/netif")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.chown(folder, "systemd-network", "systemd-network")
    Path("/etc/systemd/network/10-all.network").write_text(MATCHES_ALL)
    run("mount", "-t", "sysfs", "-o", "ro", "sysfs", "/sys")
    run("ip", "link", "add", "br-own", "type", "bridge")
    with subprocess.Popen([NETWORKD], stderr=subprocess.DEVNULL) as process:
        yield folder / "links"
        process.terminate()
    run("umount", "/sys")
    shutil.rmtree("/run/systemd")


def test_a_manager_that_takes_devices(diagnose, networkd):
    (index,) = (link["ifindex"] for link in json.loads(run("ip", "-j", "link", "show", "br-own")))
    state = networkd / str(index)
    end = time.monotonic() + 60
    while not (state.exists() and "NETWORK_FILE=" in state.read_text()) and time.monotonic() < end:
        time.sleep(0.1)
    found = diagnose(document=BRIDGE)
    assert list(found) == ["managed", "unmanaged", "taken_over"]
    assert "systemd-networkd configures br-own, by /etc/systemd/network/10-all.network" in found["managed"]["msg"]
    assert found["unmanaged"]["about"] == {"manager": "systemd-networkd", "devices": "br-own"}
    Path("/etc/systemd/network/05-warren-tunnels.network").write_text("[Match]\nName=br-own\n\n[Link]\nUnmanaged=yes\n")
    assert "unmanaged" not in diagnose(document=BRIDGE)


# The playbook


def doctor(folder, hosts, *options):
    """Return how the playbook ended, what it said and what it wrote."""
    program = Path(sys.executable).with_name("ansible-playbook")
    ends = {name: {"address": f"10.1.1.{number}"} for number, name in enumerate(("host1", "host2"), start=1)}
    declared = {
        "tunnels_links": [{"name": "tun100", "mode": "gre", "mtu": 1400, "ends": ends}],
        "ansible_connection": "local",
        "ansible_become": False,
        "ansible_python_interpreter": sys.executable,
        "tunnels_doctor_path": f"{folder}/doctor",
    }
    (folder / "inventory.json").write_text(json.dumps({"all": {"hosts": hosts, "vars": declared}}))
    done = subprocess.run(
        [program, "--inventory", folder / "inventory.json", *options, "warren.tunnels.doctor"],
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, json.loads((folder / "doctor.json").read_text())


HOSTS = {"host1": {"ansible_host": US}, "host2": {"ansible_host": FAR}}


def test_the_playbook_ends_well_where_nothing_hinders_tunnels(modules, tmp_path):
    before = everything()
    status, said, written = doctor(tmp_path, HOSTS, "--limit=host1")
    assert (status, written["outcome"]) == (0, "clear"), said
    assert "1 host, 1 clear, 0 not known in full. Findings that stop tunnels: 0, that harm them: 0, notes: 0." in said
    assert everything() == before


def test_the_playbook_tells_each_host_and_fails(without_gre, tmp_path):
    run("ip", "link", "add", "tun100", "type", "bridge")
    run("ip", "link", "set", "near", "mtu", "1400")
    lost = {**HOSTS["host2"], "ansible_python_interpreter": "/nowhere/python"}
    status, said, written = doctor(tmp_path, {**HOSTS, "host2": lost})
    assert status == 2
    assert written["outcome"] == "findings"
    one, two = written["hosts"]
    assert [finding["id"] for finding in one["findings"]] == ["driver", "stranger", "mtu"]
    assert (two["host"], two["state"], two["findings"]) == ("host2", "failed", [])
    told = [line for line in said.splitlines() if line.strip().startswith('"host1: ')]
    assert [line.rstrip('",').rpartition(" ")[2] for line in told] == ["[driver]", "[stranger]", "[mtu]"]
    assert "table" not in written


def test_every_finding_is_brought_about():
    text = Path(__file__).read_text()
    assert [entry.id for entry in _table.TABLE if f'"{entry.id}"' not in text] == []
