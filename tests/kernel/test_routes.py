# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Routes beside those of others, on the kernel of this machine."""

import json
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, refusals
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

LINKS = {"links": [{"name": name, "kind": "tap", "up": True} for name in ("a", "b")]}
ROUTE = {"dst": "10.9.0.0/16", "dev": "a"}


def ip(words):
    return subprocess.run(["ip", *words.split()], check=True, stdout=subprocess.PIPE).stdout


def routes(*words):
    return {
        tuple(route.get(word) for word in words)
        for route in json.loads(ip("-j -d route show"))
        if route["dst"] == ROUTE["dst"]
    }


def told():
    """Return all routes, without what follows the carrier of links some time later."""
    return ip("-d route show").decode().replace(" linkdown", "").replace(" \n", "\n")


@pytest.fixture
def host():
    new_host()
    apply(LINKS)
    ip("route add 10.9.0.0/16 dev b tos 0x10 proto 97")


OTHER = ("b", "0x10", "97")
OURS = ("a", None, "static")


@pytest.mark.usefixtures("host")
def test_route_of_another_type_of_service_is_another_route():
    assert apply({**LINKS, "routes": [ROUTE]}, "merged")
    assert routes("dev", "tos", "protocol") == {OURS, OTHER}
    assert apply({**LINKS, "routes": [ROUTE]}, "merged") == ()
    assert apply(LINKS)
    assert routes("dev", "tos", "protocol") == {OTHER}


@pytest.mark.usefixtures("host")
def test_route_with_a_type_of_service_is_made_changed_and_removed():
    wanted = {**ROUTE, "tos": "0x18"}
    assert apply({**LINKS, "routes": [ROUTE, wanted]})
    assert routes("dev", "tos", "protocol") == {("a", "0x18", "static"), OURS, OTHER}
    assert apply({**LINKS, "routes": [ROUTE, {**wanted, "dev": "b"}]})
    assert routes("dev", "tos", "protocol") == {OURS, ("b", "0x18", "static"), OTHER}
    assert apply({**LINKS, "routes": [ROUTE]})
    assert routes("dev", "tos", "protocol") == {OURS, OTHER}


@pytest.mark.usefixtures("host")
def test_undo_leaves_routes_of_every_type_of_service():
    """A link that is replaced takes the routes through it along."""
    before = told()
    changed = {"links": [LINKS["links"][0], {"name": "b", "kind": "tun", "up": True}], "routes": [ROUTE]}
    found = [(refused.left, told()) for refused in refusals(changed)]
    assert found
    assert all(each == ([], before) for each in found)
    assert routes("dev", "tos", "protocol") == {OURS, OTHER}


@pytest.mark.parametrize(("typed", "told"), [("4", "static"), ("3", "boot"), ("77", "77")])
def test_number_of_a_protocol_is_its_word(typed, told):
    new_host()
    document = {**LINKS, "routes": [{**ROUTE, "protocol": typed}]}
    apply(document, "merged")
    assert routes("protocol") == {(told,)}
    assert apply(document, "merged") == ()


def test_a_route_is_not_changed_so_that_it_leads_a_tunnel_into_itself():
    new_host()
    apply(LINKS)
    ip("link add dev v type vxlan id 5 dstport 4789 remote 198.51.100.9")
    ip("link set dev v up")
    ip("route add 198.51.100.0/24 dev a proto static")
    with pytest.raises(_errors.Conflict, match="would be routed into v itself"):
        apply({"routes": [{"dst": "198.51.100.0/24", "dev": "v"}]}, "merged")
    assert "unicast 198.51.100.0/24 dev a" in told()
