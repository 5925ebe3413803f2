# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: where the packets of a silent tunnel are lost, from what both ends saw, step by step. Pure.

A request leaves one end, comes out of the device at the other, is let in and answered there; the answer goes the same way
back. Both ends count what their devices take in and send while either asks, so that neither has to listen at the very
time when the other speaks.
"""

from __future__ import annotations

import typing as t

End = t.Mapping[str, t.Any]
Fault = tuple[str, ...]
"""What is wrong, and the hosts that it is about, so that what both directions tell is told once."""

LOST, INSIDE, UNSENT, KEPT, REFUSED, ASTRAY = "lost", "inside", "unsent", "kept", "refused", "astray"


_ASKED_AGAIN = ("name", "netns", "destination", "label", "outer")


def again(planned: t.Mapping[str, t.Any], answered: bool) -> dict[str, t.Any]:
    """Return how a probe of a silent tunnel is made once more. :arg answered: this end's was, so that it only looks."""
    kept = {name: planned[name] for name in _ASKED_AGAIN}
    return {**kept, "expect": "any", **({"count": 0} if answered else {})}


def looked(rounds: t.Sequence[tuple[t.Any, t.Any, t.Any, t.Any]]) -> dict[str, t.Any] | None:
    """Return what one end saw of a tunnel; None where it could not look.

    :arg rounds: each of its probes as it was asked for (see ``again``), how the counters were before, what came of it, and
        how the counters were when all hosts had asked.
    """
    if not rounds or None in (rounds[0][1]["counters"], rounds[0][3]["counters"]):
        return None
    first, last = rounds[0][1]["counters"], rounds[0][3]["counters"]
    probes = [{**probe, "asked": planned.get("count") != 0} for planned, _before, probe, _after in rounds]
    return {
        "sent": sum(probe["sent"] for probe in probes),
        # What is encrypted can't be seen.
        "left": any(probe["outer"] or probe["blind"] for probe in probes) or _is_encrypted(rounds),
        "returned": sum(probe["returned"] for probe in probes),
        "errors": sorted({words for probe in probes for words in probe["errors"]}),
        "elsewhere": sorted({name for probe in probes for name in probe["elsewhere"]}),
        "asks": any(not probe["reachable"] for probe in probes if probe["asked"]),
        "msgs": [probe["msg"] for probe in probes if probe["asked"]],
        "took_in": last["received"] - first["received"],
        "gave_out": last["sent"] - first["sent"],
    }


def faults(one: End, other: End) -> list[str]:
    """Return what is wrong between two ends that are as declared; nothing if what they saw does not tell."""
    found = dict.fromkeys(filter(None, (_fault(one, other), _fault(other, one))))
    if {(LOST, one["host"], other["host"]), (LOST, other["host"], one["host"])} <= set(found):
        return [
            f"nothing gets from one end to the other, and both are as declared; see whether {one['host']} and "
            f"{other['host']} reach each other's underlay addresses, and whether firewalls there or on the way drop "
            f"{one['mode']}"
        ]
    ends = {one["host"]: one, other["host"]: other}
    return [_WORDS[fault[0]](*(ends[host] for host in fault[1:])) for fault in found]


def _fault(near: End, far: End) -> Fault | None:
    """Return where what one end asks is lost."""
    mine, theirs = near["look"], far["look"]
    if not mine["asks"]:
        return None
    if not mine["sent"]:
        return (UNSENT, near["host"])
    if not mine["left"]:
        return (KEPT, near["host"])
    if mine["errors"]:
        return (REFUSED, near["host"])
    if not theirs["took_in"]:
        return (LOST, near["host"], far["host"])
    if mine["returned"]:
        return (INSIDE, near["host"])
    if mine["elsewhere"]:
        return (ASTRAY, near["host"], far["host"])
    if theirs["gave_out"] - theirs["sent"] >= mine["sent"]:
        return (LOST, far["host"], near["host"])
    if theirs["asks"] and not (theirs["sent"] and theirs["left"]):
        # Neither do its answers leave then.
        return (KEPT if theirs["sent"] else UNSENT, far["host"])
    return (INSIDE, far["host"])


def _is_encrypted(rounds: t.Sequence[tuple[t.Any, t.Any, t.Any, t.Any]]) -> bool:
    return any((planned.get("outer") or {}).get("encrypted") for planned, *_results in rounds)


def _unsent(end: End) -> str:
    return f"{end['host']} can't send: {' '.join(end['look']['msgs'])}"


def _kept(end: End) -> str:
    remote = end["declared"]["remote"]
    return (
        f"what goes into {end['device']} on {end['host']} does not leave that host; see ip route get {remote} there, and "
        f"whether its firewall drops outgoing {end['mode']}"
    )


def _refused(end: End) -> str:
    return f"what {end['host']} asks by {end['device']} is refused: {', '.join(end['look']['errors'])}; see that one's firewall"


_SEQ = (
    ". Or one end was replaced after the other: with seq, what comes is dropped until its numbers have caught up; build "
    "without the tunnel, and then with it"
)


def _lost(near: End, far: End) -> str:
    return (
        f"what {near['host']} sends does not come out of {far['device']} on {far['host']}; see whether a firewall on "
        f"{far['host']}, or on the way there, drops {near['mode']} from {near['declared']['local']}"
        + (_SEQ if near["declared"].get("seq") else "")
    )


def _inside(end: End) -> str:
    device = end["device"]
    return (
        f"packets come out of {device} on {end['host']} and are dropped there; see what its firewall does with input by "
        f"{device}, net.ipv4.conf.{device}.rp_filter, and whether ip address shows the address that is asked"
    )


def _astray(near: End, far: End) -> str:
    return (
        f"{far['host']} answers, but not by {far['device']}: its answers come to {near['host']} by "
        f"{', '.join(near['look']['elsewhere'])}; see ip rule and ip route on {far['host']}"
    )


_WORDS: dict[str, t.Callable[..., str]] = {
    LOST: _lost,
    INSIDE: _inside,
    UNSENT: _unsent,
    KEPT: _kept,
    REFUSED: _refused,
    ASTRAY: _astray,
}
