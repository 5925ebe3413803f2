# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""strongSwan as a host has it, unpacked and not installed: its daemon here, and another one in the namespace of the peer."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from ansible_collections.warren.tunnels.tests.kernel._firewalls import run

UNPACKED = Path(__file__).parents[5] / "strongswan"
"""Where scripts/strongswan has put it."""
_SETTINGS = """
charon-systemd {{
  load_modular = yes
  plugins {{
    include /etc/strongswan.d/charon/*.conf
    vici {{ socket = {uri} }}
  }}
  filelog {{ log {{
    path = {log}
    default = 1
    flush_line = yes
  }} }}
}}
"""


def lay_over():
    """Have its programs and its settings, where they would be; an /etc of one's own must be there."""
    for name in os.listdir(UNPACKED / "etc"):
        place = UNPACKED / "etc" / name
        (shutil.copytree if place.is_dir() else shutil.copy)(place, Path("/etc") / name)
    run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={UNPACKED}/usr:/usr", "/usr")


def take_away():
    run("umount", "--lazy", "/usr")


class Daemon:
    """charon, and what swanctl says of it."""

    def __init__(self, folder, name, uri, *before):
        """:arg before: what runs it, such as in another namespace."""
        self.uri, self.log, self.before = uri, folder / f"{name}.log", before
        self.settings = folder / f"{name}.conf"
        self.settings.write_text(_SETTINGS.format(uri=uri, log=self.log))
        self.process = None

    def start(self, load=False):
        """:arg load: what is in its files, as its unit does."""
        environment = {**os.environ, "STRONGSWAN_CONF": str(self.settings)}
        self.process = subprocess.Popen([*self.before, "/usr/sbin/charon-systemd"], env=environment)
        end = time.monotonic() + 60
        while subprocess.run(self._swanctl("--stats"), capture_output=True, check=False).returncode:
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)
        if load:
            self.swanctl("--load-all", "--noprompt")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None

    def _swanctl(self, *words):
        return ["swanctl", *words, "--uri", self.uri]

    def swanctl(self, *words):
        return run(*self._swanctl(*words))

    def initiate(self, child, ike):
        """Have it begin, and return what it says."""
        words = self._swanctl("--initiate", "--child", child, "--ike", ike, "--timeout", "10")
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout

    def sas(self, name):
        """Return the numbers of what is established, by the connection's name."""
        lines = self.swanctl("--list-sas").splitlines()
        heads = [line for line in lines if line.startswith(f"{name}: ")]
        return [line.split("#")[1].split(",")[0] for line in heads if "ESTABLISHED" in line]
