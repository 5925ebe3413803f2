#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: tun_driver
short_description: The TUN/TAP driver is loaded, and works
version_added: 0.1.0
description:
  - Loads the driver of TUN and TAP devices where it is a module that is not loaded, and opens C(/dev/net/tun) as proof.
  - Fails with a sentence that says why it does not open, such as in a container without the device, or with a kernel that has no
    such driver.
options:
  at_boot:
    description:
      - Whether the module is loaded at every boot too. Where no file in C(/etc/modules-load.d) says so,
        C(/etc/modules-load.d/tun.conf) does.
      - With V(false), what is loaded at boot stays as it is.
    type: bool
    default: true
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details:
      - The device is opened only where the driver is there already, because that would load it.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: none
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: linux
seealso:
  - module: warren.tunnels.tuntap
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: The driver is there, at every boot too, and works
  warren.tunnels.tun_driver:

- name: It is there now
  warren.tunnels.tun_driver:
    at_boot: false
"""

RETURN = r"""
loaded:
  description: Whether the module was loaded, or would be in check mode. Never where the driver is built into the kernel.
  type: bool
  returned: success
  sample: true
written:
  description: Whether the file for the next boot was written, or would be in check mode.
  type: bool
  returned: success
  sample: true
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _driver


def main() -> None:
    _driver.run(_argspec.tun_driver())


if __name__ == "__main__":
    main()
