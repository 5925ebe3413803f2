# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: to_networkd
short_description: A host's state as files for systemd-networkd
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes a host's state as one document and returns the contents of .netdev and .network files, see systemd.netdev(5) and
    systemd.network(5).
  - The role P(warren.tunnels.boot#role) writes these files to C(/etc/systemd/network).
  - It fails where networkd can't have what is asked for, such as anything in another namespace. All that is in the way is
    told at once. P(warren.tunnels.to_ip_batch#filter) has no such limits.
  - Tunnels are C(Independent), so that no other link's file has to ask for them. No link waits for a carrier, which a TAP
    device has only while a program holds it, and none for being online. Links take no router advertisements.
  - networkd before 248 gives IPv4 addresses a broadcast address, where M(warren.tunnels.link) and ip(8) give none.
  - A link that is down and has nothing is made and then left alone (C(Unmanaged=yes)), so that no file for any device takes it.
  - networkd does not change a device that is there. When it starts again, it takes away the routes that others gave to
    its links, but for static ones. Where a routing daemon does that, say C(ManageForeignRoutes=no) in networkd.conf(5).
  - Nexthop objects are in the file of the link that they lead through, groups in that of a member's link, and routes by them with
    them.
  - Rules are in the file of a link that is up, of one that their table uses where there is one, and come and go with it.
positional: _input
options:
  _input:
    description: The state, as in P(warren.tunnels.to_ip_batch#filter).
    type: dict
    required: true
  users:
    description:
      - The numbers of users by their names, for C(owner). Names are not resolved at boot, because a directory service
        needs a network first.
    type: dict
    default: {}
  groups:
    description: The numbers of groups by their names, for C(group).
    type: dict
    default: {}
  release:
    description: The release of systemd that is to read the files. Some settings are not in older ones.
    type: int
    default: 247
  faults:
    description: With V(true), what networkd can't have is returned as a list of text, which is empty if it can have it all.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show the files
  ansible.builtin.debug:
    msg: "{{ state | warren.tunnels.to_networkd(release=252) }}"
  vars:
    state:
      links:
        - name: tun100
          kind: gre
          local: 192.168.0.8
          remote: 192.168.0.58
          ttl: 64
          mtu: 1400
          up: true
          addresses:
            - {address: 10.1.1.1, peer: 10.1.1.2}
      routes:
        - dst: 10.9.0.0/24
          dev: tun100
"""

RETURN = r"""
_value:
  description: The contents of the files by their names; with O(faults), a list.
  type: raw
  sample:
    tun100.netdev: |
      # Written by Ansible, which overwrites changes.
      [NetDev]
      Name=tun100
      Kind=gre
      MTUBytes=1400

      [Tunnel]
      Independent=yes
      Local=192.168.0.8
      Remote=192.168.0.58
      TTL=64
    tun100.network: |
      # Written by Ansible, which overwrites changes.
      [Match]
      Name=tun100

      [Link]
      RequiredForOnline=no

      [Network]
      ConfigureWithoutCarrier=yes
      IPv6AcceptRA=no
      KeepConfiguration=static

      [Address]
      Address=10.1.1.1/32
      Peer=10.1.1.2/32

      [Route]
      Destination=10.9.0.0/24
      Protocol=static
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.warren.tunnels.plugins.module_utils.face import documents

_NO_SYSCTLS = "no file of networkd has it; write it to one of sysctl.d(5), as boot_files does"


def to_networkd(
    state: t.Any,
    users: documents.Accounts | None = None,
    groups: documents.Accounts | None = None,
    release: int = documents.OLDEST_NETWORKD,
    faults: bool = False,
) -> dict[str, str] | list[str]:
    try:
        want = documents.with_numbers(documents.fit(state), users or {}, groups or {})
        files, found = documents.networkd(want, int(release))
    except documents.Unfit as error:
        raise AnsibleFilterError(str(error)) from None
    found += [f"sysctls: {key}: {_NO_SYSCTLS}" for netns, key in want.sysctls if netns is None]
    if faults:
        return found
    if found:
        raise AnsibleFilterError(
            f"systemd-networkd can't have this state: {'; '.join(found)}. Files for ip -batch can (to_ip_batch)."
        )
    return files


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"to_networkd": to_networkd}
