#!/bin/sh
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the role may write, and when it did.

ls -l --time-style=full-iso /etc/yum.repos.d /usr/bin/tunctl /usr/sbin/tunctl
rpm -qa
dpkg-query -W uml-utilities
true
