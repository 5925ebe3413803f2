# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a diagnosis reads of a host. It sends pings, and changes nothing."""

import contextlib
import glob
import os
import re
import time
import typing as t

from .. import _errors, _sysctls, _values
from .._diagnosis import _facts
from .._diagnosis._wanted import FOU, Driver, Wanted
from .._firewall import _persistence, _plan
from .._probing import _types
from .._sorts._fou_port import _reading as _fou
from .._sorts._sysctl import _reading as _sysctl
from . import _driver, _firewall, _managers, _programs, _pyroute2, _store, _underlay
from ._netlink import NETLINK_GENERIC, Socket

_WHOLE_MACHINE = ["0", "0", str(2**32 - 1)]
"""What the map of users is where there is no user namespace (user_namespaces(7))."""
_CAP_SYS_MODULE = 16
_NOTHING = ("/bin/false", "/bin/true", "/usr/bin/false", "/usr/bin/true")
"""What modprobe is told to run in place of loading a module (modprobe.d(5))."""
_SEALED = "/proc/sys/kernel/modules_disabled"
_BUILT_IN = "/lib/modules/{0}/modules.builtin"
_PATIENCE = 4.0
_INCLUDE = re.compile(r'^\s*include\s+"([^"]+)"', re.MULTILINE)


class Unseen(t.NamedTuple):
    """What could not be read."""

    what: str
    reason: str


def look(wanted: Wanted) -> t.Tuple[_facts.Facts, t.List[Unseen]]:
    """Return what was read, and what could not be, with the reason."""
    found: t.Dict[str, t.Any] = {}
    unseen: t.List[Unseen] = []
    with contextlib.closing(_underlay.Asker()) as asker:
        for name, read in _LOOKS.items():
            try:
                found[name] = read(wanted, asker, found)
            except (_errors.TunnelsError, OSError) as error:
                unseen.append(Unseen(name, str(error).rstrip(".")))
    return _facts.Facts(**found), unseen


Asker = _underlay.Asker
Found = t.Mapping[str, t.Any]
"""What was read before."""


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _clock(wanted: Wanted, asker: Asker, found: Found) -> t.Optional[float]:
    return None if wanted.time is None else time.time() - wanted.time


def _kernel(wanted: Wanted, asker: Asker, found: Found) -> _facts.Kernel:
    status = dict(re.findall(r"^(Cap\w+):\s*(\w+)$", _text("/proc/self/status"), re.MULTILINE))
    effective, bounds = (int(status.get(name, "0"), 16) for name in ("CapEff", "CapBnd"))
    may_load = _text("/proc/self/uid_map").split() == _WHOLE_MACHINE and bounds >> _CAP_SYS_MODULE & 1
    return _facts.Kernel(
        effective,
        not may_load,
        _text(_SEALED).strip() != "1",
        {driver.module: _of_driver(driver, asker) for driver in wanted.drivers},
    )


def _of_driver(driver: Driver, asker: Asker) -> str:
    if (driver.kind and asker.knows(driver.kind)) or os.path.isdir("/sys/module/" + driver.module):
        return _facts.THERE
    if driver.module == FOU and _has_fou():
        return _facts.THERE
    code, said, _words = _modules("modprobe", "--show-depends", driver.module)
    lines = said.splitlines() if code == 0 else []
    if not lines:
        # Of one that brings no kind of link, only the list of what is built in tells.
        is_known = driver.kind or driver.module == FOU or os.path.exists(_BUILT_IN.format(os.uname().release))
        return _facts.MISSING if is_known else _facts.THERE
    if lines[-1].startswith("builtin "):
        return _facts.THERE
    return _barred(driver) or _facts.LOADABLE


def _has_fou() -> bool:
    with contextlib.closing(Socket(NETLINK_GENERIC)) as connection:
        return _fou.is_loaded(connection)


def _barred(driver: Driver) -> str:
    """Return the line that keeps modprobe from loading a module. One in a blacklist can be loaded, but not by the kernel itself."""
    _code, said, _words = _modules("modprobe", "--showconfig")
    lines = (
        line.replace("-", "_").split() for line in said.splitlines() if line.startswith(("blacklist ", "install "))
    )
    own = (line for line in lines if line[1:2] == [driver.module])
    barring = (line for line in own if (driver.kind if line[0] == "blacklist" else line[2:3] and line[2] in _NOTHING))
    return " ".join(next(barring, []))


def _modules(program: str, *arguments: str) -> t.Tuple[int, str, str]:
    """Run a program of kmod."""
    return _programs.outcome([_programs.find(program) or program, *arguments])


def _tun(wanted: Wanted, asker: Asker, found: Found) -> t.Optional[str]:
    if not wanted.of_programs:
        return None
    # Opening the device would load the driver.
    if _driver.is_module(_modules) and not _driver.is_loaded():
        return ""
    try:
        _driver.prove()
    except _errors.Unmet as error:
        return str(error)
    return ""


