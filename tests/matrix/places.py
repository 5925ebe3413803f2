# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a combination runs: virtual environments, copies of pyroute2, namespaces and lab hosts, made when first used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import typing as t
from pathlib import Path

import cells
import yaml

HERE = Path(__file__).parent
Command = tuple[list[str], dict[str, str]]
"""A command, and what is added to its environment."""

OURS = str(Path(sysconfig.get_path("scripts")) / "ansible-playbook")
ALONE = ["unshare", *(() if os.geteuid() == 0 else ("--user", "--map-root-user"))]
ALONE += ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--", "bash", "-c"]
ALONE += ['mount -t tmpfs w /run && mkdir /run/netns && mount -t tmpfs w /var/lib && exec "$@"', "alone"]


class Places:
    """What has been made so far."""

    def __init__(self, clone: Path) -> None:
        self.clone, self.folder = clone, clone / ".build/matrix"
        self.lab, self.hosts_are = clone / ".build/mlab", ("", "")
        self.versions = yaml.safe_load((HERE / "versions.yml").read_text())
        self.folder.mkdir(parents=True, exist_ok=True)

    def log(self, cell: cells.Cell) -> Path:
        return self.folder / (cells.key(cell).replace(" ", "-") + ".log")

    def missing(self, cell: cells.Cell) -> str:
        """Return what this machine lacks for it, in words."""
        python = {"targets": cell.row, "controllers": cell.column}.get(cell.table)
        if python and not self._find(python):
            return f"there is no Python {python} on this machine"
        if cell.table == "hosts" and not self._controller(cell.row):
            return f"there is no Python for ansible-core {cell.row} on this machine"
        return ""

    def commands(self, cell: cells.Cell) -> t.Iterator[Command]:
        if cell.table == "targets":
            yield from self._modules(cells.core_for(self.versions, cell.row), None, cell.row, cell.column)
        elif cell.table == "controllers":
            host = self._newest_on_hosts(cell.row)
            yield from self._modules(cell.row, cell.column, host, self.versions["pyroute2"][-1]["version"])
        elif cell.table == "hosts":
            self._have_lab(cell.column)
            yield from self._tunnels(str(self._core(cell.row, self._controller(cell.row))), "site")
        elif cell.table == "libraries":
            self._have_lab(cell.column)
            interpreter = self._on_hosts(cell.row)
            yield from self._tunnels(OURS, "build", "-e", f"ansible_python_interpreter={interpreter}")
        else:
            yield from self._newer_kernel(cell.row, cell.column)

    def close(self) -> None:
        if any(self.hosts_are):
            self.hosts_are = "", ""
            self._lab("down")

    # Controllers

    def _controller(self, core: str) -> str | None:
        """Return the oldest Python of this machine that an ansible-core runs on."""
        bounds = next(known["controllers"] for known in self.versions["cores"] if known["version"] == core)
        allowed = (python for python in self.versions["pythons"] if cells.between(python, bounds))
        return next((python for python in allowed if self._find(python)), None)

    def _newest_on_hosts(self, core: str) -> str:
        """Return the newest Python of this machine that an ansible-core manages hosts with."""
        bounds = next(known["hosts"] for known in self.versions["cores"] if known["version"] == core)
        return [python for python in self.versions["pythons"] if cells.between(python, bounds) and self._find(python)][
            -1
        ]

    def _core(self, core: str, python: str | None) -> Path:
        """Return the ansible-playbook of a virtual environment."""
        venv = self.folder / f"core-{core}-python-{python}"
        if not (venv / "bin/ansible-playbook").exists():
            subprocess.run([self._find(str(python)), "-m", "venv", "--clear", venv], check=True)
            install = [venv / "bin/pip", "install", "-qq", "--disable-pip-version-check", f"ansible-core=={core}.*"]
            subprocess.run(install, check=True)
        return venv / "bin/ansible-playbook"

    # Hosts

    @staticmethod
    def _find(python: str) -> str | None:
        """Return a Python of this machine. pyenv's stand-ins refuse to run, so its own folders go first."""
        root = os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")
        folders = [str(path / "bin") for path in Path(root).glob(f"versions/{python}.*")]
        others = [folder for folder in os.environ["PATH"].split(os.pathsep) if not folder.endswith("/shims")]
        return shutil.which(f"python{python}", path=os.pathsep.join([*folders, *others]))

    def _library(self, version: str, python: str) -> str:
        """Return where that pyroute2 is. Python 3.6 and 3.7 get what they lack of their own libraries with it."""
        lacking = self.versions["lacking"] if python in ("3.6", "3.7") else []
        folder = self.folder / f"pyroute2-{version}{'-and-more' if lacking else ''}"
        if not folder.exists():
            pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-deps"]
            subprocess.run([*pip, "--target", folder, f"pyroute2=={version}", *lacking], check=True)
        return str(folder)

    def _modules(self, core: str | None, controller: str | None, python: str, library: str) -> t.Iterator[Command]:
        play = self._core(str(core), controller or self._controller(str(core)))
        interpreter = self.folder / f"python{python}-pyroute2-{library}"
        path = self._library(library, python)
        interpreter.write_text(f'#!/bin/sh\nPYTHONPATH={path} exec {self._find(python)} "$@"\n')
        interpreter.chmod(0o755)
        extra = ["-i", "here,", "-c", "local", "-e", f"ansible_python_interpreter={interpreter}"]
        environment = {"ANSIBLE_COLLECTIONS_PATH": str(self.clone / ".build"), "ANSIBLE_PIPELINING": "true"}
        yield [*ALONE, str(play), *extra, str(HERE / "modules.yml")], environment

    # The lab

    def _lab(self, command: str, *arguments: str) -> None:
        subprocess.run([self.clone / "tests/lab/lab", command, self.lab, *arguments], check=True)

    def _have_lab(self, suite: str, release: str = "") -> None:
        """Have hosts of that suite, with the kernel of that release."""
        if self.hosts_are == (suite, release):
            return
        self.close()
        self._lab("up", "--hosts", "2", "--suite", suite, "--kernel", release)
        self.hosts_are = suite, release

    def _on_host1(self, script: str) -> list[str]:
        return [str(self.clone / "tests/lab/lab"), "ssh", str(self.lab), "host1", script]

    def _installed(self) -> dict[str, str]:
        """Return the environment that has the built artefact, and its dependencies, but not the clone."""
        folders = [self.clone / ".build/package/collections", sysconfig.get_path("purelib")]
        return {"ANSIBLE_COLLECTIONS_PATH": ":".join(map(str, folders)), "ANSIBLE_PIPELINING": "true"}

    def _on_hosts(self, library: str) -> str:
        """Copy that pyroute2 to the hosts, and return the Python that takes it."""
        folder = Path(self._library(library, "3.9"))
        for host in ("host1", "host2"):
            pack = subprocess.Popen(["tar", "-c", "-C", self.folder, folder.name], stdout=subprocess.PIPE)
            shell = [self.clone / "tests/lab/lab", "ssh", self.lab, host]
            subprocess.run([*shell, "tar -x -C /root"], stdin=pack.stdout, check=True)
            script = f'#!/bin/sh\\nPYTHONPATH=/root/{folder.name} exec /usr/bin/python3 \\"\\$@\\"\\n'
            subprocess.run([*shell, f'printf "{script}" >/root/python; chmod 755 /root/python'], check=True)
        return "/root/python"

    def _newer_kernel(self, kernel: str, suite: str) -> t.Iterator[Command]:
        releases = {known["version"]: known["release"] for known in self.versions["kernels"]}
        self._have_lab(suite, releases[kernel])
        yield self._on_host1(f"uname -r | grep '^{kernel}[.]'"), {}
        hosts = ["-i", str(self.lab / "inventory.yml"), "--limit", "host1"]
        yield [OURS, *hosts, str(HERE / "modules.yml")], self._installed()
        yield from self._tunnels(OURS, "build")

    def _tunnels(self, play: str, playbook: str, *extra: str) -> t.Iterator[Command]:
        """Make them, see that twice is once, ask the kernels, and take them away."""
        environment = self._installed()
        options = ["-i", str(self.lab / "inventory.yml"), "-i", str(self.clone / "examples/two-hosts"), *extra]
        yield [play, f"warren.tunnels.{playbook}", *options], environment
        unchanged = ["bash", "-c", '"$@" | tee /dev/stderr | grep -c " changed=0 " | grep -qx 2', "unchanged"]
        yield [*unchanged, play, "warren.tunnels.build", *options], environment
        asked = "ping -c 2 -W 2 -I tun100 10.1.1.2 && ping -c 2 -W 2 -I tun200 20.1.1.2 && ip -d link show tun100"
        yield self._on_host1(asked + " | grep ' gre '"), {}
        yield [play, "warren.tunnels.teardown", *options], environment
