# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of hosts that few kernels can be brought to; tests/kernel has the rest."""

import string

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._boot import _state
from ansible_collections.warren.tunnels.plugins.module_utils._diagnosis import _facts, _filters, _judge, _table, _wanted
from ansible_collections.warren.tunnels.plugins.module_utils._firewall import _plan
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

ALL = (1 << 41) - 1


def wanted(**options):
    return _wanted.of(_hosts.params("host_diagnosis", options))


def found(facts, **options):
    return [(one.id, dict(one.values)) for one in _judge.findings(wanted(**options), _facts.Facts(**facts))]


def test_nothing_is_found_where_nothing_was_read():
    links = [{"name": "tun100", "kind": "gre", "remote": "192.0.2.2"}]
    assert found({}, document={"links": links}, paths=[{"remote": "192.0.2.2", "packet": 9000}]) == []


def test_drivers_are_those_of_the_document():
    links = [
        {"name": "t1", "kind": "gre", "remote": "192.0.2.2", "encap": "fou", "encap_dport": 5555},
        {"name": "t2", "kind": "gretap", "remote": "192.0.2.2"},
        {"name": "t3", "kind": "ip6gre", "remote": "2001:db8::2", "encap": "gue", "encap_dport": 5556},
        {"name": "t4", "kind": "tap"},
        {"name": "lo"},
    ]
    ports = [{"port": 5555, "encap": "gue"}]
    drivers = wanted(document={"links": links, "fou_ports": ports}).drivers
    assert [(driver.module, driver.modes) for driver in drivers] == [
        ("fou", ("GUE port 5555", "gre inside UDP")),
        ("fou6", ("ip6gre inside UDP",)),
        ("ip6_gre", ("ip6gre",)),
        ("ip_gre", ("gre", "gretap")),
    ]


@pytest.mark.parametrize(
    ("state", "more", "expected"),
    [
        (_facts.THERE, {}, []),
        (_facts.LOADABLE, {}, []),
        (_facts.LOADABLE, {"takes_modules": False}, ["modules_disabled"]),
        (_facts.THERE, {"takes_modules": False}, []),
        (_facts.LOADABLE, {"is_container": True}, ["container"]),
        (_facts.MISSING, {"is_container": True}, ["container"]),
        (_facts.MISSING, {}, ["driver"]),
        ("blacklist ip_gre", {}, ["driver_barred"]),
        (_facts.THERE, {"capabilities": 0}, ["rights"]),
    ],
)
def test_what_a_kernel_lacks(state, more, expected):
    kernel = {"capabilities": ALL, "is_container": False, "takes_modules": True, "drivers": {"ip_gre": state}, **more}
    document = {"links": [{"name": "tun100", "kind": "gre", "remote": "192.0.2.2"}]}
    assert [id_ for id_, _values in found({"kernel": _facts.Kernel(**kernel)}, document=document)] == expected


def test_managers_are_told_with_their_devices():
    managers = _facts.Managers(
        "it configures t5.", [("NetworkManager", "t1", "by x; mend it")], [("dhcpcd", ["t1", "t2", "t3", "t4"])]
    )
    assert found({"managers": managers}) == [
        ("claimed", {"reason": "it configures t5"}),
        ("managed", {"manager": "NetworkManager", "device": "t1", "reason": "by x; mend it"}),
        ("unmanaged", {"manager": "dhcpcd", "devices": "t1, t2, t3 and 1 more"}),
    ]


def test_missing_and_broken_libraries_weigh_differently():
    for is_there, expected, level in ((False, "pyroute2", "note"), (True, "pyroute2_unfit", "stops")):
        ((id_, _values),) = found({"pyroute2": (is_there, "it can't be imported.")})
        assert (id_, _table.ENTRIES[id_].level) == (expected, level)


