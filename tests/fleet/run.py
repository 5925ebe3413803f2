# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet that lives: a declaration is changed at random, and after each change its hosts must be as hosts that were built
anew from it.

After each step a second lab with the same names and addresses gets fresh disks and is built from the declaration as it
is now. A forecast or a model of what must be there would have the faults of who made it; hosts that have no past have
none. What both labs share is the code that is tested, so what is the same on both may still be wrong: that is for
``verify``, which must be green, and for the other tests.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import random
import secrets
import signal
import sys
import threading
import time

import yaml
from ansible.plugins.loader import init_plugin_loader

ROOT = pathlib.Path(__file__).parents[5]
init_plugin_loader([str(ROOT)])

from ansible_collections.warren.tunnels.tests.fleet import _look, _pings, _story  # noqa: E402
from ansible_collections.warren.tunnels.tests.fleet._declaration import ANCHOR, Declaration, Way, ways  # noqa: E402
from ansible_collections.warren.tunnels.tests.fleet._lab import HERE, Lab  # noqa: E402
from ansible_collections.warren.tunnels.tests.fleet._runs import Runner  # noqa: E402

COLLECTION = HERE.parents[1]
SITE, SERIAL = "warren.tunnels.site", str(HERE / "serial.yml")
REBOOT_EVERY = 10
PATIENCE = 600
"""Seconds until a checkpoint rolls back: none may do so because the machine is slow."""
ENOUGH = 100
"""Steps whose figures are worth to be written down."""
SO_FAR = "so-far.json"
"""Where in the folder a run that is stopped leaves what it has counted."""
ALLOWED = ("tunnels_allow_cuts", "tunnels_allow_removal")
"""Variables of the role that let a run do what the steps ask for, where it has them."""


@dataclasses.dataclass
class Counts:
    """What is written down at the end."""

    steps: int = 0
    wrong: int = 0
    serial: int = 0
    killed: int = 0
    reboots: int = 0
    reboots_wrong: int = 0
    sent: int = 0
    lost: int = 0
    sent_changed: int = 0
    lost_changed: int = 0


class Fleet:
    """Both labs, and what is done to them."""

    def __init__(self, folder: pathlib.Path, program: pathlib.Path) -> None:
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.live, self.anew = Lab(program, folder / "live"), Lab(program, folder / "anew")
        known = (COLLECTION / "roles/tunnels/defaults/main.yml").read_text()
        variables = [f"tunnels_checkpoint_timeout={PATIENCE}"]
        variables += [f"{name}=true" for name in ALLOWED if f"{name}:" in known]
        self._runner = Runner(self.logs, variables)
        self.counts = Counts()
        self._theirs: dict[str, object] = {}

    def up(self) -> None:
        for lab in (self.live, self.anew):
            lab.up()
        self.live.on_all((HERE / "strangers.sh").read_text())

    def down(self) -> None:
        for lab in (self.live, self.anew):
            lab.down()

    def begin(self, declaration: Declaration) -> None:
        """Build on hosts that have nothing but what strangers have."""
        result = self._runner.run(self.live, "begin", SITE, self._write("begin", declaration))
        if result.status:
            sys.exit(f"It can't be built at all:\n{result.failures}\nSee {self.logs}/begin.log")
        self._meet_strangers()

    def _meet_strangers(self) -> None:
        script = (HERE / "on_ours.sh").read_text()
        self.live.on_each(dict.fromkeys(("host1", "host2"), f"device={ANCHOR}\n{script}"))
        look = self.live.look()
        self._theirs = _look.strangers(look)

    def change_places(self) -> None:
        """Go on with the hosts that were built anew: they have none of the faults of the past."""
        self.live, self.anew = self.anew, self.live
        self.live.on_all((HERE / "strangers.sh").read_text())
        self._meet_strangers()

    def step(self, step: _story.Step) -> list[str]:
        """Do it; return all that is wrong afterwards."""
        name = f"step-{step.number}"
        declared = self._write(name, step.declaration)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            built = pool.submit(self._build_anew, name, declared)
            wrong = self._change(step, name, declared)
            anew = built.result()
        return wrong + self._compare(anew)

    def _change(self, step: _story.Step, name: str, declared: pathlib.Path) -> list[str]:
        before, after = ways(step.before), ways(step.declaration)
        same = [way for way, what in after.items() if before.get(way) == what]
        asked = _pings.start(self.live, before, random.Random(name))
        playbook = SERIAL if step.serial else SITE
        if step.kill is not None:
            killed = self._runner.run(self.live, f"{name}-killed", playbook, declared, step.kill)
            self.counts.killed += killed.status < 0
        # What it left is settled by all hosts at once.
        result = self._runner.run(self.live, name, SITE if step.kill else playbook, declared)
        self.counts.serial += step.serial
        wrong = [f"the run fails:\n{result.failures}"] if result.status else []
        return wrong + self._count(_pings.stop(self.live, asked), same)

    def _count(self, told: dict[Way, tuple[int, list[int]]], same: list[Way]) -> list[str]:
        wrong = []
        for way, (sent, lost) in told.items():
            if way in same:
                self.counts.sent += sent
                self.counts.lost += len(lost)
                if lost:
                    wrong.append(
                        f"{way}, which is no part of the change: {len(lost)} of {sent} packets lost: {_short(lost)}"
                    )
            else:
                self.counts.sent_changed += sent
                self.counts.lost_changed += len(lost)
        return wrong

    def _build_anew(self, name: str, declared: pathlib.Path) -> dict[str, object]:
        self.anew.renew()
        result = self._runner.run(self.anew, f"{name}-anew", str(HERE / "reference.yml"), declared)
        if result.status:
            sys.exit(f"{name}: hosts can't be built anew, which nobody foretold:\n{result.failures}")
        return self.anew.look()

    def _compare(self, anew: dict[str, object]) -> list[str]:
        """Look a few times: some things come a moment later."""
        wrong: list[str] = []
        for _attempt in range(3):
            live = self.live.look()
            wrong = [
                *_look.differences(live, anew),
                *_look.armed(live),
                *(f"strangers': {text}" for text in _look.changed(self._theirs, _look.strangers(live))),
            ]
            if not wrong:
                break
            time.sleep(2)
        return wrong

    def reboot(self, step: _story.Step) -> list[str]:
        """Reboot all hosts; what the next run still changes is wrong, too."""
        name = f"step-{step.number}-rebooted"
        anew = self.anew.look()
        self.live.reboot()
        self._meet_strangers()
        wrong = [f"after a reboot: {text}" for text in self._compare(anew)]
        result = self._runner.run(self.live, name, SITE, self._write(name, step.declaration))
        if result.status or any(result.changed.values()):
            wrong.append(f"after a reboot, the run changes something:\n{result.failures}\n{result.changes}")
        return wrong

    def _write(self, name: str, declaration: Declaration) -> pathlib.Path:
        path = self.logs / f"{name}.yml"
        path.write_text(yaml.safe_dump(declaration.inventory(), sort_keys=False))
        return path


