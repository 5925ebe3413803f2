# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Forwarding entries of bridges, VXLAN devices and others, beside those of others, on the kernel of this machine."""

import json
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _commit, _document, _errors, _way_back
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.tests.integration.targets.four_runs.module_utils import witness
from ansible_collections.warren.tunnels.tests.kernel import _engine
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, refusals
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

MAC, OTHER, THIRD = "02:00:5e:00:53:01", "02:00:5e:00:53:02", "02:00:5e:00:53:03"
STRANGE = "02:00:5e:00:53:09"
GROUP, ZEROS = "01:00:5e:00:53:01", "00:00:00:00:00:00"

BRIDGE = {"name": "br", "kind": "bridge", "up": True}
PAIR = {"name": "a", "kind": "veth", "master": "br", "up": True, "peer": {"name": "b", "up": True}}
SECOND = {"name": "c", "kind": "veth", "master": "br", "up": True, "peer": {"name": "d", "up": True}}
VXLAN = {"name": "vx", "kind": "vxlan", "id": "7", "dstport": 4789, "remote": "192.0.2.99", "up": True}
EXTERNAL = {"name": "ex", "kind": "vxlan", "external": True, "dstport": 4790, "up": True}
LINKS = [BRIDGE, PAIR, SECOND, VXLAN, EXTERNAL]
MADE = """
add name br up type bridge
add name a up master br type veth peer name b
add name c up master br type veth peer name d
set dev b up
set dev d up
add name vx up type vxlan id 7 dstport 4789 remote 192.0.2.99
add name ex up type vxlan external dstport 4790
"""
"""The same, made by others."""

ON_PORT = {"lladdr": MAC, "dev": "a", "master": True, "sticky": True}
FOR_HOST = {"lladdr": OTHER, "dev": "a", "master": True, "type": "permanent"}
LEARNED = {"lladdr": THIRD, "dev": "c", "master": True, "extern_learn": True}
OF_BRIDGE = {"lladdr": THIRD, "dev": "br"}
OF_DEVICE = {"lladdr": MAC, "dev": "b"}
GROUP_OF_DEVICE = {"lladdr": GROUP, "dev": "b"}
FAR = {"lladdr": MAC, "dev": "vx", "dst": "192.0.2.1"}
ELSEWHERE = {
    "lladdr": OTHER, "dev": "vx", "dst": "192.0.2.2", "port": 4791, "vni": 9, "via": "b", "type": "static",
}  # fmt: skip
DAEMONS = {"lladdr": THIRD, "dev": "vx", "dst": "192.0.2.3", "extern_learn": True}
TO_ALL = [{"lladdr": ZEROS, "dev": "vx", "dst": f"192.0.2.{number}"} for number in (1, 2, 3)]
TO_GROUP = {"lladdr": GROUP, "dev": "vx", "dst": "192.0.2.1", "vni": 8}
BY_VNI = [{"lladdr": MAC, "dev": "ex", "dst": "192.0.2.1", "src_vni": vni, "vni": 100 + vni} for vni in (5, 6)]
ALL = [
    ON_PORT, FOR_HOST, OF_BRIDGE, OF_DEVICE, FAR, ELSEWHERE, DAEMONS, *TO_ALL, TO_GROUP, *BY_VNI,
]  # fmt: skip


def run(line):
    return subprocess.run(line.split(), check=True, stdout=subprocess.PIPE).stdout


def told(place="", copies=False):
    """Return what bridge(8) tells of all entries that are there for good, but for those of the kernel's own.

    :arg copies: those in a VLAN too that come with one that is in all VLANs.
    """
    where = ["-n", place] if place else []
    rows = json.loads(subprocess.run(["bridge", "-j", "-d", *where, "fdb", "show"], check=True, stdout=-1).stdout)
    macs = {link.get("address") for link in json.loads(run(f"ip {' '.join(where)} -j link show"))} - {ZEROS}
    own = [
        {"mac": ZEROS, "ifname": "vx", "dst": "192.0.2.99"},
        *({"mac": row["mac"]} for row in rows if row["mac"] in macs),
    ]
    fixed = (row for row in rows if row.get("state") in ("permanent", "static") or "extern_learn" in row["flags"])
    made = [row for row in fixed if not any(each.items() <= row.items() for each in own)]
    made = made if copies else witness.without_copies(made)
    return sorted((row for row in made if not _listens(row)), key=lambda row: json.dumps(row, sort_keys=True))


