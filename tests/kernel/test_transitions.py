# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Made-up states on the kernel of this machine: from any one to any other, and back again."""

from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import documents, examples, new_host, told_by_ip
from hypothesis import event, example, given

BLUE = {"namespaces": [{"name": "blue"}]}
ROUTE = {"dst": "2001:db8:9::/48", "dev": "b", "netns": "blue"}
ROUTE_OF_A_LINK_MADE_ANEW = (
    {
        **BLUE,
        "links": [{"name": "b", "kind": "tun", "netns": "blue", "up": True}],
        "routes": [ROUTE],
    },
    {
        **BLUE,
        "links": [
            {"name": "b", "kind": "tap", "netns": "blue", "up": False},
            {"name": "c", "kind": "bridge", "netns": "blue", "up": True},
        ],
        "routes": [{**ROUTE, "dev": "c"}],
    },
)
"""It goes elsewhere from now on, and which the new link, being down, could not have."""
SAME_ROUTE_OF_A_LINK_MADE_ANEW = tuple(
    {**BLUE, "links": [{"name": "b", "kind": "tap", "netns": "blue", "up": True, **options}], "routes": [ROUTE]}
    for options in ({"owner": "0"}, {})
)

ANOTHER_KIND = tuple(
    {"links": [link]} for link in ({"name": "b", "kind": "bridge", "addrgenmode": "none"}, {"name": "b", "kind": "tun"})
)
"""The former had what it had by choice, which the new one could not have."""


def test_from_any_state_to_any_other(figures):
    number = 0

    @examples(40, 2000)
    @given(documents(), documents())
    @example(*ROUTE_OF_A_LINK_MADE_ANEW)
    @example(*SAME_ROUTE_OF_A_LINK_MADE_ANEW)
    @example(*ANOTHER_KIND)
    def lead(first, second):
        nonlocal number
        number += 1
        from_one_to_the_other(first, second)

    lead()
    figures("transitions", number, 0)


def from_one_to_the_other(first, second):
    event(f"{len(first['links'])} links, then {len(second['links'])}")
    new_host()
    apply(second, "overridden")
    expected = told_by_ip()
    assert apply(second, "merged") == ()
    new_host()
    apply(first, "overridden")
    apply(second, "overridden")
    assert told_by_ip() == expected
    assert apply(second, "overridden") == ()
