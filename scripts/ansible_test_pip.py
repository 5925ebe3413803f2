# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let ansible-test build its virtual environments where only a package index can be reached.

ansible-test takes pip from a bootstrap script that it downloads from a server of its own and caches. Where that
script is neither cached nor within reach, this puts a stand-in into the cache: it takes pip from Python's own
ensurepip, and the release that ansible-test asks for from the package index.

Run it with the Python that ansible-test is installed for.
"""

from __future__ import annotations

import inspect
import re
import urllib.request
from pathlib import Path
from types import SimpleNamespace

from ansible_test._internal.constants import SUPPORTED_PYTHON_VERSIONS
from ansible_test._internal.python_requirements import get_venv_packages
from ansible_test._util.target.setup import requirements

CACHE = Path.home() / ".ansible" / "test" / "cache"
PATIENCE_S = 5

STAND_IN = '''\
"""Stand-in for a pip bootstrap script that could not be downloaded; delete it to have ansible-test try again."""
import subprocess
import sys

# A process of its own: ensurepip turns pip's configuration off in the one that it runs in.
subprocess.check_call([sys.executable, "-m", "ensurepip", "--upgrade"])
options = [arg for arg in sys.argv[1:] if arg not in ("--no-setuptools", "--no-wheel")]
subprocess.check_call([sys.executable, "-m", "pip", "install"] + options)
'''


def pip_versions() -> set[str]:
    """The pip releases that this ansible-test bootstraps, over all Pythons that it tests with."""
    return {get_venv_packages(SimpleNamespace(version=python))["pip"] for python in SUPPORTED_PYTHON_VERSIONS}


def is_reachable(version: str) -> bool:
    """Whether ansible-test could download the script itself."""
    url = re.search(r"url = '(https://\S+)' % pip_version", inspect.getsource(requirements.bootstrap))
    if url is None:
        return False
    request = urllib.request.Request(url[1] % version, method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S):
            return True
    except OSError:
        return False


def main() -> None:
    for version in sorted(pip_versions()):
        script = CACHE / f"get_pip_{version.replace('.', '_')}.py"
        if script.exists() or is_reachable(version):
            continue
        CACHE.mkdir(parents=True, exist_ok=True)
        script.write_text(STAND_IN)
        print(f"ansible-test's bootstrap script for pip {version} is out of reach: ensurepip stands in for it.")


if __name__ == "__main__":
    main()
