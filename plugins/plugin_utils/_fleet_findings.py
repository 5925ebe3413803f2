# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what was seen of the tunnels at both ends, put together. Pure.

One end alone can only say that nothing came back. Both together often say where it went.
"""

from __future__ import annotations

import collections
import typing as t

from . import _fleet_calm, _fleet_drift, _fleet_exposure, _fleet_whereabouts
from ._fleet_drift import Deviation

Observed = t.Mapping[str, t.Any]
"""What a host saw: its ``share`` (see ``_fleet_share``), the ``probes`` that were made, and its ``links`` and ``routes``;
where tunnels were silent, what a closer ``look`` showed: the probes that were ``asked`` for, and the results of ``before``,
``during`` and ``after``; of protected tunnels, what the modules ``protection`` and ``ipsec`` said. A host that was not asked has its share
alone, or nothing where that is not known either."""

STATES = UP, WRONG, DOWN, UNKNOWN = "up", "wrong", "down", "unknown"


def findings(observed: t.Mapping[str, Observed]) -> dict[str, t.Any]:
    """Return the hosts, their tunnels with the state of each, and what else is wrong.

    Tunnels between hosts of which no more is known than that all is well are counted, and not among the tunnels.
    """
    calm = _fleet_calm.of(observed)
    ends = {
        name: _ends(name, seen, calm if name in calm else ())
        for name, seen in observed.items()
        if name not in calm or calm[name].others
    }
    tunnels = _tunnels(ends)
    states: dict[str, list[str]] = collections.defaultdict(list, {name: [UP] * own.among for name, own in calm.items()})
    for tunnel in tunnels:
        for name in tunnel["hosts"]:
            states[name].append(tunnel["state"])
    hosts = [_host(name, observed[name], states[name]) for name in observed]
    stray = [
        {"host": name, "msg": probe["msg"]}
        for name, seen in observed.items()
        if seen and name not in calm
        for probe in _probes(seen)[len(seen["share"]["probes"]) :]
        if probe["reachable"] and not probe["holds"]
    ]
    stray += [fault for name, seen in observed.items() for fault in _fleet_exposure.faults(name, seen)]
    alarms = [alarm for name, seen in observed.items() for alarm in _fleet_exposure.alarms(name, seen)]
    notes = [note for found in ends.values() for end in found for note in end["notes"]]
    notes += [f"{alarm['host']}: {alarm['msg']}" for alarm in alarms]
    return {
        "hosts": hosts,
        "tunnels": tunnels,
        "stray": stray,
        "missed": {name: missed for name, seen in observed.items() if (missed := _missed(seen))},
        "alarms": alarms,
        "notes": list(dict.fromkeys(notes)),
        "again": _again(tunnels, observed),
        "table": _table(tunnels, stray),
        "looked": _looked(
            tunnels,
            {name for name, seen in observed.items() if "links" in seen},
            sum(own.among for own in calm.values()) // 2,
        ),
    }


def _probes(seen: Observed) -> list[t.Any]:
    return list(seen.get("probes", ()))


def _missed(seen: Observed) -> list[str]:
    return [probe["msg"] for probe in _probes(seen) if not probe["holds"]]


def _ends(host: str, seen: Observed, calm: t.Collection[str]) -> list[dict[str, t.Any]]:
    """Return what a host saw of each of its tunnels, but for those with hosts that are calm."""
    if not seen:
        return []
    share = seen["share"]
    links = {(link.get("netns"), link["name"]): link for link in share["links"]}
    made = {(link.get("netns"), link["name"]): link for link in seen.get("links", ())}
    probed: dict[t.Any, list[t.Any]] = collections.defaultdict(list)
    for planned, probe in zip(share["probes"], _probes(seen), strict=False):
        probed[planned["netns"], planned["name"], planned["outer"]["remote"]].append(probe)
    closely = _closely(seen.get("look", {}))
    lacking = _fleet_drift.of_routes(share, seen.get("routes", ())) if "routes" in seen else {}
    shield = _fleet_exposure.shields(seen)
    found = []
    for peer in share["peers"]:
        if peer["host"] in calm:
            continue
        device, tunnel = (peer["netns"], peer["name"]), (peer["netns"], peer["name"], peer["remote"])
        differing = _fleet_drift.of_link(links[device], made.get(device)) if "links" in seen else []
        end = _end(host, peer, links[device], probed[tunnel], differing + lacking.get(tunnel, []))
        end["look"] = _fleet_whereabouts.looked(closely[tunnel]) if tunnel in closely else None
        end["protection"] = shield(peer)
        end["notes"] = _notes(host, links[device], made.get(device))
        found.append(end)
    return found


def _closely(look: t.Mapping[str, t.Any]) -> dict[t.Any, list[t.Any]]:
    """Return what a closer look showed, by the tunnel: each probe with its results."""
    closely: dict[t.Any, list[t.Any]] = collections.defaultdict(list)
    if all(look.get(name) for name in ("asked", "before", "during", "after")):
        for probe, *results in zip(*(look[name] for name in ("asked", "before", "during", "after")), strict=False):
            closely[probe["netns"], probe["name"], probe["outer"]["remote"]].append((probe, *results))
    return closely


def _notes(host: str, declared: t.Mapping[str, t.Any], made: t.Mapping[str, t.Any] | None) -> list[str]:
    """Return what others have added to a device, which is no fault."""
    added = _fleet_drift.added_addresses(declared, made) if made else []
    return [f"on {host}, {declared['name']} has the address {address} too, which is not declared" for address in added]


def _again(tunnels: list[dict[str, t.Any]], observed: t.Mapping[str, Observed]) -> dict[str, list[dict[str, t.Any]]]:
    """Return the probes that show, made once more by both ends at a time, where the packets of silent tunnels are lost."""
    found: dict[str, list[dict[str, t.Any]]] = collections.defaultdict(list)
    for tunnel in tunnels:
        ends = tunnel["ends"]
        if tunnel["state"] != DOWN or len(ends) < 2 or any(end["drift"] or not _is_alone(end) for end in ends):
            continue
        for end in ends:
            seen = observed[end["host"]]
            for planned, probe in zip(seen["share"]["probes"], _probes(seen), strict=False):
                remote = planned["outer"]["remote"]
                if (planned["netns"], planned["name"], remote) == (
                    end["netns"],
                    end["device"],
                    end["declared"]["remote"],
                ):
                    found[end["host"]].append(_fleet_whereabouts.again(planned, probe["reachable"]))
    return dict(found)


def _is_alone(end: t.Mapping[str, t.Any]) -> bool:
    """Return whether what a device counts is this tunnel's alone, and it was asked."""
    return bool(end["asked"]) and not end["declared"].get("external")


