# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""scripts/kernel runs these tests in namespaces of their own; elsewhere they would change the machine."""

import os
from pathlib import Path

import pytest
from ansible.plugins.loader import init_plugin_loader
from hypothesis import HealthCheck, settings

init_plugin_loader([str(Path(__file__).parents[4])])

settings.register_profile(
    "quick",
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile("thorough", max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("quick")


def pytest_collection_modifyitems():
    if os.environ.get("WARREN_KERNEL_TESTS") != "in namespaces of their own":
        pytest.exit("run these tests by make kernel", returncode=2)
