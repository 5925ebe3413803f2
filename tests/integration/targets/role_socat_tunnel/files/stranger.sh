#!/bin/sh
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Connect to a tunnel as the far end does, but for an edit of its options, and ask for an address: stranger.sh EDIT enters,
# or stranger.sh EDIT refused, whose socat then ends by itself.

settings=/etc/warren-socat/fox-tap/socat.conf
stream=$(sed -n 's/^STREAM=//p' "$settings" | sed "$1")
device=$(sed -n 's/^DEVICE=//p' "$settings")
timeout 30 socat -d -d "$stream" "$device" 2>&1 &
if [ "$2" = enters ]; then
    ping -c 1 -w 20 10.87.1.1
    kill $!
else
    ping -c 1 -w 3 10.87.1.1
fi
wait
