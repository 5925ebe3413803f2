#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: network_state
short_description: Namespaces, links, addresses, routes and rules of a host in one call
version_added: 0.1.0
description:
  - Takes the network of a host as one document and changes what differs, in one transaction. When a step fails, those
    before it are undone.
  - The order is seen to here, whatever the order of the document. Namespaces come before links, masters before their
    ports, underlays before their tunnels, addresses before nexthops, and these before routes.
  - Thousands of links take about as long as with C(ip -batch).
options:
  state:
    description:
      - With V(merged), what the document names is made or changed, and nothing else.
      - With V(replaced), each link that the document names also loses the addresses that it does not name, and the
        options that it does not name are as those of a new link. Whether a link is up stays as it is, where it is not
        said. Of a link without O(links[].kind), only the addresses are treated so, where O(links[].addresses) is given.
      - With V(replaced), each route that the document names loses what it does not name, such as a next hop or an MTU.
      - With V(replaced), an MTU of a tunnel, an Ethernet address or the cost of a port that an earlier task named for a
        link of this collection, and that the document does not name any more, takes a new link, because only the kernel can
        tell what a new one has. See O(recreate). A bridge keeps the first two, because a new one would have no ports.
      - With V(overridden), the same, and what modules of this collection created on the host and the document does not
        name is removed. Anything else is left alone, such as network cards, drivers' own devices and what other
        programs made.
      - With V(deleted), what the document names does not exist. Links are named by O(links[].name) and O(links[].kind).
      - What is removed of O(sysctls) becomes what it was before.
    type: str
    choices:
      - merged
      - replaced
      - overridden
      - deleted
    default: merged
  name:
    description:
      - What the document is called on the host, so that it may have several. Words of the operator's choice.
      - With a name, what earlier tasks created under it and the document does not name any more is removed, whichever
        O(state) is asked for. So a document that loses an entry takes it from the host, too. V(overridden) removes nothing
        else then, and V(deleted) all that was created under the name.
      - This goes for addresses, too, on links of this collection as on others. Addresses that others gave to a link stay,
        unless O(purge_addresses) or O(state) say otherwise.
      - What is created under another name or without one, or was there before, is left alone.
    type: str
  keep:
    description:
      - Links that stay as they are, whatever the document says of them or leaves out. Routes through them stay too.
      - As long as there are any, nothing is removed that an earlier task may have made for them, namely namespaces, nexthops,
        routes, FOU ports, rules, neighbours, forwarding entries and sysctls.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the link. Of a pair, one end is enough.
        type: str
        required: true
      netns:
        description: Name of the network namespace that it is in; without it, the one that the task runs in.
        type: str
  take_over_routes:
    description:
      - Whether routes of a document with a O(name) may have the place of routes that others made, that is with the same
        destination, table, metric and tos. Without it, such a document is refused, and says whose they are.
      - A route that was there comes back when the one of the document goes, as far as its device is there. It is known
        by what the module noted on the host.
      - Routes of this collection are known by the same note and by their protocol. Where somebody has put another in the
        place of one of them, that one stays when the document's goes.
      - A nexthop that others made under a number of the document is never taken over, such a document is refused.
    type: bool
    default: false
  brief:
    description:
      - Whether RV(before) and RV(after) are left out of the result where nothing differs. Of thousands of routes they are most
        of it, and Ansible looks at each of their values.
    type: bool
    default: false
  force:
    description:
      - Whether a TUN or TAP device that a process holds open may be deleted or replaced, and whether a namespace may be
        removed in which processes live or, with O(state=overridden), links of others are.
      - Whether a change may be made that would cut Ansible's own connection, or lead a tunnel's outer packets into the
        tunnel itself, as O(warren.tunnels.ip_tunnel#module:force) has it.
      - Whether a link may be deleted, replaced or moved together with what others made on it, a link such as a VLAN,
        macvlan or VXLAN, a port of a bridge, or what no undo could put back, such as a queueing discipline with classes
        or filters. Whether nexthops, groups and routes of others may go along with a link or a nexthop. Without it,
        such a document is refused, and names what would be lost.
    type: bool
    default: false
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._document
  - warren.tunnels._link.purge
  - warren.tunnels._link.recreate
notes:
  - What modules of this collection create is noted on the host, in C(/var/lib/warren.tunnels/created.json).
  - A link is taken for one of ours while it has the index it was created with. After a reboot, when links have other
    indexes, its name, kind, endpoints and key tell.
seealso:
  - module: warren.tunnels.network_info
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A namespace with a way out, and a tunnel with a route into it
  warren.tunnels.network_state:
    namespaces:
      - name: red
    links:
      - name: to-red
        kind: veth
        addresses: [10.0.0.1/30]
        up: true
        peer:
          name: eth0
          netns: red
          addresses: [10.0.0.2/30]
          up: true
      - name: tun100
        kind: gre
        local: 192.168.0.8
        remote: 192.168.0.58
        ttl: 64
        up: true
    routes:
      - dst: default
        via: 10.0.0.1
        netns: red
      - dst: 10.9.0.0/16
        dev: tun100

- name: One of two tunnels goes, because the document of this name had both the last time
  warren.tunnels.network_state:
    name: site to site
    links:
      - name: tun200
        kind: gre
        local: 192.168.0.8
        remote: 192.168.0.101
        up: true

- name: A router, as long as the document says so
  warren.tunnels.network_state:
    name: router
    links:
      - name: tun100
        kind: gre
        remote: 192.168.0.58
        up: true
    sysctls:
      net.ipv4.ip_forward: 1
      net.ipv4.conf.tun100.rp_filter: 1

- name: The document of that name changes, but not where the far end can't follow
  warren.tunnels.network_state:
    name: site to site
    keep:
      - name: tun200
    links:
      - name: tun300
        kind: gre
        local: 192.168.0.8
        remote: 192.168.0.102
        up: true

- name: This collection made nothing on the host but one tap, or it goes now
  warren.tunnels.network_state:
    state: overridden
    links:
      - name: tap0
        kind: tap
        owner: root
        up: true

- name: These are gone
  warren.tunnels.network_state:
    state: deleted
    links:
      - name: tun100
        kind: gre
    namespaces:
      - name: red
"""

RETURN = r"""
before:
  description: What was there of what the document is about, in the form of the document. Of links that are wanted, it shows
    the options that the document names, but for those that are as a new link has them anyway.
  type: dict
  returned: success, but for O(brief) where nothing differs
  sample: {"namespaces": [], "links": [], "routes": [], "fou_ports": [], "rules": [], "neighbours": [], "fdb": [], "sysctls": {}}
after:
  description: What is there now. In check mode, what would be, as far as it can be foretold.
  type: dict
  returned: success, but for O(brief) where nothing differs
  sample:
    namespaces: []
    links: [{"name": "tap0", "kind": "tap", "owner": 0, "up": true}]
    routes: []
    fou_ports: []
    rules: []
    neighbours: []
    fdb: []
    sysctls: {}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) or C(bridge) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip tuntap add dev tap0 mode tap user 0", "ip link set dev tap0 up"]
