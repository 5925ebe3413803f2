#!/bin/sh
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Use an init script whose service runs: stop it, start it, ask it for nonsense.

script=$1
pidfile=/run/${script##*/}.pid

expect() {
    wanted=$1
    shift
    got=0
    "$script" "$@" || got=$?
    [ "$got" = "$wanted" ] || {
        echo "$script $*: $got instead of $wanted"
        exit 1
    }
}

# A service runs before its socat does, and socat may just be between two tries: 30 seconds at most.
socat_of() {
    for _ in $(seq 300); do
        ! pgrep -P "$(cat "$pidfile")" -x socat || return 0
        sleep 0.1
    done
    echo "$script: no socat" >&2
    return 1
}

set -e
expect 0 status
expect 0 start
before=$(cat "$pidfile")
group=$(socat_of)
expect 0 stop
expect 3 status
[ ! -e "$pidfile" ]
if pgrep -g "$group"; then
    echo "socat outlived its service"
    exit 1
fi
expect 0 stop
expect 0 try-restart
expect 3 status
expect 0 start
expect 0 status
first=$(cat "$pidfile")
[ "$first" != "$before" ]
expect 0 start
[ "$(cat "$pidfile")" = "$first" ]
expect 0 restart
[ "$(cat "$pidfile")" != "$first" ]
expect 0 try-restart
expect 3 reload
expect 2 dance
expect 2

# The supervisor is killed: its pid file stays.
pid=$(cat "$pidfile")
group=$(socat_of)
kill -KILL "$pid"
kill -KILL "-$group" || true
while [ -e "/proc/$pid" ]; do sleep 0.1; done
expect 1 status
expect 0 start
expect 0 status
