# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._route._steps import AddRoute, SetRoute
from ansible_collections.warren.tunnels.plugins.module_utils._steps._link import AddLink
from ansible_collections.warren.tunnels.plugins.module_utils._steps._plan import Plan
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import (
    EMPTY,
    ENDS,
    LOCAL_SIX,
    ONE,
    PAIR,
    RED,
    ROUTE,
    SIX,
    commands,
    gre,
    have_gre,
    have_tun,
    tap,
    tun,
    veth,
    veth_link,
)

CREATE = [
    pytest.param(EMPTY, tun(), ["ip tuntap add dev tun0 mode tun"], id="tun"),
    pytest.param(
        EMPTY,
        tun(owner="0", up=True, mtu=1400, addresses=["10.0.0.1/24"]),
        [
            "ip tuntap add dev tun0 mode tun user 0",
            "ip link set dev tun0 up mtu 1400",
            "ip address replace 10.0.0.1/24 dev tun0",
        ],
        id="tun-has-its-common-options-later",
    ),
    pytest.param(
        EMPTY,
        tun(up=False, owner="none", packet_info=False, alias="", promisc=False),
        ["ip tuntap add dev tun0 mode tun"],
        id="what-a-new-link-has-anyway-is-not-said",
    ),
    pytest.param(
        EMPTY,
        gre(**ENDS, ttl="64", up=True, mtu=1400, alias="to host2"),
        [
            "ip link add dev tun100 up mtu 1400 type gre local 192.0.2.1 remote 192.0.2.2 ttl 64",
            "ip link set dev tun100 alias 'to host2'",
        ],
        id="gre",
    ),
    pytest.param(
        RED,
        veth(peer_netns="red", up=True),
        ["ip link add dev v0 up type veth peer name v1 netns red"],
        id="veth-in-two-namespaces",
    ),
    pytest.param(
        EMPTY,
        want("veth", name="v0", peer={"name": "v1", "up": True, "mtu": 1400, "alias": "far"}),
        ["ip link add dev v0 type veth peer name v1 mtu 1400", "ip link set dev v1 up alias far"],
        id="far-end-goes-up-once-the-near-one-is-there",
    ),
]

CHANGE = [
    pytest.param(have_tun(), tun(up=True, mtu=1400), ["ip link set dev tun0 up mtu 1400"], id="common"),
    pytest.param(have_tun(up=True), tun(up=False), ["ip link set dev tun0 down"], id="down"),
    pytest.param(have_tun(), tun(owner="5"), ["ioctl TUNSETIFF tun0: owner=5"], id="tun-owner"),
    pytest.param(
        have_tun(),
        tun(owner="5", mtu=1400),
        ["ioctl TUNSETIFF tun0: owner=5", "ip link set dev tun0 mtu 1400"],
        id="tun-owner-and-common-are-two-steps",
    ),
    pytest.param(have_tun(persist=False), tun(), ["ioctl TUNSETIFF tun0: persist=True"], id="tun-is-made-persistent"),
    pytest.param(
        have_gre(**ENDS),
        gre(ttl="64", mtu=1400, key="1"),
        ["ip link set dev tun100 mtu 1400 type gre ttl 64 ikey 1 okey 1"],
        id="gre",
    ),
    pytest.param(
        have_gre(ikey=1, okey=1), gre(key="none"), ["ip link set dev tun100 type gre noikey nookey"], id="key-gone"
    ),
    pytest.param(
        have_gre(**ENDS), gre(remote="192.0.2.9"), ["ip link set dev tun100 type gre remote 192.0.2.9"], id="remote"
    ),
    pytest.param(PAIR, veth(mtu=1400), ["ip link set dev v0 mtu 1400"], id="one-end-of-a-veth"),
]

DELETE = [
    pytest.param(
        have_tun(ONE), want("tuntap", name="tun0", state="absent"), ["ip link delete dev tun0"], id="tun-with-addresses"
    ),
    pytest.param(PAIR, want("veth", name="v1", state="absent"), ["ip link delete dev v1"], id="veth-by-either-end"),
]


@pytest.mark.parametrize(("host", "wanted", "steps"), [*CREATE, *CHANGE, *DELETE])
def test_steps(host, wanted, steps):
    plan = _planner.make(wanted, host)
    assert commands(plan) == steps
    assert (plan.unmet, plan.losses) == ((), ())


