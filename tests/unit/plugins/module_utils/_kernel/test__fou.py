# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The messages by hand, from linux/genetlink.h and linux/fou.h: pyroute2 has no class for them."""

import struct

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils import _errors
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port import _reading as _fou
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort

CTRL, FOU = 16, 29
GET_FAMILY = 3


def attribute(number, content):
    size = 4 + len(content)
    return struct.pack("=HH", size, number) + content + b"\0" * (-size % 4)


def family(name, number):
    return struct.pack("=BBH", 1, 2, 0) + attribute(2, name + b"\0") + attribute(1, struct.pack("=H", number))


def told(port, af=2, type_=1, ipproto=None):
    body = struct.pack("=BBH", 1, 1, 0) + attribute(1, struct.pack(">H", port)) + attribute(2, bytes([af]))
    body += attribute(3, bytes([ipproto])) if ipproto is not None else b""
    return body + attribute(4, bytes([type_]))


class Connection:
    """A generic netlink socket of a kernel with or without the driver."""

    def __init__(self, *ports, loaded=True):
        self.ports, self.loaded, self.asked = ports, loaded, []

    def dump(self, type_, body):
        self.asked.append((type_, body[:2]))
        if type_ == CTRL:
            assert body == struct.pack("=BBH", GET_FAMILY, 1, 0)
            return [family(b"nlctrl", CTRL), *([family(b"fou", FOU)] if self.loaded else [])]
        return list(self.ports)

    def get(self, requests):
        (request,) = requests
        assert (request.type, request.body) == (CTRL, struct.pack("=BBH", GET_FAMILY, 1, 0) + attribute(2, b"fou\0"))
        return [family(b"fou", FOU) if self.loaded else None]


@pytest.mark.parametrize(
    ("body", "port"),
    [
        pytest.param(told(5555, ipproto=47), FouPort("red", 2, 5555, "fou", 47), id="fou"),
        pytest.param(told(5555, type_=2, ipproto=0), FouPort("red", 2, 5555, "gue", 0), id="gue"),
        pytest.param(told(5555, type_=2), FouPort("red", 2, 5555, "gue", 0), id="gue-of-an-old-kernel"),
        pytest.param(told(65535, af=10, ipproto=4), FouPort("red", 10, 65535, "fou", 4), id="ipv6"),
        pytest.param(told(1, type_=9), FouPort("red", 2, 1, "unknown", 0), id="of-a-newer-kernel"),
    ],
)
def test_read(body, port):
    connection = Connection(body)
    assert _fou.read(connection, "red") == [port]
    assert connection.asked == [(CTRL, b"\x03\x01"), (FOU, b"\x03\x01")]


def test_nothing_is_read_or_loaded_where_the_driver_is_not_there():
    connection = Connection(told(5555), loaded=False)
    assert _fou.read(connection, None) == []
    assert [type_ for type_, _body in connection.asked] == [CTRL]


def attributes_of(body):
    found = {}
    while body:
        size, number = struct.unpack_from("=HH", body)
        found[number] = body[4:size]
        body = body[(size + 3) & ~3 :]
    return found


@pytest.mark.parametrize(
    ("port", "attributes"),
    [
        pytest.param(FouPort(None, 2, 5555, "fou", 47), {1: b"\x15\xb3", 2: b"\x02", 3: b"\x2f", 4: b"\x01"}, id="fou"),
        pytest.param(FouPort(None, 10, 1, "gue"), {1: b"\x00\x01", 2: b"\x0a", 4: b"\x02"}, id="gue"),
    ],
)
def test_request(port, attributes):
    add, delete = (_fou.request(Connection(), port, add=add) for add in (True, False))
    assert (add.type, add.flags, add.body[:4]) == (FOU, 0, b"\x01\x01\0\0")
    assert attributes_of(add.body[4:]) == attributes
    assert (delete.type, delete.flags, delete.body[:4]) == (FOU, 0, b"\x02\x01\0\0")
    assert attributes_of(delete.body[4:]) == {number: attributes[number] for number in (1, 2)}


@pytest.mark.parametrize("add", [True, False])
def test_request_where_the_driver_is_not_there(add):
    with pytest.raises(_errors.TunnelsError, match="modprobe fou"):
        _fou.request(Connection(loaded=False), FouPort(None, 2, 5555, "gue"), add=add)
