# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: how findings of a diagnosis are told, for the controller's side."""

from .._diagnosis._table import HARMS, LEVELS, NOTE, STOPS, sentence, some

__all__ = ["HARMS", "LEVELS", "NOTE", "STOPS", "sentence", "some"]
