# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _values
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _formats, _ports
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import (
    _addrgenmode,
    _catalog,
    _common,
    _macvlan,
    _members,
    _option,
    _port,
    _tunnel_values,
    _tuntap,
    _underlay,
    _vlan,
)

KINDS = pytest.mark.parametrize("kind", list(_catalog.KINDS.values()), ids=list(_catalog.KINDS))
EXAMPLES = {
    _tuntap.Account: (0, 1000),
    _values.LinkName: ("none",),
    _values.Mac: ("02:00:5e:00:53:01",),
    _tunnel_values.PlainKey: ("none", 1, 0xFFFFFFFF),
    _tunnel_values.EitherEndpoint: ("any", "192.0.2.1", "2001:db8::1"),
    _tunnel_values.FlowLabel: (0, 0xFFFFF),
    _tunnel_values.HopLimit: ("auto", 1, 255, "inherit"),
    _tunnel_values.PortRange: ("auto", "1-65535"),
    _values.Text: ("", "the lab's"),
    _tunnel_values.Tos: (0, "inherit", 255),
    _addrgenmode.AddrGenMode: ("eui64", "none", "stable_secret", "random"),
    _addrgenmode.WithoutEui64: ("none", "stable_secret", "random"),
    _members.AltNames: ([], ["a", "b23", "c" * 127]),
    _macvlan.Sources: ("none", "02:00:5e:00:53:01", "02:00:5e:00:53:01 02:00:5e:00:53:02"),
    _underlay.NamespaceName: ("nsid 0", "nsid 2147483647"),
    _port.Forwarded: (0, 8, 0xFFFD),
    _vlan.QosMap: ("none", "0:1", "0:1 7:3"),
}


def rows():
    """Yield every option of every kind, the common ones once."""
    for option in _common.OPTIONS:
        yield pytest.param(option, None, id="common-" + option.name)
    for kind in _catalog.KINDS.values():
        for option in kind.options:
            if option.attribute or option.flags:
                yield pytest.param(option, kind, id=kind.name + "-" + option.name)


def examples(value):
    if isinstance(value, _values.Switch):
        return (True, False)
    if value.__class__ is _values.Number:
        return (value.low, value.high, *([value.zero] if value.zero else []))
    if isinstance(value, (_tunnel_values.Inheritable, _tunnel_values.Omittable)):
        return (value.low, value.high, "inherit" if isinstance(value, _tunnel_values.Inheritable) else "none")
    if value.__class__ is _tunnel_values.Key:
        return ("none", 0, value.high)
    if isinstance(value, _values.Choice):
        return value.choices
    if isinstance(value, _tunnel_values.Endpoint):
        return ("any", "192.0.2.1" if value.family == _values.IPV4 else "2001:db8::1")
    return EXAMPLES[type(value)]


@pytest.mark.parametrize(("option", "kind"), list(rows()))
def test_option_comes_back_from_the_kernels_own_format(option, kind):
    """What is encoded, packed, unpacked and decoded is what was there, and nothing but the option."""
    of_driver = kind and not option.of_message
    table = _formats.link_data(kind.kernel_name) if of_driver else _formats.message("ifinfmsg")
    table = _ports.FORMAT if option.of_port else table
    for value in examples(option.value):
        raw = _option.encode((option,), {option.name: value}, former=dict([option.only_with]))
        header = {_common.HEADER_FLAGS: raw.pop(_common.HEADER_FLAGS)} if _common.HEADER_FLAGS in raw else {}
        if option.value.refers_to_link:
            raw[option.attribute] = 7
        unpacked = {**header, **table.unpack(table.pack(raw))}
        if option.value.refers_to_link:
            assert unpacked == {option.attribute: 7}
        elif option.attribute and not any(raw.get(name) is not None for name in (option.attribute, option.attribute6)):
            assert unpacked == {}
            assert option.default == value
        else:
            assert _option.decode((option,), unpacked) == {option.name: value}


@KINDS
def test_options_of_a_kind_do_not_undo_one_another(kind):
    """All at their defaults, and then one after the other changed over the rest."""
    options = [option for option in kind.options if option.attribute or option.flags]
    values = {option.name: option.default for option in options if option.default is not None}
    raw = _option.encode(options, values)
    for option in options:
        for value in examples(option.value):
            raw = _option.encode((option,), {option.name: value}, raw, dict([option.only_with]))
            values[option.name] = value
            told = {name: attribute for name, attribute in raw.items() if attribute is not None}
            assert _option.decode(options, told) == values


@KINDS
def test_defaults_are_canonical(kind):
    for option in kind.common + kind.options:
        if option.default is not None and not option.value.refers_to_link:
            assert option.value.parse(option.default) == option.default


