# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not as it must be in what came of changes that were made four times, or refused twice."""


def in_runs(change, expected):
    """Yield what each change must hold, and whether it does."""
    check, do, again, again_check = (change[run] for run in ("check", "do", "again", "again_check"))
    yield "no run fails", not any(run.get("failed") for run in (check, do, again, again_check))
    yield "check mode writes nothing", change["before"] == change["previewed"]
    yield "check mode says whether it is a change", check.get("changed", False) == expected
    yield "it is a change, or none", do.get("changed", False) == expected
    yield "check mode foretells the operations", foretold(check, do, "operations")
    yield "check mode foretells the diff", foretold(check, do, "diff")
    yield "again is no change", not again.get("changed") and again.get("operations") == []
    yield "nor is it in check mode", not again_check.get("changed") and again_check.get("operations") == []
    yield "again writes nothing", change["after"] == change["last"]


def foretold(check, do, part):
    return part in do and check.get(part) == do[part]


def in_kernel(change, row):
    """Yield what the kernel must have after the change of a row, and whether it does."""
    args = row["args"]
    before, after = (
        {"links": {}, **change[when]["state"].get(args.get("netns", ""), {})} for when in ("before", "after")
    )
    device, former = (state["links"].get(args.get("name", ""), {}) for state in (after, before))
    about = device.get("linkinfo", {})
    info, port = (about.get(data, {}) for data in ("info_data", "info_slave_data"))
    for name, holds in {
        "kind": lambda kind: about.get("info_kind") == kind,
        "link": lambda link: has(device, link),
        "info": lambda options: has(info, options),
        "info_is": lambda options: info == options,
        "port": lambda options: has(port, options),
        "flags": lambda flags: set(flags) <= set(device.get("flags", [])),
        "no_flags": lambda flags: not set(flags) & set(device.get("flags", [])),
        "lacks": lambda keys: not set(keys) & set(device),
        "addresses": lambda addresses: sorted(device.get("addresses", [])) == sorted(addresses),
        "routes": lambda routes: all(any(has(route, part) for route in after["routes"]) for part in routes),
        "fou_ports": lambda ports: after["fou_ports"] == ports,
        "nexthops": lambda nexthops: after["nexthops"] == nexthops,
        "rules": lambda rules: after["rules"] == rules,
        "neighbours": lambda neighbours: after["neighbours"] == neighbours,
        "fdb": lambda entries: after["fdb"] == entries,
        "gone": lambda names: not set(names) & set(after["links"]),
    }.items():
        if name in row:
            yield f"the kernel has: {name}", holds(row[name])
    if former and device:
        replaced = row.get("replaced", False)
        yield f"replaced: {replaced}", (former["ifindex"] != device["ifindex"]) == replaced


def has(whole, part):
    return all(key in whole and whole[key] == value for key, value in part.items())


def in_refusal(change, row):
    """Yield what each refusal must hold, and whether it does."""
    check, do, words = change["check"], change["do"], row["words"]
    yield "check mode writes nothing", change["before"] == change["previewed"]
    yield "nothing is left", change["before"] == change["after"]
    yield "it is refused, and no change", do.get("failed") and not do.get("changed")
    yield "the message has the words", all(word in do.get("msg", "") for word in words)
    if not (row.get("predicted") or row.get("unforeseen")):
        yield "check mode refuses it with the same words", check.get("failed") and check.get("msg") == do.get("msg")
        return
    yield "check mode goes on", not check.get("failed") and check.get("changed")
    if row.get("predicted"):
        warnings = "".join(check.get("warnings", []))
        yield "check mode warns with the words", all(word in warnings for word in words)


def faults_of_steps(changes, rows):
    """Return what is wrong with changes that were made four times, each with what its row says of the kernel."""
    pairs = zip(changes, rows, strict=True)
    return [
        fault
        for change, row in pairs
        for fault in faults(change, row, [*in_runs(change, row.get("changes", True)), *in_kernel(change, row)])
    ]


def faults_of_refusals(changes, rows):
    """Return what is wrong with changes that had to be refused, each with the words of its row."""
    pairs = zip(changes, rows, strict=True)
    return [fault for change, row in pairs for fault in faults(change, row, in_refusal(change, row))]


def faults(change, row, statements):
    """Yield one row for all statements that do not hold, with what one has to see to find out why."""
    wrong = [statement for statement, holds in statements if not holds]
    if wrong:
        netns, name = row.get("args", {}).get("netns", ""), row.get("args", {}).get("name", "")
        before, after = (change[when]["state"].get(netns, {}) for when in ("before", "after"))
        link = {when: state.get("links", {}).get(name) for when, state in (("before", before), ("after", after))}
        has = {part: after[part] for part in row if part in after}
        yield {"wrong": wrong, "row": row, "check": change["check"], "do": change["do"], "link": link, "has": has}


class FilterModule:
    def filters(self):
        return {"faults_of_steps": faults_of_steps, "faults_of_refusals": faults_of_refusals}
