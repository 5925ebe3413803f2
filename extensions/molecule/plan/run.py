# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan changes of a fleet and make them, and compare what the plans said with what the hosts' kernels have."""

from __future__ import annotations

import ipaddress
import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

LAB, FOLDER = Path(sys.argv[1]), Path(sys.argv[2])
HOSTS = ("host1", "host2")

FIRST = [
    {"name": "tun100", "mode": "gre", "ttl": 64, "mtu": 1400, "ends": ["10.1.1.1", "10.1.1.2"]},
    {"name": "tun200", "mode": "ipip", "mtu": 1400, "ends": ["20.1.1.1", "20.1.1.2"]},
    {"name": "tun300", "mode": "gre", "key": 3, "mtu": 1400, "ends": ["10.3.3.1", "10.3.3.2"]},
]
SECOND = [
    {"name": "tun100", "mode": "gre", "ttl": 32, "mtu": 1300, "ends": ["10.1.1.1", "10.1.1.2"]},
    {"name": "tun200", "mode": "sit", "mtu": 1400, "ends": ["2001:db8:2::1/64", "2001:db8:2::2/64"]},
    {"name": "tun400", "mode": "gre", "key": 4, "mtu": 1400, "ends": ["10.4.4.1", "10.4.4.2"]},
]
TOGETHER = "until both ends are built, in one run a second or two"


def inventory(links: list[dict[str, t.Any]], away: bool = False) -> str:
    """Write the declaration of a fleet. :arg away: whether it has a host that nobody can reach."""
    declared = [
        {**link, "ends": {host: {"address": ip} for host, ip in zip(HOSTS, link["ends"], strict=True)}}
        for link in links
    ]
    hosts = (
        {"host9": {"ansible_host": "192.168.0.99", "ansible_ssh_common_args": "-o ConnectTimeout=1"}} if away else {}
    )
    path = FOLDER / "fleet.yml"
    path.write_text(json.dumps({"all": {"hosts": hosts, "vars": {"tunnels_links": declared}}}))
    return str(path)


def play(playbook: str, fleet: str, expected: int, **variables: t.Any) -> str:
    """Run a playbook of the collection; return what it says."""
    command = ["ansible-playbook", f"warren.tunnels.{playbook}", "-i", str(LAB / "inventory.yml"), "-i", fleet]
    process = subprocess.run(
        [*command, "-e", json.dumps(variables)],
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, "PWD": str(FOLDER)},
    )
    print(f"$ {' '.join(command)} {variables}\n{process.stdout}", flush=True)
    expect(f"{playbook} ends with {expected}", process.returncode == expected, process.returncode)
    return process.stdout


def plan(name: str) -> dict[str, t.Any]:
    return dict(json.loads((FOLDER / f"{name}.json").read_text()))


def expect(what: str, holds: bool, found: t.Any = "") -> None:
    if not holds:
        sys.exit(f"It does not hold that {what}: {found}")


# What the hosts have, by ip(8)


def ask(host: str, command: str) -> str:
    login = ["ssh", "-F", str(LAB / "ssh_config"), host]
    return subprocess.run(
        [*login, command], stdout=subprocess.PIPE, text=True, check=True, stdin=subprocess.DEVNULL
    ).stdout


def seen() -> dict[str, dict[str, t.Any]]:
    """Return what each host has of what a plan may speak of, in the words of a plan."""
    return {host: look(host) for host in HOSTS}


def look(host: str) -> dict[str, t.Any]:
    links = json.loads(ask(host, "ip -j -d address show"))
    files = ask(host, "find /etc /usr/local -path '*warren-tunnels*'")
    modules = ask(host, "cat /etc/modules-load.d/*.conf 2>/dev/null; true").split()
    found: dict[str, t.Any] = {("link", link["ifname"]): words(link) for link in links if "linkinfo" in link}
    found.update({("kernel module", module): {} for module in modules})
    found.update({("file", path): {} for path in files.splitlines()})
    return found


