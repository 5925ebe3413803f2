# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import re
import shutil
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._boot import _backends, _files, _script, _state
from ansible_collections.warren.tunnels.plugins.module_utils._boot._backends import Init

SYSV_HOST = Init()
SYSTEMD_HOST = Init(systemd=True, release=252)
NETWORKD_HOST = SYSTEMD_HOST._replace(networkd_enabled=True, networkd_runs=True)

TAP = {"links": [{"name": "tap0", "kind": "tap", "owner": "alice", "up": True, "addresses": "192.168.7.1/24"}]}
RED = {"namespaces": [{"name": "red"}]}
BLACKHOLE = {"routes": [{"dst": "10.9.0.0/16", "type": "blackhole"}]}


def state(document, init, keep_foreign_routes=False):
    want = _state.with_numbers(_state.fit(document), {"alice": 1000}, {})
    return _backends.State("lab", want, init, keep_foreign_routes)


@pytest.mark.parametrize(
    ("document", "init", "backend"),
    [
        pytest.param(TAP, SYSV_HOST, "sysv", id="no-systemd"),
        pytest.param(TAP, SYSTEMD_HOST, "systemd", id="no-networkd"),
        pytest.param(TAP, NETWORKD_HOST, "networkd", id="networkd"),
        pytest.param(TAP, NETWORKD_HOST._replace(networkd_runs=False), "systemd", id="networkd-does-not-run"),
        pytest.param(RED, NETWORKD_HOST, "systemd", id="networkd-can-not"),
    ],
)
def test_a_host_gets_what_it_has(document, init, backend):
    assert state(document, init).backend("auto") == backend


def test_networkd_leaves_rules_alone_that_another_brings_back():
    path, rule = "/etc/systemd/networkd.conf.d/60-warren-lab.conf", {"priority": 100, "table": 100}
    told = state({"rules": [rule]}, SYSTEMD_HOST).files("systemd")[path].content.decode()
    assert "ManageForeignRoutingPolicyRules=no" in told
    assert "ManageForeignRoutes" not in told
    assert path not in state({"rules": [{**rule, "netns": "red"}], **RED}, SYSTEMD_HOST).files("systemd")
    assert path not in state({**TAP, "rules": [rule]}, NETWORKD_HOST).files("networkd")
    both = state({**BLACKHOLE, "rules": [rule]}, SYSTEMD_HOST).files("systemd")[path].content.decode()
    assert both.endswith("\n[Network]\nManageForeignRoutes=no\nManageForeignRoutingPolicyRules=no\n")
    with_nexthop = {"nexthops": [{"id": 1, "blackhole": True}], "rules": [rule]}
    beside = state(with_nexthop, SYSTEMD_HOST._replace(release=256)).files("systemd")[path]
    assert beside.content.decode().endswith("\nManageForeignNextHops=no\nManageForeignRoutingPolicyRules=no\n")


@pytest.mark.parametrize("backend", ["systemd", "sysv"])
def test_what_is_asked_for_comes_first(backend):
    assert state(TAP, NETWORKD_HOST).backend(backend) == backend


def test_networkd_can_be_asked_for_before_it_runs():
    assert state(TAP, NETWORKD_HOST._replace(networkd_runs=False)).backend("networkd") == "networkd"


@pytest.mark.parametrize(
    ("document", "init", "asked", "message"),
    [
        pytest.param(TAP, SYSV_HOST, "systemd", "systemd does not run this host; choose auto or sysv", id="systemd"),
        pytest.param(
            TAP, SYSTEMD_HOST, "networkd", "is not enabled on this host; choose auto, .*, or enable it", id="off"
        ),
        pytest.param(RED, NETWORKD_HOST, "networkd", "in the way: namespace red: .*only. Choose auto", id="can-not"),
    ],
)
def test_what_can_not_be_is_told_with_its_remedy(document, init, asked, message):
    with pytest.raises(_errors.BadOption, match=r"^backend: .*" + message):
        state(document, init).backend(asked)