NOTHING = [
    pytest.param(EMPTY, want("tuntap", name="tun0", state="absent"), id="absent-link"),
    pytest.param(have_tun(up=True, mtu=9000), tun(), id="unset-options-are-left-alone"),
    pytest.param(have_tun(up=True, owner=0), tun(up=True, owner="0"), id="same-options"),
    pytest.param(have_gre(**ENDS, ikey=7, okey=7), gre(key="0.0.0.7", **ENDS), id="same-key-otherwise-written"),
    pytest.param(have_gre(), gre(local="0.0.0.0", ttl="0", tos="0", key="none"), id="defaults-said-aloud"),
    pytest.param(PAIR, veth(), id="veth"),
]


@pytest.mark.parametrize(("host", "wanted"), NOTHING)
def test_nothing_to_do(host, wanted):
    assert _planner.make(wanted, host) == Plan(())


# What stands, what is wanted instead, the steps, why it takes a new link, and what goes with the old one.
REPLACE = [
    pytest.param(
        have_tun(ONE, up=True, owner=5, mtu=1400),
        tap(),
        [
            "ip link delete dev tun0",
            "ip tuntap add dev tun0 mode tap user 5",
            "ip link set dev tun0 up mtu 1400",
            "ip address replace 10.0.0.1/24 dev tun0",
        ],
        ("its mode is tun, not tap",),
        (),
        id="other-mode-keeps-what-both-have",
    ),
    pytest.param(
        have(link("tap", "tun0", master="br0", mac="02:00:5e:00:53:01")),
        tun(),
        ["ip link delete dev tun0", "ip tuntap add dev tun0 mode tun"],
        ("its mode is tap, not tun",),
        ("its mac", "its master"),
        id="other-mode-loses-what-it-lacks",
    ),
    pytest.param(
        have_tun(owner=5),
        tun(owner="none"),
        ["ip link delete dev tun0", "ip tuntap add dev tun0 mode tun"],
        ("owner can't go from 5 to none in place",),
        (),
        id="owner-cleared",
    ),
    pytest.param(
        have_tun(SIX, LOCAL_SIX, multi_queue=True, up=True),
        tun(multi_queue=False, addresses=["10.0.0.1/24"]),
        [
            "ip link delete dev tun0",
            "ip tuntap add dev tun0 mode tun",
            "ip link set dev tun0 up",
            "ip address replace 2001:db8::1/64 dev tun0",
            "ip address replace 10.0.0.1/24 dev tun0",
        ],
        ("multi_queue can't go from true to false in place",),
        (),
        id="addresses-are-taken-along",
    ),
    pytest.param(
        have_tun(ONE, multi_queue=True),
        tun(multi_queue=False, purge_addresses=True, addresses=["10.0.0.1/30"]),
        ["ip link delete dev tun0", "ip tuntap add dev tun0 mode tun", "ip address replace 10.0.0.1/30 dev tun0"],
        (),
        (),
        id="purged-addresses-are-not-taken-along",
    ),
    pytest.param(
        have_gre(local="192.0.2.1", ttl=64),
        gre(remote="192.0.2.2"),
        ["ip link delete dev tun100", "ip link add dev tun100 type gre local 192.0.2.1 remote 192.0.2.2 ttl 64"],
        ("remote can't go from any to 192.0.2.2 in place",),
        (),
        id="tunnel-becomes-point-to-point",
    ),
    pytest.param(
        have_gre(**ENDS, ikey=1, okey=1),
        want("ip_tunnel", name="tun100", mode="ipip"),
        ["ip link delete dev tun100", "ip link add dev tun100 type ipip mode ipip local 192.0.2.1 remote 192.0.2.2"],
        ("its mode is gre, not ipip",),
        ("its ikey", "its okey"),
        id="tunnel-of-another-mode",
    ),
    pytest.param(
        have(veth_link("v0", (None, "old"), up=True), veth_link("old", (None, "v0"))),
        veth(),
        ["ip link delete dev v0", "ip link add dev v0 up type veth peer name v1"],
        ("peer can't go from old to v1 in place",),
        (),
        id="other-end-of-a-veth",
    ),
    pytest.param(
        RED._replace(links=PAIR.links),
        veth(peer_netns="red"),
        ["ip link delete dev v0", "ip link add dev v0 type veth peer name v1 netns red"],
        ("peer can't go from v1 to v1 in namespace red in place",),
        (),
        id="other-end-of-a-veth-elsewhere",
    ),
]


