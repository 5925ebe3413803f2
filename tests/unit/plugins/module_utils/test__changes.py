# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _changes, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _option
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._strategies import after, situations
from hypothesis import given

ENDS = {"local": "192.0.2.1", "remote": "192.0.2.2"}
INNER = Address("10.1.1.1", 32, "10.1.1.2", "global", "tun100")
GRE = _hosts.link("gre", "tun100", addresses=[INNER], up=True, mtu=1476, **ENDS)


def changes(host, **document):
    wanted = _hosts.want("network_state", **document)
    return _changes.of_plan(host, _planner.make(wanted, host))


def changed(have, kind="gre", **options):
    """Return what becomes of one tunnel."""
    (change,) = changes(_hosts.have(have), links=[{"name": "tun100", "kind": kind, **options}])
    return change


def test_nothing():
    assert changes(_hosts.have(GRE), links=[{"name": "tun100", "kind": "gre", **ENDS}]) == []


def test_created_link_has_what_is_asked_for():
    tunnel = {"name": "tun100", "kind": "gre", **ENDS, "mtu": 1400, "addresses": ["10.1.1.1/24"]}
    assert changes(_hosts.have(), links=[tunnel]) == [
        {
            "link": "tun100",
            "netns": None,
            "change": "created",
            "options": {
                "kind": {"before": None, "after": "gre"},
                "local": {"before": None, "after": "192.0.2.1"},
                "remote": {"before": None, "after": "192.0.2.2"},
                "mtu": {"before": None, "after": 1400},
                "addresses": {"before": None, "after": ["10.1.1.1/24"]},
            },
            "loses": [],
            "cuts": False,
        }
    ]


def test_changed_in_place():
    assert changed(GRE._replace(attributes={**GRE.attributes, "ttl": 64}), ttl="inherit", alias="to host2") == {
        "link": "tun100",
        "netns": None,
        "change": "changed",
        "options": {"alias": {"before": "", "after": "to host2"}, "ttl": {"before": 64, "after": "inherit"}},
        "loses": [],
        "cuts": False,
    }


def test_replaced_link_says_what_it_loses_and_nothing_of_what_the_kernel_chooses():
    change = changed(GRE._replace(attributes={**GRE.attributes, "ikey": 5, "txqueuelen": 1000}), "ipip")
    assert (change["change"], change["cuts"]) == ("replaced", True)
    assert change["options"] == {
        "kind": {"before": "gre", "after": "ipip"},
        "ikey": {"before": 5, "after": "none"},
    }
    assert change["loses"] == [
        "its queueing disciplines, filters and counters",
        "its ikey",
    ]


def test_what_is_not_said_of_a_link_is_the_default_of_its_own_kind():
    old = _hosts.link("ipip", "tun100", **ENDS)
    assert changed(old, "sit")["options"] == {"kind": {"before": "ipip", "after": "sit"}}


def test_removed_link_shows_what_it_was():
    (change,) = changes(_hosts.have(GRE), state="deleted", links=[{"name": "tun100", "kind": "gre"}])
    assert (change["change"], change["cuts"]) == ("removed", True)
    assert change["options"] == {
        "kind": {"before": "gre", "after": None},
        "local": {"before": "192.0.2.1", "after": None},
        "remote": {"before": "192.0.2.2", "after": None},
        "up": {"before": True, "after": None},
        "addresses": {"before": [{"address": "10.1.1.1", "peer": "10.1.1.2/32"}], "after": None},
    }


def test_pair_has_an_entry_for_each_end():
    pair = {"name": "v0", "kind": "veth", "peer": {"name": "v1", "netns": "red"}}
    found = changes(_hosts.have(), namespaces=[{"name": "red"}], links=[pair])
    assert [{name: entry[name] for name in list(entry)[:3]} for entry in found] == [
        {"namespace": "red", "netns": None, "change": "created"},
        {"link": "v0", "netns": None, "change": "created"},
        {"link": "v1", "netns": "red", "change": "created"},
    ]
    v0 = _hosts.link("veth", "v0", peer=("red", "v1"))
    v1 = _hosts.link("veth", "v1", "red", peer=(None, "v0"))
    found = changes(_hosts.have(v0, v1), state="deleted", links=[{"name": "v0", "kind": "veth"}])
    assert [(entry["link"], entry["change"]) for entry in found] == [("v0", "removed"), ("v1", "removed")]


