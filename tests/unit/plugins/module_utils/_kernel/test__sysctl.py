# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Sysctl
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._sysctl import _reading as _sysctl

ID = (None, "net.core.somaxconn")


def test_read_one_that_every_kernel_has():
    assert _sysctl.read("net.core.somaxconn").isdigit()
    assert _sysctl.read("net.ipv4.no_such_thing") is None


def test_only_those_that_are_there_are_told():
    (found,) = _sysctl.read_these(None, [ID, (None, "net.ipv4.no_such_thing")], None)
    assert found.id == ID


def test_what_a_new_device_has_is_what_the_default_has():
    key = "net.ipv4.conf.t100.rp_filter"
    assert _sysctl.usual([ID, (None, key), (None, "net.ipv4.conf.t100.no_such_thing")]) == {
        (None, key): _sysctl.read("net.ipv4.conf.default.rp_filter")
    }


def test_forwarding_takes_that_of_all_devices_along():
    found = _sysctl.with_along(Sysctl(None, "net.ipv4.ip_forward", "neither"))
    assert found.along["net.ipv4.conf.lo.forwarding"] == _sysctl.read("net.ipv4.conf.lo.forwarding")
    assert "net.ipv4.conf.all.accept_redirects" in found.along
    assert _sysctl.with_along(Sysctl(*ID, "1")).along == {}


def test_what_can_not_be_read_is_no_state(monkeypatch):
    monkeypatch.setattr(_sysctl, "_ROOT", "/")
    with pytest.raises(_errors.Conflict, match=r"^sysctls: proc can't be read \(.*leave it out"):
        _sysctl.read("proc")
