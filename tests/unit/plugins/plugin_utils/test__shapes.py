# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _shapes

ENTRY = {
    "name": {"type": "str", "required": True},
    "kind": {"type": "str", "aliases": ["mode"]},
    "up": {"type": "bool"},
}
LISTS = {"type": "list", "elements": "dict", "options": ENTRY}
MANY = {"type": "dict", "options": {f"option{number}": {"type": "str"} for number in range(20)}}


def wrong(spec, value):
    return list(_shapes.wrong(spec, value, "x"))


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ({"type": "int"}, 120),
        ({"type": "int"}, "120"),
        ({"type": "int"}, 120.0),
        ({"type": "bool"}, "yes"),
        ({"type": "bool"}, False),
        ({"type": "str"}, "a"),
        ({"type": "str"}, 7),
        ({"type": "str", "choices": ["off"]}, "off"),
        ({"type": "str", "choices": ["auto", "true", "false"]}, True),
        ({"type": "str", "choices": ["auto", "true", "false"]}, "False"),
        ({"type": "list"}, None),
        ({"type": "list"}, (1, 2)),
        ({"type": "dict"}, None),
        ({"type": "dict"}, {"any": "thing"}),
        ({"type": "raw"}, object()),
        (LISTS, [{"name": "a", "mode": "tap", "up": None}]),
        # As an option of a module, where Ansible makes a list of it.
        ({"type": "dict", "options": {"addresses": {"type": "list", "elements": "raw"}}}, {"addresses": "10.1.1.1/24"}),
    ],
)
def test_nothing_is_wrong(spec, value):
    assert wrong(spec, value) == []


@pytest.mark.parametrize(
    ("spec", "value", "path", "problem"),
    [
        ({"type": "int"}, "soon", "x", "'soon' is not a whole number; give one"),
        ({"type": "int"}, 1.5, "x", "1.5 is not a whole number; give one"),
        ({"type": "int"}, True, "x", "True is not a whole number; give one"),
        ({"type": "int"}, float("inf"), "x", "inf is not a whole number; give one"),
        ({"type": "int"}, None, "x", "it is empty (null); give a whole number"),
        ({"type": "int"}, [1], "x", "it is a list; give a whole number"),
        ({"type": "bool"}, "perhaps", "x", "'perhaps' is neither true nor false; say true or false"),
        ({"type": "bool"}, {}, "x", "it is a dictionary; say true or false"),
        ({"type": "str"}, {}, "x", "it is a dictionary; give text"),
        ({"type": "str", "choices": ["a", "b"]}, "c", "x", "'c' is none of a, b; give one of them"),
        ({"type": "list"}, {}, "x", "it is a dictionary; give a list"),
        ({"type": "list"}, "a,b", "x", "it is 'a,b'; give a list"),
        ({"type": "list", "elements": "str"}, [None], "x[0]", "it is empty (null); leave it out"),
        ({"type": "list", "elements": "str"}, ["a", []], "x[1]", "it is a list; give text"),
        ({"type": "dict"}, "a", "x", "it is 'a'; give a dictionary"),
        (LISTS, [{"up": True}], "x[0]", "it has no name; give one"),
        (LISTS, [{"name": "a", "upp": True}], "x[0]", "there is no 'upp' here; did you mean up?"),
        (LISTS, [{"name": "a", "zzz": True}], "x[0]", "there is no 'zzz' here; known are name, kind, up, mode"),
        (LISTS, [{"name": "a", "up": "perhaps"}], "x[0].up", "'perhaps' is neither true nor false; say true or false"),
        (MANY, {"zzz": 1}, "x", "there is no 'zzz' here; leave it out"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(spec, value, path, problem):
    assert wrong(spec, value) == [(path, problem)]


def test_long_values_are_cut():
    ((_path, problem),) = wrong({"type": "list"}, "x" * 1000)
    assert len(problem) < 100
