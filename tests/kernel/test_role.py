# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of the role in a row, on one of two hosts, which is the namespace of the tests.

What the planner would give that host is made up, with a TAP device in the place of a tunnel: not every kernel has those.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

PLAYBOOK = Path(__file__).parent / "role.yml"
FIREWALL = """
table inet site {
    chain INPUT { type filter hook input priority 0; policy drop;
        ip saddr 192.0.2.2 meta l4proto 47 accept comment "warren-tunnels: ip 47"
    }
}
"""
FIRST = """
tuntap add dev t0 mode tap
link set t0 up
link add theirs type bridge
"""
BRIDGE, PORT = {"name": "br-own", "kind": "bridge"}, {"name": "port1", "kind": "tap", "master": "br-own"}
TERMS = {"tunnels_open_firewall": True, "tunnels_ip_forward": False}
PART = {
    "__tunnels_is_part": True,
    "__tunnels_terms": {"removal_limit": 34, "allow_removal": False, "allow_cuts": False},
}
"""What an earlier part of ``site`` hands on."""


def run(*command, text=None, check=True):
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    """Return what takes parts of the role. All that it writes below /etc is gone afterwards."""
    folder = tmp_path_factory.mktemp("role")
    layers = Path(run("mktemp", "-d", "-p", "/var/lib").strip())
    for layer in ("upper", "work"):
        (layers / layer).mkdir()
    new_host()
    run(
        "mount",
        "-t",
        "overlay",
        "overlay",
        "-o",
        f"lowerdir=/etc,upperdir={layers}/upper,workdir={layers}/work",
        "/etc",
    )
    run("ip", "-batch", "-", text=FIRST)
    run("nft", "-f", "-", text=FIREWALL)

    def play(parts, *options, protocol, links, protected=(), **variables):
        """:arg protocol: by which packets of the other host come, as declared. :arg links: this host's ends of tunnels.

        :arg protected: what of them is not to go in clear.
        """
        host1 = {
            "ansible_host": "192.0.2.1",
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
        }
        hosts = {"host1": host1, "host2": {"ansible_host": "192.0.2.2"}}
        inventory = folder / "inventory.json"
        inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": {**TERMS, "parts": parts, **variables}}}))
        ends = {"host": "host2", "local": "192.0.2.1", "remote": "192.0.2.2"}
        share = {
            "links": links,
            "peers": [{**ends, "name": link["name"], "mode": link["mode"]} for link in links],
            "accept": [{"source": "192.0.2.2", "protocol": protocol}],
            **{name: [] for name in ("routes", "fou_ports", "probes", "crossings", "kernel_modules")},
            "protected": list(protected),
            "ipsec": [],
        }
        program = Path(sys.executable).with_name("ansible-playbook")
        more = ("--extra-vars", json.dumps({"__tunnels_share": share}))
        return run(program, "--inventory", inventory, *more, *options, PLAYBOOK, check=False)

    yield play
    run("umount", "/etc")


def look():
    links = {link["ifname"]: link for link in json.loads(run("ip", "-d", "-j", "link"))}
    rules = run("nft", "list", "ruleset")
    return {
        "accepted": [number for number in (4, 47) if f'"warren-tunnels: ip {number}"' in rules],
        "mtu": links.get("port1", {}).get("mtu"),
        "stp": links.get("br-own", {}).get("linkinfo", {}).get("info_data", {}).get("stp_state"),
        "files": {path: path.read_text() for path in Path("/etc/warren-tunnels").glob("*")},
        "type": links["t0"]["linkinfo"]["info_data"]["type"],
    }


@pytest.fixture(scope="module")
def story(play, tmp_path_factory):
    """What each of some runs said, and what was there after it."""
    tun, tap = ({"name": "t0", "mode": mode} for mode in ("tun", "tap"))
    preview = play(["prepare", "build", "persist"], "--limit=host1", protocol=4, links=[tun], previews=True)
    seen = {"preview": (preview, look())}
    refused = play(["prepare", "build"], "--limit=host1", protocol=4, links=[tun, {"name": "theirs", "mode": "tap"}])
    seen["refused"] = (refused, look())
    network = {"links": [{**BRIDGE, "stp": True}, {**PORT, "mtu": 1400}]}
    changed = play(["build", "persist"], "--limit=host1", protocol=4, links=[tun], tunnels_network=network)
    seen["changed"] = (changed, look())
    early = play(["persist"], "--limit=host1", protocol=4, links=[tap], tunnels_network=network)
    seen["early"] = (early, look())
    # The other host can't be reached, so that the tunnel is kept.
    kept = play(["prepare", "build", "persist"], protocol=47, links=[tap], tunnels_network={"links": [BRIDGE, PORT]})
    seen["kept"] = (kept, look())
    path = tmp_path_factory.mktemp("plan") / "plan"
    planning = {"__tunnels_is_planning": True, "tunnels_plan_path": str(path), "previews": True}
    plan = play(["preview"], "--limit=host1", protocol=47, links=[tap], **planning)
    run("ip", "link", "set", "t0", "mtu", "1300")
    other = play(["build"], "--limit=host1", protocol=47, links=[tap], tunnels_plan=f"{path}.json", **PART)
    seen["planned"] = (plan + other, look())
    closed = play(["build"], "--limit=host1", protocol=47, links=[tap], tunnels_open_firewall=False)
    return {**seen, "closed": (closed, look())}


