# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: network managers, which configure every device that they find, and the file by which each is
told to leave some alone.
"""

import re
import typing as t

from . import _errors

HEAD = "# Written by Ansible, which overwrites changes."
_NAME = re.compile(r"[A-Za-z0-9_.@+=-]+\Z")
"""Names that are no pattern, and no list of patterns, to any of them."""

Text = t.Optional[str]


class Manager(t.NamedTuple):
    """One of them."""

    name: str
    programs: t.Tuple[str, ...]
    """The host has it where one of these files is."""
    path: str
    """Its file, with {0} for the name of the state."""
    lines: t.Callable[[t.Sequence[str]], t.List[str]]
    """Returns what the file says of devices, of which there is one at least."""
    device: str
    """A regular expression for a device in these lines."""
    shared: bool = False
    """Whether it has one file for all, so that the state gets a block in it."""

    def text(self, name: str, devices: t.Sequence[str], former: Text) -> Text:
        """Return what the file of a state is to hold; None: there is to be none. :arg former: what it holds."""
        lines = self.lines(devices) if devices else []
        if not self.shared:
            return _text([HEAD, *lines]) if lines else None
        if former is None:
            return None
        rest = re.sub(_block(name), "", former, flags=re.MULTILINE)
        # At the beginning, because a dhcpcd.conf goes on with what is about one interface each.
        return _text([_BEGIN.format(name), *lines, _END.format(name)]) + rest if lines else rest

    def devices(self, name: str, text: Text) -> t.List[str]:
        """Return the devices that the file of a state names."""
        ours = re.search(_block(name) if self.shared else r"(?s).*", text or "", re.MULTILINE)
        return re.findall(self.device, ours.group(), re.MULTILINE) if ours else []


_BEGIN, _END = "# BEGIN warren-{0}. " + HEAD[2:], "# END warren-{0}"


def _block(name: str) -> str:
    return "^{0}\n(?:.*\n)*?{1}\n".format(re.escape(_BEGIN.format(name)), re.escape(_END.format(name)))


def _text(lines: t.Iterable[str]) -> str:
    return "".join(line + "\n" for line in lines)


def _networkd(devices: t.Sequence[str]) -> t.List[str]:
    return ["[Match]"] + ["Name=" + device for device in devices] + ["", "[Link]", "Unmanaged=yes"]


def _network_manager(devices: t.Sequence[str]) -> t.List[str]:
    return ["[keyfile]", "unmanaged-devices+=" + ";".join("interface-name:" + device for device in devices)]


def _dhcpcd(devices: t.Sequence[str]) -> t.List[str]:
    return ["denyinterfaces " + device for device in devices]


NETWORKD_FILES = "/etc/systemd/network/05-warren-{0}."
"""What the paths of all files for systemd-networkd begin with."""

NETWORKD = Manager(
    "systemd-networkd",
    ("/lib/systemd/systemd-networkd", "/usr/lib/systemd/systemd-networkd"),
    NETWORKD_FILES + "network",
    _networkd,
    r"^Name=(.+)$",
)
NETWORK_MANAGER = Manager(
    "NetworkManager",
    ("/usr/sbin/NetworkManager", "/usr/bin/NetworkManager"),
    "/etc/NetworkManager/conf.d/99-warren-{0}.conf",
    _network_manager,
    r"interface-name:([^;\n]+)",
)
DHCPCD = Manager(
    "dhcpcd",
    ("/usr/sbin/dhcpcd", "/sbin/dhcpcd", "/usr/bin/dhcpcd"),
    "/etc/dhcpcd.conf",
    _dhcpcd,
    r"^denyinterfaces (.+)$",
    shared=True,
)
ALL = (NETWORKD, NETWORK_MANAGER, DHCPCD)


def check(devices: t.Iterable[str]) -> None:
    """Raise BadOption for the name of a device that can't be in such a file."""
    for device in devices:
        if not _NAME.match(device):
            problem = "{0!r} can't be named to network managers; choose a name of letters, digits and _ . @ + = -"
            raise _errors.BadOption("devices", problem.format(device))


def configured(name: str, paths: t.Iterable[str]) -> t.Set[str]:
    """Return the devices that files of a state tell systemd-networkd what to do with."""
    file = re.compile(re.escape(NETWORKD_FILES.format(name)) + r"(.+)\.network\Z")
    return {match.group(1) for match in map(file.match, paths) if match}
