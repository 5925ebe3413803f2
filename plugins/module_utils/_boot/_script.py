# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the script that makes and removes what the files for ip -batch describe, as a service does."""

import typing as t

from .._sorts._list import BESIDE_LINKS, load
from . import _comparison, _refusals, _underlay, _unit


def text(service: str) -> str:
    """Return the script of a service, with an LSB header and one for chkconfig."""
    told = [load(field, "_boot") for field in BESIDE_LINKS]
    parts = {
        "@compare@": _comparison.TEXT,
        "@run@": _refusals.TEXT,
        "@await@": _underlay.SCRIPT,
        "@users@": " ".join(_unit.USERS),
        "@compared@": "".join(sort.COMPARED for sort in told),
        "@removal@": "".join("            -e '{0}' \\\n".format(sort.REMOVAL) for sort in told if sort.REMOVAL),
        "@again@": "".join("|" + sort.AGAIN for sort in told if sort.AGAIN),
        "@look@": "".join(sort.LOOK for sort in told if not _is_of_bridge(sort)),
        "@look_bridge@": "".join(sort.LOOK for sort in told if _is_of_bridge(sort)),
        "@service@": service,
    }
    script = _TEXT
    for place, part in parts.items():
        script = script.replace(place, part)
    return script


def _is_of_bridge(sort: t.Any) -> bool:
    """Return whether bridge(8) takes the lines of a resource, and shows what there is."""
    return bool(getattr(sort, "PROGRAM", "ip") == "bridge")


