# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What needs no device. The device itself is for the integration tests."""

import platform

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _tuntap
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _option


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "aarch64", "riscv64"), reason="other machines number otherwise"
)
def test_requests_have_the_kernels_numbers():
    """As linux/if_tun.h has them for most machines."""
    requests = (_tuntap.TUNSETIFF, _tuntap.TUNSETPERSIST, _tuntap.TUNSETOWNER, _tuntap.TUNSETGROUP)
    assert requests == (0x400454CA, 0x400454CB, 0x400454CC, 0x400454CE)


@pytest.mark.parametrize(
    ("flags", "owner", "expected"),
    [
        pytest.param("0x1801", "-1", {"packet_info": False, "owner": "none", "persist": True}, id="tun"),
        pytest.param("0x0801", "0", {"packet_info": True, "owner": 0}, id="packet-info"),
        pytest.param("0x5902", "1000", {"vnet_hdr": True, "multi_queue": True, "owner": 1000}, id="tap"),
        pytest.param("0x1001", "4294967294", {"persist": False, "owner": 4294967294}, id="not-persistent"),
    ],
)
def test_sysfs_tells_what_netlink_would(monkeypatch, flags, owner, expected):
    files = {"tun_flags": flags + "\n", "owner": owner + "\n", "group": "-1\n"}
    monkeypatch.setattr(_tuntap, "_sysfs", lambda name, file: files[file])
    values = _option.decode(_catalog.KINDS["tun"].options, _tuntap.read_sysfs("tun0"))
    off = {"vnet_hdr": False, "multi_queue": False, "persist": True, "packet_info": False, "group": "none"}
    assert values == {**off, **expected}


def test_sysfs_without_the_device():
    assert _tuntap.read_sysfs("no-such-device") == {}
