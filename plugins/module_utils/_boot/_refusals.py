# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the part of the script that has ip run lines, and says which were refused and why (awk(1)).

``ip -force -batch`` goes on behind a line that the kernel refuses. At one that it does not understand itself, as where a
tunnel's ``dev`` is not there, it ends. So each line is followed by one that ip surely refuses: that shows which lines were
run, and what ip said of each.
"""

TEXT = r"""refusals='
function bare(text) { gsub(/^["'"'"']|["'"'"']$/, "", text); return text }
function made(text,   word) {
    split(text, word)
    return (text ~ /^(link|tuntap) add dev /) ? bare(word[4]) : ""
}
function is_fine(text, device) {
    return (device != "") ? device in known : words ~ /File exists$/ && text ~ /^(rule|link property|netns) add /
}
function is_consequence(device,   name) {
    name = words
    return sub(/^Cannot find device "/, "", name) && sub(/"$/, "", name) && name != device && name in ours
}
function judge(   text, device) {
    text = line[++done]; device = made(text)
    if (refused && !is_fine(text, device)) {
        bad = 1
        if (!is_consequence(device))
            print "told " name ": " ((device == "") ? text : "link " device " can\047t be made") where ": " words
    }
    refused = 0; words = ""
}
BEGIN { done = first - 1 }
part < 2 && $0 == "=" { part++; next }
part == 0 { known[$0]; next }
part == 1 { line[++count] = $0; if (made($0) != "") ours[made($0)]; next }
/^Object "=" is unknown/ { judge(); next }
/^Command failed -:[0-9]*[13579]$/ { refused = 1; next }
/^Command failed / { next }
words == "" || /^(RTNETLINK answers:|Error:|Cannot) / { words = $0; sub(/^(RTNETLINK answers|Error): /, "", words) }
END {
    if (done < count) { refused = 1; judge() }
    print ((done < count) ? done + 1 : 0), bad + 0
}
'

# Have ip run the lines of a file, as sed makes them, and say which are refused. Where it ends too early, it is started again.
run() {
    from=$1
    shift
    where=
    case ${from##*/} in
        netns-*)
            namespace_of "$from"
            where=" in namespace $namespace"
            if [ ! -e "/var/run/netns/$namespace" ]; then
                echo "$name: namespace $namespace is not there" >&2
                return 1
            fi
            ;;
    esac
    bad=0
    next=1
    while [ "$next" != 0 ]; do
        said=$(
            {
                echo "$known"
                echo =
                sed -E "$@" "$from"
                echo =
                sed -E "$@" "$from" 2>/dev/null | sed -e "$next,\$!d" -e 's/$/\n=/' 2>/dev/null |
                    ip_for "$from" -force -batch - 2>&1
            } | awk -v name="$name" -v where="$where" -v first="$next" "$refusals"
        )
        echo "$said" | sed -n 's/^told //p' >&2
        said=${said##*
}
        [ "${said#* }" = 0 ] || bad=1
        next=${said% *}
    done
    return $bad
}
"""
