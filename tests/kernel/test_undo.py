# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever ends a run leads through the undo, and what the answer says of the host is true."""

import socket

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.plugins.module_utils._steps._address import AddAddress
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink
from ansible_collections.warren.tunnels.tests.kernel import _faults
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

MANY = 40
"""More errors than the smallest of buffers holds."""


class Overrun(_host.Kernel):
    """A kernel whose errors overrun the socket (ENOBUFS) when it is asked for steps of one type."""

    at = AddLink

    def perform(self, steps):
        if not isinstance(steps[0], self.at):
            return super().perform(steps)
        connection = self._open(steps[0].netns)._socket
        size = connection.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        try:
            return super().perform(steps)
        finally:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)


class OverrunByAddresses(Overrun):
    at = AddAddress


@pytest.fixture
def before():
    new_host()
    _faults.make_others()
    return _faults.look()


def test_steps_are_undone_where_the_answers_to_later_ones_are_lost(before):
    addresses = ["2001:db8:{0}::1/64".format(number) for number in range(MANY)]
    red = {"name": "red", "sysctl": {"net.ipv6.conf.default.disable_ipv6": 1}}
    document = {"namespaces": [red], "links": [{"name": "t0", "kind": "tap", "netns": "red", "addresses": addresses}]}
    with pytest.raises(_errors.StepFailed, match=r"No buffer space available.*Nothing is left of the change\.$"):
        apply(document, kernel=OverrunByAddresses)
    assert _faults.look() == before


def test_a_step_is_undone_of_which_the_answer_is_lost(before):
    """Half of the bridges are made, the others have an mtu that no bridge can have."""
    links = [
        {"name": "b{0}".format(number), "kind": "bridge", "mtu": 1400 if number < MANY // 2 else 1 << 17}
        for number in range(MANY)
    ]
    with pytest.raises(_errors.StepFailed, match=r"No buffer space available.*Nothing is left of the change\.$"):
        apply({"links": links}, kernel=Overrun)
    assert _faults.look() == before
