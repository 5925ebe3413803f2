# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: from what was read of a host to what would hinder tunnels there. Pure."""

import typing as t

from .. import _values
from .._kinds import _catalog
from . import _facts, _filters
from ._facts import Facts
from ._table import WEIGHTS, Finding, some
from ._wanted import Wanted

Found = t.Iterator[Finding]

CAP_NET_ADMIN, CAP_SYS_ADMIN = 12, 21
_DRIFT = 120
"""Seconds that a clock may be wrong. A slow connection makes it look so."""


def findings(wanted: Wanted, facts: Facts) -> t.List[Finding]:
    """Return all that is found, the weightiest first."""
    found = [finding for judge in _JUDGES for finding in judge(wanted, facts)]
    return sorted(found, key=lambda finding: WEIGHTS[finding.id])


def _kernel(wanted: Wanted, facts: Facts) -> Found:
    kernel = facts.kernel
    if kernel is None:
        return
    needed = [("CAP_NET_ADMIN", CAP_NET_ADMIN)] + [("CAP_SYS_ADMIN", CAP_SYS_ADMIN)] * wanted.has_namespaces
    lacking = [name for name, bit in needed if not kernel.capabilities >> bit & 1]
    if lacking:
        yield Finding("rights", {"capabilities": " and ".join(lacking)})
    for driver in wanted.drivers:
        state = kernel.drivers.get(driver.module, _facts.THERE)
        if state == _facts.THERE:
            continue
        values = {"driver": driver.module, "modes": some(driver.modes)}
        if kernel.is_container:
            yield Finding("container", values)
        elif state == _facts.MISSING:
            yield Finding("driver", values)
        elif state != _facts.LOADABLE:
            yield Finding("driver_barred", dict(values, line=state))
        elif not kernel.takes_modules:
            yield Finding("modules_disabled", values)


def _programs(wanted: Wanted, facts: Facts) -> Found:
    if facts.tun:
        yield Finding("tun_device", {"devices": some(wanted.of_programs), "reason": facts.tun.rstrip(".")})
    if facts.pyroute2 is not None:
        is_there, reason = facts.pyroute2
        yield Finding("pyroute2_unfit" if is_there else "pyroute2", {"reason": reason.rstrip(".")})
    if facts.sysctls:
        yield Finding("sysctls", {"keys": some(facts.sysctls)})
    if facts.clock is not None and abs(facts.clock) > _DRIFT:
        direction = "ahead of" if facts.clock > 0 else "behind"
        yield Finding("clock", {"seconds": round(abs(facts.clock)), "direction": direction})


def _links(wanted: Wanted, facts: Facts) -> Found:
    for (netns, name), link in sorted(wanted.want.links.items(), key=str):
        if netns is not None or link.kind is None or facts.links is None or name not in facts.links:
            continue
        there = facts.links[name]
        family = _catalog.family(_catalog.KINDS[link.kind].family)
        if there not in [kind.kernel_name for kind in family]:
            what = "of kind {0}".format(there) if there else "a network card"
            yield Finding("stranger", {"device": name, "what": what, "kind": link.kind})
        elif facts.made is not None and name not in facts.made:
            yield Finding("taken_over", {"device": name})


def _underlay(wanted: Wanted, facts: Facts) -> Found:
    underlay = facts.underlay
    if underlay is None:
        return
    elsewhere: t.Dict[str, t.List[str]] = {}
    ends = wanted.ends
    for path in wanted.paths:
        if path.local and path.local not in underlay.addresses:
            elsewhere.setdefault(path.local, []).append(path.host or path.remote)
    for local, peers in sorted(elsewhere.items()):
        yield Finding("nat", {"local": local, "peers": some(peers)})
    for remote in sorted(ends):
        if underlay.ways.get(remote) is None:
            yield Finding("unrouted", ends[remote])
    for device, remote, local in underlay.dropped:
        way = underlay.ways.get(remote)
        values = dict(ends[remote], device=device, local=local, way=way.device if way else "no device")
        yield Finding("rp_filter", values)


def _sizes(wanted: Wanted, facts: Facts) -> Found:
    """Of a far address that tunnels go to from several of ours, one path tells enough."""
    answers, ends = facts.answers or {}, wanted.ends
    packets: t.Dict[str, int] = {}
    for path in wanted.paths:
        packets[path.remote] = max(packets.get(path.remote, 0), path.packet or 0)
    for remote, packet in sorted(packets.items()):
        way = facts.underlay.ways.get(remote) if facts.underlay else None
        if way is None:
            continue
        values = dict(ends[remote], device=way.device, device_mtu=way.mtu)
        answer = answers.get(remote)
        if answer and answer.path_mtu is None:
            yield Finding("silent", dict(values, said=" ({0})".format(answer.said) if answer.said else ""))
        path_mtu = min(way.mtu, answer.path_mtu or way.mtu) if answer else way.mtu
        if packet > path_mtu:
            yield Finding("mtu", dict(values, packet=packet, path_mtu=path_mtu, excess=packet - path_mtu))
        if answer and path_mtu < way.mtu and not answer.is_told:
            yield Finding("pmtu", dict(values, path_mtu=path_mtu))


def _managers(wanted: Wanted, facts: Facts) -> Found:
    if facts.managers is None:
        return
    if facts.managers.claimed:
        yield Finding("claimed", {"reason": facts.managers.claimed.rstrip(".")})
    for manager, device, reason in facts.managers.held:
        yield Finding("managed", {"manager": manager, "device": device, "reason": reason.rstrip(".")})
    for manager, devices in facts.managers.untold:
        yield Finding("unmanaged", {"manager": manager, "devices": some(devices)})


def _firewall(wanted: Wanted, facts: Facts) -> Found:
    firewall = facts.firewall
    if firewall is None:
        return
    if firewall.refusal:
        yield Finding("firewall_refuses", {"reason": firewall.refusal.rstrip(".")})
    elif not wanted.opens:
        for name, rules in sorted(_filters.lacking(firewall.look, wanted.name, wanted.rules).items()):
            yield Finding("firewall", {"firewall": name, "rules": some(rules)})
    versions = {_values.IPV4: "IPv4", _values.IPV6: "IPv6"}
    for drop in () if wanted.opens else _filters.dropping(firewall.look, wanted.forwarded, wanted.devices):
        values = {"chain": drop.chain, "version": versions[drop.family], "device": drop.device}
        if drop.is_docker:
            yield Finding("docker", dict(values, program=drop.program))
        else:
            yield Finding("forward", values)
    for file, tables in _filters.flushed(firewall.look, firewall.files):
        yield Finding("flush", {"file": file, "tables": some(tables)})


_JUDGES = (_kernel, _programs, _links, _underlay, _sizes, _managers, _firewall)