@pytest.mark.parametrize(
    ("backend", "paths"),
    [
        pytest.param(
            "networkd",
            {
                "/etc/systemd/network/05-warren-lab.tap0.netdev": 0o644,
                "/etc/systemd/network/05-warren-lab.tap0.network": 0o644,
                "/etc/modules-load.d/60-warren-lab.conf": 0o644,
            },
            id="networkd",
        ),
        pytest.param(
            "systemd",
            {
                "/etc/warren-lab/modules.conf": 0o644,
                "/etc/warren-lab/host.batch": 0o644,
                "/etc/systemd/system/warren-lab.service": 0o644,
                "/etc/systemd/system/multi-user.target.wants/warren-lab.service": 0o644,
                "/usr/local/sbin/warren-lab": 0o755,
            },
            id="systemd",
        ),
        pytest.param(
            "sysv",
            {
                "/etc/warren-lab/modules.conf": 0o644,
                "/etc/warren-lab/host.batch": 0o644,
                "/etc/init.d/warren-lab": 0o755,
            },
            id="sysv",
        ),
    ],
)
def test_the_files_of_a_backend_are_found_again(backend, paths, tmp_path):
    """What is written and never found would stay for ever."""
    entries = state(TAP, NETWORKD_HOST).files(backend)
    assert {path: entry.mode for path, entry in entries.items()} == paths
    _files.perform(
        [_files.Step(path, None, entry._replace(owner=(-1, -1))) for path, entry in entries.items()],
        "lab",
        str(tmp_path),
    )
    assert _files.read("lab", str(tmp_path)).keys() == entries.keys()
    numbered = [entry for entry in entries.values() if b"1000" in entry.content]
    assert len(numbered) == 1


ON_CARDS = {
    "namespaces": [{"name": "red"}],
    "links": [
        {"name": "tun1", "kind": "gre", "local": "192.0.2.1", "remote": "192.0.2.2", "dev": "eth0"},
        {"name": "tun2", "kind": "gre", "local": "192.0.2.1", "remote": "192.0.2.3", "dev": "br0"},
        {"name": "tun3", "kind": "ipip", "local": "10.0.0.1", "remote": "10.0.0.2", "dev": "trunk"},
        {"name": "tun4", "kind": "sit", "local": "any", "remote": "192.0.2.4"},
        {"name": "tun5", "kind": "gre", "local": "192.0.2.5", "remote": "192.0.2.6", "dev": "eth5", "netns": "red"},
        {"name": "tap1", "kind": "tap", "master": "br9"},
        {"name": "br0", "kind": "bridge", "addresses": ["10.0.0.1/24"], "altnames": ["trunk"]},
        {"name": "eth1", "master": "br0"},
        {"name": "eth2", "netns": "red", "move_from": ""},
        {"name": "lo", "netns": "red", "up": True},
    ],
    "routes": [
        {"dst": "10.9.0.0/16", "dev": "eth3"},
        {"dst": "10.8.0.0/16", "dev": "tunl0"},
        {"dst": "10.7.0.0/16", "nexthops": [{"dev": "lo"}, {"dev": "eth4"}]},
    ],
    "neighbours": [{"to": "192.0.2.7", "dev": "eth6", "lladdr": "02:00:5e:00:53:01"}],
}


@pytest.mark.parametrize("backend", ["systemd", "sysv"])
def test_what_others_bring_is_listed_to_be_waited_for(backend):
    text = state(ON_CARDS, SYSTEMD_HOST).files(backend)["/etc/warren-lab/underlay"].content.decode()
    expected = ["br9", *(f"eth{number}" for number in (0, 1, 2, 3, 4, 6))]
    assert text.splitlines()[2:] == [*("link " + name for name in expected), "address 192.0.2.1"]
    assert "/etc/warren-lab/underlay" not in state(TAP, SYSTEMD_HOST).files(backend)


def test_what_looks_for_devices_when_it_starts_is_ordered_behind():
    unit = state(TAP, SYSTEMD_HOST).files("systemd")["/etc/systemd/system/warren-lab.service"].content.decode()
    before = [word for line in unit.splitlines() if line.startswith("Before=") for word in line[7:].split()]
    services = {"frr", "bird", "strongswan", "ipsec", "docker", "containerd"}
    assert {"network.target", *(service + ".service" for service in services)} <= set(before)
    script = state(TAP, SYSV_HOST).files("sysv")["/etc/init.d/warren-lab"].content.decode()
    assert services <= set(re.search("^# X-Start-Before: (.*)$", script, re.MULTILINE).group(1).split())


