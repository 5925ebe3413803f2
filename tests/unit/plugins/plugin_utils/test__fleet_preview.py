# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import copy
import json

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_preview


def ends(near, far, device="tun100", **more):
    """Return one entry of a host's share for each end: that of the first host."""
    return {"host": far[0], "name": device, "netns": None, "mode": "gre", "local": near[1], "remote": far[1], **more}


ONE, TWO = ("host1", "192.0.2.1"), ("host2", "192.0.2.2")
LINKS = [{"name": "tun100", "mode": "gre"}, {"name": "tun200", "mode": "ipip"}]
SHARES = {
    host: {"links": LINKS, "routes": [], "probes": [], "peers": [ends(*pair), ends(*pair, "tun200", mode="ipip")]}
    for host, pair in (("host1", (ONE, TWO)), ("host2", (TWO, ONE)))
}


def link(change="changed", cuts=False, name="tun100", **options):
    return {
        "link": name,
        "netns": None,
        "change": change,
        "options": {option: {"before": before, "after": after} for option, (before, after) in options.items()},
        "loses": [],
        "cuts": cuts,
    }


def noted(host, *links, reached=True, obstacle="", **results):
    changed = {"changed": bool(links), "changes": list(links)}
    return {
        "share": SHARES[host],
        "reached": reached,
        "unsettled": False,
        "obstacle": {"failed": True, "msg": obstacle} if obstacle else {},
        "results": {"__tunnels_changed": changed, **results},
    }


def preview(first, second):
    return _fleet_preview.preview({"host1": first, "host2": second})


def test_nothing():
    plan = preview(noted("host1"), noted("host2"))
    assert plan["outcome"] == "nothing"
    assert [host["state"] for host in plan["hosts"]] == ["nothing", "nothing"]
    assert plan["table"] == ["Nothing to do on 2 hosts."]


def test_table():
    new = link(
        "created", kind=(None, "gre"), ttl=(None, 64), addresses=(None, [{"address": "10.1.1.1", "peer": "10.1.1.2"}])
    )
    old = link("removed", cuts=True, name="tun300", kind=("ipip", None), up=(True, None))
    plan = preview(noted("host1", new), noted("host2", old))
    assert plan["table"] == [
        "host   what         change   details",
        "host1  link tun100  created  gre, ttl 64, 10.1.1.1 peer 10.1.1.2",
        "host2  link tun300  removed  ipip, up",
        "1 created, 1 removed on 2 of 2 hosts.",
    ]


def test_a_checkpoint_that_an_earlier_run_left():
    plan = preview({**noted("host1"), "unsettled": True}, noted("host2"))
    assert plan["outcome"] == "changes"
    assert plan["table"][1].startswith("host1  checkpoint tunnels  removed  an earlier run was cut off")


DOWN = [
    pytest.param([link()], [link()], None, id="no-cut"),
    pytest.param([link("replaced")], [], "for a moment, while host1 makes its end anew", id="replaced"),
    pytest.param([link(cuts=True)], [link(cuts=True)], _fleet_preview.TOGETHER, id="both-ends"),
    pytest.param([link("replaced", cuts=True)], [link("created")], _fleet_preview.TOGETHER, id="the-other-end-is-new"),
    pytest.param(
        [link(cuts=True)],
        [],
        "until host1 is built, and now, because its ends differ",
        id="the-other-end-is-as-declared",
    ),
    pytest.param([link("created")], [link("created")], None, id="new"),
    pytest.param([link(cuts=True)], None, "until host2 is built", id="the-other-end-is-away"),
    pytest.param([link("created")], None, "carries nothing until host2 is built", id="new-and-the-other-end-is-away"),
    pytest.param([link(ttl=(64, 9))], None, None, id="no-cut-and-the-other-end-is-away"),
]


@pytest.mark.parametrize(("near", "far", "down"), DOWN)
def test_how_long_a_tunnel_is_down(near, far, down):
    second = noted("host2", reached=False) if far is None else noted("host2", *far)
    for plan in (
        preview(noted("host1", *near), second),
        _fleet_preview.preview({"host2": second, "host1": noted("host1", *near)}),
    ):
        expected = [{"device": "tun100", "hosts": ["host1", "host2"], "down": down}] if down else []
        assert plan["tunnels"] == expected


def test_a_host_that_is_not_in_the_run_is_built_later():
    (tunnel,) = _fleet_preview.preview({"host1": noted("host1", link(cuts=True))})["tunnels"]
    assert tunnel["down"] == "until host2 is built"


