# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many examples hypothesis makes up; ``--hypothesis-profile thorough`` takes a long look."""

from pathlib import Path

from ansible.plugins.loader import init_plugin_loader
from hypothesis import settings

# Before any test imports the collection, or Ansible would not find the plugins in it.
init_plugin_loader([str(Path(__file__).parents[5])])

settings.register_profile("quick", max_examples=20, deadline=None, database=None, derandomize=True)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile("quick")
