# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Firewalls that a host may have: how each comes to drop all, how it is loaded again, and what it says it has."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

UNPACKED = Path(__file__).parents[5] / "firewalls"
"""Where scripts/firewalls has put firewalld and ufw."""

NFTABLES = """
flush ruleset
table inet site {
    set office { type ipv4_addr; elements = { 203.0.113.1, 203.0.113.7 }; }
    chain INPUT { type filter hook input priority 0; policy drop;
        icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
        ip saddr @office tcp dport 22 accept comment "the office"
    }
    chain out { type filter hook output priority 0; policy accept; }
}
table ip older { chain input { type filter hook input priority 10; policy drop; counter comment "all"; }; }
table ip6 older {
    chain input { type filter hook input priority 10; policy drop; meta l4proto ipv6-icmp accept; }
}
"""
IPTABLES = """
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -s 203.0.113.1/32 -p tcp -m tcp --dport 22 -m comment --comment "the office" -j ACCEPT
COMMIT
"""
IP6TABLES = IPTABLES.replace("-s 203.0.113.1/32 -p tcp -m tcp --dport 22", "-p ipv6-icmp")
ZONE = """\
<?xml version="1.0" encoding="utf-8"?>
<zone target="DROP">
  <short>Public</short>
  <protocol value="ipv6-icmp"/>
  <interface name="near"/>
</zone>
"""
"""As firewalld itself writes it, with each change of a zone."""


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def comparable(rules):
    """Return a firewall's rules as lines, without counters and comments of its own."""
    lines = [line for line in rules.splitlines() if not line.startswith("#")]
    return [re.sub(r"packets \d+ bytes \d+|\[\d+:\d+\]", "", line) for line in lines]


class Nftables:
    """One that is a file of nftables."""

    name = "nftables"

    def start(self):
        Path("/etc/nftables.conf").write_text(NFTABLES)
        self.load()

    def load(self):
        run("nft", "-f", "/etc/nftables.conf")

    def rules(self):
        return comparable(run("nft", "list", "ruleset"))

    def stop(self):
        pass


class Iptables:
    """One that is iptables with netfilter-persistent."""

    name = "iptables"
    files = (("iptables", "/etc/iptables/rules.v4", IPTABLES), ("ip6tables", "/etc/iptables/rules.v6", IP6TABLES))

    def __init__(self, variant):
        self.variant = variant

    def start(self):
        Path("/etc/iptables").mkdir()
        for _program, path, text in self.files:
            Path(path).write_text(text)
        self.load()

    def load(self):
        for program, path, _text in self.files:
            run(program + self.variant + "-restore", path)

    def rules(self):
        return comparable("".join(run(program + self.variant + "-save") for program, _path, _text in self.files))

    def stop(self):
        pass


class Unpacked:
    """One that has a program of its own, from a package that is laid over the machine's files."""

    def start(self):
        for name in os.listdir(UNPACKED / "etc"):
            place = Path("/etc") / name
            if (UNPACKED / "etc" / name).is_dir():
                shutil.copytree(UNPACKED / "etc" / name, place, dirs_exist_ok=True)
        run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={UNPACKED}/usr:/usr", "/usr")

    def stop(self):
        run("umount", "--lazy", "/usr")


class Ufw(Unpacked):
    """One that is ufw."""

    name = "ufw"

    def start(self):
        super().start()
        # Of what it sets there, some is the machine's.
        Path("/etc/ufw/sysctl.conf").write_text("")
        run("ufw", "--force", "enable")
        # Which has more rules for IPv6 then.
        self.load()

    def load(self):
        run("ufw", "reload")

    def rules(self):
        return comparable(run("iptables-save") + run("ip6tables-save"))

    def stop(self):
        run("ufw", "disable")
        super().stop()


class Firewalld(Unpacked):
    """One that is firewalld."""

    name = "firewalld"

    def start(self):
        super().start()
        Path("/etc/firewalld/zones").mkdir(exist_ok=True)
        Path("/etc/firewalld/zones/public.xml").write_text(ZONE)
        Path("/run/dbus").mkdir(exist_ok=True)
        self.bus = subprocess.Popen(["dbus-daemon", "--system", "--nofork", "--nopidfile"])
        self.wait(lambda: Path("/run/dbus/system_bus_socket").exists())
        self.daemon = subprocess.Popen(["/usr/bin/python3", "/usr/sbin/firewalld", "--nofork", "--nopid"])
        self.wait(lambda: subprocess.run(["firewall-cmd", "--state"], capture_output=True, check=False).returncode == 0)

    def wait(self, condition):
        end = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < end
            time.sleep(0.2)

    def load(self):
        run("firewall-cmd", "--reload")

    def rules(self):
        zones = [run("firewall-cmd", *where, "--list-all-zones") for where in ([], ["--permanent"])]
        return comparable("".join([*zones, run("nft", "list", "ruleset")]))

    def stop(self):
        for process in (self.daemon, self.bus):
            process.terminate()
            process.wait()
        super().stop()
