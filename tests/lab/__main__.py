# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: see README.md."""

import sys

from warrenlab.cli import main

sys.exit(main())
