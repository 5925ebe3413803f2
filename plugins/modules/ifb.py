#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: ifb
short_description: Intermediate functional block devices
version_added: 0.1.0
description:
  - Makes, changes and deletes IFB devices, as C(ip link add … type ifb) does. Packets are redirected to one by a filter
    (C(tc … action mirred)), so that its queueing discipline shapes what comes in by another link.
  - They have what every link has, and no options of their own. The driver makes C(ifb0) and C(ifb1) by itself where it is
    loaded as a module, so that other names are a better choice.
  - The driver takes an Ethernet address for a new device only. A task that asks a device that is there for another fails
    and changes nothing.
extends_documentation_fragment:
  - warren.tunnels._attributes
  - warren.tunnels._force
  - warren.tunnels._requirements
  - warren.tunnels._result
  - warren.tunnels._state
  - warren.tunnels._link
  - warren.tunnels._link.purge
  - warren.tunnels._link.recreate
seealso:
  - module: warren.tunnels.link
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: A device that shapes what comes in
  warren.tunnels.ifb:
    name: shape0
    txqueuelen: 1000
    up: true

- name: The device is gone
  warren.tunnels.ifb:
    name: shape0
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
  sample: {"state": "present", "name": "shape0", "up": true, "addresses": []}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev shape0 up txqueuelen 1000 type ifb"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("ifb"))
    _resource.run(spec, _parsers.of_module("ifb"), _views.link)


if __name__ == "__main__":
    main()
