# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: links in the words of ``ip``."""

import typing as t

from .. import _values
from .._kinds import _catalog, _kind, _underlay
from .._resources import Link
from ._lines import line

Values = t.Mapping[str, t.Any]


def addition(link: Link, peer: t.Optional[Link]) -> t.List[str]:
    """Return what to tell ``ip`` to make a link, or a pair."""
    kind = _catalog.KINDS[str(link.kind)]
    # What ip would choose by itself, as kind.initial has it, is told where it is not wanted.
    initial = kind.initial_of(link.attributes)
    unusual = {name: value for name, value in kind.defaults.items() if name in initial}
    if kind.encap_driver == "fou6" and link.attributes.get("encap", _values.NONE) != _values.NONE:
        # Over IPv6 only, ip turns it on.
        unusual["encap_csum6"] = False
    own = _option_words(kind, {**unusual, **link.attributes}, own=True)
    if kind.created_by_ioctl:
        return ["tuntap", "add", "dev", link.name, "mode", kind.name, *own]
    common = _option_words(kind, link.attributes, own=False)
    words = ["link", "add", "dev", link.name, *common, *_type_words(kind), *own]
    if peer:
        words += ["peer", "name", peer.name, *_option_words(kind, peer.attributes, own=False)]
        words += ["netns", str(peer.netns or "1")] if peer.netns != link.netns else []
    return words


def stands_elsewhere(link: Link) -> bool:
    """Return whether a link refers to one in another namespace, for which ``ip`` would look in the link's own."""
    return any(id_[0] != link.netns for id_, _option in _catalog.references(link))


def addition_and_move(link: Link) -> str:
    """Return the command lines that make such a link where the other one is, and take it to its place."""
    home = _underlay.home(link)
    there = {name: value for name, value in link.attributes.items() if name not in (_underlay.NAME, "master")}
    words = ["link", "set", "dev", link.name]
    lines = [
        line(home, *addition(link._replace(netns=home, attributes=there), None)),
        line(home, *words, "netns", str(link.netns or "1")),
    ]
    if "master" in link.attributes:
        lines.append(line(link.netns, *words, "master", link.attributes["master"]))
    return " && ".join(lines)


def change(link: Link, changes: Values, old: Values) -> str:
    """Return the command line that gives a link other values.

    :arg old: the former ones.
    """
    kind = _catalog.KINDS.get(str(link.kind), _catalog.ANY)
    own = _option_words(kind, changes, own=True, former={**link.attributes, **old})
    common = _option_words(kind, changes, own=False)
    if kind.created_by_ioctl and kind.own.intersection(changes):
        # ip can't change an existing device; this is what /dev/net/tun is asked.
        values = ["{0}={1}".format(name, value) for name, value in sorted(changes.items())]
        where = " in namespace " + link.netns if link.netns else ""
        return "ioctl TUNSETIFF {0}{1}: {2}".format(link.name, where, " ".join(values))
    words = ["link", "set", "dev", link.name, *common]
    return line(link.netns, *words, *(_type_words(kind) + own if own else ()))


def _option_words(kind: _kind.Kind, values: Values, own: bool, former: t.Optional[Values] = None) -> t.List[str]:
    """Return the words for what is the driver's, or for the rest, in the order of the tables."""
    words: t.List[str] = []
    old = former or {}
    for option in kind.of_driver if own else kind.of_message:
        if option.is_told(values, old) and option.attribute + str(option.flags or "") and option.name != "persist":
            words += option.words(option.value.over(old.get(option.name), values[option.name]))
    return words


def _type_words(kind: _kind.Kind) -> t.List[str]:
    return ["type", kind.kernel_name, *(["mode", kind.mode_word] if kind.constants else kind.extra)]
