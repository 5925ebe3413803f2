# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Routes of others in the place of wanted ones: refused, or taken over and given back."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import (
    _apply,
    _decide,
    _errors,
    _record,
    _recording,
    _resources,
)
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Address
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import (
    Kernel,
    have,
    join,
    link,
    route,
    want,
)

ETH0 = link("veth", "eth0", up=True, addresses=[Address("192.0.2.8", 24), Address("2001:db8::8", 64)])._replace(
    kind=None
)
GRE = want("ip_tunnel", name="tun0", mode="gre", remote="192.0.2.2", dev="eth0", up=True)
THEIRS = route("default", dev="eth0", via="192.0.2.1", protocol="dhcp", src="192.0.2.8")._replace(message=b"theirs")
THEIRS_SIX = route("2001:db8:9::/48", metric=1024, dev="eth0", via="2001:db8::1", protocol="99")._replace(message=b"6")
OURS = {"dst": "default", "dev": "tun0"}
OURS_SIX = {"dst": "2001:db8:9::/48", "dev": "tun0"}
CASES = pytest.mark.parametrize(("theirs", "ours"), [(THEIRS, OURS), (THEIRS_SIX, OURS_SIX)], ids=["IPv4", "IPv6"])


def document(*parts, take_over=False, name="fleet"):
    whole = join(_resources.Want(), *parts)._replace(override=True, document=name)
    return whole._replace(take_over=frozenset(whole.routes if take_over else ()))


def run(kernel, wanted):
    want_, host, plan = _decide.decide(kernel, wanted)
    if plan.operations:
        _apply.apply(kernel, want_, host, plan)
    return plan


def led(kernel, theirs):
    found = kernel.host.routes.get(theirs.id)
    return found and (found.attributes["protocol"], found.attributes["dev"])


@CASES
def test_a_route_of_others_is_refused_by_its_protocol_and_its_way(theirs, ours):
    kernel = Kernel(have(ETH0, routes=[theirs]))
    with pytest.raises(_errors.Conflict) as caught:
        run(kernel, document(GRE, want("route", **ours)))
    assert "by protocol {0}".format(theirs.attributes["protocol"]) in str(caught.value)
    assert "via {0} dev eth0".format(theirs.attributes["via"]) in str(caught.value)
    assert "take_over_routes=true" in str(caught.value)
    assert kernel.done == []


def test_one_that_is_as_wanted_is_left_to_others():
    kernel = Kernel(have(ETH0, routes=[THEIRS]))
    same = want("route", dst="default", dev="eth0", via="192.0.2.1", protocol="dhcp")
    assert run(kernel, document(same)).operations == ()
    run(kernel, document())
    assert kernel.host.routes == {THEIRS.id: THEIRS}


def test_a_document_without_a_name_changes_what_it_names():
    kernel = Kernel(have(ETH0, routes=[THEIRS]))
    run(kernel, join(GRE, want("route", **OURS)))
    assert led(kernel, THEIRS) == ("static", "tun0")


@CASES
@pytest.mark.parametrize("by", ["the document loses it", "it is deleted", "nothing is wanted"])
def test_one_that_is_taken_over_comes_back(theirs, ours, by):
    kernel = Kernel(have(ETH0, routes=[theirs]))
    wanted = document(GRE, want("route", **ours), take_over=True)
    run(kernel, wanted)
    taken = kernel.host.routes[theirs.id]
    assert led(kernel, theirs) == ("static", "tun0")
    assert taken.attributes.keys().isdisjoint(["src", "via"])
    assert kernel.record.routes[theirs.id].former == theirs
    assert run(kernel, wanted._replace(take_over=frozenset())).operations == ()
    end = {
        "the document loses it": document(GRE),
        "it is deleted": document(
            want("ip_tunnel", name="tun0", state="absent"), want("route", **ours, state="absent")
        ),
        "nothing is wanted": _resources.Want(override=True),
    }[by]
    run(kernel, end)
    assert kernel.host.routes == {theirs.id: theirs}
    assert theirs.id not in kernel.record.routes
    run(kernel, end)
    assert kernel.host.routes == {theirs.id: theirs}