def _listens(row):
    """Return whether the device listens to a group by itself."""
    return row["mac"].startswith(("33:33:", "01:00:5e:00:00:")) and "dst" not in row


def entries():
    with _host.Kernel() as kernel:
        return _document.of_choice(_document.Choice(), kernel.survey())["network"]["fdb"]


@pytest.fixture(autouse=True)
def host():
    new_host()
    for line in MADE.strip().splitlines():
        run("ip link " + line)


@pytest.mark.parametrize(
    ("wanted", "row", "line"),
    [
        (
            ON_PORT,
            {"ifname": "a", "flags": ["sticky"], "master": "br", "state": "static"},
            f"fdb replace {MAC} dev a master static sticky",
        ),
        (
            FOR_HOST,
            {"ifname": "a", "flags": [], "master": "br", "state": "permanent"},
            f"fdb replace {OTHER} dev a master permanent",
        ),
        (
            LEARNED,
            {"ifname": "c", "flags": ["extern_learn"], "master": "br", "state": ""},
            f"fdb replace {THIRD} dev c master static extern_learn",
        ),
        (
            OF_BRIDGE,
            {"ifname": "br", "flags": [], "master": "br", "state": "permanent"},
            f"fdb append {THIRD} dev br self permanent",
        ),
        (
            OF_DEVICE,
            {"ifname": "b", "flags": ["self"], "state": "permanent"},
            f"fdb append {MAC} dev b self permanent",
        ),
        (
            GROUP_OF_DEVICE,
            {"ifname": "b", "flags": ["self"], "state": "permanent"},
            f"fdb append {GROUP} dev b self permanent",
        ),
        (
            FAR,
            {"ifname": "vx", "dst": "192.0.2.1", "flags": ["self"], "state": "permanent"},
            f"fdb replace {MAC} dev vx self permanent dst 192.0.2.1",
        ),
        (
            ELSEWHERE,
            {
                "ifname": "vx", "dst": "192.0.2.2", "port": 4791, "vni": 9, "viaIf": "b", "flags": ["self"],
                "state": "static",
            },
            f"fdb replace {OTHER} dev vx self static dst 192.0.2.2 port 4791 vni 9 via b",
        ),
        (
            DAEMONS,
            {"ifname": "vx", "dst": "192.0.2.3", "flags": ["self", "extern_learn"], "state": "permanent"},
            f"fdb replace {THIRD} dev vx self permanent dst 192.0.2.3 extern_learn",
        ),
        (
            TO_ALL[0],
            {"ifname": "vx", "dst": "192.0.2.1", "flags": ["self"], "state": "permanent"},
            f"fdb append {ZEROS} dev vx self permanent dst 192.0.2.1",
        ),
        (
            BY_VNI[0],
            {"ifname": "ex", "dst": "192.0.2.1", "vni": 105, "src_vni": 5, "flags": ["self"], "state": "permanent"},
            f"fdb replace {MAC} dev ex self permanent dst 192.0.2.1 vni 105 src_vni 5",
        ),
    ],
)  # fmt: skip
def test_an_entry_has_all_that_it_can_have(wanted, row, line):
    assert [step.command() for step in apply({"fdb": [wanted]}, "merged")] == ["bridge " + line]
    made = told()
    assert made == [{"mac": wanted["lladdr"], **row}]
    assert apply({"fdb": [wanted]}, "merged") == ()
    # What a step says is what it does.
    (end,) = apply({"fdb": [wanted]}, "deleted")
    assert told() == []
    run("bridge " + line)
    assert told() == made
    run(end.command())
    assert told() == []


def test_one_of_a_vlan():
    lines = ("ip link set dev br type bridge vlan_filtering 1", "bridge vlan add vid 7 dev a")
    if any(subprocess.run(line.split(), check=False).returncode for line in lines):
        pytest.skip("this kernel has no VLANs of bridges")
    of_vlan = {**ON_PORT, "vlan": 7}
    apply({"fdb": [of_vlan]})
    assert [(row["mac"], row["vlan"]) for row in told()] == [(MAC, 7)]
    # One of no VLAN is in all of them, and takes all of them along.
    apply({"fdb": [of_vlan, {**ON_PORT, "sticky": False}]})
    assert {row.get("vlan") for row in told(copies=True)} == {None, 1, 7}
    assert apply({"fdb": [of_vlan, {**ON_PORT, "sticky": False}]}) == ()
    apply({"fdb": [of_vlan]})
    assert [(row["mac"], row["vlan"]) for row in told()] == [(MAC, 7)]
    assert entries() == [{**of_vlan, "type": "static"}]


