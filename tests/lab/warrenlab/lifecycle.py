# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing a lab up and taking it down."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import select
import shutil
import signal
import subprocess
import sys
import time

from . import access, client, image, machine
from .addressing import GATEWAY, HostAddress, host_addresses, hosts_file
from .errors import LabError, NotRunning
from .folder import Description, LabFolder
from .host import CRASHED, OFF
from .requirements import require

# The machine's kernel makes no namespace while it takes down another, which takes long where that has many links.
_START_TIMEOUT = 90.0
_STOP_TIMEOUT = 10.0

# $0 is the runtime folder, "$@" the lab. Shared ssh connections that outlive the lab would keep its
# network, and stall the next lab.
_KEEPER = """
"$@"
for socket in "$0"/ssh/*; do ssh -O exit -o ControlPath="$socket" lab 2>/dev/null; done
rm -rf -- "$0"
"""


def up(
    folder: LabFolder,
    suite: str,
    hosts: int,
    memory: int | None = None,
    timeout: float | None = None,
    release: str = "",
    machine_name: str = "uml",
) -> None:
    """Have a lab of `hosts` hosts up; `memory` is in MB a host, `timeout` in seconds, None for what is usual.

    `release` is the Debian release that the hosts' kernel is from, empty for what the machine chooses; `machine_name` is
    one of machine.NAMES.

    A lab that is up already stays, and hosts of it that are off are started. Raises LabError when a
    host does not come up (and takes the lab down), or when another lab is up in the folder.
    """
    require("ip", "ssh", "ssh-keygen", "unshare")
    kind = machine.named(machine_name)
    if release:
        machine.require_kernel(machine_name, release)
    description = Description(suite, hosts, memory or kind.MEMORY, "", kind.choose(suite, release), machine_name)
    timeout = timeout or kind.BOOT_TIMEOUT
    host_addresses(hosts)
    _require_own_folder(folder)
    folder.path.mkdir(parents=True, exist_ok=True)
    lock = folder.try_lock()
    if lock is None:
        _keep_up(folder, description, memory, timeout)
        return
    try:
        _remove_remains(folder)
        description = dataclasses.replace(description, image=str(image.ensure(suite)))
        _bring_up(folder, description, lock, timeout)
    except BaseException:
        folder.remove()
        raise
    finally:
        os.close(lock)


def down(folder: LabFolder) -> bool:
    """Remove the lab and all its files; tell whether there was one."""
    if not folder.lock.exists() and not folder.is_lab():
        return False
    lock = folder.try_lock()
    if lock is None:
        _stop(folder)
        lock = folder.try_lock(_STOP_TIMEOUT)
    if lock is None:
        raise _busy(folder)
    try:
        _remove_remains(folder)
        folder.remove()
    finally:
        os.close(lock)
    return True


def _busy(folder: LabFolder) -> LabError:
    return LabError(f"another command is bringing the lab in {folder.path} up or down: wait for it")


def _require_own_folder(folder: LabFolder) -> None:
    """Raise LabError when the folder holds something else, which 'lab down' might then remove."""
    if not folder.path.exists():
        return
    if not folder.path.is_dir():
        raise LabError(f"{folder.path} is not a folder")
    if folder.path.stat().st_uid != os.geteuid():
        raise LabError(f"{folder.path} belongs to another user: name a folder of your own")
    others = [entry.name for entry in folder.path.iterdir() if entry != folder.lock]
    if others and not folder.is_lab():
        raise LabError(f"{folder.path} is in use for something else: name a new or empty folder")


def _keep_up(folder: LabFolder, wanted: Description, memory: int | None, timeout: float) -> None:
    """Answer `up` for a folder whose lab is alive; `memory` is what the user asked for."""
    try:
        reports = client.ask(folder, "status")
    except NotRunning:
        raise _busy(folder) from None
    there = folder.load()
    if dataclasses.replace(wanted, image=there.image, memory=memory or there.memory) != there:
        raise LabError(f"another lab is up in {folder.path}: {there}; 'lab down {folder.path}' removes it")
    idle = [name for name, report in reports.items() if report["state"] in (OFF, CRASHED)]
    if idle:
        print(f"Starting {', '.join(idle)}", flush=True)
        client.ask(folder, "on", idle)
    client.wait_until_up(folder, [], timeout)
    print(f"Already up: {there.hosts} {there.suite} hosts in {folder.path}")


