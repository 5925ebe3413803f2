# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make mutants` makes of a source."""

import ast
import importlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "plugins/module_utils"


@pytest.fixture
def mutate(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tests/mutants"))
    yield importlib.import_module("mutate")
    sys.modules.pop("mutate", None)


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("x = a == b", ["(a != b)"]),
        ("x = a < b", ["(a <= b)"]),
        ("x = a in b", ["(a not in b)"]),
        ("x = a is None", ["(a is not None)"]),
        ("x = a and b", ["(a or b)"]),
        ("x = not a", ["a"]),
        ("x = a + b", ["(a - b)"]),
        ("x = a & 3", ["(a | 3)", "4"]),
        ("x = True", ["False"]),
        ("x = b if a else c", ["(not a)"]),
        ("x = b if a == c else c", ["(a != c)"]),
        ("x = [a for a in b if c]", ["True"]),
        ("def f():\n    if a:\n        return b", ["(not a)", "return None"]),
        ("def f():\n    if not a:\n        return", ["a"]),
        ("def f():\n    for a in b:\n        continue", ["break"]),
        ("def f():\n    a += b\n    g()\n    raise c", ["pass", "pass", "pass"]),
        ('"""Words."""\nx = "words"', []),
        ('def f(a: \'b[1]\') -> \'c[1]\':\n    """Words."""', []),
        ("X = t.Optional[1]", []),
        ("x = f'{a + 1}'", []),
    ],
)
def test_operators(mutate, source, changes):
    assert [mutant.after for mutant in mutate.mutants(source)] == changes


def test_what_is_beside_a_change_stays_to_the_letter(mutate):
    source = "x = 'é'; y = 1   # why\nz = (\n    a\n    == b\n)\n"
    assert [mutant.source for mutant in mutate.mutants(source)] == [
        "x = 'é'; y = 2   # why\nz = (\n    a\n    == b\n)\n",
        "x = 'é'; y = 1   # why\nz = (\n    (a != b)\n)\n",
    ]


@pytest.mark.parametrize("name", ["_nla.py", "_sysctls.py", "_kernel/_netdevice.py"])
def test_each_is_another_program(mutate, name):
    source = (ENGINE / name).read_text()
    trees = [ast.dump(ast.parse(text)) for text in (source, *(mutant.source for mutant in mutate.mutants(source)))]
    assert len(trees) > 10
    assert trees.count(trees[0]) == 1


def test_each_part_of_the_engine_has_its_share(mutate):
    numbers = {"a": 10, "b": 0, "c": 30}
    chosen = mutate.spread(numbers, 8, seed=1)
    assert [sum(file == name for file, _number in chosen) for name in numbers] == [2, 0, 6]
    assert len(set(chosen)) == 8
    assert chosen == mutate.spread(numbers, 8, seed=1) != mutate.spread(numbers, 8, seed=2)
    assert len(mutate.spread(numbers, 100, seed=1)) == 40
    assert mutate.spread({}, 8, seed=1) == []