@pytest.mark.parametrize(("host", "wanted", "steps", "reasons", "losses"), REPLACE)
def test_replace(host, wanted, steps, reasons, losses):
    plan = _planner.make(wanted, host)
    assert commands(plan) == steps
    (loss,) = plan.losses
    assert loss.msg.split("; ")[-2] == ", ".join(
        ("lost with it: its queueing disciplines, filters and counters", *losses)
    )
    assert [reason for reason in reasons if reason not in loss.msg] == []


@pytest.mark.parametrize(("host", "wanted", "steps", "reasons", "losses"), REPLACE)
def test_replacing_is_refused_where_the_task_says_never(host, wanted, steps, reasons, losses):
    with pytest.raises(_errors.Conflict, match="recreate=never forbids it") as caught:
        _planner.make(wanted._replace(recreate=False), host)
    assert [reason for reason in reasons if reason not in str(caught.value)] == []


def test_routes_of_a_replaced_link_come_last():
    old = link("tun", "tun0", addresses=[ONE], multi_queue=True, up=True)._replace(routes=(ROUTE,))
    plan = _planner.make(tun(multi_queue=False), have(old))
    assert commands(plan)[-2:] == ["ip address replace 10.0.0.1/24 dev tun0", "ip route append 10.7.0.0/16 dev tun0"]


def test_link_that_is_replaced_and_goes_down_has_no_routes():
    old = link("tun", "tun0", addresses=[ONE], multi_queue=True, up=True)._replace(routes=(ROUTE,))
    plan = _planner.make(tun(multi_queue=False, up=False), have(old))
    assert not any(isinstance(step, AddRoute) for step in plan.operations)
    assert "its route to 10.7.0.0/16" in plan.losses[0].msg


def test_route_that_is_wanted_as_it_is_comes_back_with_a_link_that_is_replaced():
    old = link("tun", "tun0", addresses=[ONE], multi_queue=True, up=True)._replace(routes=(ROUTE,))
    wanted = tun(multi_queue=False)._replace(routes={ROUTE.id: ROUTE})
    plan = _planner.make(wanted, have(old)._replace(routes={ROUTE.id: ROUTE}))
    assert [step.route for step in plan.operations if isinstance(step, AddRoute)] == [ROUTE]


def test_route_that_goes_elsewhere_is_not_put_back_on_a_link_that_is_replaced():
    old = link("tun", "tun0", addresses=[ONE], multi_queue=True, up=True)._replace(routes=(ROUTE,))
    elsewhere = ROUTE._replace(attributes={"type": "blackhole"})
    wanted = tun(multi_queue=False)._replace(routes={ROUTE.id: elsewhere})
    plan = _planner.make(wanted, have(old)._replace(routes={ROUTE.id: ROUTE}))
    assert [step.route for step in plan.operations if isinstance(step, AddRoute)] == []
    assert [step.route for step in plan.operations if isinstance(step, SetRoute)] == [elsewhere]


def test_new_link_keeps_the_data_of_one_of_its_mode_only():
    old = link("gre", "tun100")._replace(data=b"\x08\x00\x63\x00\x01\x00\x00\x00")
    made = {
        mode: next(
            step.link.data
            for step in _planner.make(
                want("ip_tunnel", name="tun100", mode=mode, remote="192.0.2.2"), have(old)
            ).operations
            if isinstance(step, AddLink)
        )
        for mode in ("gre", "ipip")
    }
    assert made == {"gre": old.data, "ipip": b""}


HELD = {(None, "tun0"): ("17 (qemu)",)}


@pytest.mark.parametrize(
    ("wanted", "steps"),
    [
        pytest.param(tun(mtu=1400), ["ip link set dev tun0 mtu 1400"], id="common-option"),
        pytest.param(tun(), [], id="nothing"),
    ],
)
def test_held_device_takes_what_needs_no_new_attachment(wanted, steps):
    host = have(link("tun", "tun0"), holders=HELD)
    assert commands(_planner.make(wanted, host)) == steps


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(tun(owner="5"), id="change"),
        pytest.param(tun(multi_queue=True), id="replace"),
        pytest.param(tap(), id="other-mode"),
        pytest.param(want("tuntap", name="tun0", state="absent"), id="delete"),
    ],
)
def test_held_device_is_left_to_its_process_unless_forced(wanted):
    host = have(link("tun", "tun0"), holders=HELD)
    with pytest.raises(_errors.Conflict, match=r"^name: tun0 is held open by 17 \(qemu\); .*force=true"):
        _planner.make(wanted, host)
    assert commands(_planner.make(wanted._replace(force=True), host))[0] == "ip link delete dev tun0"


