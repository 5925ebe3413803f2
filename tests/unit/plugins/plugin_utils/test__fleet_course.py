# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from pathlib import Path

import pytest
import yaml
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet, _fleet_course, _fleet_ends

HOSTS = {f"host{number}": {"ansible_host": f"192.0.2.{number}"} for number in (1, 2, 3, 4)}
CHAIN = [("tun100", "host1", "host2"), ("tun200", "host2", "host3"), ("tun300", "host3", "host4")]
LINKS = [
    {
        "name": name,
        "mode": "gre",
        "ends": {first: {"address": f"10.{net}.0.1"}, second: {"address": f"10.{net}.0.2"}},
    }
    for net, (name, first, second) in enumerate(CHAIN)
]
TERMS = {"removal_limit": 34, "allow_removal": False, "allow_cuts": False}
DONE = {"changed": True, "operations": ["ip link"]}
SKIPPED = {"skipped": True}
REARMED = {"diff": {"before": {"armed": True}, "after": {"armed": True}}}
RAN_OUT = {"diff": {"before": {"armed": False}, "after": {"armed": True}}}
UNREACHABLE = {"unreachable": True, "msg": "No route to host"}


def change(name, how="changed", cuts=True, **options):
    return {"link": name, "netns": None, "change": how, "options": options, "loses": [], "cuts": cuts}


def host(name, *changes, there=(), links=LINKS, operations=None, checkpoints=(), **notes):
    """Return what a host has noted before it changes anything, whose tunnels all answer."""
    share = _fleet.share(links, HOSTS, name)
    outlook = {
        "operations": ["ip link"] * len(changes) if operations is None else operations,
        "changes": list(changes),
        "checkpoints": list(checkpoints),
        "before": {"links": list(there)},
    }
    before = {"probes": [answer(probe) for probe in share["probes"]]}
    return {"share": share, "terms": TERMS, "outlook": outlook, "before": before, **notes}


def answer(probe, reachable=True, holds=None):
    word = "answers" if reachable else "does not answer"
    told = f"{probe['name']}: {probe['destination']} {word}"
    return {"reachable": reachable, "holds": reachable if holds is None else holds, "msg": told}


SILENCE = {"probes": [answer({"name": "tun100", "destination": "10.0.0.2"}, False)]}


def changed(name, *changes, silent=(), **notes):
    """Return what a host has noted after a change. :arg silent: the tunnels that do not answer any more."""
    noted = host(name, *changes)
    probes = [answer(probe, probe["name"] not in silent) for probe in noted["share"]["probes"]]
    return {**noted, "changed": DONE, "after": {"probes": probes}, "rearmed": REARMED, **notes}


def course(noted, lost=()):
    return _fleet_course.course(noted, lost)


def test_nothing_is_to_be_done():
    found = course({name: host(name) for name in HOSTS})
    assert found.pop("idle") is True
    assert all(not value for value in found.values())


def test_tunnels_of_two_modes_between_the_same_hosts_are_told_apart():
    two = [{**LINKS[0], "name": name, "mode": mode} for name, mode in (("tun100", "gre"), ("tun200", "ipip"))]
    two[1]["ends"] = {"host1": {"address": "20.1.1.1"}, "host2": {"address": "20.1.1.2"}}
    noted = {name: host(name, links=two) for name in ("host1", "host2")}
    assert [(end.device, end.far_device) for end in _fleet_ends.of(noted, ["host1"])] == [
        ((None, "tun100"), (None, "tun100")),
        ((None, "tun200"), (None, "tun200")),
    ]


def test_a_host_without_an_outlook_takes_no_part():
    assert course({"host1": {**host("host1"), "outlook": {"msg": "pyroute2 is missing"}}})["busy"] == []


# What may not be done


def there(count):
    return [{"name": f"tun{number}"} for number in range(count)]


def removed(count, **options):
    return [gone(f"tun{number}", f"192.0.2.{number + 10}", **options) for number in range(count)]


