# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Netlink messages that no kernel sends: real ones cut short, mixed up, or with attributes that nobody knows."""

import functools
import random
import socket
import struct
import subprocess
import traceback

from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _nla
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import (
    _addresses,
    _formats,
    _lifeline,
    _links,
    _netlink,
    _rtnetlink,
)
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fdb import _reading as _fdb
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port import _reading as _fou
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._nexthop import _reading as _nexthops
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._route import _reading as _routes
from ansible_collections.warren.tunnels.tests.kernel import _faults
from ansible_collections.warren.tunnels.tests.kernel._engine import apply
from ansible_collections.warren.tunnels.tests.kernel._hosts import count, new_host

FOU_PORT = _fou._FOU.start(cmd=2, version=1) + _fou._FOU.pack(
    {"FOU_ATTR_PORT": 5555, "FOU_ATTR_AF": 2, "FOU_ATTR_IPPROTO": 47, "FOU_ATTR_TYPE": 1}
)
FOU_FAMILY = _fou._CONTROL.start(cmd=1) + _fou._CONTROL.pack(
    {"CTRL_ATTR_FAMILY_ID": 30, "CTRL_ATTR_FAMILY_NAME": "fou"}
)
NEIGHBOUR = _lifeline._NDMSG.pack(2, 1, 2, 0, 1) + _nla.pack(1, b"\xc0\0\2\1") + _nla.pack(2, b"\2\0\x5e\0\x53\1")
FORWARDING = (
    _lifeline._NDMSG.pack(7, 1, 0xC0, 2, 0)
    + _nla.pack(2, b"\2\0\x5e\0\x53\1")
    + _nla.pack(1, b"\xc0\0\2\1")
    + _nla.pack(8, b"\1\0\0\0")
)


def tunnel(kind, prefix):
    """Return a message about a tunnel, of a kind that this machine's kernel may not have."""
    data = {prefix + "LOCAL": "192.0.2.1", prefix + "REMOTE": "192.0.2.2", prefix + "TTL": 64, prefix + "LINK": 1}
    info = {"IFLA_INFO_KIND": kind, "IFLA_INFO_DATA": _formats.link_data(kind).pack(data)}
    message = _formats.message("ifinfmsg")
    attributes = {"IFLA_IFNAME": kind + "0", "IFLA_MTU": 1476, "IFLA_LINKINFO": _formats.link_info().pack(info)}
    return message.start(index=9, flags=1) + message.pack(attributes)


def real_messages():
    """Return what the kernel says of a host that has something of everything, by what it was asked for."""
    new_host()
    _faults.make_others()
    apply(_faults.BEFORE)
    subprocess.run(["ip", "route", "add", "10.9.9.0/24", "nexthop", "dev", "t0", "nexthop", "dev", "d0"], check=True)
    connection = _netlink.Socket()
    asked = {
        "links": (_rtnetlink.RTM_GETLINK, _formats.message("ifinfmsg").start()),
        "addresses": (_rtnetlink.RTM_GETADDR, _formats.message("ifaddrmsg").start()),
        "routes": (_rtnetlink.RTM_GETROUTE, _formats.message("rtmsg").start()),
        "nexthops": (_nexthops.RTM_GETNEXTHOP, _nexthops._FORMAT.start()),
    }
    found = {name: connection.dump(*request) for name, request in asked.items()}
    connection.close()
    found["links"] += [tunnel(kind, "IFLA_GRE_") for kind in ("gre", "gretap", "erspan")]
    found["links"] += [tunnel("ipip", "IFLA_IPIP_"), tunnel("sit", "IFLA_SIT_")]
    return {**found, "ports": [FOU_PORT], "families": [FOU_FAMILY], "neighbours": [NEIGHBOUR, FORWARDING]}


