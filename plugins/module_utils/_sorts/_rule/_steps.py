# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what is done to rules of policy routing."""

import errno
import typing as t

from ... import _values
from ..._record import Draft
from ..._resources import Have, Rule
from ..._steps._lines import line
from ..._steps._step import Step, Touched
from ..._steps._world import World
from ._state import FIELD

WORD = "rule"


class _OfRule(t.NamedTuple):
    rule: Rule

    @property
    def netns(self) -> t.Optional[str]:
        return self.rule.netns

    @property
    def turns(self) -> t.Optional[t.Tuple[t.Optional[str], int]]:
        return self.rule.netns, self.rule.family

    def touches(self, have: Have) -> t.Iterator[Touched]:
        yield FIELD, self.rule.id


class AddRule(_OfRule, Step):
    field = FIELD

    def command(self) -> str:
        return _line(self.rule, "add")

    def inverse(self) -> t.List[Step]:
        return [DeleteRule(self.rule)]

    def take_effect(self, world: World) -> None:
        world.things[FIELD][self.rule.id] = self.rule

    def reorder(self, rules: t.List[Rule]) -> None:
        rules.append(self.rule)
        rules.sort(key=lambda rule: rule.priority or 0)

    def enter(self, draft: Draft) -> None:
        # One that comes back was others', or is in the record of then.
        if not self.rule.message:
            draft.add(FIELD, self.rule.id)

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        if number in (errno.EAFNOSUPPORT, errno.EOPNOTSUPP):
            return "rules: this kernel lacks rules of that family, or what this one asks for; leave it out"
        return super().remedy(cause, number)


class DeleteRule(_OfRule, Step):
    field = FIELD

    def command(self) -> str:
        return _line(self.rule, "delete")

    def inverse(self) -> t.List[Step]:
        return [AddRule(self.rule)]

    def take_effect(self, world: World) -> None:
        del world.things[FIELD][self.rule.id]

    def reorder(self, rules: t.List[Rule]) -> None:
        rules[:] = [rule for rule in rules if rule.id != self.rule.id]

    def strike(self, draft: Draft) -> None:
        draft.discard(FIELD, self.rule.id)


def _line(rule: Rule, verb: str) -> str:
    family = ["-6"] if rule.family == _values.IPV6 else []
    return line(rule.netns, *family, "rule", verb, *_words(rule))


def text(rule: Rule) -> str:
    """Return a rule as ``ip`` takes it."""
    return " ".join([*(["-6"] if rule.family == _values.IPV6 else []), *_words(rule)])


_ORDER = ("not", "from", "to", "tos", "fwmark", "iif", "oif", "uidrange", "ipproto", "sport", "dport", "tun_id", "l3mdev",
          "type", "goto", "table", "suppress_prefixlength", "suppress_ifgroup", "protocol")  # fmt: skip
_WORDS = {"table": "lookup"}
_ALONE = ("not", "l3mdev")


def _words(rule: Rule) -> t.List[str]:
    words = ["priority", str(rule.priority)] if rule.priority is not None else []
    values = rule.values
    for name in (*_ORDER, *(name for name in values if name not in _ORDER)):
        if name in _ALONE:
            words += [name] if values.get(name) else []
        elif name in values:
            text = hex(values[name]) if name == "tos" else str(values[name])
            words += [text] if name == "type" else [_WORDS.get(name, name), text]
    return words
