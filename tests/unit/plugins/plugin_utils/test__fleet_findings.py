# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import copy

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_findings, _fleet_page
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils import _fleets

RTT = {"min": 0.2, "avg": 0.25, "max": 0.4}


def probe(asked, good=True, **other):
    """What tunnel_probe returns."""
    return {
        "name": asked["name"],
        "netns": asked["netns"],
        "holds": good,
        "msg": f"{asked['name']}: {asked['label']} {'answers' if good else 'does not answer'}.",
        "reachable": good,
        "sent": 3,
        "loss": 0.0 if good else 100.0,
        "rtt": RTT if good else None,
        "incoming": 6 if good else 0,
        "path_mtu": 1472 if good else None,
        "outer": {"protocol": "gre"},
        **other,
    }


def told(link):
    """What network_info tells of a link that is as declared."""
    actual = {"kind": link["mode"], "up": True, **link}
    del actual["mode"]
    if "key" in actual:
        actual["ikey"] = actual["okey"] = actual.pop("key")
    return actual


@pytest.fixture
def observed():
    """Three hosts whose tunnels are well."""
    names = _fleets.numbered(3)
    shares = _fleets.shares([_fleets.mesh(key="pair", pool=["10.255.0.0/16", "fd00::/64"], ttl=64)], names)
    return {
        name: copy.deepcopy(
            {
                "share": share,
                "probes": [probe(asked) for asked in share["probes"]]
                + [probe(asked, good=True, reachable=False, rtt=None) for asked in share["crossings"]],
                "links": [told(link) for link in share["links"]],
            }
        )
        for name, share in shares.items()
    }


def break_(observed, host, peer, **how):
    """Have the probes of a tunnel fail at one end."""
    seen = observed[host]
    (device,) = [entry["name"] for entry in seen["share"]["peers"] if entry["host"] == peer]
    for position, asked in enumerate(seen["share"]["probes"]):
        if asked["name"] == device:
            seen["probes"][position] = probe(asked, good=False, **how)
    return next(link for link in seen["links"] if link["name"] == device)


def states(found):
    return {"-".join(tunnel["hosts"]): tunnel["state"] for tunnel in found["tunnels"]}


def test_all_is_well(observed):
    found = _fleet_findings.findings(observed)
    assert states(found) == {"host1-host2": "up", "host1-host3": "up", "host2-host3": "up"}
    assert found["table"] == found["stray"] == []
    assert all(len(tunnel["ends"]) == 2 for tunnel in found["tunnels"])
    assert found["hosts"][0] == {
        "name": "host1",
        "asked": True,
        "tunnels": 2,
        "up": 2,
        "wrong": 0,
        "down": 0,
        "unknown": 0,
    }


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ((), "0 tunnels looked at"),
        (("host1",), "2 tunnels looked at from one end only"),
        (("host1", "host2"), "1 tunnel looked at from both ends, 2 from one end only"),
        (("host1", "host2", "host3"), "3 tunnels looked at from both ends"),
    ],
)
def test_from_how_many_ends_was_looked(observed, names, told):
    assert _fleet_findings.findings({name: observed[name] for name in names})["looked"] == told


def test_tunnels_without_addresses_are_counted_apart(observed):
    for seen in observed.values():
        keep = [place for place, probe in enumerate(seen["share"]["probes"]) if probe["name"] != "core-host3"]
        seen["probes"] = [seen["probes"][place] for place in keep]
        seen["share"] = {**seen["share"], "probes": [seen["share"]["probes"][place] for place in keep]}
    told = _fleet_findings.findings({name: observed[name] for name in ("host1", "host2")})["looked"]
    assert told == "1 tunnel looked at from both ends, 2 from one end only, 2 not asked for want of an address"


def test_a_host_that_was_not_asked_did_not_look(observed):
    shares = {name: {"share": observed[name]["share"]} for name in ("host2", "host3")}
    found = _fleet_findings.findings({"host1": observed["host1"], **shares})
    assert found["looked"] == "2 tunnels looked at from one end only, 1 not at all"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ikey": 7}, "on host2, core-host3 has key 7, where"),
        ({"up": False}, "on host2, core-host3 is down; build it again"),
        ({"remote": "192.0.2.9"}, "on host2, core-host3 has remote 192.0.2.9, where 172.16.0.3 is declared"),
        ({"addresses": ["10.255.0.10/31"]}, "on host2, core-host3 lacks the address"),
        (None, "on host2, core-host3 is not there; build it"),
    ],
)
def test_the_end_that_is_not_as_declared_is_at_fault(observed, change, words):
    link = break_(observed, "host2", "host3")
    break_(observed, "host3", "host2")
    if change is None:
        observed["host2"]["links"].remove(link)
    else:
        link.update(change)
    found = _fleet_findings.findings(observed)
    assert states(found) == {"host1-host2": "up", "host1-host3": "up", "host2-host3": "down"}
    assert found["table"][0].split() == ["tunnel", "from", "to", "state", "loss", "RTT", "path", "MTU", "carried", "by"]
    assert found["table"][1].split() == ["core-host3", "host2", "host3", "down", "100", "%", "-", "-", "gre"]
    assert found["table"][-1].startswith("host2 - host3: " + words)
    assert len(found["table"]) == 4


