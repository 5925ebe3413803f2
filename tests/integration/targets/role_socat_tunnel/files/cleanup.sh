#!/bin/sh
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Take away what the role and its test made.

systemctl disable --now warren-socat@fox-tap warren-socat@fox.tun warren-socat@owl-tun
/etc/init.d/warren-socat-owl-tun stop
rm -rf /etc/init.d/warren-socat-* /etc/rc?.d/???warren-socat-* /etc/warren-socat /root/pki
rm -f /etc/systemd/system/warren-socat*
systemctl daemon-reload
for name in fox-tap fox.tun owl-tun; do ip link delete dev "$name"; done
for user in warren-socat hen-user; do userdel "$user"; done
