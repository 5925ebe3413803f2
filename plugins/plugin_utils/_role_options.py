# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the variables that the roles of this collection have, from their argument specs."""

from __future__ import annotations

import difflib
import functools
import pathlib
import typing as t

from ansible.module_utils.common.yaml import yaml_load

OWN_VARIABLES = "tunnels_own_variables"
"""Names of variables that look like those of the roles and are the user's."""

_FOLDER = pathlib.Path(__file__).parents[2] / "roles"
_ROLES = ("tunnels", "boot", "socat_tunnel")
_PREFIXES = ("tunnels_", "socat_tunnel_")
"""What begins so and is unknown is worth a word. ``boot_`` is too common for that."""
_BARE = {"tunnel": "tunnels_links", "tunnels": "tunnels_links"}
"""Names that say no more than whose they are, with what they may stand for. Some use them to make that of."""
_ALIKE = 0.85
"""From 0 to 1, as difflib counts it: tunnels_mesh and tunnels_meshes are 0.92, boot_mode and boot_name 0.78."""


@functools.cache
def of(role: str) -> dict[str, t.Any]:
    """Return the specs of a role's variables."""
    text = (_FOLDER / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    return t.cast("dict[str, t.Any]", yaml_load(text)["argument_specs"]["main"]["options"])


@functools.cache
def names() -> frozenset[str]:
    """Return the names of all variables."""
    return frozenset(name for role in _ROLES for name in of(role))


@functools.cache
def _initials() -> frozenset[str]:
    return frozenset(name[0] for name in names())


def is_related(name: str) -> bool:
    """Whether it may be meant to be a variable of ours. A quick look, for the thousands of others that hosts have."""
    return name[:1].lower() in _initials()


def meant(name: str) -> str | None:
    """Return the variable that this unknown name stands for, if it looks like one."""
    return next(iter(difflib.get_close_matches(name.lower().replace("-", "_"), names(), n=1, cutoff=_ALIKE)), None)


def is_ours(name: str) -> bool:
    """Whether the name begins as those of this collection, known or not."""
    return name.startswith(_PREFIXES) or name in _BARE


def likely(name: str) -> str | None:
    """Return the variable that a name of ours may stand for, which is the user's own as well as not."""
    return _BARE.get(name)
