# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is wrong with a declaration of tunnels, gathered so that one report shows it all."""

from __future__ import annotations

import dataclasses


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
    """The faults found so far."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, place: Place | str, problem: str) -> None:
        """Note a fault. :arg problem: what is wrong, and after a semicolon the remedy."""
        self.found.append(f"{place}: {problem}.")

    def raise_if_any(self) -> None:
        if self.found:
            raise FleetError(self.found)
