# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tells the kernel's own link-local addresses from those that a person gave."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _addresses, _formats, _glance, _rtnetlink
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

KERNEL_LL = {"IFA_PROTO": 3}


class Connection:
    """One that has a single address, of the link with index 2."""

    def __init__(self, address, **attributes):
        message = _formats.message("ifaddrmsg")
        scope = _rtnetlink.SCOPE_NUMBERS["link"]
        self.body = message.start(family=10, prefixlen=64, scope=scope, index=2)
        self.body += message.pack({"IFA_ADDRESS": address, **attributes})

    def dump(self, type_, body):
        return [self.body]


@pytest.mark.parametrize(
    ("tells", "address", "attributes", "automatic"),
    [
        pytest.param(True, "fe80::1", {}, False, id="a-persons"),
        pytest.param(True, "fe80::1", {"IFA_PROTO": 77}, False, id="another-programs"),
        pytest.param(True, "fe80::5054:ff:fe12:3456", {}, False, id="a-persons-of-a-mac"),
        pytest.param(True, "fe80::1", KERNEL_LL, True, id="the-kernels"),
        pytest.param(False, "fe80::1", {}, False, id="old-a-persons"),
        pytest.param(False, "fe80::1", {"IFA_FLAGS": 0x80}, False, id="old-a-persons-with-flags"),
        pytest.param(False, "fe80::5054:ff:fe12:3456", {}, True, id="old-of-a-mac"),
        pytest.param(False, "fe80::5efe:c000:201", {}, True, id="old-of-an-ipv4-address"),
        pytest.param(False, "fe80::200:5efe:c000:201", {}, True, id="old-of-a-public-ipv4-address"),
        pytest.param(False, "fe80::1:2:3:4", {"IFA_FLAGS": 0x880}, True, id="old-random"),
        pytest.param(False, "fe80::1", KERNEL_LL, True, id="old-that-tells"),
    ],
)
def test_link_local_addresses_of_the_kernel(monkeypatch, tells, address, attributes, automatic):
    monkeypatch.setattr(_addresses, "TELLS", tells)
    (found,) = _addresses.read(Connection(address, **attributes), [2], filtered=True)[2]
    assert (found.address, found.automatic) == (address, automatic)


@pytest.mark.parametrize(
    ("link", "address", "automatic"),
    [
        pytest.param(("sit", {"local": "192.0.2.1"}), "fe80::c000:201/64", True, id="of-the-local-address"),
        pytest.param(("gre", {"local": "192.0.2.1"}), "fe80::c000:202/64", False, id="of-another"),
        pytest.param(("gre", {"local": "192.0.2.1"}), "fe80::c000:201/128", False, id="of-another-length"),
        pytest.param(("gre", {"local": "any"}), "fe80::c000:202/64", True, id="of-any"),
        pytest.param(("gre", {"local": "any"}), "fe80::1/64", False, id="of-none"),
        pytest.param(("sit", {}), "::192.0.2.2/96", True, id="compatible"),
        pytest.param(("sit", {"local": "192.0.2.1"}), "2001:db8::1/96", False, id="global"),
        pytest.param(("sit", {"local": "192.0.2.1"}), "10.0.0.1/24", False, id="ipv4"),
        pytest.param(("ip6gre", {"local": "2001:db8::1"}), "fe80::1/64", True, id="of-an-ipv6-address"),
        pytest.param(("ip6gre", {"local": "2001:db8::1"}), "fe80::2/64", False, id="of-another-ipv6-address"),
        pytest.param(("gretap", {"local": "192.0.2.1"}), "fe80::c000:201/64", False, id="ethernet"),
    ],
)
def test_addresses_of_the_endpoints_of_tunnels(link, address, automatic):
    text, _slash, length = address.partition("/")
    found = _glance._told_apart(_hosts.link(link[0], "t", **link[1]), [Address(text, int(length))])
    assert [each.automatic for each in found] == [automatic]