def test_loss_of_a_process_is_told():
    plan = _planner.make(tun(owner="5", force=True), have(link("tun", "tun0"), holders=HELD))
    assert "a process holds it" in plan.losses[0].msg
    assert "the hold that 17 (qemu) has on it" in plan.losses[0].msg


STRANGER = _resources.Link(None, "tun0", "dummy")
HARDWARE = _resources.Link(None, "tun0", None)


@pytest.mark.parametrize(
    ("stranger", "called"),
    [
        pytest.param(STRANGER, "of kind dummy", id="unknown-kind"),
        pytest.param(HARDWARE, "a hardware device", id="hardware"),
        pytest.param(link("gre", "tun0"), "of kind gre", id="another-modules"),
    ],
)
@pytest.mark.parametrize("wanted", [tun(), want("tuntap", name="tun0", state="absent")], ids=["present", "absent"])
@pytest.mark.parametrize("force", [False, True])
def test_link_of_another_family_is_never_touched(stranger, called, wanted, force):
    host = _resources.Have(links={stranger.id: stranger})
    with pytest.raises(_errors.Conflict, match="name: tun0 is there already .* but " + called):
        _planner.make(wanted._replace(force=force), host)


@pytest.mark.parametrize(
    "taken",
    [
        pytest.param([_resources.Link(None, "v1", "dummy")], id="no-veth"),
        pytest.param([veth_link("v1", (None, "v2")), veth_link("v2", (None, "v1"))], id="of-another-pair"),
    ],
)
def test_name_of_the_far_end_is_taken(taken):
    with pytest.raises(_errors.Conflict, match=r"v1 is there already"):
        _planner.make(veth(), _resources.Have(links={end.id: end for end in taken}))


def test_accounts_become_ids():
    host = EMPTY._replace(accounts={("user", "alice"): 1000, ("group", "alice"): 1001})
    assert commands(_planner.make(tun(owner="alice", group="alice"), host)) == [
        "ip tuntap add dev tun0 mode tun user 1000 group 1001"
    ]
    assert _planner.make(tun(owner="alice"), have_tun(owner=1000)._replace(accounts=host.accounts)).operations == ()


@pytest.mark.parametrize(
    ("mode", "options", "command"),
    [
        pytest.param("ip6gre", {}, "type ip6gre ttl 64 encaplimit 4", id="ip6gre"),
        pytest.param(
            "ip6tnl", {"ttl": "inherit"}, "type ip6tnl mode any ttl inherit encaplimit 4", id="what-is-asked-for-wins"
        ),
        pytest.param("ipip6", {"encaplimit": "none"}, "type ip6tnl mode ipip6 ttl 64 encaplimit none", id="ipip6"),
        pytest.param(
            "ip6ip6", {"encaplimit": "0"}, "type ip6tnl mode ip6ip6 ttl 64 encaplimit 0", id="zero-is-the-kernels-own"
        ),
        pytest.param("erspan", {"key": "5"}, "type erspan ikey 5 okey 5 seq", id="erspan"),
        pytest.param("vti6", {"key": "5"}, "type vti6 ikey 5 okey 5", id="vti6"),
        pytest.param("gretap", {"external": True}, "type gretap external", id="external"),
        pytest.param(
            "sit",
            {"encap": "gue", "encap_dport": 5555, "encap_csum": True},
            "type sit mode ip6ip ttl inherit encap gue encap-dport 5555 encap-csum",
            id="encapsulation",
        ),
    ],
)
def test_new_tunnel_has_initial_values_where_nothing_else_is_asked_for(mode, options, command):
    plan = _planner.make(want("ip_tunnel", name="x0", mode=mode, **options), EMPTY)
    assert commands(plan) == ["ip link add dev x0 " + command]


@pytest.mark.parametrize("mode", ["ip6gre", "ip6tnl"])
def test_initial_values_are_for_new_tunnels_only(mode):
    assert _planner.make(want("ip_tunnel", name="x0", mode=mode), have(link(mode, "x0"))) == Plan(())


