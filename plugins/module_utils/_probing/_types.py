# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what a probe is asked for, and what was found. Immutable, free of behaviour."""

import typing as t

from ._packets import Outer

ANSWER, SILENCE, READER, ANY = "answer", "silence", "reader", "any"


class Expected(t.NamedTuple):
    """What the outer header must have; None: anything."""

    protocol: t.Optional[int] = None
    local: t.Optional[str] = None
    remote: t.Optional[str] = None
    port: t.Optional[int] = None
    dev: t.Optional[str] = None
    """The device that it leaves by."""
    encrypted: bool = False
    """No packet is to be seen that is not encrypted. One that is can't be known again."""


class Probe(t.NamedTuple):
    """What is asked through one link."""

    netns: t.Optional[str]
    name: str
    family: int
    destination: str
    source: t.Optional[str] = None
    requests: int = 3
    interval: float = 0.2
    """Seconds between two packets."""
    timeout: float = 2.0
    """Seconds that an answer may take."""
    expect: str = ANSWER
    path_mtu: bool = False
    min_path_mtu: t.Optional[int] = None
    outer: t.Optional[Expected] = None
    label: t.Optional[str] = None


class Device(t.NamedTuple):
    """What the kernel tells of the link."""

    ifindex: int
    kind: t.Optional[str]
    """The kernel's word (``IFLA_INFO_KIND``); None: hardware, or the loopback device."""
    up: bool
    carrier: bool
    mtu: int


class Sighting(t.NamedTuple):
    """An outer header of the probe's packets, and the device that it was seen on."""

    outer: Outer
    device: str


class Reader(t.NamedTuple):
    """What became of packets for a TUN/TAP device."""

    processes: t.Tuple[t.Tuple[int, str], ...]
    """Who has it open: number and name of the program."""
    handed: int
    """How many packets of the probe got to the device."""
    taken: int
    """How many packets were read from the device meanwhile, the probe's and others."""
    dropped: int
    """How many it dropped meanwhile."""


class Observation(t.NamedTuple):
    """What was found out."""

    trouble: t.Optional[str] = None
    """Why nothing could be sent: a clause with its remedy."""
    device: t.Optional[Device] = None
    sent: int = 0
    rtts: t.Tuple[float, ...] = ()
    """In seconds, one for each packet that was answered."""
    path_mtu: t.Optional[int] = None
    is_told: bool = False
    """Whether somebody on the way said of a larger packet that it is too big."""
    sighting: t.Optional[Sighting] = None
    blind: t.Optional[str] = None
    """Why outer headers can't be seen, a clause; None: they can."""
    errors: t.Tuple[str, ...] = ()
    """What routers say, such as ``192.0.2.1 says host unreachable``."""
    elsewhere: t.Tuple[str, ...] = ()
    """Other links by which answers came in."""
    incoming: int = 0
    """How many packets the link took in meanwhile, of any kind."""
    reader: t.Optional[Reader] = None
    """Of TUN/TAP devices only."""
    returned: int = 0
    """How many answers were seen to come out of the link, let in or not."""
    counters: t.Optional[t.Tuple[int, int]] = None
    """How many packets the link has received and sent since it was made, of any kind; None: there is no link."""
