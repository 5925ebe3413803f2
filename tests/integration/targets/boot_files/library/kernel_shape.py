#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel has in all namespaces, without what differs from one making of it to the next."""

from ansible.module_utils import witness
from ansible.module_utils.basic import AnsibleModule

CHANCE = {"ifindex", "link_index", "link_netnsid", "address", "permaddr", "addr_info", "ageing_time", "broadcast"} | {
    # systemd-networkd has ports of bridges make no addresses.
    "inet6_addr_gen_mode"
}


def shape(value):
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items() if key not in CHANCE}
    if isinstance(value, list):
        # The kernel makes some IPv6 link-local addresses of a secret, others of the MAC address.
        return sorted((shape(item) for item in value if not str(item).startswith("fe80:")), key=repr)
    return value


def main():
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    module.exit_json(changed=False, shape=shape(witness.read()))


if __name__ == "__main__":
    main()
