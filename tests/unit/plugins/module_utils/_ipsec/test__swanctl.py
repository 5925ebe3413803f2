# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._ipsec import _associations, _connections, _swanctl

NOW = (5, 9, 8)
SECRET, FORMER = "a7" * 32, "4f" * 32


def connection(remote="192.0.2.2", secrets=(SECRET,), protocols=(47,), **options):
    entry = {"local": "192.0.2.1", "remote": remote, "local_id": "host1", "remote_id": "host2", "initiate": True}
    (one,) = _connections.wanted([{**entry, "secrets": list(secrets), "protocols": list(protocols), **options}])
    return one


def have(*connections, release=NOW):
    return _swanctl.blocks(connections, "lab", release)


def loaded(blocks):
    names = frozenset(name for _kind, name in blocks)
    keys = frozenset(word for block in blocks.values() for word in block.split() if word.startswith("ike-"))
    return _swanctl.Loaded(NOW, names, keys)


def test_a_file_is_read_as_it_was_written():
    blocks = have(connection(), connection("192.0.2.3", (SECRET, FORMER), (4, 47)))
    assert _swanctl.read(_swanctl.text(blocks)) == blocks
    assert len(blocks) == 4
    assert _swanctl.text({}) == ""
    assert _swanctl.read("connections {\n  mine {\n  }\n}\nsecrets { ike-mine { secret = 1 } }\n").keys() == {
        ("connections", "mine")
    }


def test_what_the_host_proves_itself_by_is_loaded_last():
    (_connection, keys) = sorted(have(connection(secrets=(SECRET, FORMER))).values())
    assert keys.index(FORMER.encode().hex()) < keys.index(SECRET.encode().hex())


@pytest.mark.parametrize(
    ("initiate", "release", "action"),
    [(True, NOW, "trap|start"), (True, (6, 0, 1), "trap|start"), (True, (5, 9, 1), "trap"), (False, NOW, "trap")],
)
def test_one_end_begins_where_its_release_can(initiate, release, action):
    child = _swanctl.section(connection(initiate=initiate), release)["children"]["gre"]
    assert child["start_action"] == action


def test_one_end_renews_keys_long_before_the_other():
    first, second = (_swanctl.section(connection(initiate=initiate), NOW) for initiate in (True, False))
    assert (first["rekey_time"], second["rekey_time"]) == ("4h", "8h")
    assert (first["children"]["gre"]["rekey_time"], second["children"]["gre"]["rekey_time"]) == ("1h", "2h")


def test_nothing_is_told_where_all_is_there():
    one = connection(secrets=(SECRET, FORMER))
    blocks = have(one)
    assert _swanctl.loads([one], "lab", blocks, blocks, loaded(blocks)) == []
    assert _swanctl.changes(blocks, blocks, []) == []


def test_no_words_and_no_difference_have_a_secret():
    before, after = connection(secrets=(FORMER,)), connection(secrets=(SECRET,))
    old, new = have(before), have(after)
    todo = _swanctl.loads([after], "lab", old, new, loaded(old))
    shown = "".join(
        [*(load.words for load in todo), _swanctl.shown(old, new, "former"), _swanctl.shown(new, old, "new")]
    )
    assert [load.command for load in todo] == ["load-shared"]
    assert _swanctl.changes(old, new, todo) == [{"connection": before.name("lab"), "change": "secret changed"}]
    assert "new secret of warren-lab_192-0-2-1_192-0-2-2" in shown
    for secret in (SECRET, FORMER):
        assert secret not in shown
        assert secret.encode().hex() not in shown


def test_what_goes_is_ended_and_a_secret_too_many_goes():
    old, new = have(connection(secrets=(SECRET, FORMER)), connection("192.0.2.3")), have(connection())
    todo = _swanctl.loads([connection()], "lab", old, new, loaded(old))
    name, gone = "warren-lab_192-0-2-1_192-0-2-2", "warren-lab_192-0-2-1_192-0-2-3"
    assert [
        (load.command, load.message.get("name") or load.message.get("ike") or load.message["id"]) for load in todo
    ] == [
        ("load-shared", f"ike-{name}_key0"),
        ("unload-conn", gone),
        ("terminate", gone),
        ("unload-shared", f"ike-{name}_key1"),
        ("unload-shared", f"ike-{gone}_key0"),
    ]


def test_what_is_not_there_is_begun_again_by_the_end_that_begins():
    one, name = connection(protocols=(4, 47)), "warren-lab_192-0-2-1_192-0-2-2"
    there = [{"connection": name, "protocol": 47}]
    assert _swanctl.absent([one], "lab", [], there) == [(name, "ipip")]
    assert _swanctl.absent([one._replace(initiates=False)], "lab", [], []) == []
    blocks = have(one)
    loads = _swanctl.loads([one], "lab", {}, blocks, _swanctl.Loaded(NOW))
    assert _swanctl.absent([one], "lab", loads, []) == []


def test_an_owner_has_no_say_in_connections_of_one_whose_name_is_longer():
    assert not connection().name("lab-2").startswith(_connections.prefix("lab"))
    assert connection("2001:db8::2", local="2001:db8::1").name("lab") == "warren-lab_2001-db8--1_2001-db8--2"


def child(**more):
    return {
        "name": "gre",
        "state": "INSTALLED",
        "mode": "TRANSPORT",
        "encr-alg": "AES_GCM_16",
        "encr-keysize": "256",
        "install-time": "812",
        **more,
    }


def test_what_is_established_is_told_once_for_each_protocol():
    ends = {"local-host": "192.0.2.1", "remote-host": "192.0.2.2"}
    ike = {
        **ends,
        "child-sas": {"gre-1": child(), "gre-2": child(**{"install-time": "9"}), "ipip-3": child(name="ipip")},
    }
    failed = {**ends, "child-sas": {"gre-4": child(state="DELETED"), "gre-5": child(mode="TUNNEL", encap="yes")}}
    told = _associations.read([{"warren-lab_a": ike}, {"mine": ike}, {"warren-lab_b": failed}], "warren-lab_")
    assert [(one["connection"], one["protocol"], one["age"], one["mode"], one["nat"]) for one in told] == [
        ("warren-lab_a", 4, 812, "transport", False),
        ("warren-lab_a", 47, 9, "transport", False),
        ("warren-lab_b", 47, 812, "tunnel", True),
    ]
    assert told[0]["cipher"] == "AES_GCM_16-256"
