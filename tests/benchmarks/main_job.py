# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the main job costs the controller where nothing is to be done: the tasks that a host is sent, and seconds of CPU.

Hosts are stand-ins, which answer each module at once. Seconds of CPU are compared with those of another run beside it, such
as that of another commit (``--beside``): what slows the machine slows both.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import pathlib
import resource
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
    """Tasks that the controller did for that host, those that were skipped too."""
    seconds: float
    """Of CPU, for one host, all processes of the controller together."""
    memory: float
    """MB at most, of the largest process."""


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


CASES: dict[str, t.Callable[[], dict[str, t.Any]]] = {
    "2 tunnels": lambda: pair(2),
    "500 tunnels, rp_filter strict": lambda: _with(pair(500), tunnels_rp_filter="strict"),
    "mesh of 1": lambda: mesh(1),
    "mesh of 20": lambda: mesh(20),
    "mesh of 200": lambda: mesh(200),
}


def _with(inventory: dict[str, t.Any], **variables: t.Any) -> dict[str, t.Any]:
    inventory["all"]["vars"].update(variables)
    return inventory


def measure(inventory: t.Mapping[str, t.Any], playbook: str, collections_path: pathlib.Path) -> Cost:
    """Run a playbook of this collection on stand-ins, and return what it took."""
    with tempfile.TemporaryDirectory(prefix="standin") as folder:
        path = pathlib.Path(folder, "inventory.json")
        path.write_text(json.dumps(inventory))
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(collections_path),
            "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "connection"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCAL_TEMP": folder,
            "STANDIN_FOLDER": folder,
        }
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        program = pathlib.Path(sys.executable).with_name("ansible-playbook")
        done = subprocess.run(
            [program, "--inventory", path, playbook], env=environment, check=False, stdout=subprocess.PIPE, text=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise SystemExit(f"{playbook} failed: {done.stdout[-4000:]}")
        sent = collections.Counter(line.split()[0] for line in pathlib.Path(folder, "sent").read_text().splitlines())
    recap = [line.split() for line in done.stdout.partition("PLAY RECAP")[2].splitlines()[1:] if line]
    tasks = [sum(int(word.partition("=")[2]) for word in row if word.startswith(("ok=", "skipped="))) for row in recap]
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(max(sent.values()), max(tasks), seconds / len(recap), after.ru_maxrss / 1024)


def main() -> None:
    """Print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help=f"of {', '.join(CASES)}; all if none is named")
    parser.add_argument("--playbook", default="warren.tunnels.site")
    parser.add_argument("--beside", type=pathlib.Path, help="the .build of another clone, measured in turn")
    arguments = parser.parse_args()
    print("| case | tasks sent to a host | tasks of the controller for it | seconds of CPU for a host | MB | beside |")
    print("|---|---|---|---|---|---|")
    for case in arguments.cases or CASES:
        cost = measure(CASES[case](), arguments.playbook, COLLECTIONS)
        beside = "-"
        if arguments.beside:
            other = measure(CASES[case](), arguments.playbook, arguments.beside)
            beside = (
                f"{other.sent} sent, {other.tasks} tasks, {other.seconds:.2f} s, {other.memory:.0f} MB: "
                f"{cost.seconds / other.seconds:.2f} of its CPU"
            )
        print(
            f"| {case} | {cost.sent} | {cost.tasks} | {cost.seconds:.2f} | {cost.memory:.0f} | {beside} |", flush=True
        )


if __name__ == "__main__":
    main()
