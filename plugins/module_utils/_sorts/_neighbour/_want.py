# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: neighbours as people type them."""

import re
import typing as t

from ... import _errors, _protocols, _values
from ..._want._checks import Params, check, namespace
from ._state import Neighbour

_OCTETS = re.compile(r"[0-9a-f]{1,2}(:[0-9a-f]{1,2}){1,31}\Z", re.IGNORECASE)


def parse(params: Params) -> t.List[Neighbour]:
    """Return the neighbour that the options describe."""
    to = check("to", _parse_address, params["to"])
    dev = check("dev", _values.check_link_name, params["dev"])
    lladdr, proxy = params["lladdr"], bool(params["proxy"])
    if proxy and lladdr is not None:
        raise _errors.BadOption("lladdr", "this host answers for the address itself; leave it out, or proxy")
    if lladdr is not None:
        lladdr = check("lladdr", _parse_lladdr, lladdr)
    elif not proxy and params["state"] == "present":
        raise _errors.BadOption("lladdr", "it is missing; say where frames go, or proxy=true to answer for the address")
    protocol = params["protocol"]
    if protocol is not None:
        protocol = check("protocol", lambda raw: _protocols.parse(raw, 1, ("static", "boot")), protocol)
    return [Neighbour(namespace(params), dev, to, proxy, lladdr or "", params["router"], protocol)]


def _parse_address(raw: t.Any) -> str:
    address = _values.parse_ip(str(raw))[1]
    if not address.strip("0.:"):
        raise ValueError("{0} is no host's address; give one such as 10.0.0.2".format(address))
    return address


def _parse_lladdr(raw: t.Any) -> str:
    """Return an address of the layer below as ``ip`` takes it."""
    text = str(raw)
    if "." in text:
        return _values.parse_ip(text)[1]
    if not _OCTETS.match(text):
        quote = "; YAML reads some as numbers, so put it in quotes" if text.isdigit() else ""
        raise ValueError(
            "{0!r} is neither an Ethernet address such as 02:00:5e:00:53:01 nor an IPv4 address of a tunnel's far end{1}".format(
                text, quote
            )
        )
    return ":".join("{0:02x}".format(int(part, 16)) for part in text.split(":"))
