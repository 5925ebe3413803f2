# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Link-local addresses: the kernel's own, and those that a person gave."""

import json
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _document
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, refusals
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

OWN = "fe80::1"
DOCUMENT = {"links": [{"name": "a", "kind": "tap", "up": True}]}
REPLACED = {"links": [{"name": "a", "kind": "tun", "up": True}]}
PAIR = {"name": "v", "kind": "veth", "up": True, "peer": {"name": "w", "up": True}}


def ip(words):
    return subprocess.run(["ip", *words.split()], check=True, stdout=subprocess.PIPE).stdout


def link_local(device):
    """Return the link-local addresses that are not made of a MAC address."""
    return [
        address["local"]
        for link in json.loads(ip("-6 -j address show dev " + device))
        for address in link["addr_info"]
        if address["scope"] == "link" and "ff:fe" not in address["local"]
    ]


@pytest.fixture
def host():
    new_host()
    apply(DOCUMENT)
    ip("address add fe80::1/64 dev a nodad")


def shown():
    with _host.Kernel() as kernel:
        document, _others = _document.of_host(kernel.survey(), lambda link: True)
    return {link["name"]: link.get("addresses", []) for link in document["links"]}


@pytest.mark.usefixtures("host")
def test_link_local_address_of_a_person_is_told():
    assert shown() == {"a": [{"address": "fe80::1/64", "nodad": True}]}


def test_link_local_address_of_the_kernel_is_not_told():
    new_host()
    apply({"links": [PAIR]})
    assert b"fe80::" in ip("-6 address show dev v")
    assert shown() == {"v": []}


@pytest.mark.usefixtures("host")
def test_link_local_address_of_a_person_survives_a_replacement():
    apply(REPLACED, "merged")
    assert link_local("a") == [OWN]


@pytest.mark.usefixtures("host")
def test_link_local_address_of_a_person_survives_an_undo():
    found = [(refused.left, link_local("a")) for refused in refusals(REPLACED, "merged")]
    assert found
    assert all(each == ([], [OWN]) for each in found)


@pytest.mark.usefixtures("host")
def test_link_local_address_of_a_person_goes_where_others_are_purged():
    apply({"links": [{**DOCUMENT["links"][0], "purge_addresses": True}]}, "merged")
    assert link_local("a") == []
    assert apply({"links": [{**DOCUMENT["links"][0], "purge_addresses": True}]}, "merged") == ()


SEVERAL = ["2001:db8:{0}::1/64".format(number) for number in range(3)]


def in_order():
    """Return the addresses of a device as the kernel goes through them when packets need one to come from."""
    told = [link["addr_info"] for link in json.loads(ip("-6 -j address show dev a"))]
    return [address["local"] for address in told[0] if address["scope"] == "global"]


@pytest.mark.parametrize("changed", [REPLACED, {}], ids=["replaced", "deleted"])
@pytest.mark.usefixtures("host")
def test_addresses_are_in_their_order_after_an_undo(changed):
    for address in SEVERAL:
        ip("address add {0} dev a nodad".format(address))
    before = in_order()
    found = [in_order() for _refused in refusals({**changed, "namespaces": [{"name": "red"}]}, "overridden")]
    assert found
    assert all(each == before for each in found)


@pytest.mark.usefixtures("host")
def test_addresses_are_in_their_order_after_a_replacement():
    for address in SEVERAL:
        ip("address add {0} dev a nodad".format(address))
    before = in_order()
    apply(REPLACED, "merged")
    assert in_order() == before