def test_the_largest_packet_to_an_address_counts():
    way = _facts.Way("eth0", 1500)
    underlay = _facts.Underlay({"192.0.2.1": "eth0", "192.0.2.7": "eth0"}, {"192.0.2.2": way}, [])
    paths = [
        {"host": "host2", "local": local, "remote": "192.0.2.2", "packet": packet}
        for local, packet in (("192.0.2.1", 1524), ("192.0.2.7", 1400))
    ]
    ((id_, values),) = found({"underlay": underlay}, paths=paths)
    assert (id_, values["packet"], values["path_mtu"], values["excess"]) == ("mtu", 1524, 1500, 24)


@pytest.mark.parametrize("entry", _table.TABLE, ids=lambda entry: entry.id)
def test_a_remedy_names_what_its_sentence_knows(entry):
    """What the two need is what the finding has; and no sentence ends twice."""
    assert entry.level in _table.LEVELS
    values = {name: "x" for _text, name, *_rest in string.Formatter().parse(entry.sentence + entry.remedy) if name}
    told = _table.Finding(entry.id, values).told()
    assert told["msg"].endswith(".")
    assert not told["msg"].endswith("..")
    assert not told["remedy"].endswith("..")


def test_weights_go_by_level_and_ids_are_different():
    order = [list(_table.LEVELS).index(entry.level) for entry in _table.TABLE]
    assert order == sorted(order)
    assert len(_table.ENTRIES) == len(_table.TABLE)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ({"remote": "192.0.2"}, r"paths\[0\].remote"),
        ({"remote": "192.0.2.2", "local": "host1"}, r"paths\[0\].local"),
        ({"remote": "192.0.2.2", "local": "2001:db8::1"}, r"paths\[0\].local: .* another family"),
    ],
)
def test_addresses_that_can_not_be(path, said):
    with pytest.raises(_errors.BadOption, match=said):
        wanted(paths=[path])


def test_a_document_that_can_not_be():
    with pytest.raises(_state.Unfit, match="no_such"):
        wanted(document={"no_such": []})


def ruleset(*rules, policy="drop"):
    chain = {"family": "inet", "table": "site", "name": "fwd", "hook": "forward", "type": "filter", "policy": policy}
    place = {"family": "inet", "table": "site", "chain": "fwd"}
    return _plan.NOTHING._replace(ruleset=[{"chain": chain}, *({"rule": {**place, "expr": rule}} for rule in rules)])


def by(key, right, *more):
    return [{"match": {"op": "==", "left": {"meta": {"key": key}}, "right": right}}, *more, {"accept": None}]


@pytest.mark.parametrize(
    ("rules", "devices"),
    [
        ([], ["t1", "t1"]),
        ([[{"accept": None}]], []),
        ([[{"counter": {}}, {"accept": None}]], []),
        ([by("iifname", "t1")], ["t1", "t1"]),
        ([by("iifname", "t1"), by("oifname", {"set": ["t1", "t2"]})], ["t2", "t2"]),
        ([by("iifname", "t*"), by("oifname", "t*")], []),
        ([by("iifname", "t*", {"match": {}}), by("oifname", "t*")], ["t1", "t1"]),
        ([[{"jump": {"target": "other"}}]], ["t1", "t1"]),
    ],
)
def test_chains_of_nftables_that_drop_what_is_forwarded(rules, devices):
    drops = list(_filters.dropping(ruleset(*rules), [2, 10], ["t1", "t2"]))
    assert [drop.device for drop in drops] == devices
    assert list(_filters.dropping(ruleset(*rules), [], ["t1", "t2"])) == []


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("flush ruleset\ntable inet filter {}\n", ["ip nat"]),
        ("flush ruleset; table inet filter {}\nadd table ip nat\n", []),
        ("flush ruleset\ntable inet filter {}\ntable nat {}\n", []),
        ("# flush ruleset\n", []),
        ("table inet filter {}\n", []),
    ],
)
def test_what_a_reload_takes_away(text, gone):
    tables = [{"table": {"family": family, "name": name}} for family, name in (("inet", "filter"), ("ip", "nat"))]
    look = _plan.NOTHING._replace(ruleset=tables)
    found = list(_filters.flushed(look, {"/etc/nftables.conf": text}))
    assert found == ([("/etc/nftables.conf", gone)] if gone else [])
