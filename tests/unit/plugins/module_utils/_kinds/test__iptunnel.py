# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _option

# linux/if_tunnel.h
GRE_CSUM, GRE_KEY, GRE_SEQ = 0x8000, 0x2000, 0x1000


@pytest.mark.parametrize("mode", ["gre", "gretap"])
@pytest.mark.parametrize(
    ("option", "value", "received", "sent"),
    [
        ("ikey", 1, GRE_KEY, None),
        ("okey", 1, None, GRE_KEY),
        ("csum", True, GRE_CSUM, GRE_CSUM),
        ("seq", True, GRE_SEQ, GRE_SEQ),
    ],
)
def test_gre_flags(mode, option, value, received, sent):
    raw = _option.encode(_catalog.KINDS[mode].options, {option: value})
    assert (raw.get("IFLA_GRE_IFLAGS"), raw.get("IFLA_GRE_OFLAGS")) == (received, sent)


@pytest.mark.parametrize(
    ("option", "modes"),
    [
        ("ikey", "gre gretap erspan vti ip6gre ip6gretap vti6"),
        ("csum", "gre gretap ip6gre ip6gretap"),
        ("seq", "gre gretap erspan ip6gre ip6gretap"),
        ("ignore_df", "gre gretap"),
        ("pmtudisc", "gre gretap erspan ipip sit"),
        ("encap", "gre gretap erspan ipip sit ip6gre ip6gretap ip6tnl ip6ip6 ipip6"),
        ("external", "gre gretap erspan ipip ip6gre ip6gretap ip6tnl ip6ip6 ipip6"),
        ("erspan_ver", "erspan"),
        ("flowlabel", "ip6gre ip6gretap ip6tnl ip6ip6 ipip6"),
        ("encaplimit", "ip6gre ip6gretap ip6tnl ip6ip6 ipip6"),
    ],
)
def test_modes_that_have_an_option(option, modes):
    assert [kind.name for kind in _catalog.family("ip_tunnel") if kind.option(option)] == modes.split()


@pytest.mark.parametrize("mode", [kind.name for kind in _catalog.family("ip_tunnel") if kind.option("external")])
@pytest.mark.parametrize(("old", "new"), [(False, True), (True, False)])
def test_external_takes_a_new_device(mode, old, new):
    assert _catalog.KINDS[mode].option("external").recreate(old, new) is True


def test_erspan_begins_with_a_sequence_as_its_driver_demands():
    assert _catalog.KINDS["erspan"].initial == {"seq": True}


@pytest.mark.parametrize(
    ("option", "bits"), [("encap_csum", 0x1), ("encap_csum6", 0x2), ("encap_remcsum", 0x4)], ids=str
)
@pytest.mark.parametrize(
    ("mode", "attribute"), [("gre", "IFLA_GRE_ENCAP_FLAGS"), ("ip6tnl", "IFLA_IP6TNL_ENCAP_FLAGS")]
)
def test_encapsulation_flags(mode, attribute, option, bits):
    assert _option.encode(_catalog.KINDS[mode].options, {option: True}) == {attribute: bits}


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        pytest.param("192.0.2.1", "198.51.100.1", False, id="host-to-host"),
        pytest.param("any", "192.0.2.1", True, id="any-to-host"),
        pytest.param("192.0.2.1", "any", True, id="host-to-any"),
        pytest.param("224.0.0.1", "239.255.255.255", False, id="group-to-group"),
        pytest.param("223.255.255.255", "224.0.0.1", True, id="host-to-group"),
        pytest.param("239.1.1.1", "240.0.0.1", True, id="group-to-reserved"),
        pytest.param("any", "239.1.1.1", True, id="any-to-group"),
    ],
)
def test_new_remote_takes_a_new_device_where_it_is_no_longer_point_to_point(old, new, replaced):
    for mode in ("gre", "ipip", "sit", "vti"):
        assert _catalog.KINDS[mode].option("remote").recreate(old, new) is replaced
    for mode in ("gretap", "erspan"):
        assert _catalog.KINDS[mode].option("remote").recreate(old, new) is False
