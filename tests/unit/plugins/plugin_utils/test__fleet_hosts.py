# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import jinja2
import pytest
from ansible.errors import AnsibleUndefinedVariable
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_hosts
from ansible_collections.warren.tunnels.plugins.plugin_utils._fleet_hosts import Unreadable, Variables, evaluated


def refused(text):
    def read():
        raise AnsibleUndefinedVariable(text)

    return read


def never(name):
    raise AssertionError(name + " needs no evaluation")


@pytest.mark.parametrize("value", ["a", 1, None, True, [1, {"a": "b"}], {"a": ["b"]}])
def test_what_has_no_template_is_not_evaluated(value):
    assert Variables({"x": value}, never)["x"] is value


def test_what_has_one_is_evaluated_once():
    asked = []
    variables = Variables({"x": [{"a": "{{ b }}"}], "y": object()}, lambda name: asked.append(name) or "value")
    assert (variables["x"], variables["x"], variables.get("y"), variables.get("z")) == ("value", "value", "value", None)
    assert asked == ["x", "y"]
    assert list(variables) == ["x", "y"]
    assert len(variables) == 2
    assert "x" in variables


@pytest.mark.parametrize(
    ("read", "raw", "problem"),
    [
        (
            refused("'b' is undefined"),
            "{{ b }}",
            "{{ b }} can't be evaluated ('b' is undefined); mend the template, or give the value itself",
        ),
        (
            refused("'b' is undefined"),
            [{"a": "{{ b }}"}],
            "it can't be evaluated ('b' is undefined); mend the template, or give the value itself",
        ),
        (
            lambda: [{"a": jinja2.StrictUndefined(name="b")}],
            "{{ c }}",
            "{{ c }} can't be evaluated ('b' is undefined); mend the template, or give the value itself",
        ),
        (
            lambda: ["{{ b }}"],
            "{{ c }}",
            "{{ c }} can't be evaluated ({{ b }}); mend the template, or give the value itself",
        ),
        (
            lambda: "{{ ansible_eth0.mtu }}",
            "{{ ansible_eth0.mtu }}",
            "{{ ansible_eth0.mtu }} can't be evaluated, and facts are not gathered here; give the value itself, or keep the "
            "facts in a cache (fact_caching)",
        ),
    ],
)
def test_a_template_that_fails_is_a_value(read, raw, problem):
    assert evaluated(read, raw) == Unreadable(problem)


def test_what_can_not_be_evaluated_stays_so():
    assert evaluated(lambda: Unreadable("why")) == Unreadable("why")


def test_long_templates_and_reasons_are_cut():
    assert len(evaluated(refused("x" * 1000), "{{ " + "y" * 1000).problem) < 300


def test_hosts_are_read_without_evaluation_where_that_can_be():
    class HostVars(dict):
        def raw_get(self, host):
            return {"wanted": "{{ b }}" if host == "host2" else "a", "unwanted": 1}

    found = _fleet_hosts.of_inventory(HostVars(host2={"wanted": "evaluated"}), ["host1", "host2"], "wanted".__eq__)
    assert {host: dict(variables) for host, variables in found.items()} == {
        "host1": {"wanted": "a"},
        "host2": {"wanted": "evaluated"},
    }
