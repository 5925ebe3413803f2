# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who probes links is told what they are like, too."""

import json
import subprocess

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.modules import tunnel_probe
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

MADE = """\
link add dev near mtu 1400 type veth peer name far
link add dev other type bridge
netns add red
link set dev far netns red up
link set dev near up
link set dev other up
address add 10.9.1.1/24 dev near
route add 10.9.2.0/24 via 10.9.1.2
route add 10.9.3.0/24 dev other
"""


@pytest.fixture(autouse=True)
def host():
    new_host()
    subprocess.run(["ip", "-batch", "-"], input=MADE.encode(), check=True)
    subprocess.run(["ip", "-n", "red", "address", "add", "10.9.1.2/24", "dev", "far"], check=True)
    yield
    new_host()


def probe(capsys, **options):
    with patch_module_args(options), pytest.raises(SystemExit):
        tunnel_probe.main()
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("far", "holds"), [("10.9.1.2", True), ("10.9.1.3", False)], ids=["answers", "silent"])
def test_links_and_their_routes_are_told_whatever_the_probes_say(capsys, far, holds):
    answer = probe(capsys, probes=[{"name": "near", "destination": far, "timeout": 0.5}], look_at=["near"])
    assert [entry["holds"] for entry in answer["probes"]] == [holds]
    assert answer.get("failed", False) is not holds
    (link,) = answer["network"]["links"]
    (seen,) = json.loads(subprocess.check_output(["ip", "-j", "address", "show", "dev", "near"]))
    assert (link["name"], link["kind"], link["mtu"], link["up"]) == (seen["ifname"], "veth", seen["mtu"], True)
    assert [address for address in link["addresses"] if ":" not in address] == ["10.9.1.1/24"]
    assert [route["dst"] for route in answer["network"]["routes"]] == ["10.9.2.0/24"]
    assert answer["checkpoints"] == []


def test_a_look_needs_no_probe(capsys):
    answer = probe(capsys, probes=[], look_at=["o*"])
    assert answer["probes"] == []
    assert [link["name"] for link in answer["network"]["links"]] == ["other"]
    assert [route["dst"] for route in answer["network"]["routes"]] == ["10.9.3.0/24"]


def test_nothing_is_looked_at_unasked(capsys):
    assert "network" not in probe(capsys, name="near", destination="10.9.1.2")


def test_a_short_answer_tells_of_what_does_not_hold(capsys):
    far = [{"name": "near", "destination": address, "timeout": 0.5} for address in ("10.9.1.2", "10.9.1.3")]
    answer = probe(capsys, probes=far, look_at=["near"], brief=True)
    assert [entry and entry["holds"] for entry in answer["probes"]] == [None, False]
    assert "10.9.1.3" in answer["msg"]
    assert [route["dst"] for route in answer["network"]["routes"]] == ["10.9.2.0/24"]


def test_a_short_answer_where_all_holds_has_the_links_alone(capsys):
    answer = probe(capsys, probes=[{"name": "near", "destination": "10.9.1.2"}], look_at=["near"], brief=True)
    assert answer["probes"] == [None]
    assert {part: [link["name"] for link in links] for part, links in answer["network"].items()} == {"links": ["near"]}
    assert answer["checkpoints"] == []
