# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that are virtual machines of QEMU."""

import tarfile

import pytest
from warrenlab import qemu
from warrenlab.addressing import HostAddress
from warrenlab.errors import LabError
from warrenlab.folder import Description, LabFolder

DESCRIPTION = Description("bookworm", 2, 300, "/images/bookworm.img", "trixie", "qemu")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_ACCEL", "tcg")
    return LabFolder(tmp_path / "with space, and comma")


def kernel_arguments(command):
    return command[command.index("-append") + 1].split()


def test_command_line_has_no_path_of_the_user(folder, tmp_path):
    command = qemu.command(folder, DESCRIPTION, HostAddress(1))
    assert not [word for word in command if str(tmp_path) in word]
    assert command[command.index("-m") + 1] == "300"
    assert command[command.index("-kernel") + 1] == f"{folder.runtime}/kernel/vmlinuz"
    assert "tap,id=cable,ifname=host2-port,script=no,downscript=no" in command


def test_the_disks_are_what_the_kernel_is_told(folder):
    command = qemu.command(folder, DESCRIPTION, HostAddress(1))
    files = [word for word in command if word.startswith("if=none")]
    assert [word.split(",")[2] for word in files] == [
        f"file={folder.runtime}/hosts/host2/disk.cow",
        f"file={folder.runtime}/kernel/modules.img",
        f"file={folder.runtime}/shares/host2.tar",
    ]
    assert [word for word in kernel_arguments(command) if "/dev/" in word] == [
        "root=/dev/nvme0n1",
        "lab.modules=/dev/nvme0n2",
        "lab.share=/dev/nvme0n3",
    ]


def test_an_emulated_processor_does_not_keep_the_time(folder, monkeypatch):
    emulated = kernel_arguments(qemu.command(folder, DESCRIPTION, HostAddress(0)))
    assert {"tsc=unstable", "clocksource=hpet"} < set(emulated)
    monkeypatch.setenv("LAB_ACCEL", "kvm")
    command = qemu.command(folder, DESCRIPTION, HostAddress(0))
    assert command[command.index("-accel") + 1] == "kvm"
    assert not {"tsc=unstable", "clocksource=hpet"} & set(kernel_arguments(command))


def test_more_kernel_arguments_come_last(folder, monkeypatch):
    monkeypatch.setenv("LAB_KERNEL_ARGS", "root=/dev/none debug")
    command = qemu.command(folder, DESCRIPTION, HostAddress(0))
    assert kernel_arguments(command)[-2:] == ["root=/dev/none", "debug"]


@pytest.mark.parametrize(
    ("flags", "device", "taken"),
    [
        ("flags\t\t: fpu vmx sse\n", True, "kvm"),
        ("flags\t\t: fpu svm\n", True, "kvm"),
        ("flags\t\t: fpu svm\n", False, "tcg"),
        ("flags\t\t: fpu hypervisor\nbugs\t\t: vmx\n", True, "tcg"),
    ],
)
def test_kvm_is_taken_where_processor_and_kernel_have_it(flags, device, taken, tmp_path, monkeypatch):
    monkeypatch.delenv("LAB_ACCEL", raising=False)
    cpuinfo, kvm = tmp_path / "cpuinfo", tmp_path / "kvm"
    cpuinfo.write_text(flags)
    if device:
        kvm.touch()
    monkeypatch.setattr(qemu, "_CPUINFO", cpuinfo)
    monkeypatch.setattr(qemu, "_KVM", str(kvm))
    assert qemu.accelerator() == taken


def test_an_unknown_accelerator_is_refused(monkeypatch):
    monkeypatch.setenv("LAB_ACCEL", "hax")
    with pytest.raises(LabError, match="LAB_ACCEL is hax: it can be tcg or kvm"):
        qemu.accelerator()


def test_hosts_run_the_kernel_of_their_own_release_unless_told_otherwise(monkeypatch):
    monkeypatch.setattr(qemu, "require", lambda *_: None)
    monkeypatch.setattr(qemu, "_TUN", "/dev/null")
    monkeypatch.setenv("LAB_ACCEL", "tcg")
    assert qemu.choose("bullseye", "") == "bullseye"
    assert qemu.choose("bullseye", "sid") == "sid"


def test_missing_programs_name_package_and_remedy(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(LabError, match=r"qemu-system-x86 qemu-utils .*make setup"):
        qemu.choose("bookworm", "")


def test_without_taps_there_is_a_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(qemu, "require", lambda *_: None)
    monkeypatch.setattr(qemu, "_TUN", str(tmp_path / "tun"))
    with pytest.raises(LabError, match="modprobe tun"):
        qemu.choose("bookworm", "")
    (tmp_path / "tun").touch()
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(LabError, match=r"chmod 666 .*--machine uml"):
        qemu.choose("bookworm", "")


def test_a_host_finds_its_share_in_an_archive(folder):
    host = HostAddress(0)
    (folder.hosts / host.name).mkdir(parents=True)
    folder.disk(host.name).touch()
    folder.create_runtime()
    try:
        (folder.shares / host.name).mkdir()
        (folder.shares / host.name / "hostname").write_text("host1\n")
        qemu.prepare(folder, host)
        with tarfile.open(folder.shares / "host1.tar") as archive:
            assert archive.extractfile("./hostname").read() == b"host1\n"
        assert folder.disk(host.name).stat().st_size == 0  # what the host has changed stays
    finally:
        folder.remove_runtime()
