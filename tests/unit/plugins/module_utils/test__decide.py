# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _decide, _errors, _record
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import Kernel, have, link, want

BRIDGE = link("bridge", "br0")
PORT = link("gretap", "g0", local="192.0.2.1", remote="192.0.2.2", master="br0")._replace(ifindex=7)


class Booted(Kernel):
    """A host that was rebooted since: of what was made, the record knows no indexes."""

    def read_dependents(self, have, ids):
        """As the kernel's dump of all links tells ports: by what they have as ports, and nothing else of them."""
        bridge = have.links[BRIDGE.id]
        as_port = PORT._replace(attributes={"cost": 4})
        return have._replace(links={**have.links, BRIDGE.id: bridge._replace(ports=(as_port,))})

    def read_links(self, have, ids):
        return have._replace(links={**have.links, **{id_: self.host.links[id_] for id_ in ids}})


def booted(remote):
    kernel = Booted(have(BRIDGE, PORT))
    identity = ("192.0.2.1", remote, *_record.made_of(PORT).identity[2:])
    kernel.record = _record.Record(links={PORT.id: _record.Made("gretap", identity)})
    return kernel


def test_a_port_is_known_for_ours_after_a_reboot():
    _want, _have, plan = _decide.decide(booted("192.0.2.2"), want("bridge", name="br0", state="absent"))
    assert [step.command() for step in plan.operations] == ["ip link delete dev br0"]


def test_a_port_in_the_place_of_ours_is_not():
    with pytest.raises(_errors.Conflict, match="port g0"):
        _decide.decide(booted("192.0.2.9"), want("bridge", name="br0", state="absent"))
