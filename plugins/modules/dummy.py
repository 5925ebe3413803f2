#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: dummy
short_description: Dummy devices
version_added: 0.1.0
description:
  - Makes, changes and deletes dummy devices, as C(ip link add … type dummy) does. Such a device drops all that it is given. It
    holds addresses that a host has whatever its network cards do, such as those that routing protocols announce.
  - They have what every link has, and no options of their own. The driver may make V(dummy0) by itself where it is loaded as
    a module, so that other names are a better choice.
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
  - module: warren.tunnels.ifb
  - module: warren.tunnels.route
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: An address of the host's own
  warren.tunnels.dummy:
    name: anchor0
    addresses: 192.0.2.1/32
    up: true

- name: The device is gone
  warren.tunnels.dummy:
    name: anchor0
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
  sample: {"state": "present", "name": "anchor0", "up": true, "addresses": []}
operations:
  description: The steps that were done, or would be in check mode, each as the C(ip) command that does the same.
  type: list
  elements: str
  returned: success
  sample: ["ip link add dev anchor0 up type dummy"]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _resource, _views
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers


def main() -> None:
    spec = dict(_argspec.link(), **_argspec.own("dummy"))
    _resource.run(spec, _parsers.of_module("dummy"), _views.link)


if __name__ == "__main__":
    main()
