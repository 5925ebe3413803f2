#!/bin/sh
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the role makes on a host, when it was last written, and which process each service is.

getent passwd warren-socat hen-user
ls -l --time-style=full-iso /etc/systemd/system /etc/systemd/system/multi-user.target.wants /etc/init.d /etc/rc3.d
find /etc/warren-socat -printf '%p %m %u %g %C@\n'
ip -d address show | grep -v valid_lft
systemctl show --property=MainPID 'warren-socat@*'
cat /run/warren-socat-*.pid
true
