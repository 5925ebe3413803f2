# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that all links have: set, changed, reset, undone and told, on the kernel of this machine."""

import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, refusals
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host, told_by_ip
from ansible_collections.warren.tunnels.tests.kernel._kinds import document, ip, link

BRIDGE = {"name": "br0", "kind": "bridge"}
LINKS = {
    "tap": {"name": "x0", "kind": "tap"},
    "bridge": {"name": "x0", "kind": "bridge"},
    "veth": {"name": "x0", "kind": "veth", "peer": {"name": "x1"}},
}
KINDS = pytest.mark.parametrize("entry", LINKS.values(), ids=LINKS)


@pytest.fixture(autouse=True)
def _host_of_its_own():
    new_host()


def group(name):
    return link(name)["group"]


@KINDS
def test_group_is_set_changed_and_reset(entry):
    assert apply({"links": [{**entry, "ifgroup": "7", "up": True}]})
    assert group("x0") == "7"
    assert not apply({"links": [{**entry, "ifgroup": 7}]})
    assert not apply({"links": [entry]}, "merged")
    assert apply({"links": [{**entry, "ifgroup": "0x9"}]}, "merged")
    assert group("x0") == "9"
    assert apply({"links": [entry]}, "replaced")
    assert group("x0") == "default"
    assert not apply({"links": [{**entry, "ifgroup": "default"}]}, "merged")


def test_group_of_both_ends_of_a_pair_and_of_a_tap_beside_that_of_its_programs():
    pair = {**LINKS["veth"], "ifgroup": "7", "peer": {"name": "x1", "ifgroup": "8"}}
    apply({"links": [pair, {"name": "t0", "kind": "tap", "group": "tty", "ifgroup": "6"}]})
    assert [group(name) for name in ("x0", "x1", "t0")] == ["7", "8", "6"]
    assert link("t0")["linkinfo"]["info_data"]["group"] == "tty"


@KINDS
def test_group_is_told_and_comes_back_elsewhere(entry):
    apply({"links": [{**entry, "ifgroup": "7"}]})
    found = document()
    assert found["links"][0]["ifgroup"] == 7
    new_host()
    apply(found)
    assert group("x0") == "7"
    assert not apply(found)
    ip("link set dev x0 group default")
    assert "ifgroup" not in document()["links"][0]


@KINDS
def test_group_is_undone(entry):
    apply({"links": [{**entry, "ifgroup": "7"}]})
    before = told_by_ip(), group("x0")
    for after in ([{**entry, "ifgroup": "9"}, BRIDGE], [BRIDGE]):
        found = [(error.left, (told_by_ip(), group("x0"))) for error in refusals({"links": after})]
        assert found
        assert found == [([], before)] * len(found)
        new_host()
        apply({"links": [{**entry, "ifgroup": "7"}]})


def test_group_of_a_link_of_others_goes_along_with_it():
    ip("tuntap add dev e0 mode tap", "netns add red")
    apply({"links": [{"name": "e0", "ifgroup": "3"}]}, "merged")
    assert group("e0") == "3"
    apply({"links": [{"name": "e0", "netns": "red"}]}, "merged")
    assert not apply({"links": [{"name": "e0", "netns": "red", "ifgroup": "3"}]}, "merged")
    assert "group 3 " in subprocess.check_output(["ip", "-n", "red", "link", "show", "e0"]).decode()


def test_group_that_is_none():
    with pytest.raises(_errors.BadOption, match=r"links\[0\]\.ifgroup: 'red' is not a number .* or default"):
        apply({"links": [{**BRIDGE, "ifgroup": "red"}]})
