# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what starts a host's services, and how it is told of new ones."""

import grp
import os
import pwd
import re
import typing as t

from .. import _errors
from .._boot._backends import Init
from . import _programs

_NETWORKD = ["systemctl", "show", "--property=ActiveState", "--property=UnitFileState", "systemd-networkd.service"]
_ENABLING = (["update-rc.d", "{0}", "defaults"], ["chkconfig", "{0}", "on"])

_LOOKUPS: t.Dict[str, t.Callable[[str], int]] = {
    "user": lambda name: pwd.getpwnam(name).pw_uid,
    "group": lambda name: grp.getgrnam(name).gr_gid,
}


def look() -> Init:
    """Return what the host has."""
    # It fails where systemd does not run the host, and where it is not known at all.
    code, said, _words = _programs.outcome(_NETWORKD)
    lines = said.split() if code == 0 else []
    if "UnitFileState=enabled" not in lines:
        return Init(systemd=code == 0)
    release = re.search(r"\d+", _programs.outcome(["systemctl", "--version"])[1])
    there = Init(systemd=True, networkd_enabled=True, networkd_runs="ActiveState=active" in lines)
    return there._replace(release=int(release.group())) if release else there


def is_systemd() -> bool:
    """Return whether systemd runs the host (sd_booted(3))."""
    return os.path.isdir("/run/systemd/system")


def reload() -> None:
    """Have systemd read its units again, where it runs the host; raise Conflict if it can't."""
    code, said, errors = _programs.outcome(["systemctl", "daemon-reload"])
    if code and _programs.outcome(_NETWORKD)[0] == 0:
        text = "systemd runs this host, but can't be told to read its units again. Say systemctl daemon-reload. ({0})"
        raise _errors.Conflict(text.format((errors or said).strip()))


def enable(service: str) -> None:
    """Have an init script run at boot; raise Unmet if nothing of this host can do that."""
    words = []
    for command in _ENABLING:
        code, said, errors = _programs.outcome([word.format(service) for word in command])
        if code == 0:
            return
        words.append("{0}: {1}".format(command[0], (errors or said).strip()))
    text = "Nothing has /etc/init.d/{0} run at boot: {1}. Install one of them, or choose another backend."
    raise _errors.Unmet(text.format(service, "; ".join(words)))


def numbers(database: str, names: t.Iterable[str]) -> t.Dict[str, int]:
    """Return the numbers of users or groups; raise Unmet for one that the host does not have. :arg database: ``user`` or ``group``."""
    found = {}
    for name in names:
        try:
            found[name] = _LOOKUPS[database](name)
        except KeyError:
            text = "document: this host has no {0} {1!r}; make it first, or give a number"
            raise _errors.Unmet(text.format(database, name)) from None
    return found
