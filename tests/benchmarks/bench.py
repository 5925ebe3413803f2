# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Side by side: this collection, ip(8), ifstate and plain Ansible tasks, on the same networks.

What is compared is run in turn, pair by pair, and the ratio of each pair is what counts: a slow moment of the machine
slows both. Everything happens in namespaces that this program makes.
"""

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import typing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import samples

LOOPS = 20
"""How often a single task is run in a loop."""

MANY = 1000
"""Up to so many links are deleted too: ip(8) takes 19 ms for each (Linux 6.18)."""

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
        self.unit = "s"

    def add(self, ours, theirs):
        self.ours.append(ours)
        self.theirs.append(theirs)

    @property
    def ratio(self):
        """The median of the pairs' ratios, and the least and the greatest of them; a dash where nothing was measured."""
        ratios = [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]
        return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else "-"

    @property
    def medians(self):
        return [f"{statistics.median(measured):.3f} {self.unit}" for measured in (self.ours, self.theirs)]

    @property
    def told(self):
        """Whether anything was measured at all: a kernel that counts by ticks may miss it."""
        return all(map(statistics.median, (self.ours, self.theirs)))

    def row(self):
        return "| " + " | ".join([self.what, str(self.count), self.other, self.ratio, *self.medians]) + " |"


class Process(typing.NamedTuple):
    """What a command took that ended well: seconds, those of them that it computed in the kernel, MB of memory at most."""

    seconds: float
    kernel: float
    memory: float

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
        return cls(seconds, usage.ru_stime, usage.ru_maxrss / 1024)


def engine(path, state):
    return Process.run([sys.executable, str(HERE / "engine.py"), str(path), state])


def ip_batch(batches):
    processes = []
    for netns, lines in batches:
        command = ["ip", *(["-n", netns] if netns else []), "-batch", "-"]
        processes.append(Process.run(command, "\n".join(lines)))
    seconds, kernel, memory = zip(*processes, strict=True)
    return Process(sum(seconds), sum(kernel), max(memory))


def in_new_world(arguments):
    """Run this program's part in namespaces of its own, and return what it measured."""
    command = [*NEW_WORLD, "bash", "-c", READY, "bench", sys.executable, str(HERE / "bench.py"), *arguments]
    if os.geteuid():
        command[1:1] = ["--user", "--map-root-user"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def measured(arguments):
    """The same, of which the processes come back as such."""
    results = in_new_world(arguments)
    return {step: Process(*took) if isinstance(took, list) else took for step, took in results.items()}


def measure_engine(kind, count, other):
    """In a world of its own: create, run again and delete, each beside the other's way. Return what each took."""
    whole = samples.document(kind, count)
    path = Path("/run/document.json")
    path.write_text(json.dumps(whole))
    deletion = Path("/run/deletion.json")
    deletion.write_text(json.dumps({**whole, "namespaces": []}))
    if whole["namespaces"]:
        subprocess.run(["ip", "netns", "add", "bench"], check=True)
    results = {}
    if other == "ours":
        results["create"] = engine(path, "merged")
        results["events"] = _events(lambda: results.update(again=engine(path, "merged")))
        if count <= MANY:
            results["delete"] = engine(deletion, "deleted")
    elif other == "ip":
        results["ip create"] = ip_batch(samples.creation(whole))
        results["ip again"] = Process.run(["ip", "-d", "-j", "address"])
        if count <= MANY:
            results["ip delete"] = ip_batch(samples.deletion(whole))
    else:
        file = Path("/run/ifstate.yml")
        file.write_text(json.dumps(samples.ifstate(whole)))
        results["ifstate create"] = Process.run([other, "-c", str(file), "apply"])
        made = subprocess.run(
            ["ip", "-o", "link", "show", "up", "type", kind], check=True, stdout=subprocess.PIPE
        ).stdout
        if len(made.splitlines()) != count:
            raise SystemExit(f"{other} made {len(made.splitlines())} of {count} links")
    # What is left when the namespace ends goes link by link, and holds up the next measurement.
    engine(deletion, "deleted")
    return results


def _events(action):
    """Return how many changes the kernel told of while something was done, once it had become quiet."""
    with tempfile.NamedTemporaryFile(dir="/run") as output:
        monitor = subprocess.Popen(["ip", "monitor", "link", "address", "route"], stdout=output)
        time.sleep(0.5)
        told = -1
        while told != os.path.getsize(output.name):
            told = os.path.getsize(output.name)
            time.sleep(1.5)
        action()
        time.sleep(0.3)
        monitor.terminate()
        monitor.wait()
        return os.path.getsize(output.name) - told


def compare(kind, count, rounds, progress):
    """Return the figures of the engine beside ip(8), for one kind and number of links: of each step, of creating as far as
    the kernel computes, and the peaks of memory.
    """
    figures = {step: Figure(f"{step} {kind}", count, "`ip -batch`") for step in ("create", "again", "delete")}
    kernel = Figure(f"create {kind}, in the kernel", count, "`ip -batch`")
    memory = [0, 0]
    for number in range(rounds):
        progress(f"{count} links of kind {kind}, round {number + 1} of {rounds}")
        ours = measured(["--world", kind, str(count), "ours"])
        theirs = measured(["--world", kind, str(count), "ip"])
        if ours["events"]:
            raise SystemExit(f"the second run was not silent: the kernel told of changes ({ours['events']} bytes)")
        for step, figure in figures.items():
            if step in ours:
                figure.add(ours[step].seconds, theirs["ip " + step].seconds)
        created = (ours["create"], theirs["ip create"])
        kernel.add(*(process.kernel for process in created))
        memory = [max(peak, process.memory) for peak, process in zip(memory, created, strict=True)]
    return figures, kernel, memory


def growth(kind, less, more):
    """Return the figure of how the time grows from one number of links to another."""
    figure = Figure(f"growth from {less.count}, create {kind}", more.count, less.other)
    for number in range(len(less.ours)):
        figure.add(more.ours[number] / less.ours[number], more.theirs[number] / less.theirs[number])
    figure.unit = "times"
    return figure


def measure_tasks(count):
    """In a world of its own: run a play with tasks of ours and others, and return the seconds that each took."""
    whole = samples.document("tap", count)
    ((_own, lines),) = samples.creation(whole)
    Path("/run/batch").write_text("\n".join(lines) + "\n")
    Path("/run/vars.json").write_text(json.dumps({"whole": whole, "some": [f"s{number}" for number in range(LOOPS)]}))
    play = HERE / "tasks.yml"
    command = ["ansible-playbook", "-i", "localhost,", "-c", "local", "-e", "@/run/vars.json", str(play)]
    environment = {
        **os.environ,
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
    }
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False)
    result = json.loads(done.stdout)
    if done.returncode:
        raise SystemExit(f"{command} failed: {done.stdout.decode()[-3000:]}")
    return {task["task"]["name"]: _seconds(task["task"]["duration"]) for task in result["plays"][0]["tasks"]}


