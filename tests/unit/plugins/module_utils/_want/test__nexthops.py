# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts


def the_nexthop(**options):
    (nexthop,) = _hosts.want("nexthop", id=1, **options).nexthops.values()
    return nexthop


@pytest.mark.parametrize(
    ("options", "family", "values"),
    [
        ({"dev": "a"}, 2, {"dev": "a"}),
        ({"dev": "a", "family": "inet6"}, 10, {"dev": "a"}),
        ({"dev": "a", "via": "2001:DB8::0"}, 10, {"dev": "a", "via": "2001:db8::"}),
        ({"dev": "a", "via": "10.0.0.2", "onlink": True}, 2, {"dev": "a", "via": "10.0.0.2", "onlink": True}),
        ({"blackhole": True}, 2, {"blackhole": True}),
        ({"via": "192.0.2.7", "fdb": True}, 2, {"via": "192.0.2.7", "fdb": True}),
        ({"group": [{"id": 2}, {"id": 3, "weight": 5}]}, 0, {"group": ((2, 1), (3, 5)), "type": "mpath"}),
        (
            {"group": [{"id": 2}], "type": "resilient", "buckets": 8, "idle_timer": 7},
            0,
            {"group": ((2, 1),), "type": "resilient", "buckets": 8, "idle_timer": 7},
        ),
        ({"blackhole": True, "protocol": "3"}, 2, {"blackhole": True, "protocol": "boot"}),
        ({"blackhole": True, "protocol": "unspec"}, 2, {"blackhole": True, "protocol": "unspec"}),
    ],
    ids=str,
)
def test_a_nexthop_is_what_it_is_said_to_be(options, family, values):
    nexthop = the_nexthop(**options)
    assert nexthop == type(nexthop)(None, 1, family, **values)


def test_what_ends_needs_no_way():
    assert _hosts.want("nexthop", id=7, state="absent").absent_nexthops == ((None, 7),)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "dev: a nexthop needs a link; give dev, or blackhole, fdb or group"),
        ({"via": "10.0.0.2"}, "dev: a nexthop needs a link"),
        ({"dev": "a", "via": "10.0.0.2", "family": "inet6"}, "via: it is of another family"),
        ({"dev": "a", "onlink": True}, "onlink: it is about via"),
        ({"dev": "a", "blackhole": True}, "dev: a blackhole has none; leave it out"),
        ({"via": "10.0.0.2", "fdb": True, "blackhole": True}, "via: a blackhole has none"),
        ({"dev": "a", "via": "10.0.0.2", "fdb": True}, "dev: a nexthop for forwarding entries has none"),
        ({"fdb": True}, "via: it is missing; give the address of the other tunnel end"),
        ({"dev": "a", "type": "mpath"}, "type: only a group has it"),
        ({"dev": "a", "buckets": 8}, "buckets: only a group has it"),
        ({"group": []}, "group: it has no members"),
        ({"group": [{"id": 1}]}, "group[0].id: a group can't be its own member"),
        ({"group": [{"id": 2}, {"id": 2}]}, "group[1].id: 2 is there twice; give it a weight instead"),
        ({"group": [{"id": 2, "weight": 256}]}, "group[0].weight: '256' is not a number from 1 to 255"),
        ({"group": [{"id": 2}], "dev": "a"}, "dev: a group has that of its members"),
        ({"group": [{"id": 2}], "buckets": 8}, "buckets: only a resilient group has it; say type=resilient"),
        ({"group": [{"id": 2}], "type": "resilient"}, "buckets: it is missing"),
        ({"blackhole": True, "protocol": "nobody"}, "protocol: 'nobody'"),
    ],
    ids=str,
)
def test_what_cannot_be_right_is_told(options, words):
    with pytest.raises(_errors.BadOption) as caught:
        the_nexthop(**options)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dev": "a"}, "dev: it is the nexthop's; say it there, or leave nhid out"),
        ({"via": "10.0.0.2"}, "via: it is the nexthop's"),
        ({"nexthops": [{"via": "10.0.0.2"}, {"dev": "a"}]}, "nexthops: it is the nexthop's"),
        ({"onlink": True}, "onlink: it is the nexthop's"),
        ({"type": "blackhole"}, "nhid: a blackhole route has no way"),
    ],
    ids=str,
)
def test_a_route_by_a_nexthop_has_no_way_of_its_own(options, words):
    with pytest.raises(_errors.BadOption) as caught:
        _hosts.want("route", dst="10.9.0.0/16", nhid=1, **options)
    assert words in str(caught.value)
