# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs that begin together end as one after the other would."""

import os

from ansible_collections.warren.tunnels.tests.kernel import _faults
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import count, new_host, told_by_ip


def in_a_child(document, gate):
    """Apply a document in a process of its own as soon as the gate opens; return the process."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.close(gate[1])
        os.read(gate[0], 1)
        apply(document)
        status = 0
    finally:
        os._exit(status)


def test_two_runs_at_once(figures):
    new_host()
    _faults.make_others()
    foreign = _faults.theirs(_faults.look())
    states = (
        _faults.BEFORE,
        {**_faults.AFTER, "links": [link for link in _faults.AFTER["links"] if link["name"] != "m0"]},
    )
    outcomes = []
    for state in (*states, *states):
        apply(state)
        outcomes.append(told_by_ip())
    outcomes = outcomes[2:]
    number, wrong = count(5, 50), 0
    for _turn in range(number):
        gate = os.pipe()
        children = [in_a_child(state, gate) for state in states]
        os.close(gate[0])
        os.close(gate[1])
        ended = [os.waitpid(pid, 0)[1] for pid in children]
        told = told_by_ip()
        settled = told in outcomes and not apply(states[outcomes.index(told)])
        wrong += any(ended) or not settled
    figures("two at once", number, wrong)
    assert wrong == 0
    assert _faults.theirs(_faults.look()) == foreign
