# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog
from ansible_collections.warren.tunnels.plugins.module_utils._plan import _succession
from ansible_collections.warren.tunnels.plugins.module_utils._resources import Link, Want
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import link

FORMER = link("gretap", "tun0", mtu=1400, mac="02:00:5e:00:53:01", up=True, ttl=9, arp=False)._replace(data=b"data")
WANTED = Link(None, "tun0", "gretap", {"tos": 4})


def succeed(kind, **whole):
    wanted = WANTED._replace(kind=kind)
    return _succession.succeed(_catalog.KINDS[kind], wanted, FORMER, Want(links={wanted.id: wanted}, **whole))


def test_a_link_succeeds_to_all_that_is_not_asked_for():
    new = succeed("gretap")
    assert new.attributes == {**FORMER.attributes, "tos": 4}
    assert new.data == b"data"


def test_what_another_kind_has_by_itself_is_not_taken_over():
    former = link("gre", "tun0", ttl=9)
    wanted = WANTED._replace(attributes={})
    new = _succession.succeed(_catalog.KINDS["gretap"], wanted, former, Want(links={wanted.id: wanted}))
    assert new.attributes["ttl"] == 9
    assert "arp" not in new.attributes


def test_a_link_that_shall_be_as_new_keeps_its_address_and_whether_it_is_up():
    new = succeed("gretap", exact=frozenset([WANTED.id]))
    assert new.attributes == {"tos": 4, "mac": "02:00:5e:00:53:01", "up": True}
    assert new.data == b""


def test_an_option_that_was_named_once_is_not_kept():
    new = succeed("gretap", exact=frozenset([WANTED.id]), renewed={WANTED.id: (5, ("mac",))})
    assert new.attributes == {"tos": 4, "up": True}
