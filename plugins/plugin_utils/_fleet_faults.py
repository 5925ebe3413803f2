# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is wrong with a declaration of tunnels, gathered so that one report shows it all."""

from __future__ import annotations

import dataclasses
import typing as t

_NAMED = 3
"""How many hosts a sentence names."""


class FleetError(Exception):
    """The declaration can't be carried out; ``str()`` of it is the report."""

    def __init__(self, faults: list[str]) -> None:
        """:arg faults: a sentence for each, naming the link, the host, the variable and the remedy."""
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__("\n  - ".join([f"{count} in the declared tunnels, so no host is touched:", *faults]))
        self.faults = faults


@dataclasses.dataclass(frozen=True)
class Place:
    """Where in the declaration something is."""

    link: str
    """Such as ``tunnels_links[0] (tun100)``."""
    path: str = ""
    """Such as ``ends.host1.address``."""

    def __truediv__(self, part: str) -> Place:
        return Place(self.link, f"{self.path}.{part}" if self.path else part)

    def __str__(self) -> str:
        return f"{self.link}, {self.path}" if self.path else self.link


class Faults:
    """The faults found so far. What several hosts have alike is one fault."""

    def __init__(self) -> None:
        self.noted = 0
        """How often something was noted, be it new or not."""
        self._hosts: dict[tuple[str, str], dict[str, None]] = {}

    def add(self, place: Place | str, problem: str) -> None:
        """Note a fault of the declaration. :arg problem: what is wrong, and after a semicolon the remedy."""
        self.noted += 1
        self._hosts.setdefault((str(place), problem), {})

    def add_of(self, host: str, variable: str, problem: str) -> None:
        """Note a fault of a variable that each host may have for itself."""
        self.noted += 1
        self._hosts.setdefault((variable, problem), {})[host] = None

    @property
    def found(self) -> list[str]:
        """A sentence for each."""
        return [
            f"{place} of {host_names(hosts)}: {problem}." if hosts else f"{place}: {problem}."
            for (place, problem), hosts in self._hosts.items()
        ]

    def raise_if_any(self) -> None:
        if self._hosts:
            raise FleetError(self.found)


def host_names(hosts: t.Collection[str]) -> str:
    """Return the names of the first hosts, and how many others there are."""
    names = list(hosts)
    if len(names) > _NAMED + 1:
        names = [*names[:_NAMED], f"{len(names) - _NAMED} others"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
