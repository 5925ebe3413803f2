# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what each task of the main job says in check mode of what it would do, as changes.

A task that can change a host registers its result under a name of ``STEPS``; a policy test sees to that.
"""

from __future__ import annotations

import hashlib
import typing as t

from . import _fleet_course

Change = dict[str, t.Any]
"""``what`` it is about, its ``name``, ``change`` (created, changed, replaced, removed; unknown where it could not be looked
at), ``details`` where the name does not say it all, and of what ``network_state`` does all that it says."""
Result = t.Mapping[str, t.Any]

CREATED, CHANGED, REPLACED, REMOVED, UNKNOWN = "created", "changed", "replaced", "removed", "unknown"

_THINGS = ("namespace", "link", "route", "fou_port", "sysctl")
NETWORK = tuple(thing.replace("_", " ") for thing in _THINGS)
"""What a change is about that ``network_state`` tells."""

SETTLED: Change = {
    "what": "checkpoint",
    "name": _fleet_course.CHECKPOINT,
    "change": REMOVED,
    "details": "an earlier run was cut off and left it armed; it is settled before all else",
}


def changes(results: t.Mapping[str, t.Any]) -> list[Change]:
    """Return what the results of a host's tasks say, in the order of the tasks. :arg results: by name, see ``STEPS``.

    Of two tasks that would write the same file, the second says so too, because the first has not done it.
    """
    found: list[Change] = []
    for name, read in STEPS.items():
        for result in _items(results.get(name) or {}):
            if result.get("changed"):
                found += [change for change in read(result) if change not in found]
    return found


def _items(result: Result) -> list[Result]:
    """Return a task's results, one for each item of its loop."""
    items = result.get("results", [result])
    return [item for item in items if isinstance(item, t.Mapping)]


def _asked(result: Result, option: str) -> str:
    """Return an option of a task with a loop. Of other tasks, Ansible registers no options."""
    return str(result.get("invocation", {}).get("module_args", {}).get(option, ""))


def _change(what: str, name: t.Any, change: str, details: str = "") -> list[Change]:
    return [{"what": what, "name": str(name), "change": change, "details": details}]


def _package(result: Result) -> list[Change]:
    """The task says in so many words which one would be installed."""
    return _change("package", str(result.get("msg", "")).split(" ", 1)[0], CREATED, "installed")


def _driver(result: Result) -> list[Change]:
    return _change("kernel module", _asked(result, "name") or "tun", CREATED, "loaded, at every boot too")


def _card(result: Result) -> list[Change]:
    return _change("network card", _asked(result, "name"), CHANGED, "promiscuous")


def _unseen(result: Result) -> list[Change]:
    return _change("link", "", UNKNOWN, str(result.get("msg", "")))


def _network(result: Result) -> list[Change]:
    """What ``network_state`` says is taken as it is; what an entry is about becomes its name."""
    found = []
    for entry in result.get("changes", ()):
        (what,) = (thing for thing in _THINGS if thing in entry)
        rest = {key: value for key, value in entry.items() if key != what}
        found.append({"what": what.replace("_", " "), "name": str(entry[what]), **rest})
    return found


def _files(result: Result) -> list[Change]:
    """A file's content goes into the plan as a digest, so that a plan holds for no other content."""
    found = []
    for diff in result.get("diff", ()):
        (before, was_there), (after, is_there) = (_path(diff[side]) for side in ("before_header", "after_header"))
        change = CHANGED if was_there and is_there else CREATED if is_there else REMOVED
        digest = hashlib.sha256(diff["after"].encode()).hexdigest()[:16]
        found += [{**entry, "digest": digest} for entry in _change("file", after or before, change)]
    return found


def _path(header: str) -> tuple[str, bool]:
    """Return the path in a header of a difference, as boot_files writes it, and whether there is a file."""
    path = header.removesuffix(" (absent)")
    return path, path == header


def _firewall(result: Result) -> list[Change]:
    """Its rules stand in chains and zones, which are no files."""
    rules = [
        _change("firewall rule", f"{entry['rule']} ({entry['firewall']}, {entry['place']})", entry["change"])
        for entry in result.get("changes", ())
    ]
    files = [diff for diff in result.get("diff", ()) if diff["before_header"].startswith("/")]
    return [change for found in rules for change in found] + _files({"diff": files})


def _protection(result: Result) -> list[Change]:
    """Its table stands in the kernel. What is not told of peers is about the rules that look for them."""
    found = [change for entry in result["changes"] for change in _change("protection", entry["peer"], entry["change"])]
    if result["operations"] and not found:
        found = _change("protection", result["table"], CHANGED, "its rules are not as they were written")
    return found + _files({"diff": [diff for diff in result["diff"] if diff["before_header"].startswith("/")]})


def _connection(name: str, change: str) -> list[Change]:
    return _change("ipsec connection", name, *((change,) if change in (CREATED, REMOVED) else (CHANGED, change)))


def _ipsec(result: Result) -> list[Change]:
    """Its connections stand in strongSwan and in a file, of which what is in it is nobody's business."""
    found = [change for entry in result["changes"] for change in _connection(entry["connection"], entry["change"])]
    return found or _change("file", result["file"], CHANGED)


def _boot(result: Result) -> list[Change]:
    enabled = _change("service", "the init script", CHANGED, "run at every boot") if result.get("enabled") else []
    return _files(result) + enabled


STEPS: dict[str, t.Callable[[Result], list[Change]]] = {
    "__tunnels_to_install": _package,
    "__tunnels_swan_to_install": _package,
    "__tunnels_managers": _files,
    "__tun_module_loaded": _driver,
    "__tunnels_loaded": _driver,
    "__tunnels_unseen_cards": _unseen,
    "__tunnels_cards": _card,
    "__tunnels_opened": _firewall,
    "__tunnels_guarded": _protection,
    "__tunnels_encrypting": _ipsec,
    "__tunnels_unseen": _unseen,
    "__tunnels_changed": _network,
    "__tunnels_closed": _firewall,
    "__tunnels_protected": _protection,
    "__tunnels_encrypted": _ipsec,
    "__boot_written": _boot,
}
"""The names under which the tasks of the main job register their results, in their order."""
