# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.filter import pair_secrets

ONE = {"local_id": "host1", "remote_id": "host2", "protocols": [47]}


def test_it_adds_secrets_and_nothing_else():
    add = pair_secrets.FilterModule().filters()["pair_secrets"]
    (found,) = add([ONE], secret="what nobody can guess and nobody may see", generation=[2, 1])
    assert {**found, "secrets": len(found["secrets"])} == {**ONE, "secrets": 2}


def test_nothing_needs_no_secret():
    assert pair_secrets.pair_secrets([], None) == []


def test_what_is_wrong_is_told_without_the_secret():
    with pytest.raises(AnsibleFilterError, match="it is too short") as caught:
        pair_secrets.pair_secrets([ONE], "hunter2")
    assert "hunter2" not in str(caught.value)
