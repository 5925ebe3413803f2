# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The search of the path MTU against ways that drop in several manners."""

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._probing import _pathmtu
from hypothesis import given
from hypothesis import strategies as st


def find(known, limit, way):
    """Return what the search finds, and in how many rounds. :arg way: sizes to what comes of them."""
    search, rounds = _pathmtu.search(known, limit), 0
    try:
        sizes = next(search)
        while True:
            rounds += 1
            assert sizes == sorted(set(sizes))
            assert all(known < size <= limit for size in sizes)
            sizes = search.send(way(sizes))
    except StopIteration as stop:
        return stop.value, rounds


def silent(real):
    """A way that drops what is too large without a word."""
    return lambda sizes: _pathmtu.Round([size for size in sizes if size <= real])


def telling(real, told):
    """A way that says what it would take."""
    return lambda sizes: _pathmtu.Round(
        [size for size in sizes if size <= real], told if any(size > real for size in sizes) else None
    )


SIZES = st.tuples(st.integers(38, 1500), st.integers(0, 64000), st.integers(0, 64000)).map(
    lambda drawn: (drawn[0], min(drawn[0] + min(drawn[1:]), 65535), min(drawn[0] + max(drawn[1:]), 65535))
)


@given(SIZES)
def test_silent_ways_are_measured(sizes):
    known, real, limit = sizes
    assert find(known, limit, silent(real))[0] == real


@given(SIZES, st.integers(0, 65535))
def test_no_router_can_talk_it_into_a_wrong_result(sizes, told):
    known, real, limit = sizes
    assert find(known, limit, telling(real, told))[0] == real


@pytest.mark.parametrize(
    ("way", "rounds"),
    [
        pytest.param(silent(1400), 1, id="all of it passes"),
        pytest.param(telling(1300, 1300), 2, id="a router says it"),
        pytest.param(silent(1300), 5, id="a router drops it silently"),
    ],
)
def test_it_takes_few_rounds(way, rounds):
    assert find(84, 1400, way)[1] <= rounds


def test_nothing_to_find():
    assert find(84, 84, silent(84)) == (84, 0)
