# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, link, want

HOST = have(link("bridge", "real"), link("bridge", "moving", "red"))._replace(
    names={(None, "other"): "real", (None, "real"): "real", ("red", "wanderer"): "moving"}
)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (
            want("tuntap", name="t", mode="tap", master="other"),
            "master: other is an alternative name of real; give real.",
        ),
        (want("ip_tunnel", name="t", mode="gre", dev="other"), "dev: other is an alternative name of real; give real."),
        (want("route", dst="10.0.0.0/8", dev="other"), "dev: other is an alternative name of real; give real."),
        (want("link", name="other", up=True), "name: other is an alternative name of real; give real."),
        (
            want("link", name="wanderer", move_from="red"),
            "name: wanderer is an alternative name of moving; give moving.",
        ),
        (want("bridge", name="other", state="absent"), "name: other is an alternative name of real; give real."),
        (
            want("bridge", name="other"),
            "name: other is an alternative name of real; choose another, or take it from real first "
            "(ip link property del dev real altname other).",
        ),
        (
            want("veth", name="v", peer={"name": "other"}),
            "peer.name: other is an alternative name of real; choose another, or take it from real first "
            "(ip link property del dev real altname other).",
        ),
    ],
)
def test_alternative_names_are_told_apart(wanted, words):
    with pytest.raises(_errors.Conflict) as caught:
        _planner.make(wanted, HOST)
    assert str(caught.value) == words


def test_names_of_their_own_are_fine():
    assert not _planner.make(want("route", dst="10.0.0.0/8", dev="real"), HOST).unmet


def test_an_alternative_name_goes_with_its_link():
    wanted = want("bridge", name="other")._replace(absent_links={(None, "real"): "bridge"})
    assert len(_planner.make(wanted, HOST).operations) == 2


def test_both_names_of_a_link_that_goes():
    wanted = want("bridge", name="other", state="absent")._replace(
        absent_links={(None, "other"): "bridge", (None, "real"): "bridge"}
    )
    assert len(_planner.make(wanted, HOST).operations) == 1
