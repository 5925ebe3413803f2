# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Debian packages come from: the machine's own apt sources, and apt's way to reach them."""

from __future__ import annotations

import dataclasses
import pathlib
import re
import subprocess
import tempfile

from .errors import LabError

APT_HELPER = "/usr/lib/apt/apt-helper"

_FIELDS = ("REPO_URI", "RELEASE", "COMPONENT", "LABEL")
_NOT_ARCHIVE = re.compile(r"-(security|updates|backports|proposed-updates|backports-sloppy)$")
_ACCESS_OPTION = re.compile(r"Acquire::(https?|ftp|tor|Retries|ForceIPv[46]|Check-|Changelogs|Proxy)", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Source:
    """One index of the machine's apt sources; `label` is empty as long as apt has no lists."""

    uri: str
    release: str
    component: str
    label: str


def parse_sources(text: str) -> list[Source]:
    """Read what `apt-get indextargets` printed, in the format of `_FIELDS`."""
    rows = (line.split("|") for line in text.splitlines())
    return [Source(row[0].rstrip("/"), *row[1:]) for row in rows if len(row) == len(_FIELDS)]


def archive(sources: list[Source]) -> str:
    """Give the address of the Debian archive; raise LabError when the machine has none."""
    candidates = [source for source in sources if source.label == "Debian"]
    candidates = candidates or [source for source in sources if not source.label]
    for source in candidates:
        if source.component == "main" and not _NOT_ARCHIVE.search(source.release):
            return source.uri
    raise LabError("no Debian archive in this machine's apt sources: run 'apt-get update', or use a Debian machine")


def security_archive(sources: list[Source]) -> str | None:
    """Give the address of the security archive, if the machine uses one."""
    for source in sources:
        if source.release.endswith("-security") and source.label in ("Debian-Security", ""):
            return source.uri
    return None


def read_sources() -> list[Source]:
    """Ask apt for the machine's sources."""
    fields = "|".join(f"$({field})" for field in _FIELDS)
    command = ["apt-get", "indextargets", "--format", fields, "Created-By: Packages"]
    return parse_sources(_output(command))


def source_lines(suite: str) -> list[str]:
    """Give the lines of a sources.list for `suite`; raise LabError when the mirror has no such suite."""
    sources = read_sources()
    debian = archive(sources)
    if not _answers(debian, suite):
        raise LabError(f"the machine's Debian mirror does not offer {suite}, or does not answer")
    lines = [f"deb {debian} {suite} main"]
    security = security_archive(sources)
    if security and _answers(security, f"{suite}-security"):
        lines.append(f"deb {security} {suite}-security main")
    return lines


def access_options() -> list[str]:
    """Give the machine's apt options on how to reach the mirror: proxy, certificates, retries."""
    return select_access_options(_output(["apt-config", "dump"]))


def select_access_options(dump: str) -> list[str]:
    return [line for line in dump.splitlines() if _ACCESS_OPTION.match(line) and not line.endswith(' "";')]


def _answers(uri: str, release: str) -> bool:
    """Tell whether the mirror has a release, asking the way apt would."""
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "InRelease"
        command = [APT_HELPER, "download-file", f"{uri}/dists/{release}/InRelease", str(target)]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return done.returncode == 0 and target.exists()


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except FileNotFoundError:
        raise LabError(f"{command[0]} not found: building an image needs a Debian machine") from None
    except subprocess.CalledProcessError as error:
        raise LabError(f"{command[0]} failed: {error.stderr.strip()}") from None
