# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What imports runs in an interpreter of its own, which sees the library that the test wrote and no other."""

import os
import subprocess
import sys
from contextlib import nullcontext

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _pyroute2

ROOT = os.path.abspath(_pyroute2.__file__).split("/ansible_collections/")[0]
IMPORT = "from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _pyroute2\n"
SHOW_CLASS = IMPORT + "print(_pyroute2.message_class('ifinfmsg').origin)\n"
SHOW_ERROR = (
    "from ansible_collections.warren.tunnels.plugins.module_utils import _errors\n"
    + IMPORT
    + "try:\n    _pyroute2.message_class('ifinfmsg')\nexcept _errors.MissingDependency as error:\n    print(error)\n"
)


class Library:
    """A folder on sys.path, with something like pyroute2 in it."""

    def __init__(self, folder):
        self.folder = folder

    def write(self, path, text=""):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def install(self, init="", version="0.9.1", version_file=True, messages=_pyroute2.MESSAGES):
        self.write("pyroute2/__init__.py", init)
        for package in ("config", "netlink", "netlink/rtnl"):
            self.write("pyroute2/" + package + "/__init__.py")
        if version_file:
            self.write("pyroute2/config/version.py", "__version__ = {0!r}\n".format(version))
        for name in messages:
            text = "class {0}:\n    origin = 'here'\n    class ifinfo:\n        data_map = {{'gre': int}}\n".format(
                name
            )
            self.write("pyroute2/netlink/rtnl/" + name + ".py", text)

    def run(self, code):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(self.folder), ROOT))}
        command = [sys.executable, "-S", "-c", code]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path)


def test_only_the_message_classes_are_imported(library):
    library.install(init="raise SystemExit('all of the library was imported')")
    assert library.run(SHOW_CLASS + "import sys; print('pyroute2' in sys.modules)") == "here\nFalse"


def test_import_by_another_hand_stays_possible(library):
    library.install(init="answer = 42")
    assert library.run(SHOW_CLASS + "import pyroute2; print(pyroute2.answer)") == "here\n42"


def test_library_that_is_there_already_is_used(library):
    library.install(init="__version__ = '0.9.1'")
    assert (
        library.run("import pyroute2\n" + SHOW_CLASS + "print('pyroute2' in __import__('sys').modules)") == "here\nTrue"
    )


def test_kinds_without_a_class(library):
    library.install()
    code = IMPORT + "print(_pyroute2.data_class('gre'), _pyroute2.data_class('warren'))"
    assert library.run(code) == "<class 'int'> None"


@pytest.mark.parametrize(
    ("init", "version_file"),
    [
        pytest.param("__version__ = '0.9.1'", False, id="no-version-where-we-look"),
        pytest.param("import sys, types\n__version__ = '0.9.1'\nsys.helper = 1", True, id="needs-its-init"),
    ],
)
def test_plain_import_where_the_narrow_one_does_not_work(library, init, version_file):
    library.install(init=init, version_file=version_file)
    if version_file:
        library.write("pyroute2/netlink/__init__.py", "import sys\nif not hasattr(sys, 'helper'): raise ImportError\n")
    assert library.run(SHOW_CLASS) == "here"


def test_narrow_import_where_only_the_metadata_has_the_version(library):
    library.install(init="raise ImportError('broken')", version_file=False)
    library.write("pyroute2-0.7.2.egg-info/PKG-INFO")
    assert library.run(SHOW_CLASS) == "here"


def test_no_half_made_modules_are_left_behind(library):
    library.install(init="raise ImportError('broken')", messages=_pyroute2.MESSAGES[:2])
    loaded = "import sys; print([name for name in sys.modules if name.startswith('pyroute2')])"
    message, modules = library.run(SHOW_ERROR + loaded).splitlines()
    assert "can't be imported: ImportError in" in message
    assert modules == "[]"


