# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import (
    EMPTY,
    ENDS,
    commands,
    gre,
)


@pytest.mark.parametrize(
    ("mode", "others", "options"),
    [
        pytest.param("gre", ENDS, ENDS, id="new"),
        pytest.param("gre", {**ENDS, "ikey": 5}, {**ENDS, "ikey": "5", "okey": "6"}, id="okey-tells-nothing"),
        pytest.param("ipip", {}, {}, id="wildcards"),
        pytest.param("sit", {**ENDS, "ttl": 64}, ENDS, id="ttl-tells-nothing"),
    ],
)
def test_endpoints_that_another_tunnel_has(mode, others, options):
    host = have(link(mode, "other", **others))
    with pytest.raises(_errors.Conflict, match=r"^local and remote: other has the endpoints of mine already"):
        _planner.make(want("ip_tunnel", name="mine", mode=mode, **options), host)


def test_endpoints_that_another_tunnel_has_after_a_change():
    host = have(link("gre", "other", **ENDS), link("gre", "mine", remote="192.0.2.2"))
    with pytest.raises(_errors.Conflict, match=r"other (has the endpoints of mine|is the external gre tunnel)"):
        _planner.make(gre("mine", local="192.0.2.1"), host)


def test_endpoints_that_two_wanted_tunnels_have():
    with pytest.raises(_errors.Conflict, match="a has the endpoints of b"):
        _planner.make(join(gre("a", **ENDS), gre("b", **ENDS)), EMPTY)


def test_endpoints_of_a_fallback_device_can_not_be_had():
    with pytest.raises(_errors.Conflict, match=r"tunl0 \(the driver's own device\)") as caught:
        _planner.make(want("ip_tunnel", name="mine", mode="ipip"), have(link("ipip", "tunl0")))
    assert "remove tunl0" not in str(caught.value)


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        pytest.param(link("gre", "other", ikey=1, **ENDS), gre("mine", key="2", **ENDS), id="key"),
        pytest.param(link("gre", "other", dev="eth0", **ENDS), gre("mine", **ENDS), id="dev"),
        pytest.param(link("gretap", "other", **ENDS), gre("mine", **ENDS), id="mode"),
        pytest.param(link("gre", "other", "red", **ENDS), gre("mine", **ENDS), id="namespace"),
        pytest.param(
            link("gre", "other", **ENDS),
            join(gre("mine", **ENDS), want("ip_tunnel", name="other", state="absent")),
            id="other-goes",
        ),
        pytest.param(
            link("gre", "other", **ENDS), join(gre("mine", **ENDS), gre("other", remote="192.0.2.3")), id="other-moves"
        ),
    ],
)
def test_endpoints_that_are_free(other, wanted):
    assert "mine" in str(commands(_planner.make(wanted, have(other))))


SIX = {"local": "2001:db8::1", "remote": "2001:db8::2"}


@pytest.mark.parametrize(
    ("other", "mode", "options", "told"),
    [
        pytest.param(link("gre", "other", external=True), "gre", {"external": True}, True, id="two-external"),
        pytest.param(link("gre", "other", external=True, **ENDS), "gre", ENDS, False, id="external-has-no-endpoints"),
        pytest.param(link("gre", "other", external=True), "gretap", {"external": True}, False, id="external-of-a-mode"),
        pytest.param(
            link("gre", "other", "red", external=True), "gre", {"external": True}, False, id="external-elsewhere"
        ),
        pytest.param(link("ip6tnl", "other", **SIX), "ipip6", SIX, True, id="ip6tnl-of-any-mode"),
        pytest.param(link("ip6gre", "other", **SIX), "ip6gretap", SIX, False, id="ip6gretap-beside-ip6gre"),
        pytest.param(link("ip6gre", "other", ikey=1, **SIX), "ip6gre", {"key": "2", **SIX}, False, id="ip6gre-key"),
        pytest.param(link("ip6gre", "other", ikey=1, **SIX), "ip6gre", {"key": "1", **SIX}, True, id="ip6gre-same-key"),
        pytest.param(link("vti", "other", **ENDS), "vti", {"key": "0", **ENDS}, True, id="vti-key-of-zero-is-none"),
    ],
)
def test_endpoints_of_newer_kinds(other, mode, options, told):
    wanted = want("ip_tunnel", name="mine", mode=mode, **options)
    if told:
        with pytest.raises(_errors.Conflict, match=r"other (has the endpoints of mine|is the external gre tunnel)"):
            _planner.make(wanted, have(other))
    else:
        assert _planner.make(wanted, have(other)).operations


def test_what_would_help_a_second_external_tunnel_is_not_a_key():
    with pytest.raises(_errors.Conflict) as caught:
        _planner.make(
            want("ip_tunnel", name="mine", mode="gre", external=True), have(link("gre", "other", external=True))
        )
    assert "local external" not in str(caught.value)
    assert "another key" not in str(caught.value)
