# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes at the end of a run which modules of Python the process has loaded that the others are copied from."""

from __future__ import annotations

import os
import pathlib
import sys
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: loaded
type: aggregate
short_description: Notes what is loaded
description: Writes the names of the loaded modules of Python into a file.
author: warren.tunnels contributors
options: {}
"""


class CallbackModule(CallbackBase):
    """The callback."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "loaded"

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        pathlib.Path(os.environ["STANDIN_FOLDER"], "loaded").write_text("\n".join(sorted(sys.modules)))
