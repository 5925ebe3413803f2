# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _macvlan, _option
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Link
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink, SetLink

MACVLAN = _catalog.KINDS["macvlan"]
P = "IFLA_MACVLAN_"
ONE, OTHER = "02:00:5e:00:53:01", "02:00:5e:00:53:02"


@pytest.mark.parametrize(
    ("option", "value", "raw", "words"),
    [
        ("mode", "private", {P + "MODE": 1}, "mode private"),
        ("mode", "source", {P + "MODE": 16}, "mode source"),
        ("flag", "nodst", {P + "FLAGS": 2}, "flag nodst"),
        ("bcqueuelen", 5, {P + "BC_QUEUE_LEN": 5}, "bcqueuelen 5"),
        ("macaddr", "none", {P + "MACADDR_MODE": 3, P + "MACADDR_DATA": b""}, "macaddr flush"),
        (
            "macaddr",
            ONE,
            {P + "MACADDR_MODE": 3, P + "MACADDR_DATA": bytes.fromhex("0a00040002005e0053010000")},
            "macaddr set " + ONE,
        ),
    ],
)
def test_option(option, value, raw, words):
    if option == "macaddr":
        raw = {P + "MACADDR_DATA": raw[P + "MACADDR_DATA"], P + "MACADDR_MODE": 3}
    assert _option.encode(MACVLAN.options, {option: value}, former={"mode": "source"}) == raw
    assert _option.decode(MACVLAN.options, raw)[option] == value
    assert MACVLAN.option(option).words(value) == words.split()


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [("none", "none"), ("", "none"), (f"{OTHER}  {ONE.upper()} {OTHER}", f"{ONE} {OTHER}"), ("2-0-5e-0-53-1", ONE)],
)
def test_sources(raw, canonical):
    assert _macvlan.Sources().parse(raw) == canonical


def test_bad_source():
    with pytest.raises(ValueError, match=r"'02:00' is not an Ethernet address"):
        _macvlan.Sources().parse(ONE + " 02:00")


@pytest.mark.parametrize(
    ("old", "new", "anew"),
    [
        ("vepa", "bridge", False),
        ("bridge", "source", False),
        ("source", "bridge", True),
        ("passthru", "bridge", True),
        ("bridge", "passthru", True),
    ],
)
def test_mode_that_takes_another_device(old, new, anew):
    assert MACVLAN.option("mode").recreate(old, new) is anew


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"mode": "bridge"}, "link: such a device needs the link"),
        ({"link": "eth0", "macaddr": ONE}, "macaddr: only mode=source"),
        ({"link": "eth0", "macaddr": ONE, "mode": "source"}, ""),
        ({"link": "eth0", "macaddr": "none", "mode": "bridge"}, ""),
    ],
)
def test_complaint(values, complaint):
    said = MACVLAN.object_to(values)
    assert said.startswith(complaint) if complaint else not said


@pytest.mark.parametrize(
    ("values", "former", "told"),
    [
        pytest.param({"mode": "bridge", "macaddr": "none"}, {}, False, id="new"),
        pytest.param({"macaddr": "none"}, {"mode": "source", "macaddr": ONE}, True, id="no-more"),
        pytest.param({"mode": "vepa", "macaddr": "none"}, {"mode": "source", "macaddr": ONE}, False, id="mode-too"),
    ],
)
def test_sources_are_told_with_the_mode_that_has_them_only(values, former, told):
    link = Link(None, "x0", "macvlan", former or {"link": "t0", **values})
    step = SetLink(link, values, former) if former else AddLink(link)
    assert ("macaddr" in step.command().split()) == told
    assert (P + "MACADDR_MODE" in _option.encode(MACVLAN.options, values, former=former)) == told
