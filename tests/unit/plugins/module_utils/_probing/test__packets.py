# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packets as they are on the wire, written out by hand."""

import socket
import struct

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._probing import _packets
from ansible_collections.warren.tunnels.plugins.module_utils._probing._packets import Error, Marks, Outer, Reply, Seen
from ansible_collections.warren.tunnels.plugins.module_utils._values import IPV4, IPV6

MARK = b"\xde\xad\xbe\xef"
MARKS = Marks(70000, 7)


def ipv4(protocol, payload, source="192.0.2.1", destination="192.0.2.2", options=b""):
    head = struct.pack(
        "!BBHHHBBH4s4s",
        0x45 + len(options) // 4,
        0,
        20 + len(options) + len(payload),
        1,
        0x4000,
        64,
        protocol,
        0,
        socket.inet_aton(source),
        socket.inet_aton(destination),
    )
    return head + options + payload


def ipv6(protocol, payload, source="2001:db8::1", destination="2001:db8::2"):
    ends = b"".join(socket.inet_pton(socket.AF_INET6, address) for address in (source, destination))
    return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + ends + payload


def gre(payload, protocol=0x0800, flags=0, fields=b""):
    return struct.pack("!HH", flags, protocol) + fields + payload


def udp(payload, port=5555):
    return struct.pack("!HHHH", 40000, port, 8 + len(payload), 0) + payload


ENCAP_LIMIT = b"\x04\x01\x04\x01\x01\x00"
"""What ip6tnl puts into destination options, after the next header and the length."""

REQUEST4 = ipv4(1, _packets.echo(IPV4, MARK, MARKS, 84), "10.1.1.1", "10.1.1.2")
REQUEST6 = ipv6(58, _packets.echo(IPV6, MARK, MARKS, 104), "fd00::1", "fd00::2")


def answer(request, family):
    """The echo reply, as a raw socket has it."""
    start = _packets.HEADER_SIZE[family]
    reply = bytes([_packets.ECHO_REPLY[family]]) + request[start + 1 :]
    return ipv4(1, reply) if family == IPV4 else reply


@pytest.mark.parametrize(("family", "size"), [(IPV4, 38), (IPV4, 84), (IPV4, 1401), (IPV6, 58), (IPV6, 1280)])
def test_an_echo_has_the_size_asked_for(family, size):
    assert _packets.HEADER_SIZE[family] + len(_packets.echo(family, MARK, MARKS, size)) == size


@pytest.mark.parametrize("size", [38, 84, 85])
def test_the_checksum_of_icmp_makes_the_sum_zero(size):
    """RFC 1071: with its checksum in it, a packet sums up to all ones."""
    data = _packets.echo(IPV4, MARK, MARKS, size)
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!{}H".format(len(data) // 2), data))
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF


@pytest.mark.parametrize(("request_", "family"), [(REQUEST4, IPV4), (REQUEST6, IPV6)])
def test_an_answer_is_known_again(request_, family):
    assert _packets.read(family, MARK, answer(request_, family)) == Reply(MARKS)
    assert _packets.read(family, b"\0\0\0\0", answer(request_, family)) is None


@pytest.mark.parametrize(
    ("family", "data", "expected"),
    [
        pytest.param(
            IPV4, ipv4(1, b"\3\4\0\0\0\0\x05\x14" + REQUEST4), Error(MARKS, "packet too big", 1300), id="too-big"
        ),
        pytest.param(IPV6, b"\2\0\0\0\0\0\x05\x14" + REQUEST6, Error(MARKS, "packet too big", 1300), id="too-big-ipv6"),
        pytest.param(IPV4, ipv4(1, b"\3\1" + bytes(6) + REQUEST4), Error(MARKS, "host unreachable"), id="host"),
        pytest.param(IPV4, ipv4(1, b"\3\x63" + bytes(6) + REQUEST4), Error(MARKS, "unreachable, code 99"), id="new"),
        pytest.param(IPV6, b"\1\3" + bytes(6) + REQUEST6, Error(MARKS, "address unreachable"), id="address"),
        pytest.param(IPV4, ipv4(1, b"\x0b\0" + bytes(6) + REQUEST4), Error(MARKS, "time to live exceeded"), id="ttl"),
        pytest.param(IPV4, ipv4(1, b"\3\1" + bytes(6) + REQUEST4[:28]), None, id="quoted-too-short"),
        pytest.param(IPV4, ipv4(1, b"\3\1" + bytes(6)), None, id="nothing-quoted"),
        pytest.param(IPV4, REQUEST4, None, id="a-request"),
        pytest.param(IPV4, b"", None, id="empty"),
        pytest.param(IPV6, b"\x81", None, id="cut"),
    ],
)
def test_what_comes_in(family, data, expected):
    assert _packets.read(family, MARK, data) == expected


V4, V6 = ("192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8::2")


