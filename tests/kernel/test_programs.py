# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The programs of tutorials on devices that docs/from-commands.md makes for an ordinary user, run by that user."""

import contextlib
import json
import os
import pty
import pwd
import re
import select
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
import traceback
from pathlib import Path

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.modules import tuntap
from ansible_collections.warren.tunnels.tests.integration.targets.from_commands.filter_plugins import rows_of
from ansible_collections.warren.tunnels.tests.kernel._hosts import libc, new_host

ROOT = Path(__file__).parents[2]
SOURCES = Path(__file__).parent / "programs"
BUILT = ROOT.parents[2] / "programs"
"""Where scripts/programs has put pytun."""
PLACE = Path("/run/programs")
"""Which an ordinary user may enter, as clones and folders of tests need not be."""
DEVICES = Path("/dev/net")
OWNER, OTHER = "nobody", "daemon"
CAP_NET_ADMIN = 12
PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 8, 47, 2
CAPABILITY_VERSION = 0x20080522
PAYLOAD = b"a datagram that the kernel routes into the device"
SIZE = 20 + 8 + len(PAYLOAD)
"""With the headers of IPv4 and UDP."""
PATIENCE = 60


def in_c():
    if not shutil.which("cc"):
        pytest.skip("there is no C compiler")
    program = str(PLACE / "read_tun")
    subprocess.run(["cc", "-Wall", "-Werror", "-o", program, str(SOURCES / "read_tun.c")], check=True)
    return lambda name: os.execv(program, [program, name])


def in_python():
    sys.path.insert(0, str(BUILT))
    try:
        pytest.importorskip("pytun", reason="scripts/programs has not built pytun")
    finally:
        sys.path.remove(str(BUILT))
    code = compile((SOURCES / "read_tun.py").read_text(), "read_tun.py", "exec")

    def start(name):
        sys.argv = ["read_tun.py", name]
        exec(code, {"__name__": "__main__"})

    return start


def by_socat():
    if not (shutil.which("socat") and shutil.which("hexdump")):
        pytest.skip("there is no socat, or no hexdump")
    return lambda name: os.execvp("socat", ["socat", "-u", "TUN:10.10.0.1/24,up,tun-name=" + name, "EXEC:hexdump -C"])


def bytes_of(dump):
    """Return what hexdump -C shows, but for the line that is not whole yet."""
    lines = re.findall(r"^[0-9a-f]{8}  ((?:[0-9a-f]{2} {1,2}){16})", dump, re.MULTILINE)
    return bytes.fromhex("".join(lines))


PROGRAMS = {
    "./read_tun tun6": (in_c, (), lambda said: "Read {0} bytes from device tun6".format(SIZE) in said),
    "python3 read_tun.py tun8": (in_python, (), lambda said: PAYLOAD.hex() in said),
    "socat -u TUN:10.10.0.1/24,up,tun-name=tun10 EXEC:'hexdump -C'": (
        by_socat,
        (CAP_NET_ADMIN,),
        lambda said: PAYLOAD[:32] in bytes_of(said),
    ),
}
"""By what the page says is done by hand: what makes it ready, which rights its user needs beside, and what judges its words."""


@pytest.fixture
def anybody():
    """A driver that anybody may open, which is what udev makes of it, and a folder for programs."""
    new_host()
    PLACE.mkdir(mode=0o755, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "dev", "warren", str(DEVICES)], check=True)
    try:
        os.mknod(DEVICES / "tun", stat.S_IFCHR | 0o666, os.makedev(10, 200))
        os.chmod(DEVICES / "tun", 0o666)
        yield
    except PermissionError:
        pytest.skip("who runs this may make no devices")
    finally:
        subprocess.run(["umount", str(DEVICES)], check=True)


@pytest.fixture(params=PROGRAMS)
def program(request, anybody, capsys):
    """Make the device by the page's row of a program; return its options, what starts the program, rights, and the judge."""
    build, rights, judge = PROGRAMS[request.param]
    start = build()
    rows = rows_of.rows_of((ROOT / "docs/from-commands.md").read_text(), "192.0.2.1", "192.0.2.2")
    (options,) = (row["task"]["warren.tunnels.tuntap"] for row in rows if row["by_hand"] == request.param)
    assert options["owner"] == OWNER
    for changed in (True, False):
        with patch_module_args(options), pytest.raises(SystemExit):
            tuntap.main()
        assert json.loads(capsys.readouterr().out)["changed"] is changed
    return options, start, rights, judge


def become(user, rights):
    """Be a user, with these capabilities and no others."""
    account = pwd.getpwnam(user)
    mask = sum(1 << right for right in rights)
    header, sets = struct.pack("=Ii", CAPABILITY_VERSION, 0), struct.pack("=6I", mask, mask, mask, 0, 0, 0)
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    assert libc.capset(header, sets) == 0
    for right in rights:
        assert libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, right, 0, 0) == 0


@contextlib.contextmanager
def at_a_terminal(user, start, name, rights=()):
    """Yield the terminal at which a user runs a program."""
    pid, terminal = pty.fork()
    if not pid:
        try:
            sys.stdout = sys.stderr = os.fdopen(1, "w", buffering=1)
            become(user, rights)
            start(name)
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    try:
        yield terminal
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def heard(terminal, judge):
    """Return what was said until it is enough, or the program ends, or time is up."""
    said, end = "", time.monotonic() + PATIENCE
    while not judge(said) and select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
        try:
            said += os.read(terminal, 65536).decode().replace("\r\n", "\n")
        except OSError:
            break
    return said


def is_read(name):
    """Return whether a program has the device, which is when a TUN has a carrier."""
    links = json.loads(subprocess.run(["ip", "-j", "link", "show", name], check=True, capture_output=True).stdout)
    return "LOWER_UP" in links[0]["flags"]


def test_a_program_of_the_owner_reads_what_the_kernel_sends(program):
    options, start, rights, judge = program
    name, address = options["name"], options["addresses"].partition("/")[0]
    assert not is_read(name)
    with at_a_terminal(OWNER, start, name, rights) as terminal:
        end = time.monotonic() + PATIENCE
        while not is_read(name) and time.monotonic() < end:
            time.sleep(0.1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(PAYLOAD, (address[:-1] + "2", 7))
        said = heard(terminal, judge)
        assert judge(said), said
    assert not is_read(name)


def test_a_program_of_somebody_else_is_refused(program):
    options, start, _rights, _judge = program
    with at_a_terminal(OTHER, start, options["name"]) as terminal:
        said = heard(terminal, lambda _said: False)
    assert "Operation not permitted" in said
    assert not is_read(options["name"])


def test_socat_needs_more_than_the_device(anybody):
    """It sets the flags of the device even where they are so, which no owner may."""
    start = by_socat()
    subprocess.run(["ip", "tuntap", "add", "tun10", "mode", "tun", "user", OWNER], check=True)
    with at_a_terminal(OWNER, start, "tun10") as terminal:
        said = heard(terminal, lambda _said: False)
    assert re.search(r"SIOCSIF.*Operation not permitted", said), said
