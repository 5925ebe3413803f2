# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``ansible-playbook`` prints of declarations, on inventories whose hosts nobody needs."""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

HOSTS = {"host1": {"ansible_host": "192.0.2.1"}, "host2": {"ansible_host": "192.0.2.2"}}
LINK = {"name": "tun100", "mode": "gre", "ends": {"host1": {"address": "10.1.1.1"}, "host2": {"address": "10.1.1.2"}}}
COLLECTIONS = pathlib.Path(__file__).parents[6]


def run(folder, inventory, playbook="validate", *arguments):
    """Return the exit status and what is printed."""
    path = folder / "inventory.json"
    path.write_text(json.dumps(inventory))
    program = pathlib.Path(sys.executable).with_name("ansible-playbook")
    name = playbook if isinstance(playbook, pathlib.Path) else "warren.tunnels." + playbook
    command = [program, "-i", path, name, *arguments]
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_FORCE_COLOR": "0",
        "COLUMNS": "80",
    }
    done = subprocess.run(
        command, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.returncode, done.stdout


def messages(output):
    """Return the list that the task shows in the place of a message."""
    (found,) = re.findall(r'^    "msg": (\[.*?^    \])', output, re.MULTILINE | re.DOTALL)
    return json.loads(found)


def inventory(hosts=None, **variables):
    return {"all": {"hosts": hosts or HOSTS, "vars": variables}}


def hosts(**variables):
    """Return the two hosts, the first with more variables."""
    return {**HOSTS, "host1": {**HOSTS["host1"], **variables}}


TAP = {"name": "tap0"}
FAULTS = [
    # Names of variables
    (
        {"tunnel_links": []},
        {},
        "tunnel_links of host1 and host2: there is no such variable; did you mean tunnels_links?",
    ),
    ({}, {"tunnels_mesh": []}, "tunnels_mesh of host1: there is no such variable; did you mean tunnels_meshes?"),
    (
        {"boot_backand": "auto"},
        {},
        "boot_backand of host1 and host2: there is no such variable; did you mean boot_backend?",
    ),
    # Kinds of values
    ({}, {"tunnels_taps": TAP}, "tunnels_taps of host1: it is a dictionary; give a list."),
    ({}, {"tunnels_taps": ["tap0"]}, "tunnels_taps[0] of host1: it is 'tap0'; give a dictionary."),
    ({}, {"tunnels_network": []}, "tunnels_network of host1: it is a list; give a dictionary."),
    ({}, {"tunnels_boot": None}, "tunnels_boot of host1: it is empty (null); say true or false."),
    (
        {},
        {"tunnels_rp_filter": False},
        "tunnels_rp_filter of host1: it is false, which YAML makes of on, off, yes and no;",
    ),
    ({}, {"tunnels_promisc": "eth0"}, "tunnels_promisc of host1: it is 'eth0'; give a list."),
    # Values
    (
        {"tunnels_checkpoint_timeout": 0},
        {},
        "tunnels_checkpoint_timeout of host1 and host2: 0 is not a number of seconds",
    ),
    ({}, {"tunnels_checkpoint_timeout": "soon"}, "tunnels_checkpoint_timeout of host1: 'soon' is not a whole number;"),
    ({}, {"tunnels_number": "first"}, "tunnels_number of host1: 'first' is not a number from 0"),
    ({}, {"tunnels_networks": ["10.0.0.1/8"]}, "tunnels_networks of host1: '10.0.0.1/8' is not a network"),
    ({}, {"boot_backend": "systemd-networkd"}, "boot_backend of host1: 'systemd-networkd' is none of auto, networkd,"),
    ({}, {"boot_name": "My Network"}, "boot_name of host1: 'My Network' is not of 1 to 20 lower-case letters"),
    # What goes to the modules
    (
        {},
        {"tunnels_taps": [{**TAP, "mtu": 99999}]},
        "tunnels_taps[0].mtu of host1: 99999 is too large; give 65535 or less.",
    ),
    ({}, {"tunnels_taps": [{"name": "eth0"}]}, "tunnels_taps[0].name of host1: eth0 is what a network card is called,"),
    (
        {},
        {"tunnels_taps": [{**TAP, "onwer": "root"}]},
        "tunnels_taps[0] of host1: there is no 'onwer' here; did you mean owner?",
    ),
    ({}, {"tunnels_taps": [{**TAP, "ttl": 1}]}, "tunnels_taps[0].ttl of host1: tap devices have no such option;"),
    ({}, {"tunnels_taps": [TAP, TAP]}, "tunnels_taps[1] of host1: tunnels_taps[0] makes a device tap0 too;"),
    (
        {},
        {"tunnels_taps": [{"name": "tun100"}]},
        "tunnels_links[0] (tun100) makes a device tun100 too; give one another name.",
    ),
    (
        {},
        {"tunnels_taps": [TAP], "tunnels_network": {"links": [{"name": "tap0", "kind": "bridge"}]}},
        "tunnels_taps[0] of host1: tunnels_network.links[0] makes a device tap0 too;",
    ),
    (
        {},
        {"tunnels_network": {"links": [{"name": "v0", "kind": "veth"}]}},
        "tunnels_network.links[0].peer of host1: a pair has two ends;",
    ),
    (
        {},
        {"tunnels_network": {"routes": [{"dst": "10.0.0.0/8"}]}},
        "tunnels_network.routes[0].dev of host1: a route needs a way;",
    ),
    ({}, {"tunnels_network": {"link": []}}, "tunnels_network of host1: there is no 'link' here; did you mean links?"),
    # Templates
    ({}, {"tunnels_taps": "{{ nothing }}"}, "tunnels_taps of host1: {{ nothing }} can't be evaluated"),
    (
        {},
        {"tunnels_underlay_address": "{{ ansible_default_ipv4.address }}"},
        "tunnels_underlay_address of host1: {{ ansible_default_ipv4.address }} can't be evaluated",
    ),
    (
        {},
        {"tunnels_taps": "{{ lookup('file', '/nowhere') }}"},
        "tunnels_taps of host1: {{ lookup('file', '/nowhere') }} can't be evaluated (",
    ),
    (
        {},
        {"tunnels_underlay_address": "{{ hostvars[inventory_hostname].wan }}"},
        "tunnels_underlay_address of host1: {{ hostvars[inventory_hostname].wan }} can't be evaluated ('hostvars' is "
        "undefined), and what other hosts read of a host can't use hostvars; name the variable alone,",
    ),
    # What only all of it together shows
    (
        {},
        {
            "tunnels_network": {
                "links": [
                    {"name": "br1", "kind": "bridge", "master": "br2"},
                    {"name": "br2", "kind": "bridge", "master": "br1"},
                ]
            }
        },
        "tunnels_network.links of host1: br2 is the master of br1, br1 is the master of br2: none of them can come first;",
    ),
]


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    """What is printed where each of the mistakes is a host's own. They are pairs of hosts, so that none hides another."""
    everyone, links = {}, []
    for number, (shared, own, _words) in enumerate(FAULTS):
        first, second = ("host1", "host2") if not number else (f"host1x{number}", f"host2x{number}")
        everyone[first] = {"ansible_host": f"192.0.2.{2 * number + 1}", **shared, **own}
        everyone[second] = {"ansible_host": f"192.0.2.{2 * number + 2}", **shared}
        ends = {first: {"address": f"10.1.{number}.1"}, second: {"address": f"10.1.{number}.2"}}
        links.append({**LINK, "ends": ends})
    return run(tmp_path_factory.mktemp("at_once"), inventory(everyone, tunnels_links=links))


@pytest.mark.parametrize(("number", "words"), list(enumerate(words for _shared, _own, words in FAULTS)))
def test_a_mistake_is_told_in_a_sentence(at_once, number, words):
    status, output = at_once
    assert status == 2
    told = [message.replace(f"x{number} ", " ").replace(f"x{number}:", ":") for message in messages(output)]
    told = [message.replace(f"tunnels_links[{number}]", "tunnels_links[0]") for message in told]
    assert [message for message in told if words in message], told


def test_all_of_them_are_told_once(at_once):
    _status, output = at_once
    assert len(messages(output)) == len(FAULTS)
    assert "argument_spec" not in output
    assert len(output.partition("PLAY RECAP")[0]) < 2 * sum(map(len, messages(output))) + 2500


@pytest.mark.parametrize("playbook", ["validate", "build", "site", "teardown"])
def test_one_mistake_of_all_hosts_is_one_sentence_in_every_playbook(tmp_path, playbook):
    everyone = {f"host{number}": {"ansible_host": f"192.0.2.{number}"} for number in range(1, 21)}
    status, output = run(tmp_path, inventory(everyone, tunnels_links={"name": "tun100"}, tunnels_taps=TAP), playbook)
    assert status == 2
    assert messages(output) == [
        "tunnels_links: it is a dictionary; give a list of links.",
        "tunnels_taps of host1, host2, host3 and 17 others: it is a dictionary; give a list.",
    ]
    assert len(output.partition("PLAY RECAP")[0]) < 1800


def test_a_template_of_the_declaration_that_fails(tmp_path):
    link = {**LINK, "ttl": "{{ nothing }}"}
    status, output = run(tmp_path, inventory(tunnels_links=[link]))
    assert status == 2
    (told,) = messages(output)
    assert told.startswith("tunnels_links of host1: ")
    assert "can't be evaluated ('nothing' is undefined); mend the template" in told


def test_facts_are_not_there(tmp_path):
    own = hosts(tunnels_underlay_address="{{ ansible_facts.default_ipv4.address }}")
    _status, output = run(tmp_path, inventory(own, tunnels_links=[LINK]))
    (told,) = messages(output)
    assert told.startswith("tunnels_underlay_address of host1: {{ ansible_facts.default_ipv4.address }} can't be")
    assert "facts are not gathered here; give the value itself" in told


def test_what_there_is_is_counted(tmp_path):
    own = hosts(tunnels_taps=[TAP], tunnels_team="netops", boot_mode="uefi")
    mesh = {"name": "m", "mode": "ipip", "topology": "full", "group": "all", "pool": "10.255.0.0/16"}
    everyone = {**own, "host3": {"ansible_host": "192.0.2.3"}}
    status, output = run(tmp_path, inventory(everyone, tunnels_links=[LINK], tunnels_meshes=[mesh]))
    assert status == 0
    assert messages(output) == [
        "nothing is wrong",
        "1 link and 1 mesh, 4 tunnels in all, between 3 of 3 hosts",
        "TUN and TAP devices (tunnels_taps) on 1 host",
        "unknown to this collection, and without effect: tunnels_team of host1; if they are your own, tunnels_own_variables "
        "keeps them out of this list",
    ]


def test_nothing_is_declared_at_all(tmp_path):
    status, output = run(tmp_path, inventory(tunnels_links=None, tunnels_meshes=None, tunnels_taps=None))
    assert status == 0
    assert messages(output) == [
        "nothing is wrong",
        "no tunnels are declared: tunnels_links and tunnels_meshes are empty on 2 hosts; if that is not what you want, see "
        "that the inventory which declares them is given (-i)",
    ]


def test_a_variable_that_has_the_name_of_the_collection_is_told(tmp_path):
    status, output = run(tmp_path, inventory(tunnels=[LINK]))
    assert status == 0
    assert messages(output)[2].startswith(
        "unknown to this collection, and without effect: tunnels of host1 and host2 (did you mean tunnels_links?); if they"
    )


PARTS = ["prepare", "build", "verify", "persist", "report"]


@pytest.mark.parametrize("playbook", ["validate", "site", "plan", "teardown", "retire", *PARTS])
def test_a_pattern_that_matches_no_host_is_refused(tmp_path, playbook):
    status, output = run(tmp_path, inventory(tunnels_links=[LINK]), playbook, "-e", "tunnels_hosts=routres")
    assert status == 2
    assert "tunnels_hosts: no host of this inventory is routres; mend the pattern" in output
    assert "TASK [warren" not in output


@pytest.mark.parametrize("playbook", ["validate", "site", "plan", "teardown", *PARTS])
def test_a_pattern_in_the_inventory_is_refused(tmp_path, playbook):
    status, output = run(tmp_path, inventory(tunnels_links=[LINK], tunnels_hosts="host2"), playbook, "--limit", "host*")
    assert status == 2
    assert "tunnels_hosts: give it by -e;" in output
    assert "this one would run on host1, too" in " ".join(output.split())
    assert "TASK [warren" not in output


def test_the_pattern_that_comes_too_late_is_the_one_that_is_named(tmp_path):
    variables = {"tunnels_links": [LINK], "tunnels_hosts": "host2", "tunnels_retire": "host1"}
    status, output = run(tmp_path, inventory(**variables), "teardown")
    assert status == 2
    assert "tunnels_hosts: give it by -e;" in output


def test_hosts_that_leave_are_not_named_in_the_inventory(tmp_path):
    status, output = run(tmp_path, inventory(tunnels_links=[LINK], tunnels_retire="host2"), "retire")
    assert status == 2
    assert "tunnels_retire: give it by -e;" in output
    assert "this one would run on host1, too" in " ".join(output.split())
    assert "TASK [warren" not in output


@pytest.mark.parametrize("playbook", ["plan", "report", "teardown", "retire"])
def test_what_has_no_parts_is_done_whatever_tags_are_given(tmp_path, playbook):
    everything = run(tmp_path, inventory(tunnels_links=[LINK]), playbook, "--list-tasks")
    assert run(tmp_path, inventory(tunnels_links=[LINK]), playbook, "--list-tasks", "--tags", "build") == everything


def test_a_pattern_that_the_limit_leaves_nothing_of_is_refused(tmp_path):
    arguments = ["-e", "tunnels_hosts=host2", "--limit", "host1"]
    status, output = run(tmp_path, inventory(tunnels_links=[LINK]), "validate", *arguments)
    assert status == 2
    assert "tunnels_hosts: host2 is not among the hosts that this run is limited to" in output


def test_a_pattern_may_be_any(tmp_path):
    arguments = ["-e", "tunnels_hosts=host*:!host1", "--limit", "host2"]
    status, output = run(tmp_path, inventory(tunnels_links=[LINK]), "validate", *arguments)
    assert status == 0
    assert "nothing is wrong" in output


def test_a_variable_of_ones_own_may_look_like_ours(tmp_path):
    status, output = run(
        tmp_path,
        inventory(
            tunnels_links=[LINK], tunnel_links=1, tunnels_team=1, tunnels_own_variables=["tunnel_links", "tunnels_team"]
        ),
    )
    assert status == 0
    assert len(messages(output)) == 2


def test_variables_of_a_play_count_too(tmp_path):
    given = {"tunnels_links": [LINK], "tunnels_taps": 1, "tunnels_mesh": 1}
    play = {"name": "Ours", "ansible.builtin.import_playbook": "warren.tunnels.validate", "vars": given}
    (tmp_path / "own.yml").write_text(json.dumps([play]))
    status, output = run(tmp_path, inventory(), tmp_path / "own.yml")
    assert status == 2
    told = messages(output)
    assert told[0].startswith("tunnels_mesh of host1: there is no such variable; did you mean tunnels_meshes?")
    assert told[1:] == ["tunnels_taps of host1: it is 1; give a list."]


def test_hosts_with_another_declaration(tmp_path):
    own = {**hosts(tunnels_links=[LINK]), "host3": {"ansible_host": "192.0.2.3"}}
    _status, output = run(tmp_path, inventory(own))
    assert messages(output) == [
        "tunnels_links of host2 and host3: it is not that of host1; put it where all hosts get the same, such as "
        "group_vars/all.yml."
    ]