def gone(name, remote, kind="gre"):
    return change(name, "removed", **{option: {"before": value, "after": None} for option, value in ends(remote, kind)})


def made(name, remote, kind="gre"):
    return change(name, "created", **{option: {"before": None, "after": value} for option, value in ends(remote, kind)})


def ends(remote, kind):
    return [("kind", kind), *([("local", "192.0.2.1"), ("remote", remote)] if remote else [])]


@pytest.mark.parametrize(
    ("gone", "had", "others", "is_told"),
    [
        (0, 0, 0, False),
        (1, 1, 0, True),
        (1, 1, 1, True),
        (1, 2, 0, False),
        (2, 2, 0, True),
        (2, 2, 2, True),
        (2, 3, 2, False),
        (2, 3, 0, False),
        (3, 3, 3, True),
        (3, 4, 0, True),
        (3, 9, 0, False),
        (4, 10, 0, True),
    ],
)
def test_a_host_that_would_lose_much_is_told(gone, had, others, is_told):
    new = [made(f"new{number}", f"192.0.2.{number + 50}") for number in range(others)]
    found = course({"host1": host("host1", *removed(gone), *new, there=there(had))})["excess"]
    assert bool(found) == is_told
    if found:
        assert found[0].startswith(f"host1: {gone} of the {had} links that the role has there would be removed (tun0")
        assert "tunnels_allow_removal: true" in found[0]


def test_another_name_is_no_loss():
    tunnels = [*removed(4), *(made(f"new{number}", f"192.0.2.{number + 10}") for number in range(4))]
    assert course({"host1": host("host1", *tunnels, there=there(4))})["excess"] == []
    tap = host("host1", gone("tap0", None, "tap"), made("tap1", None, "tap"), there=there(1))
    assert course({"host1": tap})["excess"] == []
    mode = host("host1", gone("tun0", "192.0.2.2"), made("new0", "192.0.2.2", "ipip"), there=there(1))
    assert course({"host1": mode})["excess"] == []


@pytest.mark.parametrize(
    ("gone", "had", "hosts", "is_told"), [(2, 3, 3, True), (2, 3, 2, False), (1, 2, 4, False), (2, 4, 10, False)]
)
def test_what_all_hosts_lose_together_counts_too(gone, had, hosts, is_told):
    noted = {f"host{number}": host("host1", *removed(gone), there=there(had)) for number in range(hosts)}
    found = course(noted)["excess"]
    assert bool(found) == is_told
    if found:
        assert found[0].startswith(
            "host0, host1 and host2 together: 6 of the 9 links that the role has there would be removed"
        )
        assert "tunnels_allow_removal: true" in found[0]
    allowed = {name: {**seen, "terms": {**TERMS, "allow_removal": True}} for name, seen in noted.items()}
    assert course(allowed)["excess"] == []


def test_what_those_have_counts_who_tell_in_short_that_nothing_differs():
    noted = {f"host{number}": host("host1", *removed(2), there=there(3)) for number in range(3)}
    idle = host("host1")
    del idle["outlook"]["before"]
    idle["share"] = {**idle["share"], "links": there(1), "routes": into(4)}
    assert course(noted)["excess"] != []
    assert course({**noted, "idle": idle})["excess"] == []


def into(count, *more):
    """Return routes into the tunnels of a shared device."""
    encap = [{"type": "ip", "dst": f"192.0.2.{number}"} for number in range(count)]
    return [{"dst": f"10.255.0.{number}/32", "dev": "core", "encap": one} for number, one in enumerate(encap)] + list(
        more
    )


