#!/bin/sh
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Take away what the role and its test made, and have the host's uml-utilities again: cleanup.sh FOLDER

for name in fox0 fox1 fox2; do ip link delete dev "$name"; done
rpm -e tunctl
rpm -e --allmatches gpg-pubkey
[ -e /usr/bin/tunctl ] || dpkg --install "$1"/debian/*.deb
rm -rf "$1" /etc/yum.repos.d/nux-misc.repo /etc/apt/sources.list.d/tunctl.list
rmdir /etc/yum.repos.d
