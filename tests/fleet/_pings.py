# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets through the tunnels of a living fleet, ten a second, and how many are lost."""

from __future__ import annotations

import json
import random
import re
import shlex
import typing as t

from ._declaration import Way
from ._lab import Lab

_FOLDER = "/run/fleet-pings"
_SENT = re.compile(r"^(\d+) packets transmitted", re.MULTILINE)
_ANSWERED = re.compile(r"icmp_seq=(\d+) ttl=")
_ON_THE_WAY = 5
"""Packets that may not be back yet when ping is told to end: half a second's."""
_MOST = 3
"""Ways of a host that are asked at a time: a lab host has one processor."""


def start(lab: Lab, ways: t.Iterable[Way], dice: random.Random) -> list[Way]:
    """Begin to ask through the ways, but not through more than a host can bear; return those that are asked."""
    asked: dict[str, list[Way]] = {}
    for way in dice.sample(list(ways), len(list(ways))):
        there = asked.setdefault(way.host, [])
        if len(there) < _MOST:
            there.append(way)
    lab.on_each({host: _starting(its) for host, its in asked.items()})
    return [way for its in asked.values() for way in its]


def _starting(ways: t.Sequence[Way]) -> str:
    lines = [f"rm -rf {_FOLDER}", f"mkdir {_FOLDER}", f"cd {_FOLDER}"]
    for number, way in enumerate(ways):
        command = ["ip", "netns", "exec", way.netns] if way.netns else []
        command += ["setsid", "ping", "-n", "-i", "0.1", "-I", way.device, way.destination]
        lines += [f"{shlex.join(command)} >{number} 2>&1 </dev/null &", "echo $! >>pids"]
    return "\n".join([*lines, "sleep 0.5"])


def stop(lab: Lab, ways: t.Sequence[Way]) -> dict[Way, tuple[int, list[int]]]:
    """End them; return for each way how many packets were sent, and which of them were lost."""
    hosts = dict.fromkeys(way.host for way in ways)
    script = f"cd {_FOLDER}; kill -INT $(cat pids) 2>/dev/null || true; sleep 0.5\n" + (
        "python3 -c 'import json; print(json.dumps([open(str(n)).read() for n in range(len(open(\"pids\").readlines()))]))'"
    )
    told = {host: iter(json.loads(text)) for host, text in lab.on_each(dict.fromkeys(hosts, script)).items()}
    return {way: _lost(next(told[way.host])) for way in ways}


def _lost(text: str) -> tuple[int, list[int]]:
    sent = _SENT.search(text)
    if sent is None:
        return 0, []
    number = int(sent[1])
    answered = {int(sequence) for sequence in _ANSWERED.findall(text)}
    lost = [sequence for sequence in range(1, number + 1) if sequence not in answered]
    while lost and len(answered) and lost[-1] > number - _ON_THE_WAY and lost[-1] > max(answered):
        lost.pop()
    return number, lost
