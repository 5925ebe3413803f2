# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first process of the lab's namespaces: it holds the network and the hosts.

When it ends, however it ends, the kernel ends all that runs in the namespaces and removes them.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import socket
import subprocess

from . import machine
from .addressing import GATEWAY, NETWORK
from .errors import LabError
from .folder import Description, LabFolder
from .host import BOOTING, CRASHED, Host

BRIDGE = "lab"
_TICK = 0.05
_PATIENCE_WITH_CLIENTS = 2.0


class Supervisor:
    """Serves requests on the control socket and looks after the hosts until it is told to quit.

    A request is a JSON object with `command` and, for power commands, `hosts` (a list of names); the
    answer is a JSON object, either `hosts` (name to report) or `error`.
    """

    def __init__(self, folder: LabFolder, starter: int):
        """`starter` is a pipe from whoever starts the lab: see `_starter_spoke`."""
        self._folder = folder
        self._starter: int | None = starter
        self._description = description = folder.load()
        self._image = os.open(folder.image, os.O_RDONLY | os.O_CLOEXEC)
        self._hosts = {address.name: Host(folder, description, address) for address in description.addresses()}
        self._quit = False

    def run(self) -> None:
        # An image in use must not be removed when a newer one is built.
        fcntl.flock(self._image, fcntl.LOCK_SH)
        _set_up_network(self._description)
        for host in self._hosts.values():
            host.start()
        with self._listen() as control:
            wake_up = _wake_up_on_signals()
            while not self._quit:
                self._wait(control, wake_up)
        for host in self._hosts.values():
            host.kill()

    def _listen(self) -> socket.socket:
        control = socket.socket(socket.AF_UNIX)
        control.bind(str(self._folder.control))
        control.listen(16)
        return control

    def _wait(self, control: socket.socket, wake_up: int) -> None:
        """Do what there is to do, waiting for it first."""
        booting = any(host.state == BOOTING for host in self._hosts.values())
        sources = [control, wake_up] + ([] if self._starter is None else [self._starter])
        ready = select.select(sources, [], [], _TICK if booting else None)[0]
        if wake_up in ready:
            self._quit |= signal.SIGTERM in os.read(wake_up, 512)
        if self._starter in ready:
            self._starter_spoke()
        self._reap()
        for host in self._hosts.values():
            host.check()
        if control in ready:
            self._serve(control)

    def _starter_spoke(self) -> None:
        """Go on alone when the starter is content; end when it died before the lab was up."""
        self._quit |= not os.read(self._starter, 1)
        os.close(self._starter)
        self._starter = None

    def _reap(self) -> None:
        """Collect processes that ended: hosts, and the orphans that the first process inherits."""
        by_pid = {host.pid: host for host in self._hosts.values() if host.pid is not None}
        while True:
            try:
                pid = os.waitpid(-1, os.WNOHANG)[0]
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in by_pid:
                by_pid[pid].exited()

    def _serve(self, control: socket.socket) -> None:
        client = control.accept()[0]
        with client:
            client.settimeout(_PATIENCE_WITH_CLIENTS)
            try:
                request = client.recv(65536)
                if request:
                    client.sendall(json.dumps(self._answer(json.loads(request))).encode())
            except (OSError, ValueError):
                pass  # the client has gone, or is none of ours

    def _answer(self, request: dict) -> dict:
        try:
            self._obey(request["command"], request.get("hosts", []))
        except (LabError, OSError) as error:
            return {"error": str(error)}
        return {"hosts": {name: host.report() for name, host in self._hosts.items()}}

    def _obey(self, command: str, names: list[str]) -> None:
        if command == "status":
            return
        if command == "quit":
            self._quit = True
            return
        for host in [self._host(name) for name in names]:
            if command == "off" and host.state == CRASHED:
                raise LabError(f"{host.address.name} has crashed already")
            _POWER[command](host)

    def _host(self, name: str) -> Host:
        if name not in self._hosts:
            raise LabError(f"no {name} in this lab: it has {', '.join(self._hosts)}")
        return self._hosts[name]


def _reset(host: Host) -> None:
    host.kill()
    host.start()


_POWER = {
    "off": Host.press_power_button,
    "on": Host.start,
    "kill": Host.kill,
    "reset": _reset,
    "wipe": Host.wipe,
}
POWER_COMMANDS = tuple(_POWER)


def _set_up_network(description: Description) -> None:
    """Lay a bridge, and a cable to each host, in the lab's own network namespace."""
    commands = [
        "link set lo up",
        f"link add {BRIDGE} type bridge",
        f"address add {GATEWAY}/{NETWORK.prefixlen} brd + dev {BRIDGE}",
        f"link set {BRIDGE} up",
    ]
    for address in description.addresses():
        commands += machine.named(description.machine).cable(address)
        commands.append(f"link set {address.port} master {BRIDGE} up")
    subprocess.run(["ip", "-batch", "-"], input="\n".join(commands) + "\n", text=True, check=True)


def _wake_up_on_signals() -> int:
    """Give a descriptor that becomes readable when a child ends or the lab is told to end."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return reader
