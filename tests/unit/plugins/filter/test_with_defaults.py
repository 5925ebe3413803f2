# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.filter import with_defaults as plugin

with_defaults = plugin.FilterModule().filters()["with_defaults"]


def test_the_documented_example_gives_the_documented_result():
    (example,) = yaml.safe_load(plugin.EXAMPLES)
    values = {"state": "replaced", "up": True}
    assert (
        with_defaults(example["vars"]["links"], values, unless="state")
        == yaml.safe_load(plugin.RETURN)["_value"]["sample"]
    )


def test_what_an_entry_has_itself_stays():
    assert with_defaults([{"up": None}, {}], {"up": True}) == [{"up": None}, {"up": True}]
    assert with_defaults([], {"up": True}) == []


@pytest.mark.parametrize(("entries", "told"), [("tap0", "'tap0' is not a list"), ([7], "7 is not a dictionary")])
def test_what_are_no_entries_is_told(entries, told):
    with pytest.raises(AnsibleFilterError, match=told):
        with_defaults(entries, {"up": True})
