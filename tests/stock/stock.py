# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove tunnels inside UDP on hosts with stock kernels, and write to docs/udp.md what came of it.

Arguments are Debian releases, bookworm without any, and parts, both without any: "packets" for tunnels that modules make
and change, "site" for the playbook and a reboot. What isn't run keeps its outcome of the last time.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import os
import re
import shlex
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import judge
import tunnels

HERE = Path(__file__).parent
CLONE = Path(os.environ["WARREN_CLONE"])
RESULTS = HERE / "results.json"
PAGE = CLONE / "docs/udp.md"
COLLECTION = CLONE / ".build/ansible_collections/warren/tunnels"

# The releases, with the suite of the hosts that have its kernel.
SUITES = {"bullseye": "bullseye", "bookworm": "bookworm", "trixie": "trixie", "sid": "bookworm"}
PARTS = ("packets", "site")
# As tunnels are changed in place, after they were made without any encapsulation.
STEPS = (*tunnels.ENCAPS, "none")
# Hosts without a processor of their own are slow, and slower still where the computer is busy.
PATIENCE = {"tunnels_checkpoint_timeout": 900}

# Each tunnel has a pair of addresses to itself, at every boot: the kernel knows tunnels without a key by their endpoints.
_UNDERLAY = """
cat >/etc/underlay
cat >/etc/systemd/system/underlay.service <<END
[Unit]
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target
[Service]
Type=oneshot
ExecStart=ip -batch /etc/underlay
[Install]
WantedBy=multi-user.target
END
systemctl enable --now --quiet underlay
"""

Seen = dict[str, dict[str, t.Any]]
"""What prove.py tells of each tunnel, by its name."""
Cells = dict[str, dict[str, bool]]
"""Whether what was seen is right, by mode and encapsulation, and by judge.STAGES."""


class Failed(Exception):
    """What went wrong, in a sentence or two."""


