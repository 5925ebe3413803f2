# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a state as files for ``ip -batch`` (ip(8)) and ``bridge -batch`` (bridge(8)).

A file holds commands for one namespace: a batch can't change over to another. The host's own comes first, then those of
the namespaces in the order of their names; the end of a pair whose file comes first makes the pair. Nor can a batch change
over to another address family, without which ``ip rule`` takes no IPv6: rules for that have files for ``ip -6 -batch``. What
``bridge`` says has files of its own, which come last.
"""

import re
import shlex
import typing as t

from .. import _resources, _sysctls
from .._kinds import _catalog
from .._sorts._list import SORTS
from .._sorts._sysctl._steps import SetSysctl
from .._states import _registry
from .._steps._link import AddLink
from .._steps._namespace import AddNamespace
from . import _state
from ._state import Unfit

MODULES, NAMESPACES, SETTINGS, SYSCTLS = "modules.conf", "namespaces.batch", "sysctl.conf", "host.sysctl"
HOST, HOST6, HOST_BRIDGE = "host.batch", "host.batch6", "host.bridge"
_MAX_FILE_NAME = 255
_IPV6 = "-6 "
_BRIDGE = "bridge "
_MAX_WORDS = 99
"""What older releases of iproute2 take in a line."""

_ABOUT = {
    MODULES: "Kernel modules that bring what the other files make",
    NAMESPACES: "Namespaces, made before all else",
    SETTINGS: "Settings of the host, and of devices that others make",
    SYSCTLS: "Settings of devices that are made by the other files, for when they are there",
    HOST: "What is to be on the host itself",
    HOST6: "IPv6 rules of the host itself, for ip -6 -batch",
    HOST_BRIDGE: "What is to be in tables of the host itself, for bridge -batch",
    "batch": "What is to be in namespace {0}",
    "batch6": "IPv6 rules of namespace {0}, for ip -6 -batch",
    "bridge": "What is to be in tables of namespace {0}, for bridge -batch",
    "sysctl": "Settings of namespace {0}, made before anything is in it, and again when its devices are there",
}


def files(want: _resources.Want, steps: t.Iterable[t.Any]) -> t.Dict[str, str]:
    """Return the contents of the files by their names, in the order in which they are to be run."""
    lines: t.Dict[str, t.List[str]] = {MODULES: _modules(want)}
    lines.update({name: [] for name in (NAMESPACES, SETTINGS, SYSCTLS, HOST, HOST6, HOST_BRIDGE)})
    lines.update({name: [] for netns in _inhabited(want) for name in _names(netns)})
    for step in steps:
        if isinstance(step, AddLink):
            _check_lower(step.link)
        if isinstance(step, SetSysctl):
            lines[_sysctls_of(step, want)].append(f"{step.key} = {step.value}")
        elif isinstance(step, AddNamespace):
            lines[NAMESPACES].append(_line(step))
        else:
            batch, batch6, bridge = _names(step.netns)[1:] if step.netns else (HOST, HOST6, HOST_BRIDGE)
            line = _line(step)
            is_ipv6, is_bridge = line.startswith(_IPV6), step.command().startswith(_BRIDGE)
            name = batch6 if is_ipv6 else bridge if is_bridge else batch
            lines[name].append(line[len(_IPV6) :] if is_ipv6 else line)
    return {name: _text(name, content) for name, content in lines.items() if content}


def _sysctls_of(step: SetSysctl, want: _resources.Want) -> str:
    """Return the name of the file for a sysctl."""
    if step.netns:
        return _names(step.netns)[0]
    link = want.links.get(_sysctls.link(step.netns, step.key) or (None, ""))
    return SYSCTLS if link and link.kind else SETTINGS


def _check_lower(link: _resources.Link) -> None:
    """Raise Unfit if a link refers to one in another namespace."""
    for (netns, name), option in _catalog.references(link):
        if netns != link.netns:
            raise Unfit(
                [
                    f"{link.name}: {option}: ip looks for {name} in the namespace of {link.name}, and not in link_netns; leave "
                    f"out {option} or the link"
                ]
            )


def modules(want: _resources.Want) -> t.Dict[str, str]:
    """Return the first of them alone, which systemd reads too; nothing where no module is needed."""
    names = _modules(want)
    return {MODULES: _text(MODULES, names)} if names else {}


def _text(name: str, lines: t.List[str]) -> str:
    return "\n".join([*_head(name), *lines, ""])


def _modules(want: _resources.Want) -> t.List[str]:
    kinds = [(_catalog.KINDS[link.kind], link) for link in want.links.values() if link.kind]
    names = {kind.module for kind, _link in kinds if not kind.implicit}
    names |= {kind.encap_driver for kind, link in kinds if link.attributes.get("encap", "none") != "none"}
    names |= {sort.driver for field, sort in SORTS.items() if sort.driver and _registry.wanted(field, want)}
    return sorted(names)


def _inhabited(want: _resources.Want) -> t.List[str]:
    names = _state.inhabited(want)
    for name in names:
        if max(len(file.encode()) for file in _names(name)) > _MAX_FILE_NAME:
            raise Unfit(
                [f"namespace {name[:20]}…: its name is too long to be part of a file's name; choose a shorter one"]
            )
    return names


def _names(netns: str) -> t.Tuple[str, str, str, str]:
    place = f"netns-{netns}"
    return f"{place}.sysctl", f"{place}.batch", f"{place}.batch6", f"{place}.bridge"


def _head(name: str) -> t.List[str]:
    if name in _ABOUT:
        about = _ABOUT[name]
    else:
        netns, _dot, suffix = name[len("netns-") :].rpartition(".")
        about = _ABOUT[suffix].format(netns)
    return [f"# {about}. Written by Ansible, which overwrites changes.", ""]


def _line(step: t.Any) -> str:
    # So that a line can be run again.
    words = shlex.split(step.again().command())
    words = words[3:] if words[1] == "-n" else words[1:]
    if len(words) > _MAX_WORDS:
        raise Unfit([f"{' '.join(words[:3])}: it is too long for a line of ip -batch; use fewer next hops"])
    return " ".join(_quoted(word, words) for word in words)


def _quoted(word: str, words: t.List[str]) -> str:
    """Return a word as ip's parser of batches takes it, which knows no way to escape a character."""
    if not re.search(r"[#\n]", word):
        if word and not re.search(r"[ \t\r]|^['\"]|\\$", word):
            return word
        for quote in "'\"":
            if quote not in word:
                return quote + word + quote
    what = " ".join(words[:4])
    raise Unfit([f"{what}: {word!r} can't be said in a file for ip -batch; leave out #, line breaks and mixed quotes"])
