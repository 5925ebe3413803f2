# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user puts at the head of all managed files stays a comment there, however many lines it has."""

from pathlib import Path

import jinja2
import pytest
from ansible.plugins.filter.core import comment

ROLES = Path(__file__).parents[2] / "roles"
TEMPLATES = [path for path in sorted(ROLES.glob("*/templates/*")) if "ansible_managed" in path.read_text()]
OURS = "# Made by"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
@pytest.mark.parametrize("managed", ["Ansible managed", "Do not edit.\nExecStart=/bin/false\n\nAsk us."])
def test_the_head_of_a_managed_file_is_a_comment(path, managed):
    head, ours, _rest = path.read_text().partition(OURS)
    assert ours
    environment = jinja2.Environment(autoescape=False, trim_blocks=True, keep_trailing_newline=True)
    environment.filters["comment"] = comment
    lines = environment.from_string(head).render(ansible_managed=managed).splitlines()
    assert [line for line in lines if not line.startswith("#")] == []
    assert [line for line in lines if not line.startswith("#!")] == [
        f"# {line}".rstrip() for line in managed.split("\n")
    ]
