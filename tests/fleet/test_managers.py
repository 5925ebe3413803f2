# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network managers that configure any device leave those of the fleet alone, and would take them otherwise.

Each host has another manager. A device of somebody else, which each takes, shows when it had the time to take ours.
"""

from __future__ import annotations

import json
import time
import typing as t

import pytest

from .conftest import PATIENCE, Fleet

THEIRS = "theirs"
OURS = ("tap0", "tap100", "tun100")
ROUTE = "10.110.0.0/16"
SETTLED = 10
"""Seconds for what a manager does last."""


class Manager(t.NamedTuple):
    """A network manager, all by commands of the shell."""

    package: str
    prepare: str
    """Have it leave alone what carries the connection to the host, from its first start."""
    restart: str
    taken: str
    """Print the devices that it configures."""
    takes: tuple[str, ...]
    """Which of ours it takes unless it is told to leave them alone."""
    forget: str
    """Take away what tells it."""
    disturb: str = "true"
    """Have it do what it only does now and then to the devices that it has taken."""


MANAGERS = {
    "host1": Manager(
        package="network-manager",
        prepare="mkdir -p /etc/NetworkManager/conf.d; "
        r"printf '[keyfile]\nunmanaged-devices=interface-name:eth0\n' >/etc/NetworkManager/conf.d/10-lab.conf",
        restart="systemctl restart NetworkManager",
        taken="nmcli -t -f DEVICE,STATE device | sed -n '/:unmanaged$/!s/:.*//p'",
        takes=OURS,
        forget="rm /etc/NetworkManager/conf.d/99-warren-tunnels.conf",
        # As when a machine is suspended: the addresses and routes of all that it has go. It lets go
        # of the stranger's device, which has to be made anew.
        disturb=f"nmcli networking off; sleep {SETTLED}; nmcli networking on; "
        f"ip link delete {THEIRS}; systemctl restart {THEIRS}.service",
    ),
    "host2": Manager(
        package="dhcpcd",
        prepare="echo denyinterfaces eth0 >/etc/dhcpcd.conf",
        restart="systemctl restart dhcpcd",
        # No DHCP server answers, so that it makes up an address.
        taken="ip -o -4 address | awk '$4 ~ /^169[.]254[.]/ {print $2}'",
        # It takes no device that isn't an Ethernet, and no TAP, even with a carrier.
        takes=("tap100",),
        forget="sed -i '/^# BEGIN warren/,/^# END warren/d' /etc/dhcpcd.conf",
    ),
}

BOOT = """
cat >/etc/systemd/system/theirs.service <<END
[Unit]
DefaultDependencies=no
After=systemd-modules-load.service local-fs.target
Before=network-pre.target
Wants=network-pre.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=modprobe ip_gre
ExecStart=ip link add theirs type gretap local {address} remote 192.0.2.9 key 99
ExecStart=ip address add 10.99.0.1/24 dev theirs
ExecStart=ip link set theirs up
[Install]
WantedBy=multi-user.target
END
systemctl enable --now theirs.service
"""
ENDS = {host: int(host[-1]) for host in MANAGERS}
DECLARATION = {
    "tunnels_links": [
        {
            "name": name,
            "mode": mode,
            "key": net,
            "ends": {host: {"address": f"10.{net}.0.{end}/24"} for host, end in ENDS.items()},
        }
        for name, mode, net in (("tun100", "gre", 100), ("tap100", "gretap", 101))
    ],
    "tunnels_taps": [{"name": "tap0", "addresses": ["192.168.7.1/24"]}],
    "tunnels_network": {"routes": [{"dst": ROUTE, "dev": "tun100"}]},
    # What would take a device that systemd-networkd has is another question.
    "boot_backend": "systemd",
}


def declared(host: str) -> dict[str, list[str]]:
    end = ENDS[host]
    return {"tap0": ["192.168.7.1"], "tap100": [f"10.101.0.{end}"], "tun100": [f"10.100.0.{end}"], ROUTE: ["tun100"]}


def present(fleet: Fleet, host: str) -> dict[str, list[str]]:
    """Return the IPv4 addresses of those of our devices that are up, and where our route leads."""
    found = {
        name: [entry["local"] for entry in link["addr_info"] if entry["family"] == "inet"]
        for name, link in fleet.links(host).items()
        if name in OURS and "UP" in link["flags"]
    }
    routes = json.loads(fleet.on(host, f"ip -j route show {ROUTE}"))
    return found | {ROUTE: [route["dev"] for route in routes]}


def taken(fleet: Fleet, host: str, expected: t.Iterable[str]) -> set[str]:
    """Return which devices the manager of a host has taken, as soon as these are among them or never will be."""
    deadline = time.monotonic() + PATIENCE
    seen: set[str] = set()
    while not seen.issuperset(expected) and time.monotonic() < deadline:
        time.sleep(1)
        seen = set(fleet.on(host, MANAGERS[host].taken).split()) & {THEIRS, *OURS}
    time.sleep(SETTLED)
    return set(fleet.on(host, MANAGERS[host].taken).split()) & {THEIRS, *OURS}


@pytest.fixture(scope="module")
def fleet(lab: object, tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Fleet]:
    made = Fleet(tmp_path_factory.mktemp("managers"))
    made.declare(DECLARATION)
    for host, manager in MANAGERS.items():
        made.on(host, manager.prepare + BOOT.format(address=made.underlay()[host]))
        made.lab("install", host, manager.package)
        made.on(host, manager.restart)
    yield made
    made.boot("wipe", *MANAGERS)


def restart(fleet: Fleet) -> None:
    for host, manager in MANAGERS.items():
        fleet.on(host, manager.restart)


def reboot(fleet: Fleet) -> None:
    fleet.boot("on", *MANAGERS)


def test_site_is_green_beside_them(fleet: Fleet) -> None:
    run = fleet.play("warren.tunnels.site", f"--limit={','.join(MANAGERS)}")
    assert run.is_green
    assert "dhcpcd runs, and leaves the devices alone only when it has started again" in " ".join(run.said.split())


@pytest.mark.parametrize("event", [restart, reboot])
def test_they_leave_our_devices_alone(fleet: Fleet, event: t.Callable[[Fleet], None]) -> None:
    event(fleet)
    for host in MANAGERS:
        assert taken(fleet, host, {THEIRS}) == {THEIRS}
        fleet.on(host, MANAGERS[host].disturb)
        assert present(fleet, host) == declared(host)
    for net in (100, 101):
        assert fleet.pings("host1", f"10.{net}.0.2")


@pytest.mark.parametrize("host", MANAGERS)
def test_they_take_them_unless_they_are_told(fleet: Fleet, host: str) -> None:
    manager = MANAGERS[host]
    fleet.on(host, manager.forget)
    fleet.on(host, manager.restart)
    everything = {THEIRS, *manager.takes}
    assert taken(fleet, host, everything) == everything
    fleet.on(host, manager.disturb)
    assert present(fleet, host) != declared(host)


def test_a_line_of_ifupdown_must_not_match_them(fleet: Fleet) -> None:
    host, address = "host2", "203.0.113.9"
    persist = ("warren.tunnels.persist", f"--limit={host}")
    line = r"printf 'auto {}=any\niface any inet static\n address {}/24\n' >/etc/network/interfaces.d/any"
    fleet.lab("install", host, "ifupdown")
    fleet.on(host, line.format("/tap*", address) + "; ifup -a")
    assert address in present(fleet, host)["tap0"]
    run = fleet.play(*persist)
    assert not run.is_green
    assert "ifupdown configures tap0 and 1 more, by a line auto" in run.said
    fleet.on(host, line.format("/their*", address))
    assert fleet.play(*persist).is_green
    fleet.boot("on", host)
    assert present(fleet, host) == declared(host)
    assert address in fleet.on(host, f"ip address show {THEIRS}")
