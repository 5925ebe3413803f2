#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel has in all namespaces, by the witness."""

from ansible.module_utils import witness
from ansible.module_utils.basic import AnsibleModule


def main():
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    module.exit_json(changed=False, state=witness.read())


if __name__ == "__main__":
    main()