def _library(wanted: Wanted, asker: Asker, found: Found) -> t.Optional[t.Tuple[bool, str]]:
    try:
        _pyroute2.message_class("ifinfmsg")
    except _errors.MissingDependency as error:
        return _pyroute2.is_there(), str(error)
    return None


def _links(wanted: Wanted, asker: Asker, found: Found) -> t.Dict[str, t.Optional[str]]:
    declared = set(wanted.devices)
    return {link.name: link.kind for link in asker.links().values() if link.name in declared}


def _made(wanted: Wanted, asker: Asker, found: Found) -> t.Set[str]:
    return {name for netns, name in _store.load().links if netns is None}


def _fixed_sysctls(wanted: Wanted, asker: Asker, found: Found) -> t.List[str]:
    if not os.statvfs("/proc/sys").f_flag & os.ST_RDONLY:
        return []
    # What a device has of its own comes with the device.
    there = {id_: _sysctl.read(id_[1]) for id_ in wanted.want.sysctls if id_[0] is None}
    return [id_[1] for id_, value in there.items() if value not in (None, wanted.want.sysctls[id_].value)]


def _ways(wanted: Wanted, asker: Asker, found: Found) -> _facts.Underlay:
    links = asker.links()
    addresses = {address: index for address, index in asker.addresses() if index in links}
    ways: t.Dict[str, t.Optional[_facts.Way]] = {}
    dropped = []
    for path in wanted.paths:
        if path.remote not in ways:
            way = asker.way(path.remote)
            link = links.get(way[0]) if way else None
            ways[path.remote] = _facts.Way(link.name, min(link.mtu, way[1] or link.mtu)) if way and link else None
        index = addresses.get(path.local or "", 0)
        name = links[index].name if index and not links[index].is_loopback else ""
        if name and _is_strict(name) and asker.drops(path.remote, str(path.local), index):
            dropped.append((name, path.remote, str(path.local)))
    return _facts.Underlay({address: links[index].name for address, index in addresses.items()}, ways, dropped)


def _is_strict(device: str) -> bool:
    """Return whether a device drops what its way back does not lead by: of its setting and that of all, the larger counts."""
    settings = (_sysctl.read(_sysctls.of_device(name, "ipv4/rp_filter")) for name in (device, "all"))
    return max(int(setting or "0") for setting in settings) == 1


def _answers(wanted: Wanted, asker: Asker, found: Found) -> t.Optional[t.Dict[str, _facts.Answer]]:
    underlay = found.get("underlay")
    # What is missing is told of by itself.
    if not wanted.probe or underlay is None or found.get("pyroute2"):
        return None
    from . import _probe

    probes = {}
    for path in wanted.paths:
        way = underlay.ways[path.remote]
        if way is not None and (path.local is None or path.local in underlay.addresses):
            probes[path.remote] = _types.Probe(
                netns=None,
                name=way.device,
                family=_values.family_of(path.remote),
                destination=path.remote,
                source=path.local,
                expect=_types.ANY,
                path_mtu=True,
                # A router takes three seconds to find out that a host is not there.
                timeout=_PATIENCE,
            )
    seen = _probe.run(list(probes.values()))
    return {
        remote: _facts.Answer(one.path_mtu, one.is_told, ", ".join([one.trouble] if one.trouble else one.errors))
        for remote, one in zip(probes, seen)
    }


def _of_managers(wanted: Wanted, asker: Asker, found: Found) -> _facts.Managers:
    devices = wanted.devices
    claimed, held, untold = "", [], []
    try:
        _managers.check_claims(devices)
    except _errors.Conflict as error:
        claimed = str(error)
    for manager in filter(_managers.runs, _managers.present() if devices else ()):
        told = manager.devices(wanted.name, _text(manager.path.format(wanted.name)))
        rest = [device for device in devices if device not in told]
        if rest:
            untold.append((manager.name, rest))
        if _managers.can_read_again(manager):
            held += [(manager.name, *pair) for pair in _managers.held(manager, devices).items()]
    return _facts.Managers(claimed, held, untold)


def _filters(wanted: Wanted, asker: Asker, found: Found) -> _facts.Firewall:
    _firewall.need_rights()
    seen = _firewall.look(wanted.name)
    refusal = ""
    if wanted.opens:
        try:
            _firewall.ask(_plan.plan(wanted.name, wanted.rules, False, seen).orders)
        except _errors.Conflict as error:
            refusal = str(error)
    texts = {path: _text(path) for path in _persistence.INCLUDING}
    return _facts.Firewall(seen, {path: text + _included(text) for path, text in texts.items() if text}, refusal)


def _included(text: str) -> str:
    return "".join(_text(path) for pattern in _INCLUDE.findall(text) for path in sorted(glob.glob(pattern)))


_LOOKS: t.Dict[str, t.Callable[[Wanted, Asker, Found], t.Any]] = {
    "clock": _clock,
    "kernel": _kernel,
    "tun": _tun,
    "pyroute2": _library,
    "links": _links,
    "made": _made,
    "sysctls": _fixed_sysctls,
    "underlay": _ways,
    "answers": _answers,
    "managers": _of_managers,
    "firewall": _filters,
}
"""By the names of the facts."""
