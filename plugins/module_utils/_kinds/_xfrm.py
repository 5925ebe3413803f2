# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: devices that IPsec's policies and states belong to (net/xfrm/xfrm_interface_core.c)."""

import typing as t

from .. import _values
from . import _common, _tunnel_values, _underlay
from ._kind import Kind
from ._option import Option, always

_P = "IFLA_XFRM_"


def _complaint(values: t.Mapping[str, t.Any]) -> str:
    if values.get("external"):
        given = [name for name in ("dev", "if_id") if values.get(name, 0) not in (0, _values.NONE)]
        return "{0}: an external xfrm has none, since routes and filters tell it".format(given[0]) if given else ""
    return "" if values.get("if_id") else "if_id: an xfrm needs one, from 1 to 4294967295, unless it is external"


KINDS = (
    Kind(
        name="xfrm",
        family="xfrm",
        options=(
            Option("dev", _values.LinkName(), _P + "LINK", recreate=always, default=_values.NONE),
            Option("if_id", _values.Number(0, 0xFFFFFFFF), _P + "IF_ID", default=0),
            Option("external", _tunnel_values.Presence(), _P + "COLLECT_METADATA", recreate=always, default=False),
            _underlay.OPTION,
        ),
        driver="xfrm_interface",
        ethernet=False,
        usual={**_common.POINT_TO_POINT, **_common.MTU},
        # Whatever its dev is (xfrmi_locate).
        identity=("if_id",),
        whole=True,
        complaint=_complaint,
    ),
)
