#!/bin/sh
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# See what the service of a tunnel may do.

set -eu
pid=$(systemctl show --property=MainPID --value warren-socat@fox.tun.service)
grep -E '^(Uid|Cap...|NoNewPrivs):' "/proc/$pid/status"
nsenter --target "$pid" --mount ls /etc/warren-socat
nsenter --target "$pid" --mount touch /etc/warren-socat/fox.tun/x /var/x 2>&1 || true