_TEXT = r"""#!/bin/sh
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes and removes the network state that the files in /etc/@service@ describe.
# Written by Ansible, which overwrites changes.
#
# chkconfig: 2345 11 89
# description: Namespaces, links, addresses, routes and rules of /etc/@service@
### BEGIN INIT INFO
# Provides:          @service@
# Required-Start:    $local_fs
# Required-Stop:     $local_fs
# Should-Start:      networking NetworkManager systemd-networkd
# Should-Stop:       networking NetworkManager systemd-networkd
# X-Start-Before:    @users@
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: Network state of @service@
# Description:       Namespaces, links, addresses, routes and rules of /etc/@service@
### END INIT INFO

name=@service@
folder=/etc/$name
settings=/etc/sysctl.d/60-$name.conf

# How many seconds to wait for network cards.
patience=${WARREN_WAIT:-30}

PATH=/sbin:/usr/sbin:/bin:/usr/bin
LC_ALL=C
export PATH LC_ALL

# The names of links that are there before any is made.
known=

# A word in a line for ip -batch, in quotes or not.
word="('[^']*'|\"[^\"]*\"|[^ ]+)"

namespace_of() {
    namespace=${1##*/netns-}
    namespace=${namespace%.*}
}

# Run ip, or for its files bridge, where the lines of a file belong: on the host, or in the namespace that the file is named after.
ip_for() {
    file=$1
    program=ip
    shift
    case $file in
        *.batch6) set -- -6 "$@" ;;
        *.bridge) program=bridge ;;
    esac
    case ${file##*/} in
        netns-*)
            namespace_of "$file"
            $program -n "$namespace" "$@"
            ;;
        *) $program "$@" ;;
    esac
}

# Look for the links that the files make. Print those that are there; fail if any is missing.
look() {
    missing=0
    for file in "$folder"/host.batch "$folder"/netns-*.batch; do
        [ -e "$file" ] || continue
        sed -n -E "s/^(link|tuntap) add dev $word( .*)?/link show dev \2/p" "$file" |
            ip_for "$file" -o -force -batch - 2>/dev/null || missing=1
    done
    return $missing
}

@await@
@run@
# Add rules and alternative names.
add_again() {
    refused=0
    for file in "$folder"/host.batch "$folder"/host.batch6 "$folder"/netns-*.batch "$folder"/netns-*.batch6; do
        [ ! -e "$file" ] || run "$file" -n -e '/^(rule|link property) add /p' || refused=1
    done
    return $refused
}

# Set what the files say of the host and of each namespace; words go on to sysctl.
configure() {
    unset=0
    for file in "$settings" "$folder"/host.sysctl; do
        [ ! -e "$file" ] || sysctl -q "$@" -p "$file" || unset=1
    done
    for file in "$folder"/netns-*.sysctl; do
        [ -e "$file" ] || continue
        namespace_of "$file"
        ip netns exec "$namespace" sysctl -q "$@" -p "$file" || unset=1
    done
    return $unset
}

make() {
    if [ -e "$folder"/modules.conf ]; then
        grep -v -e '^#' -e '^$' "$folder"/modules.conf | xargs modprobe -a -q
    fi
    # Network cards may be about to get their names.
    if command -v udevadm >/dev/null; then
        udevadm settle --timeout=30
    fi
    await
    failed=0
    if [ -e "$folder"/namespaces.batch ]; then
        run "$folder"/namespaces.batch -e "" || failed=1
    fi
    # Once for what new links begin with, and once for what they have of their own.
    configure -e 2>/dev/null
    for file in "$folder"/host.batch "$folder"/netns-*.batch "$folder"/host.bridge "$folder"/netns-*.bridge; do
        [ ! -e "$file" ] || run "$file" -e '/^(rule|link property) add /d' || failed=1
    done
    add_again || failed=1
    configure || failed=1
    return $failed
}

remove() {
    set --
    for file in "$folder"/namespaces.batch "$folder"/host.batch* "$folder"/netns-*.batch* "$folder"/host.bridge \
        "$folder"/netns-*.bridge; do
        [ ! -e "$file" ] || set -- "$file" "$@"
    done
    for file in "$@"; do
        # What a line adds, from the last line to the first.
        sed -n -E \
            -e "s/^(link|tuntap) add dev $word( .*)?/link delete dev \2/p" \
@removal@            -e 's/^netns add /netns delete /p' "$file" |
            sed -n '1!G;h;$p' | ip_for "$file" -force -batch - 2>/dev/null
    done
}

# Run the lines once more that can be said again: those that say what links are like.
repeat() {
    failed=0
    for file in "$folder"/host.batch "$folder"/netns-*.batch "$folder"/host.bridge "$folder"/netns-*.bridge; do
        [ -e "$file" ] || continue
        run "$file" -n \
            -e "s/^link add dev $word (.+) type .*/link set dev \1 \2/p" \
            -e '/^link set dev [^ ]* netns /d' \
            -e '/^(link set|address replace@again@) /p' || failed=1
    done
    add_again || failed=1
    configure || failed=1
    return $failed
}

# Print what there is, of what kind in the first word: names of routing tables, links, addresses, IPv4 and IPv6 routes, rules.
there_is() {
    case $1 in
        *.bridge)
@look_bridge@            return
            ;;
    esac
    sed -n -E 's/^[[:space:]]*([0-9]+)[[:space:]]+([^[:space:]#]+).*/table \1 \2/p' \
        /usr/share/iproute2/rt_tables /etc/iproute2/rt_tables /etc/iproute2/rt_tables.d/*.conf
    for kind in link address; do
        ip_for "$1" -o $kind show | sed "s/^/$kind /"
    done
@look@}

# Compare that with the lines of a file, which have "want" in front.
@compare@
# Print what is missing, a line for each. Fail if anything is.
missing() {
    lacks=0
    if [ -e "$folder"/namespaces.batch ]; then
        for namespace in $(sed -n 's/^netns add //p' "$folder"/namespaces.batch); do
            [ -e "/var/run/netns/$namespace" ] || { echo "namespace $namespace" && lacks=1; }
        done
    fi
    for file in "$folder"/host.batch* "$folder"/netns-*.batch* "$folder"/host.bridge "$folder"/netns-*.bridge; do
        [ -e "$file" ] || continue
        where=
        case ${file##*/} in
            netns-*)
                namespace_of "$file"
                where=" in namespace $namespace"
                ;;
        esac
        {
            there_is "$file" 2>/dev/null
            sed -n '/^[a-z]/s/^/want /p' "$file"
        } | awk -v where="$where" -v file="$file" "$compare" || lacks=1
    done
    return $lacks
}

# Make what is missing. Where not all can be made, the rest is, and what is missing then is told.
start() {
    if there=$(look) && [ -n "$there" ]; then
        repeat && return
    elif [ -n "$there" ]; then
        known=$(echo "$there" | sed -E 's/^[0-9]+: ([^:@]+).*/\1/')
        make
        look >/dev/null && repeat && return
    else
        make && return
    fi
    lacks=$(missing) || tell_missing >&2
    return 1
}

tell_missing() {
    echo "$name: this is missing; $0 start adds it:"
    echo "$lacks"
}

stop() {
    remove
    [ -z "$(look)" ]
}

status() {
    if lacks=$(missing); then
        echo "$name: all links, addresses, routes and rules are there"
    elif [ -n "$(look)" ] || ! grep -q -s -E '^(link|tuntap) add ' "$folder"/*.batch; then
        tell_missing
        return 3
    else
        echo "$name: no link is there"
        return 3
    fi
}

case ${1-} in
    start | stop | restart | force-reload | try-restart | condrestart)
        if [ "$(id -u)" != 0 ]; then
            echo "$name: only root can do that" >&2
            exit 4
        fi
        ;;
esac
if [ ! -d "$folder" ]; then
    echo "$name: there is no $folder" >&2
    case ${1-} in
        stop) exit 0 ;;
        status) exit 4 ;;
        *) exit 6 ;;
    esac
fi

case ${1-} in
    start) start ;;
    stop) stop ;;
    restart | force-reload)
        stop
        start
        ;;
    try-restart | condrestart)
        if [ -n "$(look)" ]; then
            stop
            start
        fi
        ;;
    reload) exit 3 ;;
    status) status ;;
    *)
        echo "Usage: $0 {start|stop|restart|try-restart|force-reload|status}" >&2
        exit 2
        ;;
esac
"""