@pytest.mark.parametrize(("stay", "is_told"), [(1, True), (32, False), (30, True)])
def test_the_tunnels_of_a_shared_device_count(stay, is_told):
    other = {"dst": "10.9.0.0/24", "dev": "core", "encap": {"type": "ip", "dst": "192.0.2.0"}}
    noted = host("host1", operations=["ip route"], there=there(1))
    noted["outlook"]["before"]["routes"] = into(49, other, {"dst": "10.8.0.0/24", "via": "192.0.2.9"})
    noted["outlook"]["after"] = {"routes": into(stay)}
    found = course({"host1": noted})["excess"]
    assert bool(found) == is_told
    if stay == 1:
        (line,) = found
        assert line.startswith(
            "host1: 48 of the 50 links that the role has there would be removed (core to 192.0.2.1, core to"
        )


def test_a_shared_device_whose_far_ends_get_other_addresses_loses_none():
    noted = host("host1", operations=["ip route"], there=there(1))
    noted["outlook"]["before"]["routes"] = into(9)
    other = [{**route, "encap": {"type": "ip", "dst": f"203.0.113.{n}"}} for n, route in enumerate(into(9))]
    noted["outlook"]["after"] = {"routes": other}
    assert course({"host1": noted})["excess"] == []


@pytest.mark.parametrize("terms", [{"allow_removal": True}, {"removal_limit": 75}])
def test_the_host_may_be_told_to_lose_it(terms):
    noted = host("host1", *removed(3), there=there(4))
    assert course({"host1": {**noted, "terms": {**TERMS, **terms}}})["excess"] == []


def test_a_long_list_of_links_is_cut_off():
    (line,) = course({"host1": host("host1", *removed(9), there=there(9))})["excess"]
    assert "(tun0, tun1, tun2, tun3, tun4 and 4 more)" in line


def test_a_tunnel_that_answers_is_not_cut_from_a_host_outside():
    (line,) = course({"host1": host("host1", change("tun100", key={"before": None, "after": 7}))})["cut"]
    assert line.startswith("host1: tun100 answers, and would be cut by this change (key) until host2 is built too; ")
    assert "tunnels_allow_cuts: true" in line


def test_it_is_cut_where_that_is_allowed_and_told():
    noted = {**host("host1", change("tun100")), "terms": {**TERMS, "allow_cuts": True}}
    found = course({"host1": noted})
    assert (found["cut"], found["down"]) == ([], ["tun100 of host1 is down until host2 is built"])
    assert found["again"] == {"host1": []}


@pytest.mark.parametrize(
    "noted",
    [
        {"host1": host("host1", change("tun100")), "host2": host("host2", change("tun100"))},
        {"host1": host("host1", change("tun100", cuts=False))},
        {"host1": host("host1", change("tun100", "created", cuts=False))},
        {"host1": host("host1", change("tun100"), before={"probes": [answer({"name": "", "destination": ""}, False)]})},
    ],
    ids=["both ends are changed", "it goes on", "it is new", "it does not answer"],
)
def test_nothing_is_cut_for_long(noted):
    found = course(noted)
    assert (found["cut"], found["down"]) == ([], [])


# What stays as it is


def test_what_a_lost_host_shares_stays():
    found = course({"host2": host("host2", change("tun100"), change("tun200"))}, lost=["host1"])
    assert found["keep"] == {"host2": [{"name": "tun100"}]}
    assert found["kept"] == [
        "tun100 of host2 stays as it is, because host1 could not be changed along; build again when it can"
    ]
    assert [line.split()[1] for line in found["cut"]] == ["tun200"]


@pytest.mark.parametrize("armed", [UNREACHABLE, {"failed": True, "msg": "no space left"}])
def test_what_a_host_without_a_way_back_shares_stays(armed):
    noted = {"host1": host("host1", change("tun100"), armed=armed), "host2": host("host2", change("tun100"))}
    found = course(noted)
    assert (found["busy"], found["keep"]) == (["host2"], {"host2": [{"name": "tun100"}]})


def test_what_is_new_does_not_wait_for_a_lost_host():
    assert course({"host1": host("host1", change("tun100", "created"))}, lost=["host2"])["keep"] == {}


