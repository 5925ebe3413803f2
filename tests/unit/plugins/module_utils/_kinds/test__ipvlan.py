# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _option
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

IPVLAN = _catalog.KINDS["ipvlan"]
P = "IFLA_IPVLAN_"


@pytest.mark.parametrize(
    ("option", "value", "raw", "words"),
    [
        ("mode", "l2", {P + "MODE": 0}, "mode l2"),
        ("mode", "l3s", {P + "MODE": 2}, "mode l3s"),
        ("flags", "bridge", {P + "FLAGS": 0}, "bridge"),
        ("flags", "vepa", {P + "FLAGS": 2}, "vepa"),
    ],
)
def test_option(option, value, raw, words):
    assert _option.encode(IPVLAN.options, {option: value}) == raw
    assert _option.decode(IPVLAN.options, raw)[option] == value
    assert IPVLAN.option(option).words(value) == words.split()


def test_what_it_needs():
    assert IPVLAN.object_to({"mode": "l2"}).startswith("link: such a device needs the link")
    assert IPVLAN.object_to({"link": "eth0"}) == ""


def test_command():
    link = _hosts.link("ipvtap", "i0")._replace(attributes={"link": "eth0", "mode": "l2", "flags": "private"})
    assert AddLink(link).command() == "ip link add dev i0 link eth0 type ipvtap mode l2 private"