checkpoints:
  description: Names of the checkpoints that are armed on the host, see M(warren.tunnels.checkpoint), also of those whose
    time is over and whose state is not back yet. Null where that can't be told, because only root may look.
  type: list
  elements: str
  returned: success
  sample: []
encryptions:
  description: The owners of connections that M(warren.tunnels.ipsec) made on the host.
  type: list
  elements: str
  returned: success
  sample: []
protections:
  description: The owners of tables that M(warren.tunnels.protection) made on the host.
  type: list
  elements: str
  returned: success
  sample: []
changes:
  description:
    - What became of each link, namespace, route, FOU port, rule, neighbour, forwarding entry and sysctl, or would in check
      mode. What stays as it is has no entry.
    - An entry begins with C(link), C(namespace), C(route), C(fou_port), C(rule), C(neighbour), C(fdb) or C(sysctl), which is
      what it is about.
  type: list
  elements: dict
  returned: success
  contains:
    link:
      description: The name of a link. Of a pair, each end has an entry of its own.
      type: str
    namespace:
      description: The name of a namespace.
      type: str
    route:
      description: The destination of a route.
      type: str
    fou_port:
      description: The number of a UDP port.
      type: int
    rule:
      description: The priority of a rule.
      type: int
    neighbour:
      description: The address of a neighbour.
      type: str
    dev:
      description: The link that a neighbour is reached by, or that a forwarding entry is of.
      type: str
    proxy:
      description: Whether the host answers for that address; not told where it does not.
      type: bool
    fdb:
      description:
        - The Ethernet address of a forwarding entry. C(master), C(vlan) and C(src_vni), and of one of several far ends C(dst),
          C(port), C(vni) and C(via), follow as far as it has them.
      type: str
    sysctl:
      description: The key of a kernel parameter. Its C(value) is the only one of its C(options).
      type: str
    table:
      description: The table that a route is in.
      type: int
    metric:
      description: The metric of a route.
      type: int
    tos:
      description: The type of service of a route, where it has one.
      type: int
    family:
      description: V(inet) or V(inet6), of a UDP port or a rule.
      type: str
    netns:
      description: The namespace that it is in; null for the one that the module runs in.
      type: str
    change:
      description: V(created), V(changed) in place, V(replaced) by a new one of the same name, or V(removed).
      type: str
    options:
      description:
        - The options that differ, each with its value C(before) and C(after). C(kind) is the kind of a link, C(addresses) its
          addresses.
        - What only the kernel can choose, such as the mtu of a link that is made without one, is left out.
      type: dict
    loses:
      description: Of a link, what it loses and does not get back.
      type: list
      elements: str
    cuts:
      description:
        - Of a link, whether its far end can't be reached through it any more, or not until the far end is changed likewise.
          So it is with the kind, the endpoints, keys, checksums, sequence numbers, the encapsulation, and an address that
          goes, with a link that goes down or goes away, and with one that numbers its packets and is replaced.
        - Whether a far end is there is not asked.
      type: bool
  sample:
    - link: tun100
      netns: null
      change: changed
      options: {ttl: {before: 64, after: inherit}}
      loses: []
      cuts: false
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec, _document
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers

STATES = ["merged", "replaced", "overridden", "deleted"]


def main() -> None:
    spec = dict(_argspec.document(), state={"type": "str", "choices": STATES, "default": "merged"})
    spec["name"] = {"type": "str"}
    spec.update(_argspec.purge_addresses(), **_argspec.recreate(), **_argspec.force())
    spec.update(_argspec.keep(), **_argspec.take_over_routes(), **_argspec.brief())
    _resource.run(spec, _parsers.network_state, _document.of_wanted, whole=True)


if __name__ == "__main__":
    main()
