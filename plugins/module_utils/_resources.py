# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the value types that wants and haves are made of. Immutable, free of behaviour.

Values inside are canonical (see ``_values``): what the user typed and what the kernel reports become equal when they
mean the same.
"""

import typing as t

from ._sorts._list import BESIDE_LINKS, absent, with_fields

LinkId = t.Tuple[t.Optional[str], str]
"""A link's place in the world: the namespace it is in (None is the one that the module runs in) and its name."""


class Address(t.NamedTuple):
    """An address of a link (``rtm_newaddr``)."""

    address: str
    prefixlen: int
    """Of the address, or of the peer where there is one."""
    peer: t.Optional[str] = None
    scope: t.Optional[str] = None
    """``global``, ``site``, ``link``, ``host`` or a number; None in a want: any."""
    label: t.Optional[str] = None
    """IPv4 only; None in a want: any."""
    automatic: bool = False
    """The kernel made it by itself (an IPv6 link-local address)."""
    secondary: bool = False
    """An earlier IPv4 address of the link has the same network (``IFA_F_SECONDARY``); it may go with that."""
    message: bytes = b""
    """As the kernel dumped it, so that it can be put back with its broadcast address, lifetimes and flags."""
    options: t.Mapping[str, t.Any] = {}
    """Option name to canonical value (``_states/_address``). In a want: what was asked for, and nothing else."""


class NextHop(t.NamedTuple):
    """One of several ways of a route (``struct rtnexthop``)."""

    via: t.Optional[str]
    dev: t.Optional[str]
    weight: int = 1


class Encap(t.NamedTuple):
    """What a route puts around the packets that it leads into an ``external`` tunnel (``LWTUNNEL_IP_*``)."""

    type: str
    """``ip`` or ``ip6``, by the outer header."""
    dst: str
    src: t.Optional[str] = None
    """None: the host chooses."""
    id: int = 0
    ttl: int = 0
    tos: int = 0
    key: bool = False
    """A GRE header has ``id`` as its key."""
    csum: bool = False
    seq: bool = False


RouteId = t.Tuple[t.Optional[str], int, int, str, int, int]
"""What tells routes apart: namespace, address family, table, destination, metric and type of service."""


class Route(t.NamedTuple):
    """A route (``rtm_newroute``)."""

    netns: t.Optional[str]
    family: int
    dst: str
    """``default`` or a network with its prefix length."""
    metric: int
    table: int
    attributes: t.Mapping[str, t.Any] = {}
    """Option name to canonical value. In a want: what was asked for, and nothing else."""
    message: bytes = b""
    """As the kernel dumped it, so that it can be put back to the letter."""
    tos: int = 0
    """IPv4 only: the type of service of the packets that it is for; 0 for all that no other route is for."""

    @property
    def id(self) -> RouteId:
        return (self.netns, self.family, self.table, self.dst, self.metric, self.tos)

    @property
    def ways(self) -> t.List[LinkId]:
        """Return the places of the links that it leads through."""
        names = [self.attributes.get("dev")] + [hop.dev for hop in self.attributes.get("nexthops", ())]
        return [(self.netns, name) for name in names if name]


RuleId = t.Tuple[t.Optional[str], int, t.Optional[int], t.Tuple[t.Tuple[str, t.Any], ...]]
"""What tells rules apart, as the kernel does: namespace, address family, priority, and all else that is said of one."""


class Rule(t.NamedTuple):
    """A rule of policy routing (``ip rule``)."""

    netns: t.Optional[str]
    family: int
    priority: t.Optional[int]
    """None in a want: any."""
    terms: t.Tuple[t.Tuple[str, t.Any], ...]
    """Option names with canonical values, what to do and who made it among them, in the order of the names."""
    message: bytes = b""
    """As the kernel dumped it, so that it can be put back to the letter."""

    @property
    def id(self) -> RuleId:
        return (self.netns, self.family, self.priority, self.terms)

    @property
    def values(self) -> t.Dict[str, t.Any]:
        return dict(self.terms)


class Attached(t.NamedTuple):
    """What people gave a link beside its options, such as a neighbour or a queueing discipline."""

    what: str
    """In words, once of each link."""
    value: str
    """What else there is to it; empty where that goes without saying."""
    requests: t.Tuple[t.Tuple[int, int, bytes], ...]
    """The types, flags and bodies of the messages that attach it again; none where nobody but its maker can do that."""


class Link(t.NamedTuple):
    """A network device."""

    netns: t.Optional[str]
    name: str
    kind: t.Optional[str]
    """The name of a kind in ``_kinds/_catalog.py``, or the kernel's word for one that is unknown there; None: any kind."""
    attributes: t.Mapping[str, t.Any] = {}
    """Option name to canonical value. In a want: what was asked for, and nothing else."""
    addresses: t.Tuple[Address, ...] = ()
    ifindex: int = 0
    """``ifi_index``; 0 in a want."""
    data: bytes = b""
    """``IFLA_INFO_DATA`` as the kernel reported it, so that a change can send back what it does not touch."""
    routes: t.Tuple[Route, ...] = ()
    """Through this link; read only where the link is about to go."""
    ports: "t.Tuple[Link, ...]" = ()
    """Of this bridge, with what is attached to them; read only where it is about to go."""
    uppers: "t.Tuple[Link, ...]" = ()
    """Made on this link, and nothing without it; read only where it is about to go. Places, kinds and MTUs are told."""
    attached: t.Tuple[Attached, ...] = ()
    """Read only where a plan may take it along."""
    prefix: str = ""
    """In a want: what the names of its options begin with, such as ``peer.``."""
    sysctls: t.Mapping[str, str] = {}
    """Its own that are not as a new device has them, such as ``ipv4/rp_filter``; read only where it is about to go, and for
    a checkpoint."""

    @property
    def id(self) -> LinkId:
        return (self.netns, self.name)


