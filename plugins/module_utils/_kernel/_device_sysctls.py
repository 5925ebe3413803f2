# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the sysctls that each device has of its own (``net.ipv4.conf.NAME``, ``net.ipv6.conf.NAME``)."""

import contextlib
import os
import typing as t

from . import _namespaces

_FAMILIES = ("ipv4", "ipv6")
_FOLLOWING = ("mc_forwarding", "mtu")
"""Not set by anybody: what a multicast router does, and what the device's own mtu is (see ``_ipv6_mtu``)."""
_BY_KIND = "-1"
"""What the kernel gives devices of some kinds only, such as those without ARP (``ipv6_add_dev``)."""


def read(netns: t.Optional[str], names: t.Iterable[str]) -> t.Dict[str, t.Dict[str, str]]:
    """Return of each device the settings that are not as a new one has them."""
    # Namespaces of others come and go, and not all can be entered.
    with contextlib.suppress(OSError), _namespaces.inside(netns):
        usual = _all("default")
        return {
            name: {
                setting: value
                for setting, value in _all(name).items()
                if value not in (usual.get(setting, value), _BY_KIND)
            }
            for name in names
        }
    return {}


def _all(name: str) -> t.Dict[str, str]:
    found = {}
    for family in _FAMILIES:
        folder = "/proc/sys/net/{0}/conf/{1}".format(family, name)
        # A device may lack IPv6.
        with contextlib.suppress(OSError):
            for setting in sorted(os.listdir(folder)):
                if setting not in _FOLLOWING:
                    # An IPv6 secret can't be read before it is set.
                    with contextlib.suppress(OSError):
                        found["{0}/{1}".format(family, setting)] = _content(os.path.join(folder, setting))
    return found


def _content(path: str) -> str:
    # There are a hundred of each device, so that what a file object does besides counts.
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(fd, 4096).decode("ascii").strip()
    finally:
        os.close(fd)
