# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory and the ssh configuration of a lab."""

import shlex

import pytest
import yaml
from warrenlab import access
from warrenlab.addressing import host_addresses
from warrenlab.folder import LabFolder


@pytest.fixture(params=["plain", "with space, 100% 'quoted': #1"])
def folder(request, tmp_path):
    return LabFolder(tmp_path / request.param)


def test_inventory_has_the_hosts_in_the_group_lab(folder):
    group = yaml.safe_load(access.inventory(folder, host_addresses(2), 10))["all"]["children"]["lab"]
    assert group["hosts"] == {
        "host1": {"ansible_host": "192.168.0.8"},
        "host2": {"ansible_host": "192.168.0.58"},
    }


def test_inventory_leads_ssh_to_its_configuration(folder):
    variables = yaml.safe_load(access.inventory(folder, host_addresses(1), 60))["all"]["children"]["lab"]["vars"]
    assert shlex.split(variables["ansible_ssh_common_args"]) == ["-F", str(folder.ssh_config)]
    assert variables["ansible_ssh_timeout"] == 60
    assert variables["ansible_user"] == "root"
    assert variables["ansible_python_interpreter"] == "/usr/bin/python3"
    assert variables["ansible_control_path_dir"] == str(folder.control_paths)


def test_ssh_knows_a_host_by_name_and_by_address(folder):
    assert "Host host2 192.168.0.58\n  HostName 192.168.0.58\n" in access.ssh_config(folder, host_addresses(2), 10)


def test_a_slow_host_has_time_to_answer(folder):
    text = access.ssh_config(folder, host_addresses(1), 60)
    assert "  ConnectTimeout 60\n  ServerAliveInterval 30\n" in text


def test_proxy_command_survives_the_shell_and_the_signs_of_ssh(folder):
    text = access.ssh_config(folder, host_addresses(1), 10)
    command = text.partition("ProxyCommand ")[2].replace("%%", "%")
    assert shlex.split(command)[1:] == [str(access.PROGRAM), "proxy", str(folder.path), "%h", "%p"]