def _end(
    host: str,
    peer: t.Mapping[str, t.Any],
    link: t.Mapping[str, t.Any],
    probes: list[t.Any],
    differing: list[Deviation],
) -> dict[str, t.Any]:
    rtts = [probe["rtt"]["avg"] for probe in probes if probe["rtt"]]
    mtus = [probe["path_mtu"] for probe in probes if probe["path_mtu"]]
    losses = [probe["loss"] for probe in probes if probe["loss"] is not None]
    outer = next((probe["outer"] for probe in probes if probe["outer"]), None)
    return {
        "host": host,
        "peer": peer["host"],
        "device": link["name"],
        "netns": link.get("netns"),
        "mode": link["mode"],
        "declared": {**link, **{name: peer[name] for name in ("local", "remote", "key") if name in peer}},
        "drift": differing,
        "asked": bool(probes),
        "holds": all(probe["holds"] for probe in probes),
        "reachable": all(probe["reachable"] for probe in probes),
        "sent": sum(probe["sent"] for probe in probes),
        "incoming": sum(probe["incoming"] for probe in probes),
        "loss": max(losses, default=None),
        "rtt": max(rtts, default=None),
        "path_mtu": min(mtus, default=None),
        "mtu": link.get("mtu"),
        "outer": outer["protocol"] if outer else None,
        "msgs": [probe["msg"] for probe in probes if not probe["holds"]],
    }


def _tunnels(ends: t.Mapping[str, list[dict[str, t.Any]]]) -> list[dict[str, t.Any]]:
    """Return each tunnel once, with both its ends where both were asked."""
    by_key = {_key(end): end for found in ends.values() for end in found}
    tunnels, done = [], set()
    for key, end in by_key.items():
        if key in done:
            continue
        back = (end["peer"], end["host"], *key[2:4], key[5], key[4])
        other = by_key.get(back)
        done |= {key, back}
        tunnels.append(_tunnel(end, other))
    return tunnels


def _key(end: t.Mapping[str, t.Any]) -> tuple[t.Any, ...]:
    declared = end["declared"]
    return (end["host"], end["peer"], end["mode"], declared.get("key"), declared["local"], declared["remote"])


def _tunnel(end: dict[str, t.Any], other: dict[str, t.Any] | None) -> dict[str, t.Any]:
    state, faults = _judge(end, other)
    return {
        "hosts": [end["host"], end["peer"]],
        "mode": end["mode"],
        "state": state,
        "faults": faults,
        "ends": [end, other] if other else [end],
    }


