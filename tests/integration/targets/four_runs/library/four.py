#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module of ours several times in one task for each of some changes, and lets the witness look in between.

A task costs a second on a lab host, most of it for starting Python. So the module's own source is run here, from its
argument spec to its exit_json, once for each run.
"""

import io
import json
import sys

from ansible.module_utils import basic, witness
from ansible.module_utils.common import warnings

# So that they are sent along with this module.
from ansible_collections.warren.tunnels.plugins.module_utils import _argspec, _document
from ansible_collections.warren.tunnels.plugins.module_utils._main import (
    _firewall,
    _ipsec,
    _protection,
    _resource,
    _views,
)
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers

SENT_ALONG = (_argspec, _document, _firewall, _ipsec, _parsers, _protection, _resource, _views)


def run(source, options, check_mode):
    """Return what the module with this source says of these options."""
    for messages in (warnings._global_warnings, warnings._global_deprecations):
        messages.clear()
    basic._ANSIBLE_ARGS = json.dumps(
        {"ANSIBLE_MODULE_ARGS": dict(options, _ansible_check_mode=check_mode, _ansible_diff=True)}
    ).encode()
    stdout, sys.stdout = sys.stdout, io.StringIO()
    try:
        exec(compile(source, "module", "exec"), {"__name__": "__main__"})
    except SystemExit:
        return json.loads(sys.stdout.getvalue())
    finally:
        sys.stdout = stdout
    return {"failed": True, "msg": "the module ended without a result"}


def runs(source, options, before, refused):
    """Return what came of all runs of one change."""
    result = {"before": before}
    result["check"] = run(source, options, check_mode=True)
    result["previewed"] = {"state": witness.read()}
    result["do"] = run(source, options, check_mode=False)
    result["after"] = {"state": witness.read()}
    if not refused:
        result["again"] = run(source, options, check_mode=False)
        result["again_check"] = run(source, options, check_mode=True)
        result["last"] = {"state": witness.read()}
    return result


def main():
    spec = {
        "source": {"type": "str", "required": True},
        "options": {"type": "list", "elements": "dict", "required": True},
        "refused": {"type": "bool", "default": False},
    }
    module = basic.AnsibleModule(argument_spec=spec, supports_check_mode=False)
    source, refused = module.params["source"], module.params["refused"]
    before, changes = {"state": witness.read()}, []
    for options in module.params["options"]:
        changes.append(runs(source, options, before, refused))
        before = changes[-1]["after" if refused else "last"]
    module.exit_json(changed=True, changes=changes)


if __name__ == "__main__":
    main()
