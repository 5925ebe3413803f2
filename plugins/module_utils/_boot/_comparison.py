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
        if (($i == "via" || $i == "dev" || $i == "nhid" || $i == "metric") && !index(line " ", " " $i " " bare($(i + 1)) " ")) return 0
    return 1
}

$1 == "table" { number[$3] = $2; next }
$1 == "link" {
    # What stands for the end of a line.
    gsub(/\\/, " ")
    name = $3; sub(/:$/, "", name); flags[name] = $4; rest[name] = $0 " "
    if (sub(/@[^@]*$/, "", name)) { flags[name] = $4; rest[name] = $0 " " }
    next
}
$1 == "address" { found[$3, ($6 == "peer") ? $5 " peer " $7 : $5]; next }
@compared@
$6 == "netns" { next }
$3 == "property" {
    name = bare($6)
    if (name in flags && !index(rest[name], " altname " bare($8) " ")) tell(name " altname " bare($8))
    next
}
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
END { exit bad }
'
"""
