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
  - Keeps network managers off the devices of the state. A manager with a file for any device, such as C([Match] Name=*) of
    systemd-networkd, would take the addresses and routes from them, at once or when it starts again.
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
  devices:
    description:
      - The devices on the host that its network managers are to leave alone, which P(warren.tunnels.to_devices#filter)
        returns for a state. Each manager that is installed gets a file of its own for that.
      - systemd-networkd gets C(/etc/systemd/network/05-warren-NAME.network) with C(Unmanaged=yes), but for devices that have
        a C(.network) among O(files). NetworkManager gets C(/etc/NetworkManager/conf.d/99-warren-NAME.conf) with
        C(unmanaged-devices). A manager that runs reads its files again (C(networkctl reload), C(nmcli general reload conf)),
        and the module fails if it then still configures a device that is there.
      - dhcpcd gets a block with C(denyinterfaces) at the beginning of C(/etc/dhcpcd.conf). It reads that when it starts. One
        that runs is not told, because it would take the host's other addresses away for some seconds. The module warns
        then.
      - ifupdown can't be told. The module fails where a line C(auto) or C(allow-hotplug) of C(/etc/network/interfaces) names
        one of the devices, or where its pattern matches one that is there.
    type: list
    elements: str
    default: []
  purge:
    description:
      - Whether files and devices that are not named go. With V(false) they stay, so that devices can be kept from network
        managers before they are made.
    type: bool
    default: true
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
  - plugin: warren.tunnels.to_devices
    plugin_type: filter
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

- name: Keep network managers off a device that is about to be made, and leave all else
  warren.tunnels.boot_files:
    name: lab
    devices: [tap0]
    purge: false

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
reread:
  description: The network managers that read their files again, or would in check mode.
  type: list
  elements: str
  returned: success
  sample: [systemd-networkd]
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _files


def main() -> None:
    _files.run(_argspec.boot_files())


if __name__ == "__main__":
    main()
