# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _returns
from ansible_collections.warren.tunnels.plugins.module_utils._record import Made, MadeSysctl, Record
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Sysctl, Want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, link

FORWARD = (None, "net.ipv4.ip_forward")
FILTER = (None, "net.ipv4.conf.tun0.rp_filter")
OURS = Record(
    links={(None, "tun0"): Made("tun", (), 7)},
    sysctls={FORWARD: MadeSysctl(("1",), "0"), FILTER: MadeSysctl(("1", "2"), "0")},
)
TUN = link("tun", "tun0")._replace(ifindex=7)
HOST = have(TUN, sysctls=[Sysctl(*FORWARD, "1"), Sysctl(*FILTER, "2")])
ENDED = Want(absent_sysctls=(FORWARD, FILTER))


def returned(record=OURS, want=ENDED, host=HOST):
    found = _returns.give_back(record, want, host)
    assert found.absent_sysctls == ()
    assert found.returned == found.sysctls.keys()
    return {id_: sysctl.value for id_, sysctl in found.sysctls.items()}


def test_they_become_what_they_were():
    assert returned() == {FORWARD: "0", FILTER: "0"}


def test_what_others_set_since_or_before_stays():
    assert returned(host=HOST._replace(sysctls={FORWARD: Sysctl(*FORWARD, "3")})) == {}
    assert returned(record=Record()) == {}


def test_nothing_becomes_what_nobody_knows():
    assert returned(record=Record(sysctls={FORWARD: MadeSysctl(("1",))})) == {}


@pytest.mark.parametrize(
    ("want", "host"),
    [
        (ENDED._replace(absent_links={TUN.id: "tuntap"}), HOST),
        (ENDED._replace(sources={("red", "tun0"): None}), HOST),
        (ENDED, HOST._replace(links={TUN.id: TUN._replace(ifindex=8)})),
        (ENDED, HOST._replace(links={})),
    ],
    ids=["it-goes", "it-moves", "anothers", "it-is-gone"],
)
def test_a_devices_own_is_its_own(want, host):
    assert returned(want=want, host=host) == {FORWARD: "0"}
