# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what every step of a plan answers, whatever it is about. The other files of this folder have
the steps of one resource each."""

import typing as t

from .. import _errors
from .._resources import Have, LinkId, Rule

if t.TYPE_CHECKING:
    from .._record import Draft
    from .._ways import Claim, Lifeline
    from ._world import World

Touched = t.Tuple[str, t.Any]
"""A field of ``Have`` and the id of a thing in it."""


class Step:
    """One change of a host, as data. Where a step has nothing to tell of a question, the answer here stands."""

    field = ""
    """Of what is neither a namespace nor a link, what ``Have`` calls it."""

    @property
    def netns(self) -> t.Optional[str]:
        """Return the namespace that it is taken in."""
        return None

    def command(self) -> str:
        """Return the ``ip`` command line that does the same; where ``ip`` has none, what is done instead."""
        raise NotImplementedError

    def inverse(self) -> "t.List[Step]":
        """Return the steps that take it back."""
        raise NotImplementedError

    def again(self) -> "Step":
        """Return the step that does the same where that is done already, this one where it does no harm."""
        return self

    def take_effect(self, world: "World") -> None:
        """Change a made-up host as the kernel would change a real one."""
        raise NotImplementedError

    def touches(self, have: Have) -> t.Iterator[Touched]:
        """Yield the things that are other ones after it, if only by what goes with it."""
        return iter(())

    def takes(self) -> t.List[LinkId]:
        """Return the places of links that are empty after it."""
        return []

    @property
    def disturbs(self) -> t.Optional[LinkId]:
        """Return the link that loses routes by it."""
        return None

    def claims(self) -> "t.Iterator[Claim]":
        """Yield the destinations that it would route to a link."""
        return iter(())

    @property
    def turns(self) -> t.Optional[t.Tuple[t.Optional[str], int]]:
        """Return the namespace and the address family whose packets it may send by another table."""
        return None

    def reorder(self, rules: t.List[Rule]) -> None:
        """Change the rules of these, which are in the order in which the kernel looks at them."""

    def cuts(self, lifeline: "Lifeline", have: Have) -> str:
        """Return why it would cut a lifeline; nothing where it would not."""
        return ""

    def enter(self, draft: "Draft") -> None:
        """Enter what it creates into a record."""

    def strike(self, draft: "Draft") -> None:
        """Strike what it ends out of a record."""

    def hint(self, cause: Exception) -> str:
        """Return what to do about the kernel's refusal of it, nothing where that is plain."""
        return "" if isinstance(cause, _errors.NoLink) else self.remedy(cause, getattr(cause, "errno", None))

    def remedy(self, cause: Exception, number: t.Optional[int]) -> str:
        """Return the same for an errno, where no link is missing that it refers to."""
        return _errors.hint_for(number)
