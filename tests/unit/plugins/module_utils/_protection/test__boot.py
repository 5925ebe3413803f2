# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from ansible_collections.warren.tunnels.plugins.module_utils._protection import _boot


def test_the_table_is_there_before_the_network_and_after_nftables():
    files = _boot.files("lab", "the table\n", "/usr/sbin/nft")
    assert list(files) == _boot.paths("lab")
    assert files["/etc/warren-lab.protection.nft"].content == b"the table\n"
    lines = files["/etc/systemd/system/warren-lab.protection.service"].content.decode().splitlines()
    words = {word for line in lines if line.startswith("After=") for word in line[6:].split()}
    assert "nftables.service" in words
    assert {"Before=network-pre.target shutdown.target", "PartOf=nftables.service", "Type=oneshot"} <= set(lines)
    assert lines.count("ExecStart=/usr/sbin/nft -f /etc/warren-lab.protection.nft") == 1
    targets = {path.split("/")[4]: entry.target for path, entry in files.items() if entry.target}
    unit = "/etc/systemd/system/warren-lab.protection.service"
    assert targets == {"nftables.service.wants": unit, "sysinit.target.wants": unit}


def test_without_a_table_there_are_no_files():
    assert _boot.files("lab", "", "/usr/sbin/nft") == {}
