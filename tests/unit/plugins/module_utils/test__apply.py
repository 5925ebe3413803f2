# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import errno

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import (
    _apply,
    _decide,
    _errors,
)
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address
from ansible_collections.warren.tunnels.plugins.module_utils._steps._address import AddAddress
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import DeleteLink, SetLink
from ansible_collections.warren.tunnels.plugins.module_utils._steps._namespace import DeleteNamespace
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import Kernel, have, join, link, want

ENDS = {"local": "192.0.2.1", "remote": "192.0.2.2"}
GRE = want("ip_tunnel", name="tun100", mode="gre", up=True, mtu=1400, addresses=["10.1.1.1/30"], **ENDS)
NETNS = want("netns", name="red")
BOTH = join(NETNS, want("tuntap", name="tun0", mode="tun", netns="red", up=True, addresses=["10.0.0.1/24"]))
TAP = want("tuntap", name="tun0", mode="tap", up=True)
OLD_TUN = link("tun", "tun0", up=True, addresses=[Address("10.0.0.1", 24)])
REFUSED = _errors.KernelError(errno.EINVAL, "no way")


def plan_and_apply(kernel, wanted):
    return _apply.apply(kernel, *_decide.decide(kernel, wanted))


def fail_at(number, error=REFUSED):
    """Return a judge that fails one step only, and so none of the way back."""
    count = iter(range(1000))
    return lambda step: error if next(count) == number else None


def test_host_is_read_again_and_has_what_was_wanted():
    kernel = Kernel(have())
    after = plan_and_apply(kernel, BOTH)
    assert after.links[("red", "tun0")].attributes["up"] is True
    assert after == kernel.read(BOTH)


def test_batches_are_of_one_type_and_namespace():
    kernel = Kernel(have())
    plan_and_apply(kernel, join(BOTH, GRE))
    assert [[step.command() for step in batch] for batch in kernel.batches] == [
        ["ip netns add red"],
        ["ip link add dev tun100 up mtu 1400 type gre local 192.0.2.1 remote 192.0.2.2"],
        ["ip -n red tuntap add dev tun0 mode tun"],
        ["ip -n red link set dev lo up", "ip -n red link set dev tun0 up"],
        ["ip address replace 10.1.1.1/30 dev tun100"],
        ["ip -n red address replace 10.0.0.1/24 dev tun0"],
    ]


AGAIN = ", but what was made again has lost its counters, multicast addresses and neighbours' sysctls: "


@pytest.mark.parametrize(
    ("host", "wanted", "number", "lost"),
    [
        *(pytest.param(have(), BOTH, number, "", id="create-{0}".format(number)) for number in range(5)),
        pytest.param(have(OLD_TUN), TAP, 0, "", id="replace-0"),
        *(pytest.param(have(OLD_TUN), TAP, number, AGAIN + "tun0", id=f"replace-{number}") for number in range(1, 4)),
    ],
)
def test_failed_step_leaves_the_host_as_it_was(host, wanted, number, lost):
    kernel = Kernel(host, fail_at(number))
    with pytest.raises(_errors.StepFailed, match=rf"no way \(errno 22\)\..* Nothing is left of the change{lost}\.$"):
        plan_and_apply(kernel, wanted)
    assert (kernel.host.namespaces, kernel.host.links) == (host.namespaces, host.links)


def test_error_begins_with_the_step_that_failed():
    with pytest.raises(_errors.StepFailed, match=r"^ip -n red address replace 10\.0\.0\.1/24 dev tun0: no way"):
        plan_and_apply(Kernel(have(), fail_at(4)), BOTH)


def test_the_last_step_is_taken_back_first():
    kernel = Kernel(have(), fail_at(4))
    with pytest.raises(_errors.StepFailed):
        plan_and_apply(kernel, BOTH)
    done = [step.command() for step in kernel.done]
    assert done[-2:] == ["ip -n red link delete dev tun0", "ip netns delete red"]


def test_link_message_that_failed_is_taken_back_too():
    """A message may have had an effect before it failed."""
    kernel = Kernel(have(OLD_TUN), fail_at(0))
    with pytest.raises(_errors.StepFailed):
        plan_and_apply(kernel, want("tuntap", name="tun0", mode="tun", mtu=1400, up=False))
    assert kernel.done[0].command() == "ip link set dev tun0 up mtu 1500"


def test_what_can_not_be_taken_back_is_named():
    def fail(step):
        return REFUSED if isinstance(step, (AddAddress, DeleteNamespace)) else None

    with pytest.raises(_errors.StepFailed) as caught:
        plan_and_apply(Kernel(have(), fail), BOTH)
    assert "namespace red is present, was absent" in caught.value.left
    assert caught.value.left[-1] == "ip netns delete red: no way (errno 22)"
    assert "The host may not be as it was: " in str(caught.value)