def look(observed, **counters):
    """Have all hosts look closer at their silent tunnels. :arg counters: by host, how often its devices took in and sent."""
    again = _fleet_findings.findings(observed)["again"]
    for host, asked in again.items():
        nothing = {"sent": 0, "returned": 0, "blind": None, "errors": [], "elsewhere": []}
        before = [probe(one, good=False, **nothing, counters={"received": 0, "sent": 0}) for one in asked]
        during = [{**one, "sent": 3} for one in before]
        received, sent = counters[host]
        after = [{**one, "counters": {"received": received, "sent": sent}} for one in before]
        observed[host]["look"] = {"asked": asked, "before": before, "during": during, "after": after}
    return again


def test_a_closer_look_says_where_packets_are_lost(observed):
    break_(observed, "host2", "host3")
    break_(observed, "host3", "host2")
    asked = look(observed, host2=(6, 12), host3=(0, 6))
    assert [(one["label"], "count" in one) for one in asked["host2"]] == [
        ("10.255.0.11 on host3", False),
        ("fd00::b on host3", False),
    ]
    assert set(asked) == {"host2", "host3"}
    found = _fleet_findings.findings(observed)
    assert found["table"][-1].startswith("host2 - host3: what host2 sends does not come out of core-host2 on host3; ")


def test_without_a_closer_look_both_ends_are_heard(observed):
    break_(observed, "host2", "host3")
    break_(observed, "host3", "host2")
    found = _fleet_findings.findings(observed)
    assert "core-host3: " in found["table"][-4]
    assert "core-host2: " in found["table"][-1]


def test_an_end_that_differs_needs_no_closer_look(observed):
    break_(observed, "host2", "host3")["ikey"] = 7
    break_(observed, "host3", "host2")
    assert _fleet_findings.findings(observed)["again"] == {}


def test_what_others_added_is_a_note_and_no_fault(observed):
    link = observed["host2"]["links"][0]
    link["addresses"] = [*link["addresses"], "10.9.9.9/24"]
    found = _fleet_findings.findings(observed)
    device = link["name"]
    assert found["notes"] == [f"on host2, {device} has the address 10.9.9.9/24 too, which is not declared"]
    assert found["table"] == []
    assert set(states(found).values()) == {"up"}


@pytest.mark.parametrize("known", [(), ("share",)])
def test_a_host_that_was_not_asked_is_not_at_fault(observed, known):
    observed["host3"] = {key: observed["host3"][key] for key in known}
    break_(observed, "host2", "host3")
    found = _fleet_findings.findings(observed)
    assert states(found) == {"host1-host2": "up", "host1-host3": "up", "host2-host3": "down"}
    assert "host3 was not asked, so its end is unknown" in found["table"][-1]
    assert found["hosts"][2]["asked"] is False


def test_what_carries_something_but_not_as_it_should(observed):
    asked = observed["host1"]["share"]["probes"][0]
    words = "core-host2: 10.255.0.3 on host2 gets packets of 1400 bytes at most."
    observed["host1"]["probes"][0] = probe(asked, holds=False, path_mtu=1400, msg=words)
    found = _fleet_findings.findings(observed)
    assert states(found)["host1-host2"] == "wrong"
    assert found["table"][-1] == "host1 - host2: " + words


def test_what_answers_where_it_must_not(observed):
    wrong = observed["host1"]["probes"][-1]
    wrong.update(holds=False, reachable=True, msg="core-host3: 10.255.0.3 answers, although it should not.")
    found = _fleet_findings.findings(observed)
    assert found["stray"] == [{"host": "host1", "msg": wrong["msg"]}]
    assert found["table"] == ["host1: " + wrong["msg"]]


@pytest.mark.parametrize(
    ("option", "now", "deviation"),
    [
        ("ttl", {"ttl": 9}, {"option": "ttl", "declared": 64, "found": 9}),
        ("ttl", {}, {"option": "ttl", "declared": 64, "found": "inherit"}),
        ("up", {}, {"option": "up", "declared": True, "found": False}),
        ("seq", {"seq": True}, None),
    ],
    ids=["other", "as a new link has it", "down", "not declared"],
)
def test_a_link_that_drifted_and_still_works(observed, option, now, deviation):
    link = observed["host1"]["links"][0]
    link.pop(option, None)
    link.update(now)
    found = _fleet_findings.findings(observed)
    assert states(found)["host1-host2"] == ("wrong" if deviation else "up")
    assert found["tunnels"][0]["ends"][0]["drift"] == ([deviation] if deviation else [])


