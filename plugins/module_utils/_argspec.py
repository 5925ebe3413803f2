# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: options that several modules share, as argument specs. Their twins are the doc fragments."""

import typing as t

Spec = t.Dict[str, t.Dict[str, t.Any]]


def state() -> Spec:
    return {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}


def common() -> Spec:
    """Return what any link end takes."""
    return {
        "netns": {"type": "str"},
        "up": {"type": "bool"},
        "mtu": {"type": "int"},
        "mac": {"type": "str"},
        "promisc": {"type": "bool"},
        "multicast": {"type": "bool"},
        "arp": {"type": "bool"},
        "txqueuelen": {"type": "int"},
        "alias": {"type": "str"},
        "master": {"type": "str"},
        "addresses": {"type": "list", "elements": "raw"},
    }


def name() -> Spec:
    return {"name": {"type": "str", "required": True}}


def purge_addresses() -> Spec:
    return {"purge_addresses": {"type": "bool", "default": False}}


def link() -> Spec:
    """Return what a module that manages a kind of link takes."""
    spec = name()
    spec.update(state())
    spec.update(common())
    spec.update(purge_addresses())
    spec["recreate"] = {"type": "str", "choices": ["if_needed", "never"], "default": "if_needed"}
    return spec
