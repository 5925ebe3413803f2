# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: sysctls of the namespace that we are in (sysctl(5))."""

import typing as t


def read(key: str) -> t.Optional[str]:
    """Return a sysctl of the namespace that we are in; None where there is no such key."""
    try:
        with open(_path(key), encoding="ascii") as file:
            return " ".join(file.read().split())
    except FileNotFoundError:
        return None


def write(key: str, value: str) -> None:
    """Set a sysctl of the namespace that we are in."""
    with open(_path(key), "w", encoding="ascii") as file:
        file.write(value + "\n")


def _path(key: str) -> str:
    # The first separator tells which of two ways the key is written; the other one is part of a device's name, as in
    # sysctl(8): net.ipv4.conf.eth0/1.forwarding or net/ipv4/conf/eth0.1/forwarding.
    dotted = "." in key.partition("/")[0]
    return "/proc/sys/" + (key.translate(str.maketrans("./", "/.")) if dotted else key)
