# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import jinja2
import pytest
from ansible.errors import AnsibleError, AnsibleUndefinedVariable
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
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


def because(*reasons):
    """Return what raises an error that is caused by others, the innermost last."""

    def read():
        if len(reasons) == 1:
            raise AnsibleError(reasons[0])
        try:
            because(*reasons[1:])()
        except AnsibleError as error:
            raise AnsibleUndefinedVariable(reasons[0]) from error

    return read


def test_the_innermost_reason_is_told():
    marker = "A captured exception marker was tripped: The lookup plugin 'file' failed: Unable to access the file 'x'."
    read = because(marker, "The lookup plugin 'file' failed.", "Unable to access the file 'x'.")
    assert evaluated(read, "{{ a }}") == Unreadable(
        "{{ a }} can't be evaluated (Unable to access the file 'x'); mend the template, or give the value itself"
    )
    # As it comes where the cause is lost.
    assert evaluated(because(marker), "{{ a }}").problem.startswith(
        "{{ a }} can't be evaluated (The lookup plugin 'file' failed:"
    )


def test_what_ansible_says_of_plugins_and_templates_is_left_out():
    tags = pytest.importorskip("ansible._internal._datatag._tags", reason="it says less before ansible-core 2.19")
    templar = Templar(DataLoader(), variables={})

    def because_of(template):
        return evaluated(lambda: templar.template(tags.TrustedAsTemplate().tag(template)), "").problem

    assert because_of("{{ lookup('ansible.builtin.file', '/nowhere') }}").startswith(
        "it can't be evaluated (Unable to access the file '/nowhere'"
    )
    assert because_of("{{ 1 + 'a' }}").startswith("it can't be evaluated (unsupported operand type")
    assert because_of("{{ b.c }}").startswith("it can't be evaluated ('b' is undefined);")


def test_a_variable_that_others_read_has_no_hostvars():
    found = evaluated(because("'hostvars' is undefined"), "{{ hostvars[inventory_hostname].wan }}")
    assert found == Unreadable(
        "{{ hostvars[inventory_hostname].wan }} can't be evaluated ('hostvars' is undefined), and what other hosts read of a "
        "host can't use hostvars; name the variable alone, or give the value itself"
    )


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
