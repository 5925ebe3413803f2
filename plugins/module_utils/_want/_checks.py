# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: checks that all kinds of wants share."""

import typing as t

from .. import _errors, _values
from .._kinds import _catalog
from .._resources import LinkId

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


def link_id(params: Params, prefix: str = "", loopback: bool = False) -> LinkId:
    """Return the place of the link in ``name`` and ``netns``; ``loopback`` says whether it may be lo."""
    name = check(prefix + "name", _values.check_link_name, params["name"])
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
