# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: ports that take tunnels inside UDP as people type them."""

import typing as t

from ... import _errors, _values
from ..._want._checks import Params, check, namespace
from ._state import FouPort

_IPPROTOS = {"gre": 47, "ipip": 4, "sit": 41}


def parse(params: Params) -> t.List[FouPort]:
    """Return the port that the options describe, of one that is to go as much as tells it from others."""
    port = check("port", _values.Number(1, 65535).parse, params["port"])
    family = _values.IPV6 if params["family"] == "inet6" else _values.IPV4
    netns, encap = namespace(params), params["encap"]
    if params["state"] == "absent":
        return [FouPort(netns, family, port, encap)]
    ipproto = 0
    if encap == "fou":
        if params["ipproto"] is None:
            raise _errors.BadOption("ipproto", "FOU needs one; give gre, ipip, sit or a number from 1 to 255")
        ipproto = check("ipproto", _parse_ipproto, params["ipproto"])
    elif params["ipproto"] is not None:
        raise _errors.BadOption("ipproto", "GUE tells it in each packet; leave it out")
    return [FouPort(netns, family, port, encap, ipproto)]


def _parse_ipproto(raw: t.Any) -> int:
    return _IPPROTOS.get(str(raw)) or _values.parse_number(str(raw), 1, 255, ", ".join(_IPPROTOS))
