# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts of a lab, and runs of Ansible on them, to their end or killed in the middle."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import typing as t

import pytest
import yaml

CLONE = pathlib.Path(os.environ.get("WARREN_CLONE", pathlib.Path(__file__).parents[2]))
LAB = pathlib.Path(os.environ.get("WARREN_LAB", CLONE / ".lab"))
PROGRAM = CLONE / "tests/lab/lab"
HOSTS = ("host1", "host2", "host3")
PATIENCE = float(os.environ.get("WARREN_PATIENCE", "300"))
"""Seconds that a command on a host may take, a boot too, on a machine that is very busy."""


class Run(t.NamedTuple):
    """What came of a run of Ansible."""

    status: int
    said: str

    @property
    def is_green(self) -> bool:
        return self.status == 0


class Fleet:
    """Hosts with a declaration, which tests change."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.declare({})

    def declare(self, variables: dict[str, t.Any], hosts: t.Mapping[str, t.Any] | None = None) -> None:
        """Declare for all hosts, and for some."""
        inventory = {"all": {"vars": variables, "hosts": {host: (hosts or {}).get(host, {}) for host in HOSTS}}}
        (self.folder / "declaration.yml").write_text(yaml.safe_dump(inventory))

    def play(self, playbook: str, *arguments: str, kill_at: str = "", **variables: t.Any) -> Run:
        """Run a playbook of the collection. :arg kill_at: the name of the task that it is killed at, as soon as it begins."""
        extra = ["--extra-vars", json.dumps(variables)] if variables else []
        inventories = [f"--inventory={path}" for path in (LAB / "inventory.yml", self.folder / "declaration.yml")]
        environment = {**os.environ, "ANSIBLE_PIPELINING": "true", "ANSIBLE_FORKS": "8", "PYTHONUNBUFFERED": "1"}
        lines = []
        with subprocess.Popen(
            ["ansible-playbook", *inventories, *extra, *arguments, playbook],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env=environment,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line)
                if kill_at and line.startswith("TASK [") and kill_at in line:
                    os.killpg(process.pid, signal.SIGKILL)
        run = Run(process.returncode, "".join(lines))
        print(run.said)
        return run

    @staticmethod
    def lab(command: str, *arguments: str) -> None:
        """Run a command of the lab."""
        subprocess.run([str(PROGRAM), command, str(LAB), *arguments], check=True)

    def boot(self, action: str, *hosts: str) -> None:
        """Give hosts fresh disks (``wipe``), or start them again (``on``) after a shutdown."""
        if action == "on":
            self.lab("power", "off", *hosts)
        # Ansible's connections would hang.
        for path in pathlib.Path(self._connections()).iterdir():
            subprocess.run(["ssh", "-O", "exit", "-o", f"ControlPath={path}", "any"], capture_output=True, check=False)
        self.lab("power", action, *hosts)
        self.lab("wait", *hosts, "--timeout", str(PATIENCE))
        for host in hosts:
            self.on(host, "systemctl --quiet is-system-running --wait || true")

    @staticmethod
    def _connections() -> str:
        inventory = yaml.safe_load((LAB / "inventory.yml").read_text())
        return str(inventory["all"]["children"]["lab"]["vars"]["ansible_control_path_dir"])

    def on(self, host: str, command: str) -> str:
        """Return what a command of the shell prints on a host."""
        ssh = ["ssh", "-F", str(LAB / "ssh_config"), host, command]
        done = subprocess.run(
            ssh, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, f"{host}: {command}: {done.stderr}"
        return done.stdout

    @staticmethod
    def underlay() -> dict[str, str]:
        """Return the address of each host."""
        hosts = yaml.safe_load((LAB / "inventory.yml").read_text())["all"]["children"]["lab"]["hosts"]
        return {host: variables["ansible_host"] for host, variables in hosts.items()}

    def look(self) -> dict[str, t.Any]:
        """Return the links of all hosts with their addresses, without what is an accident."""
        return {host: self.links(host) for host in HOSTS}

    def links(self, host: str) -> dict[str, t.Any]:
        found = {}
        for link in json.loads(self.on(host, "ip -d -j address show")):
            for accident in ("ifindex", "link_index", "qdisc", "group"):
                link.pop(accident, None)
            found[link["ifname"]] = link
        return found

    def armed(self) -> dict[str, str]:
        """Return the timers that would roll a host back, by host."""
        command = "systemctl list-units --plain --no-legend 'warren-checkpoint-*.timer'"
        return {host: timers for host in HOSTS if (timers := self.on(host, command))}

    def pings(self, host: str, address: str) -> bool:
        return " 0% packet loss" in self.on(host, f"ping -n -c 3 -i 0.2 -W 1 {address} || true")

    def clear(self) -> None:
        """Take down what there is, and let go of what may still be armed."""
        for host in HOSTS:
            self.on(host, "systemctl stop 'warren-checkpoint-*.timer'; rm -rf /var/lib/warren.tunnels/checkpoint")
        self.play("warren.tunnels.teardown")
        for host in HOSTS:
            self.on(
                host,
                "for link in tun100 tun200 tun300; do ip link delete $link; done 2>/dev/null; ip route flush type blackhole; true",
            )


@pytest.fixture(scope="session")
def lab() -> t.Iterator[pathlib.Path]:
    """Return the folder of a lab with these hosts. One that is up already is used, and stays."""
    status = [str(PROGRAM), "status", str(LAB)]
    was_up = subprocess.run(status, stdout=subprocess.DEVNULL, check=False).returncode == 0
    if not was_up:
        Fleet.lab("up", "--hosts", str(len(HOSTS)))
    yield LAB
    if not was_up:
        Fleet.lab("down")


@pytest.fixture
def fleet(lab: pathlib.Path, tmp_path: pathlib.Path) -> t.Iterator[Fleet]:
    made = Fleet(tmp_path)
    yield made
    made.clear()
