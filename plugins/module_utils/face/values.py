# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: values, and what is right of them, for the controller's side."""

from .._values import (
    ANY,
    INHERIT,
    IPV4,
    IPV6,
    IPV6_METRIC,
    MAIN_TABLE,
    MAX_NAME,
    NONE,
    Switch,
    check_link_name,
    check_namespace_name,
    check_new_link_name,
    parse_ip,
    parse_number,
)

__all__ = [
    "ANY",
    "INHERIT",
    "IPV4",
    "IPV6",
    "IPV6_METRIC",
    "MAIN_TABLE",
    "MAX_NAME",
    "NONE",
    "Switch",
    "check_link_name",
    "check_namespace_name",
    "check_new_link_name",
    "parse_ip",
    "parse_number",
]
