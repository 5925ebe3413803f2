# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the module does that says what would hinder tunnels on a host."""

import typing as t

from .. import _files
from .._diagnosis import _judge, _wanted
from .._kernel import _diagnosis
from . import _module


def run(spec: t.Dict[str, t.Any]) -> None:
    """Be the module that diagnoses a host, and leave by exit_json or fail_json."""
    module = _module.start(spec)
    with _module.told(module):
        _files.check_name(module.params["name"])
        wanted = _wanted.of(module.params)
        facts, unseen = _diagnosis.look(wanted)
        found = _judge.findings(wanted, facts)
    module.exit_json(
        changed=False,
        findings=[finding.told() for finding in found],
        unseen=[dict(one._asdict()) for one in unseen],
    )