FRR = """
[Unit]
After=network-pre.target systemd-sysctl.service
Before=network.target
[Service]
ExecStart=/bin/true
"""


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze")
def test_systemd_takes_the_unit_and_finds_no_circle(tmp_path):
    files = state(TAP, SYSTEMD_HOST).files("systemd")
    unit, program = tmp_path / "warren-lab.service", tmp_path / "warren-lab"
    program.write_bytes(files["/usr/local/sbin/warren-lab"].content)
    program.chmod(0o755)
    text = files["/etc/systemd/system/warren-lab.service"].content.decode()
    unit.write_text(text.replace("/usr/local/sbin/warren-lab", str(program)))
    (tmp_path / "frr.service").write_text(FRR)
    command = ["systemd-analyze", "verify", "--man=no", unit, tmp_path / "frr.service"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "warren-lab" in line]) == (0, []), done


@pytest.mark.parametrize(
    ("document", "asked", "init", "told"),
    [
        pytest.param(TAP, False, NETWORKD_HOST, False, id="no"),
        pytest.param(TAP, True, NETWORKD_HOST, True, id="asked"),
        pytest.param(BLACKHOLE, False, SYSTEMD_HOST, True, id="route-to-no-link"),
        pytest.param(BLACKHOLE, False, SYSV_HOST, False, id="no-systemd"),
    ],
)
def test_networkd_is_told_to_leave_routes_alone(document, asked, init, told):
    made = state(document, init, asked)
    files = made.files(made.backend("auto"))
    assert ("/etc/systemd/networkd.conf.d/60-warren-lab.conf" in files) is told


@pytest.mark.parametrize(("release", "hops"), [(247, []), (255, []), (256, ["ManageForeignNextHops=no"])])
def test_networkd_is_told_to_leave_all_of_a_routing_daemon_alone(release, hops):
    files = state(TAP, NETWORKD_HOST._replace(release=release), keep_foreign_routes=True).files("networkd")
    lines = files["/etc/systemd/networkd.conf.d/60-warren-lab.conf"].content.decode().splitlines()
    assert lines[2:] == ["ManageForeignRoutes=no", *hops, "ManageForeignRoutingPolicyRules=no"]


@pytest.mark.parametrize("backend", ["networkd", "systemd", "sysv"])
def test_sysctls_of_the_host_are_where_systemd_looks_whatever_the_backend(backend, tmp_path):
    sysctls = {"net.ipv4.ip_forward": 1, "net.ipv4.conf.eth0.rp_filter": 1}
    entries = state({**TAP, "sysctls": sysctls}, NETWORKD_HOST).files(backend)
    path = "/etc/sysctl.d/60-warren-lab.conf"
    assert settings(entries, path) == ["net.ipv4.ip_forward = 1", "net.ipv4.conf.eth0.rp_filter = 1"]
    assert not [other for other in entries if other.endswith("host.sysctl")]
    _files.perform([_files.Step(path, None, entries[path]._replace(owner=(-1, -1)))], "lab", str(tmp_path))
    assert [*_files.read("lab", str(tmp_path))] == [path]


def settings(entries, path):
    lines = entries[path].content.decode().splitlines() if path in entries else []
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("backend", ["networkd", "systemd", "sysv"])
def test_no_other_program_sets_those_of_devices_that_the_script_makes(backend):
    """udev would, when a change makes a device anew, and the file may tell what was wanted before."""
    document = {**TAP, "sysctls": {"net.ipv4.ip_forward": 1, "net.ipv4.conf.tap0.rp_filter": 1}}
    entries = state(document, NETWORKD_HOST).files(backend)
    everyones = settings(entries, "/etc/sysctl.d/60-warren-lab.conf")
    scripts = settings(entries, "/etc/warren-lab/host.sysctl")
    own, general = ["net.ipv4.conf.tap0.rp_filter = 1"], ["net.ipv4.ip_forward = 1"]
    assert (everyones, scripts) == ((general + own, []) if backend == "networkd" else (general, own))


@pytest.mark.parametrize("backend", ["systemd", "sysv"])
def test_the_script_is_one(backend, tmp_path):
    path = {"systemd": "/usr/local/sbin/warren-lab", "sysv": "/etc/init.d/warren-lab"}[backend]
    script = state(TAP, SYSTEMD_HOST).files(backend)[path].content
    assert script.decode() == _script.text("warren-lab")
    (tmp_path / "script").write_bytes(script)
    assert subprocess.run(["sh", "-n", tmp_path / "script"], check=False).returncode == 0
    said = subprocess.run(["sh", tmp_path / "script", "dance"], check=False, capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (6, "warren-lab: there is no /etc/warren-lab\n")
