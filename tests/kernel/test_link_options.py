# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that all links have: set, changed, reset, undone and told, on the kernel of this machine."""

import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, refusals
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host, told_by_ip
from ansible_collections.warren.tunnels.tests.kernel._kinds import addresses, document, ip, link

BRIDGE = {"name": "br0", "kind": "bridge"}
LINKS = {
    "tap": {"name": "x0", "kind": "tap"},
    "bridge": {"name": "x0", "kind": "bridge"},
    "veth": {"name": "x0", "kind": "veth", "peer": {"name": "x1"}},
}
KINDS = pytest.mark.parametrize("entry", LINKS.values(), ids=LINKS)


@pytest.fixture(autouse=True)
def _host_of_its_own():
    new_host()


def group(name):
    return link(name)["group"]


@KINDS
def test_group_is_set_changed_and_reset(entry):
    assert apply({"links": [{**entry, "ifgroup": "7", "up": True}]})
    assert group("x0") == "7"
    assert not apply({"links": [{**entry, "ifgroup": 7}]})
    assert not apply({"links": [entry]}, "merged")
    assert apply({"links": [{**entry, "ifgroup": "0x9"}]}, "merged")
    assert group("x0") == "9"
    assert apply({"links": [entry]}, "replaced")
    assert group("x0") == "default"
    assert not apply({"links": [{**entry, "ifgroup": "default"}]}, "merged")


def test_group_of_both_ends_of_a_pair_and_of_a_tap_beside_that_of_its_programs():
    pair = {**LINKS["veth"], "ifgroup": "7", "peer": {"name": "x1", "ifgroup": "8"}}
    apply({"links": [pair, {"name": "t0", "kind": "tap", "group": "tty", "ifgroup": "6"}]})
    assert [group(name) for name in ("x0", "x1", "t0")] == ["7", "8", "6"]
    assert link("t0")["linkinfo"]["info_data"]["group"] == "tty"


@KINDS
def test_group_is_told_and_comes_back_elsewhere(entry):
    apply({"links": [{**entry, "ifgroup": "7"}]})
    found = document()
    assert found["links"][0]["ifgroup"] == 7
    new_host()
    apply(found)
    assert group("x0") == "7"
    assert not apply(found)
    ip("link set dev x0 group default")
    assert "ifgroup" not in document()["links"][0]


@KINDS
def test_group_is_undone(entry):
    apply({"links": [{**entry, "ifgroup": "7"}]})
    before = told_by_ip(), group("x0")
    for after in ([{**entry, "ifgroup": "9"}, BRIDGE], [BRIDGE]):
        found = [(error.left, (told_by_ip(), group("x0"))) for error in refusals({"links": after})]
        assert found
        assert found == [([], before)] * len(found)
        new_host()
        apply({"links": [{**entry, "ifgroup": "7"}]})


def test_group_of_a_link_of_others_goes_along_with_it():
    ip("tuntap add dev e0 mode tap", "netns add red")
    apply({"links": [{"name": "e0", "ifgroup": "3"}]}, "merged")
    assert group("e0") == "3"
    apply({"links": [{"name": "e0", "netns": "red"}]}, "merged")
    assert not apply({"links": [{"name": "e0", "netns": "red", "ifgroup": "3"}]}, "merged")
    assert "group 3 " in subprocess.check_output(["ip", "-n", "red", "link", "show", "e0"]).decode()


def test_group_that_is_none():
    with pytest.raises(_errors.BadOption, match=r"links\[0\]\.ifgroup: 'red' is not a number .* or default"):
        apply({"links": [{**BRIDGE, "ifgroup": "red"}]})


# Alternative names


def altnames(name):
    # The kernel has them in the order in which they came.
    return sorted(link(name).get("altnames", []))


@KINDS
def test_alternative_names_are_given_changed_and_reset(entry):
    apply({"links": [{**entry, "altnames": ["uplink", "a-name-that-no-device-of-15-bytes-has"], "up": True}]})
    assert altnames("x0") == ["a-name-that-no-device-of-15-bytes-has", "uplink"]
    assert altnames("uplink") == altnames("x0")
    assert not apply({"links": [{**entry, "altnames": ["uplink", "a-name-that-no-device-of-15-bytes-has"]}]})
    assert not apply({"links": [entry]}, "merged")
    operations = apply({"links": [{**entry, "altnames": ["uplink", "other"]}]}, "merged")
    assert [step.command() for step in operations] == [
        "ip link property del dev x0 altname a-name-that-no-device-of-15-bytes-has",
        "ip link property add dev x0 altname other",
    ]
    assert altnames("x0") == ["other", "uplink"]
    assert apply({"links": [entry]}, "replaced")
    assert altnames("x0") == []


