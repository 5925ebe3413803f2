# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mutants of a source: one small change each, by the operators that mutation testing commonly has. Pure."""

from __future__ import annotations

import ast
import copy
import itertools
import random
import typing as t

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}


class Mutant(t.NamedTuple):
    """A change of a source. Whatever is beside it stays to the letter."""

    line: int
    what: str
    """The operator's name."""
    before: str
    after: str
    source: str
    """The whole of it, changed."""


def mutants(source: str) -> list[Mutant]:
    """Return all mutants of a source, in the order of its text."""
    tree = ast.parse(source)
    text = source.encode()
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    found = []
    for node, what, new in _changes(tree, in_function=False):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start, end = lines[node.lineno - 1] + node.col_offset, lines[node.end_lineno - 1] + node.end_col_offset
        after = "pass" if new is None else _text(new)
        changed = (text[:start] + after.encode() + text[end:]).decode()
        found.append(Mutant(node.lineno, what, text[start:end].decode(), after, changed))
    return sorted(found, key=lambda mutant: (mutant.line, mutant.what, mutant.before))


def spread(numbers: t.Mapping[str, int], count: int, seed: int) -> list[tuple[str, int]]:
    """Choose ``count`` of all mutants, each room having its share, as far as there are so many.

    :arg numbers: how many mutants each file has. Files of one room follow one another. Returned are files, with the number of
        the mutant in each.
    """
    every = [(file, number) for file, many in numbers.items() for number in range(many)]
    dice = random.Random(seed)
    count = min(count, len(every))
    bounds = [len(every) * part // count for part in range(count + 1)] if count else []
    chosen = [every[dice.randrange(*pair)] for pair in itertools.pairwise(bounds)]
    dice.shuffle(chosen)
    return chosen


def _text(node: ast.AST) -> str:
    text = ast.unparse(node)
    # What stands for an operand keeps its place among operators.
    return f"({text})" if isinstance(node, (ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare)) else text


_Change = tuple[t.Any, str, ast.AST | None]
"""The node, the operator, and what comes in the node's place: None for nothing."""


def _changes(node: ast.AST, *, in_function: bool) -> t.Iterator[_Change]:
    yield from _of_expression(node)
    if in_function:
        yield from _of_statement(node)
    inside = in_function or isinstance(node, (ast.FunctionDef, ast.Lambda))
    for name, value in ast.iter_fields(node):
        # Types say nothing when the program runs.
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_left_out(child):
                yield from _changes(child, in_function=inside)


def _is_left_out(node: ast.AST) -> bool:
    """Return whether it is a docstring, concerns types, or is a text whose parts have no places of their own (before Python 3.12)."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, (ast.If, ast.Assign)):
        said = node.test if isinstance(node, ast.If) else node.value
        return any(isinstance(name, ast.Name) and name.id == "t" for name in ast.walk(said))
    return isinstance(node, ast.JoinedStr)


def _of_expression(node: ast.AST) -> t.Iterator[_Change]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield node, "comparison", _with(node, ops=[COMPARISONS[type(node.ops[0])](), *node.ops[1:]])
    elif isinstance(node, ast.BoolOp):
        yield node, "and/or", _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node, "not", node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield node, "arithmetic", _with(node, op=ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield node, "constant", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield node, "constant", ast.Constant(node.value + 1)
    elif isinstance(node, ast.IfExp):
        yield from _of_condition(node.test)
    elif isinstance(node, ast.comprehension):
        yield from ((test, "filter", ast.Constant(True)) for test in node.ifs)


def _of_statement(node: ast.AST) -> t.Iterator[_Change]:
    if isinstance(node, (ast.If, ast.While)):
        yield from _of_condition(node.test)
    elif isinstance(node, ast.Return) and not (node.value is None or _is_none(node.value)):
        yield node, "return", _with(node, value=ast.Constant(None))
    elif isinstance(node, ast.Continue):
        yield node, "loop", ast.Break()
    elif isinstance(node, ast.Break):
        yield node, "loop", ast.Continue()
    elif isinstance(node, (ast.AugAssign, ast.Raise)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Yield, ast.YieldFrom))
    ):
        yield node, "statement", None


def _of_condition(test: ast.expr) -> t.Iterator[_Change]:
    """Those that another operator turns round are not turned round twice."""
    opposites = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)
    is_turned = isinstance(test, ast.Compare) and isinstance(test.ops[0], opposites)
    if not is_turned and not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
        yield test, "condition", ast.UnaryOp(ast.Not(), test)


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _with(node: ast.AST, **fields: t.Any) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed
