# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.filter import to_devices as plugin

to_devices = plugin.FilterModule().filters()["to_devices"]


def test_the_documented_example_gives_the_documented_result():
    (example,) = yaml.safe_load(plugin.EXAMPLES)
    assert to_devices(example["vars"]["state"]) == yaml.safe_load(plugin.RETURN)["_value"]["sample"]


def test_both_ends_of_a_pair_and_owners_by_name():
    links = [
        {"name": "a", "kind": "veth", "peer": {"name": "b"}},
        {"name": "c", "kind": "veth", "netns": "red", "peer": {"name": "d"}},
        {"name": "e", "kind": "tap", "owner": "somebody"},
        {"name": "lo", "netns": "red", "addresses": "192.0.2.1/32"},
    ]
    assert to_devices({"links": links, "namespaces": [{"name": "red"}]}) == ["a", "b", "d", "e"]
    assert to_devices({}) == []


def test_what_is_no_state_is_told():
    with pytest.raises(AnsibleFilterError, match="the state is not a dictionary"):
        to_devices([])