def test_frames_to_all_go_to_each_of_several_far_ends():
    apply({"fdb": TO_ALL})
    assert [row["dst"] for row in told()] == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    assert apply({"fdb": TO_ALL}) == ()
    (step,) = apply({"fdb": TO_ALL[1:]})
    assert step.command() == f"bridge fdb delete {ZEROS} dev vx self dst 192.0.2.1"
    assert [row["dst"] for row in told()] == ["192.0.2.2", "192.0.2.3"]
    # The device's own stays.
    apply({})
    assert told() == []
    assert "192.0.2.99" in run("bridge fdb show dev vx").decode()


def test_what_is_said_of_the_device_too_is_no_other_entry():
    """Where it is one that the device comes with, it stays with the device."""
    same = [{**TO_ALL[0], "port": 4789, "vni": 7}, {**FAR, "port": 4789}, {**TO_ALL[0], "dst": "192.0.2.99"}]
    apply({"fdb": same}, "merged")
    made = told()
    assert apply({"fdb": same}, "merged") == ()
    assert apply({"fdb": [TO_ALL[0], FAR]}, "merged") == ()
    apply({"fdb": [TO_ALL[0], {**FAR, "port": 4789}]})
    assert told() == made


def test_what_is_changed_keeps_what_is_not_named():
    apply({"fdb": [ELSEWHERE]}, "merged")
    (step,) = apply({"fdb": [{"lladdr": OTHER, "dev": "vx", "dst": "192.0.2.5"}]}, "merged")
    assert type(step).__name__ == "SetForwarding"
    (row,) = told()
    assert (row["dst"], row["port"], row["vni"], row["viaIf"], row["state"]) == ("192.0.2.5", 4791, 9, "b", "static")
    apply({"fdb": [{**ELSEWHERE, "port": 4789, "vni": 7, "type": "permanent"}]}, "merged")
    (row,) = told()
    assert (row.get("port"), row.get("vni"), row["state"]) == (None, None, "permanent")
    apply({"fdb": [ON_PORT]}, "merged")
    apply({"fdb": [{**ON_PORT, "sticky": False}]}, "merged")
    apply({"fdb": [{"lladdr": MAC, "dev": "a", "master": True, "type": "permanent"}]}, "merged")
    (row,) = (row for row in told() if row["mac"] == MAC)
    assert (row["flags"], row["state"]) == ([], "permanent")


@pytest.mark.parametrize("wanted", [FAR, {"lladdr": MAC, "dev": "a", "master": True}])
def test_what_a_control_plane_learns_is_not_made_of_what_a_person_said(wanted):
    apply({"fdb": [wanted]})
    apply({"fdb": [{**wanted, "extern_learn": True}]})
    assert "extern_learn" in told()[0]["flags"]
    assert apply({"fdb": [{**wanted, "extern_learn": True}]}) == ()
    apply({"fdb": [{**wanted, "extern_learn": False}]})
    assert "extern_learn" not in told()[0]["flags"]


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("dev c master static", ("c", "static")),
        ("dev br self", ("br", "permanent")),
    ],
)
@pytest.mark.parametrize(
    ("wanted", "moved"),
    [
        (ON_PORT, ("a", "static")),
        ({**OF_BRIDGE, "lladdr": MAC}, ("br", "permanent")),
    ],
)
def test_an_address_that_a_bridge_has_elsewhere_is_moved(line, row, wanted, moved):
    if row == moved:
        pytest.skip("it is there")
    run(f"bridge fdb add {MAC} {line}")
    before = told()
    assert apply({"fdb": [wanted]}, "deleted") == ()
    assert told() == before
    runs = list(refusals({"fdb": [wanted, {**FAR, "dst": "192.0.2.5"}]}, "merged"))
    assert [each.left for each in runs] == [[]] * 2
    assert [(each["ifname"], each["state"]) for each in told() if each["mac"] == MAC and "master" in each] == [moved]
    assert apply({"fdb": [wanted]}, "merged") == ()


def test_one_of_ours_goes_to_another_port():
    apply({"fdb": [ON_PORT]})
    apply({"fdb": [{**ON_PORT, "dev": "c"}]})
    assert [row["ifname"] for row in told()] == ["c"]
    apply({})
    assert told() == []


