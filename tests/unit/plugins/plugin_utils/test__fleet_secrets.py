# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import hashlib
import hmac

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet, _fleet_declaration, _fleet_secrets
from ansible_collections.warren.tunnels.plugins.plugin_utils._fleet_faults import Faults
from ansible_collections.warren.tunnels.plugins.plugin_utils._fleet_hosts import Variables
from ansible_collections.warren.tunnels.tests.unit.plugins.plugin_utils import _fleets

FLEET = "what nobody can guess and nobody may see"
NAMES = _fleets.numbered(3)


def secrets(host, generation=1, fleet=FLEET):
    """Return the secrets of a host's pairs, by the peer's name."""
    declared = _fleet.read([], [_fleets.mesh(protect="ipsec")], _fleets.hosts(NAMES), {"routers": NAMES})
    found = _fleet_secrets.with_secrets(declared.share(host)["ipsec"], fleet, generation)
    return {one["remote_id"].partition(".")[0]: one["secrets"] for one in found}


def test_both_ends_have_the_same_and_each_pair_its_own():
    of = {name: secrets(name) for name in NAMES}
    assert of["host1"]["host2"] == of["host2"]["host1"]
    assert len({secret for one in of.values() for found in one.values() for secret in found}) == 3
    assert set(of["host1"]) == {"host2", "host3"}


def test_a_secret_is_what_the_documentation_says():
    words = "warren.tunnels psk\0host1.warren\0host2.warren\0" + "1"
    expected = hmac.new(FLEET.encode(), words.encode(), hashlib.sha256).hexdigest()
    assert secrets("host2")["host1"] == [expected]


def test_each_generation_has_others_and_the_first_is_first():
    one, two = (secrets("host1", number)["host2"] for number in (1, 2))
    assert secrets("host1", [2, 1])["host2"] == [*two, *one]
    assert secrets("host1", "2")["host2"] == two != one
    assert secrets("host1", fleet=FLEET + "!")["host2"] != one


@pytest.mark.parametrize("raw", [0, -1, "x", [], [1, "y"], True, None, {}, [[1]], [None], 1.5])
def test_what_is_no_generation_is_told(raw):
    with pytest.raises(ValueError, match=";"):
        _fleet_secrets.generations(raw)


def faults(**variables):
    noted = Faults()
    _fleet_secrets.check(variables, noted)
    return noted.found


def test_a_secret_that_is_right_is_no_fault():
    assert faults(tunnels_protect_secret=FLEET) == []
    assert faults(tunnels_protect_secret=FLEET, tunnels_protect_generation=[2, 1]) == []


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (None, "protect: ipsec is declared, and there is no secret"),
        ("", "there is no secret"),
        ("hunter2", "it is too short"),
        (12345678901234567890123456789012345, "it is a number"),
        (["hunter2"], "it is a list"),
    ],
)
def test_a_secret_that_can_not_be_right_is_told_and_not_shown(secret, words):
    (fault,) = faults(tunnels_protect_secret=secret)
    assert fault.startswith("tunnels_protect_secret: ")
    assert words in fault
    assert "openssl rand -base64 32" in fault
    assert "hunter2" not in fault
    assert "1234" not in fault


def look(protect, *others, **variables):
    """Return the faults of a declaration. :arg others: the variables of host2 and host3."""
    common = {"tunnels_meshes": [_fleets.mesh(protect=protect)], **variables}
    own = dict(zip(NAMES, [{}, *others, {}, {}], strict=False))
    hosts = {
        name: Variables({**given, **common, **own[name]}, lambda _name: None)
        for name, given in _fleets.hosts(NAMES).items()
    }
    inventory = {name: hosts[name] for name in NAMES}
    return _fleet_declaration.look("host1", hosts["host1"], inventory, NAMES, {"routers": NAMES}).faults


def test_a_secret_is_missed_where_something_is_encrypted_and_nowhere_else():
    assert look("required") == []
    assert any("there is no secret" in fault for fault in look("ipsec"))
    assert look("ipsec", tunnels_protect_secret=FLEET) == []
    assert look("required", tunnels_protect_secret="hunter2") == []


def test_all_hosts_have_the_same():
    (fault,) = look("ipsec", {"tunnels_protect_secret": FLEET + " other"}, tunnels_protect_secret=FLEET)
    assert "tunnels_protect_secret of host2: it is not that of host1" in fault
    assert FLEET not in fault
    (fault,) = look("ipsec", {"tunnels_protect_generation": 2}, tunnels_protect_secret=FLEET)
    assert "tunnels_protect_generation of host2" in fault