def test_it_comes_back_though_ours_went_with_its_device():
    kernel = Kernel(have(ETH0, routes=[THEIRS]))
    run(kernel, document(GRE, want("route", **OURS), take_over=True))
    kernel.host = have(ETH0)
    run(kernel, document())
    assert kernel.host.routes == {THEIRS.id: THEIRS}


@pytest.mark.parametrize("eth0", [None, ETH0._replace(attributes={"up": False}), ETH0._replace(addresses=())])
def test_it_can_not_come_back_without_its_device_or_the_network_of_its_next_hop(eth0):
    kernel = Kernel(have(ETH0, routes=[THEIRS]))
    run(kernel, document(GRE, want("route", **OURS), take_over=True))
    links = {id_: end for id_, end in kernel.host.links.items() if id_ != ETH0.id}
    kernel.host = kernel.host._replace(links={**links, **({eth0.id: eth0} if eth0 else {})})
    plan = run(kernel, document(GRE))
    assert kernel.host.routes == {}
    assert "can't come back" in plan.losses[0].msg


def test_what_others_put_in_the_place_of_ours_stays():
    kernel = Kernel(have(ETH0))
    run(kernel, document(GRE, want("route", **OURS)))
    kernel.host = kernel.host._replace(routes={THEIRS.id: THEIRS})
    with pytest.raises(_errors.Conflict, match="by protocol dhcp"):
        run(kernel, document(GRE, want("route", **OURS)))
    run(kernel, document(GRE))
    assert kernel.host.routes == {THEIRS.id: THEIRS}


def test_ours_that_was_led_elsewhere_is_led_back():
    kernel = Kernel(have(ETH0))
    run(kernel, document(GRE, want("route", **OURS)))
    astray = route("default", dev="eth0", via="192.0.2.1")
    kernel.host = kernel.host._replace(routes={astray.id: astray})
    run(kernel, document(GRE, want("route", **OURS)))
    assert led(kernel, THEIRS) == ("static", "tun0")


def test_a_run_that_is_killed_before_the_route_is_taken_over_or_given_back():
    def kill(step):
        if "Route" in type(step).__name__:
            raise KeyboardInterrupt

    kernel = Kernel(have(ETH0, routes=[THEIRS]), fail=kill)
    wanted = document(GRE, want("route", **OURS), take_over=True)
    with pytest.raises(KeyboardInterrupt):
        run(kernel, wanted)
    assert kernel.host.routes == {THEIRS.id: THEIRS}
    kernel.fail = lambda step: None
    run(kernel, wanted)
    kernel.fail = kill
    with pytest.raises(KeyboardInterrupt):
        run(kernel, document(GRE))
    kernel.fail = lambda step: None
    run(kernel, document(GRE))
    assert kernel.host.routes == {THEIRS.id: THEIRS}


def test_ours_is_known_where_a_run_that_changed_it_was_killed_after_that():
    kernel = Kernel(have(ETH0))
    run(kernel, document(GRE, want("route", **OURS)))
    record = kernel.record
    changed = document(GRE, want("route", dst="default", via="192.0.2.1"))
    intended = _recording.intended(record, _decide.decide(kernel, changed)[2].operations, changed)
    run(kernel, changed)
    kernel.record = intended
    run(kernel, document(GRE))
    assert kernel.host.routes == {}


def test_undoing_puts_theirs_back():
    kernel = Kernel(have(ETH0, routes=[THEIRS]))
    refused = [_errors.KernelError(5)]

    def fail(step):
        return refused.pop() if "Namespace" in type(step).__name__ and refused else None

    kernel.host = kernel.host._replace(namespaces={"red": _resources.Namespace("red")})
    kernel.fail = fail
    wanted = document(GRE, want("route", **OURS), want("netns", name="red", state="absent"), take_over=True)
    with pytest.raises(_errors.StepFailed):
        run(kernel, wanted)
    assert kernel.host.routes == {THEIRS.id: THEIRS}
    assert kernel.record == _record.Record()