def test_what_is_read_makes_the_same_elsewhere():
    red = {**TO_ALL[0], "dev": "rx", "netns": "red"}
    links = [*LINKS, {"name": "rx", "kind": "vxlan", "id": "8", "netns": "red", "up": True}]
    apply({"namespaces": [{"name": "red"}], "links": links, "fdb": [*ALL, red]})
    with _host.Kernel() as kernel:
        seen = _document.of_choice(_document.Choice(), kernel.survey())["network"]
    made = [told(), told("red")]
    assert [len(rows) for rows in made] == [len(ALL), 1]
    assert len(seen["fdb"]) == len(ALL) + 1
    new_host()
    apply({name: seen[name] for name in ("namespaces", "links", "fdb")})
    assert [told(), told("red")] == made


def test_what_nobody_made_is_not_shown():
    run("ip link add link b name m0 type macvlan")
    run("ip link set m0 up")
    run("bridge link set dev c learning off flood off")
    run(f"bridge fdb add {MAC} dev a master dynamic")
    run(f"bridge fdb add {MAC} dev vx dst 192.0.2.1 dynamic")
    run("ip link set dev b promisc on")
    assert entries() == []
    run(f"bridge fdb add {OTHER} dev a master static")
    assert entries() == [{"lladdr": OTHER, "dev": "a", "master": True, "type": "static"}]


def test_those_of_others_stay_and_one_that_was_learned_is_taken_over():
    run(f"bridge fdb add {OTHER} dev a master static")
    run(f"bridge fdb add {MAC} dev c master dynamic")
    run(f"bridge fdb append {ZEROS} dev vx dst 192.0.2.7")
    run(f"bridge fdb add {MAC} dev vx dst 192.0.2.7 dynamic")
    theirs = told()
    apply({"fdb": [ON_PORT, FAR, *TO_ALL]})
    assert [row for row in theirs if row not in told()] == []
    assert len(told()) == len(theirs) + 5
    assert {(row["ifname"], row.get("dst")) for row in told() if row["mac"] == MAC} == {
        ("a", None),
        ("vx", "192.0.2.1"),
    }
    apply({})
    assert told() == theirs


@pytest.mark.parametrize(
    "change",
    [
        {"links": [BRIDGE, {**PAIR, "up": False}]},
        {"links": [BRIDGE, {**PAIR, "mac": "02:00:5e:00:53:77"}]},
        {"links": [{**VXLAN, "up": False}]},
        {"links": [{**VXLAN, "remote": "192.0.2.1"}]},
        {"links": [{**VXLAN, "mtu": 1300}]},
        {"links": [{**BRIDGE, "name": "b2"}, {**PAIR, "master": "b2"}]},
    ],
)
def test_what_the_kernel_forgets_with_a_change_of_the_link_is_made_again(change):
    wanted = {"fdb": [ON_PORT, FAR, *TO_ALL]}
    apply(wanted, "merged")
    count = len(told())
    apply({**change, **wanted}, "merged")
    assert len(told()) == count
    assert apply({**change, **wanted}, "merged") == ()


def test_a_far_end_of_its_own_stays_when_the_device_loses_it():
    wanted = {"fdb": [{**TO_ALL[0], "dst": "192.0.2.99"}]}
    apply(wanted, "merged")
    apply({"links": [{**VXLAN, "remote": "192.0.2.98"}], **wanted}, "merged")
    assert "192.0.2.99" in run("bridge fdb show dev vx").decode()


def test_they_come_with_a_new_link_and_go_with_an_old_one():
    apply({"links": LINKS, "fdb": [FAR, *TO_ALL, ELSEWHERE]})
    made = told()
    # Only a new one can be so.
    apply({"links": [BRIDGE, PAIR, SECOND, {**VXLAN, "id": "17"}, EXTERNAL], "fdb": [FAR, *TO_ALL, ELSEWHERE]})
    assert told() == made
    apply({})
    with _host.Kernel() as kernel:
        assert not kernel.recall().fdb


