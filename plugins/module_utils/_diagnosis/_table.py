# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: all that a diagnosis of a host may find, with the sentence that tells it and the one that mends it.

The guide to troubleshooting has the same table. Pure.
"""

import typing as t

STOPS, HARMS, NOTE = "stops", "harms", "note"
LEVELS = {
    STOPS: "tunnels can't be made, or carry nothing",
    HARMS: "they carry a part only, or stop after a reload or a reboot",
    NOTE: "the playbook site mends it, or it is only good to know",
}


_FEW = 3
"""So many names are told."""


class Entry(t.NamedTuple):
    """What may be found."""

    id: str
    level: str
    sentence: str
    """With names in braces for what differs from host to host."""
    remedy: str


TABLE = (
    Entry(
        "rights",
        STOPS,
        "The task lacks {capabilities}",
        "Say become: true; in a container, let it be made with these capabilities (--cap-add)",
    ),
    Entry(
        "driver",
        STOPS,
        "This kernel has no driver {driver}, which {modes} needs, and no such module is installed",
        "After an update of the kernel, reboot; else install the package with the other modules of this kernel, such as "
        "kernel-modules-extra or linux-modules-extra",
    ),
    Entry(
        "driver_barred",
        STOPS,
        "modprobe is told not to load {driver}, which {modes} needs: {line}",
        "Remove that line from the files in /etc/modprobe.d",
    ),
    Entry(
        "modules_disabled",
        STOPS,
        "{driver}, which {modes} needs, is not loaded, and this kernel takes no modules until it boots again "
        "(kernel.modules_disabled)",
        "Name {driver} in a file of /etc/modules-load.d, and reboot",
    ),
    Entry(
        "tun_device",
        STOPS,
        "{devices} can't be made: {reason}",
        "The role warren.tunnels.tun_module tells the cases apart",
    ),
    Entry(
        "pyroute2_unfit",
        STOPS,
        "pyroute2 is of no use here: {reason}",
        "Python 3.6 to 3.8 want a version older than 0.9, and all want 0.7.2 or newer; a virtual environment that "
        "ansible_python_interpreter names may have another one than the host",
    ),
    Entry(
        "stranger",
        STOPS,
        "{device} is there already, {what}, and is declared as {kind}",
        "Choose another name, or remove that link",
    ),
    Entry(
        "claimed",
        STOPS,
        "A declared device is a network manager's, and site would refuse it: {reason}",
        "Remove what claims it, or choose other names",
    ),
    Entry(
        "unrouted",
        STOPS,
        "There is no route to {far}",
        "Mend the routes of the host, or set tunnels_underlay_address of the other host to an address that is reached",
    ),
    Entry(
        "nat",
        STOPS,
        "{local}, which tunnels to {peers} are declared from, is no address of this host, so that NAT seems to be on the way",
        "Set tunnels_underlay_address to an address that the host itself has and the other ends reach, such as one of a "
        "private network; where NAT is between the ends, take warren.tunnels.socat_tunnel",
    ),
    Entry(
        "rp_filter",
        STOPS,
        "{device} drops what comes from {far} to {local}, because the way back leads by {way} and rp_filter is strict",
        "Set net.ipv4.conf.{device}.rp_filter to 2, or route {remote} by {device}",
    ),
    Entry(
        "firewall_refuses",
        STOPS,
        "The firewall can't be opened: {reason}",
        "Let the program that owns the table let in the tunnels, and set tunnels_open_firewall to false",
    ),
    Entry(
        "firewall",
        HARMS,
        "{firewall} filters what comes in, and has no rule of this collection for {rules}",
        "Set tunnels_open_firewall to true, unless rules of your own let these in",
    ),
    Entry(
        "mtu",
        HARMS,
        "Outer packets to {far} have up to {packet} bytes, and the way there takes {path_mtu}",
        "Set tunnels_underlay_mtu of both hosts to {path_mtu}, or lower the mtu of the tunnels between them by {excess}",
    ),
    Entry(
        "pmtu",
        HARMS,
        "Packets above {path_mtu} bytes to {far} vanish, and nobody says that they are too big, though {device} takes "
        "{device_mtu}",
        "Let ICMP type 3 (IPv6: type 2) pass on the way and in this host's firewall, or set the mtu of {device} to {path_mtu}",
    ),
    Entry(
        "docker",
        HARMS,
        "Docker drops what this host forwards of {version} ({chain}), and tunnels lead to networks behind it",
        "Set tunnels_open_firewall to true, or accept it where Docker asks first: {program} -I DOCKER-USER -i {device} -j ACCEPT, and "
        "the same with -o, for each device",
    ),
    Entry(
        "forward",
        HARMS,
        "{chain} drops what this host forwards of {version}, and tunnels lead to networks behind it",
        "Set tunnels_open_firewall to true, or accept there what comes by {device} and what leaves by it, for each device",
    ),
    Entry(
        "sysctls",
        HARMS,
        "/proc/sys can only be read here, and {keys} is not as declared",
        "Set it on the container's host, or where the container is made (--sysctl)",
    ),
    Entry(
        "container",
        HARMS,
        "This is a container, and its kernel has not loaded {driver}, which {modes} needs",
        "Load it on the container's host: modprobe {driver}",
    ),
    Entry("managed", HARMS, "{manager} configures {device}, {reason}", "Do that, and run the playbook prepare again"),
    Entry(
        "flush",
        HARMS,
        "{file} says flush ruleset, so that a reload of nftables takes away {tables}, of which it says nothing",
        "Have the file flush its own tables only (destroy table inet filter), or reload their owners after nftables",
    ),
    Entry(
        "clock",
        HARMS,
        "The clock is {seconds} s {direction} the controller's, so that certificates may not be valid",
        "Have it set by NTP, such as by chrony or systemd-timesyncd",
    ),
    Entry(
        "silent",
        NOTE,
        "{far} does not answer when it is asked from here without a tunnel{said}, so that the MTU of the way is not known",
        "See whether the host is up and whether a firewall drops ICMP",
    ),
    Entry(
        "unmanaged",
        NOTE,
        "{manager} runs, and no file of this collection keeps it off {devices}",
        "The playbook prepare writes one; for devices of single modules, use warren.tunnels.boot_files",
    ),
    Entry(
        "taken_over",
        NOTE,
        "{device} is there already, and this collection did not make it",
        "The playbook site changes it to what is declared; choose another name if others need it as it is",
    ),
    Entry(
        "pyroute2",
        NOTE,
        "pyroute2 is missing, without which the other ends are not pinged: {reason}",
        "The playbook prepare installs it, unless tunnels_install_pyroute2 is false",
    ),
)
"""In order of weight."""

ENTRIES = {entry.id: entry for entry in TABLE}
WEIGHTS = {entry.id: weight for weight, entry in enumerate(TABLE, start=1)}


class Finding(t.NamedTuple):
    """One of them on a host."""

    id: str
    values: t.Mapping[str, t.Any]

    def told(self) -> t.Dict[str, t.Any]:
        """Return it as modules return it."""
        entry = ENTRIES[self.id]
        return {
            "id": self.id,
            "weight": WEIGHTS[self.id],
            "level": entry.level,
            "msg": sentence(entry.sentence.format(**self.values)),
            "remedy": sentence(entry.remedy.format(**self.values)),
            "about": dict(self.values),
        }


def sentence(text: str) -> str:
    """Return it with one full stop."""
    return text.rstrip(". ") + "."


def some(names: t.Iterable[str]) -> str:
    """Return a few names, and how many more there are."""
    told = sorted(set(names))
    more = [] if len(told) <= _FEW else ["{0} more".format(len(told) - _FEW)]
    told = told[:_FEW] + more
    return " and ".join(filter(None, [", ".join(told[:-1]), told[-1]]))