def test_replaced_tunnel_keeps_its_values_over_initial_ones():
    found = link("ip6tnl", "x0", ttl=9, encaplimit="none")
    plan = _planner.make(want("ip_tunnel", name="x0", mode="ip6ip6"), have(found))
    assert commands(plan)[1] == "ip link add dev x0 type ip6tnl mode ip6ip6 ttl 9 encaplimit none"
    assert "its mode is ip6tnl, not ip6ip6" in plan.losses[0].msg


def test_what_another_kind_had_by_choice_is_kept_though_a_new_one_has_it_by_itself():
    plan = _planner.make(want("ip_tunnel", name="x0", mode="sit"), have(link("gre", "x0", ttl=64)))
    assert commands(plan)[1] == "ip link add dev x0 type sit mode ip6ip ttl 64"
    plan = _planner.make(want("ip_tunnel", name="x0", mode="sit"), have(link("gre", "x0")))
    assert commands(plan)[1] == "ip link add dev x0 type sit mode ip6ip ttl inherit"


def test_what_is_kept_can_be_what_another_kind_does_not_allow():
    found = have(link("gre", "x0", ttl=64, pmtudisc=False))
    with pytest.raises(_errors.Conflict, match="pmtudisc: off, it needs ttl=inherit with this mode"):
        _planner.make(want("ip_tunnel", name="x0", mode="sit"), found)
    assert _planner.make(want("ip_tunnel", name="x0", mode="sit", pmtudisc=True), found).operations


@pytest.mark.parametrize(
    ("other", "ends", "options", "replaced"),
    [
        pytest.param("ip6gre", {}, {"ttl": "9"}, True, id="beside-its-twin"),
        pytest.param("ip6gre", {"ikey": 5}, {"ttl": "9"}, False, id="beside-another"),
        pytest.param("ip6gre", {"ikey": 5}, {"ikey": "5"}, True, id="towards-its-twin"),
        pytest.param("ip6gre", {}, {"mtu": 1400}, False, id="what-all-links-have"),
        pytest.param("ip6tnl", {}, {"ttl": "9"}, False, id="beside-another-kind"),
    ],
)
def test_ip6gretap_can_not_change_in_place_beside_an_ip6gre(other, ends, options, replaced):
    far = {"remote": "2001:db8::2"}
    host = have(link("ip6gretap", "x0", **far), link(other, "x1", **far, **ends))
    plan = _planner.make(want("ip_tunnel", name="x0", mode="ip6gretap", **options), host)
    assert [("beside x1" in loss.msg) for loss in plan.losses] == [True] * replaced


def test_ip6gretap_can_not_change_in_place_beside_an_ip6gre_to_be():
    host = have(link("ip6gretap", "x0", remote="2001:db8::2"), link("ip6gre", "x1", remote="2001:db8::1"))
    wanted = [
        want("ip_tunnel", name="x0", mode="ip6gretap", ttl="9"),
        want("ip_tunnel", name="x1", mode="ip6gre", remote="2001:db8::2"),
    ]
    assert "beside x1" in _planner.make(join(*wanted), host).losses[0].msg


def test_new_erspan_needs_a_session():
    with pytest.raises(_errors.Conflict, match="ikey: mode erspan needs one, from 0 to 1023; give key"):
        _planner.make(want("ip_tunnel", name="x0", mode="erspan"), EMPTY)


def test_tunnel_that_becomes_an_erspan_gets_the_sequence_that_its_driver_demands():
    plan = _planner.make(want("ip_tunnel", name="x0", mode="erspan", key="5"), have(link("gretap", "x0", **ENDS)))
    assert plan.operations[1].link.attributes["seq"] is True


@pytest.mark.parametrize(("old", "new"), [("gre", "ip6gre"), ("ip6gretap", "gretap")])
def test_endpoints_of_another_family_are_not_taken_along(old, new):
    found = link(old, "x0", local="192.0.2.1" if old == "gre" else "2001:db8::1")
    plan = _planner.make(want("ip_tunnel", name="x0", mode=new, ttl="9"), have(found))
    assert "local" not in plan.operations[1].link.attributes


@pytest.mark.parametrize(("external", "words"), [(False, "ttl 64 encaplimit 4"), (True, "external")])
def test_an_external_link_is_made_as_ip_makes_it(external, words):
    plan = _planner.make(want("ip_tunnel", name="x0", mode="ip6ip6", external=external), have())
    assert commands(plan) == ["ip link add dev x0 type ip6tnl mode ip6ip6 " + words]


