# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: our files, which are whole at any time, whatever becomes of us or of the host's power."""

import binascii
import contextlib
import os
import re
import typing as t

from . import _errors

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,19}\Z")


def check_name(name: str) -> str:
    """Return the value of an option ``name`` if it can be part of the names of files and of units; else raise BadOption."""
    if not _NAME.match(name):
        raise _errors.BadOption(
            "name", "{0!r} is not of 1 to 20 lower-case letters, digits and dashes, beginning with no dash".format(name)
        )
    return name


def replace(path: str, content: t.Union[bytes, str], mode: int = 0o644, owner: t.Tuple[int, int] = (-1, -1)) -> None:
    """Put a file in the place of the former one, at once or not at all."""
    with beside(path) as temporary:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)
            file.flush()
            os.fchown(fd, *owner)
            os.fchmod(fd, mode)
            # Without it, a name may outlive a power cut that its content does not.
            os.fsync(fd)


@contextlib.contextmanager
def beside(path: str) -> t.Iterator[str]:
    """Give a name in the same folder that nobody else can know, and rename what is made there to ``path``."""
    # networkd and other readers of such folders take no notice of a name like this.
    temporary = os.path.join(os.path.dirname(path), ".warren-" + binascii.hexlify(os.urandom(8)).decode())
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError) and error.errno:
            # A write that fails names no file, and others one that is gone by now.
            error.filename, error.filename2 = path, None
        raise
