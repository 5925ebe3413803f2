# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from pathlib import Path

import pytest
import yaml
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_preview_steps

ROLES = Path(__file__).parents[4] / "roles"
LOOK_AHEAD = ROLES / "tunnels/tasks/look_ahead.yml"

SILENT = {"assert", "checkpoint", "fail", "meta", "network_info", "ping", "set_fact", "slurp", "tunnel_probe"}
"""Modules that change no host. The way back is gone when a run ends."""
SAID_OTHERWISE = {"Install pyroute2", "Install strongSwan"}
"""Tasks of which a plan says nothing: a preview of its own stands for it."""


def tasks(path):
    """Yield all tasks of a file, and of those that it includes."""
    for task in yaml.safe_load(path.read_text()):
        for part in ("block", "rescue", "always"):
            for inner in task.get(part, ()):
                yield from included(path, inner)
        yield from included(path, task)


def included(path, task):
    names = {key.split(".")[-1]: value for key, value in task.items()}
    file = names.get("include_tasks") or names.get("import_tasks")
    role = names.get("include_role") or names.get("import_role")
    if file:
        # Where the name is a variable, the files that it stands for are included by name elsewhere.
        if "{{" not in file:
            yield from tasks(path.parent / file)
    elif role:
        yield from tasks(ROLES / role["name"].split(".")[-1] / "tasks/main.yml")
    elif "block" not in task:
        yield task


def may_change(task):
    modules = {key.split(".")[-1] for key in task if key.count(".") == 2}
    asked = task.get("changed_when") is False or ("debug" in modules and not task.get("changed_when"))
    # A module that asks only, such as whether another one can work, is in check mode itself.
    return not (asked or modules & SILENT or task.get("check_mode") is True or task["name"] in SAID_OTHERWISE)


REGISTERED = {
    task["name"]: task.get("register") for task in tasks(ROLES / "tunnels/tasks/main.yml") if may_change(task)
}


def test_each_task_that_may_change_a_host_is_a_step():
    assert {name for name, register in REGISTERED.items() if register not in _fleet_preview_steps.STEPS} == set()


def test_each_step_is_a_task_and_begins_with_nothing():
    assert set(_fleet_preview_steps.STEPS) == set(REGISTERED.values())
    first = yaml.safe_load(LOOK_AHEAD.read_text())[0]["ansible.builtin.set_fact"]
    assert first == {name: {} for name in ("__tunnels_obstacle", *_fleet_preview_steps.STEPS)}


def changes(**results):
    return _fleet_preview_steps.changes({"__" + name: result for name, result in results.items()})


def asked(**options):
    return {"changed": True, "invocation": {"module_args": options}}


def encrypted(change):
    file = "/etc/swanctl/conf.d/warren-tunnels.conf"
    return {"changed": True, "file": file, "changes": [{"connection": "warren-tunnels_a_b", "change": change}]}


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        pytest.param(
            {"tunnels_to_install": {"changed": True, "msg": "python3-pyroute2 would be installed"}},
            ("package", "python3-pyroute2", "created", "installed"),
            id="package",
        ),
        pytest.param(
            {"tunnels_loaded": {"results": [asked(name="ip_gre"), {"changed": False}]}},
            ("kernel module", "ip_gre", "created", "loaded, at every boot too"),
            id="module",
        ),
        pytest.param(
            {"tun_module_loaded": {"changed": True}},
            ("kernel module", "tun", "created", "loaded, at every boot too"),
            id="driver",
        ),
        pytest.param(
            {"tunnels_cards": {"results": [asked(name="eth1")]}},
            ("network card", "eth1", "changed", "promiscuous"),
            id="card",
        ),
        pytest.param(
            {"tunnels_unseen": {"changed": True, "msg": "these would be made: tun100"}},
            ("link", "", "unknown", "these would be made: tun100"),
            id="unseen",
        ),
        pytest.param(
            {
                "tunnels_opened": {
                    "changed": True,
                    "changes": [
                        {
                            **{"firewall": "nftables", "place": "inet filter input"},
                            **{"rule": "47 from 192.0.2.2", "change": "created"},
                        }
                    ],
                    "diff": [{"before_header": "nftables: inet filter input", "after_header": "x", "after": ""}],
                }
            },
            ("firewall rule", "47 from 192.0.2.2 (nftables, inet filter input)", "created", ""),
            id="firewall",
        ),
        pytest.param(
            {
                "tunnels_swan_to_install": {
                    "changed": True,
                    "msg": "charon-systemd,strongswan-swanctl would be installed",
                }
            },
            ("package", "charon-systemd,strongswan-swanctl", "created", "installed"),
            id="packages",
        ),
        pytest.param(
            {"tunnels_encrypted": encrypted("created")},
            ("ipsec connection", "warren-tunnels_a_b", "created", ""),
            id="connection",
        ),
        pytest.param(
            {"tunnels_encrypting": encrypted("secret changed")},
            ("ipsec connection", "warren-tunnels_a_b", "changed", "secret changed"),
            id="secret",
        ),
        pytest.param(
            {"tunnels_encrypted": {**encrypted("created"), "changes": []}},
            ("file", "/etc/swanctl/conf.d/warren-tunnels.conf", "changed", ""),
            id="file of connections",
        ),
        pytest.param(
            {"boot_written": {"changed": True, "enabled": True}},
            ("service", "the init script", "changed", "run at every boot"),
            id="service",
        ),
    ],
)
def test_step(results, expected):
    (change,) = changes(**results)
    assert tuple(change.values()) == expected


def test_what_does_not_change_is_left_out():
    assert changes(tunnels_forwarding={"changed": False}, tunnels_loaded={"skipped": True, "changed": False}) == []


def test_files():
    there, gone = "/etc/warren-tunnels/host.conf", "/etc/warren-tunnels/old.conf"
    result = {
        "changed": True,
        "diff": [
            {"before": "", "after": "a", "before_header": there + " (absent)", "after_header": there},
            {"before": "a", "after": "", "before_header": gone, "after_header": gone + " (absent)"},
        ],
    }
    first, second = changes(tunnels_managers=result, boot_written=result)
    assert (first["name"], first["change"]) == (there, "created")
    assert (second["name"], second["change"]) == (gone, "removed")
    result["diff"][0]["after"] = "b"
    assert changes(boot_written=result)[0]["digest"] != first["digest"]


def test_what_network_state_says_is_taken_as_it_is():
    said = {"fou_port": 5555, "family": "inet", "netns": None, "change": "created", "options": {}}
    assert changes(tunnels_changed={"changed": True, "changes": [said]}) == [
        {"what": "fou port", "name": "5555", "family": "inet", "netns": None, "change": "created", "options": {}}
    ]


def test_sysctls_are_told_by_their_keys():
    options = {"value": {"before": "0", "after": "1"}}
    said = {"sysctl": "net.ipv4.ip_forward", "netns": None, "change": "changed", "options": options}
    (change,) = changes(tunnels_changed={"changed": True, "changes": [said]})
    assert (change["what"], change["name"], change["options"]) == ("sysctl", "net.ipv4.ip_forward", options)
