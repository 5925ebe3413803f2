# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what only all that a host has for itself shows as wrong, alone or beside its tunnels. Pure."""

from __future__ import annotations

import re
import typing as t

from ..module_utils.face import documents, kinds, values

Entry = tuple[str, str, t.Any]
"""Where an entry is from, the section of a document that it is for, and the entry."""
Found = tuple[str, str]
"""The path of a part, and what is wrong with it."""


class Document:
    """A document as ``network_state`` takes it, of entries that are each right by themselves."""

    def __init__(self, entries: t.Sequence[Entry]) -> None:
        self._places: dict[str, list[str]] = {}
        self._sections: dict[str, list[t.Any]] = {}
        for place, section, entry in entries:
            self._places.setdefault(section, []).append(place)
            self._sections.setdefault(section, []).append(entry)
        want, self.wrong = self._read()
        """What is wrong with it, None if nothing is."""
        links = want.links
        self._outer = {id_ for link in links.values() for id_, _option in kinds.references(link)} - set(links)
        tunnels = [link for link in links.values() if link.kind and kinds.KINDS[link.kind].identity]
        self._remotes = {link.attributes.get("remote", values.ANY) for link in tunnels}

    def beside(self, links: t.Callable[[], t.Iterable[t.Mapping[str, t.Any]]]) -> Found | None:
        """Return what is wrong with it where the host has these links of the fleet, too; those are right by themselves."""
        if self.wrong or not (self._outer or self._remotes):
            return self.wrong
        near = [link for link in links() if self._is_near(link)]
        return self._read(near)[1] if near else None

    def _is_near(self, link: t.Mapping[str, t.Any]) -> bool:
        """Whether a tunnel of the fleet may refer to something here, be referred to, or have the endpoints of a tunnel here.

        A host may have thousands of others.
        """
        is_named = (link.get("netns"), link["name"]) in self._outer
        return is_named or link.get("dev") is not None or link.get("remote", values.ANY) in self._remotes

    def _read(self, others: t.Sequence[t.Any] = ()) -> tuple[documents.Want, Found | None]:
        """Return what it asks for, and what is wrong with it. :arg others: links beside its own."""
        want = documents.Want()
        try:
            want = documents.parse({**self._sections, "links": [*self._sections.get("links", ()), *others]})
            documents.plan(want)
        except documents.BadOption as error:
            return want, (self._place(error.option), error.problem)
        except documents.Unfit as error:
            return want, (self._place(""), error.faults[0])
        return want, None

    def _place(self, option: str) -> str:
        """Return where in the variables an option of the document is."""
        section, bracket, rest = option.partition("[")
        places = self._places.get(section, [])
        position, _bracket, rest = rest.partition("]")
        if bracket and int(position) < len(places):
            return places[int(position)] + rest
        # Where it is about several entries, the first of them says which variable it is.
        if places:
            return places[0].rpartition("[")[0]
        return re.split(r"[.\[]", next(iter(self._places.values()))[0])[0]
