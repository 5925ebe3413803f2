# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what runs the script at boot, and before what (systemd.service(5))."""

USERS = ("frr", "bird", "bird6", "strongswan", "strongswan-starter", "ipsec", "libreswan", "docker", "containerd")
"""Services that look for devices when they start. Some of them are not ordered after ``network.target``."""


def text(service: str) -> str:
    """Return the unit of a service."""
    return _TEXT.replace("@service@", service).replace("@users@", " ".join(user + ".service" for user in USERS))


_TEXT = """\
# Written by Ansible, which overwrites changes.

[Unit]
Description=Network state of /etc/@service@
# After whatever sets up the network cards, and before all that wants a network.
After=systemd-modules-load.service systemd-sysctl.service
After=networking.service network.service NetworkManager.service systemd-networkd.service
Before=network.target
Before=@users@

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/@service@ start
ExecReload=/usr/local/sbin/@service@ start
ExecStop=/usr/local/sbin/@service@ stop

[Install]
WantedBy=multi-user.target
"""
