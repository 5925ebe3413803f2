# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: plans for the addresses of a link."""

import typing as t

from .. import _errors, _values
from .._kinds import _catalog
from .._resources import Address, Link, Loss, Route, RouteId
from .._sorts._route._steps import AddRoute
from .._states import _address
from .._steps._address import AddAddress, DeleteAddress, SetAddress, in_order_of_giving
from . import _words
from ._draft import Draft


def plan_new(want: Link, kept: t.Iterable[Address], draft: Draft) -> None:
    """Plan the addresses of a link that has none yet; ``kept`` are those that a former one had and that shall stay."""
    _check_mtu(want, want)
    named = {address.address for address in want.addresses}
    for address in in_order_of_giving(kept):
        if address.address not in named:
            draft.addresses.append(AddAddress(want.netns, want.name, address, restored=True))
    for address in want.addresses:
        # One that was found on the former link is there by the want of others.
        draft.addresses.append(AddAddress(want.netns, want.name, address, restored=bool(address.message)))


def plan_change(want: Link, have: Link, purge: bool, doomed: t.Container[RouteId], draft: Draft) -> None:
    """Plan what differs; an address that the link has with other properties than wanted is replaced.

    :arg doomed: routes that shall go anyway.
    """
    _check_mtu(want, have)
    missing, changes = _differing(want, have)
    replaced = {address.address for address in missing}
    gone = []
    for address in have.addresses:
        wanted = address[:3] in changes or any(_address.is_met(other, address) for other in want.addresses)
        if not wanted and not address.automatic and (purge or address.address in replaced):
            gone.append(address)
    wanted_mtu = want.attributes.get("mtu", _values.IPV6_MIN_MTU)
    shrinks = wanted_mtu < _values.IPV6_MIN_MTU <= have.attributes.get("mtu", 0)
    if shrinks:
        lost = [a.address for a in have.addresses if ":" in a.address and not a.automatic and a not in gone]
        if lost:
            said = "mtu: {0} is too small for IPv6, so that {1} loses {2}".format(
                want.attributes["mtu"], _words.where(want), _words.enumerate_(lost)
            )
            draft.losses.append(Loss(want.id, tuple("its address " + address for address in lost), said))
    goes_down = bool(want.attributes.get("up") is False and have.attributes.get("up"))
    down = goes_down or have.id in draft.cycled
    # The last first, so that undoing it puts the first back first: it is the primary one of its network.
    for address in reversed(gone):
        if shrinks and ":" in address.address:
            # It goes when the MTU is set, and comes back when that is undone.
            continue
        taken = tuple(route for route in have.routes if _goes_with(route, address, have, gone))
        along = tuple(a for a in have.addresses if a not in gone and _is_secondary_to(a, address))
        draft.addresses.append(DeleteAddress(want.netns, want.name, address, taken, along))
    for address in have.addresses:
        if address not in gone and _goes_along(address, bool(gone), down):
            draft.addresses.append(AddAddress(want.netns, want.name, _again(address, want), restored=True))
    draft.addresses += changes.values()
    for address in missing:
        draft.addresses.append(AddAddress(want.netns, want.name, address))
    _put_back_routes(want, have._replace(routes=tuple(r for r in have.routes if r.id not in doomed)), gone, draft)


def _differing(want: Link, have: Link) -> t.Tuple[t.List[Address], t.Dict[t.Any, SetAddress]]:
    """Return the wanted addresses that are to be given to a link, and the steps that change others in place by what those are
    told apart by."""
    missing, changes = [], {}
    for address in want.addresses:
        if any(_address.is_met(address, other) for other in have.addresses):
            continue
        there = next((other for other in have.addresses if other[:3] == address[:3]), None)
        options = _address.changes(address, there) if there else None
        if there is None or options is None:
            missing.append(address)
        else:
            changes[address[:3]] = SetAddress(want.netns, want.name, there, options)
    return missing, changes


def _again(address: Address, want: Link) -> Address:
    """Return an address to be given once more: with the whole of its lifetimes, where those are wanted."""
    wanted = next((other for other in want.addresses if _address.is_met(other, address)), address)
    limited = wanted is not address and any(
        wanted.options.get(name, _address.FOREVER) != _address.FOREVER for name in _address.LIFETIMES
    )
    return address._replace(options={**address.options, **wanted.options}, message=b"") if limited else address


def _put_back_routes(want: Link, have: Link, gone: t.Sequence[Address], draft: Draft) -> None:
    """Plan the routes that went with addresses, as far as the addresses that the link then has lead to them."""
    stay = [address for address in have.addresses if address not in gone] + list(want.addresses)
    for route in have.routes:
        if any(_goes_with(route, address, have, gone) for address in gone):
            src = route.attributes.get("src")
            if lead_to(route, route.attributes.get("via"), stay) and (
                src is None or src in [address.address for address in stay]
            ):
                draft.routes.append(AddRoute(route, restored=True))
            else:
                lost = "its route to " + route.dst
                draft.losses.append(Loss(want.id, (lost,), "{0} loses {1}".format(_words.where(want), lost)))


def _goes_with(route: Route, address: Address, have: Link, gone: t.Sequence[Address]) -> bool:
    """Return whether the kernel takes the route away with the address: it is its source, or the last one for IPv4."""
    if ":" in address.address:
        return False
    last = all(
        ":" in other.address or other in gone or _goes_along(other, bool(gone), down=False) for other in have.addresses
    )
    return route.attributes.get("src") == address.address or (last and route.family == _values.IPV4)


def _check_mtu(want: Link, have: Link) -> None:
    """The kernel has no IPv6 on a link whose MTU is too small for it (RFC 8200)."""
    mtu = want.attributes.get("mtu", have.attributes.get("mtu", _values.IPV6_MIN_MTU))
    if mtu >= _values.IPV6_MIN_MTU:
        return
    needing = ["IPv6 addresses"] * any(":" in address.address for address in want.addresses)
    needing += sorted(_catalog.ANY.of_ipv6.intersection(want.attributes))
    if needing:
        raise _errors.Conflict(
            "{0}mtu: {1} is too small for {2}, which need {3}; raise it, or leave them out".format(
                want.prefix, mtu, needing[0], _values.IPV6_MIN_MTU
            )
        )


def lead_to(route: Route, via: t.Optional[str], addresses: t.Iterable[Address]) -> bool:
    """Return whether the route's next hop, if it has one, is on the link by one of these addresses."""
    if via is None or route.attributes.get("onlink"):
        return True
    return any(
        _values.network(route.family, address.peer or address.address, address.prefixlen)
        == _values.network(route.family, via, address.prefixlen)
        for address in addresses
        if (":" in address.address) == (":" in via)
    ) or via.startswith("fe80:")


def _is_secondary_to(address: Address, first: Address) -> bool:
    lengths = (address.prefixlen, first.prefixlen)
    if not address.secondary or first.secondary or lengths[0] != lengths[1]:
        return False
    networks = {
        _values.network(_values.IPV4, other.peer or other.address, other.prefixlen) for other in (address, first)
    }
    return len(networks) == 1


def _goes_along(address: Address, others_go: bool, down: bool) -> bool:
    """Return whether the kernel may take an address away by itself.

    A secondary one goes with the first of its network (unless promote_secondaries is set), IPv6 ones go when the link
    goes down (unless keep_addr_on_down is).
    """
    return (address.secondary and others_go) or (down and ":" in address.address and not address.automatic)
