# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the packets show, and the table that the documentation has of it. Pure."""

from __future__ import annotations

import typing as t

from tunnels import ENCAPS, MODES, can_be

Seen = t.Mapping[str, t.Any]
"""What prove.py tells of a tunnel."""

UNDERLAY_MTU = 1500
_PINGS = 3

WORKS, NOT_RUN, IMPOSSIBLE = "✓", "not run", "n/a"

# What is done with each tunnel: in words for a tunnel that fails there, and for the row of the table that has them all.
STAGES = {
    "made": "when it is made",
    "changed": "when it is changed in place",
    "site": "built by `site`",
    "rebooted": "after a reboot",
}
_OF_HOSTS = {"site": "`site`, from nothing and again", "rebooted": "after a reboot"}


def fault(seen: Seen) -> str:
    """Say what is wrong with a tunnel; nothing, if packets of full size go both ways, as they are meant to."""
    if seen["answered"] < _PINGS:
        return f"{seen['answered']} of {_PINGS} pings with {seen['mtu']} bytes were answered: {seen['said'].strip()}"
    if seen["sent"] < _PINGS or seen["came"] < _PINGS:
        return f"the wire had {seen['sent']} packets out and {seen['came']} in, as they are meant to be"
    if seen["fragments"]:
        return f"the wire had {seen['fragments']} fragments"
    if seen["longest"] != UNDERLAY_MTU:
        return f"the longest packet on the wire had {seen['longest']} bytes, where {UNDERLAY_MTU} fit"
    return ""


def changed_fault(seen: Seen, before: Seen, fresh: Seen) -> str:
    """Say what is wrong with a tunnel that was changed in place, beside that of before and a new one like it."""
    if seen["ifindex"] != before["ifindex"]:
        return "it was replaced, not changed in place"
    if seen["mtu"] != fresh["mtu"]:
        return f"its mtu is {seen['mtu']}, where a new one has {fresh['mtu']}"
    return ""


def table(results: t.Mapping[str, t.Mapping[str, t.Any]]) -> str:
    """Give the table of all kernels; `results` has, by release, the kernel and its cells (see stock.py)."""
    kernels = [f"{result['kernel']} ({release})" for release, result in results.items()]
    all_cells = [result["cells"] for result in results.values()]
    lines = [_row(["mode", "encapsulation", *kernels]), _row(["---"] * (2 + len(kernels)))]
    for mode in MODES:
        for encap in ENCAPS:
            key = f"{mode} {encap}"
            outcomes = [_outcome(cells.get(key, {})) if can_be(mode, encap) else IMPOSSIBLE for cells in all_cells]
            lines.append(_row([f"`{mode}`", f"`{encap}`", *outcomes]))
    for stage, words in _OF_HOSTS.items():
        lines.append(_row(["all", words, *(_outcome_of_hosts(stage, cells) for cells in all_cells)]))
    return "\n".join(lines)


Stages = t.Mapping[str, bool]
"""Whether a tunnel passed, by the stages that were run."""


def _outcome(stages: Stages) -> str:
    failed = [STAGES[stage] for stage in ("made", "changed") if stages.get(stage) is False]
    if failed:
        return f"**fails {', and '.join(failed)}**"
    return WORKS if {"made", "changed"} <= set(stages) else NOT_RUN


def _outcome_of_hosts(stage: str, cells: t.Mapping[str, Stages]) -> str:
    ran = {key: stages[stage] for key, stages in cells.items() if stage in stages}
    failed = [key for key, passed in ran.items() if not passed]
    if failed:
        return f"**fails for {', '.join(failed)}**"
    return WORKS if ran else NOT_RUN


def _row(cells: t.Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
