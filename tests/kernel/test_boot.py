# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files for the next boot of a host without systemd: written, run at boot, used, and taken away."""

import importlib
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _managers
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

SCRIPT = "/etc/init.d/warren-lab"
DOCUMENT = {
    "links": [
        {"name": "tap9", "kind": "tap", "owner": "daemon", "up": True, "addresses": ["192.0.2.1/24"]},
        {"name": "br9", "kind": "bridge", "up": True, "mtu": 1400},
    ],
    "routes": [{"dst": "198.51.100.0/24", "via": "192.0.2.2"}],
}

pytestmark = pytest.mark.skipif(
    not shutil.which("update-rc.d") or os.path.exists("/run/systemd/system"),
    reason="this machine starts its services otherwise",
)


@pytest.fixture(autouse=True)
def etc(tmp_path):
    """A copy of the machine's own /etc in its place, and a host without links."""
    subprocess.run(["mount", "-t", "tmpfs", "warren", tmp_path], check=True)
    # Who is not root may not read all of it.
    subprocess.run(["cp", "-a", "/etc/.", tmp_path], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["mount", "--bind", tmp_path, "/etc"], check=True)
    new_host()
    yield
    subprocess.run(["umount", "/etc"], check=True)
    subprocess.run(["umount", tmp_path], check=True)


@pytest.fixture
def run(capsys):
    """Return a function that runs the module and returns its answer."""

    def run_(module="boot_files", **options):
        main = importlib.import_module("ansible_collections.warren.tunnels.plugins.modules." + module).main
        with patch_module_args(options), pytest.raises(SystemExit):
            main()
        answer = json.loads(capsys.readouterr().out)
        assert not answer.get("failed"), answer
        return answer

    return run_


def ours():
    found = subprocess.run(["find", "/etc", "-name", "*warren-lab*"], check=True, stdout=subprocess.PIPE, text=True)
    return sorted(found.stdout.split())


def there():
    told = [
        json.loads(subprocess.run(["ip", "-j", *what], check=True, stdout=subprocess.PIPE).stdout or "[]")
        for what in (["-d", "address"], ["route", "show", "proto", "static"])
    ]
    links = {
        link["ifname"]: (
            link["mtu"],
            "UP" in link["flags"],
            link["linkinfo"].get("info_data", {}).get("user"),
            [address["local"] for address in link["addr_info"] if address["family"] == "inet"],
        )
        for link in told[0]
        if link["ifname"] != "lo"
    }
    return links, [(route["dst"], route.get("gateway"), route["dev"]) for route in told[1]]


def test_what_the_files_make_is_what_the_module_makes(run):
    run("network_state", **DOCUMENT)
    made = there()
    assert {name for name, link in made[0].items() if link[1]} == {"tap9", "br9"}
    new_host()
    before = ours()
    foretold = run(name="lab", document=DOCUMENT, _ansible_check_mode=True)
    assert (ours(), there()) == (before, ({}, []))
    done = run(name="lab", document=DOCUMENT)
    assert {**done, "invocation": None} == {**foretold, "invocation": None}
    assert (done["changed"], done["backend"], done["enabled"]) == (True, "sysv", True)
    assert os.stat(SCRIPT).st_mode & 0o777 == 0o755
    assert [path for path in ours() if path.startswith("/etc/rc2.d/S")]
    again = run(name="lab", document=DOCUMENT)
    assert (again["changed"], again["written"], again["enabled"]) == (False, [], False)
    subprocess.run([SCRIPT, "start"], check=True)
    assert there() == made
    subprocess.run([SCRIPT, "status"], check=True)
    subprocess.run(["ip", "address", "delete", "192.0.2.1/24", "dev", "tap9"], check=True)
    said = subprocess.run([SCRIPT, "status"], check=False, stdout=subprocess.PIPE, text=True)
    assert said.returncode == 3
    assert "tap9 address 192.0.2.1/24" in said.stdout
    subprocess.run([SCRIPT, "stop"], check=True)
    assert there() == ({}, [])
    run(name="lab", state="absent")
    assert ours() == before == []