def test_a_tunnel_with_another_name_is_changed():
    ends = {"local": {"before": "192.0.2.1", "after": None}, "remote": {"before": "192.0.2.2", "after": None}}
    changes = (change("old", "removed", **ends), change("tun100", "created"))
    found = course({"host1": host("host1", *changes)}, lost=["host2"])
    assert found["keep"] == {"host1": [{"name": "tun100"}, {"name": "old"}]}


def renamed(silent=False, kind="gre", far="10.0.0.2", **options):
    """Return what a host has noted whose tunnel "old" answered and got another name."""
    ends = {"local": "192.0.2.1", "remote": "192.0.2.2", "kind": kind, "addresses": ["10.0.0.1/32"]}
    was = {name: {"before": value, "after": None} for name, value in ends.items()}
    become = {name: {"before": None, "after": value} for name, value in {**ends, "kind": "gre", **options}.items()}
    changes = (change("old", "removed", **was), change("tun100", "created", cuts=False, **become))
    noted = host("host1", *changes)
    (probe,) = noted["share"]["probes"]
    before = {"probes": [answer(probe, False), answer({"name": "old", "destination": far})]}
    after = {"probes": [answer(probe, not silent)]}
    return {**noted, "before": before, "changed": DONE, "after": after, "rearmed": REARMED}


def test_a_tunnel_with_another_name_answers_by_the_former_one():
    (probe,) = course({"host1": renamed()})["former"]["host1"]
    assert probe == {"name": "old", "netns": None, "destination": "10.0.0.2", "outer": {"remote": "192.0.2.2"}}


@pytest.mark.parametrize("silent", [False, True])
def test_a_tunnel_that_falls_silent_by_another_name_goes_back(silent):
    found = course({"host1": renamed(silent)})
    assert found["again"] == {"host1": [0]}
    assert found["back"] == ({"host1": "tun100: 10.0.0.2 does not answer"} if silent else {})


@pytest.mark.parametrize(
    ("options", "is_cut"),
    [({}, False), ({"ttl": 9}, False), ({"ikey": "0.0.0.7"}, True), ({"seq": True}, True), ({"kind": "gretap"}, True)],
)
def test_another_name_cuts_only_with_what_the_far_end_must_have_too(options, is_cut):
    assert bool(course({"host1": renamed(**options)})["cut"]) == is_cut


def test_a_cut_that_is_allowed_is_not_undone_for_want_of_an_answer():
    noted = {**renamed(silent=True, ikey="0.0.0.7"), "terms": {**TERMS, "allow_cuts": True}, "after": SKIPPED}
    found = course({"host1": noted})
    assert found["down"] == ["tun100 of host1 is down until host2 is built"]
    assert (found["again"], found["back"]) == ({"host1": []}, {})


def former(*before):
    return change("tun100", addresses={"before": list(before), "after": ["10.0.0.1/32"]})


@pytest.mark.parametrize(
    ("before", "far"),
    [
        ({"address": "10.5.0.1", "peer": "10.5.0.2"}, "10.5.0.2"),
        ({"address": "10.5.0.1", "peer": "10.5.0.2/32"}, "10.5.0.2"),
        ("10.5.0.4/31", "10.5.0.5"),
        ("10.5.0.5/30", "10.5.0.6"),
        ("fd00::3/127", "fd00::2"),
    ],
)
def test_a_tunnel_whose_addresses_change_answers_by_the_former_ones(before, far):
    probes = course({"host1": host("host1", former(before))})["former"]["host1"]
    assert [probe["destination"] for probe in probes] == [far]
    answers = {"probes": [answer(probes[0], False), answer(probes[0])]}
    alone = {"host1": host("host1", former(before), before=answers)}
    assert [line.split(",")[0] for line in course(alone)["cut"]] == ["host1: tun100 answers"]
    both = course({**alone, "host2": host("host2", former(far))})
    assert both["cut"] == []
    assert both["again"]["host1"] == [0]