def _seconds(duration):
    start, end = (datetime.datetime.fromisoformat(duration[name].replace("Z", "+00:00")) for name in ("start", "end"))
    return (end - start).total_seconds()


def compare_tasks(rounds, progress):
    """Return the figures of whole tasks."""
    count = 1000
    figures = [
        (Figure("task: create tap", count, "one `command: ip -batch`"), "State", "Batch"),
        (Figure("task: nothing to do, tap", count, "one `command: ip -batch`"), "State again", "Batch"),
        (Figure("task: create tap", LOOPS, f"{LOOPS} tasks of `tuntap`"), "State of some", "Loop, created"),
        (Figure("one task: created", 1, "`command: ip tuntap add`"), "Loop, created", "Loop, command add"),
        (Figure("one task: nothing to do", 1, "`command: ip link show`"), "Loop, nothing", "Loop, command show"),
        (Figure("one task: nothing to do", 1, "`ping`"), "Loop, nothing", "Loop, ping"),
    ]
    for number in range(rounds):
        progress(f"whole tasks, round {number + 1} of {rounds}")
        seconds = in_new_world(["--tasks", str(count)])
        for figure, ours, theirs in figures:
            figure.add(seconds[ours], seconds[theirs])
    return [figure for figure, _ours, _theirs in figures]


def compare_with_ifstate(command, rounds, progress):
    """Return the figure of the engine beside ifstate, which is slow: for few links."""
    figure = Figure("create bridge", 200, "`ifstate`")
    for number in range(rounds):
        progress(f"200 bridges beside ifstate, round {number + 1} of {rounds}")
        ours = measured(["--world", "bridge", "200", "ours"])
        theirs = measured(["--world", "bridge", "200", command])
        figure.add(ours["create"].seconds, theirs["ifstate create"].seconds)
    return figure


def arguments_of(line):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--counts", default="10,100,1000,4000", help="numbers of links, with commas between")
    parser.add_argument("--kinds", default="tap,veth", help="kinds of links, with commas between")
    parser.add_argument("--with-tasks", action="store_true", help="compare whole Ansible tasks too")
    parser.add_argument("--ifstate", help="the ifstatecli to compare with")
    # How this program calls itself, in namespaces of its own.
    parser.add_argument("--world", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--tasks", type=int, help=argparse.SUPPRESS)
    return parser.parse_args(line)


def progress(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def main():
    arguments = arguments_of(sys.argv[1:])
    if arguments.world:
        kind, count, other = arguments.world
        print(json.dumps(measure_engine(kind, int(count), other)))
    elif arguments.tasks:
        print(json.dumps(measure_tasks(arguments.tasks)))
    else:
        measure_all(arguments)


ENGINE = """\
| kind | links | create | nothing to do | delete | seconds to create | in the kernel | memory |
|---|---|---|---|---|---|---|---|"""

OTHERS = """
| what | links | beside | ratio | ours | theirs |
|---|---|---|---|---|---|"""


def measure_all(arguments):
    print(ENGINE)
    others = []
    for kind in arguments.kinds.split(","):
        created = []
        for count in map(int, arguments.counts.split(",")):
            figures, kernel, memory = compare(kind, count, arguments.rounds, progress)
            ratios = [figure.ratio for figure in figures.values()]
            beside = [" / ".join(figure.medians) if figure.told else "-" for figure in (figures["create"], kernel)]
            beside.append(" / ".join(f"{peak:.0f} MB" for peak in memory))
            print("| " + " | ".join([kind, str(count), *ratios, *beside]) + " |", flush=True)
            created.append(figures["create"])
        if len(created) > 1:
            others.append(growth(kind, *created[-2:]))
    if arguments.with_tasks:
        others += compare_tasks(arguments.rounds, progress)
    if arguments.ifstate:
        others.append(compare_with_ifstate(arguments.ifstate, arguments.rounds, progress))
    print(OTHERS)
    for figure in others:
        print(figure.row())


if __name__ == "__main__":
    main()
