# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: netns
short_description: Run tasks in a network namespace
version_added: 0.1.0
author: warren.tunnels contributors (@warren-tunnels)
description:
  - Runs any module or command of any collection inside a network namespace, over any connection, as C(ip netns exec)
    does. Modules and commands see the links, addresses, routes, ports and firewall rules of the namespace.
  - Entering a namespace takes root. Where the connection's user is not root, it is gained by sudo or doas first.
options:
  netns:
    description: Name of the namespace. It must exist; see M(warren.tunnels.netns).
    type: str
    required: true
    ini:
      - section: netns_become_plugin
        key: netns
    vars:
      - name: ansible_netns
    env:
      - name: ANSIBLE_NETNS
  escalation:
    description:
      - How root is gained where the connection's user is someone else.
      - With V(none) the user must have the right to enter namespaces.
    type: str
    choices:
      - sudo
      - doas
      - none
    default: sudo
    ini:
      - section: netns_become_plugin
        key: escalation
    vars:
      - name: ansible_netns_escalation
    env:
      - name: ANSIBLE_NETNS_ESCALATION
  become_user:
    description:
      - User to run the task as, inside the namespace. Without one it is root.
      - Ansible leaves become out where this is the connection's user, and the namespace with it, unless its setting
        C(become_allow_same_user) is true. So don't name root here when you log in as root.
    type: str
    default: ""
    ini:
      - section: privilege_escalation
        key: become_user
      - section: netns_become_plugin
        key: user
    vars:
      - name: ansible_become_user
      - name: ansible_netns_user
    env:
      - name: ANSIBLE_BECOME_USER
      - name: ANSIBLE_NETNS_USER
    keyword:
      - name: become_user
  become_exe:
    description: The C(ip) command.
    type: str
    default: ip
    ini:
      - section: netns_become_plugin
        key: executable
    vars:
      - name: ansible_netns_exe
    env:
      - name: ANSIBLE_NETNS_EXE
  become_flags:
    description: Options for sudo or doas. C(-n) is left out where there is a password to give.
    type: str
    default: ""
    ini:
      - section: netns_become_plugin
        key: flags
    vars:
      - name: ansible_netns_flags
    env:
      - name: ANSIBLE_NETNS_FLAGS
  become_pass:
    description: Password for sudo.
    type: str
    required: false
    ini:
      - section: netns_become_plugin
        key: password
    vars:
      - name: ansible_become_password
      - name: ansible_become_pass
      - name: ansible_netns_pass
    env:
      - name: ANSIBLE_BECOME_PASS
      - name: ANSIBLE_NETNS_PASS
notes:
  - A task in a namespace that is not there, or can't be entered, fails and says so.
  - Files in C(/etc/netns/NAME) stand in for those in C(/etc), as with C(ip netns exec).
"""

EXAMPLES = r"""
- name: Ping from inside a namespace
  ansible.builtin.command:
    cmd: ping -c 1 10.0.0.1
  become: true
  become_method: warren.tunnels.netns
  vars:
    ansible_netns: red
  changed_when: false

- name: All tasks of a play
  hosts: routers
  become: true
  become_method: warren.tunnels.netns
  vars:
    ansible_netns: red
  tasks:
    - name: Addresses of the namespace as facts
      ansible.builtin.setup:
        gather_subset: network
"""

import json
import re
import shlex

from ansible.errors import AnsibleError
from ansible.plugins.become import BecomeBase
from ansible_collections.warren.tunnels.plugins.module_utils.face import values

# Whether the connection's user is root is known on the host only. What follows are this script's arguments: nothing of
# it is part of the script.
_UNLESS_ROOT = 'n=$1; shift; if [ "$(id -u)" = 0 ]; then shift "$n"; fi; exec "$@"'

# Where the namespace can't be entered, ip ends with 255, which Ansible's ssh takes for a lost connection. So this asks
# first, and answers as a module that fails. The first two arguments are beginnings of answers, as JSON.
_IF_OPEN = r"""
missing=$1 shut=$2; shift 2
why=$("$1" netns exec "$4" true 2>&1 </dev/null) && exec "$@"
if [ -e "/run/netns/$4" ] || ! command -v "$1" >/dev/null; then
    missing=$shut$(printf %s "$why" | tr -s '"\\[:cntrl:]' "'' ")
fi
printf '%s"}\n' "$missing"
exit 1"""

# Letters, and what begins with one that has a value: that is the rest of the word, or the next one (sudo(8)).
_SHORT_FLAGS = re.compile("-([^-CDghpRrTtUu][^CDghpRrTtUu]*)?([CDghpRrTtUu].*)?", re.DOTALL)


def _asking(flags):
    """Yield flags for sudo without those that forbid it to ask for a password."""
    is_value = False
    for flag in flags:
        found = None if is_value else _SHORT_FLAGS.fullmatch(flag)
        is_value = False
        if found is None:
            if flag != "--non-interactive":
                yield flag
            continue
        letters, valued = (found[1] or "").replace("n", ""), found[2] or ""
        is_value = len(valued) == 1
        if letters or valued:
            yield "-{0}{1}".format(letters, valued)


class BecomeModule(BecomeBase):
    name = "warren.tunnels.netns"
    fail = ("Sorry, try again.",)
    missing = ("Sorry, a password is required to run sudo", "sudo: a password is required")

    def build_become_command(self, cmd, shell):
        super().build_become_command(cmd, shell)
        if not cmd:
            return cmd
        inside = [self.get_option("become_exe"), "netns", "exec", self._namespace()]
        user = self.get_option("become_user") or "root"
        if user != "root":
            inside += ["runuser", "-u", user, "--"]
        escalation = self._escalation()
        words = ["sh", "-c", _UNLESS_ROOT, "sh", str(len(escalation)), *escalation]
        words += ["sh", "-c", _IF_OPEN, "sh", *self._answers(), *inside]
        words += [getattr(shell, "executable", None) or "/bin/sh", "-c"]
        return "{0} {1}".format(shlex.join(words), self._build_success_command(cmd, shell, noexe=True))

    def _namespace(self):
        name = self.get_option("netns")
        try:
            values.check_namespace_name(name)
        except ValueError as error:
            raise AnsibleError("ansible_netns: {0}".format(error)) from error
        if name.startswith("-"):
            raise AnsibleError("ansible_netns: {0!r} begins with a dash, which ip takes for an option".format(name))
        return name

    def _answers(self):
        """Return how the answers begin where the namespace is not there, and where it can't be entered."""
        name = self._namespace()
        missing = "there is no namespace {0!r} on this host; make it first".format(name)
        shut = "namespace {0!r} can't be entered: ".format(name)
        return [json.dumps({"failed": True, "msg": message}).removesuffix('"}') for message in (missing, shut)]

    def _escalation(self):
        """Return the words that gain root."""
        method = self.get_option("escalation")
        if method == "none":
            return []
        flags = shlex.split(self.get_option("become_flags") or "")
        if method == "doas":
            return ["doas", *(flags or ["-n"]), "-u", "root", "--"]
        if not self.get_option("become_pass"):
            return ["sudo", *(flags or ["-H", "-n"]), "-u", "root", "--"]
        self.prompt = "[sudo via ansible, key={0}] password:".format(self._id)
        asking = list(_asking(flags or ["-H"]))
        return ["sudo", *asking, "-S", "-p", self.prompt, "-u", "root", "--"]
