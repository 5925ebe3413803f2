# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of policy routing, beside the kernel's own and those of others, on the kernel of this machine."""

import contextlib
import json
import socket
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _commit, _document, _errors, _nla, _way_back
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _formats, _host, _netlink, _rtnetlink
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._rule import _reading as _rules
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, refusals
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

WHOLE = {
    "priority": 100,
    "not": True,
    "from": "10.0.0.0/8",
    "to": "10.1.0.0/16",
    "tos": "0x10",
    "fwmark": "0x1/0xff",
    "iif": "lo",
    "oif": "later",
    "uidrange": "0-10",
    "ipproto": "tcp",
    "sport": "10-20",
    "dport": "80",
    "tun_id": "5",
    "table": "100",
    "suppress_prefixlength": "0",
    "suppress_ifgroup": "3",
}
"""All that a rule for a table can have."""
TOLD = {
    "priority": 100,
    "not": None,
    "src": "10.0.0.0",
    "srclen": 8,
    "dst": "10.1.0.0",
    "dstlen": 16,
    "tos": "0x10",
    "fwmark": "0x1",
    "fwmask": "0xff",
    "iif": "lo",
    "oif": "later",
    "oif_detached": None,
    "uid_start": 0,
    "uid_end": 10,
    "ipproto": "tcp",
    "sport_start": 10,
    "sport_end": 20,
    "dport": 80,
    "tun_id": 5,
    "table": "100",
    "suppress_prefixlen": 0,
    "suppress_ifgroup": "3",
    "protocol": "static",
}
OTHERS = [
    {"priority": 101, "goto": "200"},
    {"priority": 102, "l3mdev": True},
    {"priority": 103, "from": "10.0.0.1", "type": "prohibit"},
    {"priority": 104, "type": "blackhole"},
    {"priority": 105, "type": "unreachable", "protocol": "97"},
    {"priority": 106, "fwmark": "0/0xf", "table": "70000"},
    {"priority": 0, "from": "192.0.2.1", "table": "main"},
]
SIX = [{"priority": 100, "from": "2001:db8::/32", "table": "100"}, {"priority": 7, "family": "inet6", "iif": "lo"}]

FRA_DSCP = 25
"""Since Linux 6.13."""


def ip(words):
    return subprocess.run(["ip", *words.split()], check=True, stdout=subprocess.PIPE).stdout


def told(family="-4", place=""):
    """Return what ip(8) says of the rules that are not the kernel's own, in its order."""
    rows = json.loads(ip(f"{'-n ' + place if place else ''} -j -d {family} rule show"))
    return [row for row in rows if row["protocol"] != "kernel"]


def all_told():
    return [ip(f"-d {family} rule show").decode() for family in ("-4", "-6")]


def document():
    with _host.Kernel() as kernel:
        return _document.of_choice(_document.Choice(), kernel.survey())["network"]


@pytest.fixture(autouse=True)
def host():
    new_host()


def test_a_rule_has_all_that_it_can_have():
    assert [step.command() for step in apply({"rules": [WHOLE]})] == [
        "ip rule add priority 100 not from 10.0.0.0/8 to 10.1.0.0/16 tos 0x10 fwmark 0x1/0xff iif lo oif later uidrange 0-10 "
        "ipproto 6 sport 10-20 dport 80 tun_id 5 lookup 100 suppress_prefixlength 0 suppress_ifgroup 3 protocol static"
    ]
    assert told() == [TOLD]
    assert apply({"rules": [WHOLE]}) == ()
    apply({})
    assert told() == []


def test_what_a_step_says_is_what_it_does():
    """The line that is shown makes the same rule, to the letter."""
    lines = [step.command() for step in apply({"rules": [WHOLE, *OTHERS, *SIX]})]
    made = all_told()
    new_host()
    for line in lines:
        ip(line.partition(" ")[2])
    assert all_told() == made
    assert apply({"rules": [WHOLE, *OTHERS, *SIX]}, "merged") == ()


def test_what_is_read_makes_the_same_elsewhere():
    beside = [{"priority": 103, "to": address, "table": "100"} for address in ("10.0.0.9", "10.0.0.2", "10.0.0.5")]
    rules = [WHOLE, *OTHERS, *SIX, *({**rule, "netns": "red"} for rule in OTHERS), *beside]
    apply({"namespaces": [{"name": "red"}], "rules": rules})
    seen, made = document(), [*all_told(), told(place="red")]
    assert len(seen["rules"]) == len(rules)
    new_host()
    apply({name: seen[name] for name in ("namespaces", "rules")})
    assert document() == seen
    assert [*all_told(), told(place="red")] == made


def test_the_kernels_own_are_never_ours():
    before = all_told()
    twins = [{"priority": 0, "table": "local"}, {"priority": 32766}, {"priority": 32767, "table": "default"}]
    assert apply({"rules": twins}, "deleted") == ()
    apply({"rules": twins})
    assert len(told()) == 3
    apply({})
    assert all_told() == before
    assert document()["rules"] == []


def test_rules_of_others_stay():
    ip("rule add priority 50 from 10.0.0.0/8 lookup 100")
    ip("rule add priority 50 from 10.0.0.0/8 lookup 100 protocol 97")
    before = all_told()
    apply({"rules": [{"priority": 50, "from": "10.0.0.0/8", "table": "100"}, WHOLE]})
    assert len(told()) == 4
    apply({})
    assert all_told() == before


def test_one_that_was_there_is_not_taken_for_ours():
    ip("rule add priority 50 from 10.0.0.0/8 lookup 100 protocol static")
    assert apply({"rules": [{"priority": 50, "from": "10.0.0.0/8", "table": "100"}]}) == ()
    apply({})
    assert len(told()) == 1


