# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# shellcheck shell=sh
# What the declared fleet takes for granted on each of its hosts: an IPv6 underlay ($address6), at every boot too. And
# udev gives new devices no MAC address of its own: the kernel's dice are told apart from what is declared.

printf '[Match]\nOriginalName=*\n[Link]\nMACAddressPolicy=none\n' >/etc/systemd/network/10-mac.link
udevadm control --reload

cat >/etc/systemd/system/underlay.service <<END
[Unit]
DefaultDependencies=no
Before=network-pre.target
Wants=network-pre.target

[Service]
Type=oneshot
ExecStart=/usr/sbin/ip address replace ${address6:?}/64 dev eth0 nodad

[Install]
WantedBy=sysinit.target
END
systemctl enable --now --quiet underlay.service
