# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what a host wrote to its console."""

from warrenlab import console


def test_only_the_last_start_counts(tmp_path):
    path = tmp_path / "console.log"
    with open(path, "wb") as file:
        console.mark_start(file)
        file.write(b"first\nreboot: Restarting system\n")
        console.mark_start(file)
        file.write(b"\x1b[0;32msecond\x1b[0m\r\n")
    assert console.since_start(path) == "second\n"


def test_no_console_yet(tmp_path):
    assert console.since_start(tmp_path / "console.log") == ""


def test_tail_is_short():
    assert console.tail("\n".join(str(number) for number in range(30)), 3) == "27\n28\n29"


def test_tail_ends_with_the_panic():
    assert console.tail("mounting\nKernel panic - no root\ntrace\ntrace\n") == "mounting\nKernel panic - no root"


def test_last_words():
    assert console.says_restart("reboot: Restarting system")
    assert console.says_power_off("reboot: System halted")
    assert not console.says_power_off("Kernel panic")
