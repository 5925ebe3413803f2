# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wants and hosts as hypothesis makes them up: few names and few values, so that much is met again."""

import contextlib

from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _planner
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts, _model
from hypothesis import assume
from hypothesis import strategies as st

ODD = "a0Z .,:;-_=~^%@#&|!?*/+$()[]{}<>\\'\"`\t\n\r\x00\x1b\x7f\u00a0\u00e9\u2028\udcff"
"""What shells, terminals and the kernel have opinions about."""

NAMES = ("a", "b")
NAMESPACES = (None, "red")

ADDRESSES = st.sampled_from(
    (
        "10.0.0.1/24",
        "10.0.0.2/24",
        "10.0.0.1/16",
        {"address": "10.0.0.1", "peer": "10.0.0.2"},
        {"address": "10.0.0.3/24", "scope": "link"},
        "2001:db8::1/64",
    )
)

COMMON = {
    "netns": st.sampled_from(NAMESPACES),
    "up": st.booleans(),
    "mtu": st.sampled_from((1400, 1500)),
    "promisc": st.booleans(),
    "alias": st.sampled_from(("", "the lab's")),
    "addresses": st.lists(ADDRESSES, max_size=3, unique_by=str),
}
POLICY = {"purge_addresses": st.booleans()}
TUNTAP = {
    "owner": st.sampled_from(("none", "0", "5")),
    "packet_info": st.booleans(),
    "multi_queue": st.booleans(),
}
TUNNEL = {
    "local": st.sampled_from(("any", "192.0.2.1")),
    "remote": st.sampled_from(("any", "192.0.2.2", "192.0.2.3", "239.0.0.1")),
    "ttl": st.sampled_from(("inherit", "64")),
    "pmtudisc": st.booleans(),
}
GRE = {"key": st.sampled_from(("none", "0", "7")), "csum": st.booleans()}


def _options(required, *optional):
    merged = {name: strategy for table in optional for name, strategy in table.items()}
    return st.fixed_dictionaries({"name": st.sampled_from(NAMES), **required}, optional=merged)


PRESENT = {
    "tuntap": _options({"mode": st.sampled_from(("tun", "tap"))}, COMMON, POLICY, TUNTAP),
    "ip_tunnel": _options({"mode": st.sampled_from(("ipip", "sit"))}, COMMON, POLICY, TUNNEL)
    | _options({"mode": st.sampled_from(("gre", "gretap"))}, COMMON, POLICY, TUNNEL, GRE),
    "veth": _options({"peer": _options({}, COMMON)}, COMMON, POLICY),
}
ABSENT = _options({"state": st.just("absent")}, {"netns": COMMON["netns"]})
NAMESPACE = st.fixed_dictionaries({"name": st.just("red"), "loopback": st.booleans()})


@st.composite
def tasks(draw):
    """Make up a task: its module and its options."""
    module = draw(st.sampled_from((*PRESENT, "netns")))
    return module, draw(NAMESPACE if module == "netns" else PRESENT[module] | ABSENT)


@st.composite
def similar_tasks(draw, task):
    """Make up another task of the same module about the same link."""
    module, options = task
    if module == "netns":
        return module, draw(NAMESPACE)
    place = {key: options[key] for key in ("name", "netns") if key in options}
    return module, {**draw(PRESENT[module]), "netns": None, **place}


def _want(task):
    module, options = task
    try:
        return _hosts.want(module, **options)
    except _errors.BadOption:
        return assume(False)


@st.composite
def situations(draw):
    """Make up a host on which some tasks were done, what one more task wants, and the steps to that."""
    done = draw(st.lists(tasks(), max_size=3))
    last = draw(similar_tasks(done[0]) if done and draw(st.booleans()) else tasks())
    host = _hosts.have(namespaces={"red": _resources.Namespace("red")})
    for task in done:
        with contextlib.suppress(_errors.Conflict):
            host = after(host, _planner.make(_want(task), host).operations)
    want = _want(last)
    try:
        return host, want, _planner.make(want, host).operations
    except _errors.Conflict:
        return assume(False)


def after(host, steps):
    """Return the host as it is after the steps."""
    for step in steps:
        host = _model.take(host, step)
    return _hosts.complete(host)