@pytest.mark.parametrize("before", ["10.5.0.2/24", "fd00::2/64", {"address": "10.5.0.2", "peer": "10.5.0.1"}])
def test_the_former_address_of_a_far_end_that_takes_part_is_what_it_says(before):
    """In a network of more than two, it does not follow from this end's."""
    own = "10.5.0.1/24" if "10." in str(before) else "fd00::1/64"
    ends = {"host1": host("host1", former(own)), "host2": host("host2", former(before))}
    (probe,) = course(ends)["former"]["host1"]
    assert probe["destination"] == str(before["address"] if isinstance(before, dict) else before).partition("/")[0]
    moved = changed("host1", former(own), silent=["tun100"])
    moved["before"] = {"probes": [answer(moved["share"]["probes"][0], False), answer(probe)]}
    found = course({**ends, "host1": moved, "host2": changed("host2", former(before))})
    assert found["again"]["host1"] == [0]
    assert found["back"]["host1"] == "tun100: 10.0.0.2 does not answer"


def test_a_far_end_that_moves_alone_is_asked_by_its_former_address():
    noted = {"host1": host("host1", change("tun100", cuts=False)), "host2": host("host2", former("10.0.0.7/24"))}
    assert [probe["destination"] for probe in course(noted)["former"]["host1"]] == ["10.0.0.7"]
    made = change("tun100", "created", addresses={"before": None, "after": ["10.0.0.2/32"]})
    assert course({**noted, "host2": host("host2", made)})["former"] == {}


def test_the_hosts_of_a_mesh_with_one_device_are_asked_by_their_former_addresses():
    mesh = {"name": "core", "mode": "gre", "topology": "full", "devices": "one", "members": [*HOSTS]}
    noted = {}
    for name in HOSTS:
        share = _fleet.share([], HOSTS, name, [{**mesh, "pool": "10.9.0.0/24"}], {})
        was = _fleet.share([], HOSTS, name, [{**mesh, "pool": "10.8.0.0/24"}], {})["links"][0]["addresses"]
        moves = change("core", addresses={"before": was, "after": share["links"][0]["addresses"]})
        noted[name] = {**host(name, moves, links=[]), "share": share, "before": {}}
    former = course(noted)["former"]
    assert [probe["destination"] for probe in former["host1"]] == ["10.8.0.2", "10.8.0.3", "10.8.0.4"]
    for name in HOSTS:
        probes = noted[name]["share"]["probes"]
        results = [*(answer(probe, False) for probe in probes), *map(answer, former[name])]
        noted[name]["before"] = {"probes": results}
    assert course(noted)["again"] == {name: [0, 1, 2] for name in HOSTS}
    # Whose host has only other routes, since another host alone has another number.
    noted["host2"]["outlook"]["changes"] = [{"route": "10.9.0.1/32", "netns": None, "change": "created", "options": {}}]
    assert "host2" in course(noted)["former"]


@pytest.mark.parametrize("before", ["10.5.0.1/24", "fd00::1/64", {"address": "10.5.0.1/29", "scope": "host"}])
def test_a_tunnel_whose_far_address_is_not_known_counts_as_answering(before):
    found = course({"host1": host("host1", former(before))})
    assert found["former"] == {}
    assert [line.split(",")[0] for line in found["cut"]] == ["host1: tun100 answers"]


def test_a_tunnel_without_addresses_counts_as_answering():
    noted = host("host1", change("tun100"))
    noted = {**noted, "share": {**noted["share"], "probes": []}, "before": SKIPPED}
    assert [line.split(",")[0] for line in course({"host1": noted})["cut"]] == ["host1: tun100 answers"]


def test_a_tunnel_that_is_known_to_be_silent_may_be_cut():
    noted = host("host1", change("tun100"))
    noted["before"] = {"probes": [answer(probe, False) for probe in noted["share"]["probes"]]}
    assert course({"host1": noted})["cut"] == []


