# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what comes back on a host at its next boot, where tunnels had to stay as they are. Pure."""

from __future__ import annotations

import typing as t

from ..module_utils.face import documents

Entry = t.Mapping[str, t.Any]
Document = t.Mapping[str, t.Any]
"""A host's state, as ``network_state`` takes it: sections of entries, and sysctls as one dictionary."""


class _Part(t.NamedTuple):
    """An entry of a document, and the value that it stands for."""

    entry: Entry
    value: t.Any

    def leads_through(self, links: t.Container[documents.LinkId]) -> bool:
        return any(way in links for way in self.value.ways)


_Parts = dict[t.Any, _Part]
"""By what tells the things that they are about from others."""


def document(declared: Document, there: Document, keep: t.Iterable[Entry]) -> dict[str, t.Any]:
    """Return what is declared, but the links that are kept, and what goes with them, as it is now.

    :arg there: what the host has of what is declared, and of what is declared no more. Of the second, nothing but links goes
        as long as a link is kept. :arg keep: the links, each with ``name`` and, in a namespace, ``netns``.
    """
    kept = {(link.get("netns"), link["name"]) for link in keep}
    new = {section: _parts(section, declared) for section in documents.SECTIONS}
    old = {section: _parts(section, there) for section in documents.SECTIONS}
    going = old["links"].keys() - documents.fit({"links": declared["links"]}).links.keys() - kept
    old["links"] = {id_: part for id_, part in old["links"].items() if id_ in kept}
    new["links"] = {id_: part for id_, part in new["links"].items() if id_ not in kept}
    old["routes"] = {id_: part for id_, part in old["routes"].items() if not part.leads_through(going)}
    for id_, part in list(new["routes"].items()):
        present = old["routes"].get(id_, part)
        if part.leads_through(kept) or present.leads_through(kept):
            del new["routes"][id_]
    old["sysctls"] = {id_: part for id_, part in old["sysctls"].items() if documents.link_of_sysctl(*id_) not in going}
    new["sysctls"] = {id_: part for id_, part in new["sysctls"].items() if documents.link_of_sysctl(*id_) not in kept}
    used = old["fou_ports"]
    new["fou_ports"] = {id_: part for id_, part in new["fou_ports"].items() if used.get(id_, part).value == part.value}
    return {section: _joined(section, {**old[section], **new[section]}) for section in declared}


def _parts(section: str, document: Document) -> _Parts:
    found: _Parts = {}
    for entry in _entries(document.get(section)):
        whole = entry if section == "sysctls" else [entry]
        id_, value = next(iter(getattr(documents.fit({section: whole}), section).items()))
        found[id_] = _Part(entry, value)
    return found


def _entries(section: t.Any) -> t.Iterator[Entry]:
    """Yield the entries of a section, of sysctls each as a dictionary of its own."""
    for entry in section or ():
        yield {entry: section[entry]} if isinstance(section, t.Mapping) else entry


def _joined(section: str, parts: _Parts) -> t.Any:
    entries = [part.entry for part in parts.values()]
    return {key: value for entry in entries for key, value in entry.items()} if section == "sysctls" else entries