class Namespace(t.NamedTuple):
    """A network namespace with a name (a mount in ``/run/netns``)."""

    name: str
    stale: bool = False
    """There is a file of that name, but no namespace is mounted on it: what an interrupted creation leaves."""
    processes: t.Tuple[str, ...] = ()
    """Who lives in it, such as ``1234 (sleep)``; read only where the namespace is about to go."""
    links: t.Tuple[str, ...] = ()
    """The links in it; read only where it is about to go without having been named."""
    uppers: "t.Tuple[Link, ...]" = ()
    """Made on a link in it, by others and elsewhere; read only where it is about to go."""


SysctlId = t.Tuple[t.Optional[str], str]
"""What tells sysctls apart: namespace and key, such as ``net.ipv4.ip_forward`` (see ``_sysctls``)."""


class Sysctl(t.NamedTuple):
    """A kernel parameter below ``net``."""

    netns: t.Optional[str]
    key: str
    value: str
    """Empty in a have: nobody has set it, and it can't be read before."""
    along: t.Mapping[str, str] = {}
    """Keys to values that the kernel changes with it; read only where it is about to be changed."""

    @property
    def id(self) -> SysctlId:
        return (self.netns, self.key)


class Want(t.NamedTuple):
    """What was asked for."""

    namespaces: t.Mapping[str, Namespace] = {}
    links: t.Mapping[LinkId, Link] = {}
    absent_namespaces: t.Tuple[str, ...] = ()
    absent_links: t.Mapping[LinkId, str] = {}
    """To the family of kinds that may be removed under that name."""
    sources: t.Mapping[LinkId, t.Optional[str]] = {}
    """Of wanted links, the namespace to fetch them from if they are not in place."""
    routes: t.Mapping[RouteId, Route] = {}
    absent_routes: t.Tuple[RouteId, ...] = ()
    sysctls: t.Mapping[SysctlId, Sysctl] = {}
    absent_sysctls: t.Tuple[SysctlId, ...] = ()
    """Those that are to be as they were before this collection set them."""
    returned: t.FrozenSet[SysctlId] = frozenset()
    """The wanted sysctls that become what they were before this collection set them."""
    purged: t.FrozenSet[LinkId] = frozenset()
    """The links whose other addresses are not wanted."""
    exact: t.FrozenSet[LinkId] = frozenset()
    """The wanted links whose other options shall be as those of a new link."""
    renewed: t.Mapping[LinkId, t.Tuple[int, t.Tuple[str, ...]]] = {}
    """Of these, the ones that only a new link can satisfy: to the index of the present one and the options."""
    take_over: t.FrozenSet[RouteId] = frozenset()
    """The wanted routes that may have the place of routes of others."""
    displaced: t.FrozenSet[RouteId] = frozenset()
    """The wanted routes whose place a route of others has."""
    foreign: t.FrozenSet[t.Tuple[str, t.Any]] = frozenset()
    """The field and the id of wanted things whose place others' have, which it is not to take."""
    lost: "t.Tuple[Loss, ...]" = ()
    """Routes that were taken over and can't come back."""
    keep: t.FrozenSet[LinkId] = frozenset()
    """Links that stay as they are, with all that was made for them."""
    recreate: bool = True
    force: bool = False
    override: bool = False
    """Whatever this collection created and is not wanted shall go."""
    document: t.Optional[str] = None
    """With ``override``, only what was created under this name, and what is created now is noted under it."""
    created: t.FrozenSet[LinkId] = frozenset()
    """With ``override``, the links that are known to be created by this collection."""


class Have(t.NamedTuple):
    """What the host has, as far as a want asks about it."""

    namespaces: t.Mapping[str, Namespace] = {}
    links: t.Mapping[LinkId, Link] = {}
    routes: t.Mapping[RouteId, Route] = {}
    sysctls: t.Mapping[SysctlId, Sysctl] = {}
    usual: t.Mapping[SysctlId, str] = {}
    """Of wanted sysctls whose device is not there, what a new one has."""
    rivals: t.Tuple[Link, ...] = ()
    """Links of the wanted kinds that may hold endpoints that a wanted link needs."""
    names: t.Mapping[LinkId, str] = {}
    """Of the names that the want has for links, or refers to (``dev``, ``master``), those that belong to a link, to that
    link's own name, which is another where they are alternative ones."""
    accounts: t.Mapping[t.Tuple[str, str], t.Optional[int]] = {}
    """(``user`` or ``group``, name) to the id, or to None where there is no such account."""
    holders: t.Mapping[LinkId, t.Tuple[str, ...]] = {}
    """Processes that hold a wanted tun/tap device open."""
    unseen: t.FrozenSet[LinkId] = frozenset()
    """Of pairs that are about to go, the ends whose other end is in a namespace that can't be entered."""
    own_ports: t.FrozenSet[LinkId] = frozenset()
    """Of the ports of bridges that are about to go, those that this collection made."""


class Loss(t.NamedTuple):
    """What is lost by a plan and does not come back."""

    link: t.Optional[LinkId]
    """The link that loses it, where that is after the plan; None where it is not a link's."""
    what: t.Tuple[str, ...]
    msg: str
    """All of it as a sentence, without a full stop."""


if not t.TYPE_CHECKING:
    # Nothing but its own files knows of a resource that has no field above. To all others, _states._registry tells of it.
    _wanted, _ended = {field: {} for field in BESIDE_LINKS}, {absent(field): () for field in BESIDE_LINKS}
    Have, Want = with_fields(Have, _wanted), with_fields(Want, {**_wanted, **_ended})
