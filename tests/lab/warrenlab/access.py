# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that lead Ansible and ssh to the hosts."""

from __future__ import annotations

import json
import pathlib
import shlex
import subprocess
import sys

from .addressing import HostAddress
from .folder import LabFolder

PROGRAM = pathlib.Path(__file__).resolve().parent.parent


def write(folder: LabFolder, hosts: tuple[HostAddress, ...], timeout: int) -> None:
    """Write the key pair, the ssh configuration and the inventory; `timeout` is in seconds."""
    if not folder.ssh_key.exists():
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(folder.ssh_key)]
        subprocess.run(command, check=True)
    folder.ssh_config.write_text(ssh_config(folder, hosts, timeout))
    folder.inventory.write_text(inventory(folder, hosts, timeout))


def ssh_config(folder: LabFolder, hosts: tuple[HostAddress, ...], timeout: int) -> str:
    """Give the text of an ssh configuration that knows the hosts by name and by address."""
    proxy = shlex.join([sys.executable, str(PROGRAM), "proxy", str(folder.path)]).replace("%", "%%")
    sections = [f"Host {host.name} {host.ip}\n  HostName {host.ip}\n" for host in hosts]
    sections.append(
        "Host *\n"
        "  User root\n"
        f"  IdentityFile {_quote(folder.ssh_key)}\n"
        "  IdentitiesOnly yes\n"
        "  StrictHostKeyChecking no\n"
        "  UserKnownHostsFile /dev/null\n"
        "  LogLevel ERROR\n"
        f"  ConnectTimeout {timeout}\n"
        f"  ServerAliveInterval {timeout // 2}\n"
        "  ServerAliveCountMax 3\n"
        "  ProxyUseFdpass yes\n"
        f"  ProxyCommand {proxy} %h %p\n"
    )
    return "\n".join(sections)


def inventory(folder: LabFolder, hosts: tuple[HostAddress, ...], timeout: int) -> str:
    """Give the text of an Ansible inventory in YAML, with all hosts in the group `lab`."""
    variables = {
        "ansible_user": "root",
        "ansible_python_interpreter": "/usr/bin/python3",
        "ansible_ssh_common_args": f"-F {shlex.quote(str(folder.ssh_config))}",
        "ansible_ssh_timeout": timeout,
        "ansible_control_path_dir": str(folder.control_paths),
    }
    lines = ["---", "all:", "  children:", "    lab:", "      hosts:"]
    for host in hosts:
        lines += [f"        {host.name}:", f"          ansible_host: {host.ip}"]
    lines.append("      vars:")
    # A JSON string is a YAML string, whatever characters the path has.
    lines += [f"        {name}: {json.dumps(value)}" for name, value in variables.items()]
    return "\n".join(lines) + "\n"


def _quote(path: pathlib.Path) -> str:
    """Write a path as ssh_config wants it: in quotes, with its own escape sign doubled."""
    return '"' + str(path).replace("%", "%%") + '"'
