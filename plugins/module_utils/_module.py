# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the only code that knows AnsibleModule."""

import contextlib
import typing as t

from ansible.module_utils.basic import AnsibleModule

from . import _argspec, _errors, _show
from ._resources import Have, Want

if t.TYPE_CHECKING:
    from ._document import Choice
    from ._probing._types import Probe

View = t.Callable[[Want, Have], t.Dict[str, t.Any]]
"""How a module shows a host's state: what ``before`` and ``after`` hold."""


def run(
    spec: t.Dict[str, t.Any], parse: t.Callable[[t.Mapping[str, t.Any]], Want], view: View, **constraints: t.Any
) -> None:
    """Be the module: take its parameters, do what they ask for and leave by exit_json or fail_json.

    :arg spec: the argument spec. :arg parse: parameters to a want (see _want._parsers).
    :arg constraints: what else AnsibleModule takes, such as required_if.
    """
    module = _module(spec, **constraints)
    with _told(module, "Nothing was changed."):
        result = _result(parse(module.params), view, module)
    module.exit_json(**result)


def _module(spec: t.Dict[str, t.Any], **constraints: t.Any) -> AnsibleModule:
    try:
        return AnsibleModule(argument_spec=spec, supports_check_mode=True, **constraints)
    except (OverflowError, TypeError):
        # set_fallbacks looks for options in what is no dictionary, before that is told of, and check_type_int takes
        # infinity for a number (ansible-core 2.16, 2.19).
        module = AnsibleModule(argument_spec={name: {"type": "raw"} for name in spec}, supports_check_mode=True)
        fault = _argspec.misshapen(spec, module.params)
        if fault is None:
            raise
        module.fail_json(msg=fault + ". Nothing was changed.")


@contextlib.contextmanager
def _told(module: AnsibleModule, otherwise: str = "") -> t.Iterator[None]:
    """Leave by fail_json where something goes wrong. :arg otherwise: what to say where there is no remedy."""
    try:
        yield
    except _errors.TunnelsError as error:
        module.fail_json(msg=str(error))
    except OSError as error:
        module.fail_json(msg="{0}. {1}".format(error, _errors.hint_for(error.errno) or otherwise).strip())


def _result(want: Want, view: View, module: AnsibleModule) -> t.Dict[str, t.Any]:
    # Late, so that bad parameters are told of before anything is imported that may be missing. Late too what most runs,
    # which change nothing, do without: Ansible sends modules as source, to be compiled each time.
    from . import _decide
    from ._kernel import _host

    with _host.Kernel() as kernel, contextlib.ExitStack() as stack:
        if not module.check_mode:
            stack.enter_context(kernel.alone())
        want, have, plan = _decide.decide(kernel, want)
        foreseen = after = have
        for loss in plan.losses:
            module.warn(loss)
        if plan.unmet and not module.check_mode:
            raise _errors.Unmet(". ".join(plan.unmet) + ".")
        for unmet in plan.unmet:
            module.warn(unmet)
        if plan.operations and (module.check_mode or module._diff):
            from . import _foresee

            foreseen = after = _foresee.foresee(have, plan.operations)
        if plan.operations and not module.check_mode:
            from . import _apply

            after = _apply.apply(kernel, want, have, plan)
        commands: t.List[str] = []
        if plan.operations:
            from . import _render

            commands = [_render.command(step) for step in plan.operations]
    result = {
        "changed": bool(plan.operations),
        "before": view(want, have),
        "after": view(want, after),
        "operations": commands,
    }
    if module._diff:
        result["diff"] = {"before": result["before"], "after": view(want, foreseen)}
    return result


