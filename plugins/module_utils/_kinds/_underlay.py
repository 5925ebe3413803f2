# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the namespace that a link sends and takes its packets by, where that is not its own."""

import typing as t

from .. import _values
from .._resources import Link, LinkId
from ._option import Option, always

NAME = "link_netns"
HOST = "host"
"""The namespace that the module runs in."""
HOST_FILE = "/proc/1/ns/net"
"""What ``ip`` takes for it."""
NUMBERED = "nsid "
"""What stands before the number of a namespace without a name; no name has a blank in it."""


class NamespaceName(_values.Value):
    """The name of a namespace, or ``HOST``, or what the kernel has for one without a name."""

    def parse(self, raw: t.Any) -> str:
        return _values.check_namespace_name(str(raw))

    def encode(self, value: t.Any) -> t.Any:
        return int(value[len(NUMBERED) :]) if isinstance(value, str) else value

    def decode(self, raw: t.Any, flagged: bool = True) -> str:
        return NUMBERED + str(raw)

    def words(self, word: str, value: t.Any) -> t.List[str]:
        if value is None:
            return []
        if value.startswith(NUMBERED):
            return [word + "id", value[len(NUMBERED) :]]
        return [word, HOST_FILE if value == HOST else value]


OPTION = Option(
    NAME,
    NamespaceName(),
    "IFLA_LINK_NETNSID",
    of_message=True,
    recreate=always,
    word="link-netns",
)
"""A link has it in its attributes only where its underlay is elsewhere; in a want, None is the link's own namespace."""


def told(netns: t.Optional[str]) -> str:
    """Return how the option has a namespace. :arg netns: as places have it."""
    return HOST if netns is None else netns


def place(name: str) -> t.Optional[str]:
    """Return a namespace that the option names as places have it."""
    return None if name == HOST else name


def home(link: Link) -> t.Optional[str]:
    """Return the namespace of the underlay, as places have it."""
    name = link.attributes.get(NAME)
    return link.netns if name is None else place(name)


def is_in_sight(link: Link) -> bool:
    """Return whether the namespace of the underlay is the link's own, or has a name."""
    return not str(link.attributes.get(NAME)).startswith(NUMBERED)


def is_elsewhere(link: Link) -> bool:
    return link.attributes.get(NAME) is not None


def seen_from(netns: t.Optional[str], attributes: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    """Return the attributes of a wanted link, with None where its own namespace was given."""
    same = attributes.get(NAME) == told(netns)
    return {**attributes, NAME: None} if same else dict(attributes)


def moved(link: Link, to: t.Optional[str], has_one: bool) -> t.Dict[str, t.Any]:
    """Return the attributes of a link that moves, and leaves its underlay behind. :arg has_one: whether its kind has the option."""
    values = dict(link.attributes)
    if has_one:
        values.pop(NAME, None)
        if home(link) != to:
            values[NAME] = told(home(link))
    return values


def settled(links: t.Mapping[LinkId, Link], there: t.Mapping[LinkId, Link]) -> t.Dict[LinkId, Link]:
    """Return wanted links with the underlay that they have, where a want says nothing of it."""
    return {id_: _settled(link, there.get(id_)) for id_, link in links.items()}


def _settled(want: Link, have: t.Optional[Link]) -> Link:
    if have is None or not is_elsewhere(have) or NAME in want.attributes or want.kind is None:
        return want
    return want._replace(attributes={**want.attributes, NAME: have.attributes[NAME]})
