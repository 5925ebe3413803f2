# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: strongSwan's daemon charon, by its socket, and who else may own IKE on the host."""

import contextlib
import os
import re
import socket
import struct
import typing as t

from .. import _errors
from .._ipsec import _connections, _swanctl, _vici
from . import _place, _processes, _programs

SOCKETS = ("/run/charon.vici", "/run/strongswan/charon.vici")
_PACKAGES = "charon-systemd, strongswan-swanctl and libstrongswan-standard-plugins"
_PATIENCE = 30
_LENGTH = struct.Struct("!I")
_LARGEST = 512 * 1024
"""Bytes of a packet, which charon has for its limit."""
_NEEDED = ("kernel-netlink", "openssl")
"""What charon must have loaded: what speaks with the kernel, and what knows AES-GCM and ECP-384 for IKE."""

_OTHERS = (
    ("ipsec/pluto", "libreswan (pluto)", "systemctl disable --now ipsec"),
    ("ipsec/starter", "strongSwan of the older sort (starter)", "systemctl disable --now strongswan-starter"),
)
_OWNED = (
    "{0} owns IKE on this host, and two can't. Keep it, have it protect the tunnels, and say protect: required; or move its "
    "connections to swanctl, say {1}, and install {2}. Nothing was changed."
)
_ABSENT = (
    "This host has no strongSwan with swanctl, by which tunnels are encrypted; install {0} (as Debian calls them)."
)
_STOPPED = "strongSwan is installed and does not run; say systemctl enable --now strongswan, and journalctl -u strongswan tells why it stops."
_LACKING = "strongSwan runs without its plugin {0}; install libstrongswan-standard-plugins (as Debian calls it), and restart it."
_REFUSED = "strongSwan refuses to {0}: {1}. What it was told before that stays. Run this again when the reason is gone."
_BROKEN = "strongSwan does not answer at {0}: {1}. Say systemctl restart strongswan."


def need_alone() -> None:
    """Raise Conflict where another daemon owns IKE."""
    for program, name, remedy in _OTHERS:
        if _processes.runs(program):
            raise _errors.Conflict(_OWNED.format(name, remedy, _PACKAGES))


@contextlib.contextmanager
def session() -> t.Iterator["Session"]:
    """Give a way to ask charon and to tell it; raise Unmet where it isn't there, Conflict where it does not answer."""
    path = next((path for path in SOCKETS if os.path.exists(path)), None)
    if path is None:
        raise _errors.Unmet(_STOPPED if _programs.find("swanctl") else _ABSENT.format(_PACKAGES))
    with socket.socket(socket.AF_UNIX) as wire:
        wire.settimeout(_PATIENCE)
        try:
            wire.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            # What a daemon that was killed leaves behind.
            raise _errors.Unmet(_STOPPED) from None
        yield Session(wire, path)


class Session:
    """What is said over a socket."""

    def __init__(self, wire: socket.socket, path: str) -> None:
        self._wire, self._path = wire, path

    def need_plugins(self) -> None:
        """Raise Unmet where charon lacks a plugin that connections need."""
        plugins = self._ask("stats").get("plugins", ())
        lacking = [plugin for plugin in _NEEDED if plugin not in plugins]
        if lacking:
            raise _errors.Unmet(_LACKING.format(lacking[0]))

    def loaded(self, owner: str) -> _swanctl.Loaded:
        """Return what charon has of an owner."""
        prefix = _connections.prefix(owner)
        connections, keys = self._ask("get-conns").get("conns", ()), self._ask("get-shared").get("keys", ())
        return _swanctl.Loaded(
            tuple(map(int, re.findall(r"\d+", self._ask("version").get("version", ""))[:3])),
            frozenset(name for name in connections if name.startswith(prefix)),
            frozenset(key for key in keys if key.startswith("ike-" + prefix)),
        )

    def tell(self, load: _swanctl.Load) -> None:
        """Have charon do something; raise Conflict if it refuses."""
        answer = self._ask(load.command, load.message)
        # Nothing to end is no fault.
        if answer.get("success") != "yes" and load.command != "terminate":
            raise _errors.Conflict(_REFUSED.format(load.words, answer.get("errmsg", "it does not know the command")))

    def begin(self, name: str, child: str) -> None:
        """Have charon establish something, and don't wait for what comes of it."""
        self._ask("initiate", {"ike": name, "child": child, "timeout": "-1"})

    def associations(self) -> t.List[_vici.Message]:
        """Return what charon has established, as it tells it."""
        event, found = "list-sa", []
        self._send(_vici.REGISTER, event)
        self._receive()
        self._send(_vici.REQUEST, "list-sas", {"noblock": "yes"})
        kind, _name, message = self._receive()
        while kind == _vici.EVENT:
            found.append(message)
            kind, _name, message = self._receive()
        self._send(_vici.UNREGISTER, event)
        self._receive()
        return found

    def _ask(self, command: str, message: t.Optional[t.Mapping[str, t.Any]] = None) -> _vici.Message:
        self._send(_vici.REQUEST, command, message)
        return self._receive()[2]

    def _send(self, kind: int, name: str, message: t.Optional[t.Mapping[str, t.Any]] = None) -> None:
        raw = _vici.packet(kind, name, message)
        with self._spoken():
            self._wire.sendall(_LENGTH.pack(len(raw)) + raw)

    def _receive(self) -> t.Tuple[int, str, _vici.Message]:
        with self._spoken():
            (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
            if length > _LARGEST:
                raise _vici.Garbled("a packet of {0} bytes".format(length))
            return _vici.read(self._exactly(length))

    @contextlib.contextmanager
    def _spoken(self) -> t.Iterator[None]:
        """Raise Conflict where that does not work."""
        try:
            yield
        except (OSError, _vici.Garbled) as error:
            raise _errors.Conflict(_BROKEN.format(self._path, error)) from error

    def _exactly(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            part = self._wire.recv(count - len(found))
            if not part:
                raise OSError("it hung up")
            found += part
        return found


def note(owner: str) -> None:
    """Keep in mind that there may be connections of an owner."""
    _place.note(_place.encrypted(owner))


def forget(owner: str) -> None:
    """Take it that there are none any more."""
    _place.forget(_place.encrypted(owner))
