# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import errno
import subprocess
import sys

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _files

# A process of its own, because what pytest prints may go to a file, too.
REPLACE_WITH_SMALL_FILES = """
import resource, signal, sys
from ansible_collections.warren.tunnels.plugins.module_utils import _files

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))
try:
    _files.replace(sys.argv[1], "x" * 17)
except OSError as error:
    print(error.errno, error.filename, error.filename2)
"""


def test_file_that_cannot_be_written_is_named_and_stays_as_it_was(tmp_path):
    path = tmp_path / "created.json"
    _files.replace(str(path), "before")
    command = [sys.executable, "-c", REPLACE_WITH_SMALL_FILES, str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    assert done.stdout == f"{errno.EFBIG} {path} None\n"
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("created.json", "before")]


def test_folder_that_is_not_there_is_named_by_the_file(tmp_path):
    path = str(tmp_path / "nowhere" / "file")
    with pytest.raises(FileNotFoundError) as caught:
        _files.replace(path, "")
    assert caught.value.filename == path