def _bring_up(folder: LabFolder, description: Description, lock: int, timeout: float) -> None:
    addresses = description.addresses()
    folder.create_runtime()
    folder.image.symlink_to(description.image)
    kind = machine.named(description.machine)
    kind.provide(description.kernel, folder)
    print(f"Starting {description}: usually under {kind.USUAL_SECONDS} s", flush=True)
    started = time.monotonic()
    folder.save(description)
    access.write(folder, addresses, kind.SSH_TIMEOUT)
    _write_shares(folder, addresses)
    with _supervisor(folder, lock) as process:
        _wait_for_supervisor(folder, process)
        client.wait_until_up(folder, [], timeout)
    print(f"{len(addresses)} hosts up after {time.monotonic() - started:.1f} s")
    for address in addresses:
        print(f"  {address.name}  {address.ip}")
    print(f"Inventory: {folder.inventory}")


def _write_shares(folder: LabFolder, addresses: tuple[HostAddress, ...]) -> None:
    """Put down what each host reads at boot: see lab-init in the image."""
    for address in addresses:
        share = folder.shares / address.name
        share.mkdir()
        (share / "hostname").write_text(address.name + "\n")
        (share / "hosts").write_text(hosts_file(addresses))
        (share / "network").write_text(f"{address.cidr} {GATEWAY}\n")
        shutil.copy(folder.public_key(), share / "authorized_keys")


@contextlib.contextmanager
def _supervisor(folder: LabFolder, lock: int):
    """Start the supervisor; leave it running if the block succeeds, else end it.

    It is told through a pipe: should this process die within the block, the pipe closes, and the
    supervisor ends as well.
    """
    reader, writer = os.pipe()
    process = _spawn(folder, lock, reader)
    os.close(reader)
    try:
        yield process
        os.write(writer, b"+")
    except BaseException:
        os.close(writer)
        try:
            process.wait(_STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        print("The lab has been taken down", file=sys.stderr)
        raise
    os.close(writer)


def _spawn(folder: LabFolder, lock: int, starter: int) -> subprocess.Popen:
    """Run the supervisor in namespaces of its own.

    A shell stands over it to tidy up, however the lab ends. It inherits the lock, so the lock is free
    only when that is done.
    """
    namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        namespaces += ["--user", "--map-root-user"]
    supervisor = [sys.executable, str(access.PROGRAM), "supervise", str(folder.path), str(starter), str(lock)]
    with open(folder.log, "wb") as log:
        return subprocess.Popen(
            ["sh", "-c", _KEEPER, str(folder.runtime), "unshare", *namespaces, *supervisor],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(starter, lock),
            start_new_session=True,
            cwd="/",
        )


def _wait_for_supervisor(folder: LabFolder, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            client.ask(folder, "status")
            return
        except NotRunning:
            time.sleep(0.02)
    words = folder.log.read_text(errors="replace").strip() or "it did not answer"
    raise LabError(f"the lab's supervisor did not start:\n{words[-2000:]}")


def _stop(folder: LabFolder) -> None:
    """End a running lab, by force when it does not listen."""
    try:
        process = os.pidfd_open(client.supervisor_pid(folder))
    except (NotRunning, ProcessLookupError):
        return
    with contextlib.suppress(LabError):
        client.ask(folder, "quit")
    ended = select.select([process], [], [], _STOP_TIMEOUT)[0]
    if not ended:
        signal.pidfd_send_signal(process, signal.SIGKILL)
    os.close(process)


def _remove_remains(folder: LabFolder) -> None:
    """Clean up after a lab that died without 'lab down'."""
    _close_ssh_masters(folder)
    folder.remove_runtime()
    shutil.rmtree(folder.hosts, ignore_errors=True)


def _close_ssh_masters(folder: LabFolder) -> None:
    """Do the keeper's work where the keeper was killed too."""
    if not folder.control_paths.is_dir():
        return
    for path in folder.control_paths.iterdir():
        subprocess.run(
            ["ssh", "-O", "exit", "-o", f"ControlPath={path}", "lab"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_STOP_TIMEOUT,
            check=False,
        )
