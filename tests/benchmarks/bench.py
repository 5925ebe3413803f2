# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Side by side: this collection, ip(8), ifstate and plain Ansible tasks, on the same networks.

What is compared is run in turn, pair by pair, and the ratio of each pair is what counts: a slow moment of the machine
slows both. Everything happens in namespaces that this program makes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import samples

HERE = Path(__file__).parent
NEW_WORLD = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
READY = (
    "mount -t tmpfs bench /run && mkdir /run/netns && mount -t tmpfs bench /var/lib && ip link set lo up && "
    'ip address add 192.0.2.1/32 dev lo && exec "$@"'
)


class Figure:
    """Paired measurements of us and of another."""

    def __init__(self, what, count, other):
        self.what, self.count, self.other = what, count, other
        self.ours, self.theirs = [], []

    def add(self, ours, theirs):
        self.ours.append(ours)
        self.theirs.append(theirs)

    @property
    def ratios(self):
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    def row(self):
        ratios, unit = self.ratios, "s"
        return (
            f"| {self.what} | {self.count} | {self.other} | {statistics.median(ratios):.2f} | "
            f"{min(ratios):.2f} to {max(ratios):.2f} | {statistics.median(self.ours):.3f} {unit} | "
            f"{statistics.median(self.theirs):.3f} {unit} |"
        )


class Process(tuple):
    """Seconds and peak memory in MB of a command that ended well."""

    __slots__ = ()

    @classmethod
    def run(cls, command, text=""):
        with tempfile.TemporaryFile("w+") as stdin, tempfile.TemporaryFile("w+") as output:
            stdin.write(text)
            stdin.seek(0)
            start = time.perf_counter()
            child = subprocess.Popen(command, stdin=stdin, stdout=output, stderr=output)
            _pid, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                output.seek(0)
                raise SystemExit(f"{command} failed: {output.read()[-2000:]}")
        return cls((seconds, usage.ru_maxrss / 1024))


def engine(path, state):
    return Process.run([sys.executable, str(HERE / "engine.py"), str(path), state])


def ip_batch(batches):
    seconds = 0
    memory = 0
    for netns, lines in batches:
        command = ["ip", *(["-n", netns] if netns else []), "-batch", "-"]
        process = Process.run(command, "\n".join(lines))
        seconds, memory = seconds + process[0], max(memory, process[1])
    return seconds, memory


def in_new_world(arguments):
    """Run this program's part in namespaces of its own, and return what it measured."""
    command = [*NEW_WORLD, "bash", "-c", READY, "bench", sys.executable, str(HERE / "bench.py"), *arguments]
    if os.geteuid():
        command[1:1] = ["--user", "--map-root-user"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def measure_engine(kind, count, other):
    """In a world of its own: create, run again and delete, each beside the other's way. Return seconds and memory."""
    whole = samples.document(kind, count)
    path = Path("/run/document.json")
    path.write_text(json.dumps(whole))
    if whole["namespaces"]:
        subprocess.run(["ip", "netns", "add", "bench"], check=True)
    results = {}
    if other == "ours":
        deletion = Path("/run/deletion.json")
        deletion.write_text(json.dumps({**whole, "namespaces": []}))
        results["create"] = engine(path, "merged")
        results["events"] = _events(lambda: results.update(again=engine(path, "merged")))
        results["delete"] = engine(deletion, "deleted")
    elif other == "ip":
        results["ip create"] = ip_batch(samples.creation(whole))
        results["ip again"] = Process.run(["ip", "-d", "-j", "address"])
        results["ip delete"] = ip_batch(samples.deletion(whole))
    else:
        file = Path("/run/ifstate.yml")
        file.write_text(json.dumps(samples.ifstate(whole)))
        results["ifstate create"] = Process.run([other, "-c", str(file), "apply"])
    return results


def _events(action):
    """Return how many changes the kernel told of while something was done."""
    with tempfile.TemporaryFile("w+") as output:
        monitor = subprocess.Popen(["ip", "monitor", "link", "address", "route"], stdout=output)
        time.sleep(0.3)
        action()
        time.sleep(0.3)
        monitor.terminate()
        monitor.wait()
        output.seek(0)
        return len(output.readlines())


def compare(kind, count, rounds, progress):
    """Return the figures of the engine beside ip(8), for one kind and number of links."""
    figures = {
        step: Figure(f"{label} {kind}", count, other)
        for step, label, other in (
            ("create", "create", "`ip -batch`"),
            ("again", "nothing to do,", "`ip -d -j address`"),
            ("delete", "delete", "`ip -batch`"),
        )
    }
    memory, events = [0, 0], 0
    for number in range(rounds):
        progress(f"{count} links of kind {kind}, round {number + 1} of {rounds}")
        ours = in_new_world(["--world", kind, str(count), "ours"])
        theirs = in_new_world(["--world", kind, str(count), "ip"])
        for step, figure in figures.items():
            figure.add(ours[step][0], theirs["ip " + step][0])
        memory = [max(memory[0], ours["create"][1]), max(memory[1], theirs["ip create"][1])]
        events = max(events, ours["events"])
    return list(figures.values()), memory, events


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--world", nargs=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--counts", default="10,100,1000,4000")
    parser.add_argument("--kinds", default="tap,veth,bridge")
    parser.add_argument("--ifstate", help="the ifstatecli to compare with")
    arguments = parser.parse_args()
    if arguments.world:
        kind, count, other = arguments.world
        print(json.dumps(measure_engine(kind, int(count), other)))
        return

    def progress(text):
        print(f"bench: {text}", file=sys.stderr, flush=True)

    print("| what | links | beside | ratio | of all pairs | ours | theirs |\n|---|---|---|---|---|---|---|")
    for kind in arguments.kinds.split(","):
        for count in map(int, arguments.counts.split(",")):
            figures, memory, events = compare(kind, count, arguments.rounds, progress)
            for figure in figures:
                print(figure.row(), flush=True)
            print(f"| peak memory, {kind} | {count} | `ip -batch` | | | {memory[0]:.0f} MB | {memory[1]:.0f} MB |")
            if events:
                raise SystemExit(f"the second run was not silent: the kernel told of {events} changes")
    if arguments.ifstate:
        figure = Figure("create tap", 200, "`ifstate`")
        for number in range(arguments.rounds):
            progress(f"200 taps beside ifstate, round {number + 1} of {arguments.rounds}")
            ours = in_new_world(["--world", "tap", "200", "ours"])
            theirs = in_new_world(["--world", "tap", "200", arguments.ifstate])
            figure.add(ours["create"][0], theirs["ifstate create"][0])
        print(figure.row())


if __name__ == "__main__":
    main()
