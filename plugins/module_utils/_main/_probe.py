# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the module does that probes links."""

import typing as t

from . import _module

if t.TYPE_CHECKING:
    from .._probing._types import Probe


def run(
    spec: t.Dict[str, t.Any], parse: t.Callable[[t.Mapping[str, t.Any]], "t.List[Probe]"], **constraints: t.Any
) -> None:
    """Be the module that probes links: take its parameters, probe and leave by exit_json, or by fail_json where
    something is not as expected.
    """
    module = _module.start(spec, **constraints)
    with _module.told(module):
        probes = parse(module.params)
        from .._kernel import _probe
        from .._probing import _verdict

        results = [_verdict.result(*pair) for pair in zip(probes, _probe.run(probes))]
        wrong = _verdict.failure(results)
    answer = results[0] if module.params["probes"] is None else {"probes": results}
    if wrong and not module.check_mode:
        module.fail_json(**dict(answer, changed=False, msg=wrong))
    for result in results:
        if not result["holds"]:
            module.warn(result["msg"])
    module.exit_json(**dict(answer, changed=False))
