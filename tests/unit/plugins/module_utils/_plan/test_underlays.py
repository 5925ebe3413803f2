# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links of kinds that this machine's kernel may lack, whose underlay is in another namespace than they are."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _foresee, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import have, join, link, want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._plan._samples import ENDS, commands, gre

PLACES = {name: _resources.Namespace(name) for name in ("red", "zed")}
BEYOND = {"netns": "red", "link_netns": "host", **ENDS}
OURS = "ip -n red link add dev tun100 link-netns /proc/1/ns/net type gre local 192.0.2.1 remote 192.0.2.2"


def plan(wanted, *links):
    return _planner.make(wanted, have(*links, namespaces=PLACES))


def there(netns="red", link_netns="host", **attributes):
    known = {} if link_netns is None else {"link_netns": link_netns}
    return link("gre", "tun100", netns, **ENDS, **known, **attributes)


def test_it_comes_up_when_it_is_in_its_place():
    assert commands(plan(gre(up=True, mtu=1400, **BEYOND))) == [
        OURS.replace("tun100 ", "tun100 mtu 1400 ", 1),
        "ip -n red link set dev tun100 up",
    ]


@pytest.mark.parametrize(
    ("netns", "name"), [pytest.param("red", "red", id="in-a-namespace"), pytest.param(None, "host", id="here")]
)
def test_its_own_namespace_is_nothing_to_tell(netns, name):
    assert "link-netns" not in str(commands(plan(gre(netns=netns, link_netns=name, **ENDS))))
    assert commands(plan(gre(netns=netns, link_netns=name), there(netns, None))) == []


@pytest.mark.parametrize("options", [{"ttl": 9}, {"link_netns": "host"}])
def test_one_that_is_there_keeps_it(options):
    steps = commands(plan(gre(netns="red", **options), there(ttl="inherit")))
    assert steps == (["ip -n red link set dev tun100 type gre ttl 9"] if "ttl" in options else [])


@pytest.mark.parametrize(
    ("name", "word"),
    [
        pytest.param("red", "", id="its-own"),
        pytest.param("zed", "link-netns zed ", id="another"),
    ],
)
def test_another_one_takes_a_new_device_and_back(name, word):
    made = plan(gre(netns="red", link_netns=name), there())
    assert commands(made)[:2] == [
        "ip -n red link delete dev tun100",
        OURS.replace("link-netns /proc/1/ns/net ", word),
    ]
    assert "link_netns can't go from host to " in made.losses[0].msg
    assert [step.command() for step in made.operations[0].inverse()] == [OURS]


def test_what_another_option_makes_new_has_it_too():
    assert OURS.replace(" remote 192.0.2.2", "") in commands(plan(gre(netns="red", remote="any"), there()))


def test_no_new_device_where_that_is_forbidden():
    with pytest.raises(_errors.Conflict, match=r"recreate: .*link_netns can't go from host to zed in place"):
        plan(gre(netns="red", link_netns="zed", recreate="never"), there())


def test_link_below_is_looked_for_there():
    below = link("dummy", "d0", "zed")
    upper = {"name": "m0", "netns": "red", "link_netns": "zed"}
    assert commands(plan(want("macvlan", link="d0", **upper), below)) == [
        "ip -n zed link add dev m0 link d0 type macvlan && ip -n zed link set dev m0 netns red"
    ]
    for name, place in (("d1", "zed"), ("d0", "red")):
        asked = {**upper, "link": name, "link_netns": place}
        assert plan(want("macvlan", **asked), below).unmet == (
            f"link: there is no link {name!r} in namespace {place}; make it first, or name one that is there",
        )


def test_namespace_that_is_not_there():
    (unmet,) = plan(gre(netns="red", link_netns="blue", **ENDS)).unmet
    assert unmet.startswith("link_netns: there is no namespace 'blue' on this host; make it first")


def test_what_stands_elsewhere_comes_up_after_that_and_goes_before_it():
    """The order of the names of namespaces has no say."""
    wanted = join(
        want("vlan", name="v0", netns="red", link_netns="zed", link="d0", id=7, up=True),
        want("dummy", name="d0", netns="zed", up=True),
    )
    lower, upper = (
        link("dummy", "d0", "zed", up=True),
        link("vlan", "v0", "red", link="d0", link_netns="zed", id=7, up=True),
    )
    steps = commands(plan(wanted))
    ups = [step for step in steps if step.endswith(" up") or " d0 up" in step]
    assert [step.split(" dev ")[1][:2] for step in ups] == ["d0", "v0"]
    gone = join(
        want("dummy", name="d0", netns="zed", state="absent"), want("vlan", name="v0", netns="red", state="absent")
    )
    assert commands(plan(gone, lower, upper)) == ["ip -n red link delete dev v0", "ip -n zed link delete dev d0"]


def test_endpoints_are_taken_where_the_underlay_is():
    with pytest.raises(_errors.Conflict, match="tun100 in namespace red has the endpoints of tun101"):
        plan(gre("tun101", **ENDS), there())
    assert commands(plan(gre("tun101", netns="red", **ENDS), there()))


def test_move_leaves_it_behind_and_comes_back_to_it():
    away = _foresee.foresee(
        have(there(None, None), namespaces=PLACES),
        plan(want("link", name="tun100", netns="red"), there(None, None)).operations,
    )
    assert away.links["red", "tun100"].attributes["link_netns"] == "host"
    back = _foresee.foresee(
        have(there(), namespaces=PLACES), plan(want("link", name="tun100", move_from="red"), there()).operations
    )
    assert "link_netns" not in back.links[None, "tun100"].attributes


def test_namespace_goes_with_what_has_its_underlay_there():
    host = have(there(link_netns="zed"), namespaces=PLACES)
    gone = _planner.make(want("netns", name="zed", state="absent"), host)
    assert [step.command() for step in gone.operations] == ["ip netns delete zed"]
    assert ("red", "tun100") not in _foresee.foresee(host, gone.operations).links


@pytest.mark.parametrize("force", [False, True])
def test_namespace_does_not_go_with_what_others_have_by_it(force):
    doomed = PLACES["zed"]._replace(uppers=(there(link_netns="zed"),))
    host = have(namespaces={**PLACES, "zed": doomed})
    wanted = want("netns", name="zed", state="absent", force=force)
    if force:
        assert commands(_planner.make(wanted, host)) == ["ip netns delete zed"]
        return
    with pytest.raises(
        _errors.Conflict, match=r"name: namespace zed .*: tun100 in namespace red \(gre\)\. Remove those"
    ):
        _planner.make(wanted, host)
