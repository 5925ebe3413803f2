# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: where pyroute2 comes in, the source of the wire formats.

Only its message classes are needed, but ``pyroute2/__init__.py`` imports all of the library, which costs a task more
than everything else it does. So an empty package object with pyroute2's path stands in for it while they are
imported, and others for what they import in vain. Wherever that does not work out, the plain import is done instead.
"""

import glob
import importlib
import importlib.util
import os
import re
import socket
import sys
import traceback
import types
import typing as t

from .. import _errors

MINIMUM = (0, 7, 2)
"""Debian 12's."""

_REMEDY = "install it for {0}, from your distribution (python3-pyroute2) or with pip".format(sys.executable)

_PACKAGE, _CONFIG = "pyroute2", "pyroute2.config"
_VERSION = _CONFIG + ".version"

# What they use of each. The rest of the settings brings multiprocessing along, and what wireless cards tell takes longer
# than all the other messages.
_STAND_INS: t.Dict[str, t.Dict[str, t.Any]] = {
    _PACKAGE: {},
    _CONFIG: {
        "AF_BRIDGE": socket.AF_BRIDGE,
        "data_plugins_path": [],
        "data_plugins_pkgs": [],
    },
    "pyroute2.netlink.rtnl.iw_event": {"iw_event": type("iw_event", (), {})},
}

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_QUOTED_NUMBERS = re.compile("['\"]({0})".format(_NUMBERS.pattern))

MESSAGES = ("ifinfmsg", "ifaddrmsg", "rtmsg", "fibmsg", "nsidmsg")
"""The modules with the classes that are needed, each of the name of its class."""

_classes: t.Dict[str, t.Any] = {}


def message_class(name: str) -> t.Any:
    """Return pyroute2's class for an rtnetlink message, by a name of ``MESSAGES``."""
    if not _classes:
        _classes.update(_import_narrowly() or _import_plainly())
    return _classes[name]


def data_class(kernel_kind: str) -> t.Any:
    """Return pyroute2's class for the ``IFLA_INFO_DATA`` of a kind of link; None if it has none."""
    return message_class("ifinfmsg").ifinfo.data_map.get(kernel_kind)


def is_there() -> bool:
    """Return whether Python finds the library, of whatever version."""
    return importlib.util.find_spec(_PACKAGE) is not None


def _import_message_classes() -> t.Dict[str, t.Any]:
    return {name: getattr(importlib.import_module("pyroute2.netlink.rtnl." + name), name) for name in MESSAGES}


def _import_narrowly() -> t.Optional[t.Dict[str, t.Any]]:
    if _PACKAGE in sys.modules:
        return None
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    directory = spec.submodule_search_locations[0]
    stand_ins = _stand_ins(directory)
    sys.modules.update(stand_ins)
    try:
        version = _version(_version_module(), directory)
        if not version:
            raise ImportError("only its __init__ knows the version")
        _check_version(version, directory)
        return _import_message_classes()
    except _errors.MissingDependency:
        raise
    except Exception:
        # It may be that the library wants its whole self, or that it is broken, which the plain import tells.
        for name in [name for name in sys.modules if name.startswith(_PACKAGE + ".")]:
            del sys.modules[name]
        return None
    finally:
        for name in (*stand_ins, _VERSION):
            sys.modules.pop(name, None)


def _stand_ins(directory: str) -> t.Dict[str, types.ModuleType]:
    """Return the modules to stand in for those of the library in ``directory``."""
    modules = {name: types.ModuleType(name) for name in _STAND_INS}
    for name, content in _STAND_INS.items():
        vars(modules[name]).update(content)
    for name in (_PACKAGE, _CONFIG):
        modules[name].__path__ = [os.path.join(os.path.dirname(directory), *name.split("."))]
    return modules


def _version_module() -> str:
    """Return what pyroute2 says of itself; nothing where its package lacks that module (Debian 12)."""
    try:
        return str(importlib.import_module(_VERSION).__version__)
    except ImportError:
        return ""


def _import_plainly() -> t.Dict[str, t.Any]:
    try:
        package = importlib.import_module(_PACKAGE)
        _check_version(getattr(package, "__version__", ""), os.path.dirname(str(package.__file__)))
        return _import_message_classes()
    except _errors.MissingDependency:
        raise
    except ModuleNotFoundError as error:
        if error.name != _PACKAGE:
            raise _broken(error) from error
        raise _errors.MissingDependency(
            "The Python library pyroute2 can't be imported ({0}); {1}.".format(error, _REMEDY)
        ) from error
    except Exception as error:
        raise _broken(error) from error


def _broken(error: Exception) -> _errors.MissingDependency:
    """Return what to say of a library that is there and can't be imported."""
    spec = importlib.util.find_spec(_PACKAGE)
    directory = spec.submodule_search_locations[0] if spec and spec.submodule_search_locations else "?"
    if isinstance(error, SyntaxError):
        file, line, words = error.filename, error.lineno, error.msg
    else:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        file, line, words = frame.filename, frame.lineno, str(error)
    version = "".join(_NUMBERS.findall(_version(_version_file(directory), directory))[:1]) or "of an unknown version"
    return _errors.MissingDependency(
        "The Python library pyroute2 {0} in {1} can't be imported: {2} in {3}, line {4}: {5}. Mend it, or take another "
        "version: {6}.".format(version, directory, type(error).__name__, file, line, words, _REMEDY)
    )


def _version_file(directory: str) -> str:
    """Return the version that the library in ``directory`` has in its own file, without importing that."""
    try:
        with open(os.path.join(directory, *_VERSION.split(".")[1:]) + ".py", encoding="utf-8") as file:
            return "".join(_QUOTED_NUMBERS.findall(file.read())[:1])
    except (OSError, ValueError):
        return ""


def _version(said: str, directory: str) -> str:
    """Return the version of the library in ``directory``; nothing where that can't be known."""
    if _NUMBERS.match(said):
        return said
    # Debian's packages are built without what tells the version ("unknown"); the name of the metadata has it.
    beside = glob.glob(os.path.join(glob.escape(os.path.dirname(directory)), "pyroute2-*-info"))
    return next((os.path.basename(path)[len("pyroute2-") :] for path in beside), "")


def _check_version(version: str, directory: str) -> None:
    """Raise MissingDependency if ``version`` is too old; ``directory`` is the library's."""
    version = _version(version, directory)
    numbers = (
        tuple(int(number) for number in _NUMBERS.findall(version)[0].split(".")) if _NUMBERS.match(version) else ()
    )
    if numbers and numbers < MINIMUM:
        needed = ".".join(str(number) for number in MINIMUM)
        found = ".".join(str(number) for number in numbers)
        raise _errors.MissingDependency(
            "The Python library pyroute2 is {0} in {1}, older than {2}; {3}.".format(found, directory, needed, _REMEDY)
        )
