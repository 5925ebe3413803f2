# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sysctls that a device has of its own are there again when it is made again, whatever led to that."""

import subprocess
from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.plugins.module_utils._steps._address import AddAddress
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, decided
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host
from ansible_collections.warren.tunnels.tests.kernel.test_checkpoint import bring_back, taken

OWN = {"ipv4/rp_filter": "2", "ipv4/arp_ignore": "1", "ipv6/disable_ipv6": "1", "ipv6/accept_ra": "0"}
TAP, TUN = ({"name": "r0", "kind": kind, "up": True} for kind in ("tap", "tun"))


def path(setting, name):
    family, rest = setting.split("/")
    return Path("/proc/sys/net", family, "conf", name, rest)


def sysctls(name="r0"):
    return {setting: path(setting, name).read_text().strip() for setting in OWN}


def put(name="r0"):
    for setting, value in OWN.items():
        path(setting, name).write_text(value)


@pytest.fixture(autouse=True)
def r0():
    new_host()
    apply({"links": [TAP]})
    assert sysctls() != OWN
    put()


def test_a_link_that_is_replaced_keeps_them():
    apply({"links": [TUN]})
    assert sysctls() == OWN


def test_a_way_back_brings_them_back():
    checkpoint = taken()
    subprocess.run(["ip", "link", "delete", "r0"], check=True)
    apply({"links": [TUN]})
    assert sysctls() != OWN
    assert bring_back(checkpoint)[1] == []
    assert sysctls() == OWN


def test_a_way_back_brings_those_of_a_link_back_that_is_there_again():
    checkpoint = taken()
    subprocess.run(["ip", "link", "delete", "r0"], check=True)
    apply({"links": [TAP]})
    assert bring_back(checkpoint)[1] == []
    assert sysctls() == OWN


def test_a_way_back_leaves_what_others_set_since_on_a_link_that_stayed():
    checkpoint = taken()
    path("ipv4/rp_filter", "r0").write_text("1")
    assert bring_back(checkpoint)[1] == []
    assert sysctls() == {**OWN, "ipv4/rp_filter": "1"}


class NoAddresses(_host.Kernel):
    """A kernel that takes no address."""

    def perform(self, steps):
        if isinstance(steps[0], AddAddress):
            raise OSError("no addresses here")
        return super().perform(steps)


@pytest.mark.parametrize(
    "link",
    [{**TUN, "addresses": ["192.0.2.1/24"]}, {"name": "r0", "netns": "red", "addresses": ["192.0.2.1/24"]}],
    ids=["replaced", "moved"],
)
def test_an_undo_brings_them_back(link):
    document = {"namespaces": [{"name": "red"}], "links": [link]}
    with pytest.raises(_errors.StepFailed, match=r"Nothing is left of the change"):
        apply(document, "merged", kernel=NoAddresses)
    assert sysctls() == OWN


def test_those_of_both_ends_of_a_pair_stay():
    apply({"links": [{"name": "v0", "kind": "veth", "mac": "02:00:00:00:00:01", "peer": {"name": "v1"}}]})
    put("v0")
    put("v1")
    apply({"links": [{"name": "v0", "kind": "veth", "peer": {"name": "v1"}}]})
    assert (sysctls("v0"), sysctls("v1")) == (OWN, OWN)


def test_what_a_new_link_can_not_have_is_named():
    document = {"links": [{**TUN, "mtu": 1000}]}
    with _host.Kernel() as kernel:
        losses = decided(kernel, document)[2].losses
    assert "its net.ipv6.conf.r0.disable_ipv6" in losses[0].what
    apply(document)
    assert path("ipv4/rp_filter", "r0").read_text() == "2\n"