def test_tunnels_between_the_same_hosts_are_told_apart():
    both = [link(cuts=True), link("created", name="tun200")]
    (tunnel,) = preview(noted("host1", *both), noted("host2", *both))["tunnels"]
    assert tunnel == {"device": "tun100", "hosts": ["host1", "host2"], "down": _fleet_preview.TOGETHER}


def renamed(host, **options):
    """Return what a host has noted whose tunnel had another name."""
    local, remote = ("192.0.2.1", "192.0.2.2") if host == "host1" else ("192.0.2.2", "192.0.2.1")
    own = ["10.1.1.1/30" if host == "host1" else "10.1.1.2/30"]
    old = {"local": (local, None), "remote": (remote, None), "kind": ("gre", None), "addresses": (own, None)}
    new = {"local": (None, local), "remote": (None, remote), "kind": (None, "gre"), "addresses": (None, own), **options}
    return noted(host, link("removed", cuts=True, name="old", **old), link("created", **new))


@pytest.mark.parametrize(
    ("options", "far", "down"),
    [
        ({}, True, "for a moment, while host1 makes its end anew"),
        ({"ikey": (None, 7)}, True, _fleet_preview.TOGETHER),
        ({}, False, "for a moment, while host1 makes its end anew"),
        ({"ikey": (None, 7)}, False, "until host2 is built"),
    ],
)
def test_a_tunnel_with_another_name(options, far, down):
    second = renamed("host2", **options) if far else noted("host2", reached=False)
    (tunnel,) = preview(renamed("host1", **options), second)["tunnels"]
    assert tunnel == {"device": "tun100", "hosts": ["host1", "host2"], "down": down}


def test_another_tunnel_between_the_same_hosts_is_no_other_name():
    new = renamed("host1", ikey=(None, 7), addresses=(None, ["10.4.4.1/30"]))
    gone, _made = new["results"]["__tunnels_changed"]["changes"]
    gone["options"]["addresses"] = {"before": ["10.3.3.1/30"], "after": None}
    assert _fleet_preview.preview({"host1": new, "host2": noted("host2")})["tunnels"] == []


def test_the_key_of_a_shared_device_is_in_its_routes():
    peers = [ends(ONE, TWO, "core")]
    routes = [{"dst": "10.9.0.2/32", "dev": "core", "netns": None, "encap": {"dst": TWO[1]}}]
    share = {"links": [{"name": "core", "mode": "gre"}], "routes": routes, "probes": [], "peers": peers}
    entry = {
        "route": "10.9.0.2/32",
        "netns": None,
        "change": "changed",
        "options": {"encap": {"before": {}, "after": {}}},
    }
    seen = {**noted("host1"), "share": share}
    seen["results"] = {"__tunnels_changed": {"changed": True, "changes": [entry]}}
    (tunnel,) = _fleet_preview.preview({"host1": seen})["tunnels"]
    assert tunnel["down"] == "until host2 is built"


def test_one_device_for_two_peers_is_down_for_both():
    shares = {
        "links": [{"name": "core", "mode": "gre"}],
        "routes": [],
        "probes": [],
        "peers": [ends(ONE, TWO, "core"), ends(ONE, ("host3", "192.0.2.3"), "core")],
    }
    seen = {**noted("host1", link(cuts=True, name="core")), "share": shares}
    assert [tunnel["hosts"] for tunnel in _fleet_preview.preview({"host1": seen})["tunnels"]] == [
        ["host1", "host2"],
        ["host1", "host3"],
    ]


def test_hosts_that_are_not_known_about():
    refused = noted("host1", link(), obstacle="tun100 is there already")
    plan = preview(refused, noted("host2", reached=False))
    assert plan["outcome"] == "incomplete"
    assert [host["state"] for host in plan["hosts"]] == ["refused", "unreachable"]
    assert plan["table"][-3:] == [
        "host1: it would be refused: tun100 is there already",
        "host2: it can't be reached",
        "1 changed on 0 of 2 hosts; 1 can't be reached; 1 would be refused.",
    ]


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"msg": "no"}, "no"),
        ({"msg": ["one", "two"]}, "one two"),
        ({"msg": "items failed", "results": [{"failed": False, "msg": "good"}, {"failed": True, "msg": "bad"}]}, "bad"),
        ({"failed": True}, ""),
    ],
)
def test_what_is_in_the_way(result, said):
    plan = _fleet_preview.preview({"host1": {**noted("host1"), "obstacle": result}})
    assert (plan["hosts"][0]["state"], plan["hosts"][0]["msg"]) == ("refused", said)


def test_a_host_is_named_once():
    said = "host1: 4 of the 4 links would be removed"
    plan = preview(noted("host1", obstacle=said), noted("host2"))
    assert plan["hosts"][0]["msg"] == "4 of the 4 links would be removed"


# A plan that was kept

