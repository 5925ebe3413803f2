# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host has, as JSON. It is sent to the host behind the source of the witness, which reads the network."""

import glob
import json
import os
import subprocess
import sys

FILES = (
    "/etc/warren-*/*",
    "/etc/sysctl.d/*warren*",
    "/etc/systemd/system/warren-*",
    "/etc/systemd/network/*warren*",
    "/etc/NetworkManager/conf.d/*warren*",
    "/etc/modules-load.d/*",
    "/etc/init.d/warren-*",
    "/usr/local/sbin/warren-*",
)
ARMED = "/var/lib/warren.tunnels/checkpoint/*/state.json"
# Which namespace a shell reads these in is for ip netns to say: it mounts /sys anew.
SETTINGS = (
    "grep -r . /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf /sys/class/net/*/addr_assign_type 2>/dev/null; true"
)


def output(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return done.stdout.decode()


def text(path):
    with open(path) as file:
        return file.read()


def rules(name):
    """Return the rules of a namespace; those that each has are no matter."""
    both = [
        json.loads(output("ip", *(["-n", name] if name else []), family, "-j", "rule") or "[]")
        for family in ("-4", "-6")
    ]
    return [row for rows in both for row in rows]


def settings(name):
    shell = ["sh", "-c", SETTINGS]
    lines = output(*(["ip", "netns", "exec", name, *shell] if name else shell)).splitlines()
    return dict(line.split(":", 1) for line in lines)


def armed():
    """Return what could bring a former state back: a file of this boot, a timer, or a process that waits."""
    boot = text("/proc/sys/kernel/random/boot_id").strip()
    files = [path for path in glob.glob(ARMED) if boot in text(path)]
    timers = output("systemctl", "list-units", "--plain", "--no-legend", "warren-checkpoint-*").splitlines()
    processes = [path for path in glob.glob("/proc/[0-9]*/cmdline") if "revert.py" in cmdline(path)]
    return files + timers + processes


def cmdline(path):
    try:
        return text(path)
    except OSError:
        return ""


def tell(network):
    """Print what the host has. :arg network: as the witness reads it."""
    has = {
        "network": network,
        "rules": {name: rules(name) for name in network},
        "settings": {name: settings(name) for name in network},
        "files": {path: text(path) for pattern in FILES for path in glob.glob(pattern) if os.path.isfile(path)},
        "forwarding": text("/proc/sys/net/ipv4/ip_forward").strip(),
        "armed": armed(),
    }
    json.dump(has, sys.stdout)