def _judge(end: dict[str, t.Any], other: dict[str, t.Any] | None) -> tuple[str, list[str]]:
    """Return the state of a tunnel, and what is wrong with it: first what lies at one end."""
    ends = [end, other] if other else [end]
    faults = [f"on {one['host']}, {one['device']} {_words(one['drift'])}" for one in ends if one["drift"]]
    silent = [one for one in ends if one["asked"] and not one["reachable"]]
    if silent and not faults:
        faults = _whereabouts(end, other)
    if not silent:
        # What went through, but not as it should.
        faults += [message for one in ends for message in one["msgs"]]
    if silent:
        return DOWN, faults
    if faults:
        return WRONG, faults
    return UP if any(one["asked"] for one in ends) else UNKNOWN, faults


def _words(differing: list[Deviation]) -> str:
    parts = []
    for entry in differing:
        option, found = entry["option"], entry["found"]
        if option == "state":
            return "is not there; build it"
        if option == "up":
            parts.append("is down")
        elif option == "addresses":
            parts.append(f"lacks the address {entry['declared']}")
        elif option == "routes":
            parts.append(f"lacks the route to {entry['declared']}")
        else:
            declared = "none" if entry["declared"] is None else entry["declared"]
            parts.append(f"has {option} {'none' if found is None else found}, where {declared} is declared")
    return ", ".join(parts) + "; build it again"


def _whereabouts(end: dict[str, t.Any], other: dict[str, t.Any] | None) -> list[str]:
    """Return where packets are lost between ends that are as declared."""
    if other is None or not other["asked"]:
        return [f"{end['peer']} was not asked, so its end is unknown. {' '.join(end['msgs'])}".strip()]
    found = _fleet_whereabouts.faults(end, other) if end["look"] and other["look"] else []
    return found or [*end["msgs"], *other["msgs"]]


def _host(name: str, seen: Observed, states: list[str]) -> dict[str, t.Any]:
    """:arg states: of its tunnels."""
    counts = {state: states.count(state) for state in STATES}
    return {"name": name, "asked": "links" in seen, "tunnels": len(states), **counts}


_COLUMNS = ("tunnel", "from", "to", "state", "loss", "RTT", "path MTU", "carried by")


def _table(tunnels: list[dict[str, t.Any]], stray: list[dict[str, t.Any]]) -> list[str]:
    """Return lines of text: the tunnels that are not up, seen from each end, and what is wrong with them."""
    wrong = [tunnel for tunnel in tunnels if tunnel["faults"]]
    rows = [_row(tunnel, end) for tunnel in wrong for end in tunnel["ends"]]
    widths = [max(map(len, column)) for column in zip(_COLUMNS, *rows, strict=True)]
    lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    heading = "  ".join(word.ljust(width) for word, width in zip(_COLUMNS, widths, strict=True)).rstrip()
    about = [f"{' - '.join(tunnel['hosts'])}: {fault}" for tunnel in wrong for fault in tunnel["faults"]]
    about += [f"{entry['host']}: {entry['msg']}" for entry in stray]
    return [*([heading, *lines] if rows else []), *about]


_FROM = ((2, "from both ends"), (1, "from one end only"), (0, "not at all"))


def _looked(tunnels: list[dict[str, t.Any]], hosts: t.Container[str], more: int) -> str:
    """Return in words how many tunnels were looked at, and from where.

    :arg hosts: those that looked. :arg more: how many more tunnels were looked at from both ends.
    """
    counts = collections.Counter(sum(end["host"] in hosts for end in tunnel["ends"]) for tunnel in tunnels)
    counts[2] += more
    (first, told), *rest = [(counts[ends], words) for ends, words in _FROM if counts[ends]] or [(0, "")]
    parts = [f"{first} tunnel{'' if first == 1 else 's'} looked at {told}".rstrip()]
    parts += [f"{count} {words}" for count, words in rest]
    mute = sum(tunnel["state"] == UNKNOWN and any(end["host"] in hosts for end in tunnel["ends"]) for tunnel in tunnels)
    parts += [f"{mute} not asked for want of an address"] if mute else []
    return ", ".join(parts)


def _row(tunnel: dict[str, t.Any], end: dict[str, t.Any]) -> tuple[str, ...]:
    return (
        end["device"],
        end["host"],
        end["peer"],
        tunnel["state"],
        "-" if end["loss"] is None else f"{end['loss']:g} %",
        "-" if end["rtt"] is None else f"{end['rtt']:.3f} ms",
        "-" if end["path_mtu"] is None else str(end["path_mtu"]),
        end["outer"] or "-",
    )