def words(link: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a link as a plan has it."""
    data = link["linkinfo"].get("info_data", {})
    return {
        "kind": link["linkinfo"]["info_kind"],
        "local": data.get("local"),
        "remote": data.get("remote"),
        "ttl": data.get("ttl") or "inherit",
        "ikey": int(ipaddress.ip_address(data["ikey"])) if "ikey" in data else "none",
        "okey": int(ipaddress.ip_address(data["okey"])) if "okey" in data else "none",
        "mtu": link["mtu"],
        "up": "UP" in link["flags"],
        "addresses": [address(row) for row in link["addr_info"] if row["scope"] != "link"],
        "ifindex": link["ifindex"],
    }


def address(row: dict[str, t.Any]) -> t.Any:
    if "address" in row:
        return {"address": row["local"], "peer": f"{row['address']}/{row['prefixlen']}"}
    return f"{row['local']}/{row['prefixlen']}"


def compare(name: str, before: dict[str, t.Any], after: dict[str, t.Any]) -> None:
    """See that all that the plan says of links, files and modules has come to be, and nothing else of that."""
    for host in (host for host in plan(name)["hosts"] if host["host"] in HOSTS):
        old, new = before[host["host"]], after[host["host"]]
        told = {(entry["what"], entry["name"]): entry for entry in host["changes"]}
        for thing, entry in told.items():
            if thing[0] in ("link", "file", "kernel module"):
                single(f"{host['host']} {' '.join(thing)}", entry, old.get(thing), new.get(thing))
        differ = {thing for thing in {*old, *new} if old.get(thing) != new.get(thing) and thing[0] == "link"}
        # The drivers' own devices come when a driver is loaded.
        differ -= {("link", driver) for driver in ("gre0", "gretap0", "erspan0", "tunl0", "sit0")}
        expect(f"the plan has every link of {host['host']} that differs", differ <= set(told), differ - set(told))


def single(what: str, entry: dict[str, t.Any], old: t.Any, new: t.Any) -> None:
    change = entry["change"]
    expect(f"{what} was there before", (old is None) == (change == "created"), old)
    expect(f"{what} is there after", (new is None) == (change == "removed"), new)
    if entry["what"] == "link" and change in ("changed", "replaced"):
        expect(f"{what} is {change}", (old["ifindex"] == new["ifindex"]) == (change == "changed"), new)
    for option, values in entry.get("options", {}).items():
        for moment, link in (("before", old), ("after", new)):
            if link is not None and option in link:
                expect(f"{what} has {option} {values[moment]} {moment}", values[moment] == link[option], link)


def changes(name: str) -> dict[str, str]:
    """Return what becomes of the links of the first host."""
    (first,) = (host for host in plan(name)["hosts"] if host["host"] == HOSTS[0])
    return {entry["name"]: entry["change"] for entry in first["changes"] if entry["what"] == "link"}


def main() -> None:
    fresh = seen()
    fleet = inventory(FIRST)
    play("doctor", fleet, 0, tunnels_doctor_path=str(FOLDER / "doctor"))
    expect("a diagnosis changes nothing", seen() == fresh)
    found = plan("doctor")
    expect("nothing hinders tunnels on fresh hosts", found["outcome"] in ("clear", "note"), found)
    said = play("plan", fleet, 2, tunnels_plan_path=str(FOLDER / "first"), tunnels_plan_strict=True)
    expect("a plan changes nothing", seen() == fresh)
    expect("it says in a table what would be done", "gre, local 192.168.0.8, remote 192.168.0.58, " in said)
    expect(
        "all links are new",
        changes("first") == dict.fromkeys(["tun100", "tun200", "tun300"], "created"),
        changes("first"),
    )

    play("site", fleet, 0, tunnels_plan="first.json")
    built = seen()
    compare("first", fresh, built)

    # Somebody else takes the name of a tunnel.
    ask("host2", "ip link delete tun200 && ip link add tun200 type dummy")
    built = seen()
    said = play("doctor", fleet, 2, tunnels_doctor_path=str(FOLDER / "doctor"))
    expect("a stranger is told of", "tun200 is there already, of kind dummy, and is declared as ipip" in said)
    expect("a diagnosis changes nothing", seen() == built)
    said = play("site", fleet, 2, tunnels_plan="first.json")
    expect("a plan that is done is refused", "link tun100: nothing to do now, and created (gre, " in said)
    expect(
        "a host that is in the way is told", "host2: it would be refused now, and something to do in the plan" in said
    )
    expect("nothing is changed then", seen() == built)
    ask("host2", "ip link delete tun200")
    built = seen()

    fleet = inventory(SECOND, away=True)
    play("plan", fleet, 4, tunnels_plan_path=str(FOLDER / "second"))
    expect("a plan changes nothing", seen() == built)
    second = plan("second")
    states = {host["host"]: host["state"] for host in second["hosts"]}
    expect("the host that is away is told", states["host9"] == "unreachable", states)
    expected = {"tun100": "changed", "tun200": "replaced", "tun300": "removed", "tun400": "created"}
    expect("each link has its change", changes("second") == expected, changes("second"))
    down = [{"device": "tun200", "hosts": ["host1", "host2"], "down": TOGETHER}]
    expect("the tunnel that is replaced is down meanwhile", second["tunnels"] == down, second["tunnels"])

    play("site", fleet, 4, tunnels_plan=str(FOLDER / "second.json"))
    compare("second", built, seen())

    play("plan", inventory(SECOND), 0, tunnels_plan_path=str(FOLDER / "third"), tunnels_plan_strict=True)
    expect("nothing is left to do", plan("third")["outcome"] == "nothing", plan("third"))


if __name__ == "__main__":
    os.environ.update(ANSIBLE_FORCE_COLOR="false", ANSIBLE_NOCOLOR="true")
    main()