def _short(numbers: list[int]) -> str:
    return f"{numbers[:5]} …" if len(numbers) > 5 else str(numbers)


def main() -> None:
    """Run the steps, and say after each what came of it."""
    options = _options()
    fleet = Fleet(options.folder, options.lab)
    so_far = options.folder / SO_FAR
    if options.resume:
        options.seed, options.first, fleet.counts = _so_far(so_far)
    words = f"--seed {options.seed} --steps {options.steps}"
    words += f" --changes {options.changes}" if options.changes else ""
    print(f"A living fleet: {words}")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        fleet.up()
        _live(fleet, options, stop)
    finally:
        if not options.keep:
            fleet.down()
    counts = fleet.counts
    text = json.dumps({"seed": options.seed, **dataclasses.asdict(counts)}, indent=2)
    print(text)
    so_far.unlink()
    if counts.steps >= ENOUGH:
        (options.folder / "counts.json").write_text(text + "\n")
    if counts.wrong or counts.reboots_wrong or counts.lost:
        sys.exit(f'Rerun it with ARGS="--seed {options.seed} --steps {options.steps}", or a step with --first')


def _so_far(path: pathlib.Path) -> tuple[str, int, Counts]:
    """Return the seed of the run that was stopped, the step that it would have gone on with, and its counts."""
    if not path.exists():
        sys.exit("There is no run to go on with: none was stopped after its first step.")
    seed, done, counts = json.loads(path.read_text())
    return seed, done + 1, Counts(**counts)


def _live(fleet: Fleet, options: argparse.Namespace, stop: threading.Event) -> None:
    steps = _story.steps(options.seed, options.changes)
    for step in steps:
        if step.number == options.first:
            break
    fleet.begin(step.before)
    while True:
        begun = time.monotonic()
        wrong = fleet.step(step)
        fleet.counts.steps += 1
        fleet.counts.wrong += bool(wrong)
        _tell(step, time.monotonic() - begun, wrong)
        if not wrong and step.number % REBOOT_EVERY == 0 and step.number:
            begun = time.monotonic()
            wrong = fleet.reboot(step)
            fleet.counts.reboots += 1
            fleet.counts.reboots_wrong += bool(wrong)
            _tell(step, time.monotonic() - begun, wrong, "reboot")
        so_far = [options.seed, step.number, dataclasses.asdict(fleet.counts)]
        (options.folder / SO_FAR).write_text(json.dumps(so_far))
        if wrong and options.stop:
            return
        if step.number >= options.steps:
            return
        if stop.is_set():
            sys.exit(f"Stopped after step {step.number}; --resume goes on with the next")
        if wrong:
            fleet.change_places()
        step = next(steps)


def _tell(step: _story.Step, seconds: float, wrong: list[str], what: str = "") -> None:
    how = what or ", ".join(
        [
            *(["serial"] if step.serial else []),
            *([f"killed at task {step.kill.tasks} of {step.kill.play}"] if step.kill else []),
            "; ".join(step.changes),
        ]
    )
    print(f"{step.number:4}  {seconds:4.0f} s  {'WRONG' if wrong else 'ok   '}  {how}", flush=True)
    for text in wrong[:40]:
        print(f"        {text}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Let a fleet live, and compare it with one that is built anew.")
    parser.add_argument("--seed", default=os.environ.get("SEED") or secrets.token_hex(4), help="of all that is random")
    parser.add_argument("--steps", type=int, default=100, help="how many (%(default)s)")
    parser.add_argument("--changes", type=int, help="how many a step has, where it is not 1 to 4")
    parser.add_argument("--first", type=int, default=1, help="begin with this step, on hosts built anew (%(default)s)")
    parser.add_argument(
        "--resume", action="store_true", help="go on with the run that was stopped last, and its counts"
    )
    parser.add_argument("--stop", action="store_true", help="stop at the first thing that is wrong")
    parser.add_argument("--keep", action="store_true", help="leave the labs up for a look")
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="for the labs and the logs")
    parser.add_argument("--lab", type=pathlib.Path, required=True, help="the lab's program")
    return parser.parse_args()


if __name__ == "__main__":
    main()
