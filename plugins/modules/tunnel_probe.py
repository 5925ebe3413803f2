#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: tunnel_probe
short_description: Proof from one end of what goes through a link
version_added: 0.1.0
description:
  - Sends ICMP echo requests through a link and tells whether the far address answers through it, how many were lost, how
    long they took, the path MTU, and which outer protocol and addresses carried them on the underlay.
  - For TUN and TAP devices it tells which process has the device open, and whether packets are read from it.
  - Fails with a sentence that says what is wrong when something is not as expected. What must not answer can be expected
    too.
  - It needs neither C(ping) nor C(tcpdump) on the host. Many links are probed at a time.
options:
  name:
    description: Name of the link to send through. It must be there and up. Any kind of link will do.
    type: str
  destination:
    description: The far address, IPv4 or IPv6.
    type: str
  netns: &netns
    description: Name of the network namespace that the link is in. Without it, the one that the task runs in.
    type: str
  source: &source
    description:
      - The address to send from, one of the host's own. Without it, the kernel chooses, as for any program.
      - IPv6 addresses of the link that are tentative are waited for first, five seconds at most. The kernel sends from none
        of them (RFC 4862).
    type: str
  label: &label
    description: What messages call the destination, such as V(10.1.1.2 on host2). Its address, if not given.
    type: str
  expect: &expect
    description:
      - What must hold, or else the task fails.
      - With V(answer), at least one request is answered. Only what comes in by the same link is an answer.
      - With V(silence), none is. A link that is missing or down is an error all the same.
      - With V(reader), the link is a TUN or TAP device, packets to the destination are routed to it, and a process reads
        what is sent. Answers don't matter.
      - With V(any), answers don't matter.
      - V(answer) is the default.
    type: str
    choices:
      - answer
      - silence
      - reader
      - any
  count: &count
    description:
      - How many requests to send, 0 to 1000. The default is 3.
      - With V(0), which goes with O(expect=any), the link is only looked at, for RV(counters).
    type: int
  interval: &interval
    description: Seconds between two requests. The default is 0.2.
    type: float
  timeout: &timeout
    description: Seconds to wait for answers after the last request. The default is 2.
    type: float
  path_mtu: &path_mtu
    description:
      - Whether to find the largest packet, in bytes with its IP header, that gets to the destination through the link
        without being fragmented inside the tunnel (the DF flag of IPv4). It is the mtu of the link at most.
      - It is found by sending, so that places that drop large packets without a word are found too, which takes a few
        seconds more.
    type: bool
  min_path_mtu: &min_path_mtu
    description:
      - The path MTU must be at least this many bytes, 38 to 65535 (58 for IPv6). Implies O(path_mtu=true).
    type: int
  outer: &outer
    description:
      - What the packets on the underlay must have for an outer header. What is not given may be anything.
      - Outer packets that the host encrypts (IPsec, WireGuard, TLS) can't be recognised. Say C(encrypted=true) of those.
    type: dict
    suboptions:
      protocol:
        description: V(gre), V(ipip), V(sit), V(udp) (for FOU, GUE), V(tcp), or a number of IANA's from 1 to 255.
        type: str
      local:
        description: The outer source address.
        type: str
      remote:
        description: The outer destination address.
        type: str
      port:
        description: The destination port, for V(udp) and V(tcp).
        type: int
      dev:
        description: The device that the packets leave by.
        type: str
      encrypted:
        description:
          - With V(true), the packets must not be seen in clear, whatever they have for a header. The other options then say only which
            peer it is about.
        type: bool
  probes:
    description:
      - Several probes, done at a time, each with the options of this module. It takes the place of O(name) and
        O(destination). Other options beside it hold for all probes that don't have their own.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the link to send through.
        type: str
        required: true
      destination:
        description: The far address, IPv4 or IPv6.
        type: str
        required: true
      netns: *netns
      source: *source
      label: *label
      expect: *expect
      count: *count
      interval: *interval
      timeout: *timeout
      path_mtu: *path_mtu
      min_path_mtu: *min_path_mtu
      outer: *outer
  look_at:
    description:
      - Patterns that names of links fit, such as V(tun*), in any namespace. What these links and the routes through them are
        like is told too, read when the probes are done, in RV(network), as M(warren.tunnels.network_info) tells it.
      - So O(probes) may be an empty list.
      - Without this option, nothing is looked at.
    type: list
    elements: str
  brief:
    description:
      - Whether RV(probes) has null in the place of each probe that holds, and RV(network) the links alone where all of them
        hold. Of hundreds of probes, all else is most of the result, and Ansible looks at each of its values.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details:
      - It probes in check mode too, since that changes nothing. What is not as expected is a warning then, not an error,
        because an earlier task of the same play may be the one that would change it.
  diff_mode:
    support: none
  platform:
    support: full
    platforms: linux
requirements:
  - Python 3.6 or newer on the managed host.
  - pyroute2 0.7.2 or newer there (Debian and Ubuntu package it as C(python3-pyroute2)); for Python 3.6 to 3.8 a
    version older than 0.9.
  - root, or the capabilities C(CAP_NET_RAW) and C(CAP_NET_ADMIN), and C(CAP_SYS_ADMIN) for namespaces.
notes:
  - Outer packets are looked for in the namespace of the tunnel's underlay, which the kernel tells. It must have a name, or
    be the one that the task runs in.
  - Links that put no IP header around what they carry, such as hardware, veth or bridges, have no outer packets.
  - A TUN or TAP device counts a packet as sent when a process has read it, which is how RV(reader) knows. A process in
    another PID namespace than the task's has no name in it.
