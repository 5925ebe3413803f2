# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Devices without options of their own: as new as the table says, and the same again from what is told of them."""

import json
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _document
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _bare
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

KINDS = pytest.mark.parametrize("kind", [kind.name for kind in _bare.KINDS])


def links():
    told = subprocess.run(["ip", "-d", "-j", "link"], check=True, stdout=subprocess.PIPE).stdout
    return {link["ifname"]: link for link in json.loads(told) if link["ifname"] != "lo"}


@pytest.fixture(autouse=True)
def _host_of_its_own(kind):
    new_host()
    made = subprocess.run(["ip", "link", "add", "x9", "type", kind], check=False, stderr=subprocess.PIPE)
    if made.returncode:
        pytest.skip(f"this kernel has no driver for {kind}: {made.stderr.decode().strip()}")
    subprocess.run(["ip", "link", "delete", "x9"], check=True)


def told():
    with _host.Kernel() as kernel:
        return _document.of_choice(_document.Choice(names=("x0",)), kernel.survey())["network"]


@KINDS
def test_new_one_is_as_the_table_says(kind):
    apply({"links": [{"name": "x0", "kind": kind}]}, "merged")
    assert links()["x0"]["linkinfo"]["info_kind"] == kind
    (entry,) = told()["links"]
    assert set(entry) == {"name", "kind", "mac"}
    assert entry["kind"] == kind


@KINDS
def test_all_that_it_has_comes_back_elsewhere_and_goes(kind):
    options = {"mtu": 1400, "arp": True, "multicast": True, "txqueuelen": 7, "promisc": True, "alias": "for tests"}
    apply({"links": [{"name": "x0", "kind": kind, "up": True, **options}]}, "merged")
    names = ("mtu", "txqlen", "ifalias", "flags", "address")
    before = {name: links()["x0"][name] for name in names}
    assert (before["mtu"], before["txqlen"], before["ifalias"]) == (1400, 7, "for tests")
    assert {"UP", "PROMISC", "MULTICAST"} <= set(before["flags"])
    assert "NOARP" not in before["flags"]
    document = told()
    new_host()
    apply({"links": document["links"]}, "overridden")
    assert {name: links()["x0"][name] for name in names} == before
    assert apply({"links": document["links"]}, "overridden") == ()
    apply({"links": []}, "overridden")
    assert links() == {}
