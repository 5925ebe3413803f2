# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which connection a process came by, by one that is really there."""

import contextlib
import os
import socket
import subprocess
import sys

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _lifeline
from ansible_collections.warren.tunnels.plugins.module_utils._kernel._lifeline import Connection


@contextlib.contextmanager
def connected(family=socket.AF_INET, address="127.0.0.1", to=None):
    """Give both ends of a connection, as SSH_CONNECTION has them."""
    try:
        server = socket.create_server((address, 0), family=family, dualstack_ipv6=to is not None)
    except OSError:
        pytest.skip("this machine has no such address")
    with contextlib.ExitStack() as stack:
        stack.enter_context(server)
        client = stack.enter_context(socket.create_connection((to or address, server.getsockname()[1])))
        stack.enter_context(server.accept()[0])
        far, near = client.getsockname(), client.getpeername()
        yield Connection(far[0], far[1], near[0], near[1])


@pytest.mark.parametrize(
    "ends", [(), (socket.AF_INET6, "::1"), (socket.AF_INET6, "::", "127.0.0.1")], ids=["IPv4", "IPv6", "IPv4 in IPv6"]
)
def test_a_connection_is_there_until_it_is_closed(ends):
    with connected(*ends) as connection:
        assert _lifeline._is_established(connection)
        assert not _lifeline._is_established(connection._replace(far_port=connection.far_port ^ 1))
    assert not _lifeline._is_established(connection)


def ask(variable, *, through_sudo):
    """Return what a process finds that was started with that variable, or by one that was."""
    program = (
        "from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _lifeline;"
        "print(_lifeline.connection())"
    )
    command = [sys.executable, "-c", program]
    if through_sudo:
        # env takes the variable from the environment as sudo does; its parent still has been started with it.
        command = ["sh", "-c", 'env -u SSH_CONNECTION "$@"; exit $?', "sh", *command]
    environment = {**os.environ, "SSH_CONNECTION": variable, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize("through_sudo", [False, True])
def test_it_is_that_of_a_process_that_we_descend_from(through_sudo):
    with connected() as connection:
        words = " ".join(str(word) for word in connection[:4])
        assert ask(words, through_sudo=through_sudo) == str(connection)


@pytest.mark.parametrize("variable", ["192.0.2.7 50000 192.0.2.8 22", "", "nonsense", "1 2", "a b c d", "::1 1 ::1 x"])
def test_what_is_not_there_is_none(variable, monkeypatch):
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    assert ask(variable, through_sudo=False) in ("None", str(_lifeline.connection()))
