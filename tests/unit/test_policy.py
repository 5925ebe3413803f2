# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is in the collection without documentation, tests and a place where it runs on a kernel."""

import shutil
from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.tests.unit import _policy

ROOT = Path(__file__).parents[2]
PARTS = ("extensions", "meta", "playbooks", "plugins", "roles", "tests")


@pytest.fixture
def clone(tmp_path):
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "output"))
    return tmp_path


def test_nothing_is_missing():
    assert list(_policy.faults(ROOT)) == []


def test_a_bare_module_is_told(clone):
    (clone / "plugins/modules/novelty.py").write_text('EXAMPLES = r"""\n- warren.tunnels.other:\n"""\n')
    assert list(_policy.faults(clone)) == [
        "module novelty: no example uses it",
        "module novelty: no unit test names it",
        "module novelty: no integration target runs it",
        "module novelty: not in the action group",
    ]


def test_a_module_that_has_gone_is_told(clone):
    (clone / "plugins/modules/fou.py").unlink()
    assert list(_policy.faults(clone)) == ["module fou: in the action group, but there is none"]


def test_a_bare_filter_is_told(clone):
    (clone / "plugins/filter/novelty.py").write_text('EXAMPLES = ""\n')
    assert list(_policy.faults(clone)) == [
        "filter novelty: no example uses it",
        "filter novelty: no unit tests",
        "filter novelty: nothing that runs on a host uses it",
    ]


@pytest.mark.parametrize(
    ("specs", "told"),
    [
        (None, "no argument specs"),
        ("argument_specs: {other: {}}", "no argument specs for main"),
        ("argument_specs: {main: {options: {novelty_name: {type: str}}}}", "novelty_name has no description"),
    ],
)
def test_a_bare_role_is_told(clone, specs, told):
    meta = clone / "roles/novelty/meta"
    meta.mkdir(parents=True)
    if specs:
        (meta / "argument_specs.yml").write_text(specs)
    assert list(_policy.faults(clone)) == [
        "role novelty: " + told,
        "role novelty: no molecule scenario and no integration target role_novelty",
    ]


def test_a_playbook_that_nothing_runs_is_told(clone):
    (clone / "playbooks/novelty.yml").write_text("- import_playbook: site.yml\n")
    assert list(_policy.faults(clone)) == ["playbook novelty: no molecule scenario runs it"]


def test_what_a_playbook_imports_is_run_with_it(clone):
    (clone / "playbooks/novelty.yml").write_text("[]\n")
    with (clone / "playbooks/site.yml").open("a") as site:
        site.write("\n- import_playbook: novelty.yml\n")
    assert list(_policy.faults(clone)) == []


@pytest.mark.parametrize(
    ("file", "line", "told"),
    [
        ("_values.py", "from . import _errors", ["_values.py: imports {0}/_errors.py, which is not below it"]),
        (
            "_errors.py",
            "def late():\n    from ._plan import _words",
            ["_errors.py: imports {0}/_plan/_words.py, which is not below it"],
        ),
        (
            "_kinds/_option.py",
            "from .. import _novelty",
            ["_kinds/_option.py: imports {0}/_novelty.py, which is not below it"],
        ),
    ],
)
def test_an_arrow_upwards_is_told(clone, file, line, told):
    engine = clone / _policy.ENGINE
    (engine / "_novelty.py").write_text("")
    with (engine / file).open("a") as source:
        source.write("\n" + line + "\n")
    unplaced = [_policy.ENGINE + "/_novelty.py: _novelty has no place in FLOORS"]
    expected = [_policy.ENGINE + "/" + one.format(_policy.ENGINE) for one in told]
    assert [one for one in _policy.of_imports(clone) if "circle" not in one] == sorted(expected + unplaced)


def test_ways_past_the_face_are_told(clone):
    ours = "from ansible_collections.warren.tunnels.plugins.module_utils"
    rows = (
        ("filter/to_devices.py", ours + "._kinds import _veth", "_kinds"),
        ("lookup/novelty.py", ours + "._kinds._veth import KINDS", "_kinds"),
        ("module_utils/_commit.py", "from .face import values", "face"),
        ("module_utils/_main/_state.py", "from .. import face", "face"),
        ("modules/fou.py", ours + ".face import values", "face"),
        ("plugin_utils/_fleet.py", "def late():\n    from ..module_utils._boot import _state", "_boot"),
        ("plugin_utils/_shapes.py", "from ..module_utils import _values", "_values"),
    )
    for file, line, _room in rows:
        with (clone / "plugins" / file).open("a") as source:
            source.write("\n" + line + "\n")
    told = "plugins/{0}: imports {1}; plugins/module_utils/face is for the controller's side, and all that it has of the engine"
    assert sorted(_policy.of_face(clone)) == [told.format(file, room) for file, _line, room in rows]


def test_a_file_of_a_resource_that_its_list_does_not_name_is_told(clone):
    folder = clone / _policy.ENGINE / "_sorts/_rule"
    (folder / "_state.py").rename(folder / "_novelty.py")
    assert list(_policy.of_sorts(clone)) == [
        _policy.ENGINE + "/_sorts/_rule/_novelty.py: the list of resources does not name it",
        _policy.ENGINE + "/_sorts/_rule/_state.py: the list of resources names it, but there is none",
    ]


def test_a_room_that_names_a_resource_by_hand_is_told(clone):
    engine = clone / _policy.ENGINE
    with (engine / "_plan/_words.py").open("a") as source:
        source.write('\nFIELD = "rules"\nfrom .._sorts._fou_port import _state\n')
    (engine / "_claim.py").unlink()
    (engine / "_displace.py").write_text("")
    assert list(_policy.of_names(clone)) == [
        _policy.ENGINE + "/_displace.py: names routes no more; take it out of BY_HAND",
        _policy.ENGINE + "/_plan/_words.py: names fou_ports by hand",
        _policy.ENGINE + "/_plan/_words.py: names rules by hand",
        _policy.ENGINE + "/_claim.py: there is none; take it out of BY_HAND",
    ]


def test_a_circle_is_told(clone):
    with (clone / _policy.ENGINE / "_plan/_words.py").open("a") as source:
        source.write("\nfrom . import _draft, _names\n")
    told = "imports go in a circle: {0}/_plan/_names.py, {0}/_plan/_words.py"
    assert list(_policy.of_imports(clone)) == [told.format(_policy.ENGINE)]
