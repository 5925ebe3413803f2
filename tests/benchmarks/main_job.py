# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook costs the controller where nothing is to be done: the tasks that a host is sent, seconds of CPU, memory.

Hosts are stand-ins, which answer each module at once. Beside each case there is a play with four tasks of ``command`` on the
same hosts, which is what Ansible itself takes. Another clone can be measured in turn, such as one of another commit
(``--beside``): what slows the machine slows both.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import typing as t

HERE = pathlib.Path(__file__).resolve().parent
COLLECTIONS = HERE.parents[4]
"""The folder with ``ansible_collections`` of the clone that this is."""


class Cost(t.NamedTuple):
    """What a run takes."""

    sent: int
    """Modules that the busiest host was sent."""
    tasks: int
    """Tasks that the controller did for each host, those that were skipped too, but for those that are done once for all."""
    hosts: int
    """Hosts that it ran on."""
    seconds: float
    """Of CPU, user and system, all processes of the controller together."""
    memory: float
    """MB at most, of the largest process."""

    @property
    def share(self) -> float:
        """Seconds of CPU for one host."""
        return self.seconds / self.hosts


class Case(t.NamedTuple):
    """What is measured."""

    inventory: dict[str, t.Any]
    playbook: str = "warren.tunnels.site"


def pair(count: int) -> dict[str, t.Any]:
    """Return an inventory of two hosts with so many tunnels between them."""
    links = [
        {
            "name": f"tun{number}",
            "mode": "gre",
            "key": number + 1,
            "ttl": 64,
            "mtu": 1400,
            "ends": {
                "host1": {"address": f"10.{100 + number // 250}.{number % 250}.1"},
                "host2": {"address": f"10.{100 + number // 250}.{number % 250}.2"},
            },
        }
        for number in range(count)
    ]
    return _inventory(2, tunnels_links=links)


def mesh(hosts: int) -> dict[str, t.Any]:
    """Return an inventory with a mesh whose hosts have one device each."""
    core = {"name": "core", "mode": "gre", "key": 100, "topology": "full", "devices": "one", "pool": "10.252.0.0/16"}
    return _inventory(hosts, tunnels_meshes=[{**core, "group": "all"}])


def _inventory(hosts: int, **variables: t.Any) -> dict[str, t.Any]:
    own = {
        f"host{number}": {"ansible_host": f"10.0.{number // 250}.{number % 250 + 1}"} for number in range(1, hosts + 1)
    }
    there = {"ansible_connection": "standin", "ansible_python_interpreter": "/usr/bin/python3"}
    return {"all": {"hosts": own, "vars": {**there, **variables}}}


CASES: dict[str, t.Callable[[], Case]] = {
    "2 tunnels": lambda: Case(pair(2)),
    "500 tunnels, rp_filter strict": lambda: Case(_with(pair(500), tunnels_rp_filter="strict")),
    "mesh of 20": lambda: Case(mesh(20)),
    "mesh of 200": lambda: Case(mesh(200)),
    "mesh of 1000": lambda: Case(mesh(1000)),
    "mesh of 1000, validate": lambda: Case(mesh(1000), "warren.tunnels.validate"),
}
FLOOR = HERE / "floor.yml"
"""A play that asks each host four times for as good as nothing."""


def _with(inventory: dict[str, t.Any], **variables: t.Any) -> dict[str, t.Any]:
    inventory["all"]["vars"].update(variables)
    return inventory


def measure(case: Case, collections_path: pathlib.Path, hosts: int | None = None) -> Cost:
    """Run a playbook of a clone on stand-ins, and return what it took. :arg hosts: the first so many alone; all if not given."""
    with tempfile.TemporaryDirectory(prefix="standin") as folder:
        path = pathlib.Path(folder, "inventory.json")
        path.write_text(json.dumps(case.inventory))
        sent, said = pathlib.Path(folder, "sent"), pathlib.Path(folder, "said")
        sent.touch()
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(collections_path),
            "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "connection"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCAL_TEMP": folder,
            "STANDIN_FOLDER": folder,
        }
        program = pathlib.Path(sys.executable).with_name("ansible-playbook")
        limit = ["--limit", ",".join(list(case.inventory["all"]["hosts"])[:hosts])] if hosts else []
        with said.open("w") as output:
            process = subprocess.Popen(
                [program, "--inventory", path, *limit, case.playbook], env=environment, stdout=output
            )
            # What it took alone, and not the cases before it.
            _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{case.playbook} failed: {said.read_text()[-4000:]}")
        counts = collections.Counter(line.split()[0] for line in sent.read_text().splitlines())
        recap = [line.split() for line in said.read_text().partition("PLAY RECAP")[2].splitlines()[1:] if line]
    tasks = [sum(int(word.partition("=")[2]) for word in row if word.startswith(("ok=", "skipped="))) for row in recap]
    # A host that no task was done for is not in the recap.
    ran = hosts or len(case.inventory["all"]["hosts"])
    each = min(tasks) if len(tasks) == ran else 0
    return Cost(max(counts.values(), default=0), each, ran, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def main() -> None:
    """Print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help=f"of {', '.join(CASES)}; all if none is named")
    parser.add_argument("--playbook", help="another one than that of the case")
    parser.add_argument("--hosts", type=int, help="run on the first so many hosts of the inventory alone")
    parser.add_argument("--alone", action="store_true", help="leave out the four tasks beside it")
    parser.add_argument("--beside", type=pathlib.Path, help="the .build of another clone, measured in turn")
    arguments = parser.parse_args()
    print(
        "| case | tasks sent to a host | tasks of the controller for it | CPU for a host | four `command` tasks | CPU in all "
        "| memory | beside |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name in arguments.cases or CASES:
        case = CASES[name]()
        if arguments.playbook:
            case = case._replace(playbook=arguments.playbook)
        cost = measure(case, COLLECTIONS, arguments.hosts)
        floor = "-"
        if cost.sent and not arguments.alone:
            floor = f"{measure(case._replace(playbook=str(FLOOR)), COLLECTIONS, arguments.hosts).share:.2f} s"
        beside = "-"
        if arguments.beside:
            other = measure(case, arguments.beside, arguments.hosts)
            beside = (
                f"{other.sent} sent, {other.tasks} tasks, {other.share:.2f} s, {other.memory:.0f} MB: "
                f"{cost.seconds / other.seconds:.2f} of its CPU"
            )
        print(
            f"| {name} | {cost.sent} | {cost.tasks} | {cost.share:.2f} s | {floor} | {cost.seconds:.1f} s "
            f"| {cost.memory:.0f} MB | {beside} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
