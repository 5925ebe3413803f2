# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: where a host keeps what outlives a run, and what the names there tell without a look inside.

A file that is of use in one boot only has that boot in its name.
"""

import contextlib
import os
import typing as t

DIRECTORY = "/var/lib/warren.tunnels"
BOOT_ID = "/proc/sys/kernel/random/boot_id"


def boot() -> str:
    """Return what tells this boot of the host from others."""
    with open(BOOT_ID, encoding="ascii") as file:
        return file.read().strip()


def checkpoint(name: str) -> str:
    """Return the folder of a checkpoint."""
    return os.path.join(DIRECTORY, "checkpoint", name)


def checkpoint_state() -> str:
    """Return the name of the file that is in a checkpoint's folder while it is armed."""
    return "state-{0}.json".format(boot())


def opened(name: str) -> str:
    """Return the file that is there while a firewall may have rules of an owner."""
    return os.path.join(DIRECTORY, "firewall", name)


def protected(name: str) -> str:
    """Return the file that is there while there may be an owner's table of what is not sent in clear."""
    return os.path.join(DIRECTORY, "protection", name)


def encrypted(name: str) -> str:
    """Return the file that is there while there may be an owner's connections of IPsec."""
    return os.path.join(DIRECTORY, "ipsec", name)


def protections() -> t.List[str]:
    """Return the owners of tables of what is not sent in clear."""
    return _owners(protected(""))


def encryptions() -> t.List[str]:
    """Return the owners of connections of IPsec."""
    return _owners(encrypted(""))


def _owners(folder: str) -> t.List[str]:
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def note(path: str) -> None:
    """Have one of the files that tell by being there."""
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    with open(path, "a", encoding="ascii"):
        pass


def forget(path: str) -> None:
    """Have it no more."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def armed() -> t.Optional[t.List[str]]:
    """Return the names of the checkpoints that are armed; None: only root may know."""
    try:
        names = sorted(os.listdir(os.path.join(DIRECTORY, "checkpoint")))
    except FileNotFoundError:
        return []
    except PermissionError:
        return None
    state = checkpoint_state() if names else ""
    return [name for name in names if os.path.exists(os.path.join(checkpoint(name), state))]
