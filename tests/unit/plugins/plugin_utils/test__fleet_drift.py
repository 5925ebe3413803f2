# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What network_info tells of a tunnel that is as declared has no drift, whatever is declared."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _document
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _option
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Have
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet, _fleet_drift
from ansible_collections.warren.tunnels.plugins.plugin_utils._fleet_tunnels import MODES
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import want

HOSTS = {
    "host1": {"ansible_host": "192.0.2.1", "tunnels_underlay_address6": "2001:db8::1"},
    "host2": {"ansible_host": "192.0.2.2", "tunnels_underlay_address6": "2001:db8::2"},
}
OPTIONS = {
    "ttl": ["inherit", 0, 64, "255"],
    "tos": ["inherit", 0, "0x10"],
    "key": ["none", 0, 7, "10.0.0.1"],
    "csum": [True, "no"],
    "seq": [True, False],
    "pmtudisc": [True],
    "encaplimit": ["none", 0, 4],
    "encap": ["none"],
    "mtu": [1400, "auto"],
}
CASES = [
    (mode, {name: value})
    for mode in MODES
    for name, values in OPTIONS.items()
    if _catalog.KINDS[mode].option("ikey" if name == "key" else name)
    for value in values
]
CASES += [(mode, {"encap": "gue", "encap_dport": 5555}) for mode in MODES]
CASES += [(mode, {}) for mode in MODES]


@pytest.mark.parametrize(("mode", "options"), CASES, ids=str)
def test_no_drift(mode, options):
    address = {4: "10.1.1.{0}", 6: "fd00::{0}"}[MODES[mode].carries[0]]
    ends = {name: {"address": address.format(number)} for number, name in enumerate(HOSTS, 1)}
    (declared,) = _fleet.share([{"name": "t1", "mode": mode, "ends": ends, **options}], HOSTS, "host1")["links"]
    (link,) = want("ip_tunnel", **declared, up=True).links.values()
    kind = _catalog.KINDS[mode]
    values = {**kind.defaults, **kind.initial, **link.attributes}
    kept = _option.decode(kind.options, _option.encode(kind.options, values))
    there = link._replace(attributes={**values, **kept})
    (told,) = _document.of_host(Have(links={there.id: there}), lambda _link: True)[0]["links"]
    assert _fleet_drift.of_link(declared, told) == []