def test_the_link_to_a_far_end_may_be_replaced():
    tap = {"name": "t", "kind": "tap", "up": True}
    wanted = {"fdb": [{**ELSEWHERE, "via": "t"}, *({**each, "via": "t"} for each in TO_ALL)]}
    apply({"links": [tap], **wanted}, "merged")
    made = told()
    apply({"links": [{**tap, "multi_queue": True}], **wanted}, "merged")
    assert told() == made
    assert apply(wanted, "merged") == ()


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({**FAR, "dev": "none"}, "dev: there is no link 'none' on this host"),
        ({**FAR, "via": "none"}, "via: there is no link 'none' on this host"),
    ],
)
def test_a_link_that_is_not_there_is_told(entry, words):
    with pytest.raises(AssertionError, match=words):
        apply({"fdb": [entry]})


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ([{**FAR, "dev": "b"}], "dst: only a VXLAN device sends frames to far ends, and b is a veth"),
        ([{"lladdr": MAC, "dev": "vx"}], "dst: it is missing; vx is a vxlan"),
        ([{**FAR, "src_vni": 7}], "src_vni: only an external vxlan"),
        ([{"lladdr": MAC, "dev": "b", "master": True}], "master: b is no port of a bridge"),
        ([ON_PORT, {**ON_PORT, "dev": "c"}], "lladdr: br has 02:00:5e:00:53:01 either on a or on c"),
        ([TO_ALL[0], {**TO_ALL[1], "type": "static"}, {**TO_ALL[2], "type": "permanent"}], "type: the kernel has one"),
    ],
)  # fmt: skip
def test_what_the_kernel_would_take_and_not_have_is_refused(wanted, words):
    with pytest.raises(_errors.Conflict, match=words):
        apply({"fdb": wanted}, "merged")
    assert told() == []


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({**FAR, "dst": "2001:db8::1"}, "dst: vx has far ends of the other address family"),
        ({**ON_PORT, "vlan": 77}, "bridge vlan show"),
        ({"lladdr": MAC, "dev": "lo"}, "Ethernet"),
    ],
)
def test_what_the_kernel_refuses_is_explained_and_nothing_left(entry, words):
    with pytest.raises(_errors.StepFailed, match=words) as refused:
        apply({"fdb": [OF_DEVICE, entry]}, "merged")
    assert not refused.value.left
    assert told() == []


def test_a_run_that_fails_leaves_nothing():
    apply({"fdb": [ON_PORT, FAR, ELSEWHERE, *TO_ALL[:2]]})
    run(f"bridge fdb add {STRANGE} dev a master static")
    run(f"bridge fdb append {ZEROS} dev vx dst 192.0.2.7")
    before = told()
    wanted = {"fdb": [{**ON_PORT, "sticky": False}, {**FAR, "dst": "192.0.2.5"}, *TO_ALL[1:], OF_BRIDGE, OF_DEVICE]}
    runs = list(refusals(wanted))
    assert len(runs) == 7
    assert [each.left for each in runs] == [[]] * 7
    # The last run was the one that was not refused.
    apply({"fdb": [ON_PORT, FAR, ELSEWHERE, *TO_ALL[:2]]})
    assert told() == before


@pytest.mark.parametrize(
    "links",
    [
        pytest.param([{**VXLAN, "id": "17"}], id="anew"),
        pytest.param([{**VXLAN, "mtu": 1300}], id="in-place"),
        pytest.param([{**PAIR, "master": "none"}], id="from-the-bridge"),
    ],
)
def test_those_of_others_come_back_where_a_change_of_their_link_fails(links):
    run(f"bridge fdb append {ZEROS} dev vx dst 192.0.2.7")
    run(f"bridge fdb add {THIRD} dev vx dst 192.0.2.7 port 4791 static")
    run(f"bridge fdb add {THIRD} dev a master static sticky")
    run(f"bridge fdb add {OTHER} dev a self")
    before = told()
    count = 0
    for refused in refusals({"links": links, "fdb": [{**TO_ALL[0], "dst": "192.0.2.8"}, FAR]}, "merged"):
        assert _engine.REFUSED in str(refused)
        assert not [line for line in refused.left if "forwarding" in line]
        assert told() == before
        count += 1
    assert count >= 3


def test_a_checkpoint_brings_them_back():
    apply({"fdb": ALL})
    before = told()
    _commit.commit(_way_back.Wish("fdb", "armed", 60), check_mode=False)
    apply({"fdb": [{**FAR, "dst": "192.0.2.5"}, TO_ALL[1], {**ON_PORT, "dev": "c"}]})
    assert told() != before
    _commit.commit(_way_back.Wish("fdb", "rolled_back", 60), check_mode=False)
    assert told() == before