def test_namespace_takes_its_links_along():
    inside = _hosts.link("tap", "tap0", "red")
    host = _hosts.have(inside, namespaces={"red": _resources.Namespace("red")})
    found = changes(host, state="deleted", namespaces=[{"name": "red"}], force=True)
    assert [(next(iter(entry)), entry["change"]) for entry in found] == [("namespace", "removed"), ("link", "removed")]


def test_moved_link_is_one():
    tap = _hosts.link("tap", "tap0", addresses=[Address("10.0.0.1", 24, None, "global", "tap0")])
    host = _hosts.have(tap, namespaces={"red": _resources.Namespace("red")})
    (change,) = changes(host, links=[{"name": "tap0", "netns": "red", "move_from": ""}])
    assert (change["link"], change["netns"], change["change"]) == ("tap0", "red", "changed")
    assert change["options"]["netns"] == {"before": None, "after": "red"}
    assert change["loses"] == ["its address 10.0.0.1"]
    assert change["cuts"]


RP_FILTER = "net.ipv4.conf.tun100.rp_filter"


def test_sysctl_of_a_namespace():
    namespaces = {"red": _resources.Namespace("red")}
    host = _hosts.have(namespaces=namespaces, sysctls=[_resources.Sysctl("red", "net.ipv4.ip_forward", "0")])
    (change,) = changes(host, namespaces=[{"name": "red", "loopback": False, "sysctl": {"net.ipv4.ip_forward": "1"}}])
    assert change == {
        "sysctl": "net.ipv4.ip_forward",
        "netns": "red",
        "change": "changed",
        "options": {"value": {"before": "0", "after": "1"}},
    }


def test_sysctls_of_a_device_come_with_it():
    host = _hosts.have(usual={(None, "net.ipv4.conf.tun100.rp_filter"): "0"})
    link, sysctl = changes(host, links=[{"name": "tun100", "kind": "gre"}], sysctls={RP_FILTER: 1})
    assert (link["link"], sysctl["sysctl"], sysctl["change"]) == ("tun100", RP_FILTER, "created")
    assert sysctl["options"] == {"value": {"before": None, "after": "1"}}


def test_routes_and_ports():
    old = _hosts.route("10.9.0.0/16", dev="tun100")
    gone = _hosts.route("10.8.0.0/16", dev="tun100")
    port = FouPort(None, 2, 5555, "gue")
    host = _hosts.have(GRE, routes=[old, gone], fou_ports=[port])
    assert changes(
        host,
        routes=[{"dst": "10.9.0.0/16", "dev": "tun100", "src": "10.1.1.1"}],
        fou_ports=[{"port": 5556, "encap": "gue"}],
    ) == [
        {
            "route": "10.9.0.0/16",
            "table": 254,
            "metric": 0,
            "netns": None,
            "change": "changed",
            "options": {"src": {"before": None, "after": "10.1.1.1"}},
        },
        {
            "fou_port": 5556,
            "family": "inet",
            "netns": None,
            "change": "created",
            "options": {"encap": {"before": None, "after": "gue"}},
        },
    ]
    found = changes(host, state="deleted", routes=[{"dst": "10.8.0.0/16"}], fou_ports=[{"port": 5555, "encap": "gue"}])
    assert [(next(iter(entry)), entry["change"]) for entry in found] == [("route", "removed"), ("fou_port", "removed")]


def test_routes_of_a_type_of_service():
    (change,) = changes(_hosts.have(GRE), routes=[{"dst": "10.9.0.0/16", "dev": "tun100", "tos": "0x10"}])
    assert (change["route"], change["tos"]) == ("10.9.0.0/16", 16)
    assert "tos" not in change["options"]


