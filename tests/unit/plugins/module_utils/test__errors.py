# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import errno

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors


@pytest.mark.parametrize(
    ("error", "text"),
    [
        pytest.param(_errors.BadOption("mtu", "too low"), "mtu: too low", id="option"),
        pytest.param(_errors.KernelError(errno.EPERM), "Operation not permitted (errno 1)", id="kernel-without-words"),
        pytest.param(
            _errors.KernelError(errno.EINVAL, "Unknown device type"), "Unknown device type (errno 22)", id="kernel"
        ),
        pytest.param(
            _errors.StepFailed("ip link", OSError("why.")),
            "ip link: why. Nothing is left of the change.",
            id="step",
        ),
        pytest.param(
            _errors.StepFailed("ip link", OSError("why"), "Do that"),
            "ip link: why. Do that. Nothing is left of the change.",
            id="step-with-hint",
        ),
        pytest.param(
            _errors.StepFailed("ip link", OSError("why"), "", ["a: b", "c: d"]),
            "ip link: why. The host may not be as it was: a: b; c: d.",
            id="step-with-left-overs",
        ),
        pytest.param(
            _errors.StepFailed("ip link", ValueError("why")),
            "ip link: ValueError: why. Report it. Nothing is left of the change.",
            id="step-that-no-one-foresaw",
        ),
    ],
)
def test_what_the_user_reads(error, text):
    assert str(error) == text
    assert isinstance(error, _errors.TunnelsError)


def test_what_the_program_reads():
    assert _errors.BadOption("mtu", "x").option == "mtu"
    assert _errors.KernelError(errno.EBUSY).errno == errno.EBUSY


@pytest.mark.parametrize(
    ("number", "hint"),
    [(errno.EPERM, "become=true"), (errno.EACCES, "become=true"), (errno.ENOBUFS, "memory")],
    ids=["not-permitted", "no-access", "no-buffers"],
)
def test_hint(number, hint):
    assert hint in _errors.hint_for(number)


@pytest.mark.parametrize("number", [None, errno.EINVAL, errno.EBUSY])
def test_no_hint(number):
    assert _errors.hint_for(number) == ""
