# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was created is known again, and goes when it is not wanted; nothing else does."""

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
from ansible_collections.warren.tunnels.plugins.module_utils._steps._plan import Plan
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import Kernel, have, join, link, want

GRE = want("ip_tunnel", name="tun0", mode="gre", remote="192.0.2.2", key="7", addresses=["10.0.0.1/30"])
PAIR = want("veth", name="v0", peer={"name": "v1", "netns": "red"})
RED = want("netns", name="red")
ROUTE = want("route", dst="10.9.0.0/16", dev="tun0")
PORT = want("fou", port=5555, ipproto="gre")
ETH0 = link("veth", "eth0")._replace(kind=None)
ON_ETH0 = want("link", name="eth0", addresses=["10.5.0.1/24"])
ON_GRE = ((None, "tun0"), "10.0.0.1", 30, None)
NOTHING = _resources.Want(override=True)


def run(kernel, wanted):
    return _apply.apply(kernel, *_decide.decide(kernel, wanted))


def test_what_steps_create_is_recorded_and_what_they_delete_is_not():
    kernel = Kernel(have(ETH0))
    run(kernel, join(RED, PAIR, GRE, ROUTE, PORT, ON_ETH0))
    record = kernel.record
    assert {id_: made.kind for id_, made in record.links.items()} == {
        (None, "tun0"): "gre",
        (None, "v0"): "veth",
        ("red", "v1"): "veth",
    }
    assert record.namespaces == {"red"}
    assert set(record.routes) == set(ROUTE.routes)
    assert record.fou_ports == set(PORT.fou_ports)
    assert record.addresses == {((None, "eth0"), "10.5.0.1", 24, None), ON_GRE}
    run(kernel, want("veth", name="v0", state="absent"))
    run(kernel, want("netns", name="red", state="absent"))
    run(kernel, want("fou", port=5555, state="absent"))
    assert kernel.record == record._replace(
        links={(None, "tun0"): record.links[(None, "tun0")]}, namespaces=frozenset(), fou_ports=frozenset()
    )


def test_it_is_recorded_before_it_is_created():
    def kill(step):
        raise KeyboardInterrupt

    kernel = Kernel(have(), fail=kill)
    with pytest.raises(KeyboardInterrupt):
        run(kernel, GRE)
    assert set(kernel.record.links) == {(None, "tun0")}


def test_a_change_that_was_undone_leaves_the_record_as_it_was():
    kernel = Kernel(have(), fail=lambda step: _errors.KernelError(22))
    with pytest.raises(_errors.StepFailed):
        run(kernel, GRE)
    assert kernel.record == _record.Record()


def test_runs_that_are_killed_do_not_make_the_record_grow():
    def kill(step):
        raise KeyboardInterrupt

    kernel = Kernel(have(ETH0))
    run(kernel, join(GRE, ROUTE))
    kernel.fail = kill
    forms = []
    for number in range(3):
        with pytest.raises(KeyboardInterrupt):
            run(kernel, want("tuntap", name="tap{0}".format(number), mode="tap"))
        (made,) = kernel.record.routes.values()
        forms.append(made.forms)
    assert len(forms[0]) == 1
    assert forms[0] == forms[1] == forms[2]


def test_links_that_an_undo_made_again_are_known_by_their_new_indexes_and_those_of_others_are_not():
    kernel = Kernel(have())
    run(kernel, join(GRE, want("tuntap", name="tap0", mode="tap")))
    with_indexes(kernel, 5)
    before = kernel.host
    made = {id_: _record.Made(end.kind, (), end.ifindex) for id_, end in before.links.items()}
    made[(None, "tap0")] = made[(None, "tap0")]._replace(ifindex=77)
    record = kernel.record._replace(links=made)
    after = before._replace(links={id_: end._replace(ifindex=end.ifindex + 10) for id_, end in before.links.items()})
    links = _recording.restored(record, before, after).links
    assert links[(None, "tun0")].ifindex == after.links[(None, "tun0")].ifindex
    assert links[(None, "tap0")] == made[(None, "tap0")]


def test_who_may_not_keep_a_record_hears_from_the_kernel():
    kernel = Kernel(have(), fail=lambda step: _errors.KernelError(1))

    def refuse(record):
        raise PermissionError

    kernel.remember = refuse
    with pytest.raises(_errors.StepFailed, match=r"tun0 .*say become=true"):
        run(kernel, GRE)


def test_no_change_writes_no_record():
    kernel = Kernel(have(ETH0))
    run(kernel, GRE)
    written = len(kernel.records)
    run(kernel, want("ip_tunnel", name="tun0", mode="gre", ttl="64"))
    assert len(kernel.records) == written