def inform(
    spec: t.Dict[str, t.Any],
    parse: t.Callable[[t.Mapping[str, t.Any]], "Choice"],
    view: t.Callable[["Choice", Have], t.Dict[str, t.Any]],
) -> None:
    """Be a module that only reads: take its parameters, look and leave by exit_json or fail_json.

    :arg parse: parameters to what is asked about. :arg view: that and what the host has to the result.
    """
    module = _module(spec)
    with _told(module):
        choice = parse(module.params)
        from ._kernel import _host

        with _host.Kernel() as kernel:
            result = view(choice, kernel.survey(choice.namespaces))
    module.exit_json(changed=False, **result)


def probe(
    spec: t.Dict[str, t.Any], parse: t.Callable[[t.Mapping[str, t.Any]], "t.List[Probe]"], **constraints: t.Any
) -> None:
    """Be the module that probes links: take its parameters, probe and leave by exit_json, or by fail_json where
    something is not as expected.
    """
    module = _module(spec, **constraints)
    with _told(module):
        probes = parse(module.params)
        from ._kernel import _probe
        from ._probing import _verdict

        results = [_verdict.result(*pair) for pair in zip(probes, _probe.run(probes))]
        wrong = _verdict.failure(results)
    answer = results[0] if module.params["probes"] is None else {"probes": results}
    if wrong and not module.check_mode:
        module.fail_json(**dict(answer, changed=False, msg=wrong))
    for result in results:
        if not result["holds"]:
            module.warn(result["msg"])
    module.exit_json(**dict(answer, changed=False))


def have_files(spec: t.Dict[str, t.Any]) -> None:
    """Be the module that has files for the next boot, and leave by exit_json or fail_json."""
    from . import _boot_files

    module = _module(spec)
    with _told(module):
        steps = _boot_files.plan(_boot_files.wanted(module.params), _boot_files.read(module.params["name"]))
        if not module.check_mode:
            _boot_files.perform(steps, module.params["name"])
    module.exit_json(
        changed=bool(steps),
        written=[step.path for step in steps if step.new],
        removed=[step.path for step in steps if not step.new],
        diff=[_boot_files.difference(step) for step in steps],
    )


def commit(spec: t.Dict[str, t.Any]) -> None:
    """Be the module that has a way back, and leave by exit_json or fail_json."""
    from . import _checkpoint

    module = _module(spec)
    with _told(module):
        wish = _checkpoint.parse(module.params)
        from . import _commit

        result = _commit.commit(wish, module.check_mode)
    module.exit_json(**result)


def view_document(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show all that the want is about, in the form that it was asked for."""
    from . import _document

    return _document.of_wanted(want, have)


def _one(wanted: t.Iterable[t.Any], absent: t.Iterable[t.Any]) -> t.Any:
    """Return the one thing that a want is about: which it names first, of a pair the end that the task names."""
    return next(iter([*wanted, *absent]))


def view_link(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show the one link that the want is about."""
    id_ = _one(want.links, want.absent_links)
    source = (want.sources[id_], id_[1]) if id_ in want.sources else id_
    return _show.link_state(have.links.get(id_) or have.links.get(source))


def view_veth(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show both ends of a pair."""
    state = view_link(want, have)
    if state["state"] == "present":
        id_ = _one(want.links, want.absent_links)
        peer = have.links[id_].attributes.get("peer")
        if isinstance(peer, tuple):
            end = have.links.get(peer)
            state["peer"] = _show.link_state(end) if end else {"name": peer[1], "netns": peer[0]}
            state["peer"].pop("state", None)
    return state


def view_namespace(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show the one namespace that the want is about."""
    name = _one(want.namespaces, want.absent_namespaces)
    return _show.namespace_state(have.namespaces.get(name), have.links.get((name, "lo")))


def view_route(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show the one route that the want is about."""
    return _show.route_state(have.routes.get(_one(want.routes, want.absent_routes)))


def view_fou(want: Want, have: Have) -> t.Dict[str, t.Any]:
    """Show the one port that the want is about."""
    return _show.fou_state(have.fou_ports.get(_one(want.fou_ports, want.absent_fou_ports)))
