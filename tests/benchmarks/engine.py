# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine alone, as a process: engine.py DOCUMENT.json STATE. What a module does, without Ansible around it."""

import atexit
import gc
import json
import sys

# No pathlib, which modules have no use for: importing it takes as long as some links do.
sys.path.insert(0, __file__.rpartition("/ansible_collections/")[0])

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec, _decide
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers

POLICY = {"recreate": "if_needed", "force": False, "purge_addresses": False}


def filler(spec):
    """Return a function that puts None or the default where an option is not given, as AnsibleModule does."""
    defaults = {name: details.get("default") for name, details in spec.items()}
    fillers = {name: filler(details["options"]) for name, details in spec.items() if details.get("options")}

    def filled(options):
        values = {**defaults, **options}
        for name, fill in fillers.items():
            value = values[name]
            if value is not None:
                values[name] = [fill(element) for element in value] if isinstance(value, list) else fill(value)
        return values

    return filled


def main():
    # As modules do (_main/_module.py).
    gc.disable()
    atexit.register(gc.freeze)
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    want = _parsers.network_state({**filler(_argspec.document())(document), **POLICY, "state": sys.argv[2]})
    with _host.Kernel() as kernel, kernel.alone():
        want, have, plan = _decide.decide(kernel, want)
        if plan.operations:
            from ansible_collections.warren.tunnels.plugins.module_utils import _apply

            _apply.apply(kernel, want, have, plan)
    print(len(plan.operations))


main()
