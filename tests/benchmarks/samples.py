# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same networks for all that are compared: as a document, as batches for ip(8), as a file for ifstate."""


def _address(number, last):
    return f"10.{number // 16384}.{number // 64 % 256}.{number % 64 * 4 + last}/30"


def _link(kind, number):
    common = {"kind": kind, "up": True, "addresses": [_address(number, 1)]}
    if kind == "veth":
        peer = {"name": f"w{number}", "netns": "bench", "up": True, "addresses": [_address(number, 2)]}
        return {"name": f"v{number}", **common, "peer": peer}
    if kind in ("gre", "ipip"):
        remote = f"198.{18 + number // 62500}.{number // 250 % 250}.{number % 250 + 1}"
        return {"name": f"t{number}", **common, "local": "192.0.2.1", "remote": remote}
    return {"name": f"t{number}", **common}


def document(kind, count):
    """Return ``count`` links of a kind, up and with an address each.

    Of pairs, which are two links each, the other ends are in another namespace.
    """
    links = [_link(kind, number) for number in range(count // 2 if kind == "veth" else count)]
    return {"links": links, "namespaces": [{"name": "bench"}] if kind == "veth" else []}


def creation(whole):
    """Return the batches that make a document's links, by namespace, in their order."""
    own, other = [], []
    for link in whole["links"]:
        name, kind = link["name"], link["kind"]
        if kind == "tap":
            own.append(f"tuntap add dev {name} mode tap")
        elif kind == "veth":
            own.append(f"link add {name} type veth peer name {link['peer']['name']} netns bench")
            other += [f"address add {link['peer']['addresses'][0]} dev w{name[1:]}", f"link set w{name[1:]} up"]
        elif kind == "bridge":
            own.append(f"link add {name} type bridge")
        else:
            own.append(f"link add {name} type {kind} local {link['local']} remote {link['remote']}")
        own += [f"address add {link['addresses'][0]} dev {name}", f"link set {name} up"]
    return [(None, own)] + ([("bench", other)] if other else [])


def deletion(whole):
    return [(None, [f"link delete {link['name']}" for link in whole["links"]])]


def ifstate(whole):
    """Return the bridges of a document in the form of ifstate 2."""
    return {
        "interfaces": {
            link["name"]: {
                "link": {"kind": "bridge", "state": "up"},
                "addresses": link["addresses"],
            }
            for link in whole["links"]
        }
    }
