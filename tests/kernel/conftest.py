# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""scripts/kernel runs these tests in namespaces of their own; elsewhere they would change the machine."""

import json
import os
from pathlib import Path

import pytest
from ansible.plugins.loader import init_plugin_loader
from hypothesis import HealthCheck, settings

init_plugin_loader([str(Path(__file__).parents[4])])

COMMON = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("quick", derandomize=True, **COMMON)
settings.register_profile("torture", **COMMON)
settings.load_profile("torture" if os.environ.get("WARREN_TORTURE") else "quick")

FIGURES = {}


@pytest.fixture
def figures():
    """Take what a test counted: a name, how many, and how many of them went wrong."""

    def note(name, number, wrong):
        FIGURES[name] = [number, wrong]
        if os.environ.get("WARREN_FIGURES"):
            Path(os.environ["WARREN_FIGURES"]).write_text(json.dumps(FIGURES))

    return note


def pytest_collection_modifyitems():
    if os.environ.get("WARREN_KERNEL_TESTS") != "in namespaces of their own":
        pytest.exit("run these tests by make kernel", returncode=2)
