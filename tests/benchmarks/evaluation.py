# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what it takes the controller to work out and evaluate what one host is sent, for a mesh with one device a host.

That is what grows with the peers of a host. All is done in one process and once before it is measured, so that it takes a
second. What a whole run takes, ``main_job.py`` measures.
"""

from __future__ import annotations

import argparse
import pathlib
import time
import typing as t

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar, trust_as_template

HERE = pathlib.Path(__file__).resolve().parent
ROLE = HERE.parents[1] / "roles" / "tunnels"
TASKS = {
    "See what differs": "{{ __tunnels_wanted }}",
    "Have the state back after a reboot": "{{ __tunnels_at_boot }}",
    "Ask each far address": "{{ __tunnels_probe_texts }}",
}
"""What the tasks of the main job are given that send something to a host, where nothing is to be done."""


def variables(size: int) -> dict[str, t.Any]:
    """Return those of a host."""
    from ansible_collections.warren.tunnels.plugins.lookup import fleet_declaration
    from ansible_collections.warren.tunnels.tests.benchmarks import main_job

    hosts = main_job.mesh(size)["all"]["hosts"]
    meshes = main_job.mesh(size)["all"]["vars"]["tunnels_meshes"]
    groups = {"all": list(hosts)}
    given = {"inventory_hostname": "host1", "ansible_play_batch": ["host1"], "groups": groups, "hostvars": hosts}
    (declared,) = fleet_declaration.LookupModule().run([], {**given, **hosts["host1"], "tunnels_meshes": meshes})
    loader = DataLoader()
    files = (ROLE / "defaults" / "main.yml", ROLE / "vars" / "main.yml")
    role = {
        name: value
        for path in files
        for name, value in loader.load_from_file(str(path), trusted_as_template=True).items()
    }
    course = {"keep": {}, "idle": True}
    return {**role, **given, "__tunnels_declaration": declared, "__tunnels_course": course, "__tunnels_is_part": True}


def measure(templar: Templar, expression: str) -> float:
    """Return the seconds of CPU that an expression takes in a process that has read the declaration."""
    from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_shares

    templar.template(trust_as_template(expression))
    _fleet_shares._last.cache_clear()
    start = time.process_time()
    templar.template(trust_as_template(expression))
    return time.process_time() - start


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[100, 200, 400, 800])
    init_plugin_loader([str(HERE.parents[4])])
    print(f"| hosts | {' | '.join(TASKS)} | together |")
    print(f"|---|{'---|' * (len(TASKS) + 1)}")
    for size in parser.parse_args().sizes:
        templar = Templar(DataLoader(), variables=variables(size))
        spent = [measure(templar, expression) * 1000 for expression in TASKS.values()]
        print(f"| {size} | {' | '.join(f'{one:.0f} ms' for one in spent)} | {sum(spent):.0f} ms |", flush=True)


if __name__ == "__main__":
    main()
