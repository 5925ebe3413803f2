# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _managers

HEAD = "# Written by Ansible, which overwrites changes.\n"
NAMES = ["tap0", "tun0"]
THEIRS = "option host_name\ninterface eth0\nstatic routers=192.0.2.1\n"


@pytest.mark.parametrize(
    ("manager", "text"),
    [
        (_managers.NETWORKD, HEAD + "[Match]\nName=tap0\nName=tun0\n\n[Link]\nUnmanaged=yes\n"),
        (
            _managers.NETWORK_MANAGER,
            HEAD + "[keyfile]\nunmanaged-devices+=interface-name:tap0;interface-name:tun0\n",
        ),
    ],
)
def test_a_file_of_our_own(manager, text):
    assert manager.text("lab", NAMES, None) == manager.text("lab", NAMES, "whatever") == text
    assert manager.devices("lab", text) == NAMES
    assert manager.text("lab", [], text) is None
    assert manager.devices("lab", None) == []


def test_a_block_in_a_file_that_others_have_too():
    text = _managers.DHCPCD.text("lab", NAMES, THEIRS)
    assert text == (
        "# BEGIN warren-lab. Written by Ansible, which overwrites changes.\n"
        "denyinterfaces tap0\ndenyinterfaces tun0\n# END warren-lab\n" + THEIRS
    )
    assert _managers.DHCPCD.devices("lab", text) == NAMES
    assert _managers.DHCPCD.text("lab", ["tap1"], text) == text.replace("tap0", "tap1").replace(
        "denyinterfaces tun0\n", ""
    )
    assert _managers.DHCPCD.text("lab", [], text) == THEIRS
    assert _managers.DHCPCD.text("lab", NAMES, None) is None


def test_blocks_of_several_states_and_lines_of_others_stay_apart():
    theirs = "denyinterfaces eth9\n" + THEIRS
    both = _managers.DHCPCD.text("other", ["tap9"], _managers.DHCPCD.text("lab", NAMES, theirs))
    assert _managers.DHCPCD.devices("lab", both) == NAMES
    assert _managers.DHCPCD.devices("other", both) == ["tap9"]
    assert _managers.DHCPCD.devices("third", both) == []
    assert _managers.DHCPCD.text("other", [], _managers.DHCPCD.text("lab", [], both)) == theirs


def test_devices_that_have_files_of_their_own():
    begin = "/etc/systemd/network/05-warren-lab."
    paths = [
        begin + "tap0.network",
        begin + "a.b.network",
        begin + "tun0.netdev",
        begin + "network",
        "/etc/warren-lab/x",
    ]
    assert _managers.configured("lab", paths) == {"tap0", "a.b"}


@pytest.mark.parametrize("device", ["a*", "a b", "!a", "a;b", "a,b", "a?", "[a]", ""])
def test_a_name_that_would_be_a_pattern_is_refused(device):
    with pytest.raises(_errors.BadOption, match=r"^devices: .* can't be named to network managers; choose a name of "):
        _managers.check(["tap0", device])