CUTS = [
    pytest.param({}, {"ttl": 64}, False, id="ttl"),
    pytest.param({}, {"tos": 4}, False, id="tos"),
    pytest.param({}, {"mtu": 1400}, False, id="mtu"),
    pytest.param({}, {"pmtudisc": False}, False, id="pmtudisc"),
    pytest.param({}, {"remote": "192.0.2.9"}, True, id="remote"),
    pytest.param({}, {"local": "192.0.2.9"}, True, id="local"),
    pytest.param({}, {"key": 5}, True, id="key-on"),
    pytest.param({"ikey": 5, "okey": 5}, {"key": "none"}, True, id="key-off"),
    pytest.param({"ikey": 5, "okey": 5}, {"key": 5, "ttl": 9}, False, id="same-key"),
    pytest.param({}, {"csum": True}, True, id="csum"),
    pytest.param({}, {"seq": True}, True, id="seq"),
    pytest.param({}, {"encap": "gue", "encap_dport": 5555}, True, id="encap"),
    pytest.param({}, {"external": True, "local": None, "remote": None}, True, id="external"),
    pytest.param({}, {"up": False}, True, id="down"),
    pytest.param({"up": False}, {"up": True}, False, id="up"),
    pytest.param({}, {"alias": "x"}, False, id="alias"),
]


@pytest.mark.parametrize(("attributes", "options", "cuts"), CUTS)
def test_what_cuts_the_far_end_off(attributes, options, cuts):
    assert changed(GRE._replace(attributes={**GRE.attributes, **attributes}), **{**ENDS, **options})["cuts"] is cuts


def test_new_device_that_numbers_its_packets_is_not_listened_to():
    numbering = {**GRE.attributes, "seq": True}
    for attributes, cuts in ((numbering, True), (GRE.attributes, False)):
        link = GRE._replace(attributes=attributes)
        assert _changes._cuts(link, link, anew=True) is cuts


def test_encapsulated_ethernet_of_type_1_has_no_session():
    old = _hosts.link("erspan", "tun100", erspan_ver=1, seq=True, ikey=3, okey=3, **ENDS)
    for version, cuts in ((2, False), (0, True)):
        new = old._replace(attributes={**old.attributes, "erspan_ver": version})
        assert _changes._cuts(old, new, anew=False) is cuts


@pytest.mark.parametrize(
    ("later", "cuts"),
    [
        pytest.param(["10.1.1.1/24"], False, id="a-larger-network-that-has-the-peer"),
        pytest.param([{"address": "10.1.1.1", "peer": "10.1.1.2"}, "10.5.5.5/24"], False, id="one-more"),
        pytest.param([{"address": "10.1.1.1", "peer": "10.1.1.3"}], True, id="another-peer"),
        pytest.param(["10.1.1.5/24"], True, id="another-address"),
        pytest.param(["10.1.1.1/30"], False, id="a-small-network-that-has-the-peer"),
    ],
)
def test_an_address_that_goes_cuts(later, cuts):
    (change,) = changes(
        _hosts.have(GRE),
        state="replaced",
        links=[{"name": "tun100", "kind": "gre", **ENDS, "mtu": 1476, "up": True, "addresses": later}],
    )
    assert change["cuts"] is cuts
    assert list(change["options"]) == ["addresses"]


def test_every_option_of_a_tunnel_has_an_answer():
    """That nobody adds an option to a kind without the question whether both ends have to agree on it."""
    agreed = {"local", "remote", "ikey", "okey", "seq", "csum", "external", "encap", "encap_dport", "erspan_ver"}
    own = {
        "dev", "ttl", "tos", "pmtudisc", "ignore_df", "flowlabel", "encaplimit", "encap_sport", "encap_csum",
        "encap_csum6", "encap_remcsum", "erspan", "erspan_dir", "erspan_hwid", "link_netns",
    }  # fmt: skip
    for kind in _catalog.family("ip_tunnel"):
        names = {option.name for option in kind.options}
        assert names - agreed - own == set()
        for option in kind.options:
            assert (option.cuts is not _option.never) is (option.name in agreed), option.name


@given(situations())
def test_what_differs_has_an_entry_and_nothing_else_has(situation):
    host, wanted, steps = situation
    later = after(host, steps).links
    entries = _changes.of_plan(host, _planner.make(wanted, host))
    told = {(entry["netns"], entry["link"]): entry["change"] for entry in entries if "link" in entry}
    differ = {id_ for id_ in {*host.links, *later} if host.links.get(id_) != later.get(id_)}
    differ -= {id_ for id_ in differ if id_[1] == "lo" and id_ not in host.links}
    assert {id_ for id_, change in told.items() if change != "replaced"} <= differ <= set(told)
    assert {id_ for id_, change in told.items() if change == "created"} == differ - set(host.links)
    assert {id_ for id_, change in told.items() if change == "removed"} == differ - set(later)
