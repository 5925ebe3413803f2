# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: plans for sysctls. Those of a device come when it is there, and before it is up."""

import typing as t

from ... import _errors, _sysctls
from ..._plan import _words
from ..._plan._draft import Draft
from ..._resources import Have, Link, LinkId, Sysctl, Want
from ..._steps._link import MoveLink
from ..._steps._namespace import AddNamespace
from ._steps import SetSysctl


def plan(want: Want, have: Have, draft: Draft) -> None:
    """Plan the sysctls that are wanted, when it is known which links are made."""
    new_links = {end.id for step in draft.creations for end in step.ends}
    new_links.update(step.place for step in draft.moves if isinstance(step, MoveLink))
    new_namespaces = {step.name for step in draft.namespaces if isinstance(step, AddNamespace)}
    new_links.update((name, "lo") for name in new_namespaces)
    for sysctl in want.sysctls.values():
        link, back = _sysctls.link(*sysctl.id), sysctl.id in want.returned
        if link in new_links:
            if sysctl.id not in have.usual and sysctl.netns not in new_namespaces:
                draft.unmet.append(_no_such(sysctl))
            draft.sysctls.append(SetSysctl(sysctl, None, have.usual.get(sysctl.id, ""), back))
        elif link is not None and (link not in have.links or link in draft.freed):
            draft.unmet.append("sysctls: {0}: {1}".format(sysctl.key, _words.missing(link)))
        elif sysctl.netns in new_namespaces:
            draft.common.append(SetSysctl(sysctl, None))
        else:
            _plan_change(sysctl, link, want, have, draft)


def _plan_change(sysctl: Sysctl, link: t.Optional[LinkId], want: Want, have: Have, draft: Draft) -> None:
    found = have.sysctls.get(sysctl.id)
    if found is None:
        draft.unmet.append(_no_such(sysctl))
    elif found.value != sysctl.value:
        back = sysctl.id in want.returned
        links: t.Tuple[Link, ...] = ()
        if found.value == "0" and _sysctls.turns_ipv6_off(sysctl.key, sysctl.value):
            links = (have.links[link],) if link else ()
            _check_all(sysctl, link, back or want.force)
        step = SetSysctl(sysctl, found, back=back, links=links)
        (draft.sysctls if link else draft.common).append(step)


def _check_all(sysctl: Sysctl, link: t.Optional[LinkId], is_asked_for: bool) -> None:
    if link is None and not is_asked_for:
        raise _errors.Conflict(
            "sysctls: {0} takes the IPv6 addresses and routes of all devices, which no undo could put back. Name the devices "
            "one by one (net.ipv6.conf.DEVICE.disable_ipv6), or say force=true. Nothing was changed.".format(sysctl.key)
        )


def _no_such(sysctl: Sysctl) -> str:
    place = "in namespace " + sysctl.netns if sysctl.netns else "on this host"
    return "sysctls: there is no {0} {1}; sysctl -a lists what there is".format(sysctl.key, place)
