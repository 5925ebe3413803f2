# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
import yaml
from ansible_collections.warren.tunnels.plugins.filter import fleet_diagnosis as plugin
from ansible_collections.warren.tunnels.plugins.module_utils._diagnosis import _table

MTU = {"far": "192.168.0.58 of host2", "packet": 1424, "path_mtu": 1400, "excess": 24}
STRANGER = {"device": "tun100", "what": "of kind dummy", "kind": "gre"}
TAKEN = {"device": "tun100"}
UNSEEN = [{"what": "firewall", "reason": "it hides"}]


def finding(id_, values):
    return _table.Finding(id_, values).told()


def diagnose(**answers):
    variables = {host: {"__tunnels_diagnosed": answer} for host, answer in answers.items()}
    return plugin.FilterModule().filters()["fleet_diagnosis"](variables, hosts=list(variables))


def answer(*findings, unseen=()):
    return {"findings": list(findings), "unseen": list(unseen), "failed": False}


def test_the_documented_sample():
    found = diagnose(host1=answer(finding("mtu", MTU)), host2={"unreachable": True, "msg": "Connection timed out"})
    assert found["table"] == yaml.safe_load(plugin.RETURN)["_value"]["contains"]["table"]["sample"]
    assert [host["state"] for host in found["hosts"]] == ["harms", "unreachable"]
    assert found["outcome"] == "findings"


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([answer(), answer()], "clear"),
        ([answer(), answer(finding("taken_over", TAKEN))], "note"),
        ([answer(finding("taken_over", TAKEN)), {"unreachable": True}], "incomplete"),
        ([answer(), {"msg": "no Python"}], "incomplete"),
        ([answer(), {}], "incomplete"),
        ([answer(), answer(unseen=UNSEEN)], "incomplete"),
        ([{}, answer(finding("stranger", STRANGER))], "findings"),
    ],
)
def test_what_a_fleet_comes_to(answers, outcome):
    assert diagnose(**{f"host{number}": one for number, one in enumerate(answers)})["outcome"] == outcome


def test_the_weightiest_comes_first_whichever_host_it_is_on():
    found = diagnose(
        host1=answer(finding("mtu", MTU), finding("taken_over", TAKEN)),
        host2=answer(finding("stranger", STRANGER), unseen=UNSEEN),
    )
    assert [line.rpartition(" ")[2] for line in found["table"][:3]] == ["[stranger]", "[mtu]", "[taken_over]"]
    assert found["table"][3:] == [
        "host2: not looked at: firewall: it hides.",
        "2 hosts, 0 clear, 1 not known in full. Findings that stop tunnels: 1, that harm them: 1, notes: 1.",
    ]


def test_a_host_is_clear_where_all_was_looked_at_alone():
    found = diagnose(host1=answer(unseen=UNSEEN))
    assert [host["state"] for host in found["hosts"]] == ["partly"]
    assert found["table"][-1].startswith("1 host, 0 clear, 1 not known in full.")


def test_many_alike_are_told_in_short_and_are_in_the_data():
    found = diagnose(host1=answer(*(finding("mtu", {**MTU, "far": f"host{n}"}) for n in range(9))))
    assert found["table"][3] == "host1: harms: 6 more such, which the data has. [mtu]"
    assert len(found["hosts"][0]["findings"]) == 9
    assert len(found["table"]) == 5


def test_what_many_hosts_have_is_told_once():
    answers = {f"host{number}": answer(finding("taken_over", TAKEN), unseen=UNSEEN) for number in range(5)}
    first, second, _short = diagnose(**answers)["table"]
    assert first.startswith("host0, host1, host2 and 2 more: note: tun100 is there already, ")
    assert second == "host0, host1, host2 and 2 more: not looked at: firewall: it hides."
