# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to a host that is not there: it answers each module at once, as a host does that has all that is wanted.

So only what the controller does takes time. Each module that is sent is counted.
"""

from __future__ import annotations

import ast
import json
import os
import pathlib
import re
import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: standin
short_description: A host that is not there
description: Answers modules as a host does that has all that is wanted.
author: warren.tunnels contributors
options: {}
"""

_ARGUMENT = re.compile(r"^(module_fqn|params)=(.*),$", re.MULTILINE)
_FOLDER = pathlib.Path(os.environ.get("STANDIN_FOLDER", "."))
"""Where it notes what is sent, and what a host has."""
_GONE = os.environ.get("STANDIN_GONE", "").split()
"""The addresses of hosts that can't be reached."""


class Connection(ConnectionBase):
    """The connection."""

    transport = "standin"
    has_pipelining = True
    always_pipeline_modules = True

    def _connect(self) -> Connection:
        self._connected = True
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        if self._play_context.remote_addr in _GONE:
            raise AnsibleConnectionFailure("nobody is there")
        if not in_data:
            return 0, b"", b""
        sent = {name: ast.literal_eval(value) for name, value in _ARGUMENT.findall(in_data.decode())}
        module = sent["module_fqn"].rpartition(".")[2]
        with (_FOLDER / "sent").open("a") as log:
            log.write(f"{self._play_context.remote_addr} {module}\n")
        host = Host(_FOLDER / f"{self._play_context.remote_addr}.json")
        answer = host.answer(module, json.loads(sent["params"])["ANSIBLE_MODULE_ARGS"])
        return 0, json.dumps({"changed": False, **answer}).encode(), b""

    def put_file(self, in_path: str, out_path: str) -> None:
        raise NotImplementedError("modules are sent, and no files")

    def fetch_file(self, in_path: str, out_path: str) -> None:
        raise NotImplementedError("no host, no files")

    def close(self) -> None:
        self._connected = False


def _entries(given: t.Iterable[t.Any]) -> list[dict[str, t.Any]]:
    """Return dictionaries that a module was given, which it takes as JSON too."""
    return [json.loads(entry) if isinstance(entry, str) else entry for entry in given]


class Host:
    """What a host says that is as the last ``network_state`` wanted it."""

    def __init__(self, path: pathlib.Path) -> None:
        self._path = path

    @property
    def _connections(self) -> pathlib.Path:
        return self._path.with_suffix(".ipsec")

    def answer(self, module: str, arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        return t.cast("dict[str, t.Any]", getattr(self, f"_{module}", lambda _arguments: {})(arguments))

    def _network_state(self, arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        links = [{**link, "kind": link["mode"], "ikey": link.get("key", "none")} for link in arguments["links"]]
        there = {"links": links, "routes": _entries(arguments["routes"])}
        self._path.write_text(json.dumps(there))
        told = {} if arguments.get("brief") else {"before": there, "after": there}
        lists = ("operations", "changes", "checkpoints", "protections")
        encryptions = ["tunnels"] if self._connections.exists() else []
        return {**{name: [] for name in lists}, "encryptions": encryptions, **told}

    def _seen(self) -> dict[str, t.Any]:
        return {"network": json.loads(self._path.read_text()), "checkpoints": []}

    def _network_info(self, _arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        return self._seen()

    def _tunnel_probe(self, arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        probes: list[dict[str, t.Any] | None] = [
            {
                "holds": True,
                "msg": f"{probe['name']}: {probe['destination']} is as expected",
                "reachable": probe.get("expect", "answer") != "silence",
                "sent": 3,
                "received": 3,
                "loss": 0.0,
                "rtt": {"min": 0.3, "avg": 0.4, "max": 0.5},
                "incoming": 3,
                "returned": 3,
                "path_mtu": probe.get("min_path_mtu"),
                "outer": {"protocol": "gre", "number": 47},
                "errors": [],
                "elsewhere": [],
            }
            for probe in _entries(arguments["probes"])
        ]
        seen = self._seen()
        if arguments.get("brief"):
            probes = [None] * len(probes)
            seen["network"] = {"links": seen["network"]["links"]}
        return {"probes": probes, **seen}

    def _boot_files(self, _arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        return {"backend": "networkd", "written": [], "removed": [], "reread": [], "enabled": False, "diff": []}

    def _command(self, arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        return {"cmd": arguments.get("argv"), "rc": 0, "stdout": "", "stderr": ""}

    def _firewall(self, _arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        return {"firewalls": [], "rules": [], "changes": [], "operations": [], "written": [], "removed": [], "diff": []}

    def _protection(self, arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        lists = ("peers", "changes", "dropped", "operations", "written", "removed", "diff")
        return {"table": f"inet warren_{arguments['name']}_protect", **{name: [] for name in lists}}

    def _ipsec(self, arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        self._connections.write_text(json.dumps(arguments.get("connections", [])))
        lists = ("connections", "changes", "operations", "written", "removed")
        return {"missing": "", "associations": self._associations(arguments), **{name: [] for name in lists}}

    def _associations(self, arguments: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
        common = {"mode": "transport", "cipher": "AES_GCM_16-256", "age": 60, "nat": False}
        return [
            {"local": one["local"], "remote": one["remote"], "protocol": protocol, **common}
            for one in arguments.get("connections", ())
            for protocol in one["protocols"]
        ]

    def _ping(self, _arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        return {"ping": "pong"}
