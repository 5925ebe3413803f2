# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: whether what was found is what was expected, and a sentence that says it. Pure."""

import typing as t

from . import _options
from ._packets import Outer
from ._types import ANSWER, READER, SILENCE, Expected, Observation, Probe, Reader, Sighting

_WORDS = {number: word for word, number in _options.PROTOCOLS.items()}
PLAIN = frozenset(
    ("veth", "bridge", "dummy", "vlan", "macvlan", "macvtap", "ipvlan", "bond", "team", "vrf", "ifb", "nlmon", "vcan")
)
"""Kinds of links that put no IP header around what they carry."""


def is_plain(kind: t.Optional[str]) -> bool:
    """Return whether a link of this kind is known to put no IP header around what it carries."""
    return kind is None or kind in PLAIN


class Verdict(t.NamedTuple):
    """What came of a probe."""

    holds: bool
    words: str
    """A sentence, without its full stop where all is well."""


def judge(probe: Probe, found: Observation) -> Verdict:
    """Return whether ``found`` is what the probe expects."""
    problem = (
        found.trouble
        or _judge_expectation(probe, found)
        or (_judge_outer(probe.outer, found) if probe.outer else None)
        or _judge_path_mtu(probe, found)
    )
    subject = _subject(probe)
    if problem:
        return Verdict(False, "{0} {1}.".format(subject, problem))
    return Verdict(True, subject + " " + _good_news(probe, found))


def _subject(probe: Probe) -> str:
    link = "{0} in namespace {1}".format(probe.name, probe.netns) if probe.netns else probe.name
    return "{0}: {1}".format(link, probe.label or probe.destination)


def _judge_expectation(probe: Probe, found: Observation) -> t.Optional[str]:
    if probe.expect == ANSWER and not found.rtts:
        return _no_answer(found)
    if probe.expect == SILENCE and found.rtts:
        return "answers ({0} of {1} times), although it should not; see what the link is connected to".format(
            len(found.rtts), found.sent
        )
    if probe.expect == READER:
        return _judge_reader(found)
    return None


def _no_answer(found: Observation) -> str:
    device = found.device
    hints = list(found.errors)
    if found.elsewhere:
        hints.append("answers came in by {0} instead".format(" and ".join(found.elsewhere)))
    if device and not device.carrier:
        hints.append("the link has no carrier")
    what = "does not answer (0 of {0} came back{1})".format(found.sent, "".join("; " + hint for hint in hints))
    if device and is_plain(device.kind):
        return what + "; see whether the far end is there and up, and whether a firewall drops packets on the way"
    return what + "; see whether the tunnel is built there, and whether a firewall drops its outer packets"


def _judge_reader(found: Observation) -> t.Optional[str]:
    reader = found.reader
    if reader is None:
        return "can't have a reader, since the link is no TUN/TAP device; leave expect=reader out"
    if found.device and not found.device.carrier:
        return "is read by nobody, no process is attached to the device; start the program that serves it"
    if reader.taken >= max(1, reader.handed):
        return None
    who = _processes(reader)
    if not reader.handed and not reader.dropped and found.device and found.device.kind == "tun" and not reader.taken:
        return (
            "is read by nobody: {0} is attached, but no packet was read in time; see whether it works, and whether a "
            "firewall on this host drops what is sent".format(who)
        )
    return (
        "is read by nobody: {0} is attached, but read {1} of {2} packets in time, and {3} were dropped; see whether the "
        "program works".format(who, reader.taken, reader.handed, reader.dropped)
    )


def _processes(reader: Reader) -> str:
    return " and ".join("{1} (pid {0})".format(*process) for process in reader.processes) or "a process"


def _judge_outer(expected: Expected, found: Observation) -> t.Optional[str]:
    if expected.encrypted:
        return found.sighting and _in_clear(found.sighting)
    if found.sighting is None:
        if found.device and is_plain(found.device.kind):
            return "has no outer packets, since the link is no tunnel; leave outer out"
        return "goes out unseen: {0}".format(
            found.blind
            or "no outer packet of it left this host; see whether there is a route to the remote end, and whether a "
            "firewall drops what is sent"
        )
    header, device = found.sighting
    if all(want is None or want == have for want, have in zip(expected, (*header, device))):
        return None
    return "is carried by {0} on {1}, not by {2}; mend the tunnel, or the outer that is expected".format(
        _header(header), device, _header(expected) + (" on " + expected.dev if expected.dev else "")
    )


