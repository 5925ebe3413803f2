# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: checks that all kinds of wants share."""

import typing as t

from .. import _errors, _values
from .._kinds import _catalog, _port
from .._resources import Link, LinkId

Params = t.Mapping[str, t.Any]


def check(option: str, parse: t.Callable[[t.Any], t.Any], raw: t.Any) -> t.Any:
    """Return what ``parse`` makes of a value; raise BadOption, with the option's name, where it can't be right."""
    try:
        return parse(raw)
    except ValueError as error:
        raise _errors.BadOption(option, str(error)) from None


def namespace(params: Params, prefix: str = "", option: str = "netns") -> t.Optional[str]:
    """Return the name of the namespace in ``option``; None where there is none."""
    raw = params[option]
    return None if raw is None else check(prefix + option, _values.check_namespace_name, raw)


def link_id(params: Params, prefix: str = "", new: bool = True, loopback: bool = False) -> LinkId:
    """Return the place of the link in ``name`` and ``netns``.

    :arg new: whether it may be made. :arg loopback: whether it may be lo.
    """
    parse = _values.check_new_link_name if new else _values.check_link_name
    name = check(prefix + "name", parse, params["name"])
    if name in _catalog.FALLBACKS:
        raise _errors.BadOption(
            prefix + "name",
            "{0} is the driver's own device in every namespace, which can't be changed or deleted; choose another name".format(
                name
            ),
        )
    if name == "lo" and not loopback:
        raise _errors.BadOption(prefix + "name", "lo is the loopback device; choose another name")
    return (namespace(params, prefix), name)


def check_together(links: t.Mapping[LinkId, Link]) -> None:
    """Raise BadOption if links can't be there together, whatever the host has."""
    _check_order(links)
    taken = {id_: id_ for id_ in links}
    for id_, link in links.items():
        for name in link.attributes.get("altnames", ()):
            other = taken.setdefault((link.netns, name), id_)
            if other != id_ or name == link.name:
                whose = "the device's own name" if name == link.name else "a name of " + other[1]
                raise _errors.BadOption(
                    link.prefix + "altnames", "{0} is {1} already; choose another".format(name, whose)
                )


def _check_order(links: t.Mapping[LinkId, Link]) -> None:
    """Raise BadOption if links refer to themselves or to each other, so that none of them can come first."""
    # Ports may stand in for each other: that is said when they are there.
    referred = {
        id_: {place: name for place, name in _catalog.references(link) if name not in _port.NAMES}
        for id_, link in links.items()
    }
    done: t.Set[LinkId] = set()
    for start in links:
        path, ahead = [start], [iter(referred[start])]
        while path:
            id_ = next(ahead[-1], None)
            if id_ is None:
                done.add(path.pop())
                ahead.pop()
            elif id_ in path:
                ring = path[path.index(id_) :]
                raise _ring([(links[here], referred[here][there]) for here, there in zip(ring, ring[1:] + ring[:1])])
            elif id_ in links and id_ not in done:
                path.append(id_)
                ahead.append(iter(referred[id_]))


def _ring(ring: t.List[t.Tuple[Link, str]]) -> _errors.BadOption:
    first, option = ring[0]
    if len(ring) == 1:
        return _errors.BadOption(
            first.prefix + option, "{0} can't be its own {1}; name another".format(first.name, option)
        )
    steps = ["{0} is the {1} of {2}".format(link.attributes[name], name, link.name) for link, name in ring]
    return _errors.BadOption("links", "{0}: none of them can come first; leave one out".format(", ".join(steps)))