def test_a_key_that_is_not_declared_or_not_there(observed):
    link = observed["host1"]["links"][0]
    declared = link.pop("ikey")
    drift = _fleet_findings.findings(observed)["tunnels"][0]["ends"][0]["drift"]
    assert drift == [{"option": "key", "declared": declared, "found": "none"}]
    shares = _fleets.shares([_fleets.mesh()], _fleets.numbered(2))
    links = [{**told(link), "ikey": 7} for link in shares["host1"]["links"]]
    ends = _fleet_findings.findings({"host1": {"share": shares["host1"], "links": links}})["tunnels"][0]["ends"]
    assert ends[0]["drift"] == [{"option": "key", "declared": "none", "found": 7}]


def test_tunnels_that_were_not_asked_for_anything():
    share = _fleets.shares([_fleets.mesh()], _fleets.numbered(2))["host1"]
    found = _fleet_findings.findings({"host1": {**{"share": share}, "probes": []}})
    assert states(found) == {"host1-host2": "unknown"}


def test_the_page_has_all_of_it(observed):
    observed["host3"] = {}
    observed["host1"]["links"][0]["ttl"] = 9
    page = _fleet_page.page(_fleet_findings.findings(observed))
    assert page["hosts"] == [["host1", True], ["host2", True], ["host3", False]]
    assert (page["states"], page["modes"], page["stray"]) == (["up", "wrong", "down", "unknown"], ["gre"], [])
    first = page["tunnels"][0]
    assert first[:4] == [0, 1, 1, 0]
    assert first[5][0] == [0, "core-host2", 0.0, 0.25, 1472, 1472, "gre", "none", ["ttl: 64 declared, 9 found"]]
    assert first[5][1][0] == 1


@pytest.fixture
def one_device():
    """Three hosts with one device each, whose tunnels are well."""
    shares = _fleets.shares([_fleets.mesh(devices="one", key=100)], _fleets.numbered(3))
    return {
        name: copy.deepcopy(
            {
                "share": share,
                "probes": [probe(asked) for asked in share["probes"]],
                "links": [told(link) for link in share["links"]],
                # As network_info tells them, without what a new route has anyway.
                "routes": [
                    {**route, "encap": {key: value for key, value in route["encap"].items() if value}}
                    for route in share["routes"]
                ],
            }
        )
        for name, share in shares.items()
    }


def test_tunnels_of_one_device_are_told_apart(one_device):
    found = _fleet_findings.findings(one_device)
    assert states(found) == {"host1-host2": "up", "host1-host3": "up", "host2-host3": "up"}
    assert found["table"] == []
    assert [len(tunnel["ends"]) for tunnel in found["tunnels"]] == [2, 2, 2]
    one_device["host2"]["probes"][1] = probe(one_device["host2"]["share"]["probes"][1], good=False)
    assert states(_fleet_findings.findings(one_device)) == {
        "host1-host2": "up",
        "host1-host3": "up",
        "host2-host3": "down",
    }


@pytest.mark.parametrize(
    "change",
    [None, {"encap": {"type": "ip", "dst": "192.0.2.9"}}, {"dev": "other"}],
    ids=["gone", "by another", "by another device"],
)
def test_a_route_that_is_not_as_declared_is_its_tunnels_fault(one_device, change):
    routes = one_device["host2"]["routes"]
    (route,) = [route for route in routes if route["dst"] == "10.255.0.3/32"]
    if change is None:
        routes.remove(route)
    else:
        route.update(change)
    found = _fleet_findings.findings(one_device)
    assert states(found) == {"host1-host2": "up", "host1-host3": "up", "host2-host3": "wrong"}
    assert found["table"][-1] == (
        "host2 - host3: on host2, core lacks the route to 10.255.0.3/32 by 172.16.0.3; build it again"
    )


def test_a_device_that_is_not_as_declared_is_the_fault_of_all_its_tunnels(one_device):
    del one_device["host2"]["links"][0]["external"]
    found = _fleet_findings.findings(one_device)
    assert states(found) == {"host1-host2": "wrong", "host1-host3": "up", "host2-host3": "wrong"}
    assert "core has external False, where True is declared" in found["table"][-1]


@pytest.mark.parametrize(
    ("mode", "change", "lacks"),
    [
        ("gre", None, []),
        ("gre", {"dev": "other"}, ["10.20.2.0/24"]),
        ("gretap", None, []),
        ("gretap", {"via": "10.255.0.9"}, ["10.20.2.0/24"]),
    ],
)
def test_a_route_to_a_network_behind_a_host_is_its_tunnels(mode, change, lacks):
    where = _fleets.hosts(_fleets.numbered(2))
    where["host2"]["tunnels_networks"] = ["10.20.2.0/24", "0.0.0.0/0"]
    share = _fleets.shares([_fleets.mesh(mode=mode, routes=True)], _fleets.numbered(2), where)["host1"]
    routes = [{**route, "dst": route["dst"].replace("0.0.0.0/0", "default")} for route in share["routes"]]
    routes[0].update(change or {})
    seen = {"share": share, "links": [told(link) for link in share["links"]], "routes": routes}
    (tunnel,) = _fleet_findings.findings({"host1": seen})["tunnels"]
    assert [deviation["declared"] for deviation in tunnel["ends"][0]["drift"]] == lacks
