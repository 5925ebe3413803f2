# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a Python that has none of the libraries that distributions and pip install."""

import sys

sys.path[:] = [path for path in sys.path if not path.endswith("-packages")]
