# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kernel_state tells of a namespace, as a list of facts that device numbers and order play no part in."""

import json


def facts_of(namespace):
    facts = []
    for link in namespace["links"].values():
        own = {key: value for key, value in link.items() if key not in ("ifindex", "addr_info")}
        facts += [own] + [{"dev": link["ifname"], **address} for address in link["addr_info"]]
    return sorted(json.dumps(fact, sort_keys=True) for fact in facts + namespace["routes"])


class FilterModule:
    def filters(self):
        return {"facts_of": facts_of}