@KINDS
def test_names_of_options_are_unique(kind):
    names = [option.name for option in kind.common + kind.options]
    assert len(names) == len(set(names))


@KINDS
def test_no_two_options_share_an_attribute_or_a_flag(kind):
    options = kind.common + kind.options
    attributes = [option.attribute for option in options if option.attribute and not option.mask]
    flags = [flag for option in options for flag in option.flags]
    assert len(attributes) == len(set(attributes))
    assert not set(attributes) & {option.attribute for option in options if option.mask}
    assert len(flags) == len(set(flags))
    assert all(bit and not bit & (bit - 1) for _attribute, bit in flags)


@KINDS
def test_options_that_share_an_attribute_have_bits_of_their_own_that_hold_their_values(kind):
    masked = [option for option in kind.options if option.mask]
    for option in masked:
        assert not any(option.mask & other.mask for other in masked if other is not option)
        lowest = option.mask & -option.mask
        assert option.value.high == option.mask // lowest


@KINDS
def test_initial_values_are_canonical_and_the_kinds_own(kind):
    for name, value in kind.initial.items():
        assert kind.option(name).value.parse(value) == value
        assert kind.option(name).default != value


@KINDS
def test_constants_are_known_to_the_format_and_no_option(kind):
    assert set(kind.constants) <= set(_formats.link_data(kind.kernel_name).numbers) if kind.constants else True
    assert not set(kind.constants) & {name for option in kind.options for name in option.attributes}


@KINDS
def test_kind_is_recognised_by_what_it_is_made_of(kind):
    kernel_name = kind.kernel_kind or kind.name
    assert _catalog.recognise(kernel_name, kind.ethernet, dict(kind.constants)) is kind


@pytest.mark.parametrize(
    ("kernel_name", "ethernet", "raw", "name"),
    [
        pytest.param("tun", True, {}, "tap", id="tap"),
        pytest.param("tun", False, {}, "tun", id="tun"),
        pytest.param("ip6tnl", False, {"IFLA_IP6TNL_PROTO": 4}, "ipip6", id="ipip6"),
        pytest.param("ip6tnl", False, {"IFLA_IP6TNL_PROTO": 41, "IFLA_IP6TNL_TTL": 64}, "ip6ip6", id="ip6ip6"),
        pytest.param("ip6tnl", False, {"IFLA_IP6TNL_PROTO": 0}, "ip6tnl", id="any-protocol"),
        pytest.param("ip6tnl", False, {"IFLA_IP6TNL_PROTO": 47}, "ip6tnl", id="odd-protocol"),
        pytest.param("ip6tnl", False, {}, "ip6tnl", id="protocol-not-told"),
        pytest.param("erspan", True, {}, "erspan", id="erspan"),
    ],
)
def test_recognise(kernel_name, ethernet, raw, name):
    assert _catalog.recognise(kernel_name, ethernet, raw).name == name


@pytest.mark.parametrize("kernel_name", [None, "nlmon", "tap", "ip6ip6"])
def test_stranger_is_not_recognised(kernel_name):
    assert _catalog.recognise(kernel_name, True, {}) is None


@KINDS
def test_identity_is_made_of_options(kind):
    assert set(kind.identity) <= kind.own


FAMILIES = {
    "tuntap": ["tun", "tap"],
    "veth": ["veth"],
    "bridge": ["bridge"],
    "vxlan": ["vxlan"],
    "geneve": ["geneve"],
    "vlan": ["vlan"],
    "macvlan": ["macvlan"],
    "macvtap": ["macvtap"],
    "ipvlan": ["ipvlan"],
    "ipvtap": ["ipvtap"],
    "vrf": ["vrf"],
    "xfrm": ["xfrm"],
    "dummy": ["dummy"],
    "ifb": ["ifb"],
    "ip_tunnel": [
        "gre",
        "gretap",
        "erspan",
        "ipip",
        "sit",
        "vti",
        "ip6gre",
        "ip6gretap",
        "ip6tnl",
        "ip6ip6",
        "ipip6",
        "vti6",
    ],
}


def test_kinds_of_a_family():
    assert {name: [kind.name for kind in _catalog.family(name)] for name in FAMILIES} == FAMILIES


@pytest.mark.parametrize(
    "name", ["gre0", "gretap0", "erspan0", "tunl0", "sit0", "ip6tnl0", "ip_vti0", "ip6_vti0", "ip6gre0"]
)
def test_devices_that_drivers_make_are_known(name):
    assert name in _catalog.FALLBACKS