@dataclasses.dataclass
class Run:
    """Two hosts with the kernel of a release, and what came of them."""

    release: str
    kernel: str = ""
    cells: Cells = dataclasses.field(default_factory=dict)

    def all(self, parts: list[str]) -> None:
        """Run these parts, each on fresh hosts; raise Failed when one can't go on."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "variables.json").write_text(json.dumps(_variables()))
        try:
            for part in parts:
                self._have("up", "--machine", "qemu", "--suite", SUITES[self.release], "--kernel", self.release)
                self.kernel = ".".join(self._ssh("host1", "uname -r").split(".")[:2])
                self._on_all(_UNDERLAY, tunnels.underlay)
                self._packets() if part == "packets" else self._site()
                self._have("down")
        finally:
            self._have("down")

    def _packets(self) -> None:
        self._on_all("modprobe -a fou fou6")
        bare, declared = tunnels.changing("none"), tunnels.declared()
        self._play("make")
        before = first = self._see([*declared, *bare])
        self._prove("made", declared, first)
        for step in STEPS:
            self._play("change", step)
            now = self._see(tunnels.changing(step))
            for tunnel in tunnels.changing(step):
                self._note("changed", tunnel, _faults_of_change(tunnel, now, before, first))
            before = now
        # Those that weren't to be changed are as before.
        self._prove("made", declared, self._see(declared))

    def _site(self) -> None:
        site, declared = COLLECTION / "playbooks/site.yml", tunnels.declared()
        self._play("site", playbook=site)
        self._prove("site", declared, self._see(declared))
        recap = self._play("again", playbook=site)
        if len(re.findall(r"^host\d .* changed=0 ", recap, re.MULTILINE)) != len(tunnels.HOSTS):
            raise Failed(f"site isn't done when it has run once: see {self._folder}/again.log")
        self._have("power", "off", *tunnels.HOSTS)
        self._have("power", "on", *tunnels.HOSTS)
        self._have("wait")
        self._on_all("systemctl is-system-running --wait")
        self._prove("rebooted", declared, self._see(declared))

    def _prove(self, stage: str, which: list[tunnels.Tunnel], now: dict[str, Seen]) -> None:
        for tunnel in which:
            self._note(stage, tunnel, [judge.fault(seen[tunnel.name]) for seen in now.values()])

    def _note(self, stage: str, tunnel: tunnels.Tunnel, faults: t.Iterable[str]) -> None:
        found = [fault for fault in faults if fault]
        for fault in found:
            print(f"  {tunnel.name}, {tunnel.encap}, {judge.STAGES[stage]}: {fault}", flush=True)
        # Without encapsulation again, it is what the last one left.
        encap = tunnels.ENCAPS[-1] if tunnel.encap == "none" else tunnel.encap
        stages = self.cells.setdefault(f"{tunnel.mode} {encap}", {})
        stages[stage] = stages.get(stage, True) and not found

    def _see(self, which: list[tunnels.Tunnel]) -> dict[str, Seen]:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            return dict(
                zip(tunnels.HOSTS, pool.map(lambda host: self._see_on(host, which), tunnels.HOSTS), strict=True)
            )

    def _see_on(self, host: str, which: list[tunnels.Tunnel]) -> Seen:
        arguments = shlex.quote(json.dumps(tunnels.to_prove(host, which)))
        printed = self._ssh(host, f"python3 - {arguments}", (HERE / "prove.py").read_text())
        return t.cast("Seen", json.loads(printed))

    # Commands

    @property
    def _folder(self) -> Path:
        return CLONE / ".build/stock" / self.release

    @property
    def _lab(self) -> Path:
        return CLONE / ".build/stock-lab"

    def _on_all(self, command: str, text: t.Callable[[str], str] = lambda _host: "") -> None:
        """Run a command on each host, which reads what `text` gives for it."""
        for host in tunnels.HOSTS:
            self._ssh(host, command, text(host))

    def _ssh(self, host: str, command: str, text: str = "") -> str:
        done = subprocess.run(
            [CLONE / "tests/lab/lab", "ssh", self._lab, host, command],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"{host}: {command} failed: {done.stderr.strip()}")
        return done.stdout

    def _have(self, command: str, *options: str) -> None:
        """Run a command of the lab."""
        if subprocess.run([CLONE / "tests/lab/lab", command, self._lab, *options], check=False).returncode:
            raise Failed(f"lab {command} failed")

    def _play(self, name: str, step: str = "", playbook: Path | None = None) -> str:
        """Run a playbook, by default that of this name here, and give what it prints."""
        log, start = self._folder / f"{name}{step and '-' + step}.log", time.monotonic()
        command = ["ansible-playbook", "--inventory", str(self._lab / "inventory.yml")]
        command += ["--extra-vars", f"@{self._folder}/variables.json", "--extra-vars", f"step={step}"]
        environment = {**os.environ, "ANSIBLE_PIPELINING": "true", "ANSIBLE_NOCOLOR": "true"}
        with log.open("w") as output:
            done = subprocess.run(
                [*command, str(playbook or HERE / f"{name}.yml")],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                check=False,
            )
        print(f"  {log.stem:<24} {time.monotonic() - start:5.0f} s", flush=True)
        if done.returncode:
            raise Failed(f"{name} failed; {log} ends with:\n" + "\n".join(log.read_text().splitlines()[-25:]))
        return log.read_text()


def _variables() -> dict[str, t.Any]:
    states = {"made": "none", **{step: step for step in STEPS}}
    return {
        **PATIENCE,
        "tunnels_links": tunnels.fleet(),
        "states": {
            name: {host: tunnels.state(host, [*tunnels.declared(), *tunnels.changing(encap)]) for host in tunnels.HOSTS}
            for name, encap in states.items()
        },
    }


def _faults_of_change(
    tunnel: tunnels.Tunnel, now: dict[str, Seen], before: dict[str, Seen], first: dict[str, Seen]
) -> t.Iterator[str]:
    """Give what is wrong with a tunnel after a change, by host."""
    like = tunnel.name if tunnel.encap == "none" else f"s-{tunnel.mode}-{tunnel.encap}"
    for host, seen in now.items():
        yield judge.fault(seen[tunnel.name])
        yield judge.changed_fault(seen[tunnel.name], before[host][tunnel.name], first[host][like])


def main() -> int:
    unknown = [word for word in sys.argv[1:] if word not in (*SUITES, *PARTS)]
    if unknown:
        known = ", ".join([*SUITES, *PARTS])
        print(f"stock: no {', '.join(unknown)}: releases and parts are {known}", file=sys.stderr)
        return 2
    releases = [word for word in SUITES if word in sys.argv] or ["bookworm"]
    parts = [word for word in PARTS if word in sys.argv] or list(PARTS)
    good = True
    for release in releases:
        print(f"== {release}", flush=True)
        run = Run(release)
        try:
            run.all(parts)
        except Failed as failed:
            print(f"  {failed}", flush=True)
            good = False
        good &= all(all(stages.values()) for stages in run.cells.values())
        _write(run)
    return not good


def _write(run: Run) -> None:
    """Put what came of a run beside what is known, and into the page."""
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known = results.setdefault(run.release, {"kernel": run.kernel, "cells": {}})
    known["kernel"] = run.kernel or known["kernel"]
    for key, stages in run.cells.items():
        known["cells"].setdefault(key, {}).update(stages)
    results = {release: results[release] for release in SUITES if release in results}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    table = judge.table(results)
    subprocess.run([sys.executable, CLONE / "scripts/figures.py", PAGE], input=table, text=True, check=True)


if __name__ == "__main__":
    sys.exit(main())
