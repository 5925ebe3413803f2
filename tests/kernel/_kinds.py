# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of kinds of links share: what ip(8) tells of links, and whether this kernel has a kind."""

import json
import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _document
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

OF_THE_MOMENT = ("ifindex", "link_index", "qdisc", "operstate", "linkmode", "stats64")


def ip(*lines):
    for line in lines:
        subprocess.run(["ip", *line.split()], check=True)


def new_host_with(sample):
    """Begin anew, if the kernel takes this link on a TAP device t0."""
    new_host()
    ip("tuntap add t0 mode tap")
    made = subprocess.run(["ip", "link", "add", *sample.split()], check=False, stderr=subprocess.PIPE)
    if made.returncode:
        pytest.skip(f"this kernel has no such links ({sample}): {made.stderr.decode().strip()}")
    new_host()


def told(*words):
    return json.loads(subprocess.run(["ip", "-d", "-j", *words], check=True, stdout=subprocess.PIPE).stdout)


def link(name):
    (found,) = told("link", "show", name)
    return found


def names():
    return [found["ifname"] for found in told("link") if found["ifname"] != "lo"]


def addresses(name):
    (found,) = told("address", "show", name)
    return [address["local"] for address in found["addr_info"]]


def lasting(name):
    """Return what a link like this one would have as well."""
    return {key: value for key, value in link(name).items() if key not in OF_THE_MOMENT}


def document():
    """Return what is told of this host."""
    with _host.Kernel() as kernel:
        return _document.of_choice(_document.Choice(), kernel.survey())["network"]


def assert_told_makes_the_same_elsewhere(*names_):
    before = {name: lasting(name) for name in names_}
    found = document()
    new_host()
    apply(found)
    assert {name: lasting(name) for name in names_} == before
    assert apply(found) == ()