def test_overridden_removes_all_that_was_created():
    kernel = Kernel(have(ETH0, link("tap", "tap9", addresses=[Address("10.8.0.1", 24)])))
    host = kernel.host
    run(kernel, join(RED, PAIR, GRE, ROUTE, PORT, ON_ETH0))
    run(kernel, NOTHING)
    assert (kernel.host.links, kernel.host.namespaces, kernel.host.routes) == (host.links, host.namespaces, host.routes)
    assert kernel.record == _record.Record()


def test_overridden_leaves_what_is_wanted():
    kernel = Kernel(have(ETH0))
    run(kernel, join(RED, PAIR, GRE, ON_ETH0))
    run(kernel, GRE._replace(override=True))
    assert set(kernel.host.links) == {(None, "eth0"), (None, "tun0")}
    assert kernel.host.links[(None, "eth0")].addresses == ()


def test_overridden_leaves_a_link_that_another_made_under_the_same_name():
    kernel = Kernel(have(link("gre", "tun0", remote="192.0.2.2", ikey=7, okey=7)._replace(ifindex=9)))
    made = _record.Made("gre", (), 5)
    kernel.record = _record.Record({(None, "tun0"): made})
    run(kernel, NOTHING)
    assert set(kernel.host.links) == {(None, "tun0")}


@pytest.mark.parametrize("kind", ["dummy", "tap"])
def test_a_wanted_link_does_not_take_the_place_of_one_that_another_made_under_its_name(kind):
    kernel = Kernel(have())
    run(kernel, GRE._replace(override=True))
    kernel.host = have(_resources.Link(None, "tun0", kind, ifindex=9))
    with pytest.raises(_errors.Conflict, match="is there already and is not of a kind"):
        run(kernel, GRE._replace(override=True))
    assert kernel.host.links[(None, "tun0")].kind == kind


@pytest.mark.parametrize(("remote", "stays"), [("192.0.2.2", False), ("192.0.2.3", True)])
def test_after_a_reboot_the_endpoints_tell(remote, stays):
    kernel = Kernel(have())
    run(kernel, GRE)
    made = kernel.record.links[(None, "tun0")]
    kernel.record = kernel.record._replace(links={(None, "tun0"): made._replace(ifindex=0)})
    kernel.host = have(link("gre", "tun0", remote=remote, ikey=7, okey=7)._replace(ifindex=9))
    run(kernel, NOTHING)
    assert ((None, "tun0") in kernel.host.links) is stays


def test_a_change_of_anothers_link_does_not_make_it_ours():
    kernel = Kernel(have(link("gre", "tun0", remote="192.0.2.2")._replace(ifindex=9)))
    kernel.record = _record.Record({(None, "tun0"): _record.Made("gre", (), 5)})
    run(kernel, want("ip_tunnel", name="tun0", mode="gre", ttl="64"))
    assert kernel.record.links[(None, "tun0")].ifindex == 5


def test_a_namespace_with_links_of_others_stays():
    kernel = Kernel(have())
    run(kernel, RED)
    found = kernel.host.namespaces["red"]._replace(links=("lo", "gre0", "eth7"))
    kernel.host = kernel.host._replace(namespaces={"red": found})
    with pytest.raises(_errors.Conflict, match="did not make: eth7"):
        run(kernel, NOTHING)
    run(kernel, NOTHING._replace(force=True))
    assert not kernel.host.namespaces


def under(name, *parts):
    return join(_resources.Want(), *parts)._replace(override=True, document=name)


def test_what_a_document_does_not_name_any_more_goes_and_nothing_else():
    kernel = Kernel(have())
    run(kernel, want("ip_tunnel", name="tun9", mode="gre", remote="192.0.2.9"))
    run(kernel, under("other", want("ip_tunnel", name="tun8", mode="gre", remote="192.0.2.8")))
    run(kernel, under("fleet", GRE, ROUTE, PORT, RED))
    assert kernel.record.documents["fleet"] == {
        ("links", (None, "tun0")),
        ("namespaces", "red"),
        ("addresses", ON_GRE),
        *(("routes", id_) for id_ in ROUTE.routes),
        *(("fou_ports", id_) for id_ in PORT.fou_ports),
    }
    run(kernel, under("fleet", RED))
    assert set(kernel.record.links) == {(None, "tun8"), (None, "tun9")}
    assert kernel.record.documents == {"other": {("links", (None, "tun8"))}, "fleet": {("namespaces", "red")}}


def test_what_was_there_before_is_not_the_documents():
    kernel = Kernel(have())
    run(kernel, GRE)
    run(kernel, under("fleet", GRE, PORT))
    run(kernel, under("fleet"))
    assert set(kernel.record.links) == {(None, "tun0")}
    assert kernel.record.documents == {}