def test_what_is_taken_down_is_no_cut():
    assert course({"host1": {**host("host1", change("tun100", "removed")), "before": SKIPPED}})["cut"] == []


def test_tunnels_between_the_same_hosts_keep_each_its_own_former_device():
    links = [
        {**LINKS[0], "name": name, "key": key, "ends": {"host1": {"address": one}, "host2": {"address": two}}}
        for name, key, one, two in (("core-new", 1, "10.1.0.1", "10.1.0.2"), ("mgmt-new", 2, "10.2.0.1", "10.2.0.2"))
    ]
    ends = {"local": "192.0.2.1", "remote": "192.0.2.2", "kind": "gre"}
    changes = []
    for word, index in (("before", 0), ("after", 1)):
        for name, key in (("core", 1), ("mgmt", 2)):
            options = {option: {word: value} for option, value in {**ends, "ikey": key, "okey": key}.items()}
            changes.append(change(f"{name}-{'old' if index == 0 else 'new'}", ("removed", "created")[index], **options))
    found = course({"host1": host("host1", *reversed(changes), links=links)}, lost=["host2"])
    kept = {(entry["name"]) for entry in found["keep"]["host1"]}
    assert kept == {"core-old", "core-new", "mgmt-old", "mgmt-new"}


def test_a_device_of_several_tunnels_stays_at_all_of_its_ends():
    mesh = {
        "name": "core",
        "mode": "gre",
        "topology": "full",
        "devices": "one",
        "members": [*HOSTS],
        "pool": "10.9.0.0/24",
    }
    share = {name: _fleet.share([], HOSTS, name, [mesh], {}) for name in HOSTS}
    noted = {}
    for name in ("host1", "host2", "host3"):
        noted[name] = {**host(name, change("core", "replaced"), links=[]), "share": share[name], "before": {}}
    kept = course(noted, lost=["host4"])["keep"]
    assert kept == {name: [{"name": "core"}] for name in noted}


def test_the_tunnels_of_a_shared_device_are_changed_by_their_routes():
    mesh = {
        "name": "core",
        "mode": "gre",
        "topology": "full",
        "devices": "one",
        "members": [*HOSTS],
        "pool": "10.9.0.0/24",
    }
    share = _fleet.share([], HOSTS, "host1", [mesh], {})
    entry = {"route": share["routes"][0]["dst"], "netns": None, "change": "changed", "options": {"encap": {}}}
    noted = {**host("host1", entry, links=[]), "share": share}
    noted["before"] = {"probes": [answer(probe) for probe in share["probes"]]}
    (line,) = course({"host1": noted})["cut"]
    assert line.startswith(
        f"host1: core answers, and would be cut by this change (encap) until {share['peers'][0]['host']} "
    )
    assert course({"host1": noted}, lost=[share["peers"][0]["host"]])["keep"] == {"host1": [{"name": "core"}]}
    # The tunnel to the host outside is cut, the others of the device are not.
    assert course({"host1": noted})["again"]["host1"] == list(range(1, len(share["probes"])))


# Who goes back


def test_all_keep_what_works():
    noted = {"host1": changed("host1", change("tun100")), "host2": changed("host2", change("tun100"))}
    assert course(noted)["back"] == {}
    assert [len(probes) for probes in course(noted)["again"].values()] == [1, 2]


@pytest.mark.parametrize(
    ("notes", "reason"),
    [
        ({"changed": {"failed": True, "msg": "no such device"}}, "no such device"),
        ({"changed": UNREACHABLE}, "it can't be reached any more: No route to host"),
        ({"changed": {}}, "it dropped out of the run"),
        ({"after": UNREACHABLE}, "it can't be reached any more: No route to host"),
        ({"after": {"msg": "MODULE FAILURE"}}, "MODULE FAILURE"),
        ({"after": {}}, "it dropped out of the run"),
        ({"after": SILENCE}, "tun100: 10.0.0.2 does not answer"),
    ],
)
def test_both_ends_go_back_when_one_fails(notes, reason):
    noted = {"host1": changed("host1", change("tun100"), **notes), "host2": changed("host2", change("tun100"))}
    assert course(noted)["back"] == {
        "host1": reason,
        "host2": f"host1 goes back, and tun100 would differ between the two. host1: {reason}",
    }


