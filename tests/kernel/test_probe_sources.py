# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A probe asks from an address of its own link, however short a time ago the link got that."""

import json
import subprocess

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.modules import tunnel_probe
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

MADE = """\
netns add red
link add dev near type veth peer name far
link add dev other type veth peer name beyond
link set dev far netns red up
link set dev beyond netns red up
link set dev near up
link set dev other up
address add fd00:2::1/64 dev other nodad
"""
FAR = """\
address add fd00:1::2/64 dev far nodad
address add fd00:2::2/64 dev beyond nodad
"""


def ip(batch, *options):
    subprocess.run(["ip", *options, "-batch", "-"], input=batch.encode(), check=True)


def tentative(device):
    return b"tentative" in subprocess.check_output(["ip", "-6", "address", "show", "dev", device, "scope", "global"])


@pytest.fixture(autouse=True)
def host():
    new_host()
    ip(MADE)
    ip(FAR, "-n", "red")
    yield
    new_host()


def probe(capsys, **options):
    with patch_module_args(options), pytest.raises(SystemExit):
        tunnel_probe.main()
    return json.loads(capsys.readouterr().out)["probes"]


def test_an_address_that_the_kernel_still_checks_is_waited_for(capsys):
    ip("address add fd00:1::1/64 dev near\n")
    assert tentative("near")
    (answer,) = probe(capsys, probes=[{"name": "near", "destination": "fd00:1::2", "timeout": 0.5}])
    assert (answer["reachable"], answer["elsewhere"]) == (True, [])
