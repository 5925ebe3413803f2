# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# shellcheck shell=sh
# What others have on a device of ours ($device), until the host reboots: an address, and a route beside ours.

ip address add 172.31.9.1/32 dev "${device:?}"
ip route add 172.31.10.0/24 dev "$device" proto static
