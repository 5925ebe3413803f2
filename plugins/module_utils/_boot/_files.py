# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the files that bring a host's state back at boot, and those that keep network managers off its
devices, as a set that is exactly what is wanted.

A state's name tells its files from all others: nothing else is ever read, written or removed, but for a block in the file of
a manager that has one file for all.
"""

import glob
import os
import stat
import typing as t

from .. import _files, _managers

FOLDER = "/etc/warren-{0}"
_PLACES = (
    FOLDER + "/*.batch",
    FOLDER + "/*.batch6",
    FOLDER + "/*.bridge",
    FOLDER + "/*.sysctl",
    FOLDER + "/modules.conf",
    FOLDER + "/underlay",
    "/etc/sysctl.d/60-warren-{0}.conf",
    "/etc/systemd/network/05-warren-{0}.*",
    "/etc/systemd/networkd.conf.d/60-warren-{0}.conf",
    "/etc/NetworkManager/conf.d/99-warren-{0}.conf",
    "/etc/modules-load.d/60-warren-{0}.conf",
    "/etc/systemd/system/warren-{0}.service",
    "/etc/systemd/system/*.wants/warren-{0}.service",
    "/usr/local/sbin/warren-{0}",
    "/etc/init.d/warren-{0}",
)
_RUNLEVELS = ("/etc/rc[0-6S].d/[SK][0-9][0-9]warren-{0}", "/etc/rc.d/rc[0-6S].d/[SK][0-9][0-9]warren-{0}")
"""Links to the init script, which chkconfig and update-rc.d make."""

_SHARED = tuple(manager.path for manager in _managers.ALL if manager.shared)


class Entry(t.NamedTuple):
    """A file or a symbolic link."""

    content: bytes = b""
    target: t.Optional[str] = None
    """Where the link leads; None: it is a file."""
    mode: int = 0o644
    owner: t.Tuple[int, int] = (0, 0)


Entries = t.Dict[str, Entry]


class Step(t.NamedTuple):
    """A change of one path."""

    path: str
    old: t.Optional[Entry]
    new: t.Optional[Entry]
    """None: it goes."""


def read(name: str, root: str = "") -> Entries:
    """Return what there is of the state. :arg root: a folder that stands for the root of the file system."""
    return read_all([place.format(name) for place in _PLACES + _RUNLEVELS + _SHARED], root)


def read_all(places: t.Iterable[str], root: str = "") -> Entries:
    """Return the files and links at these paths, which are patterns."""
    found: Entries = {}
    for place in places:
        for path in glob.glob(glob.escape(root) + place):
            about = os.lstat(path)
            owner = (about.st_uid, about.st_gid)
            if stat.S_ISLNK(about.st_mode):
                found[path[len(root) :]] = Entry(target=os.readlink(path), owner=owner)
            elif stat.S_ISREG(about.st_mode):
                with open(path, "rb") as file:
                    found[path[len(root) :]] = Entry(file.read(), None, stat.S_IMODE(about.st_mode), owner)
    return found


def with_former(name: str, devices: t.Sequence[str], have: Entries) -> t.List[str]:
    """Return the devices and those that network managers are kept off already."""
    former = (device for manager in _managers.ALL for device in manager.devices(name, _text_at(manager, name, have)))
    return sorted({*devices, *former})


def guards(
    name: str, devices: t.Sequence[str], managers: t.Sequence[_managers.Manager], want: Entries, have: Entries
) -> Entries:
    """Return the files that keep network managers off the devices.

    :arg managers: those that the host has. :arg want: the other files; those of systemd-networkd among them say already what
        it is to do with a device.
    """
    entries: Entries = {}
    for manager in _managers.ALL:
        path = manager.path.format(name)
        named = list(devices) if manager in managers else []
        if manager is _managers.NETWORKD:
            own = _managers.configured(name, want)
            named = [device for device in named if device not in own]
        text = manager.text(name, named, _text_at(manager, name, have))
        if text is not None:
            # Somebody else's file keeps its mode and its owner.
            entry = have[path] if manager.shared else Entry()
            entries[path] = entry._replace(content=text.encode("utf-8", "surrogateescape"))
    return entries


def runs_at_boot(have: Entries) -> bool:
    """Return whether an init script of the state runs at boot, by a link to it in a runlevel."""
    return any(os.path.basename(path).startswith("S") for path in have if path.startswith("/etc/rc"))


def concern_systemd(steps: t.Iterable[Step]) -> bool:
    """Return whether systemd has to look again: at its units, and at init scripts, of which it makes units."""
    return any(step.path.startswith(("/etc/systemd/system/", "/etc/init.d/")) for step in steps)


def added(name: str, manager: _managers.Manager, want: Entries, have: Entries) -> t.Set[str]:
    """Return the devices that the file of a manager is to name and does not name yet."""
    new, old = (manager.devices(name, _text_at(manager, name, entries)) for entries in (want, have))
    return set(new) - set(old)


def _text_at(manager: _managers.Manager, name: str, entries: Entries) -> t.Optional[str]:
    entry = entries.get(manager.path.format(name))
    return None if entry is None else entry.content.decode("utf-8", "surrogateescape")


def plan(want: Entries, have: Entries) -> t.List[Step]:
    """Return what must be done; what is new comes first, so that there is always something that brings the state back."""
    is_script = any(path.startswith("/etc/init.d/") for path in want)
    steps = [
        Step(path, have.get(path), entry)
        for path, entry in sorted(want.items())
        if path not in have or _differ(entry, have[path])
    ]
    return steps + [
        Step(path, entry, None)
        for path, entry in sorted(have.items())
        if path not in want and not (is_script and path.startswith("/etc/rc"))
    ]


def _differ(want: Entry, have: Entry) -> bool:
    if want.target is not None:
        return want.target != have.target
    return want != have


def perform(steps: t.Sequence[Step], name: str, root: str = "") -> None:
    """Do the steps. A file is replaced by one that is complete."""
    for step in steps:
        path = root + step.path
        if step.new is None:
            os.unlink(path)
            continue
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        if step.new.target is None:
            _files.replace(path, step.new.content, step.new.mode, step.new.owner)
            continue
        with _files.beside(path) as temporary:
            os.symlink(step.new.target, temporary)
    folder = root + FOLDER.format(name)
    if os.path.isdir(folder) and not os.listdir(folder):
        os.rmdir(folder)


def difference(step: Step) -> t.Dict[str, str]:
    """Return a step as Ansible shows it with ``--diff``."""
    return {
        "before": _text(step.old),
        "after": _text(step.new),
        "before_header": step.path if step.old else step.path + " (absent)",
        "after_header": step.path if step.new else step.path + " (absent)",
    }


def _text(entry: t.Optional[Entry]) -> str:
    if entry is None:
        return ""
    if entry.target is not None:
        return "-> {0}\n".format(entry.target)
    usual = (
        "" if entry.owner == (0, 0) and entry.mode in (0o644, 0o755) else "{0} {1:o}\n".format(entry.owner, entry.mode)
    )
    return usual + entry.content.decode("utf-8", "replace")
