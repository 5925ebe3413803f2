# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the fleet planner: one host's share of a mesh, and the shares of all its hosts.

Each measurement is a process of its own, which reads the declaration as a first share needs it, so that the memory is
its own too. Times are of the processor, on this machine; what to look at is how they grow.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet

SIZES = (10, 100, 1000, 10000)
TOPOLOGIES = ("full", "hub", "ring", "one")
ALL_UP_TO = {"full": 1000, "hub": 10000, "ring": 10000, "one": 1000}
"""A full mesh of 10,000 has 100 million ends, also with one device per host."""


def measure(topology: str, size: int, scope: str) -> dict[str, float]:
    """Return seconds, ends and peak memory in MB."""
    names = [f"host{number}" for number in range(size)]
    hosts = {
        name: {"ansible_host": f"172.{16 + at // 65536}.{at // 256 % 256}.{at % 256}"}
        for at, name in enumerate(names, 1)
    }
    # A full mesh of 10,000 needs 2^27 addresses, more than IPv4 has for private use.
    pool = "fd00::/64" if topology == "full" and size > 4000 else "10.0.0.0/8"
    mesh = {"name": "m", "mode": "gre", "key": "pair", "topology": topology, "group": "all", "pool": pool}
    if topology == "hub":
        mesh["hubs"] = names[:2]
    if topology == "one":
        mesh.update(topology="full", devices="one", key=100)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    fleet = _fleet.read([], [mesh], hosts, {"all": names})
    ends = sum(len(fleet.share(name)["peers"]) for name in (names if scope == "all" else [names[size // 2]]))
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "ends": ends, "megabytes": peak / 1024, "added": (peak - before) / 1024}


def main() -> None:
    """Print a line for each measurement, or measure once where a process of its own is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", nargs=3, metavar=("TOPOLOGY", "SIZE", "SCOPE"))
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    arguments = parser.parse_args()
    if arguments.once:
        topology, size, scope = arguments.once
        print(json.dumps(measure(topology, int(size), scope)))
        return
    print(
        f"{'topology':8} {'hosts':>6} {'share of':>8} {'ends':>8} {'seconds':>8} {'µs/end':>8} {'MB':>6} {'of it':>6}"
    )
    for topology in TOPOLOGIES:
        for size in arguments.sizes:
            for scope in ("one", "all") if size <= ALL_UP_TO[topology] else ("one",):
                command = [sys.executable, __file__, "--once", topology, str(size), scope]
                found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
                per_end = found["seconds"] / max(found["ends"], 1) * 1e6
                print(
                    f"{topology:8} {size:6} {scope:>8} {found['ends']:8} {found['seconds']:8.3f} {per_end:8.1f} "
                    f"{found['megabytes']:6.0f} {found['added']:6.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
