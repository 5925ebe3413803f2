# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, link, want

FOU = {"encap": "fou", "encap_dport": 5555}
GUE = {"encap": "gue", "encap_dport": 5555}


def plan(mode, before, **options):
    return _planner.make(
        want("ip_tunnel", name="t", mode=mode, **options), have(link(mode, "t", mtu=1400, **before), link("tap", "x"))
    )


def mtu_in(made):
    settings = [step.changes.get("mtu") for step in made.operations]
    assert len(settings) == 1
    return settings[0]


@pytest.mark.parametrize(
    ("mode", "before", "options", "mtu"),
    [
        ("gre", {}, FOU, 1392),
        ("gretap", {}, GUE, 1388),
        ("ipip", FOU, GUE, 1396),
        ("sit", FOU, {"encap": "none"}, 1408),
        ("sit", GUE, {"encap_remcsum": True}, 1392),
        ("ip6gre", {}, FOU, 1392),
        ("ip6gretap", FOU, {"encap": "none"}, 1408),
        ("ip6tnl", {}, GUE, 1388),
        ("ip6ip6", {"encaplimit": 4}, {**GUE, "encaplimit": "none"}, 1396),
        ("ipip6", {"encaplimit": "none"}, {**GUE, "encaplimit": 4}, 1380),
        # With an mtu, the kernel does not follow what GRE itself takes, as it does without.
        ("gre", {}, {**FOU, "key": 7, "csum": True}, 1384),
        ("gre", {"ikey": 7, "okey": 7, **FOU}, {"encap": "none", "key": "none"}, 1412),
    ],
)
def test_mtu_follows_the_headers(mode, before, options, mtu):
    made = plan(mode, before, **options)
    assert mtu_in(made) == mtu
    words = made.losses[0].msg
    assert words.startswith("t: its mtu goes from 1400 to {0}, ".format(mtu))
    assert words.endswith(" of each packet; give mtu for another")


@pytest.mark.parametrize(
    ("mode", "before", "options"),
    [
        ("gre", {}, {"key": 7}),
        ("gre", FOU, {"encap_dport": 5556}),
        ("gre", {}, {"encap": "none", "encap_dport": 5555}),
        # The kernel computes it anew.
        ("gre", {}, {**FOU, "dev": "x"}),
    ],
)
def test_mtu_is_left_to_the_kernel(mode, before, options):
    made = plan(mode, before, **options)
    assert mtu_in(made) is None
    assert not made.losses


def test_mtu_that_is_asked_for_stays():
    assert mtu_in(plan("gre", {}, mtu=1300, **FOU)) == 1300
    assert mtu_in(plan("gre", {}, mtu=1400, **FOU)) is None


def test_twice_is_once():
    assert not plan("gre", FOU, **FOU).operations


def test_the_mtu_of_a_link_that_shall_be_as_new_is_left_to_the_kernel_and_comes_back():
    wanted = want("ip_tunnel", name="t", mode="gre", key=7)
    host = have(link("gre", "t", mtu=1400))
    (step,) = _planner.make(wanted._replace(exact=frozenset(wanted.links)), host).operations
    assert step.free_mtu
    assert step.inverse()[0].changes == {"ikey": "none", "okey": "none", "mtu": 1400}
    (step,) = _planner.make(wanted, host).operations
    assert not step.free_mtu
