# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what the module does that has strongSwan encrypt tunnels' packets."""

import typing as t

from .. import _errors, _files
from .._boot import _files as _boot_files
from .._ipsec import _associations, _connections, _swanctl
from .._kernel import _charon, _firewall
from . import _module


def run(spec: t.Dict[str, t.Any]) -> None:
    """Be the module, and leave by exit_json or fail_json."""
    module = _module.start(spec)
    with _module.told(module):
        params = module.params
        owner = _files.check_name(params["name"])
        _firewall.need_rights()
        connections = [] if params["state"] == "absent" else _connections.wanted(params["connections"])
        path = _swanctl.path(owner)
        files = _boot_files.read_all([path])
        if connections:
            _charon.need_alone()
        try:
            with _charon.session() as session:
                if connections:
                    session.need_plugins()
                answer = _answer(module, owner, connections, files, session)
        except _errors.Unmet as error:
            if connections and not module.check_mode:
                raise
            answer = _answer(module, owner, connections, files, None)
            answer["missing"] = str(error)
    module.exit_json(**answer)


def _do(
    owner: str,
    todo: t.Sequence[_swanctl.Load],
    steps: t.Sequence[_boot_files.Step],
    session: t.Optional[_charon.Session],
) -> None:
    """Tell strongSwan, then write the file: where that is as wanted, what it has was loaded."""
    if session is not None:
        for load in todo:
            session.tell(load)
    _boot_files.perform(steps, owner)


def _answer(
    module: t.Any,
    owner: str,
    connections: t.Sequence[_connections.Connection],
    files: _boot_files.Entries,
    session: t.Optional[_charon.Session],
) -> t.Dict[str, t.Any]:
    """Do what is to be done, and return what the module tells. :arg session: None where charon isn't there."""
    path, keeps = _swanctl.path(owner), module.params["state"] == "present" and not module.params["purge"]
    loaded = session.loaded(owner) if session else _swanctl.Loaded()
    have = _swanctl.read(files[path].content.decode("utf-8", "replace") if path in files else "")
    want = {**(have if keeps else {}), **_swanctl.blocks(connections, owner, loaded.release)}
    todo = _swanctl.loads(connections, owner, have, want, loaded)
    steps = _boot_files.plan(_swanctl.files(owner, want), files)
    told = session.associations() if session and connections else []
    established = _associations.read(told, _connections.prefix(owner))
    if not module.check_mode:
        if want:
            _charon.note(owner)
        _do(owner, todo, steps, session)
        if not want:
            _charon.forget(owner)
        for name, child in _swanctl.absent(connections, owner, todo, established):
            if session is not None:
                session.begin(name, child)
    header = "swanctl: {0}".format(_connections.prefix(owner).rstrip("_"))
    return {
        "changed": bool(todo or steps),
        "file": path,
        "missing": "",
        "connections": [one.name(owner) for one in connections],
        "changes": _swanctl.changes(have, want, todo),
        "associations": established,
        "operations": [load.words for load in todo],
        "written": [step.path for step in steps if step.new],
        "removed": [step.path for step in steps if not step.new],
        "diff": {
            "before": _swanctl.shown(have, want, "former"),
            "after": _swanctl.shown(want, have, "new"),
            "before_header": header,
            "after_header": header,
        },
    }