def test_nexthops_come_back_before_the_routes_by_them(run):
    document = {
        "links": [
            {
                "name": "a9",
                "kind": "veth",
                "up": True,
                "addresses": ["10.0.0.1/24"],
                "peer": {"name": "b9", "up": True, "addresses": ["10.1.0.1/24"]},
            }
        ],
        "nexthops": [
            {"id": 9, "group": [{"id": 1, "weight": 3}, {"id": 2}]},
            {"id": 8, "group": [{"id": 2}], "type": "resilient", "buckets": 8, "idle_timer": 7},
            {"id": 1, "via": "10.0.0.2", "dev": "a9"},
            {"id": 2, "dev": "b9"},
            {"id": 3, "via": "192.0.2.7", "fdb": True},
        ],
        "routes": [{"dst": "198.51.100.0/24", "nhid": 9}, {"dst": "203.0.113.0/24", "nhid": 8}],
    }

    def told():
        return [
            subprocess.run(["ip", *what], check=True, stdout=subprocess.PIPE, text=True).stdout
            for what in (["nexthop"], ["-o", "route", "show", "proto", "static"])
        ]

    run("network_state", **document)
    made = told()
    new_host()
    run(name="lab", document=document)
    for _time in range(2):
        subprocess.run([SCRIPT, "start"], check=True)
        assert told() == made
        subprocess.run([SCRIPT, "status"], check=True)
        subprocess.run(["ip", "nexthop", "delete", "id", "1"], check=True)
        said = subprocess.run([SCRIPT, "status"], check=False, stdout=subprocess.PIPE, text=True).stdout
        # The kernel has taken it out of its group.
        assert [line.partition(" via")[0] for line in said.splitlines()[1:]] == [
            "nexthop id 1",
            "nexthop id 9 group 1,3/2 protocol static",
        ]
    subprocess.run([SCRIPT, "stop"], check=True)
    assert told() == ["", ""]


def test_sysctls_come_back_those_of_devices_when_these_are_there(run):
    inside = {"name": "red9", "sysctl": {"net.ipv4.ip_forward": 1, "net.ipv4.conf.b9.arp_ignore": 2}}
    document = {
        "namespaces": [inside],
        "links": [*DOCUMENT["links"], {"name": "b9", "kind": "bridge", "netns": "red9"}],
        "sysctls": {"net.ipv4.conf.default.arp_ignore": 1, "net.ipv4.conf.tap9.rp_filter": 2},
    }
    run(name="lab", document=document)
    assert "/etc/sysctl.d/60-warren-lab.conf" in ours()
    asked = ["net.ipv4.conf.br9.arp_ignore", "net.ipv4.conf.tap9.rp_filter"]
    for _time in range(2):
        subprocess.run([SCRIPT, "start"], check=True)
        assert sysctls(*asked) == ["1", "2"]
        assert sysctls(*inside["sysctl"], within=["ip", "netns", "exec", "red9"]) == ["1", "2"]
        subprocess.run(["sysctl", "-q", "-w", asked[1] + "=0"], check=True)
    subprocess.run([SCRIPT, "stop"], check=True)
    run(name="lab", state="absent")
    assert ours() == []


