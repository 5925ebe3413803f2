# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the module does that has a host's firewall let something in."""

import typing as t

from .. import _files
from .._boot import _files as _boot_files
from .._firewall import _plan, _rules
from .._kernel import _firewall
from . import _module

_LOST = "The rules in {0} are gone after a reboot: this host has no file that it reads at boot, and systemd does not run it."


def run(spec: t.Dict[str, t.Any]) -> None:
    """Be the module that has the firewall let something in, and leave by exit_json or fail_json."""
    module = _module.start(spec)
    with _module.told(module):
        name = _files.check_name(module.params["name"])
        _firewall.need_rights()
        is_absent = module.params["state"] == "absent"
        rules = frozenset() if is_absent else _rules.wanted(module.params)
        look = _plan.NOTHING if is_absent and not _firewall.is_opened(name) else _firewall.look(name)
        plan = _plan.plan(name, rules, is_absent or module.params["purge"], look)
        _firewall.ask(plan.orders)
        if not module.check_mode:
            if plan.orders or plan.steps:
                _firewall.perform(plan.orders, plan.steps, name)
            if is_absent:
                _firewall.forget(name)
            for firewall in plan.lost:
                module.warn(_LOST.format(firewall))
    module.exit_json(
        changed=bool(plan.orders or plan.steps),
        firewalls=plan.firewalls,
        rules=[rule.text for rule in _rules.in_order(rules)] if plan.firewalls else [],
        changes=[change for place in plan.places for change in place.changes()],
        operations=[words for order in plan.orders for words in order.words],
        written=[step.path for step in plan.steps if step.new],
        removed=[step.path for step in plan.steps if not step.new],
        diff=_differences(plan),
    )


def _differences(plan: _plan.Plan) -> t.List[t.Dict[str, str]]:
    """Return the rules that each place has before and after, and the files as a whole."""
    paths = {step.path for step in plan.steps}
    of_places = [place.difference() for place in plan.places if place.name not in paths]
    return of_places + [_boot_files.difference(step) for step in plan.steps]