def test_a_play_in_check_mode_changes_nothing(story):
    said, seen = story["preview"]
    assert "failed=0" in said
    assert (seen["type"], seen["accepted"], seen["files"]) == ("tap", [47], {})


def test_a_refused_build_leaves_the_firewall_open_for_what_is_there(story):
    said, seen = story["refused"]
    assert "theirs is there already and is not of a kind that this module manages" in said
    assert seen["type"] == "tap"
    assert seen["accepted"] == [4, 47]


def test_what_is_declared_no_more_is_shut_out_when_the_change_is_there(story):
    _said, seen = story["changed"]
    assert seen["type"] == "tun"
    assert seen["accepted"] == [4]


def test_what_a_kept_tunnel_comes_by_stays_open(story):
    said, seen = story["kept"]
    assert "t0 of host1 stays as it is" in said
    assert seen["type"] == "tun"
    assert seen["accepted"] == [4, 47]


def test_an_option_of_a_link_beside_the_tunnels_goes_with_its_declaration(story):
    assert [(story[part][1]["stp"], story[part][1]["mtu"]) for part in ("changed", "kept")] == [(1, 1400), (0, 1500)]


def test_files_for_boot_wait_until_what_is_there_is_what_is_declared(story):
    said, seen = story["early"]
    assert "host1 does not have what is declared" in said
    assert seen["files"]
    assert seen["files"] == story["changed"][1]["files"]


def test_files_for_boot_bring_a_kept_tunnel_back_as_it_is_and_all_else_as_declared(story):
    said, _seen = story["kept"]
    assert "After a reboot these are back as they are now, and not as declared." in said
    before, after = (story[part][1]["files"][Path("/etc/warren-tunnels/host.batch")] for part in ("changed", "kept"))
    assert "tuntap add dev t0 mode tun" in after
    assert "stp_state" in before
    assert "mtu 1400" in before
    assert "stp_state" not in after
    assert "mtu 1400" not in after


def test_a_plan_is_compared_once_more_before_the_change(story):
    said, seen = story["planned"]
    assert "is not as it was when" in said
    assert "host1: link t0: replaced (kind tun to tap, mtu 1300 to 1500, " in said
    assert seen["type"] == "tun"


def test_a_firewall_that_is_not_to_be_opened_any_more_is_closed(story):
    assert story["planned"][1]["accepted"]
    _said, seen = story["closed"]
    assert seen["type"] == "tap"
    assert seen["accepted"] == []


TABLE = "table inet warren_tunnels_protect"
PEERS = [{"local": "192.0.2.1", "remote": "192.0.2.2", "protocol": number} for number in (47, 4)]


def test_tunnels_are_protected_before_they_are_changed_and_until_they_are_gone(play):
    common = {"protocol": 47, "tunnels_boot": False}
    tun, tap = ({"name": "t0", "mode": mode} for mode in ("tun", "tap"))
    said = play(["build"], "--limit=host1", links=[tun], protected=PEERS, previews=True, **common)
    assert "failed=0" in said
    assert TABLE not in run("nft", "list", "ruleset")

    said = play(["build"], "--limit=host1", links=[tun], protected=PEERS, **common)
    guarded, made = (
        said.index(f" : {name}") for name in ("Let nothing go in clear", "TUN and TAP devices, and tunnels")
    )
    assert said[guarded:made].count("changed: [host1]") == 1
    assert ("ipencap" in run("nft", "list", "ruleset"), look()["type"]) == (True, "tun")

    # Where nothing else is to be done, it is looked at all the same.
    run("nft", "flush", "table", "inet", "warren_tunnels_protect")
    said = play(["build"], "--limit=host1", links=[tun], protected=PEERS[:1], **common)
    assert "TUN and TAP devices, and tunnels" not in said
    assert (
        said.count("changed: [host1]") == said.partition("Protect what is declared")[2].count("changed: [host1]") == 1
    )
    rules = run("nft", "list", "ruleset")
    assert ("rt ipsec missing" in rules, "ipencap" in rules) == (True, False)

    play(["build"], "--limit=host1", links=[tap], **common)
    assert (TABLE in run("nft", "list", "ruleset"), look()["type"]) == (False, "tap")