def test_a_way_back_that_fails_from_what_was_not_changed_leaves_nothing():
    """Setting the old values again is refused, as was the step."""

    def fail(step):
        return REFUSED if isinstance(step, SetLink) else None

    with pytest.raises(_errors.StepFailed, match=r"no way.*Nothing is left of the change\.$") as caught:
        plan_and_apply(Kernel(have(OLD_TUN), fail), want("tuntap", name="tun0", mode="tun", mtu=1400))
    assert caught.value.left == []


class Ordered(Kernel):
    """A kernel that can't set a port's master before the bridge is there again."""

    def __init__(self, host):
        super().__init__(host, self.judge)

    def judge(self, step):
        if isinstance(step, AddAddress):
            return REFUSED
        if isinstance(step, SetLink) and (None, step.changes.get("master")) not in self.host.links:
            return _errors.NoLink(str(step.changes.get("master")))
        return None


def test_what_needs_another_thing_is_taken_back_after_it():
    bridge, port = link("bridge", "br0"), link("tap", "p0", up=True, master="br0")
    gone = want("tuntap", name="p0", state="absent"), want("bridge", name="br0", state="absent")
    kernel = Ordered(have(bridge._replace(ports=(port,)), port))
    with pytest.raises(_errors.StepFailed, match=rf"Nothing is left of the change{AGAIN}br0, p0\.$"):
        plan_and_apply(kernel, join(*gone[::-1], want("bridge", name="br1", addresses=["10.0.0.1/24"])))


class Breaking(Kernel):
    """A kernel that takes a batch of steps, and an exception comes in place of its answers."""

    def __init__(self, host, number, error):
        super().__init__(host)
        self.number, self.error = number, error

    def perform(self, steps):
        outcomes = super().perform(steps)
        if len(self.batches) == self.number:
            raise self.error
        return outcomes


@pytest.mark.parametrize("number", range(1, 5))
@pytest.mark.parametrize("host", [have(), have(OLD_TUN)], ids=["empty", "other"])
@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(
            OSError(errno.ENOBUFS, "no room"),
            r"no room\. The host is short of memory.*Nothing is left",
            id="no-buffers",
        ),
        pytest.param(_errors.Malformed("an answer"), r"an answer.*Nothing is left", id="malformed"),
        pytest.param(ZeroDivisionError("why"), r"ZeroDivisionError: why\. Report it\. Nothing is left", id="bug"),
    ],
)
def test_every_exception_leads_through_the_undo(number, host, error, words):
    kernel = Breaking(host, number, error)
    with pytest.raises(_errors.StepFailed, match=words) as caught:
        plan_and_apply(kernel, BOTH)
    assert caught.value.__cause__ is error
    assert (kernel.host.namespaces, kernel.host.links) == (host.namespaces, host.links)


def test_the_way_back_goes_on_after_a_step_that_fails():
    def fail(step):
        return REFUSED if isinstance(step, (AddAddress, DeleteLink)) else None

    kernel = Kernel(have(), fail)
    with pytest.raises(_errors.StepFailed):
        plan_and_apply(kernel, BOTH)
    assert isinstance(kernel.done[-1], DeleteNamespace)


class Forgetful(Kernel):
    """A kernel that reports success for what it does not do."""

    def __init__(self, host, forgotten):
        super().__init__(host)
        self.forgotten = forgotten

    def read(self, want):
        host = super().read(want)
        links = {
            id_: end._replace(
                attributes={name: value for name, value in end.attributes.items() if name != self.forgotten}
            )
            for id_, end in host.links.items()
        }
        return host._replace(links=links)


def test_success_is_not_believed():
    kernel = Forgetful(have(), "mtu")
    with pytest.raises(_errors.StepFailed, match="it takes these steps again: ip link set dev tun100 mtu 1400"):
        plan_and_apply(kernel, GRE)
    assert kernel.host.links == {}


class Blind(Kernel):
    """A kernel that can't be read any more once it was changed."""

    def __init__(self, host, error):
        super().__init__(host)
        self.error = error

    def read(self, want):
        if self.done:
            raise self.error
        return super().read(want)


@pytest.mark.parametrize("error", [REFUSED, _errors.Conflict("no way"), PermissionError(1, "no way")], ids=repr)
def test_all_is_taken_back_where_the_host_can_not_be_read_again(error):
    kernel = Blind(have(), error)
    with pytest.raises(
        _errors.StepFailed, match=r"^Reading the host again: .*no way.*may not be as it was: it could not be read"
    ):
        plan_and_apply(kernel, GRE)
    assert kernel.host.links == {}


@pytest.mark.parametrize(
    ("wanted", "read"),
    [
        pytest.param(want("tuntap", name="tun0", mode="tun", mtu=1400), [], id="change"),
        pytest.param(TAP, [{(None, "tun0")}], id="replace"),
        pytest.param(want("tuntap", name="tun0", mode="tun", up=False), [{(None, "tun0")}], id="down"),
    ],
)
def test_routes_are_read_only_where_they_go(wanted, read):
    kernel = Kernel(have(OLD_TUN))
    _decide.decide(kernel, wanted)
    assert kernel.routes_read == read
