#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: netns
short_description: Network namespaces
version_added: 0.1.0
description:
  - Makes and deletes network namespaces with names, as C(ip netns add) does, with their loopback device and sysctls.
options:
  name:
    description: Name of the namespace. It is a file name in C(/run/netns), so it has no slash in it.
    type: str
    required: true
  loopback:
    description: Whether the loopback device in the namespace is up.
    type: bool
    default: true
  sysctl:
    description:
      - Kernel parameters inside the namespace, such as C(net.ipv4.ip_forward) to V(1). Only those below C(net) belong to
        a namespace. Those not named here stay as they are.
      - A slash stands for a dot in the name of a device, as in C(net.ipv4.conf.eth0/1.rp_filter), or slashes are between
        the parts, as in C(net/ipv4/conf/eth0.1/rp_filter).
    type: dict
  force:
    description:
      - Whether O(state=absent) takes away the name of a namespace in which processes live. They would keep it, without a
        way into it by name.
      - Without it such a task fails, and names the processes.
      - The same goes for a change that would cut Ansible's own connection.
    type: bool
    default: false
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._state
notes:
  - What is in a namespace goes with it. Hardware devices return to the host's first namespace.
seealso:
  - module: warren.tunnels.veth
  - name: ip-netns(8)
    description: The command that this module stands for.
    link: https://man7.org/linux/man-pages/man8/ip-netns.8.html
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A namespace that forwards
  warren.tunnels.netns:
    name: red
    sysctl:
      net.ipv4.ip_forward: 1

- name: The namespace is gone
  warren.tunnels.netns:
    name: red
    state: absent
"""

RETURN = r"""
before:
  description: What was there, as options of this module; only C(state=absent) where there was nothing.
  type: dict
  returned: success
  sample: {"state": "absent"}
after:
  description: What is there now. In check mode, what would be, as far as it can be foretold.
  type: dict
  returned: success
  sample: {"state": "present", "name": "red", "loopback": true, "sysctl": {"net.ipv4.ip_forward": "1"}}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip netns add red", "ip netns exec red sysctl -w net.ipv4.ip_forward=1", "ip -n red link set dev lo up"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.state(), **_argspec.netns(), **_argspec.force())
    _resource.run(spec, _parsers.netns, _views.namespace)


if __name__ == "__main__":
    main()
