# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

from ansible import context
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: changes
type: notification
short_description: Note what a run of converge.yml changes, or would change
description:
  - Writes each changed task, with its item and its operations, to C(preview.json) in check mode, and else to C(run-1.json),
    C(run-2.json) and so on.
author:
  - warren.tunnels contributors (@warren-tunnels)
requirements:
  - the environment variable C(MOLECULE_CHANGES) with the path of a folder
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "changes"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, t.Any]] = []
        self.concerned = False

    def v2_playbook_on_start(self, playbook: t.Any) -> None:
        self.concerned = Path(playbook._file_name).name == "converge.yml"

    def v2_runner_on_ok(self, result: t.Any) -> None:
        if "results" not in result._result:
            self.note(result)

    def v2_runner_item_on_ok(self, result: t.Any) -> None:
        self.note(result)

    def note(self, result: t.Any) -> None:
        values = result._result
        if values.get("changed"):
            self.found.append(
                {
                    "host": result._host.get_name(),
                    "task": result._task.get_name(),
                    "item": str(values.get("_ansible_item_label", "")),
                    "operations": [str(operation) for operation in values.get("operations", ())],
                }
            )

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        if not self.concerned:
            return
        folder = Path(os.environ["MOLECULE_CHANGES"])
        folder.mkdir(parents=True, exist_ok=True)
        number = len(list(folder.glob("run-*.json"))) + 1
        name = "preview" if context.CLIARGS["check"] else f"run-{number}"
        # Which host is first in a task is chance.
        in_order = sorted(self.found, key=lambda change: change["host"])
        (folder / f"{name}.json").write_text(json.dumps(in_order, indent=2))
