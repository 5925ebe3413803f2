# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sysctls of a document: set with the rest, undone with the rest, and as before when they are no longer wanted."""

import subprocess
from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _document, _errors, _record
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host
from ansible_collections.warren.tunnels.tests.kernel._engine import apply, decided, refusals
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host
from ansible_collections.warren.tunnels.tests.kernel.test_checkpoint import bring_back, taken

FORWARD, FILTER = "net.ipv4.ip_forward", "net/ipv4/conf/t.0/rp_filter"
TUN = {"name": "t.0", "kind": "tun", "up": True}
ROUTER = {"links": [TUN], "sysctls": {FORWARD: True, FILTER: 1}}
OFF6 = "net.ipv6.conf.r0.disable_ipv6"


def path(key):
    return Path("/proc/sys", key if "/" in key else key.replace(".", "/"))


def value(key):
    return path(key).read_text().strip()


def put(key, to):
    path(key).write_text(to)


def run(*commands):
    for command in commands:
        subprocess.run(command.split(), check=True)


def told(command):
    return subprocess.run(command.split(), check=True, stdout=subprocess.PIPE, text=True).stdout


@pytest.fixture(autouse=True)
def host():
    new_host()
    run("ip link add r0 type bridge")


def test_they_are_set_once_and_a_devices_own_comes_with_it():
    first = [step.command() for step in apply(ROUTER)]
    assert first == [
        f"sysctl -w {FORWARD}=1",
        "ip tuntap add dev t.0 mode tun",
        f"sysctl -w {FILTER}=1",
        "ip link set dev t.0 up",
    ]
    assert (value(FORWARD), value(FILTER)) == ("1", "1")
    assert apply(ROUTER) == ()
    put(FORWARD, "0")
    assert [step.command() for step in apply(ROUTER)] == first[:1]


def test_what_is_no_longer_wanted_is_as_it_was_before():
    put("net.ipv4.conf.r0.rp_filter", "2")
    apply({**ROUTER, "sysctls": {**ROUTER["sysctls"], "net.ipv4.conf.r0.rp_filter": 0}})
    apply({**ROUTER, "sysctls": {FILTER: 2, "net.ipv4.conf.r0.rp_filter": 1}})
    assert (value(FORWARD), value(FILTER)) == ("0", "2")
    apply({"links": [TUN]})
    assert (value(FILTER), value("net.ipv4.conf.r0.rp_filter")) == (value("net.ipv4.conf.default.rp_filter"), "2")
    assert apply({"links": [TUN]}) == ()


def test_what_was_so_before_stays():
    put(FORWARD, "1")
    apply(ROUTER)
    apply({})
    assert value(FORWARD) == "1"


def test_what_somebody_else_has_set_since_stays():
    apply({"sysctls": {"net.ipv4.ip_default_ttl": 65}})
    put("net.ipv4.ip_default_ttl", "77")
    assert apply({}) == ()
    apply({"links": [TUN]})
    put("net.ipv4.ip_default_ttl", "65")
    assert [step.command() for step in apply({})] == ["ip link delete dev t.0"]
    assert value("net.ipv4.ip_default_ttl") == "65"


def test_one_document_leaves_those_of_another_alone():
    apply({"sysctls": {FORWARD: 1}}, "merged")
    put_since = {"sysctls": {"net.ipv4.ip_default_ttl": 65}}
    apply(put_since, "merged")
    assert (value(FORWARD), value("net.ipv4.ip_default_ttl")) == ("1", "65")
    apply({"sysctls": {FORWARD: 1}}, "deleted")
    assert (value(FORWARD), value("net.ipv4.ip_default_ttl")) == ("0", "65")


def test_a_devices_own_is_set_again_when_it_is_replaced():
    apply(ROUTER)
    apply({**ROUTER, "links": [{**TUN, "kind": "tap"}]})
    assert value(FILTER) == "1"
    apply({"links": [TUN]})
    assert value(FILTER) == value("net.ipv4.conf.default.rp_filter")


def test_a_devices_own_goes_with_it_and_is_nobodys_then():
    apply(ROUTER)
    apply({"sysctls": {FORWARD: 1}})
    with _host.Kernel() as kernel:
        assert [*kernel.recall().sysctls] == [(None, FORWARD)]
    run("ip tuntap add dev t.0 mode tun")
    put(FILTER, "1")
    apply({})
    assert value(FILTER) == "1"


def test_those_of_a_namespace_are_given_back_too():
    run("ip netns add red")
    apply({"namespaces": [{"name": "red", "sysctl": {FORWARD: 1}}]})
    assert told(f"ip netns exec red sysctl -n {FORWARD}") == "1\n"
    apply({"namespaces": [{"name": "red"}]})
    assert told(f"ip netns exec red sysctl -n {FORWARD}") == "0\n"