def test_a_rule_goes_and_not_one_with_more_conditions():
    """The kernel takes the first of that priority that has all that is said."""
    ip("rule add priority 50 from 10.0.0.0/8 fwmark 1 lookup 100 protocol static")
    ip("rule add priority 50 not from 10.0.0.0/8 lookup 100 protocol static")
    ip("rule add priority 50 from 10.0.0.0/8 iif lo lookup 100 protocol static")
    before = told()
    apply({"rules": [{"priority": 50, "table": "100"}]})
    assert len(told()) == 4
    apply({})
    assert sorted(told(), key=str) == sorted(before, key=str)
    general = {"rules": [{"priority": 50, "from": "10.0.0.0/8", "table": "100"}]}
    apply(general)
    assert len(told()) == 4
    apply({})
    assert sorted(told(), key=str) == sorted(before, key=str)
    for refused in refusals({**general, "links": [{"name": "t0", "kind": "tap"}]}):
        assert refused.left == []
        assert sorted(told(), key=str) == sorted(before, key=str)


def test_twins_that_differ_in_not_or_in_where_they_go_on():
    rules = [{"priority": 50, "from": "10.0.0.0/8", "table": "100"}, {"priority": 60, "goto": "70"}]
    twins = [{**rules[0], "not": True}, {**rules[1], "goto": "80"}]
    apply({"rules": rules})
    apply({"rules": [*rules, *twins]})
    assert len(told()) == 4
    apply({"rules": twins})
    assert [row for row in told() if row["priority"] == 50 and "not" not in row] == []
    assert [row["goto"] for row in told() if row["priority"] == 60] == [80]
    new_host()
    apply({"rules": [*rules, *twins]})
    assert len(told()) == 4


def test_without_a_priority_it_comes_before_all_others_and_stays_there():
    rule = {"from": "10.0.0.0/8", "table": "100"}
    apply({"rules": [rule]}, "merged")
    assert [row["priority"] for row in told()] == [32765]
    ip("rule add priority 500 lookup 100")
    both = {"rules": [rule, {"to": "10.0.0.0/8", "table": "100"}]}
    assert len(apply(both)) == 1
    assert [row["priority"] for row in told()] == [499, 500, 32765]
    assert apply(both) == ()
    assert len(apply({"rules": [rule]})) == 1
    ip("rule add priority 7 from 10.0.0.0/8 lookup 100 protocol static")
    assert len(apply({"rules": [rule]}, "deleted")) == 2
    assert [row["priority"] for row in told()] == [500]
    assert apply({"rules": [rule]}, "deleted") == ()


def test_nothing_is_left_of_a_run_that_fails():
    apply({"rules": [*OTHERS, *SIX]})
    ip("rule add priority 50 from 10.0.0.0/8 lookup 100")
    before = all_told()
    changed = {
        "links": [{"name": "t0", "kind": "tap"}],
        "rules": [WHOLE, *OTHERS[:3], {"priority": 7, "to": "2001:db8::1"}],
    }
    found = [(refused.left, all_told()) for refused in refusals(changed)]
    assert len(found) > 3
    assert found == [([], before)] * len(found)


def test_one_with_what_this_collection_has_no_word_for_is_left_alone_and_untold():
    message = _formats.message("fibmsg")
    body = message.start(family=socket.AF_INET, action=1, table=100) + message.pack(
        {"FRA_PRIORITY": 50, "FRA_PROTOCOL": 4}
    )
    with contextlib.closing(_netlink.Socket()) as connection:
        request = _netlink.Request(_rtnetlink.RTM_NEWRULE, _rtnetlink.NLM_F_CREATE, body + _nla.pack(FRA_DSCP, b"\x0a"))
        assert connection.change([request]) == [None]

        def with_dscp():
            return [rule.values for rule in _rules.read(connection, None, socket.AF_INET) if rule.priority == 50]

        there = with_dscp()
        if there == [{"table": 100, "protocol": "static"}]:
            pytest.skip("this kernel knows no DSCP of rules")
        assert [rule["attribute 25"] for rule in there] == ["0a"]
        apply({"rules": [{"priority": 50, "table": "100"}]})
        assert len(with_dscp()) == 2
        assert document()["rules"] == [{"priority": 50, "table": 100}]
        _commit.commit(_way_back.Wish("rules", "armed", 60), check_mode=False)
        ip("rule delete priority 50")
        ip("rule delete priority 50")
        _commit.commit(_way_back.Wish("rules", "rolled_back", 60), check_mode=False)
        assert len(with_dscp()) == 2
        apply({})
        assert with_dscp() == there


def test_a_priority_that_none_is_left_for():
    ip("rule add priority 1 lookup 100")
    with pytest.raises(_errors.Conflict, match="priority: no number is left"):
        apply({"rules": [{"from": "10.0.0.0/8", "table": "100"}]})


def test_a_checkpoint_brings_them_back():
    apply({"rules": [*OTHERS, *SIX]})
    ip("rule add priority 50 from 10.0.0.0/8 lookup 100")
    before = all_told()
    _commit.commit(_way_back.Wish("rules", "armed", 60), check_mode=False)
    apply({"rules": [WHOLE, OTHERS[0]]})
    ip("rule delete priority 50")
    _commit.commit(_way_back.Wish("rules", "rolled_back", 60), check_mode=False)
    assert all_told() == before
    assert apply({"rules": [*OTHERS, *SIX]}) == ()
    apply({})
    assert [row["priority"] for row in told()] == [50]