def test_alternative_name_goes_from_one_link_to_another():
    first, second = ({"name": name, "kind": "tap"} for name in ("x0", "x1"))
    apply({"links": [{**first, "altnames": ["uplink"]}, second]})
    apply({"links": [first, {**second, "altnames": ["uplink"]}]})
    assert (altnames("x0"), altnames("x1")) == ([], ["uplink"])


@KINDS
def test_alternative_names_are_told_and_come_back_elsewhere(entry):
    apply({"links": [{**entry, "altnames": ["uplink", "b"]}]})
    found = document()
    assert found["links"][0]["altnames"] == ["b", "uplink"]
    new_host()
    apply(found)
    assert altnames("x0") == ["b", "uplink"]
    assert not apply(found)


def test_link_that_is_replaced_keeps_its_alternative_names():
    tap = {"name": "x0", "kind": "tap"}
    apply({"links": [{**tap, "altnames": ["uplink"]}]})
    operations = apply({"links": [{**tap, "kind": "tun"}]}, "merged")
    assert "ip link delete dev x0" in [step.command() for step in operations]
    assert altnames("x0") == ["uplink"]


def test_alternative_names_go_along_to_a_namespace():
    ip("tuntap add dev e0 mode tap", "netns add red")
    apply({"links": [{"name": "e0", "altnames": ["uplink"]}]}, "merged")
    apply({"links": [{"name": "e0", "netns": "red"}]}, "merged")
    assert not apply({"links": [{"name": "e0", "netns": "red", "altnames": ["uplink"]}]}, "merged")
    assert "altname uplink" in subprocess.check_output(["ip", "-n", "red", "link", "show", "e0"]).decode()


@KINDS
def test_alternative_names_are_undone(entry):
    before = [{**entry, "altnames": ["b", "uplink"]}]
    for after in ([{**entry, "altnames": ["c", "uplink"]}, BRIDGE], [BRIDGE]):
        new_host()
        apply({"links": before})
        former = told_by_ip(), altnames("x0")
        found = [(error.left, (told_by_ip(), altnames("x0"))) for error in refusals({"links": after})]
        assert found
        assert found == [([], former)] * len(found)


REFUSED = {
    "own": ([{**BRIDGE, "altnames": ["br0"]}], "altnames: br0 is the device's own name already; choose another"),
    "another's": (
        [BRIDGE, {"name": "x0", "kind": "tap", "altnames": ["br0"]}],
        "altnames: br0 is a name of br0 already",
    ),
    "two": (
        [{**BRIDGE, "altnames": ["a"]}, {"name": "x0", "kind": "tap", "altnames": ["a"]}],
        "altnames: a is a name of br0 already",
    ),
    "long": ([{**BRIDGE, "altnames": ["a" * 128]}], "altnames: 'a+' has 128 bytes; the kernel takes 127 at most"),
    "slash": ([{**BRIDGE, "altnames": ["a/b"]}], "altnames: 'a/b' has a slash"),
}


@pytest.mark.parametrize(("links", "words"), REFUSED.values(), ids=REFUSED)
def test_alternative_names_that_can_not_be(links, words):
    with pytest.raises(_errors.BadOption, match=words):
        apply({"links": links})


def test_alternative_name_that_is_the_name_of_a_link_of_others():
    ip("link add dev theirs type bridge")
    with pytest.raises(
        _errors.StepFailed, match="altnames: theirs is the name of another link; choose another"
    ) as caught:
        apply({"links": [{**BRIDGE, "altnames": ["theirs"]}]})
    assert caught.value.left == []
    assert [name for name in ("br0", "theirs") if name in told_by_ip()[""][0]] == ["theirs"]


# How IPv6 makes addresses


def mode(name):
    return link(name)["inet6_addr_gen_mode"]


def own(name):
    """Return the addresses that IPv6 gave it by itself."""
    return [address for address in addresses(name) if address.startswith("fe80:")]


@KINDS
def test_addresses_are_not_made_from_the_first_on(entry):
    apply({"links": [{**entry, "addrgenmode": "none", "up": True}]})
    assert (mode("x0"), own("x0")) == ("none", [])
    assert not apply({"links": [{**entry, "addrgenmode": "none"}]})
    assert not apply({"links": [entry]}, "merged")
    apply({"links": [{**entry, "addrgenmode": "random"}]}, "merged")
    assert mode("x0") == "random"
    operations = apply({"links": [entry]}, "replaced")
    assert [step.command() for step in operations] == ["ip link set dev x0 addrgenmode eui64"]
    assert mode("x0") == "eui64"
    assert not apply({"links": [entry]}, "replaced")


