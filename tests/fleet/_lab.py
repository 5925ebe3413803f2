# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two labs: hosts that live, and hosts that are built anew each time, with the same names and addresses."""

from __future__ import annotations

import concurrent.futures
import json
import pathlib
import subprocess
import typing as t

from ._declaration import HOSTS, underlay6

HERE = pathlib.Path(__file__).parent
WITNESS = HERE.parent / "integration/targets/four_runs/module_utils/witness.py"
TIMEOUT = 300.0
"""Seconds that a command on a host may take, on a machine that is very busy."""


class Lab:
    """Hosts, each reached by one connection that is kept."""

    def __init__(self, program: pathlib.Path, folder: pathlib.Path) -> None:
        """:arg program: the lab's. :arg folder: where the lab is; its path must be short."""
        self._program, self.folder = program, folder

    def up(self) -> None:
        """Boot hosts that have nothing yet."""
        self.down()
        self._lab("up", "--hosts", str(len(HOSTS)), "--memory", "160", "--timeout", str(TIMEOUT))
        self._prepare()

    def down(self) -> None:
        self._lab("down")

    def renew(self) -> None:
        """Give all hosts fresh disks, and wait for them."""
        self._hang_up()
        self._lab("power", "wipe", *HOSTS)
        self._lab("wait", "--timeout", str(TIMEOUT))
        self._prepare()

    def reboot(self) -> None:
        """Shut all hosts down and start them again, and wait for what brings their tunnels back."""
        self._hang_up()
        self._lab("power", "off", *HOSTS)
        self._lab("power", "on", *HOSTS)
        self._lab("wait", "--timeout", str(TIMEOUT))
        self.on_all("systemctl --quiet is-system-running --wait || true")

    def _prepare(self) -> None:
        script = (HERE / "underlay.sh").read_text()
        self.on_each({host: f"address6={underlay6(host)}\n{script}" for host in HOSTS})

    @property
    def inventory(self) -> pathlib.Path:
        return self.folder / "inventory.yml"

    def on_all(self, script: str) -> dict[str, str]:
        return self.on_each(dict.fromkeys(HOSTS, script))

    def on_each(self, scripts: t.Mapping[str, str]) -> dict[str, str]:
        """Run a script of the shell on each of these hosts at a time; return what they print."""
        with concurrent.futures.ThreadPoolExecutor(len(HOSTS)) as pool:
            return dict(zip(scripts, pool.map(self._run, scripts, scripts.values()), strict=True))

    def look(self) -> dict[str, t.Any]:
        """Return what each host has; see ``_on_host``."""
        program = f"{WITNESS.read_text()}\n{(HERE / '_on_host.py').read_text()}\ntell(read())\n"
        return {host: json.loads(text) for host, text in self.on_all(f"python3 - <<'END'\n{program}\nEND\n").items()}

    def _run(self, host: str, script: str) -> str:
        ssh = ["ssh", "-F", str(self.folder / "ssh_config"), "-o", f"ControlPath={self._connection(host)}"]
        ssh += ["-o", "ControlMaster=auto", "-o", "ControlPersist=60", host, "sh", "-e", "-s"]
        done = subprocess.run(ssh, input=script, capture_output=True, text=True, timeout=TIMEOUT, check=False)
        if done.returncode:
            raise RuntimeError(f"{host}: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def _connection(self, host: str) -> str:
        inventory = json.loads(self.inventory.read_text().split("ansible_control_path_dir: ")[1].splitlines()[0])
        return f"{inventory}/fleet-{host}"

    def _hang_up(self) -> None:
        """Close the connections, Ansible's too: they would hang where a host was cut off."""
        for path in pathlib.Path(self._connection("")).parent.iterdir():
            ssh = ["ssh", "-O", "exit", "-o", f"ControlPath={path}", "any"]
            subprocess.run(ssh, capture_output=True, timeout=TIMEOUT, check=False)

    def _lab(self, command: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._program), command, str(self.folder), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"lab {command}: {done.stdout[-3000:]}")
