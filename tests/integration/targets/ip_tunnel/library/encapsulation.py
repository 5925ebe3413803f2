#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel tells of the encapsulation of links in UDP. ip(8) shows it only where there is one.

``whole`` is the mtu of each and the bytes of ``headers``, which is the same whatever the headers if the mtu follows them.
"""

from ansible.module_utils.basic import AnsibleModule


def encapsulation(link):
    data = link.get_attr("IFLA_LINKINFO").get_attr("IFLA_INFO_DATA")["attrs"]
    return {
        name.split("_ENCAP_")[1].lower(): value for name, value in data if "_ENCAP_" in name and "LIMIT" not in name
    }


def main():
    spec = {"prefix": {"type": "str", "required": True}, "headers": {"type": "int", "default": 0}}
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    from pyroute2 import IPRoute

    with IPRoute() as ip:
        links = {link.get_attr("IFLA_IFNAME"): link for link in ip.get_links()}
    prefix = module.params["prefix"]
    ours = {name[len(prefix) :]: link for name, link in links.items() if name.startswith(prefix)}
    found = {name: encapsulation(link) for name, link in ours.items()}
    whole = {name: link.get_attr("IFLA_MTU") + module.params["headers"] for name, link in ours.items()}
    module.exit_json(changed=False, links=found, whole=whole)


if __name__ == "__main__":
    main()
