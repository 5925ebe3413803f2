# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Made-up states on the kernel of this machine: from any one to any other, and back again."""

from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import documents, new_host, told_by_ip
from hypothesis import event, given


@given(documents(), documents())
def test_from_any_state_to_any_other(first, second):
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
