# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a diagnosis has read of a host. Immutable, free of behaviour."""

import typing as t

from .._firewall._plan import Look

THERE, LOADABLE, MISSING = "there", "loadable", "missing"
"""What a kernel has of a driver: it is loaded or built in, it is a module that can be loaded, or it is nowhere."""


class Kernel(t.NamedTuple):
    """What the kernel lets this host do."""

    capabilities: int
    """As bits (capabilities(7))."""
    is_container: bool
    """Nobody in it may load modules, root included."""
    takes_modules: bool
    drivers: t.Mapping[str, str]
    """By module: one of the words above, or the line that keeps modprobe from loading it."""


class Way(t.NamedTuple):
    """How packets get to an address of the underlay."""

    device: str
    mtu: int
    """Of the device, or of the route where it says less."""


class Underlay(t.NamedTuple):
    """What carries the outer packets."""

    addresses: t.Mapping[str, str]
    """To the device that has them."""
    ways: t.Mapping[str, t.Optional[Way]]
    """By the far address; None: there is no route."""
    dropped: t.Sequence[t.Tuple[str, str, str]]
    """The device, the address of the sender and our own of packets that the kernel drops for the way that they came by."""


class Answer(t.NamedTuple):
    """What came of asking a far address without a tunnel."""

    path_mtu: t.Optional[int]
    """None: it does not answer."""
    is_told: bool
    """Whether somebody said of larger packets that they are too big."""
    said: str = ""
    """What routers say of the others."""


class Managers(t.NamedTuple):
    """Network managers that run."""

    claimed: str = ""
    """What ifupdown configures at boot, and what to do about it."""
    held: t.Sequence[t.Tuple[str, str, str]] = ()
    """The manager, the device and the reason with its remedy."""
    untold: t.Sequence[t.Tuple[str, t.Sequence[str]]] = ()
    """The manager, and the devices that it has not been told to leave alone."""


class Firewall(t.NamedTuple):
    """What filters."""

    look: Look
    files: t.Mapping[str, str]
    """What nftables loads, with what that includes."""
    refusal: str = ""
    """Why it can't be told to let the tunnels in."""


class Facts(t.NamedTuple):
    """All of it; None: it could not be read, or nobody asked."""

    kernel: t.Optional[Kernel] = None
    tun: t.Optional[str] = None
    """Why no TUN or TAP device can be made; empty: they can."""
    pyroute2: t.Optional[t.Tuple[bool, str]] = None
    """Whether it is there, and what is wrong with it."""
    links: t.Optional[t.Mapping[str, t.Optional[str]]] = None
    """The links that have declared names, with the kernel's word for their kinds; None: hardware."""
    made: t.Optional[t.Container[str]] = None
    """The links that this collection made."""
    sysctls: t.Optional[t.Sequence[str]] = None
    """Those that are not as declared and can't be set."""
    underlay: t.Optional[Underlay] = None
    answers: t.Optional[t.Mapping[str, Answer]] = None
    """By the far address."""
    managers: t.Optional[Managers] = None
    firewall: t.Optional[Firewall] = None
    clock: t.Optional[float] = None
    """How many seconds the host's is ahead of the controller's."""
