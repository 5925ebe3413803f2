# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import errno
import resource
import signal

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _files


@pytest.fixture
def small_files():
    """Let this process write 16 bytes to a file and no more."""
    handler, limits = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.usefixtures("small_files")
def test_file_that_cannot_be_written_is_named_and_stays_as_it_was(tmp_path):
    path = tmp_path / "created.json"
    _files.replace(str(path), "before")
    with pytest.raises(OSError, match=r"created\.json") as caught:
        _files.replace(str(path), "x" * 17)
    assert (caught.value.errno, caught.value.filename) == (errno.EFBIG, str(path))
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("created.json", "before")]


def test_folder_that_is_not_there_is_named_by_the_file(tmp_path):
    path = str(tmp_path / "nowhere" / "file")
    with pytest.raises(FileNotFoundError) as caught:
        _files.replace(path, "")
    assert caught.value.filename == path
