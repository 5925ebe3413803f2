# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import errno

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Link, Namespace
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink, SetLink
from ansible_collections.warren.tunnels.plugins.module_utils._steps._namespace import DeleteNamespace


def add(kind, **attributes):
    return AddLink(Link(None, "x0", kind, attributes))


def change(kind, **changes):
    return SetLink(Link(None, "x0", kind), changes, {})


GONE = DeleteNamespace(Namespace("red"))


@pytest.mark.parametrize(
    ("step", "error", "hint"),
    [
        pytest.param(
            add("gre"), errno.EOPNOTSUPP, "mode: this kernel has no driver ip_gre, and can't load it", id="no-gre"
        ),
        pytest.param(
            add("tun"),
            errno.ENOENT,
            "mode: this kernel has no driver tun, and can't load it as a module. After an update",
            id="no-tun",
        ),
        pytest.param(add("tun"), errno.ENODEV, "mode: this kernel has no driver tun, and", id="no-tun-driver"),
        pytest.param(add("gre"), errno.EEXIST, "Another gre tunnel of this namespace has the same", id="twin"),
        pytest.param(
            add("gre", link_netns="red"), errno.EEXIST, "link_netns: a link in that namespace has", id="beyond"
        ),
        pytest.param(add("gre"), errno.EPERM, "This needs root, or CAP_NET_ADMIN", id="no-root"),
        pytest.param(
            add("bridge", priority=1, vlan_filtering=True),
            errno.EOPNOTSUPP,
            "priority, vlan_filtering: this kernel's bridge driver lacks one of them; leave that out. If it has no such "
            "links at all: After an update of the kernel, reboot",
            id="new-link-with-what-the-kernel-lacks",
        ),
        pytest.param(
            change("bridge", vlan_filtering=True),
            errno.EOPNOTSUPP,
            "vlan_filtering: this kernel's bridge driver lacks it; leave it out",
            id="what-the-kernel-lacks",
        ),
        pytest.param(change("tun", owner=5), errno.EACCES, "This needs root", id="no-access"),
        pytest.param(change("tun", owner=5), errno.EBUSY, "A process has the device open; stop it first", id="open"),
        pytest.param(
            change("tap", master="br0"), errno.EBUSY, "master: x0 can't be a port of br0 while", id="has-a-macvlan"
        ),
        pytest.param(add("bridge", mtu=1 << 17), errno.EINVAL, "mtu: 131072 may be out of this", id="mtu"),
    ],
)
def test_hint(step, error, hint):
    assert step.hint(_errors.KernelError(error)).startswith(hint)


def test_hint_where_the_kernel_says_that_it_has_no_such_kind():
    error = _errors.KernelError(errno.EOPNOTSUPP, "Unknown device type")
    assert (
        add("gre", remote="192.0.2.1")
        .hint(error)
        .startswith("mode: this kernel has no driver ip_gre, and can't load it")
    )


@pytest.mark.parametrize(
    ("step", "error"),
    [
        pytest.param(add("veth"), errno.EEXIST, id="veth-exists"),
        pytest.param(add("gre"), errno.ENODEV, id="link-that-is-referred-to"),
        pytest.param(add("gre"), errno.ENOENT, id="no-entry"),
        pytest.param(add("gre"), errno.EINVAL, id="nothing-to-add"),
        pytest.param(change("tun", owner=5), errno.ENODEV, id="gone-while-we-were-at-it"),
        pytest.param(change("bridge", mac="02:00:00:00:00:01"), errno.EBUSY, id="no-process-opens-a-bridge"),
        pytest.param(GONE, errno.EBUSY, id="nor-a-namespace"),
    ],
)
def test_no_hint(step, error):
    assert step.hint(_errors.KernelError(error)) == ""
