# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declarations that nobody should make: each gives a share, or all that is wrong with it, and nothing else."""

from ansible_collections.warren.tunnels.plugins.module_utils import _values
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet
from hypothesis import given, settings
from hypothesis import strategies as st

HOSTS = {"host1": {"ansible_host": "192.0.2.1"}, "host2": {"ansible_host": "192.0.2.2"}, "host3": {}}
JUNK = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(
            ("", "..", "a/b", "$(id)", "{{ 1 }}", "x" * 16, "ü" * 8, "10.0.0.1/33", "::/129", "gre0", "lo")
        ),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)
SENSIBLE = {
    "name": ["tun100", "tun200"],
    "mode": ["gre", "gretap", "ipip", "sit"],
    "ttl": [64, "inherit"],
    "key": [7, "none"],
    "mtu": [1400],
    "address": ["10.1.1.1", "10.1.1.2/30", "2001:db8::1", ["10.1.1.1", "10.2.1.1/24"]],
    "local": ["192.0.2.9"],
    "dev": ["eth0"],
    "netns": ["red"],
}


@st.composite
def mappings(draw, names):
    """Return a mapping of which some makes sense."""
    chosen = draw(st.lists(st.sampled_from(names), max_size=len(names), unique=True))
    return {name: draw(st.sampled_from(SENSIBLE[name])) if draw(st.integers(0, 4)) else draw(JUNK) for name in chosen}


@st.composite
def links(draw):
    link = {
        **draw(mappings(["name", "mode", "ttl", "key", "mtu"])),
        **draw(st.dictionaries(st.text(max_size=8), JUNK, max_size=1)),
    }
    hosts = draw(st.lists(st.sampled_from(["host1", "host2", "host3", "nobody", ""]), max_size=3, unique=True))
    link["ends"] = {host: draw(mappings(["address", "local", "dev", "netns"])) for host in hosts}
    return draw(JUNK) if draw(st.integers(0, 9)) == 0 else link


def outcome(declaration, host):
    """Return the host's share, or what is wrong."""
    try:
        return _fleet.share(declaration, HOSTS, host), []
    except _fleet.FleetError as error:
        return None, error.faults


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.one_of(JUNK, st.lists(links(), max_size=4)))
def test_any_declaration_gives_a_share_or_says_what_is_wrong(declaration):
    for host in HOSTS:
        share, faults = outcome(declaration, host)
        assert (share is None) == bool(faults)
        assert all(fault.strip() for fault in faults)
        for link in share["links"] if share else ():
            assert _values.check_new_link_name(link["name"]) == link["name"]
