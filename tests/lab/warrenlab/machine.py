# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machines that hosts are: what each has to know, and which there are."""

from __future__ import annotations

import importlib
import pathlib
import typing

from .addressing import HostAddress
from .errors import LabError

if typing.TYPE_CHECKING:
    from .folder import Description, LabFolder

# Each is the name of a module, imported when it is asked for.
_MODULES = {"uml": "usermode", "qemu": "qemu"}
NAMES = tuple(_MODULES)


class Machine(typing.Protocol):
    """One way to run a host. Each is a module of this package."""

    ABOUT: str
    """As `lab` shows it."""
    MEMORY: int
    """Megabytes that a host has unless the user says otherwise."""
    USUAL_SECONDS: int
    """What two hosts take until SSH answers, on an idle computer."""
    BOOT_TIMEOUT: float
    """Seconds that hosts may take until SSH answers, on a busy computer."""
    POWER_OFF_TIMEOUT: float
    """Seconds that a host may take to shut down."""
    SSH_TIMEOUT: int
    """Seconds that a host may take to answer ssh."""
    ONE_PROCESSOR: bool
    """A host is quickest when it keeps to one processor of the computer."""
    KERNELS: tuple[str, ...]
    """The Debian releases whose kernel it can be given."""

    def choose(self, suite: str, release: str) -> str:
        """Give the Debian release whose kernel the hosts of `suite` run: `release`, or the machine's choice.

        The choice may be empty, for a kernel that the computer has. Raises LabError where the computer lacks something.
        """

    def fetch(self, release: str) -> pathlib.Path:
        """Give the folder of the kernel of a Debian release, which is fetched when it is missing."""

    def provide(self, release: str, folder: LabFolder) -> None:
        """Have what `choose` gave for the lab in `folder`."""

    def cable(self, host: HostAddress) -> list[str]:
        """Give the commands of `ip` that make `host.port`, the end of the host's cable that goes into the bridge."""

    def prepare(self, folder: LabFolder, host: HostAddress) -> None:
        """Make what the host lacks to start, such as a disk."""

    def command(self, folder: LabFolder, description: Description, host: HostAddress) -> list[str]:
        """Give the command that boots `host`. It writes the console to its output, and ends when the host reboots."""

    def press_power_button(self, folder: LabFolder, host: HostAddress) -> None:
        """Ask the host to shut down; raise OSError when it can't be asked."""


def named(name: str) -> Machine:
    """Give the machine of that name; raise LabError when there is none."""
    if name not in _MODULES:
        raise LabError(f"no machine {name}: it can be {' or '.join(NAMES)}")
    return typing.cast("Machine", importlib.import_module(f".{_MODULES[name]}", __package__))


def require_kernel(name: str, release: str) -> None:
    """Raise LabError when the machine can't be given the kernel of a Debian release."""
    kernels = named(name).KERNELS
    if release not in kernels:
        raise LabError(f"--machine {name} has no kernel of {release}: it has those of {', '.join(kernels)}")