def spoil(message, chance):
    """Return a message as it should not be."""
    spoiled = bytearray(message)
    for _number in range(chance.randint(1, 4)):
        what = chance.randrange(5)
        place = chance.randrange(len(spoiled) + 1)
        if what == 0:
            del spoiled[place:]
        elif what == 1:
            spoiled[place : place + chance.choice((1, 2, 4))] = chance.randbytes(chance.choice((1, 2, 4)))
        elif what == 2 and place + 4 <= len(spoiled):
            # The length and the number of an attribute, or of something that will be taken for one.
            struct.pack_into("=HH", spoiled, place & ~3, chance.randrange(80), chance.randrange(80))
        elif what == 3:
            spoiled += _nla.pack(chance.randrange(1 << 16), chance.randbytes(chance.randrange(40)))
        else:
            spoiled[place:place] = chance.randbytes(chance.randrange(1, 9))
    return bytes(spoiled)


class Wire:
    """A socket on which only such messages come in."""

    def __init__(self, messages, chance):
        self.messages, self.chance = messages, chance
        self.number = 0

    def answer(self, kind):
        self.number += 1
        return spoil(self.chance.choice(self.messages[kind]), self.chance)

    def get(self, requests):
        kinds = {_rtnetlink.RTM_GETROUTE: "routes", _rtnetlink.RTM_GETLINK: "links"}
        return [self.answer(kinds.get(request.type, "families")) for request in requests]

    def dump(self, type_, _body):
        kinds = {
            _rtnetlink.RTM_GETLINK: "links",
            _rtnetlink.RTM_GETADDR: "addresses",
            _rtnetlink.RTM_GETROUTE: "routes",
            _rtnetlink.RTM_GETNEIGH: "neighbours",
            _nexthops.RTM_GETNEXTHOP: "nexthops",
            _fou.GENL_ID_CTRL: "families",
        }
        return [self.answer(kinds.get(type_, "ports")) for _number in range(self.chance.randint(0, 3))]


def read_everything(wire):
    """Yield each thing that reads, to be called."""
    links = _links.LinkReader(lambda *place: wire)
    finder = _lifeline.Finder(lambda *place: wire)
    yield lambda: links.all(None)
    yield lambda: links.by_name(None, ["t0"])
    yield lambda: _links.groups(wire, range(_links.FEW + 1))
    yield lambda: _addresses.read(wire, [1, 2, 3], filtered=False)
    yield lambda: _routes.read_all(wire, None, lambda index: links.name_of(None, index))
    yield lambda: _routes.look_up(wire, None, "192.0.2.1", lambda index: links.name_of(None, index))
    yield lambda: _nexthops.read(wire, None, lambda index: links.name_of(None, index))
    yield lambda: _fou.read(wire, None)
    yield lambda: _fou._family(wire)
    yield lambda: finder._neighbours(None, 2, 1)
    yield lambda: list(_fdb.read_in(lambda *place: wire, [None], lambda netns: functools.partial(links.name_of, netns)))


def test_messages_are_decoded_or_refused(figures):
    wanted = count(1000, 10000)
    wire = Wire(real_messages(), random.Random(count(7, None)))
    wrong = []
    while wire.number < wanted:
        for read in read_everything(wire):
            try:
                read()
            except _errors.TunnelsError:
                pass
            except Exception as error:
                wrong.append("".join(traceback.format_exception(error)[-2:]))
    figures("messages", wire.number, len(wrong))
    assert not wrong, set(wrong)


def test_datagrams_are_taken_apart_or_refused():
    chance = random.Random(count(7, None))
    header = struct.Struct("=IHHII")
    error = struct.pack("=i", -22) + header.pack(36, 16, 5, 1, 0)
    connection = _netlink.Socket()
    connection.close()
    connection._socket, kernel = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    wrong = []
    for number in range(count(500, 5000)):
        body = chance.choice((error, error + _nla.pack(1, b"no way\0"), b"", FOU_PORT))
        type_ = chance.choice((2, 3, 16))
        whole = header.pack(header.size + len(body), type_, chance.choice((0, 2, 0x200, 0x300)), number, 0) + body
        kernel.send(spoil(whole, chance) or b"\0")
        try:
            for type_, flags, _sequence, body in connection._receive():
                if type_ == _netlink.NLMSG_ERROR:
                    _netlink._error(flags, body)
        except _errors.TunnelsError:
            pass
        except Exception as caught:
            wrong.append(repr(caught))
    connection.close()
    kernel.close()
    assert not wrong