@pytest.mark.parametrize(
    ("data", "depth", "outer"),
    [
        pytest.param(REQUEST4, 0, None, id="bare"),
        pytest.param(REQUEST6, 0, None, id="bare-ipv6"),
        pytest.param(ipv4(47, gre(REQUEST4)), 24, Outer(47, *V4), id="gre"),
        pytest.param(
            ipv4(47, gre(REQUEST6, 0x86DD, 0xB000, bytes(12))), 36, Outer(47, *V4), id="gre-with-checksum-key-sequence"
        ),
        pytest.param(ipv4(47, gre(bytes(14) + REQUEST4, 0x6558)), 38, Outer(47, *V4), id="gretap"),
        pytest.param(ipv4(4, REQUEST4), 20, Outer(4, *V4), id="ipip"),
        pytest.param(ipv4(4, REQUEST4, options=b"\1\1\1\1"), 24, Outer(4, *V4), id="options"),
        pytest.param(ipv4(41, REQUEST6), 20, Outer(41, *V4), id="sit"),
        pytest.param(ipv6(47, gre(REQUEST4)), 44, Outer(47, *V6), id="ip6gre"),
        pytest.param(ipv6(60, b"\x2f\0" + ENCAP_LIMIT + gre(REQUEST4)), 52, Outer(47, *V6), id="ip6gre-encaplimit"),
        pytest.param(ipv6(60, b"\x04\0" + ENCAP_LIMIT + REQUEST4), 48, Outer(4, *V6), id="ipip6"),
        pytest.param(ipv6(44, b"\x29\0" + bytes(6) + REQUEST6), 48, Outer(41, *V6), id="first-fragment"),
        pytest.param(ipv4(17, udp(gre(REQUEST4))), 32, Outer(17, *V4, port=5555), id="fou"),
        pytest.param(ipv4(17, udp(REQUEST4, 6080)), 28, Outer(17, *V4, port=6080), id="fou-ipip"),
        pytest.param(ipv4(17, b"\0"), None, None, id="another's"),
        pytest.param(b"\x11\0\0\1\0\x56\0\x21" + REQUEST4, 8, None, id="no-ip-around-it"),
        pytest.param(ipv4(1, b"\3\1" + bytes(6) + REQUEST4), None, None, id="quoted"),
        pytest.param(ipv6(58, b"\1\3" + bytes(6) + REQUEST6), None, None, id="quoted-ipv6"),
        pytest.param(ipv4(47, gre(ipv4(1, b"\3\4" + bytes(6) + REQUEST4))), None, None, id="quoted-in-gre"),
        pytest.param(b"", None, None, id="empty"),
    ],
)
def test_what_passes_a_device(data, depth, outer):
    expected = None if depth is None else Seen(MARKS, depth, outer)
    assert _packets.seen(MARK, data) == expected


@pytest.mark.parametrize(
    ("data", "depth", "outer"),
    [
        (answer(REQUEST4, IPV4), 0, None),
        (REQUEST6[:40] + answer(REQUEST6, IPV6), 0, None),
        (ipv4(47, gre(answer(REQUEST4, IPV4))), 24, Outer(47, *V4)),
    ],
)
def test_an_answer_that_passes_a_device(data, depth, outer):
    assert _packets.seen(MARK, data) == Seen(MARKS, depth, outer, is_answer=True)


@pytest.mark.parametrize("size", range(30, 84, 9))
def test_a_packet_may_be_cut_anywhere(size):
    whole = ipv6(60, b"\x2f\0" + ENCAP_LIMIT + gre(REQUEST4))
    assert _packets.seen(MARK, whole[:size]) is None


def accepts(program, packet):
    """Run a socket filter, as far as it has these three instructions (bpf(4))."""
    instructions = list(struct.iter_unpack("=HBBI", program))
    at = accumulator = 0
    while True:
        code, jump_true, jump_false, value = instructions[at]
        at += 1
        if code == _packets.BPF_LD_W_ABS:
            if value + 4 > len(packet):
                return 0
            (accumulator,) = struct.unpack_from("!I", packet, value)
        elif code == _packets.BPF_JEQ:
            at += jump_true if accumulator == value else jump_false
        else:
            assert code == _packets.BPF_RET
            return value


@pytest.mark.parametrize(
    "packet",
    [
        REQUEST4,
        REQUEST6,
        ipv4(47, gre(bytes(14) + REQUEST4, 0x6558)),
        ipv6(60, b"\x2f\0" + ENCAP_LIMIT + gre(REQUEST6)),
    ],
)
def test_the_filter_lets_through_what_has_our_mark(packet):
    program = _packets.filter_program(MARK)
    kept = accepts(program, packet)
    assert _packets.seen(MARK, packet[:kept]) == _packets.seen(MARK, packet)
    assert len(program) // 8 <= 4096  # BPF_MAXINSNS
    assert not accepts(_packets.filter_program(b"\xde\xad\xbe\xee"), packet)
