# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there is told while others' namespaces and links come and go, as on hosts of containers."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _commit, _errors
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _checkpoints, _host, _namespaces
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Link, Namespace, Want
from ansible_collections.warren.tunnels.plugins.module_utils._way_back import Wish
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import count, new_host

CONTAINERS = """
# Once the command that runs is done, so that none goes on after the test.
trap exit TERM
while :; do
    for name in c0 c1 c2 c3; do
        ip netns add "$name"
        ip link add "v$name" type veth peer name eth0 netns "$name"
        ip address add 10.99.0.1/24 dev "v$name"
        ip link set "v$name" up
        ip netns delete "$name"
    done
done
"""
OURS = {
    "namespaces": [{"name": "red"}],
    "links": [{"name": "k0", "kind": "veth", "addresses": ["10.0.0.1/24"], "peer": {"name": "k1", "netns": "red"}}],
}


@pytest.fixture
def containers():
    new_host()
    process = subprocess.Popen(["bash", "-c", CONTAINERS], stderr=subprocess.DEVNULL)
    yield
    process.terminate()
    process.wait()


def ours(have):
    near, far = have.links[(None, "k0")], have.links[("red", "k1")]
    return ([address.address for address in near.addresses], near.attributes["peer"], far.attributes["peer"])


@pytest.mark.usefixtures("containers")
def test_looks_while_containers_come_and_go(figures):
    apply(OURS)
    faults = []
    number = count(40, 1000)
    for _look in range(number):
        try:
            with _host.Kernel() as kernel:
                assert ours(kernel.survey()) == (["10.0.0.1"], ("red", "k1"), (None, "k0"))
        except (OSError, _errors.TunnelsError) as error:
            faults.append(str(error))
    figures("looks under churn", number, len(faults))
    assert faults == []


def told_here():
    """Return the links of the host itself and their addresses, as ip(8) tells them."""
    answer = subprocess.run(["ip", "-4", "-j", "address"], check=True, stdout=subprocess.PIPE).stdout
    return {link["ifname"]: [address["local"] for address in link["addr_info"]] for link in json.loads(answer)}


@pytest.mark.usefixtures("containers")
def test_ways_back_while_containers_come_and_go(monkeypatch):
    monkeypatch.setattr(_checkpoints, "check_place", lambda: None)
    for _turn in range(count(5, 100)):
        apply(OURS)
        _commit.commit(Wish("test", "armed", 60), check_mode=False)
        apply({})
        assert "k0" not in told_here()
        missing = ""
        try:
            _commit.commit(Wish("test", "rolled_back", 60), check_mode=False)
        except _errors.TunnelsError as error:
            # What is made and taken away all the time can't be brought back.
            missing = str(error)
        assert "k0" not in missing
        assert told_here()["k0"] == ["10.0.0.1"]


def going(name, monkeypatch):
    """Let a name be listed, but go before anything else is asked."""
    listed = _namespaces.living

    def living():
        names = [*listed(), name]
        if os.path.exists(_namespaces.path(name)):
            subprocess.run(["ip", "netns", "delete", name], check=True)
        return names

    monkeypatch.setattr(_namespaces, "living", living)


def test_a_namespace_that_goes_after_it_was_listed(monkeypatch):
    new_host()
    apply(OURS)
    subprocess.run(["ip", "netns", "add", "gone"], check=True)
    going("gone", monkeypatch)
    with _host.Kernel() as kernel:
        have = kernel.survey()
        assert set(have.namespaces) == {"red"}
        assert ours(have) == (["10.0.0.1"], ("red", "k1"), (None, "k0"))
        assert ours(kernel.glance(Want(links={id_: Link(*id_, None) for id_ in ((None, "k0"), ("red", "k1"))})))


def test_a_name_whose_namespace_is_not_mounted_yet(monkeypatch):
    """The file comes first, so that a look between it and the mount finds a plain one."""
    new_host()
    apply(OURS)
    Path(_namespaces.path("early")).touch()
    monkeypatch.setattr(_namespaces, "is_stale", lambda _name: False)
    with _host.Kernel() as kernel:
        have = kernel.survey()
    assert set(have.namespaces) == {"red"}
    assert ours(have) == (["10.0.0.1"], ("red", "k1"), (None, "k0"))


def test_a_namespace_that_goes_before_a_glance_enters_it(monkeypatch):
    new_host()
    names = _namespaces.names
    monkeypatch.setattr(_namespaces, "names", lambda: [*names(), "gone"])
    want = Want(namespaces={"gone": Namespace("gone")}, links={("gone", "b0"): Link("gone", "b0", "bridge")})
    with _host.Kernel() as kernel:
        assert kernel.glance(want).namespaces == {}
        assert kernel.read(want).links == {}
