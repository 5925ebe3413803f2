# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links that are called by an alternative name, on the kernel of this machine."""

import subprocess

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host, told_by_ip

TAP = {"name": "t", "kind": "tap"}
MANY = [{**TAP, "name": f"t{number}"} for number in range(40)]


@pytest.fixture
def host():
    new_host()
    for command in (
        "netns add red",
        "link add real type bridge",
        "link property add dev real altname other",
        "-n red link add moving type bridge",
        "-n red link property add dev moving altname wanderer",
    ):
        subprocess.run(["ip", *command.split()], check=True)


ASKED = {
    "master": ({"links": [{**TAP, "master": "other"}]}, "master: other"),
    "master of many": ({"links": [*MANY, {**TAP, "master": "other"}]}, "master: other"),
    "dev": ({"routes": [{"dst": "10.9.0.0/16", "dev": "other"}]}, "dev: other"),
    "dev of one way": (
        {"routes": [{"dst": "10.9.0.0/16", "nexthops": [{"dev": "other"}, {"dev": "real"}]}]},
        "dev: other",
    ),
    "name": ({"links": [{"name": "other", "up": True}]}, "name: other"),
    "name of many": ({"links": [*MANY, {"name": "other", "up": True}]}, "name: other"),
    "name of a new link": ({"links": [{"name": "other", "kind": "tap"}]}, "name: other"),
    "name of the same kind": ({"links": [{"name": "other", "kind": "bridge"}]}, "name: other"),
    "name of a peer": ({"links": [{"name": "v", "kind": "veth", "peer": {"name": "other"}}]}, "peer.name: other"),
    "name of what comes": ({"links": [{"name": "wanderer", "move_from": "red"}]}, "name: wanderer"),
}


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize(("document", "words"), ASKED.values(), ids=list(ASKED))
@pytest.mark.parametrize("state", ["merged", "replaced", "overridden"])
def test_alternative_names_are_refused(document, words, state):
    before = told_by_ip()
    with pytest.raises(_errors.Conflict) as caught:
        apply(document, state)
    assert words + " is an alternative name of " in str(caught.value)
    assert told_by_ip() == before


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize("number", [1, 41])
def test_link_is_not_taken_for_gone_that_is_called_by_an_alternative_name(number):
    links = [*MANY[: number - 1], {"name": "other", "kind": "bridge"}]
    with pytest.raises(_errors.Conflict, match="name: other is an alternative name of real"):
        apply({"links": links}, "deleted")
