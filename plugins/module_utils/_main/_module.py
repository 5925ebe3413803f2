# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what every module begins and ends with. This folder alone knows AnsibleModule."""

import atexit
import contextlib
import gc
import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .. import _argspec, _errors

VERBOSE = 3
"""``-vvv``, with which Ansible shows where errors come from."""


def start(spec: t.Dict[str, t.Any], **constraints: t.Any) -> AnsibleModule:
    """Return the module with its parameters.

    :arg constraints: what else AnsibleModule takes, such as required_if.
    """
    _spare_collector()
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


def _spare_collector() -> None:
    """Keep Python from looking for cycles: a module is a short process, and what it makes has hardly any.

    Of a large document, the collector would look at everything again and again, and at the end at every module too.
    """
    gc.disable()
    # Python 3.6 has no freeze.
    atexit.register(getattr(gc, "freeze", gc.disable))


def invocation(module: AnsibleModule) -> t.Dict[str, t.Any]:
    """Return how the module was called, as its answer tells it: each of a thousand links has room for all options there are."""
    return {"module_args": {} if module.params.get("brief") else given(module.params)}


def given(options: t.Any) -> t.Any:
    """Return the options that are given, at any depth."""
    if isinstance(options, dict):
        return {name: given(value) for name, value in options.items() if value is not None}
    return [given(value) for value in options] if isinstance(options, list) else options


@contextlib.contextmanager
def told(module: AnsibleModule, otherwise: str = "") -> t.Iterator[None]:
    """Leave by fail_json where something goes wrong. :arg otherwise: what to say where there is no remedy."""
    try:
        yield
    except _errors.TunnelsError as error:
        module.fail_json(msg=str(error), **_trace(module, error))
    except OSError as error:
        said = "{0}. {1}".format(error, _errors.hint_for(error.errno) or otherwise).strip()
        module.fail_json(msg=said, **_trace(module, error))


def _trace(module: AnsibleModule, error: Exception) -> t.Dict[str, str]:
    """Return where an error comes from, with what caused it: for those who ask, and where nobody foresaw the cause."""
    foreseen = error.__cause__ is None or _errors.is_foreseen(error.__cause__)
    return {} if foreseen and module._verbosity < VERBOSE else {"exception": traceback.format_exc()}
