# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way back from any state to any other, whatever others make meanwhile."""

import subprocess
import time

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _commit, _way_back
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _checkpoints, _host
from ansible_collections.warren.tunnels.tests.kernel import _faults
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import documents, examples, new_host, told_by_ip
from hypothesis import example, given

MEANWHILE = """
netns add other
link add name foreign type bridge
link set dev foreign up
address add 10.70.0.1/24 dev foreign
"""

MOVED_AND_OTHER = (
    {"links": [{"name": "d", "kind": "tun", "multi_queue": True}]},
    {"namespaces": [{"name": "red"}], "links": [{"name": "d", "kind": "tun", "netns": "red"}]},
)
"""A link that was moved, to all appearance, and that would have to be made anew."""

ONE_FOR_TWO = (
    {
        "namespaces": [{"name": "red"}],
        "links": [{"name": "c", "kind": "tun"}, {"name": "c", "kind": "tun", "netns": "red"}],
    },
    {"namespaces": [{"name": "blue"}], "links": [{"name": "c", "kind": "tun", "netns": "blue"}]},
)
"""A link that could have been either of two."""


def taken():
    """Return a checkpoint of now, as it is when it was kept and read again."""
    with _host.Kernel() as kernel:
        checkpoint = _checkpoints.new("test", 60, have=_commit.state_of_now(kernel), record=kernel.recall())
    assert _way_back.unpack(_way_back.pack(checkpoint)) == checkpoint
    return _way_back.unpack(_way_back.pack(checkpoint))


def bring_back(checkpoint):
    with _host.Kernel() as kernel:
        return _commit.bring_back(kernel, checkpoint, _commit.way_back(kernel, checkpoint)[0])


@pytest.fixture
def as_a_whole(monkeypatch):
    """Let only the way back as a whole be taken."""

    def parts(_want):
        raise AssertionError("it could not be brought back as a whole")

    monkeypatch.setattr(_way_back, "parts", parts)


def back_and_forth(first, second):
    new_host()
    apply(first)
    former = told_by_ip()
    with _host.Kernel() as kernel:
        record = kernel.recall()
    checkpoint = taken()
    apply(second)
    subprocess.run(["ip", "-batch", "-"], input=MEANWHILE.encode(), check=True)
    foreign = told_by_ip()[""][0]["foreign"]
    assert bring_back(checkpoint)[1] == []
    assert told_by_ip()[""][0].pop("foreign") == foreign
    subprocess.run(["ip", "-batch", "-"], input=b"netns delete other\nlink delete foreign\n", check=True)
    assert told_by_ip() == former
    with _host.Kernel() as kernel:
        assert set(kernel.recall().links) == set(record.links)
        assert kernel.recall()._replace(links={}) == record._replace(links={})
    assert bring_back(checkpoint) == ([], [])


@pytest.mark.usefixtures("as_a_whole")
def test_from_any_state_back_to_any_other(figures):
    number = 0

    @examples(30, 500)
    @given(documents(), documents())
    @example(*MOVED_AND_OTHER)
    @example(*ONE_FOR_TWO)
    def lead(first, second):
        nonlocal number
        number += 1
        back_and_forth(first, second)

    lead()
    figures("ways back", number, 0)


@pytest.mark.usefixtures("as_a_whole")
def test_back_from_every_kind_of_step():
    new_host()
    _faults.make_others()
    before, after = _faults.transitions(with_tunnels=False)
    apply(before)
    former = told_by_ip()
    checkpoint = taken()
    apply(after)
    assert bring_back(checkpoint)[1] == []
    assert told_by_ip() == former


def test_what_nobody_confirmed_in_time_goes_before_another_is_armed(monkeypatch):
    """Its alarm did not come, or waits for a run that changes the host."""
    monkeypatch.setattr(_checkpoints, "check_place", lambda: None)
    monkeypatch.setattr(_checkpoints, "_set_alarm", lambda _checkpoint: None)
    new_host()
    apply({"links": [{"name": "b0", "kind": "bridge", "up": True}]})
    former = told_by_ip()
    _commit.commit(_way_back.Wish("late", "armed", 1), check_mode=False)
    apply({"links": [{"name": "b0", "kind": "bridge", "up": False}, {"name": "b1", "kind": "bridge"}]})
    time.sleep(1.1)
    _commit.commit(_way_back.Wish("late", "armed", 60), check_mode=False)
    assert told_by_ip() == former
    apply({})
    _commit.commit(_way_back.Wish("late", "rolled_back", 60), check_mode=False)
    assert told_by_ip() == former


def test_back_piece_by_piece_where_something_stands_in_the_way():
    """Somebody else has taken a name meanwhile."""
    new_host()
    apply({"links": [{"name": "b0", "kind": "bridge", "up": True}, {"name": "t0", "kind": "tap", "up": True}]})
    checkpoint = taken()
    apply({})
    subprocess.run(["ip", "link", "add", "name", "b0", "type", "veth", "peer", "name", "b1"], check=True)
    failures = bring_back(checkpoint)[1]
    assert len(failures) == 1
    assert "b0" in failures[0]
    assert told_by_ip()[""][0]["t0"]["up"] is True