def test_deleting_a_document_deletes_what_it_had_and_what_it_names():
    kernel = Kernel(have())
    run(kernel, want("ip_tunnel", name="tun9", mode="gre", remote="192.0.2.9"))
    run(kernel, under("fleet", GRE))
    run(kernel, under("fleet", want("ip_tunnel", name="tun9", state="absent")))
    assert kernel.record == _record.Record()


def exactly(*parts):
    """Return a want whose links are otherwise as new, as with state: replaced."""
    whole = join(*parts)
    return whole._replace(exact=frozenset(whole.links))


def with_indexes(kernel, first):
    """Have the host give each of its links the next index."""
    links = {
        id_: end._replace(ifindex=end.ifindex or first + number)
        for number, (id_, end) in enumerate(kernel.host.links.items())
    }
    kernel.host = kernel.host._replace(links=links)


@pytest.mark.parametrize("killed", [False, True])
def test_a_link_is_made_anew_when_it_has_an_option_that_only_a_new_link_has_as_new(killed):
    kernel = Kernel(have())
    named = want("ip_tunnel", name="tun0", mode="gre", remote="192.0.2.2", mtu=1400)
    run(kernel, exactly(named))
    with_indexes(kernel, 5)
    run(kernel, exactly(named, PORT))
    assert kernel.record.links[(None, "tun0")].chosen == {"mtu"}
    left_out = exactly(want("ip_tunnel", name="tun0", mode="gre", remote="192.0.2.2", up=True))

    def kill(step):
        raise KeyboardInterrupt

    if killed:
        kernel.fail = kill
        with pytest.raises(KeyboardInterrupt):
            run(kernel, left_out)
        kernel.fail = lambda step: None
    plan = _decide.decide(kernel, left_out)[2]
    assert "tun0 is replaced (mtu is not named any more)" in plan.losses[0].msg
    run(kernel, left_out)
    assert "mtu" not in kernel.host.links[(None, "tun0")].attributes
    with_indexes(kernel, 6)
    assert _decide.decide(kernel, left_out)[2].operations == ()
    assert kernel.record.links[(None, "tun0")].chosen == frozenset()


def test_an_option_that_is_not_named_by_a_merged_want_stays_chosen():
    kernel = Kernel(have())
    run(kernel, want("ip_tunnel", name="tun0", mode="gre", remote="192.0.2.2", mtu=1400))
    run(kernel, want("ip_tunnel", name="tun0", mode="gre", ttl="64"))
    assert kernel.record.links[(None, "tun0")].chosen == {"mtu"}
    assert kernel.host.links[(None, "tun0")].attributes["mtu"] == 1400


def test_a_link_of_others_is_not_made_anew():
    kernel = Kernel(have(link("gre", "tun0", remote="192.0.2.2", mtu=1300)._replace(ifindex=9)))
    kernel.record = _record.Record({(None, "tun0"): _record.Made("gre", (), 5, frozenset(["mtu"]))})
    assert _decide.decide(kernel, exactly(want("ip_tunnel", name="tun0", mode="gre", remote="192.0.2.2")))[2] == (
        Plan()
    )


def test_a_bridge_is_not_made_anew_because_it_would_lose_its_ports():
    kernel = Kernel(have())
    run(kernel, exactly(want("bridge", name="br0", mtu=1400)))
    assert kernel.record.links[(None, "br0")].chosen == frozenset()


def test_what_is_kept_stays_with_what_was_made_for_it_and_stays_recorded():
    kernel = Kernel(have(ETH0))
    run(kernel, under("fleet", GRE, PAIR, RED, ROUTE, PORT, want("tuntap", name="tap0", mode="tap")))
    former, record = kernel.host, kernel.record
    changed = under("fleet", want("tuntap", name="tap1", mode="tap"))._replace(keep=frozenset([(None, "tun0")]))
    run(kernel, changed)
    assert set(kernel.host.links) == {(None, "eth0"), (None, "tun0"), (None, "tap1"), ("red", "lo")}
    assert kernel.host.links[(None, "tun0")] == former.links[(None, "tun0")]
    assert (kernel.host.routes, kernel.host.fou_ports) == (former.routes, former.fou_ports)
    assert set(kernel.host.namespaces) == {"red"}
    assert kernel.record.links[(None, "tun0")] == record.links[(None, "tun0")]
    run(kernel, under("fleet"))
    assert set(kernel.host.links) == {(None, "eth0")}
    assert kernel.record == _record.Record()


THEIRS = Address("10.0.5.1", 24, message=b"as the kernel told it")


def addressed(*addresses, **options):
    return under(
        "fleet",
        want("ip_tunnel", name="tun0", mode="gre", remote="192.0.2.2", key="7", addresses=list(addresses), **options),
    )


