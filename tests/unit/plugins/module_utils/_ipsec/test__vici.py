# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._ipsec import _vici

MESSAGE = {
    "one": "text",
    "list": ["a", "", "ü" * 200],
    "empty": [],
    "section": {"within": {"deep": "x" * 60000}, "none": {}},
    "last": "",
}


@pytest.mark.parametrize("kind", [_vici.REQUEST, _vici.REGISTER, _vici.UNREGISTER, _vici.EVENT])
def test_what_is_sent_is_read_again(kind):
    assert _vici.read(_vici.packet(kind, "load-conn", MESSAGE)) == (kind, "load-conn", MESSAGE)


def test_bytes_are_taken_as_they_are():
    raw = _vici.packet(_vici.REQUEST, "load-shared", {"data": b"\x00\xff"})
    assert raw == b"\x00\x0bload-shared\x03\x04data\x00\x02\x00\xff"


def test_an_answer_has_no_name():
    assert _vici.read(b"\x01\x03\x07success\x00\x03yes") == (_vici.RESPONSE, "", {"success": "yes"})


def test_what_is_no_packet_is_told_and_not_guessed():
    whole = _vici.packet(_vici.EVENT, "list-sa", MESSAGE)
    for end in range(len(whole)):
        try:
            kind, name, _message = _vici.read(whole[:end])
        except _vici.Garbled:
            continue
        # It ended where an element did.
        assert (kind, name) == (_vici.EVENT, "list-sa")
    for raw in (b"", b"\x01\x09", b"\x01\x02", b"\x01\x04\x01a\x07", b"\x01\x01\x01a"):
        with pytest.raises(_vici.Garbled):
            _vici.read(raw)
