# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _values
from ansible_collections.warren.tunnels.plugins.module_utils._boot._files import Entry
from ansible_collections.warren.tunnels.plugins.module_utils._firewall import _firewalld, _persistence, _plan, _rules

RULES = frozenset({_rules.parse("47 from 192.0.2.2"), _rules.parse("47 from 2001:db8::2")})
SAVED = "*filter\n:INPUT DROP [0:0]\nCOMMIT\n"
IPTABLES = {
    "iptables-nft": _plan.Saved(_values.IPV4, SAVED),
    "ip6tables-nft": _plan.Saved(_values.IPV6, SAVED),
}
CONF = "/etc/nftables.conf"
LINK = {CONF: Entry(target="/srv/nftables.conf")}
UNIT = "/etc/systemd/system/warren-lab.firewall.service"


def chain(family="inet", table="site", name="input", hook="input", policy="drop"):
    about = {"family": family, "table": table, "name": name, "hook": hook, "type": "filter", "policy": policy}
    return {"chain": about}


def plan(rules=RULES, purge=True, **there):
    return _plan.plan("lab", rules, purge, _plan.NOTHING._replace(**there))


def paths(planned):
    return {step.path: step.new and step.new.content.decode() for step in planned.steps}


@pytest.mark.parametrize(
    ("there", "firewalls"),
    [
        pytest.param({}, [], id="none"),
        pytest.param({"ruleset": [chain(policy="accept")]}, [], id="nftables-that-filters-nothing"),
        pytest.param({"ruleset": [chain(hook="forward")]}, [], id="nftables-that-filters-else"),
        pytest.param({"ruleset": [chain()]}, ["nftables"], id="nftables"),
        pytest.param({"saved": IPTABLES}, ["iptables"], id="iptables"),
        pytest.param(
            {"saved": IPTABLES, "ruleset": [chain("ip", "filter", "INPUT"), chain("ip6", "filter", "INPUT")]},
            ["iptables"],
            id="iptables-that-nftables-shows",
        ),
        pytest.param({"ruleset": [chain("ip", "filter", "INPUT")]}, ["nftables"], id="nftables-with-names-of-iptables"),
        pytest.param(
            {"ruleset": [chain(table="firewalld", name="filter_INPUT")], "zones": ({}, {})}, [], id="firewalld-s-own"
        ),
    ],
)
def test_who_filters(there, firewalls):
    planned = plan(**there)
    assert planned.firewalls == firewalls
    assert bool(planned.orders) is bool(firewalls)


def test_firewalld_and_what_others_filter_beside_it():
    zones = {"public": _firewalld.Zone("public", True, False, [])}
    planned = plan(ruleset=[chain(), chain(table="firewalld")], zones=(zones, zones))
    assert planned.firewalls == ["firewalld", "nftables"]
    assert [order.command[0] for order in planned.orders] == ["nft", "firewall-cmd", "firewall-cmd"]
    assert all("firewalld" not in words for words in planned.orders[0].words)


def test_a_file_that_is_read_at_boot_includes_ours():
    have = {CONF: Entry(b"flush ruleset\n", mode=0o755, owner=(0, 7))}
    services = [_persistence.SYSTEMD, "nftables.service"]
    planned = plan(ruleset=[chain()], files=have, services=services)
    assert paths(planned)[CONF] == 'flush ruleset\ninclude "/etc/warren-lab.firewall*.nft"\n'
    assert set(paths(planned)) == {CONF, "/etc/warren-lab.firewall.nft"}
    assert (planned.steps[0].new.mode, planned.steps[0].new.owner) == (0o755, (0, 7))
    assert planned.lost == []


@pytest.mark.parametrize("text", ["", "flush ruleset", "flush ruleset\n", "a\n\n"])
def test_that_file_is_to_the_letter_afterwards(text):
    opened = plan(ruleset=[chain()], files={CONF: Entry(text.encode())})
    files = {step.path: step.new for step in opened.steps}
    assert plan(rules=frozenset(), files=files).steps[0].new.content.decode() == text


@pytest.mark.parametrize(
    ("there", "start"),
    [
        ({"ruleset": [chain()]}, "/usr/sbin/nft -f /etc/warren-lab.firewall.nft"),
        ({"ruleset": [chain()], "files": {CONF: Entry(b"")}}, "/usr/sbin/nft -f /etc/warren-lab.firewall.nft"),
        ({"ruleset": [chain()], "files": LINK}, "/usr/sbin/nft -f /etc/warren-lab.firewall.nft"),
        ({"saved": IPTABLES}, "iptables-nft-restore --noflush /etc/warren-lab.firewall.iptables-nft"),
    ],
)
def test_a_unit_of_ours_is_for_what_nothing_brings_back(there, start):
    planned = plan(**there, services=[_persistence.SYSTEMD], programs={"nft": "/usr/sbin/nft"})
    assert f"\nExecStart=-{start}\n" in paths(planned)[UNIT]
    assert planned.lost == []
    files = {step.path: step.new for step in planned.steps}
    gone = plan(rules=frozenset(), files=files)
    assert {path for path, text in paths(gone).items() if text is None} == set(files) - {CONF}