extends_documentation_fragment:
  - warren.tunnels._attributes
seealso:
  - module: warren.tunnels.ip_tunnel
  - module: warren.tunnels.tuntap
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: The far end answers, and GRE between these hosts carries it
  warren.tunnels.tunnel_probe:
    name: tun100
    destination: 10.1.1.2
    min_path_mtu: 1400
    outer:
      protocol: gre
      local: 192.168.0.8
      remote: 192.168.0.58

- name: Two tunnels, and what must not answer
  warren.tunnels.tunnel_probe:
    count: 2
    probes:
      - name: tun100
        destination: 10.1.1.2
      - name: tun200
        destination: 20.1.1.2
      - name: tun200
        destination: 10.1.1.2
        source: 10.1.1.1
        expect: silence

- name: The program that serves the tap does its work
  warren.tunnels.tunnel_probe:
    name: tap0
    destination: 192.168.7.2
    expect: reader

- name: Probe a tunnel, and see whether it is as it was made
  warren.tunnels.tunnel_probe:
    name: tun100
    destination: 10.1.1.2
    look_at: [tun100]

- name: Find the path MTU, whatever it is
  warren.tunnels.tunnel_probe:
    name: tun100
    netns: red
    destination: 10.1.1.2
    path_mtu: true
  register: probed
"""

RETURN = r"""
network:
  description:
    - The links that fit O(look_at), the routes through them, and the namespaces, FOU ports and sysctls of the host, as
      RV(warren.tunnels.network_info#module:network).
  type: dict
  returned: with O(look_at)
  sample: {"namespaces": [], "links": [{"name": "tun100", "kind": "gre", "remote": "192.168.0.58", "up": true}], "routes": [], "fou_ports": [], "sysctls": {}}
checkpoints:
  description: Names of the checkpoints that are armed, as RV(warren.tunnels.network_info#module:checkpoints).
  type: list
  elements: str
  returned: with O(look_at)
  sample: []
probes:
  description: What came of each probe, in the order of O(probes), with the keys below; see O(brief).
  type: list
  elements: dict
  returned: with O(probes)
holds:
  description: Whether all is as expected.
  type: bool
  returned: without O(probes), as all below
  sample: true
msg:
  description: A sentence that says what was found, or what is wrong and what to do.
  type: str
  returned: always
  sample: "tun100: 10.1.1.2 answers, carried by gre from 192.168.0.8 to 192.168.0.58, path MTU 1400"
reachable:
  description: Whether a request was answered.
  type: bool
  returned: without O(probes)
  sample: true
sent:
  description: How many requests were sent, those of the search for the path MTU left out.
  type: int
  returned: without O(probes)
  sample: 3
received:
  description: How many of them were answered.
  type: int
  returned: without O(probes)
  sample: 3
loss:
  description: How many were not, in percent. Null where none was sent.
  type: float
  returned: without O(probes)
  sample: 0.0
rtt:
  description: Round trip times in milliseconds. Null where nothing was answered.
  type: dict
  returned: without O(probes)
  sample: {"min": 0.301, "avg": 0.352, "max": 0.422}
incoming:
  description:
    - How many packets the link took in meanwhile, of any kind. Where there are none while the other end asks too, something
      drops what is sent here.
  type: int
  returned: without O(probes)
  sample: 6
returned:
  description:
    - How many answers were seen to come out of the link. Where these are more than RV(received), this host does not let them
      in; see its firewall and C(rp_filter).
  type: int
  returned: without O(probes)
  sample: 3
counters:
  description: How many packets of any kind the link has received and sent since it was made. Null where there is no link.
  type: dict
  returned: without O(probes)
  sample: {"received": 1041, "sent": 997}
blind:
  description: Why outer packets can't be seen on this host. Null where they can.
  type: str
  returned: without O(probes)
  sample: null
errors:
  description: What routers and hosts said of the requests.
  type: list
  elements: str
  returned: without O(probes)
  sample: ["10.1.1.2 says host prohibited"]
elsewhere:
  description: Names of other links that answers came in by.
  type: list
  elements: str
  returned: without O(probes)
  sample: []
path_mtu:
  description: The path MTU in bytes. Null where it was not asked for, or nothing was answered.
  type: int
  returned: without O(probes)
  sample: 1400
outer:
  description:
    - The outer header of the requests, and the device that it was seen on. Null where there was none to be seen.
    - C(protocol) is the word for the protocol, or its number where there is no word; C(number) is the number, after the
      extension headers of IPv6; C(port) is the destination port of UDP and TCP.
  type: dict
  returned: without O(probes)
  sample: {"protocol": "gre", "number": 47, "local": "192.168.0.8", "remote": "192.168.0.58", "port": null, "dev": "eth0"}
reader:
  description:
    - Of a TUN or TAP device, the processes that have it open, and what became of packets meanwhile. Null for other links.
    - C(handed) is how many requests got to the device; C(taken) and C(dropped) are how many packets of any kind were read
      from it, and dropped because nobody did.
  type: dict
  returned: without O(probes)
  sample: {"processes": [{"pid": 714, "command": "socat"}], "handed": 3, "taken": 3, "dropped": 0}
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _probe
from ansible_collections.warren.tunnels.plugins.module_utils._probing import _options


def main() -> None:
    _probe.run(
        _argspec.tunnel_probe(),
        _options.probes,
        mutually_exclusive=[("name", "probes"), ("destination", "probes")],
        required_one_of=[("name", "probes")],
        required_together=[("name", "destination")],
    )


if __name__ == "__main__":
    main()
