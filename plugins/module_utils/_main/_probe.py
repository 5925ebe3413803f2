# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the module does that probes links."""

import typing as t

from . import _info, _module

if t.TYPE_CHECKING:
    from .._probing._types import Probe


def run(
    spec: t.Dict[str, t.Any], parse: t.Callable[[t.Mapping[str, t.Any]], "t.List[Probe]"], **constraints: t.Any
) -> None:
    """Be the module that probes links: take its parameters, probe and leave by exit_json, or by fail_json where
    something is not as expected.
    """
    module = _module.start(spec, **constraints)
    look_at = module.params["look_at"]
    with _module.told(module):
        probes = parse(module.params)
        from .._kernel import _probe
        from .._probing import _verdict

        results = [_verdict.result(*pair) for pair in zip(probes, _probe.run(probes))]
        wrong = _verdict.failure(results)
        seen = {} if look_at is None else _seen(look_at)
    told: t.List[t.Any] = results
    if module.params["brief"]:
        told = [None if result["holds"] else result for result in results]
        if seen and not any(told):
            seen["network"] = {"links": seen["network"]["links"]}
    answer = dict(results[0] if module.params["probes"] is None else {"probes": told}, **seen)
    answer["invocation"] = _module.invocation(module)
    if wrong and not module.check_mode:
        module.fail_json(**dict(answer, changed=False, msg=wrong))
    for result in results:
        if not result["holds"]:
            module.warn(result["msg"])
    module.exit_json(**dict(answer, changed=False))


def _seen(names: t.Sequence[str]) -> t.Dict[str, t.Any]:
    """Return what ``warren.tunnels.network_info`` says of links with such names, but for what it can't make."""
    # Late, because only who asks for it has a use for it.
    from .. import _document

    seen = _info.seen(_document.Choice(names=tuple(names)), _document.of_choice)
    return {key: seen[key] for key in ("network", "checkpoints")}