PLAN = preview(noted("host1", link(ttl=(64, "inherit"))), noted("host2"))


def kept():
    return _fleet_preview.kept(json.dumps({key: value for key, value in PLAN.items() if key != "table"}))


def test_a_plan_is_kept():
    assert _fleet_preview.differences(kept(), copy.deepcopy(PLAN)) == []


@pytest.mark.parametrize(
    ("now", "said"),
    [
        pytest.param(
            [noted("host1"), noted("host2")],
            "host1: link tun100: nothing to do now, and changed (ttl 64 to inherit) in the plan",
            id="done-meanwhile",
        ),
        pytest.param(
            [noted("host1", link(ttl=(32, "inherit"))), noted("host2")],
            "host1: link tun100: changed (ttl 32 to inherit) now, and changed (ttl 64 to inherit) in the plan",
            id="another-value-before",
        ),
        pytest.param(
            [noted("host1", link(ttl=(64, "inherit"))), noted("host2", link("created"))],
            "host2: link tun100: created now, and nothing to do in the plan",
            id="more-to-do",
        ),
        pytest.param(
            [noted("host1", link(ttl=(64, "inherit"))), noted("host2", reached=False)],
            "host2: it can't be reached now, and nothing to do in the plan",
            id="away",
        ),
    ],
)
def test_what_has_changed_since(now, said):
    assert _fleet_preview.differences(kept(), preview(*now)) == [said]


def test_another_content_of_a_file():
    first, second = (
        preview(
            noted(
                "host1",
                __boot_written={
                    "changed": True,
                    "diff": [{"before_header": "/a", "after_header": "/a", "after": text}],
                },
            ),
            noted("host2"),
        )
        for text in ("one", "two")
    )
    assert _fleet_preview.differences(first, second) == ["host1: file /a: changed, but not as in the plan"]


def test_other_hosts():
    now = _fleet_preview.preview({"host1": noted("host1", link(ttl=(64, "inherit")))})
    assert _fleet_preview.differences(kept(), now) == ["host2: it is in the plan only"]
    assert _fleet_preview.differences(now, PLAN) == ["host2: it is in this run only"]


LOADED = {"__tunnels_loaded": {"changed": True, "invocation": {"module_args": {"name": "ip_gre"}}}}


def test_right_before_a_change_its_links_are_compared():
    """What was prepared is done, and a host that is away is no reason to stop the others."""
    planned = preview(noted("host1", link(ttl=(64, "inherit")), **LOADED), noted("host2", link("created")))
    now = noted("host1", link(ttl=(32, "inherit"))), noted("host2", reached=False)
    assert _fleet_preview.network_differences(planned, preview(*now)) == [
        "host1: link tun100: changed (ttl 32 to inherit) now, and changed (ttl 64 to inherit) in the plan"
    ]
    now = noted("host1", link(ttl=(64, "inherit"))), noted("host2")
    assert _fleet_preview.network_differences(planned, preview(*now)) == [
        "host2: link tun100: nothing to do now, and created in the plan"
    ]


@pytest.mark.parametrize(
    "first",
    [
        {**noted("host1"), "unsettled": True},
        noted("host1", __tunnels_unseen={"changed": True, "msg": "these would be made: tun100"}),
    ],
    ids=["a checkpoint was settled first", "pyroute2 was missing"],
)
def test_what_a_plan_could_not_tell_is_not_compared(first):
    planned = preview(first, noted("host2"))
    assert _fleet_preview.network_differences(planned, preview(noted("host1", link("created")), noted("host2"))) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "it is no JSON"),
        ("[]", "it is no plan"),
        ('{"hosts": [], "version": 0}', "it has version 0"),
        (
            '{"version": 1, "hosts": [{}]}',
            "hosts\\[0\\] is no host of a plan; give the file that the playbook plan wrote, as it is",
        ),
        ('{"version": 1, "hosts": [1]}', "hosts\\[0\\] is no host"),
        ('{"version": 1, "hosts": [{"host": "host1", "state": "odd", "changes": []}]}', "hosts\\[0\\] is no host"),
        (
            '{"version": 1, "hosts": [{"host": "host1", "state": "changes", "changes": [{}]}]}',
            "hosts\\[0\\].changes\\[0\\] is no change",
        ),
        (
            '{"version": 1, "hosts": [{"host": "host1", "state": "changes", "changes": [{"what": "link", "name": "a", '
            '"change": "changed", "options": {"ttl": 1}}]}]}',
            "hosts\\[0\\].changes\\[0\\] is no change",
        ),
    ],
)
def test_what_is_no_plan(text, said):
    with pytest.raises(_fleet_preview.Unreadable, match=said):
        _fleet_preview.kept(text)
