# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab says when it cannot do what was asked."""


class LabError(Exception):
    """A failure the user can act on: its text says what is wrong and what to do about it."""


class NotRunning(LabError):
    """No lab is up in the folder that was named."""