def test_addresses_are_made_where_the_host_makes_none():
    subprocess.run(["sysctl", "-qw", "net.ipv6.conf.default.addr_gen_mode=1"], check=True)
    tap = {"name": "x0", "kind": "tap", "up": True}
    apply({"links": [tap]})
    assert mode("x0") == "none"
    apply({"links": [{**tap, "addrgenmode": "eui64"}, {**tap, "name": "x1", "addrgenmode": "eui64"}]})
    assert (mode("x0"), mode("x1")) == ("eui64", "eui64")


def test_tun_device_has_no_address_to_make_others_of():
    tun = {"name": "x0", "kind": "tun", "up": True}
    apply({"links": [tun]})
    assert not apply({"links": [{**tun, "addrgenmode": "random"}]})
    apply({"links": [{**tun, "addrgenmode": "none"}]})
    assert mode("x0") == "none"
    apply({"links": [tun]})
    assert mode("x0") == "random"
    with pytest.raises(_errors.BadOption, match="addrgenmode: such a device has no Ethernet address"):
        apply({"links": [{**tun, "addrgenmode": "eui64"}]})


@KINDS
def test_how_addresses_are_made_is_told_and_comes_back_elsewhere(entry):
    apply({"links": [{**entry, "addrgenmode": "none"}]})
    found = document()
    assert found["links"][0]["addrgenmode"] == "none"
    new_host()
    apply(found)
    assert mode("x0") == "none"
    assert not apply(found)
    apply({"links": [entry]})
    assert "addrgenmode" not in document()["links"][0]


@KINDS
def test_how_addresses_are_made_is_undone(entry):
    before = [{**entry, "addrgenmode": "none", "up": True}]
    changed = {**entry, "addrgenmode": "random", "up": False}
    small = {**entry, "mtu": 1000, "up": True}
    for after in ([changed, BRIDGE], [small, BRIDGE], [BRIDGE]):
        new_host()
        apply({"links": before})
        former = told_by_ip(), mode("x0"), own("x0")
        found = [(error.left, (told_by_ip(), mode("x0"), own("x0"))) for error in refusals({"links": after})]
        assert found
        assert found == [([], former)] * len(found)


def test_link_that_is_replaced_makes_addresses_as_before():
    tap = {"name": "x0", "kind": "tap", "up": True}
    apply({"links": [{**tap, "addrgenmode": "none"}]})
    operations = apply({"links": [{**tap, "kind": "tun"}]}, "merged")
    assert "ip link delete dev x0" in [step.command() for step in operations]
    assert mode("x0") == "none"


def test_link_that_comes_to_a_namespace_has_it_anew():
    ip("tuntap add dev e0 mode tap", "netns add red", "link set dev e0 addrgenmode none")
    apply({"links": [{"name": "e0", "netns": "red", "addrgenmode": "none", "up": True}]}, "merged")
    assert "addrgenmode none" in subprocess.check_output(["ip", "-n", "red", "-d", "link", "show", "e0"]).decode()


def test_link_that_is_too_small_for_ipv6():
    with pytest.raises(_errors.Conflict, match="mtu: 1000 is too small for addrgenmode"):
        apply({"links": [{**BRIDGE, "mtu": 1000, "addrgenmode": "none"}]})
    apply({"links": [{**BRIDGE, "addrgenmode": "none"}]})
    apply({"links": [{**BRIDGE, "mtu": 1000}]})
    assert not apply({"links": [{**BRIDGE, "mtu": 1000}]})
    assert "inet6_addr_gen_mode" not in link("br0")
    apply({"links": [{**BRIDGE, "mtu": 1500, "addrgenmode": "none"}]})
    assert mode("br0") == "none"


def test_addresses_that_need_a_secret():
    tap = {"name": "x0", "kind": "tap"}
    with pytest.raises(_errors.StepFailed, match="addrgenmode: stable_secret needs a secret first"):
        apply({"links": [{**tap, "addrgenmode": "stable_secret"}]})
    apply({"links": [tap]})
    subprocess.run(["sysctl", "-qw", "net.ipv6.conf.x0.stable_secret=2001:db8::1"], check=True)
    assert not apply({"links": [{**tap, "addrgenmode": "stable_secret"}]})
