# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count what two hosts with stock kernels send in clear of tunnels that are encrypted, while all sorts of things happen to IPsec.

Arguments are names of events, all without any. Each begins with tunnels that work, and ends with them working again. Meanwhile
both hosts send through each tunnel all the time, and a capture on the network between them counts.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import subprocess
import sys
import time
import typing as t
from pathlib import Path

HERE = Path(__file__).parent
CLONE = Path(os.environ["WARREN_CLONE"])
COLLECTION = CLONE / ".build/ansible_collections/warren/tunnels"
FOLDER = CLONE / ".build/protected"
LAB = CLONE / ".build/protected-lab"
HOSTS = {"host1": "192.168.0.8", "host2": "192.168.0.58"}
PACKAGES = ("charon-systemd", "strongswan-swanctl", "libstrongswan-standard-plugins")
SUITE = os.environ.get("SUITE", "bookworm")

FLEET = "a secret of the lab, which is no secret elsewhere"
TUNNELS = {"gre": ("10.91.1.1", "10.91.1.2"), "ipip": ("10.91.2.1", "10.91.2.2"), "sit": ("fd91::1", "fd91::2")}
NAME = {
    "host1": "warren-tunnels_192-168-0-8_192-168-0-58",
    "host2": "warren-tunnels_192-168-0-58_192-168-0-8",
}
PATIENCE = 300
"""Seconds until tunnels work again: a peer that is gone is given up after 165 s. Hosts without a processor of their own are slow."""


class Failed(Exception):
    """What went wrong, in a sentence or two."""


def lab(*command: str) -> None:
    """Run a command of the lab."""
    if subprocess.run([CLONE / "tests/lab/lab", command[0], LAB, *command[1:]], check=False).returncode:
        raise Failed(f"lab {command[0]} failed")


def on(host: str, command: str, check: bool = True) -> str:
    """Run a command on a host, and return what it prints."""
    words = [CLONE / "tests/lab/lab", "ssh", LAB, host, command]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise Failed(f"{host}: {command} failed: {done.stderr.strip()}")
    return done.stdout


def on_all(command: str) -> None:
    for host in HOSTS:
        on(host, command)


def declared(**variables: t.Any) -> dict[str, t.Any]:
    links = [
        {
            "name": f"t-{mode}",
            "mode": mode,
            "mtu": "auto",
            "ends": {host: {"address": address} for host, address in zip(HOSTS, addresses, strict=True)},
        }
        for mode, addresses in TUNNELS.items()
    ]
    return {
        "tunnels_links": links,
        "tunnels_protect": "ipsec",
        "tunnels_protect_secret": FLEET,
        "tunnels_checkpoint_timeout": 900,
        **variables,
    }