def sysctls(*keys, within=()):
    done = subprocess.run([*within, "sysctl", "-n", *keys], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.split()


def test_neighbours_come_back_and_are_looked_for(run):
    four = {"to": "192.0.2.7", "dev": "tap9", "lladdr": "02:00:5e:00:53:01"}
    run(name="lab", document={**DOCUMENT, "neighbours": [four, {"to": "2001:db8::9", "dev": "br9", "proxy": True}]})
    for _time in range(2):
        subprocess.run([SCRIPT, "start"], check=True)
        assert neighbours() == [("192.0.2.7", "tap9", four["lladdr"]), ("2001:db8::9", "br9", None)]
        subprocess.run([SCRIPT, "status"], check=True)
        subprocess.run(["ip", "neighbour", "delete", "192.0.2.7", "dev", "tap9"], check=True)
        subprocess.run(["ip", "neighbour", "delete", "proxy", "2001:db8::9", "dev", "br9"], check=True)
        said = subprocess.run([SCRIPT, "status"], check=False, stdout=subprocess.PIPE, text=True)
        assert said.returncode == 3
        assert "neighbour 192.0.2.7 lladdr" in said.stdout
        assert "neighbour proxy 2001:db8::9 dev br9" in said.stdout
    subprocess.run([SCRIPT, "stop"], check=True)
    run(name="lab", state="absent")
    assert ours() == []


def neighbours():
    kinds = (["nud", "permanent"], ["proxy"])
    told = [
        subprocess.run(["ip", "-j", "neighbour", "show", *kind], check=True, stdout=subprocess.PIPE) for kind in kinds
    ]
    rows = [row for done in told for row in json.loads(done.stdout or "[]")]
    return [(row["dst"], row["dev"], row.get("lladdr")) for row in rows]


FAR_ENDS = [
    {"lladdr": "00:00:00:00:00:00", "dev": "vx9", "dst": "192.0.2.7"},
    {"lladdr": "00:00:00:00:00:00", "dev": "vx9", "dst": "192.0.2.8", "port": 4790, "vni": 9, "via": "br9"},
]
ENTRIES = [
    {"lladdr": "02:00:5e:00:53:01", "dev": "tap9", "master": True, "sticky": True},
    {"lladdr": "02:00:5e:00:53:02", "dev": "br9"},
    {"lladdr": "02:00:5e:00:53:03", "dev": "vx9", "dst": "192.0.2.7", "type": "static"},
    *FAR_ENDS,
    {**FAR_ENDS[0], "netns": "red9"},
]


def test_forwarding_entries_come_back_and_are_looked_for(run):
    tap, bridge = {**DOCUMENT["links"][0], "master": "br9"}, {"name": "br9", "kind": "bridge", "up": True}
    vxlan = {"name": "vx9", "kind": "vxlan", "id": "9", "up": True}
    links = [tap, bridge, vxlan, {**vxlan, "netns": "red9"}]
    document = {"namespaces": [{"name": "red9"}], "links": links, "fdb": ENTRIES}
    run("network_state", **document)
    made = entries()
    assert len(made) == len(ENTRIES)
    new_host()
    run(name="lab", document=document)
    for _time in range(2):
        subprocess.run([SCRIPT, "start"], check=True)
        assert entries() == made
        subprocess.run([SCRIPT, "status"], check=True)
        far_end = "fdb delete 00:00:00:00:00:00 dev vx9 dst 192.0.2.7"
        for line in (far_end, "-n red9 " + far_end, "fdb delete 02:00:5e:00:53:01 dev tap9 master"):
            subprocess.run(["bridge", *line.split()], check=True)
        said = subprocess.run([SCRIPT, "status"], check=False, stdout=subprocess.PIPE, text=True)
        assert said.returncode == 3
        assert said.stdout.count("forwarding entry ") == 3
        assert "forwarding entry 02:00:5e:00:53:01 dev tap9 master static sticky\n" in said.stdout
        assert (
            "forwarding entry 00:00:00:00:00:00 dev vx9 self permanent dst 192.0.2.7 in namespace red9" in said.stdout
        )
    # Those on links of others go, too.
    subprocess.run([SCRIPT, "start"], check=True)
    subprocess.run([SCRIPT, "stop"], check=True)
    assert there() == ({}, [])
    run(name="lab", state="absent")
    assert ours() == []


def entries():
    """Return the forwarding entries that somebody made, here and in the namespace."""
    told = [
        json.loads(subprocess.run(["bridge", "-j", *where, "fdb", "show"], check=True, stdout=subprocess.PIPE).stdout)
        for where in ([], ["-n", "red9"])
    ]
    rows = [row for place in told for row in place if row["mac"].startswith(("02:00:5e:00:53", "00:00:00"))]
    return sorted(rows, key=str)


def test_a_run_that_was_cut_off_before_the_script_was_enabled(run):
    run(name="lab", document=DOCUMENT)
    subprocess.run(["update-rc.d", "-f", "warren-lab", "remove"], check=True)
    assert not [path for path in ours() if path.startswith("/etc/rc")]
    answer = run(name="lab", document=DOCUMENT)
    assert (answer["changed"], answer["written"], answer["enabled"]) == (True, [], True)
    assert [path for path in ours() if path.startswith("/etc/rc2.d/S")]


def test_nobody_can_enable_the_script(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    main = importlib.import_module("ansible_collections.warren.tunnels.plugins.modules.boot_files").main
    with patch_module_args({"name": "lab", "document": DOCUMENT}), pytest.raises(SystemExit):
        main()
    told = json.loads(capsys.readouterr().out)["msg"]
    assert told.startswith("Nothing has /etc/init.d/warren-lab run at boot: update-rc.d: ")
    assert told.endswith("Install one of them, or choose another backend.")


RULES = [
    {"priority": 100, "from": "10.0.0.0/8", "fwmark": "0x1/0xff", "table": "100"},
    {"priority": 101, "not": True, "iif": "tap9", "type": "unreachable"},
    {"priority": 102, "to": "192.0.2.9", "table": "main", "suppress_prefixlength": "0"},
    {"priority": 103, "goto": "32766"},
    {"priority": 100, "from": "2001:db8::/32", "table": "100"},
    {"priority": 101, "family": "inet6", "ipproto": "tcp", "dport": "80", "table": "100"},
]
IN_RED = {
    "namespaces": [{"name": "red"}],
    "links": DOCUMENT["links"],
    "rules": [*RULES, *({**rule, "netns": "red"} for rule in RULES)],
}


def rules(place=""):
    """Return the rules that are not the kernel's own."""
    where = ["-n", place] if place else []
    told = [
        json.loads(
            subprocess.run(["ip", "-d", "-j", *where, family, "rule"], check=True, stdout=subprocess.PIPE).stdout
        )
        for family in ("-4", "-6")
    ]
    return [row for rows in told for row in rows if row["protocol"] != "kernel"]


@pytest.mark.parametrize("document", [IN_RED, {"rules": RULES}], ids=["with-links", "alone"])
def test_rules_come_back_and_are_missed_and_go(run, document):
    places = ["", *(namespace["name"] for namespace in document.get("namespaces", ()))]
    run("network_state", **document)
    made = [rules(place) for place in places]
    assert sum(map(len, made)) == len(document["rules"])
    new_host()
    run(name="lab", document=document)
    for _time in range(2):
        done = subprocess.run([SCRIPT, "start"], check=True, stderr=subprocess.PIPE)
        assert ([rules(place) for place in places], done.stderr) == (made, b"")
        subprocess.run([SCRIPT, "status"], check=True)
    assert not run("network_state", **document)["changed"]
    for words in ("rule delete priority 100", "-6 rule delete priority 101"):
        subprocess.run(["ip", *words.split()], check=True)
    said = subprocess.run([SCRIPT, "status"], check=False, stdout=subprocess.PIPE, text=True)
    assert said.returncode == 3
    assert "rule priority 100 from 10.0.0.0/8 fwmark 0x1/0xff lookup 100 protocol static" in said.stdout
    assert "rule priority 101 ipproto 6 dport 80 lookup 100 protocol static" in said.stdout
    assert said.stdout.count("rule priority") == 2
    subprocess.run([SCRIPT, "start"], check=True)
    assert [rules(place) for place in places] == made
    subprocess.run([SCRIPT, "stop"], check=True)
    assert rules() == []


WITH_OPTIONS = {
    "links": [
        {
            "name": "tap9",
            "kind": "tap",
            "up": True,
            "ifgroup": 7,
            "altnames": ["an-uplink-of-the-lab", "b"],
            "addrgenmode": "none",
            "addresses": [{"address": "192.0.2.1/24", "metric": 77, "valid_lft": 3600, "preferred_lft": 1800}],
        }
    ]
}


def test_options_of_links_and_addresses_come_back_and_are_missed(run):
    run(name="lab", document=WITH_OPTIONS)
    for _time in range(2):
        done = subprocess.run([SCRIPT, "start"], check=True, stderr=subprocess.PIPE)
        assert done.stderr == b""
        assert not run("network_state", state="overridden", **WITH_OPTIONS)["changed"]
        subprocess.run([SCRIPT, "status"], check=True)
    subprocess.run(["ip", "link", "property", "del", "dev", "tap9", "altname", "b"], check=True)
    said = subprocess.run([SCRIPT, "status"], check=False, stdout=subprocess.PIPE, text=True)
    assert (said.returncode, said.stdout.count("tap9")) == (3, 1)
    assert "tap9 altname b" in said.stdout
    subprocess.run([SCRIPT, "start"], check=True)
    subprocess.run([SCRIPT, "status"], check=True)
    subprocess.run([SCRIPT, "stop"], check=True)
    assert there() == ({}, [])


BEYOND = {
    "namespaces": [{"name": "red"}, {"name": "also"}],
    "links": [
        {"name": "vx0", "kind": "vxlan", "netns": "red", "link_netns": "host", "id": "7", "dstport": 4789, "up": True},
        {"name": "vx1", "kind": "vxlan", "netns": "red", "link_netns": "also", "id": "7", "dstport": 4789, "mtu": 1300},
    ],
}


def underlays():
    """Return what ip says of the underlays of links, one of which has no name, whether they are up, and their mtu."""
    command = ["ip", "-n", "red", "-o", "link", "show", "type", "vxlan"]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = re.findall(r"^\d+: (\w+)@?\S*: <(\S*)> mtu (\d+) .* (link-netns(?:id)?) (\S+)", said, re.MULTILINE)
    return {name: (option, place, "UP" in flags.split(","), int(mtu)) for name, flags, mtu, option, place in rows}


def test_links_with_their_underlay_elsewhere_come_back(run):
    run("network_state", **BEYOND)
    made = underlays()
    assert (made["vx0"][0], made["vx0"][2]) == ("link-netnsid", True)
    assert made["vx1"] == ("link-netns", "also", False, 1300)
    new_host()
    run(name="lab", document=BEYOND)
    subprocess.run([SCRIPT, "start"], check=True)
    assert underlays() == made
    subprocess.run([SCRIPT, "status"], check=True)
    subprocess.run(["ip", "-n", "red", "link", "set", "vx0", "down"], check=True)
    subprocess.run([SCRIPT, "start"], check=True)
    assert underlays() == made
    assert not run("network_state", **BEYOND)["changed"]
    subprocess.run([SCRIPT, "stop"], check=True)
    assert os.listdir("/run/netns") == []


OVER_LATE = {"kind": "vxlan", "remote": "192.0.2.9", "dev": "late0", "up": True}
ON_CARDS = {
    "links": [
        *DOCUMENT["links"],
        {"name": "vx8", **OVER_LATE, "id": 8, "addresses": ["10.8.0.1/24"]},
        {"name": "vx9", **OVER_LATE, "id": 9, "local": "198.18.0.1", "dstport": 4790, "addresses": ["10.9.0.1/24"]},
    ],
    "routes": [*DOCUMENT["routes"], {"dst": "10.10.0.0/16", "via": "10.9.0.2"}],
}
CARD = """
sleep 3
ip link add late0 type veth peer name far0
sleep 2
ip address add 198.18.0.1/24 dev late0
"""


def start(patience=30):
    return subprocess.run(
        [SCRIPT, "start"], check=False, capture_output=True, text=True, env={**os.environ, "WARREN_WAIT": str(patience)}
    )


def test_cards_that_come_late_are_waited_for(run):
    run(name="lab", document=ON_CARDS)
    with subprocess.Popen(["sh", "-c", CARD]):
        done = start()
    assert done.returncode == 0, done
    assert [line for line in done.stdout.splitlines() if "seconds" in line] == [
        "warren-lab: waits for link late0, 30 seconds at most",
        "warren-lab: waits for address 198.18.0.1, 30 seconds at most",
    ]
    assert (done.stdout.splitlines()[-1], done.stderr) == ("warren-lab: all of that is there now", "")
    made = there()
    assert made[0]["vx9"][1::2] == (True, ["10.9.0.1"])
    assert ("10.10.0.0/16", "10.9.0.2", "vx9") in made[1]
    begun = time.monotonic()
    again = start()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert time.monotonic() - begun < 10
    subprocess.run([SCRIPT, "status"], check=True)


def test_cards_that_do_not_come_are_told_and_all_else_is_made(run):
    run(name="lab", document=ON_CARDS)
    done = start(patience=2)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "warren-lab: link late0 is not there after 2 seconds",
        "warren-lab: address 198.18.0.1 is not there after 2 seconds",
        *(f'warren-lab: link {name} can\'t be made: Cannot find device "late0"' for name in ("vx8", "vx9")),
        "warren-lab: route replace 10.10.0.0/16 via 10.9.0.2 proto static: Nexthop has invalid gateway.",
        f"warren-lab: this is missing; {SCRIPT} start adds it:",
        "link vx8",
        "link vx9",
        "route 10.10.0.0/16 via 10.9.0.2 proto static",
    ]
    made = there()
    assert [name for name, link in made[0].items() if link[1]] == ["br9", "tap9"]
    assert made[1] == [("198.51.100.0/24", "192.0.2.2", "tap9")]
    subprocess.run(["sh", "-c", CARD.replace("sleep", ": ")], check=True)
    again = start()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert {"tap9", "br9", "vx8", "vx9"} <= set(there()[0])
    subprocess.run([SCRIPT, "status"], check=True)


def test_a_link_that_is_another_is_told_with_the_words_of_the_kernel(run):
    run(name="lab", document=ON_CARDS)
    subprocess.run(["sh", "-c", CARD.replace("sleep", ": ")], check=True)
    clash = "id 9 remote 192.0.2.9 dev late0 dstport 4790"
    subprocess.run(["ip", "link", "add", "other", "type", "vxlan", *clash.split()], check=True)
    done = start()
    assert done.returncode == 1
    assert "link vx9 can't be made: A VXLAN device with the specified VNI already exists." in done.stderr
    assert done.stderr.splitlines()[-2:] == ["link vx9", "route 10.10.0.0/16 via 10.9.0.2 proto static"]
    assert {"tap9", "br9", "vx8"} <= set(there()[0])


NETWORKD = "/usr/lib/systemd/systemd-networkd"


@pytest.mark.skipif(not os.path.exists(NETWORKD), reason="systemd-networkd is not installed")
def test_a_device_that_a_file_of_others_makes_is_told():
    netplan = Path("/run/systemd/network/10-netplan-tap9.netdev")
    netplan.parent.mkdir(parents=True)
    netplan.write_text("[NetDev]\nName=tap9\nKind=tap\n")
    ours = Path("/etc/systemd/network/05-warren-lab.br9.netdev")
    ours.write_text("[NetDev]\nName=br9\nKind=bridge\n")
    try:
        _managers.check_claims(["br9", "tap9"])
        with subprocess.Popen([NETWORKD], stderr=subprocess.DEVNULL) as process:
            try:
                # What has just been started has no name for a moment.
                while not Path(f"/proc/{process.pid}/cmdline").read_bytes():
                    time.sleep(0.1)
                with pytest.raises(
                    _errors.Conflict, match=f"systemd-networkd makes tap9, by {netplan}; take it out of"
                ):
                    _managers.check_claims(["br9", "tap9"])
                _managers.check_claims(["br9"])
                # As systemd has it that a file is not to be used.
                Path("/etc/systemd/network", netplan.name).symlink_to("/dev/null")
                _managers.check_claims(["br9", "tap9"])
            finally:
                process.terminate()
    finally:
        shutil.rmtree("/run/systemd")
