# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the module does that has a way back."""

import typing as t

from .. import _way_back
from . import _module


def run(spec: t.Dict[str, t.Any]) -> None:
    """Be the module that has a way back, and leave by exit_json or fail_json."""
    module = _module.start(spec)
    with _module.told(module):
        wish = _way_back.parse(module.params)
        from .. import _commit

        result = _commit.commit(wish, module.check_mode)
    module.exit_json(**result)