def test_each_refusal_leaves_the_host_as_it_was():
    put("net.ipv4.conf.r0.forwarding", "1")
    put("net.ipv4.conf.all.accept_redirects", "0")
    former = told("sysctl net.ipv4.conf net.ipv6.conf")
    number = 0
    for refused in refusals({**ROUTER, "routes": [{"dst": "192.0.2.0/24", "dev": "t.0"}]}):
        assert refused.left == []
        assert told("sysctl net.ipv4.conf net.ipv6.conf") == former
        number += 1
    assert number == 5
    assert (value(FORWARD), value(FILTER)) == ("1", "1")


def test_an_undo_gives_a_device_back_what_it_lost_with_ipv6():
    run("ip link set r0 up", "ip address add 2001:db8::1/64 dev r0 nodad", "ip route add 2001:db8:1::/48 dev r0")
    former = [told(f"ip -6 {what} show dev r0") for what in ("address", "route")]
    document = {"sysctls": {OFF6: 1}, "routes": [{"dst": "192.0.2.0/24", "dev": "r0"}]}
    for refused in refusals(document, "merged"):
        assert refused.left == []
        assert "2001:db8::1/64" in told("ip -6 address show dev r0")
        assert told("ip -6 route show dev r0").splitlines()[:2] == former[1].splitlines()[:2]
    assert told("ip -6 address show dev r0") == ""


def test_ipv6_is_not_turned_off_everywhere_by_the_way():
    document = {"sysctls": {"net.ipv6.conf.all.disable_ipv6": 1}}
    with pytest.raises(_errors.Conflict, match=r"takes the IPv6 addresses and routes of all devices.*force=true"):
        apply(document)
    apply(document, force=True)
    assert value(OFF6) == "1"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("net.ipv4.no_such_thing", "there is no net.ipv4.no_such_thing on this host; sysctl -a lists"),
        ("net.ipv4.conf.gone.rp_filter", "net.ipv4.conf.gone.rp_filter: there is no link 'gone' on this host"),
        ("net.ipv4.conf.r0.rp_fliter", "there is no net.ipv4.conf.r0.rp_fliter on this host"),
        ("net/ipv4/conf/t.0/rp_fliter", "there is no net/ipv4/conf/t.0/rp_fliter on this host"),
    ],
    ids=["of-the-host", "of-no-device", "of-a-device", "of-a-new-device"],
)
def test_what_is_not_there_is_told_before_anything_is_done(key, said):
    with _host.Kernel() as kernel:
        (unmet,) = decided(kernel, {"links": [TUN], "sysctls": {key: 1}})[2].unmet
    assert said in unmet


def test_what_can_not_be_read_is_refused():
    with pytest.raises(_errors.Conflict, match=r"net\.ipv4\.route\.flush can't be read"):
        apply({"sysctls": {"net.ipv4.route.flush": 1}})


def test_a_value_that_the_kernel_does_not_take_is_undone_with_the_rest():
    with pytest.raises(_errors.StepFailed, match=r"does not take '999' for net\.ipv4\.ip_default_ttl"):
        apply({"links": [TUN], "sysctls": {FORWARD: 1, "net.ipv4.ip_default_ttl": 999}})
    assert value(FORWARD) == "0"
    assert not path(FILTER).exists()


def test_a_way_back_leads_to_before():
    apply({"sysctls": {"net.ipv4.ip_default_ttl": 65}})
    put("net.ipv4.conf.r0.forwarding", "1")
    checkpoint = taken()
    apply({**ROUTER, "sysctls": {**ROUTER["sysctls"], "net.ipv4.ip_default_ttl": 66}})
    assert bring_back(checkpoint)[1] == []
    assert (value(FORWARD), value("net.ipv4.ip_default_ttl")) == ("0", "65")
    assert value("net.ipv4.conf.r0.forwarding") == "1"
    with _host.Kernel() as kernel:
        assert kernel.recall() == checkpoint.record


def test_a_way_back_sets_again_what_was_given_back_since():
    apply(ROUTER)
    checkpoint = taken()
    apply({})
    assert value(FORWARD) == "0"
    assert bring_back(checkpoint)[1] == []
    assert (value(FORWARD), value(FILTER)) == ("1", "1")
    assert apply(ROUTER) == ()


def test_a_look_at_the_host_tells_those_that_were_set_here():
    put("net.ipv4.conf.r0.rp_filter", "2")
    apply(ROUTER)
    with _host.Kernel() as kernel:
        network = _document.of_host(kernel.survey(), lambda link: True)[0]
        assert network["sysctls"] == {FORWARD: "1", FILTER: "1"}
        assert _document.of_host(kernel.survey(), lambda link: False)[0]["sysctls"] == {FORWARD: "1"}
    assert apply(network) == ()


def test_the_record_of_a_run_that_was_killed_tells_what_to_give_back():
    class Killed(_host.Kernel):
        def remember(self, record):
            super().remember(record)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply({"sysctls": {FORWARD: 1}}, kernel=Killed)
    with _host.Kernel() as kernel:
        assert kernel.recall().sysctls == {(None, FORWARD): _record.MadeSysctl(("1",), "0")}
    put(FORWARD, "1")
    apply({})
    assert value(FORWARD) == "0"
