#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: checkpoint
short_description: A way back from a change that cuts the host off
version_added: 0.1.0
description:
  - Keeps the state of the host's network and brings it back after a time, unless that is confirmed before. The time runs
    on the host itself, whatever becomes of the connection, the play or the controller.
  - Arm it, make the change, come back over a new connection, and confirm.
options:
  state:
    description:
      - With V(armed), the state of now is kept, and comes back after O(timeout). Where it is armed already, the state
        that was kept first remains, and its time begins anew. Where its time is over and the state is not back yet, it is
        brought back first.
      - With V(confirmed), it does not come back. This fails where it came back already, because nobody had confirmed it in
        time, and until the checkpoint is armed again. Where none was armed there is nothing to do.
      - With V(rolled_back), it comes back now. Where none is armed there is nothing to do.
    type: str
    choices:
      - armed
      - confirmed
      - rolled_back
    required: true
  timeout:
    description: After how many seconds the state comes back, 1 to 86400. Only for O(state=armed).
    type: int
    default: 120
  name:
    description:
      - What the checkpoint is called. 1 to 20 lower-case letters, digits and dashes. Checkpoints of different names know
        nothing of each other, so that one can be armed while another is.
    type: str
    default: default
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._requirements
notes:
  - The state is that of the host and of all namespaces that have a name, with their links, addresses, nexthops, routes,
    FOU ports, rules, permanent neighbours and forwarding entries, and of each link whether it is up, its MTU and the other options that
    M(warren.tunnels.link) and the module for its kind have. That goes for network cards and links of others too.
  - What this collection created since goes. What others created since stays, unless it is in the place of something that
    was there before. So does a namespace that others have links or processes in.
  - Of several addresses of one network, another may be the primary one afterwards, and of several rules of one priority,
    another may come first.
  - Of sysctls, those that this collection set become what they were, as do those of its own (C(net.ipv4.conf.NAME),
    C(net.ipv6.conf.NAME)) of a device that has to be made again.
  - Queueing disciplines, filters and the firewall are no part of it, nor is what bridges and VXLAN devices learned.
  - Where all of it at once can't be brought back, as much of it is as can be.
  - A checkpoint ends with a reboot, after which the host has what its own files say; see the role P(warren.tunnels.boot#role).
  - A timer of systemd starts the way back, C(warren-checkpoint-*.timer), and its journal tells of it. Where systemd does
    not run, a process of its own waits. All that is needed is kept in C(/var/lib/warren.tunnels/checkpoint), which only
    root can read.
seealso:
  - module: warren.tunnels.network_state
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: Have a way back
  warren.tunnels.checkpoint:
    state: armed
    timeout: 60

- name: Change the link that this task came by
  warren.tunnels.link:
    name: eth0
    addresses: 192.0.2.8/25
    purge_addresses: true
    force: true

- name: Come back over a new connection
  ansible.builtin.meta: reset_connection

- name: It can be reached, so leave it so
  warren.tunnels.checkpoint:
    state: confirmed
"""

RETURN = r"""
armed:
  description: Whether the checkpoint is armed now. In check mode, whether it would be.
  type: bool
  returned: success
  sample: true
msg:
  description: What that means.
  type: str
  returned: success
  sample: The state of now comes back in 60 s, unless that is confirmed.
operations:
  description:
    - The steps by which the state was brought back, or would be in check mode, each as the C(ip) command that does the
      same. Empty but for O(state=rolled_back), and where O(state=armed) brings a former one back first.
  type: list
  elements: str
  returned: success
  sample: ["ip link delete dev tun100", "ip address replace 192.0.2.8/24 dev eth0"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _checkpoint


def main() -> None:
    _checkpoint.run(_argspec.checkpoint())


if __name__ == "__main__":
    main()