@pytest.mark.parametrize(("old", "new"), [(False, True), (True, False)])
def test_external_takes_a_new_tunnel(old, new):
    plan = _planner.make(want("ip_tunnel", name="x0", mode="gre", external=new), have(link("gre", "x0", external=old)))
    assert commands(plan)[0] == "ip link delete dev x0"
    assert "external can't go from" in plan.losses[0].msg


@pytest.mark.parametrize(
    ("host", "options", "steps"),
    [
        pytest.param(EMPTY, {"up": True}, ["ip link add dev br0 up type bridge"], id="new"),
        pytest.param(
            EMPTY,
            {"stp": True, "priority": 0, "vlan_filtering": False, "addresses": ["10.0.0.1/24"]},
            ["ip link add dev br0 type bridge stp_state 1 priority 0", "ip address replace 10.0.0.1/24 dev br0"],
            id="new-with-options",
        ),
        pytest.param(
            have(link("bridge", "br0", stp=True, forward_delay=1500)),
            {"stp": False, "forward_delay": 200, "mtu": 1400},
            ["ip link set dev br0 mtu 1400 type bridge stp_state 0 forward_delay 200"],
            id="change",
        ),
        pytest.param(have(link("bridge", "br0", ageing_time=30000)), {"ageing_time": 30000}, [], id="same"),
        pytest.param(have(link("bridge", "br0")), {"state": "absent"}, ["ip link delete dev br0"], id="delete"),
    ],
)
def test_bridge(host, options, steps):
    assert commands(_planner.make(want("bridge", name="br0", **options), host)) == steps


def test_port_comes_after_its_bridge():
    wanted = join(want("ip_tunnel", name="port", mode="gretap", master="br0"), want("bridge", name="br0"))
    plan = _planner.make(wanted, EMPTY)
    assert [step.link.name for step in plan.operations] == ["br0", "port"]
    assert plan.unmet == ()


SESSION = {"ikey": 5, "okey": 5, "seq": True, "erspan_ver": 1}


@pytest.mark.parametrize(
    ("mode", "found", "options", "complaint"),
    [
        pytest.param("gre", {}, {"ignore_df": True}, "ignore_df", id="df-twice"),
        pytest.param("gretap", {"pmtudisc": False}, {"ignore_df": True, "pmtudisc": True}, "ignore_df", id="df-again"),
        pytest.param("gre", {"ignore_df": True, "pmtudisc": False}, {"pmtudisc": True}, "ignore_df", id="df-back-on"),
        pytest.param("gre", {"pmtudisc": False}, {"ignore_df": True}, None, id="no-df"),
        pytest.param("ipip", {}, {"pmtudisc": False, "ttl": "64"}, "pmtudisc", id="ttl-of-its-own"),
        pytest.param("sit", {"ttl": 64}, {"pmtudisc": False}, "pmtudisc", id="ttl-of-its-own-before"),
        pytest.param("ipip", {"ttl": 64}, {"pmtudisc": False, "ttl": "inherit"}, None, id="ttl-inherited"),
        pytest.param("gre", {}, {"pmtudisc": False, "ttl": "64"}, None, id="not-of-this-mode"),
        pytest.param("erspan", {}, {"erspan": 5}, "ikey", id="no-session"),
        pytest.param("erspan", {}, {"ikey": "5"}, "okey", id="half-a-session"),
        pytest.param("erspan", SESSION, {"key": "none"}, "ikey", id="a-session-no-more"),
        pytest.param("erspan", SESSION, {"erspan": 5}, None, id="a-session-before"),
        pytest.param("erspan", {}, {"external": True}, None, id="each-packet-its-session"),
        pytest.param("erspan", SESSION, {"seq": False}, "seq", id="no-sequence"),
        pytest.param("erspan", SESSION, {"seq": False, "erspan_ver": 0, "key": "none"}, None, id="type-one"),
        pytest.param("erspan", {"erspan_ver": 0}, {"erspan_ver": 1, "key": "5"}, "seq", id="type-one-before"),
    ],
)
def test_options_that_the_kernel_takes_one_by_one_only(mode, found, options, complaint):
    host = have(link(mode, "x0", **found))
    wanted = want("ip_tunnel", name="x0", mode=mode, **options)
    if complaint:
        with pytest.raises(_errors.Conflict, match="^" + complaint + ": "):
            _planner.make(wanted, host)
    else:
        assert _planner.make(wanted, host).operations