def test_who_only_feels_that_another_failed_names_that_one():
    noted = {
        "host1": changed("host1", change("tun100"), silent=["tun100"]),
        "host2": changed("host2", change("tun100"), changed={"failed": True, "msg": "no such device"}),
    }
    assert course(noted)["back"] == {
        "host1": "host2 goes back, and tun100 would differ between the two. host2: no such device",
        "host2": "no such device",
    }


def test_it_goes_on_from_tunnel_to_tunnel_and_no_further():
    noted = {
        "host1": changed("host1", change("tun100"), changed={"failed": True, "msg": "no such device"}),
        "host2": changed("host2", change("tun100"), change("tun200")),
        "host3": changed("host3", change("tun200")),
        "host4": changed("host4", change("other", "created")),
    }
    back = course(noted)["back"]
    assert list(back) == ["host1", "host2", "host3"]
    assert back["host3"].startswith(
        "host2 goes back because of host1, and tun200 would differ between the two. host1: "
    )


def test_a_new_tunnel_takes_nobody_along():
    failed = {"changed": {"failed": True, "msg": "no such device"}}
    noted = {
        "host1": changed("host1", change("tun100", "created"), **failed),
        "host2": changed("host2", change("tun100", "created")),
    }
    assert list(course(noted)["back"]) == ["host1"]


@pytest.mark.parametrize(
    ("rearmed", "reason"),
    [
        (REARMED, ""),
        (SKIPPED, ""),
        (UNREACHABLE, "it can't be reached any more: No route to host"),
        (RAN_OUT, "The time of its checkpoint ran out meanwhile."),
        ({}, "it dropped out of the run"),
    ],
)
def test_a_host_has_its_way_back_until_the_decision(rearmed, reason):
    found = course({"host1": changed("host1", change("tun100"), rearmed=rearmed)})["back"]
    assert found == ({"host1": reason} if reason else {})


def test_what_answered_in_part_need_not_do_more():
    probes = host("host1")["share"]["probes"]
    partly = {"probes": [answer(probe, True, False) for probe in probes]}
    noted = changed("host1", change("tun100", cuts=False))
    assert course({"host1": {**noted, "before": partly, "after": partly}})["back"] == {}
    assert "host1" in course({"host1": {**noted, "after": partly}})["back"]


def test_a_host_that_could_not_confirm_is_told():
    noted = {
        "host1": changed("host1", change("tun100"), confirmed={"changed": False}),
        "host2": changed("host2", change("tun100"), confirmed=UNREACHABLE),
    }
    (line,) = course(noted)["adrift"]
    assert line.startswith("host2 could not confirm the change and goes back by itself, so that tun100 of host1 ")


# What an earlier run left


def test_all_is_idle_where_each_host_was_seen_and_none_has_anything_to_do():
    done, unseen = host("host1"), {**host("host2"), "outlook": {"failed": True}}
    assert course({"host1": done, "host2": host("host2")})["idle"] is True
    for other in (host("host2", change("tun100")), host("host2", **ARMED), unseen):
        assert course({"host1": done, "host2": other})["idle"] is False


ARMED = {"checkpoints": ["tunnels"]}


def left(name, **notes):
    noted = host(name, **ARMED)
    asked = {"probes": [answer(probe) for probe in noted["share"]["probes"]]}
    return {**noted, "rearmed": REARMED, "asked": asked, **notes}