def with_theirs(kernel, name="tun0"):
    there = kernel.host.links[(None, name)]
    links = {**kernel.host.links, there.id: there._replace(addresses=(*there.addresses, THEIRS))}
    kernel.host = kernel.host._replace(links=links)


def addresses_of(kernel, name="tun0"):
    return [address.address for address in kernel.host.links[(None, name)].addresses]


def test_addresses_that_a_document_gave_and_does_not_name_any_more_go_and_no_others():
    kernel = Kernel(have(ETH0))
    run(kernel, addressed("10.0.0.1/24", "10.0.1.1/24"))
    with_theirs(kernel)
    run(kernel, addressed("10.0.1.1/24", "10.0.2.1/24", ttl="9"))
    assert addresses_of(kernel) == ["10.0.1.1", "10.0.5.1", "10.0.2.1"]
    run(kernel, addressed())
    assert addresses_of(kernel) == ["10.0.5.1"]
    assert kernel.record.addresses == frozenset()


def test_they_go_after_a_reboot_too():
    kernel = Kernel(have())
    run(kernel, addressed("10.0.0.1/24"))
    made = {id_: made._replace(ifindex=0) for id_, made in kernel.record.links.items()}
    kernel.record = kernel.record._replace(links=made)
    kernel.host = kernel.host._replace(links={id_: end._replace(ifindex=9) for id_, end in kernel.host.links.items()})
    run(kernel, addressed("10.0.1.1/24"))
    assert addresses_of(kernel) == ["10.0.1.1"]


def test_they_go_where_the_run_that_gave_them_was_killed():
    killed = []

    def kill(step):
        killed.append(step)
        if len(killed) > 2:
            raise KeyboardInterrupt

    kernel = Kernel(have(), fail=kill)
    with pytest.raises(KeyboardInterrupt):
        run(kernel, addressed("10.0.0.1/24", "10.0.1.1/24"))
    assert addresses_of(kernel) == ["10.0.0.1"]
    kernel.fail = lambda step: None
    run(kernel, addressed("10.0.2.1/24"))
    assert addresses_of(kernel) == ["10.0.2.1"]


def test_a_link_of_the_same_name_that_another_made_keeps_the_same_address():
    kernel = Kernel(have())
    run(kernel, addressed("10.0.0.1/24"))
    with_indexes(kernel, 5)
    kernel.record = kernel.record._replace(
        links={id_: made._replace(ifindex=4) for id_, made in kernel.record.links.items()}
    )
    run(kernel, addressed("10.0.1.1/24"))
    assert addresses_of(kernel) == ["10.0.0.1", "10.0.1.1"]


def test_addresses_of_others_stay_theirs_when_the_link_is_replaced():
    kernel = Kernel(have())
    run(kernel, addressed("10.0.0.1/24"))
    with_theirs(kernel)
    other = {"name": "tun0", "mode": "gretap", "remote": "192.0.2.2"}
    run(kernel, under("fleet", want("ip_tunnel", **other, addresses=["10.0.1.1/24"])))
    assert addresses_of(kernel) == ["10.0.1.1", "10.0.5.1"]
    assert {address[1] for address in kernel.record.addresses} == {"10.0.1.1"}
    run(kernel, under("fleet", want("ip_tunnel", **other)))
    assert addresses_of(kernel) == ["10.0.5.1"]


def test_a_deleted_link_leaves_no_address_in_the_record():
    kernel = Kernel(have())
    run(kernel, addressed("10.0.0.1/24"))
    run(kernel, under("fleet"))
    assert kernel.record == _record.Record()


def test_addresses_go_with_the_namespace_that_their_link_is_in():
    kernel = Kernel(have(ETH0))
    pair = want("veth", name="v0", peer={"name": "v1", "netns": "red", "addresses": ["10.0.9.1/24"]})
    run(kernel, under("fleet", RED, pair))
    assert (("red", "v1"), "10.0.9.1", 24, None) in kernel.record.addresses
    assert _decide.decide(kernel, under("fleet"))[2].unmet == ()
    run(kernel, under("fleet"))
    assert set(kernel.host.links) == {(None, "eth0")}
    assert kernel.record == _record.Record()


def test_addresses_go_with_a_link_that_is_fetched_from_its_namespace():
    kernel = Kernel(have(ETH0))
    run(kernel, under("fleet", RED, want("tuntap", name="tap0", mode="tap", netns="red", addresses=["10.0.9.1/24"])))
    run(kernel, under("fleet", RED, want("link", name="tap0", move_from="red", addresses=["10.0.8.1/24"])))
    assert addresses_of(kernel, "tap0") == ["10.0.8.1"]
    assert {id_[:2] for id_ in kernel.record.addresses} == {((None, "tap0"), "10.0.8.1")}