def play(playbook: str, *options: str, **variables: t.Any) -> str:
    """Run a playbook of the collection, and return what it prints."""
    (FOLDER / "variables.json").write_text(json.dumps(declared(**variables)))
    command = ["ansible-playbook", "--inventory", LAB / "inventory.yml", "--extra-vars", f"@{FOLDER}/variables.json"]
    environment = {**os.environ, "ANSIBLE_PIPELINING": "true", "ANSIBLE_NOCOLOR": "true"}
    with (FOLDER / "playbooks.log").open("a") as log:
        done = subprocess.run(
            [*command, *options, COLLECTION / f"playbooks/{playbook}.yml"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            check=False,
        )
        log.write(done.stdout)
    if done.returncode:
        raise Failed(
            f"{playbook} failed; {FOLDER}/playbooks.log ends with:\n" + "\n".join(done.stdout.splitlines()[-25:])
        )
    return done.stdout


@contextlib.contextmanager
def captured(what: list[str]) -> t.Iterator[None]:
    """Note the packets of tunnels that go over the network in clear."""
    command = [CLONE / "tests/lab/lab", "ns", LAB, "--", sys.executable, HERE / "capture.py"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as capture:
        assert capture.stdout
        capture.stdout.readline()
        try:
            yield
        finally:
            time.sleep(2)
            capture.terminate()
            what += capture.communicate()[0].splitlines()


def send() -> None:
    """Have each host send through each tunnel ten times a second, until it is told otherwise."""
    for host, other in zip(HOSTS, reversed(HOSTS), strict=True):
        end = list(HOSTS).index(other)
        for mode, addresses in TUNNELS.items():
            ping = f"while :; do ping -qi 0.1 {addresses[end]}; sleep 0.2; done"
            on(host, f"systemd-run --quiet --collect --unit send-{mode} sh -c '{ping}'", check=False)


def work() -> bool:
    """Return whether something comes back through each tunnel."""
    return all(
        on("host1", f"ping -qc 1 -W 2 {addresses[1]} >/dev/null && echo yes", check=False)
        for addresses in TUNNELS.values()
    )


def wait() -> float:
    """Return after how many seconds all tunnels work."""
    start = time.monotonic()
    while not work():
        if time.monotonic() - start > PATIENCE:
            raise Failed(
                f"no tunnel after {PATIENCE} s: {on('host1', 'swanctl --list-sas; journalctl -qn 20 -u strongswan')}"
            )
        time.sleep(1)
    return time.monotonic() - start


def reboot(*hosts: str) -> None:
    lab("power", "reset", *hosts)
    lab("wait", *hosts)
    send()


def refuse() -> None:
    """The ends have different secrets, and begin anew."""
    path = "/etc/swanctl/conf.d/warren-tunnels.conf"
    on(
        "host2",
        f"cp -p {path} /root/kept; sed -i 's/secret = 0x../secret = 0x00/' {path}; swanctl --load-all --noprompt",
    )
    on("host1", f"swanctl --terminate --force --ike {NAME['host1']}", check=False)
    time.sleep(20)
    if work():
        raise Failed("a host with another secret was let in")
    on("host2", f"mv /root/kept {path}; swanctl --load-all --noprompt")


def rotate() -> None:
    play("site", tunnels_protect_generation=[2, 1])
    play("site", tunnels_protect_generation=2)
    on("host2", "systemctl restart strongswan")
    wait()
    play("site")


def again() -> None:
    recap = play("site")
    if len(re.findall(r"^host\d .* changed=0 ", recap, re.MULTILINE)) != len(HOSTS):
        raise Failed(f"site isn't done when it has run once: see {FOLDER}/playbooks.log")


def both(command: str) -> t.Callable[[], None]:
    return lambda: on_all(command)


EVENTS: dict[str, t.Callable[[], t.Any]] = {
    "from nothing": lambda: play("site"),
    "second run": again,
    "stopped": lambda: (on_all("systemctl stop strongswan"), time.sleep(10), on_all("systemctl start strongswan")),
    "killed": both("systemctl kill --signal KILL strongswan; sleep 3; systemctl start strongswan"),
    "restarted": both("systemctl restart strongswan"),
    "reloaded": both("systemctl reload strongswan"),
    "states flushed": both("ip xfrm state flush"),
    "policies flushed": both("ip xfrm policy flush; sleep 5; systemctl restart strongswan"),
    "refused": refuse,
    "one reboots": lambda: reboot("host2"),
    "both reboot": lambda: reboot(*HOSTS),
    "nftables restart": both("systemctl restart nftables"),
    "rotation": rotate,
}


@dataclasses.dataclass
class Outcome:
    """What came of an event."""

    clear: int
    seconds: float
    fault: str = ""


def run(event: str) -> Outcome:
    """Let something happen, and see what goes in clear until all is well."""
    clear: list[str] = []
    try:
        with captured(clear):
            EVENTS[event]()
            seconds = wait()
        fault = wrong()
    except Failed as failed:
        return Outcome(len(clear), 0, str(failed))
    return Outcome(len(clear), seconds, fault)


def wrong() -> str:
    """Return what verify and strongSwan find wrong."""
    play("verify")
    modes = {mode for host in HOSTS for mode in re.findall(r"INSTALLED, (\w+)", on(host, "swanctl --list-sas"))}
    return "" if modes == {"TRANSPORT"} else f"modes {modes}"


def leak() -> int:
    """Return what is counted of tunnels that nothing protects, without which a count of nothing would mean nothing."""
    seen: list[str] = []
    with captured(seen):
        play("site", tunnels_protect="none")
        wait()
    return len(seen)


def main() -> int:
    unknown = [word for word in sys.argv[1:] if word not in EVENTS]
    if unknown:
        print(f"protected: no {', '.join(unknown)}: events are {', '.join(EVENTS)}", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    outcomes: dict[str, Outcome] = {}
    try:
        lab("up", "--machine", "qemu", "--suite", SUITE)
        for host in HOSTS:
            lab("install", host, *PACKAGES)
        send()
        for event in dict.fromkeys(["from nothing", *(sys.argv[1:] or EVENTS)]):
            outcomes[event] = run(event)
            print(f"{event:<20}{outcomes[event]}", flush=True)
        counted = leak()
    finally:
        lab("down")
    print("| event | packets in clear | seconds until tunnels work |\n|---|---|---|")
    for event, outcome in outcomes.items():
        print(f"| {event} | {outcome.clear} | {outcome.fault or f'{outcome.seconds:.0f}'} |")
    print(f"| without protection | {counted} | |")
    return any(outcome.clear or outcome.fault for outcome in outcomes.values()) or not counted


if __name__ == "__main__":
    sys.exit(main())