def test_what_is_as_declared_and_answers_is_kept():
    noted = {"host1": left("host1"), "host2": left("host2"), "host3": host("host3", checkpoints=["mine"])}
    found = course({**noted, "host4": host("host4")})
    assert (found["unsettled"], found["settle"]) == (["host1", "host2"], {})


@pytest.mark.parametrize("away", [{}, {"host3": {**host("host3"), "outlook": UNREACHABLE}}])
def test_what_the_other_end_may_lose_is_not_settled(away):
    (line,) = course({"host1": left("host1"), "host2": left("host2"), **away})["alone"]
    assert line.startswith(
        "host2: an earlier run was cut off and left its checkpoint armed. host3, at the other end of tun200,"
    )
    assert course({name: left(name) for name in HOSTS})["alone"] == []


@pytest.mark.parametrize(
    ("notes", "reason"),
    [
        ({"rearmed": UNREACHABLE}, "it can't be reached any more: No route to host"),
        ({"rearmed": {"diff": {"before": {"armed": False}}}}, "The time of its checkpoint ran out meanwhile."),
        (
            {"outlook": host("host1", change("tun100"), **ARMED)["outlook"]},
            "What that run made is not what is declared.",
        ),
        ({"asked": SILENCE}, "tun100: 10.0.0.2 does not answer"),
        ({"asked": UNREACHABLE}, "it can't be reached any more: No route to host"),
        ({"asked": {}}, "it dropped out of the run"),
    ],
)
def test_else_both_ends_go_back(notes, reason):
    noted = {"host1": left("host1", **notes), "host2": left("host2"), "host3": host("host3"), "host4": left("host4")}
    settle = course(noted)["settle"]
    assert list(settle) == ["host1", "host2"]
    assert settle["host1"] == reason


def test_the_variables_of_hosts_are_read():
    noted = host("host1", change("tun100"))
    variables = {"__tunnels_" + name: value for name, value in noted.items()}
    read = _fleet_course.read({"host1": {**variables, "more": 1}}, ["host1"])
    assert {name: read["host1"][name] for name in ("share", *_fleet_course.NOTES) if read["host1"][name]} == noted


@pytest.mark.parametrize("note", [note for note in _fleet_course.NOTES if note != "terms"])
def test_a_change_begins_with_nothing_noted(note):
    """What an earlier part of a run, or an earlier role of a play, has registered is not taken for this one's."""
    tasks = Path(__file__).parents[4] / "roles/tunnels/tasks"
    begin = [task for name in ("look", "change") for task in yaml.safe_load((tasks / f"{name}.yml").read_text())]
    reset = {name: value for task in begin for name, value in task.get("ansible.builtin.set_fact", {}).items()}
    registered = {task.get("register") for path in tasks.glob("*.yml") for task in yaml.safe_load(path.read_text())}
    assert reset[_fleet_course.PREFIX + note] == {}
    assert _fleet_course.PREFIX + note in registered


# Sequence numbers


def numbered(name, seq=True):
    return {"name": name, "kind": "gre", "seq": seq}


@pytest.mark.parametrize(
    ("how", "seq", "is_down"),
    [("replaced", True, True), ("removed", True, True), ("changed", True, False), ("replaced", False, False)],
)
def test_what_sends_numbers_is_set_down_before_it_is_replaced(how, seq, is_down):
    noted = host("host1", change("tun100", how), there=[numbered("tun100", seq), numbered("tun200")])
    assert course({"host1": noted})["down_first"] == ({"host1": [{"name": "tun100"}]} if is_down else {})


def test_what_stays_as_it_is_is_not_set_down():
    noted = {
        "host1": host("host1", change("tun100", "replaced"), there=[numbered("tun100")]),
        "host2": host(
            "host2", change("tun100", "replaced"), there=[numbered("tun100")], armed={"failed": True, "msg": "no room"}
        ),
    }
    found = course(noted, lost=["host2"])
    assert found["keep"] == {"host1": [{"name": "tun100"}]}
    assert found["down_first"] == {}
