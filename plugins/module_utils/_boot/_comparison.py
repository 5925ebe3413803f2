# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: the part of the script that says what is missing (awk(1))."""

TEXT = r"""compare='
function bare(text) { gsub(/^["'"'"']|["'"'"']$/, "", text); return text }
function after(key, from,   i) { for (i = from; i < NF; i++) if ($i == key) return bare($(i + 1)); return "" }
function tell(text) { print text where; bad = 1 }
function is_up(name) { return flags[name] ~ /[<,]UP[,>]/ }
function has(line, from,   i) {
    for (i = from; i < NF; i++)
        if (($i == "via" || $i == "dev" || $i == "metric") && !index(line " ", " " $i " " bare($(i + 1)) " ")) return 0
    return 1
}
function target(from) { destination = $from; type = "unicast"
    if (destination !~ /^default$|[.:\/]/) { type = destination; destination = $(from + 1) }
    sub(/^(0\.0\.0\.0|::)\/0$/, "default", destination)
    if (destination ~ /:/) sub(/\/128$/, "", destination); else sub(/\/32$/, "", destination)
}
function said(line, key,   words, count, i) {
    count = split(line, words)
    for (i = 1; i < count; i++) if (words[i] == key) return plain(bare(words[i + 1]))
    return ""
}
function plain(value) {
    if (value == "all" || value == "[l3mdev-table]") return ""
    sub(/\/(32|128)$/, "", value)
    return (value in number) ? number[value] : value
}
function is_like(line,   keys, count, i) {
    count = split("from to fwmark iif oif lookup goto", keys)
    for (i = 1; i <= count; i++) if (said(line, keys[i]) != said($0, keys[i])) return 0
    count = split("not blackhole unreachable prohibit", keys)
    for (i = 1; i <= count; i++) if (!index(line " ", " " keys[i] " ") != !index($0 " ", " " keys[i] " ")) return 0
    return 1
}

$1 == "table" { number[$3] = $2; next }
$1 == "link" {
    name = $3; sub(/:$/, "", name); flags[name] = $4; rest[name] = $0 " "
    if (sub(/@[^@]*$/, "", name)) { flags[name] = $4; rest[name] = $0 " " }
    next
}
$1 == "address" { found[$3, ($6 == "peer") ? $5 " peer " $7 : $5]; next }
$1 == 4 || $1 == 6 {
    target(2); table = after("table", 2)
    if (table == "") table = 254
    if (table in number) table = number[table]
    key = $1 SUBSEP type SUBSEP destination SUBSEP table
    routes[key] = routes[key] "\n" $0
    next
}
$1 == "rule" { priority = $3; sub(/:$/, "", priority); $3 = ""; rules[$2, priority] = rules[$2, priority] "\n" $0; next }

$6 == "netns" { next }
$2 == "link" || $2 == "tuntap" {
    name = bare($5)
    if (!(name in flags)) { if (!(name in told)) tell("link " name); told[name]; next }
    for (i = 6; i <= NF && $i != "type" && $i != "mode" && $i != "alias"; i++) {
        if ($i == "up" && !is_up(name)) tell(name " up")
        if (($i == "mtu" || $i == "master") && !index(rest[name], " " $i " " bare($(i + 1)) " "))
            tell(name " " $i " " bare($(i + 1)))
    }
}
$2 == "link" && $3 == "add" && after("peer", 6) == "name" {
    for (i = 6; $i != "peer"; i++);
    name = bare($(i + 2))
    if (after("netns", i) == "" && !(name in flags)) { tell("link " name); told[name] }
}
$2 == "address" {
    name = after("dev", 4); wanted = ($5 == "peer") ? $4 " peer " $6 : $4
    if (!((name, wanted) in found) && !(name in told)) tell(name " address " wanted)
}
$2 == "route" {
    target(4); table = after("table", 4)
    if (table == "") table = 254
    family = (destination ~ /:/ || $0 ~ / ::\/0 /) ? 6 : 4
    key = family SUBSEP type SUBSEP destination SUBSEP table
    count = split(routes[key], lines, "\n"); good = / nexthop / && has(routes[key], 4)
    for (i = 2; i <= count; i++) good = good || has(lines[i], 4)
    if (!good) { sub(/^want route replace /, ""); tell("route " $0) }
}
$2 == "rule" {
    count = split(rules[(file ~ /6$/) ? 6 : 4, after("priority", 4)], lines, "\n"); good = 0
    for (i = 2; i <= count; i++) good = good || is_like(lines[i])
    if (!good) { sub(/^want rule add /, ""); tell("rule " $0) }
}
END { exit bad }
'
"""