def _in_clear(sighting: Sighting) -> str:
    return "leaves in clear, carried by {0} on {1}; see whether IPsec is there, and the table that protects the tunnel".format(
        _header(sighting.outer), sighting.device
    )


def _header(header: t.Union[Outer, Expected]) -> str:
    parts = [
        None if header.protocol is None else _WORDS.get(header.protocol, "protocol {0}".format(header.protocol)),
        None if header.port is None else "port {0}".format(header.port),
        None if header.local is None else "from " + header.local,
        None if header.remote is None else "to " + header.remote,
    ]
    return " ".join(part for part in parts if part) or "anything"


def _judge_path_mtu(probe: Probe, found: Observation) -> t.Optional[str]:
    least, got = probe.min_path_mtu, found.path_mtu
    if least is None or got is None or got >= least:
        return None
    device = found.device
    if device and device.mtu < least:
        return "can't be sent {0} bytes in one packet, the mtu of the link is {1}; raise that, or lower min_path_mtu".format(
            least, device.mtu
        )
    return (
        "gets packets of {0} bytes at most without fragments, not of {1}; lower the mtu of the link at both ends to {0}, "
        "or let the way carry larger ones".format(got, least)
    )


def _good_news(probe: Probe, found: Observation) -> str:
    if probe.expect == READER:
        return "is read by " + _processes(found.reader or Reader((), 0, 0, 0))
    if not probe.requests:
        return "is not asked"
    parts = ["answers" if found.rtts else "does not answer"]
    if found.sighting:
        verb = "carried by" if found.rtts else "asked by"
        parts.append("{0} {1}".format(verb, _header(found.sighting.outer)))
    if found.path_mtu:
        parts.append("path MTU {0}".format(found.path_mtu))
    return ", ".join(parts)


def result(probe: Probe, found: Observation) -> t.Dict[str, t.Any]:
    """Return what the module tells of a probe."""
    verdict = judge(probe, found)
    received = len(found.rtts)
    return {
        "name": probe.name,
        "netns": probe.netns,
        "destination": probe.destination,
        "expect": probe.expect,
        "holds": verdict.holds,
        "msg": verdict.words,
        "reachable": bool(received),
        "sent": found.sent,
        "received": received,
        "loss": round(100.0 * (found.sent - received) / found.sent, 1) if found.sent else None,
        "rtt": _rtt(found.rtts),
        "incoming": found.incoming,
        "returned": found.returned,
        "counters": None if found.counters is None else dict(zip(("received", "sent"), found.counters)),
        "blind": found.blind,
        "errors": list(found.errors),
        "elsewhere": list(found.elsewhere),
        "path_mtu": found.path_mtu,
        "outer": _outer(found.sighting),
        "reader": _reader(found.reader),
    }


def _rtt(rtts: t.Sequence[float]) -> t.Optional[t.Dict[str, float]]:
    if not rtts:
        return None
    values = {"min": min(rtts), "avg": sum(rtts) / len(rtts), "max": max(rtts)}
    return {name: round(1000 * value, 3) for name, value in values.items()}


def _outer(sighting: t.Optional[Sighting]) -> t.Optional[t.Dict[str, t.Any]]:
    if sighting is None:
        return None
    header = sighting.outer
    return {
        "protocol": _WORDS.get(header.protocol, str(header.protocol)),
        "number": header.protocol,
        "local": header.local,
        "remote": header.remote,
        "port": header.port,
        "dev": sighting.device,
    }


def _reader(reader: t.Optional[Reader]) -> t.Optional[t.Dict[str, t.Any]]:
    if reader is None:
        return None
    return {
        "processes": [{"pid": pid, "command": command} for pid, command in reader.processes],
        "handed": reader.handed,
        "taken": reader.taken,
        "dropped": reader.dropped,
    }


def failure(results: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """Return what to say when some of the probes do not hold; nothing if all do."""
    wrong = [result_["msg"] for result_ in results if not result_["holds"]]
    if len(results) == 1:
        return "".join(wrong)
    return "{0} of {1} probes fail. ".format(len(wrong), len(results)) + " ".join(wrong) if wrong else ""