def test_missing(library):
    message = library.run(SHOW_ERROR)
    assert "pyroute2 can't be imported (No module named 'pyroute2')" in message
    assert "install it for {0}, ".format(sys.executable) in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import nowhere", "ModuleNotFoundError in {0}, line 1: No module named 'nowhere'"),
        ("\nnowhere", "NameError in {0}, line 2: name 'nowhere' is not defined"),
        ("class\n", "SyntaxError in {0}, line 1: "),
        ("int('x')", "ValueError in {0}, line 1: "),
    ],
)
@pytest.mark.parametrize("version_file", [True, False], ids=["narrow", "plain"])
def test_broken(library, text, words, version_file):
    library.install(init="__version__ = '0.9.1'", version_file=version_file)
    library.write("pyroute2-0.9.1.dist-info/METADATA")
    library.write("pyroute2/netlink/rtnl/ifinfmsg.py", text)
    message = library.run(SHOW_ERROR)
    assert "The Python library pyroute2 0.9.1 in {0}/pyroute2 can't be imported: ".format(library.folder) in message
    assert words.format(library.folder / "pyroute2/netlink/rtnl/ifinfmsg.py") in message
    assert "take another version" in message


@pytest.mark.parametrize("version_file", [True, False], ids=["narrow", "plain"])
def test_too_old(library, version_file):
    library.install(init="__version__ = '0.7.1'", version="0.7.1", version_file=version_file)
    message = library.run(SHOW_ERROR)
    assert "pyroute2 is 0.7.1 in {0}/pyroute2, older than 0.7.2; install it".format(library.folder) in message


@pytest.mark.parametrize("version", ["0.6.13", "0.5.19", "0.7", "0.7.1.post2"])
def test_old_version(version):
    with pytest.raises(_errors.MissingDependency, match=r"older than 0\.7\.2"):
        _pyroute2._check_version(version, "/usr/lib/python3/dist-packages/pyroute2")


@pytest.mark.parametrize("version", ["0.7.2", "0.7.12", "0.8.1", "0.10.0", "1.0", "0.9.5.post1", "0.7.2.dev3"])
def test_new_enough(version):
    _pyroute2._check_version(version, "/usr/lib/python3/dist-packages/pyroute2")


def test_version_of_debians_packages_is_looked_for(library):
    library.install(version="unknown")
    library.write("pyroute2-0.6.4.egg-info/METADATA")
    assert "is 0.6.4 in" in library.run(SHOW_ERROR)


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        pytest.param("pyroute2-0.6.4.egg-info", "0.6.4", id="egg-info-too-old"),
        pytest.param("pyroute2-0.6.4.dist-info", "0.6.4", id="dist-info-too-old"),
        pytest.param("pyroute2-0.7.2.egg-info", None, id="egg-info"),
        pytest.param("pyroute2-0.9.5.dist-info", None, id="dist-info"),
        pytest.param("pyroute2.core-0.6.4.dist-info", None, id="of-another-package"),
        pytest.param(None, None, id="nothing-tells"),
    ],
)
def test_version_is_in_the_name_of_the_metadata(library, metadata, found):
    library.install(version="unknown")
    if metadata:
        library.write(metadata + "/METADATA")
    expected = pytest.raises(_errors.MissingDependency, match="is {0} in".format(found)) if found else nullcontext()
    with expected:
        _pyroute2._check_version("unknown", str(library.folder / "pyroute2"))


def test_the_library_that_is_installed():
    code = SHOW_CLASS.replace(".origin", ".__module__")
    code += "import sys; print('pyroute2.ndb' in sys.modules, 'multiprocessing' in sys.modules)\n"
    code += "import pyroute2; print(hasattr(pyroute2.config, 'uname'), hasattr(pyroute2, 'IPRoute'))\n"
    environment = {**os.environ, "PYTHONPATH": ROOT}
    run = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert run.stdout.splitlines() == ["pyroute2.netlink.rtnl.ifinfmsg", "False False", "True True"]
    assert run.stderr == ""
