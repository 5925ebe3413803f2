# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An error names the step that failed, and what is really in its way."""

import contextlib
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host, _tuntap
from ansible_collections.warren.tunnels.plugins.module_utils._steps._address import AddAddress
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import SetLink
from ansible_collections.warren.tunnels.tests.kernel import _faults
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

BRIDGE = {"name": "br0", "kind": "bridge", "priority": 4096}


def ip(*words):
    return subprocess.run(["ip", *words], check=False, stderr=subprocess.PIPE).stderr.decode()


@pytest.fixture(autouse=True)
def host():
    new_host()


def refusal(document, kernel=_host.Kernel):
    """Return the error of a document that fails and leaves the host as it was."""
    before = _faults.look()
    with pytest.raises(_errors.StepFailed, match=r" Nothing is left of the change\.$") as caught:
        apply(document, kernel=kernel)
    assert _faults.look() == before
    return str(caught.value)


class Thief(_host.Kernel):
    """A kernel from which somebody takes a link before it gets its address."""

    def perform(self, steps):
        if isinstance(steps[0], AddAddress):
            ip("link", "delete", "t2")
        return super().perform(steps)


def test_the_step_that_failed_is_named():
    links = [{"name": f"t{number}", "kind": "tap", "addresses": [f"10.0.{number}.1/24"]} for number in range(4)]
    error = refusal({"links": links}, Thief)
    assert error.startswith("ip address replace 10.0.2.1/24 dev t2: there is no link 't2'")


def said_of(kind, *options):
    said = ip("link", "add", "name", "probe", "type", kind, *options)
    ip("link", "delete", "probe")
    return said


@pytest.mark.parametrize("there", [[], [BRIDGE]], ids=["new", "there"])
def test_an_option_that_the_kernel_lacks(there):
    if "not supported" not in said_of("bridge", "vlan_filtering", "1"):
        pytest.skip("this kernel has VLAN filtering")
    apply({"links": there})
    error = refusal({"links": [{**BRIDGE, "vlan_filtering": True}]})
    assert "vlan_filtering: this kernel's bridge driver lacks " in error
    assert "mode: " not in error


def test_a_kind_that_the_kernel_lacks():
    if "Unknown device type" not in said_of("gre", "remote", "192.0.2.1"):
        pytest.skip("this kernel has GRE tunnels")
    error = refusal({"links": [{"name": "g0", "kind": "gre", "remote": "192.0.2.1", "key": "7"}]})
    assert (
        "Unknown device type (errno 95). mode: this kernel has no driver ip_gre, and can't load it as a module" in error
    )


def test_a_device_that_can_not_be_a_port():
    apply({"links": [BRIDGE, {"name": "t0", "kind": "tap"}]})
    ip("link", "add", "name", "mv0", "link", "t0", "type", "macvlan")
    error = refusal({"links": [BRIDGE, {"name": "t0", "kind": "tap", "master": "br0", "alias": "after"}]})
    assert "(errno 16). master: " in error
    assert "process" not in error


class Holder(_host.Kernel):
    """A kernel on which a process opens a device before it is changed, and keeps it open."""

    def perform(self, steps):
        if isinstance(steps[0], SetLink) and not hasattr(self, "held"):
            self.held = contextlib.ExitStack()
            self.held.enter_context(_tuntap._attached("t0", "tap", {}, 0))
        return super().perform(steps)

    def __exit__(self, *exception):
        self.held.close()
        super().__exit__(*exception)


def test_a_device_that_a_process_has_open():
    apply({"links": [{"name": "t0", "kind": "tap", "owner": "7"}]})
    before = _faults.look()
    with pytest.raises(_errors.StepFailed) as caught:
        apply({"links": [{"name": "t0", "kind": "tap", "owner": "8"}]}, kernel=Holder)
    assert "(errno 16). A process has the device open; stop it first. Nothing is left" in str(caught.value)
    assert _faults.look() == before
