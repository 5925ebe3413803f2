#!/usr/bin/python

# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: boot_files
short_description: The files that bring a host's network state back after a reboot
version_added: 0.1.0
description:
  - Takes a host's state as one document, writes it to files in plain words, and has them used at every boot. Of these files, the
    host gets exactly those of one backend, in one go. Those that differ are written, all others of the state are removed.
  - What is there now is left alone. M(warren.tunnels.network_state) makes it, from the same document.
  - Systemd reads its units again where some were written, and an init script is run at boot by C(update-rc.d) or C(chkconfig).
  - Keeps network managers off the devices of the state. A manager with a file for any device, such as C([Match] Name=*) of
    systemd-networkd, would take the addresses and routes from them, at once or when it starts again.
  - Files are owned by root and have mode 0644, programs 0755. A file is replaced as a whole, never changed in place.
options:
  name:
    description:
      - What the state is called. 1 to 20 lower-case letters, digits and dashes.
      - It is part of the path of each file, so that no other file can be written or removed.
    type: str
    required: true
  state:
    description:
      - With V(present), the files of the document bring it back.
      - With V(unmanaged), nothing brings it back, but network managers are kept off its devices.
      - With V(absent), there are no files, and network managers may have the devices. What is there now is left alone then, too.
    type: str
    choices: [present, unmanaged, absent]
    default: present
  document:
    description:
      - The state, as P(warren.tunnels.to_ip_batch#filter) takes it, with the options of M(warren.tunnels.network_state) that
        describe one.
      - Users and groups that it names must be on the host. They are written as numbers, because early in a boot a
        directory service can't be asked yet.
    type: dict
    default: {}
  backend:
    description:
      - What brings the state back.
      - V(networkd) is systemd-networkd, which must be enabled. Its files are those of P(warren.tunnels.to_networkd#filter), in
        C(/etc/systemd/network). It can't have everything, and nothing in namespaces; the error says what is in the way.
      - V(systemd) is a unit, C(warren-NAME.service) for O(name), that runs before C(network.target), and before services that
        look for devices when they start, such as FRR, BIRD, strongSwan, libreswan and docker. It uses the files of
        P(warren.tunnels.to_ip_batch#filter), in C(/etc/warren-NAME), by the script C(/usr/local/sbin/warren-NAME).
      - The script waits, 30 seconds at most, for links that the document names and does not make, and for addresses that tunnels
        send from. C(/etc/warren-NAME/underlay) lists these. What can't be made then is told, and all else is made.
      - V(sysv) is the same script as C(/etc/init.d/warren-NAME), with an LSB header, for C(update-rc.d) or C(chkconfig).
      - V(auto) takes V(networkd) where it is enabled, runs and can have it all, else V(systemd) where that runs the
        host, else V(sysv).
    type: str
    choices: [auto, networkd, systemd, sysv]
    default: auto
  keep_foreign_routes:
    description:
      - Whether systemd-networkd is told to leave the routes of other programs alone (C(ManageForeignRoutes=no)), on
        all links of the host. Without that, it takes the routes of a routing daemon from its links when it starts
        again, and routes that lead to no link, such as V(blackhole), from the host.
      - Its policy rules stay too (C(ManageForeignRoutingPolicyRules=no)), and with systemd 256 or newer its next hops
        (C(ManageForeignNextHops=no)).
      - With such routes in the document, it is told so in any case. With rules that it does not bring back itself, it is told
        to leave rules alone (C(ManageForeignRoutingPolicyRules=no)), and so with nexthops (C(ManageForeignNextHops=no)).
      - Not for O(backend=sysv).
    type: bool
    default: false
  devices:
    description:
      - More devices on the host that its network managers are to leave alone, beside those that the document makes.
      - Each manager that is installed gets a file of its own for that.
      - systemd-networkd gets C(/etc/systemd/network/05-warren-NAME.network) with C(Unmanaged=yes), but for devices that
        it brings back itself. NetworkManager gets C(/etc/NetworkManager/conf.d/99-warren-NAME.conf) with
        C(unmanaged-devices). A manager that runs reads its files again (C(networkctl reload), C(nmcli general reload conf)),
        and the module fails if it then still configures a device that is there.
      - dhcpcd gets a block with C(denyinterfaces) at the beginning of C(/etc/dhcpcd.conf). It reads that when it starts. One
        that runs is not told, because it would take the host's other addresses away for some seconds. The module warns
        then.
      - ifupdown can't be told. The module fails where a line C(auto) or C(allow-hotplug) of C(/etc/network/interfaces) names
        one of the devices, or where its pattern matches one that is there.
      - The module fails, too, where systemd-networkd runs and makes a device of the same name by a C(.netdev) file of others, such
        as one that netplan wrote.
    type: list
    elements: str
    default: []
  purge:
    description:
      - Whether files of the state that are not wanted go, and network managers may have former devices again. With V(false)
        all that stays, so that devices can be kept from network managers before they are made.
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
- name: A tap and its owner, after a reboot
  warren.tunnels.boot_files:
    name: lab
    document:
      links:
        - {name: tap0, kind: tap, owner: alice, up: true, addresses: 192.168.7.1/24}

- name: Keep network managers off a device that is about to be made, and leave all else
  warren.tunnels.boot_files:
    name: lab
    state: unmanaged
    devices: [tap0]
    purge: false

- name: No files
  warren.tunnels.boot_files:
    name: lab
    state: absent
"""

RETURN = r"""
backend:
  description: What brings the state back; C(none) if nothing does.
  type: str
  returned: success
  sample: networkd
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
  description: Who read files again, or would in check mode. C(systemd) stands for units, the others are network managers.
  type: list
  elements: str
  returned: success
  sample: [systemd-networkd]
enabled:
  description: Whether the init script was made to run at boot, or would be in check mode.
  type: bool
  returned: success
  sample: false
"""

from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._main import _files


def main() -> None:
    _files.run(_argspec.boot_files())


if __name__ == "__main__":
    main()
