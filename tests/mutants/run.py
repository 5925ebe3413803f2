# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change the engine in one small place after another, and see whether a test fails each time.

A mutant that no test kills is a place where the tests look away, or a change that makes no difference. The tests nearest to it
come first, then all unit tests, then all on this machine's kernel. A test that fails is run again without the mutant: only if it
passes then, the mutant is what it told of.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import mutate

CLONE = Path(__file__).parents[2]
BUILD = CLONE / ".build/mutants"
"""With a mirror of its own, so that nothing else in the clone meets a mutant."""
COLLECTION = BUILD / "ansible_collections/warren/tunnels"
ENGINE = "plugins/module_utils"
UNIT, KERNEL = "tests/unit", "tests/kernel"
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?\.py(?:::.*?)?)(?: - .*)?$", re.MULTILINE)
NO_TESTS = 5
"""What pytest ends with where it has none."""
PATIENCE = 3600
"""Seconds that a part of the tests may take. Where a mutant makes a loop endless, that is what kills it."""

KILLED, SURVIVED, UNSURE = "killed", "survived", "unsure"


class Answer(t.NamedTuple):
    """What a part of the tests came to."""

    passed: bool
    by: str
    """The test that failed, or what else went wrong."""


def main() -> int:
    options = _options()
    _mirror()
    every = {file: mutate.mutants((COLLECTION / file).read_text()) for file in _files()}
    chosen = mutate.spread({file: len(found) for file, found in every.items()}, options.count, options.seed)
    results = BUILD / f"seed-{options.seed}-of-{options.count}.json"
    done = json.loads(results.read_text()) if results.exists() and options.resume else []
    for file, number in chosen[len(done) : options.stop]:
        mutant, start = every[file][number], time.monotonic()
        outcome, by = _judge(file, mutant)
        done.append({"file": file, **mutant._asdict(), "outcome": outcome, "by": by})
        del done[-1]["source"]
        results.write_text(json.dumps(done, indent=1) + "\n")
        took = time.monotonic() - start
        print(f"{outcome:9}{took:6.0f} s  {file}:{mutant.line} {mutant.what}, by {by or 'nothing'}", flush=True)
    _report(done)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="how many mutants, spread over the engine (100)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
    parser.add_argument("--stop", type=int, help="after so many of them")
    parser.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    return parser.parse_args()


def _mirror() -> None:
    """Mirror the clone, as scripts/collection does, and what tests find beside the collection."""
    COLLECTION.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["rsync", "--archive", "--delete", "--exclude=/.git", "--filter=:- .gitignore", f"{CLONE}/", f"{COLLECTION}/"],
        check=True,
    )
    for name in ("firewalls", "programs"):
        link = BUILD / name
        if not link.is_symlink():
            link.symlink_to(f"../{name}")


def _files() -> list[str]:
    """Return the files of the engine, room by room."""
    return [str(path.relative_to(COLLECTION)) for path in sorted((COLLECTION / ENGINE).rglob("*.py"))]


def _judge(file: str, mutant: mutate.Mutant) -> tuple[str, str]:
    """Return what becomes of a mutant, and the test that says so."""
    original = (COLLECTION / file).read_text()
    unsure = ""
    for part in _parts(file):
        (COLLECTION / file).write_text(mutant.source)
        try:
            answer = _pytest(part)
        finally:
            (COLLECTION / file).write_text(original)
        if not answer.passed:
            if _pytest([answer.by] if answer.by.startswith("tests/") else part).passed:
                return KILLED, answer.by
            unsure = answer.by
    return (UNSURE, unsure) if unsure else (SURVIVED, "")


def _parts(file: str) -> t.Iterator[list[str]]:
    """Yield paths of tests, the nearest first: those of the file, of its room, those that name it, and all."""
    path = Path(file)
    own = Path(UNIT) / path.parent / f"test_{path.name}"
    words = {path.stem, *path.parts[-2:-1]} if "_sorts" in path.parts else {path.stem}
    naming = [
        str(test.relative_to(COLLECTION))
        for tests in (UNIT, KERNEL)
        for test in sorted((COLLECTION / tests).rglob("test_*.py"))
        if words & set(re.findall(r"\b_\w+\b", test.read_text()))
    ]
    narrow = [
        [str(own)],
        [str(own.parent)] if path.parent != Path(ENGINE) else [],
        [test for test in naming if test.startswith(UNIT)],
        [test for test in naming if test.startswith(KERNEL)],
    ]
    for part in (*narrow, [UNIT], [KERNEL]):
        there = [test for test in part if (COLLECTION / test).exists()]
        if there:
            yield there


def _pytest(tests: t.Sequence[str]) -> Answer:
    """Run tests until one fails. :arg tests: all of the unit tests, or all of them on the kernel."""
    words = ["-x", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider", *tests]
    program = str(CLONE / "scripts/kernel") if tests[0].startswith(KERNEL) else "pytest"
    environment = {
        **os.environ,
        "PYTHONPATH": str(BUILD),
        "ANSIBLE_COLLECTIONS_PATH": str(BUILD),
        "WARREN_BUILD": str(BUILD),
        # What was compiled is told by its size and by whole seconds.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    process = subprocess.Popen(
        [program, *words],
        cwd=COLLECTION,
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        said, _nothing = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Answer(False, "the end of patience")
    if process.returncode in (0, NO_TESTS):
        return Answer(True, "")
    failed = FAILED.findall(said)
    return Answer(False, failed[0] if failed else "the last words: " + said.strip().rpartition("\n")[2])


def _report(done: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    counts = collections.Counter(one["outcome"] for one in done)
    print(f"\n{counts[KILLED]} of {len(done)} mutants killed.")
    for one in done:
        if one["outcome"] != KILLED:
            print(f"\n{one['outcome']}: {one['file']}:{one['line']} ({one['what']}) {one['by']}")
            print(f"- {one['before']}\n+ {one['after']}")


if __name__ == "__main__":
    if shutil.which("rsync") is None:
        sys.exit("rsync is missing")
    sys.exit(main())
