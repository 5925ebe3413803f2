# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what can go wrong, as a small family of errors.

Every error is one sentence, or a few, meant for the person who wrote the task: it names the option, link or
namespace, says what is wrong in plain words or in the kernel's own, and ends with the remedy.
"""

import errno
import os
import typing as t


class TunnelsError(Exception):
    """The base of all errors of this collection; ``str()`` of it is what the user reads."""


class BadOption(TunnelsError):
    """A value that can't be right whatever the host looks like; nothing has been read or changed."""

    def __init__(self, option: str, problem: str) -> None:
        """:arg option: the option's name, as the user wrote it. :arg problem: what is wrong with it, and what would do."""
        super().__init__("{0}: {1}".format(option, problem))
        self.option, self.problem = option, problem

    def inside(self, where: str) -> "BadOption":
        """Return the same about an option that is part of ``where``, such as ``links[3]``."""
        return BadOption(where + "." + self.option, self.problem)


class Unmet(TunnelsError):
    """Something that the plan needs and the host does not have (yet): a namespace, a user, an underlay link.

    In check mode it becomes a warning, because an earlier task of the same play may be the one that would provide it.
    """


class Conflict(TunnelsError):
    """The host holds something that stands in the way and that may not be touched."""


class Unreadable(TunnelsError):
    """The record of what was created can't be read."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(
            "{0}, the record of what this collection made here, can't be read: {1}. Put it back from a backup, or remove it "
            "to have all that is there taken for others'. Nothing was changed.".format(path, problem)
        )


class MissingDependency(TunnelsError):
    """pyroute2 can't be imported, or is too old."""


def fou_missing(driver: str = "fou") -> str:
    """Return what to say where a port or a tunnel inside UDP can't be. :arg driver: the kernel module that it needs."""
    return (
        "The kernel module {0}, which nothing loads by itself, is not loaded (modprobe {0}), or this kernel was built "
        "without CONFIG_NET_FOU_IP_TUNNELS".format(driver)
    )


def hint_for(number: t.Optional[int]) -> str:
    """Return what to do about an errno, where the kernel's words leave that open; else nothing."""
    if number in (errno.EPERM, errno.EACCES):
        return "This needs root, or CAP_NET_ADMIN (and CAP_SYS_ADMIN for namespaces): say become=true"
    if number in (errno.ENOBUFS, errno.ENOMEM):
        return "The host is short of memory; run this again when it has some"
    return ""


class KernelError(TunnelsError):
    """The kernel refused a request."""

    def __init__(self, number: int, words: str = "") -> None:
        """:arg number: the positive errno. :arg words: the kernel's extended acknowledgement, when it gave one."""
        super().__init__("{0} (errno {1})".format(words or os.strerror(number), number))
        self.errno = number


class NoLink(KernelError):
    """A step refers to a link that is not there."""

    def __init__(self, name: str) -> None:
        super().__init__(errno.ENODEV, "there is no link {0!r}".format(name))


class Malformed(TunnelsError):
    """The kernel sent what makes no sense."""

    def __init__(self, what: str) -> None:
        """:arg what: which message it is, and what is wrong with it."""
        super().__init__("The kernel's answer makes no sense: {0}. Report it, with what uname -r says.".format(what))


class StepFailed(TunnelsError):
    """A step of a plan failed; the steps before it were undone, or the error says what is left of them."""

    def __init__(self, step: str, cause: Exception, hint: str = "", left: t.Sequence[str] = (), lost: str = "") -> None:
        """:arg step: the failed operation as text. :arg hint: what to do about it.
        :arg left: what a look at the host finds left of the change, as text; empty when the host is as it was.
        :arg lost: what no look tells and no undo brings back."""
        self.left = list(left)
        undone = (
            "The host may not be as it was: " + "; ".join(self.left) if self.left else "Nothing is left of the change"
        )
        if lost:
            undone += ("; and " if self.left else ", but ") + lost
        parts = ["{0}: {1}".format(step, told(cause)), hint, undone]
        super().__init__(". ".join(part.rstrip(".") for part in parts if part) + ".")


def is_foreseen(error: BaseException) -> bool:
    """Return whether it is an error of the host's, and not one of ours."""
    return isinstance(error, (TunnelsError, OSError))


def told(error: Exception) -> str:
    """Return an error as the user reads it; what no one foresaw, with its type."""
    return str(error) if is_foreseen(error) else "{0}: {1}. Report it".format(type(error).__name__, error)
