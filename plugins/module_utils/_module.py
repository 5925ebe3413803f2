# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the only code that knows AnsibleModule."""

import typing as t

from ansible.module_utils.basic import AnsibleModule

from . import _errors, _foresee, _render
from ._resources import Have, Want

View = t.Callable[[Want, Have], t.Dict[str, t.Any]]
"""How a module shows a host's state: what ``before`` and ``after`` hold."""


def run(
    spec: t.Dict[str, t.Any], parse: t.Callable[[t.Mapping[str, t.Any]], Want], view: View, **constraints: t.Any
) -> None:
    """Be the module: take its parameters, do what they ask for and leave by exit_json or fail_json.

    :arg spec: the argument spec. :arg parse: parameters to a want (see _want).
    :arg constraints: what else AnsibleModule takes, such as required_if.
    """
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True, **constraints)
    try:
        result = _result(parse(module.params), view, module.check_mode, module.warn)
    except _errors.TunnelsError as error:
        module.fail_json(msg=str(error))
    except OSError as error:
        module.fail_json(msg="{0}. {1}".format(error, _errors.hint_for(error.errno) or "Nothing was changed."))
    module.exit_json(**result)


def _result(want: Want, view: View, check_mode: bool, warn: t.Callable[[str], None]) -> t.Dict[str, t.Any]:
    # Late, so that bad parameters are told of before anything is imported that may be missing.
    from . import _apply, _kernel

    with _kernel.Kernel() as kernel:
        have, plan = _apply.plan(kernel, want)
        foreseen = _foresee.foresee(have, plan.operations)
        for loss in plan.losses:
            warn(loss)
        if check_mode:
            for unmet in plan.unmet:
                warn(unmet)
            after = foreseen
        elif plan.unmet:
            raise _errors.Unmet(". ".join(plan.unmet) + ".")
        else:
            after = _apply.apply(kernel, want, plan) if plan.operations else have
    before = view(want, have)
    return {
        "changed": bool(plan.operations),
        "before": before,
        "after": view(want, after),
        "operations": [_render.command(step) for step in plan.operations],
        "diff": {"before": before, "after": view(want, foreseen)},
    }


def view_link(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show the one link that the want is about."""
    id_ = next(iter([*want.links, *want.absent_links]))
    source = (want.sources[id_], id_[1]) if id_ in want.sources else id_
    return _render.link_state(have.links.get(id_) or have.links.get(source))


def view_veth(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show both ends of a pair."""
    state = view_link(want, have)
    if state["state"] == "present":
        id_ = next(iter(list(want.links) + list(want.absent_links)))
        peer = have.links[id_].attributes.get("peer")
        if isinstance(peer, tuple):
            end = have.links.get(peer)
            state["peer"] = _render.link_state(end) if end else {"name": peer[1], "netns": peer[0]}
            state["peer"].pop("state", None)
    return state


def view_namespace(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show the one namespace that the want is about."""
    name = next(iter(list(want.namespaces) + list(want.absent_namespaces)))
    return _render.namespace_state(have.namespaces.get(name), have.links.get((name, "lo")))


def view_route(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show the one route that the want is about."""
    return _render.route_state(have.routes.get(next(iter([*want.routes, *want.absent_routes]))))


def view_fou(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show the one port that the want is about."""
    return _render.fou_state(have.fou_ports.get(next(iter([*want.fou_ports, *want.absent_fou_ports]))))
