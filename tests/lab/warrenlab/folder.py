# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the files of one lab are."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import stat
import time

from . import machine
from .addressing import HostAddress, host_addresses
from .errors import LabError


@dataclasses.dataclass(frozen=True)
class Description:
    """What a lab consists of: `hosts` is a number, `memory` is in MB for each host, `image` a path.

    `kernel` is the Debian release that the hosts' kernel is from, empty for the computer's own; `machine` is one of
    machine.NAMES.
    """

    suite: str
    hosts: int
    memory: int
    image: str
    kernel: str = ""
    machine: str = "uml"

    def __str__(self) -> str:
        """Say it as `lab` shows it."""
        kernel = f", kernel of {self.kernel}" if self.kernel else ""
        return f"{self.hosts} {self.suite} hosts ({machine.named(self.machine).ABOUT}), {self.memory} MB each{kernel}"

    def addresses(self) -> tuple[HostAddress, ...]:
        return host_addresses(self.hosts)


class LabFolder:
    """The two folders of one lab.

    `path` is the folder the user named. `runtime` is short whatever the length of `path`, because
    Unix socket paths are limited to 107 bytes; and free of spaces and commas, because the kernel
    command line of User-mode Linux cannot quote them.
    """

    def __init__(self, path: str | os.PathLike):
        self.path = pathlib.Path(path).absolute()
        resolved = os.path.realpath(self.path)
        digest = hashlib.sha256(os.fsencode(resolved)).hexdigest()[:12]
        self.runtime = pathlib.Path(f"/tmp/warren-lab-{digest}")

        self.inventory = self.path / "inventory.yml"
        self.ssh_config = self.path / "ssh_config"
        self.ssh_key = self.path / "ssh_key"
        self.description = self.path / "lab.json"
        self.log = self.path / "supervisor.log"
        self.lock = self.path / "lock"
        self.hosts = self.path / "hosts"

        self.control = self.runtime / "control"
        self.control_paths = self.runtime / "ssh"
        self.uml = self.runtime / "uml"
        self.qmp = self.runtime / "qmp"
        self.shares = self.runtime / "shares"
        self.image = self.runtime / "image"
        self.kernel = self.runtime / "kernel"
        self.disks = self.runtime / "hosts"

    def public_key(self) -> pathlib.Path:
        return self.ssh_key.with_suffix(".pub")

    def console(self, host: str) -> pathlib.Path:
        """The file that takes all a host writes to its console."""
        return self.hosts / host / "console.log"

    def disk(self, host: str) -> pathlib.Path:
        """What a host has changed on its disk, over the image."""
        return self.hosts / host / "disk.cow"

    def load(self) -> Description:
        """Read what this lab consists of; raise LabError when there is no lab here."""
        try:
            return Description(**json.loads(self.description.read_text()))
        except FileNotFoundError:
            raise LabError(f"no lab in {self.path}: 'lab up {self.path}' makes one") from None

    def is_lab(self) -> bool:
        """Tell whether a lab was ever set up here, running or not."""
        return self.description.exists()

    def save(self, description: Description) -> None:
        self.description.write_text(json.dumps(dataclasses.asdict(description), indent=2) + "\n")

    def create_runtime(self) -> None:
        """Make a fresh runtime folder that only this user can enter."""
        self.remove_runtime()
        self.runtime.mkdir(mode=0o700)
        for folder in (self.control_paths, self.uml, self.qmp, self.shares):
            folder.mkdir(mode=0o700)
        self.disks.symlink_to(self.hosts)

    def remove_runtime(self) -> None:
        """Remove the runtime folder; raise LabError when it is somebody else's."""
        try:
            status = self.runtime.lstat()
        except FileNotFoundError:
            return
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
            raise LabError(f"{self.runtime} is not this user's folder: remove it")
        shutil.rmtree(self.runtime, ignore_errors=True)

    def remove(self) -> None:
        """Remove all that a lab writes, and the folder when nothing else is in it."""
        self.remove_runtime()
        shutil.rmtree(self.hosts, ignore_errors=True)
        for file in (
            self.inventory,
            self.ssh_config,
            self.ssh_key,
            self.public_key(),
            self.description,
            self.log,
            self.lock,
        ):
            file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.path.rmdir()

    def try_lock(self, timeout: float = 0) -> int | None:
        """Take the lab's lock within `timeout` seconds; give its file descriptor, or None.

        The lock is held by whoever sets the lab up or takes it down, and by the lab as long as it
        lives: to have it is to know that nothing of the lab is running.
        """
        deadline = time.monotonic() + timeout
        while True:
            descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._is_current(descriptor):
                    return descriptor
            except BlockingIOError:
                pass
            os.close(descriptor)
            if time.monotonic() >= deadline:
                return None
            time.sleep(0.02)

    def _is_current(self, descriptor: int) -> bool:
        """Tell whether the lock file is still the one in the folder: 'lab down' removes it."""
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self.lock))
        except FileNotFoundError:
            return False
