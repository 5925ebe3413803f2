# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the lab: arguments in, calls out."""

from __future__ import annotations

import argparse
import os
import sys

from . import client, image, install, lifecycle, machine, namespace
from .errors import LabError, NotRunning
from .folder import LabFolder
from .host import UP
from .recipe import SUITES
from .requirements import extend_path
from .supervisor import POWER_COMMANDS, Supervisor

# The releases whose kernel some machine can be given.
_KERNELS = tuple(dict.fromkeys(release for name in machine.NAMES for release in machine.named(name).KERNELS))


def main(arguments: list[str] | None = None) -> int:
    """Run one command; give the exit status."""
    options = parser().parse_args(arguments)
    extend_path()
    try:
        return options.run(options) or 0
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("lab: interrupted", file=sys.stderr)
    return 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="lab", description="Real Linux hosts on one machine.")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run, about: str, folder: bool = True) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=about)
        added.set_defaults(run=run)
        if folder:
            added.add_argument("folder", metavar="DIR", type=LabFolder, help="the folder of the lab")
        return added

    image_ = command("image", _image, "build or find the image of a Debian suite, print its path", folder=False)
    image_.add_argument("suite", metavar="SUITE", choices=SUITES, help=", ".join(SUITES))

    kernel = command("kernel", _kernel, "fetch or find the kernel of a Debian release, print its folder", folder=False)
    kernel.add_argument("release", metavar="RELEASE", choices=_KERNELS, help=", ".join(_KERNELS))
    _add_machine(kernel)

    up = command("up", _up, "bring a lab up; one that is up already stays")
    up.add_argument("--hosts", type=int, default=2, metavar="N", help="number of hosts (%(default)s)")
    up.add_argument("--suite", choices=SUITES, default="bookworm", help="Debian suite (%(default)s)")
    _add_machine(up)
    up.add_argument(
        "--kernel",
        choices=("", *_KERNELS),
        default=os.environ.get("LAB_KERNEL", ""),
        metavar="SUITE",
        help="take the kernel of another Debian release (LAB_KERNEL is the default)",
    )
    up.add_argument("--memory", type=int, metavar="MB", help=f"of each host ({_each('MEMORY')})")
    _add_timeout(up)

    command("down", _down, "take a lab down and remove its files")
    command("status", _status, "show the hosts and their states")

    ssh = command("ssh", _ssh, "log in to a host, or run a command there")
    ssh.add_argument("host", metavar="HOST")
    ssh.add_argument("command", metavar="CMD", nargs=argparse.REMAINDER)

    packages = command("install", _install, "install Debian packages on a host, which the machine fetches for it")
    packages.add_argument("host", metavar="HOST")
    packages.add_argument("packages", metavar="PACKAGE", nargs="+")

    power = command("power", _power, "off: shut down; on: start; kill: cut; reset: cut and start; wipe: fresh disk")
    power.add_argument("action", choices=POWER_COMMANDS)
    power.add_argument("hosts", metavar="HOST", nargs="+")

    wait = command("wait", _wait, "wait until SSH answers")
    wait.add_argument("hosts", metavar="HOST", nargs="*", help="all hosts when none is named")
    _add_timeout(wait)

    ns = command("ns", _ns, "run a command in the network namespace of the lab")
    ns.add_argument("command", metavar="-- CMD", nargs=argparse.REMAINDER)

    proxy = command("proxy", _proxy, "connect to a host and hand the connection over: a ProxyCommand for ssh")
    proxy.add_argument("host", metavar="HOST", help="address")
    proxy.add_argument("port", metavar="PORT", type=int)

    supervise = commands.add_parser("supervise")  # not for users, so without help
    supervise.set_defaults(run=_supervise)
    supervise.add_argument("folder", type=LabFolder)
    supervise.add_argument("starter", type=int)
    supervise.add_argument("lock", type=int)
    return top


def _add_timeout(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--timeout", type=float, metavar="S", help=f"seconds for hosts to boot ({_each('BOOT_TIMEOUT')})"
    )


def _add_machine(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--machine",
        choices=machine.NAMES,
        default=os.environ.get("LAB_MACHINE") or "uml",
        help=f"{_each('ABOUT')} (LAB_MACHINE is the default, else uml)",
    )


def _each(fact: str) -> str:
    """Say a fact of each machine, for the help."""
    return ", ".join(f"{name}: {getattr(machine.named(name), fact)}" for name in machine.NAMES)


def _image(options) -> None:
    print(image.ensure(options.suite))


def _kernel(options) -> None:
    machine.require_kernel(options.machine, options.release)
    print(machine.named(options.machine).fetch(options.release))


def _up(options) -> None:
    lifecycle.up(
        options.folder,
        options.suite,
        options.hosts,
        options.memory,
        options.timeout,
        options.kernel,
        options.machine,
    )


def _down(options) -> None:
    print("Down" if lifecycle.down(options.folder) else f"No lab in {options.folder.path}: nothing to do")


def _status(options) -> int:
    try:
        reports = client.ask(options.folder, "status")
    except NotRunning as nothing:
        print(nothing)
        return 1
    print(options.folder.load())
    for name, report in reports.items():
        booted = f"  (booted in {report['boot_seconds']} s)" if report["state"] == UP else ""
        print(f"{name:8} {report['address']:15} {report['state']}{booted}")
    return 0


def _ssh(options) -> None:
    client.require_host(options.folder, options.host)
    os.execvp("ssh", ["ssh", "-F", str(options.folder.ssh_config), options.host, *_bare(options.command)])


def _install(options) -> None:
    client.require_host(options.folder, options.host)
    install.install(options.folder, options.host, options.packages)


def _power(options) -> None:
    client.ask(options.folder, options.action, options.hosts)
    if options.action == "off":
        client.wait_until_off(options.folder, options.hosts, _machine(options.folder).POWER_OFF_TIMEOUT)


def _wait(options) -> None:
    timeout = options.timeout or _machine(options.folder).BOOT_TIMEOUT
    client.wait_until_up(options.folder, options.hosts, timeout)


def _ns(options) -> None:
    command = _bare(options.command)
    if not command:
        raise LabError("no command: lab ns DIR -- CMD...")
    namespace.enter(options.folder)
    try:
        os.execvp(command[0], command)
    except FileNotFoundError:
        raise LabError(f"{command[0]} not found") from None


def _proxy(options) -> None:
    namespace.hand_over_connection(options.folder, options.host, options.port)


def _supervise(options) -> None:
    for inherited in (options.starter, options.lock):
        os.set_inheritable(inherited, False)
    Supervisor(options.folder, options.starter).run()


def _machine(folder: LabFolder) -> machine.Machine:
    return machine.named(folder.load().machine)


def _bare(command: list[str]) -> list[str]:
    """Leave out the -- that separates a command from the options."""
    return command[1:] if command[:1] == ["--"] else command
