# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: which packets must not leave or enter a host in clear. Pure."""

import socket
import typing as t

from .. import _errors, _values

UDP = int(socket.IPPROTO_UDP)
TUNNELS = (int(socket.IPPROTO_IPIP), int(socket.IPPROTO_IPV6), int(socket.IPPROTO_GRE))
"""Protocols that are tunnels. Of others, a host that is told so by mistake could be lost: TCP carries Ansible, UDP carries IKE."""
_IKE = (500, 4500)


class Peer(t.NamedTuple):
    """The outer packets of tunnels between two addresses."""

    family: int
    local: str
    remote: str
    protocol: int
    port: int = 0
    """Where packets go to, at both ends, in UDP; 0: it is no UDP."""

    @property
    def text(self) -> str:
        """What a person reads."""
        what = "{0}/{1}".format(self.protocol, self.port) if self.port else str(self.protocol)
        return "{0} between {1} and {2}".format(what, self.local, self.remote)

    def options(self) -> t.Dict[str, t.Any]:
        """Return it as an element of ``peers``."""
        options: t.Dict[str, t.Any] = {"local": self.local, "remote": self.remote, "protocol": self.protocol}
        return {**options, "port": self.port} if self.port else options


Peers = t.FrozenSet[Peer]


def wanted(entries: t.Sequence[t.Mapping[str, t.Any]]) -> Peers:
    """Return what the option ``peers`` asks for; raise BadOption for a value that can't be right."""
    found = set()
    for number, entry in enumerate(entries):
        try:
            found.add(_peer(entry))
        except _errors.BadOption as error:
            raise error.inside("peers[{0}]".format(number)) from None
    return frozenset(found)


def _peer(entry: t.Mapping[str, t.Any]) -> Peer:
    return Peer(*ends(entry), *_what(entry["protocol"], entry["port"]))


def ends(entry: t.Mapping[str, t.Any]) -> t.Tuple[int, str, str]:
    """Return the family and the two addresses; raise BadOption for two that outer packets can't have."""
    (family, local), (other, remote) = (_address(entry, option) for option in ("local", "remote"))
    if family != other:
        raise _errors.BadOption(
            "remote", "{0} is of another family than {1}; give two of one family".format(remote, local)
        )
    if local == remote:
        raise _errors.BadOption("remote", "both ends have the address {0}; give the peer's".format(remote))
    return family, local, remote


def _address(entry: t.Mapping[str, t.Any], option: str) -> t.Tuple[int, str]:
    try:
        family, address = _values.parse_ip(entry[option])
    except ValueError as error:
        problem = "{0}; give the address that outer packets have there"
        raise _errors.BadOption(option, problem.format(error)) from None
    if address == _values.unspecified(family):
        raise _errors.BadOption(option, "{0} stands for no address; give that of the tunnel's end".format(address))
    return family, address


def _what(protocol: int, port: t.Optional[int]) -> t.Tuple[int, int]:
    """Return a protocol and its port, 0 where it has none."""
    if protocol in TUNNELS:
        if port is not None:
            problem = "protocol {0} has no ports; leave it out, or give protocol 17 for UDP"
            raise _errors.BadOption("port", problem.format(protocol))
        return protocol, 0
    if protocol != UDP:
        problem = "{0} is no protocol of tunnels; give 4 (IPIP), 41 (SIT), 47 (GRE), or 17 (UDP) with a port"
        raise _errors.BadOption("protocol", problem.format(protocol))
    if port is None or not 1 <= port <= 65535:
        problem = "is missing" if port is None else "{0} is not a port, 1 to 65535".format(port)
        raise _errors.BadOption("port", problem + "; give the UDP port that the tunnel's packets go to")
    if port in _IKE:
        problem = "{0} carries IKE, without which nothing is encrypted; give the port of the tunnel"
        raise _errors.BadOption("port", problem.format(port))
    return protocol, port


def in_order(peers: t.Iterable[Peer]) -> t.List[Peer]:
    """Return them as people sort them: by protocol, then by address."""
    return sorted(peers, key=lambda peer: (peer.family, peer.protocol, peer.port, _packed(peer)))


def _packed(peer: Peer) -> t.Tuple[bytes, bytes]:
    return socket.inet_pton(peer.family, peer.remote), socket.inet_pton(peer.family, peer.local)


def changes(have: Peers, want: Peers) -> t.List[t.Dict[str, str]]:
    """Return what becomes of each that does not stay."""
    found = [(peer, "removed") for peer in in_order(have - want)] + [
        (peer, "created") for peer in in_order(want - have)
    ]
    return [{"peer": peer.text, "change": change} for peer, change in found]