PASSED_ON = frozenset(_rules.parse(f"IPv4 all passed on {way} tun1") for way in ("from", "to"))
DOCKER = ":FORWARD DROP [0:0]\n:DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\n"


@pytest.mark.parametrize(
    ("rows", "verb"),
    [
        pytest.param(":FORWARD DROP [0:0]\n", "-A FORWARD", id="iptables"),
        pytest.param(DOCKER, "-I DOCKER-USER", id="docker"),
        pytest.param(":FORWARD ACCEPT [0:0]\n-A FORWARD -j DROP\n", None, id="others-rules"),
        pytest.param(":FORWARD DROP [0:0]\n:INPUT_ZONES - [0:0]\n", None, id="firewalld"),
    ],
)
def test_what_is_passed_on_is_accepted_in_the_chain_that_is_for_that(rows, verb):
    saved = {"iptables-nft": _plan.Saved(_values.IPV4, f"*filter\n:INPUT ACCEPT [0:0]\n{rows}COMMIT\n")}
    files = {"/etc/iptables/rules.v4": Entry(SAVED.encode())}
    planned = plan(PASSED_ON, saved=saved, files=files, services=[_persistence.SYSTEMD])
    words = [words for order in planned.orders for words in order.words]
    assert [line.split(" -m ")[0] for line in words] == (
        [f"iptables-nft {verb} -i tun1", f"iptables-nft {verb} -o tun1"] if verb else []
    )
    unit = paths(planned).get(UNIT, "")
    assert ("docker.service" in unit, "iptables-nft.forward\n" in unit) == (bool(verb), bool(verb))
    assert "/etc/iptables/rules.v4" not in paths(planned)


def test_what_is_passed_on_is_accepted_behind_all_that_others_say():
    there = [chain(), chain(name="passing", hook="forward"), chain(table="other", hook="forward", policy="accept")]
    planned = plan(PASSED_ON, ruleset=there)
    assert planned.orders[0].words == [
        'nft add rule inet site passing meta nfproto ipv4 oifname { "tun1" } accept comment "warren-lab: ip all out"',
        'nft add rule inet site passing meta nfproto ipv4 iifname { "tun1" } accept comment "warren-lab: ip all in"',
    ]
    assert plan(PASSED_ON, ruleset=[there[2]]).firewalls == []
    # firewalld passes on by policies, and does not hinder the others.
    zones = {"public": _firewalld.Zone("public", True, False, [])}
    assert plan(PASSED_ON, ruleset=there[1:2], zones=(zones, zones)).orders[0].command[0] == "nft"


def test_where_nothing_can_bring_it_back_that_is_told():
    assert plan(ruleset=[chain()], saved=IPTABLES).lost == ["iptables", "nftables"]
    assert plan(ruleset=[chain()], files={CONF: Entry(b"")}).lost == []


@pytest.mark.parametrize("variant", ["nft", "legacy"])
def test_what_netfilter_persistent_reads_has_the_rules_of_its_ip_version(variant):
    saved = {f"iptables-{variant}": IPTABLES["iptables-nft"]}
    files = {path: Entry(SAVED.encode()) for path in ("/etc/iptables/rules.v4", "/etc/iptables/rules.v6")}
    planned = plan(saved=saved, files=files, services=[_persistence.SYSTEMD])
    assert set(paths(planned)) == {"/etc/iptables/rules.v4"}
    assert "47 from 192.0.2.2" in paths(planned)["/etc/iptables/rules.v4"]
    assert planned.orders[0].command == [f"iptables-{variant}-restore", "--noflush"]


@pytest.mark.parametrize("right", ["192.0.2.2", {"set": ["192.0.2.2"]}])
def test_a_set_of_one_is_read_in_either_form(right):
    rule = {
        **{"family": "inet", "table": "site", "chain": "input", "handle": 7, "comment": "warren-lab: ip 47"},
        "expr": [
            {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": right}},
            {"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": "gre"}},
            {"accept": None},
        ],
    }
    there = [chain(), {"rule": rule}]
    only = frozenset({_rules.parse("47 from 192.0.2.2")})
    assert plan(only, ruleset=there).orders == []
    assert plan(frozenset(), ruleset=there).orders[0].words == ["nft delete rule inet site input handle 7"]
    # Where nobody else filters any more, ours are of no use.
    assert plan(only, ruleset=[chain(policy="accept"), {"rule": rule}]).orders != []
