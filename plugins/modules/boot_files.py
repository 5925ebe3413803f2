#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: boot_files
short_description: The files that bring a host's network state back after a reboot
version_added: 0.1.0
description:
  - Has exactly these files of a state, in one go. Those that differ are written, those that are not named are removed.
  - The role P(warren.tunnels.boot#role) uses it, with what P(warren.tunnels.to_ip_batch#filter) or
    P(warren.tunnels.to_networkd#filter) return, and is what you want.
  - Files are owned by root and have mode 0644, programs 0755. A file is replaced as a whole, never changed in place.
options:
  name:
    description:
      - What the state is called. 1 to 20 lower-case letters, digits and dashes.
      - It is part of the path of each file, so that no other file can be written or removed.
    type: str
    required: true
  files:
    description:
      - The contents of the files by their paths. With NAME for O(name), a path is C(/etc/warren-NAME/*.batch),
        C(/etc/warren-NAME/*.sysctl), C(/etc/warren-NAME/modules.conf),
        C(/etc/systemd/network/05-warren-NAME.*), C(/etc/systemd/networkd.conf.d/60-warren-NAME.conf),
        C(/etc/modules-load.d/60-warren-NAME.conf), C(/etc/systemd/system/warren-NAME.service),
        C(/usr/local/sbin/warren-NAME) or C(/etc/init.d/warren-NAME).
      - With an init script among them, the links to it in C(/etc/rc*.d) stay.
    type: dict
    default: {}
  links:
    description: Where symbolic links lead, by their paths, which may be C(/etc/systemd/system/*.wants/warren-NAME.service).
    type: dict
    default: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: linux
seealso:
  - plugin: warren.tunnels.to_ip_batch
    plugin_type: filter
  - plugin: warren.tunnels.to_networkd
    plugin_type: filter
author:
  - warren.tunnels contributors (@warren-tunnels)
"""

EXAMPLES = r"""
- name: Files for systemd-networkd
  warren.tunnels.boot_files:
    name: lab
    files:
      /etc/systemd/network/05-warren-lab.tap0.netdev: |
        [NetDev]
        Name=tap0
        Kind=tap

- name: No files
  warren.tunnels.boot_files:
    name: lab
"""

RETURN = r"""
written:
  description: The paths of the files and links that were written, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: [/etc/systemd/network/05-warren-lab.tap0.netdev]
removed:
  description: The paths of those that were removed, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: []
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _files


def main() -> None:
    _files.run(_argspec.boot_files())


if __name__ == "__main__":
    main()
