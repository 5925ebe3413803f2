# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _nla
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _formats
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _option
from ansible_collections.warren.tunnels.plugins.module_utils._kinds._catalog import KINDS
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import RED, commands

XFRM = KINDS["xfrm"]
THERE = link("xfrm", "x0", if_id=42, dev="p0")
BELOW = link("dummy", "p0")


def xfrm(**options):
    return want("xfrm", name="x0", **options)


def steps(asked, *links):
    return commands(_planner.make(asked, have(*links)))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({}, "if_id: an xfrm needs one", id="nothing"),
        pytest.param({"if_id": 0}, "if_id: an xfrm needs one", id="none"),
        pytest.param({"external": True, "if_id": 5}, "if_id: an external xfrm has none", id="number-of-external"),
        pytest.param({"external": True, "dev": "p0"}, "dev: an external xfrm has none", id="dev-of-external"),
    ],
)
def test_what_the_kernel_would_refuse(options, words):
    with pytest.raises(_errors.Conflict, match=words):
        _planner.make(xfrm(**options), have(BELOW))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"if_id": 42}, "if_id 42", id="number"),
        pytest.param({"if_id": 42, "dev": "p0"}, "dev p0 if_id 42", id="dev"),
        pytest.param({"external": True}, "external", id="external"),
    ],
)
def test_it_is_made_as_ip_does(options, words):
    assert steps(xfrm(**options), BELOW) == ["ip link add dev x0 type xfrm " + words]


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        # What ip(8) 6.1 sends as IFLA_INFO_DATA, with lo for dev.
        pytest.param({"if_id": 42}, "08000200 2a000000", id="number"),
        pytest.param({"if_id": 0xFFFFFFFF, "dev": 1}, "08000200 ffffffff 08000100 01000000", id="dev"),
        pytest.param({"external": True}, "04000300", id="external"),
    ],
)
def test_it_is_sent_as_ip_does(options, sent):
    packed = _formats.link_data("xfrm").pack(_option.encode(XFRM.of_driver, options))
    assert dict(_nla.read(packed)) == dict(_nla.read(bytes.fromhex(sent)))


def test_another_number_goes_in_place_and_another_dev_does_not():
    assert steps(xfrm(if_id=43), THERE, BELOW) == ["ip link set dev x0 type xfrm if_id 43"]
    assert steps(xfrm(dev="none"), THERE, BELOW) == ["ip link delete dev x0", "ip link add dev x0 type xfrm if_id 42"]


def test_another_one_with_the_same_number_is_in_the_way():
    with pytest.raises(_errors.Conflict, match="x0"):
        _planner.make(want("xfrm", name="x1", if_id=42), have(THERE, BELOW)._replace(rivals=(THERE,)))


def test_its_packets_may_leave_by_another_namespace():
    asked = join(want("netns", name="red"), xfrm(netns="red", link_netns="host", if_id=42))
    assert commands(_planner.make(asked, RED))[:1] == [
        "ip -n red link add dev x0 link-netns /proc/1/ns/net type xfrm if_id 42"
    ]
