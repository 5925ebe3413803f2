# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""That what the integration targets demand of each change is missed where it is not so."""

import copy
import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[1] / "integration" / "targets" / "four_runs" / "filter_plugins" / "faults_of.py"
SPEC = importlib.util.spec_from_file_location("faults_of", PATH)
faults_of = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(faults_of)

LINK = {
    "ifindex": 7,
    "mtu": 1400,
    "flags": ["UP"],
    "addresses": ["10.0.0.1/24"],
    "linkinfo": {"info_kind": "gre", "info_data": {"ttl": 64}},
}
ROUTE = {"dst": "10.9.0.0/16", "dev": "tun0", "metric": 5}


def state(*links, routes=()):
    others = {key: [] for key in ("nexthops", "fou_ports", "rules", "neighbours", "fdb")}
    return {"state": {"": {"links": dict(links), "routes": list(routes), **others}}}


DONE = {"changed": True, "operations": ["ip link set dev tun0 mtu 1400"], "diff": {"before": 1, "after": 2}}
NOTHING = {"changed": False, "operations": [], "diff": {}}
BEFORE, AFTER = state(("tun0", {**LINK, "mtu": 1300})), state(("tun0", LINK), routes=[ROUTE])
CHANGE = {
    "before": BEFORE,
    "check": DONE,
    "previewed": BEFORE,
    "do": DONE,
    "after": AFTER,
    "again": NOTHING,
    "again_check": NOTHING,
    "last": AFTER,
}
ROW = {
    "name": "a change",
    "args": {"name": "tun0"},
    "kind": "gre",
    "link": {"mtu": 1400},
    "info": {"ttl": 64},
    "info_is": {"ttl": 64},
    "flags": ["UP"],
    "no_flags": ["PROMISC"],
    "lacks": ["ifalias"],
    "addresses": ["10.0.0.1/24"],
    "routes": [{"dst": "10.9.0.0/16", "metric": 5}],
    "nexthops": [],
    "fou_ports": [],
    "rules": [],
    "neighbours": [],
    "fdb": [],
    "gone": ["tun1"],
}

REFUSED = {"failed": True, "msg": "mtu: 70000 is too large"}
REFUSAL = {"before": BEFORE, "check": REFUSED, "previewed": BEFORE, "do": REFUSED, "after": BEFORE}
WORDS = {"name": "a refusal", "args": {"name": "tun0"}, "words": ["70000", "too large"]}
UNFORESEEN = {**REFUSAL, "check": {**DONE, "warnings": ["70000 is too large now"]}}


def wrong(found):
    return [statement for fault in found for statement in fault["wrong"]]


def test_what_is_as_it_must_be_has_no_faults():
    assert faults_of.faults_of_steps([CHANGE, CHANGE], [ROW, ROW]) == []
    assert faults_of.faults_of_refusals([REFUSAL], [WORDS]) == []
    assert (
        faults_of.faults_of_refusals(
            [UNFORESEEN, UNFORESEEN], [WORDS | {"unforeseen": True}, WORDS | {"predicted": True}]
        )
        == []
    )


@pytest.mark.parametrize(
    ("run", "result"),
    [
        ("check", {**DONE, "failed": True}),
        ("check", {**DONE, "changed": False}),
        ("check", {**DONE, "operations": []}),
        ("check", {**DONE, "diff": {}}),
        ("previewed", AFTER),
        ("do", {"failed": True, "msg": "no"}),
        ("do", {**DONE, "changed": False}),
        ("again", DONE),
        ("again", {**NOTHING, "operations": ["ip link set dev tun0 up"]}),
        ("again", {"failed": True, "msg": "no"}),
        ("again_check", DONE),
        ("last", BEFORE),
    ],
)
def test_a_run_that_is_not_as_it_must_be_is_told(run, result):
    assert len(faults_of.faults_of_steps([CHANGE, {**CHANGE, run: result}], [ROW, ROW])) == 1


def test_a_change_where_none_is_expected_is_told():
    assert "it is a change, or none" in wrong(faults_of.faults_of_steps([CHANGE], [{**ROW, "changes": False}]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "ipip"),
        ("link", {"mtu": 1300}),
        ("link", {"ifalias": None}),
        ("info", {"ttl": 1}),
        ("info_is", {}),
        ("flags", ["PROMISC"]),
        ("no_flags", ["UP"]),
        ("lacks", ["mtu"]),
        ("addresses", []),
        ("routes", [{"dst": "10.9.0.0/16", "metric": 6}]),
        ("nexthops", [{"id": 1}]),
        ("fou_ports", [{"port": 5555}]),
        ("rules", [{"priority": 100}]),
        ("neighbours", [{"dst": "10.0.0.9"}]),
        ("fdb", [{"mac": "02:00:5e:00:53:01"}]),
        ("gone", ["tun0"]),
    ],
)
def test_what_the_kernel_does_not_have_as_the_row_says_is_told(name, value):
    assert wrong(faults_of.faults_of_steps([CHANGE], [{**ROW, name: value}])) == ["the kernel has: " + name]


@pytest.mark.parametrize(("index", "replaced"), [(7, True), (8, False)])
def test_whether_the_device_is_another_one_is_told(index, replaced):
    change = copy.deepcopy(CHANGE)
    change["after"]["state"][""]["links"]["tun0"]["ifindex"] = index
    assert wrong(faults_of.faults_of_steps([change], [{**ROW, "replaced": replaced}])) == [f"replaced: {replaced}"]


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ({**REFUSAL, "previewed": AFTER}, WORDS),
        ({**REFUSAL, "after": AFTER}, WORDS),
        ({**REFUSAL, "do": DONE}, WORDS),
        ({**REFUSAL, "do": {**REFUSED, "changed": True}}, WORDS),
        ({**REFUSAL, "check": DONE}, WORDS),
        ({**REFUSAL, "check": {**REFUSED, "msg": "another"}}, WORDS),
        (REFUSAL, {**WORDS, "words": ["unheard of"]}),
        (REFUSAL, {**WORDS, "unforeseen": True}),
        (REFUSAL, {**WORDS, "predicted": True}),
        ({**UNFORESEEN, "check": DONE}, {**WORDS, "predicted": True}),
        ({**UNFORESEEN, "check": {**DONE, "changed": False}}, {**WORDS, "unforeseen": True}),
    ],
)
def test_a_refusal_that_is_not_as_it_must_be_is_told(change, row):
    assert len(faults_of.faults_of_refusals([change], [row])) == 1
