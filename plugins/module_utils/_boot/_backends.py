# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what brings a state back at boot, which of them a host gets, and the files of each. Pure."""

import typing as t

from .. import _errors, _managers, _resources
from .._states import _registry
from . import _ip_batch, _networkd, _script, _state, _underlay, _unit
from ._files import FOLDER, Entries, Entry

NETWORKD, SYSTEMD, SYSV, NONE = "networkd", "systemd", "sysv", "none"

_UNIT = "/etc/systemd/system/{0}.service"
_WANTED = "/etc/systemd/system/multi-user.target.wants/{0}.service"
_PROGRAM = "/usr/local/sbin/{0}"
_INIT_SCRIPT = "/etc/init.d/{0}"
_MODULES = "/etc/modules-load.d/60-{0}.conf"
_SYSCTLS = "/etc/sysctl.d/60-{0}.conf"
_FOREIGN = "/etc/systemd/networkd.conf.d/60-{0}.conf"

_FOREIGN_TEXT = _managers.HEAD + "\n[Network]\n"
_FOREIGN_ROUTES = "ManageForeignRoutes=no\n"
_TO_NO_LINK = ("blackhole", "prohibit", "throw", "unreachable")


class Init(t.NamedTuple):
    """What starts a host's services."""

    systemd: bool = False
    release: int = _networkd.OLDEST
    """Of systemd."""
    networkd_enabled: bool = False
    networkd_runs: bool = False


class State:
    """A state that is to be back after a boot of a host."""

    def __init__(self, name: str, want: _resources.Want, init: Init, keep_foreign_routes: bool) -> None:
        """:arg want: with accounts as numbers."""
        self._name, self._service, self._want, self._init = name, "warren-" + name, want, init
        self._keep_foreign_routes = keep_foreign_routes
        # Whatever is to bring it back, it must be possible.
        self._steps = _state.steps(want)
        self._networkd, self._faults = _networkd.files(want, init.release) if init.networkd_enabled else ({}, [])

    def backend(self, asked: str) -> str:
        """Return what is to bring it back. :arg asked: ``auto``, or a backend, for which BadOption is raised if it can't."""
        init = self._init
        if asked == "auto":
            if init.networkd_enabled and init.networkd_runs and not self._faults:
                return NETWORKD
            return SYSTEMD if init.systemd else SYSV
        if asked == SYSTEMD and not init.systemd:
            raise _errors.BadOption("backend", "systemd does not run this host; choose auto or sysv")
        if asked == NETWORKD and not init.networkd_enabled:
            raise _errors.BadOption(
                "backend", "systemd-networkd is not enabled on this host; choose auto, systemd or sysv, or enable it"
            )
        if asked == NETWORKD and self._faults:
            problem = (
                "networkd can't have the state back, and each of these is in the way: {0}. Choose auto, systemd or sysv"
            )
            raise _errors.BadOption("backend", problem.format("; ".join(self._faults)))
        return asked

    def files(self, backend: str) -> Entries:
        """Return the files by which a backend brings it back."""
        batch = _ip_batch.files(self._want, self._steps)
        # systemd reads it at boot, and again whenever a device comes (systemd-sysctl.service(8)), also one that a later change
        # makes anew, with other settings. So those of devices that the script makes are for the script alone.
        general = [_ip_batch.SETTINGS, *([_ip_batch.SYSCTLS] if backend == NETWORKD else [])]
        text = "\n".join(batch.pop(name) for name in general if name in batch)
        common = {_SYSCTLS.format(self._service): text} if text else {}
        if backend == NETWORKD:
            prefix = _managers.NETWORKD_FILES.format(self._name)
            modules = _ip_batch.modules(self._want).values()
            found = {prefix + name: text for name, text in self._networkd.items()}
            found.update({_MODULES.format(self._service): text for text in modules})
            return _entries(dict(found, **common, **self._foreign(in_own_files=True)))
        folder = FOLDER.format(self._name) + "/"
        underlay = _underlay.text(self._want)
        batch.update({_underlay.FILE: underlay} if underlay else {})
        common.update({folder + name: text for name, text in batch.items()})
        script = _script.text(self._service)
        if backend == SYSV:
            return _entries(common, {_INIT_SCRIPT.format(self._service): script})
        common[_UNIT.format(self._service)] = _unit.text(self._service)
        entries = _entries(dict(common, **self._foreign(in_own_files=False)), {_PROGRAM.format(self._service): script})
        entries[_WANTED.format(self._service)] = Entry(target=_UNIT.format(self._service))
        return entries

    def _foreign(self, in_own_files: bool) -> t.Dict[str, str]:
        """systemd-networkd takes routes to no link, rules and the like from a host when it starts again, whichever links it
        leaves alone.

        :arg in_own_files: what is not routes is in its own files.
        """
        ours = any(
            route.netns is None and route.attributes.get("type") in _TO_NO_LINK for route in self._want.routes.values()
        )
        keep = self._keep_foreign_routes
        text = _FOREIGN_ROUTES if ours or keep else ""
        for field in _registry.BESIDE_LINKS:
            wanted = () if in_own_files else _registry.wanted(field, self._want).values()
            since, told = getattr(_registry.load(field, "_boot"), "FOREIGN", (0, ""))
            # Older releases complain of a word that they don't know.
            if self._init.release >= since and (keep or any(thing.netns is None for thing in wanted)):
                text += told
        return {_FOREIGN.format(self._service): _FOREIGN_TEXT + text} if text else {}


def _entries(files: t.Mapping[str, str], programs: t.Optional[t.Mapping[str, str]] = None) -> Entries:
    entries = {path: Entry(_encoded(text)) for path, text in files.items()}
    entries.update({path: Entry(_encoded(text), mode=0o755) for path, text in (programs or {}).items()})
    return entries


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
