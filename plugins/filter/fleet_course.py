# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_course
short_description: What the hosts of a run do next, so that both ends of a tunnel keep a change or go back together
version_added: 0.1.0
author:
  - warren.tunnels contributors (@warren-tunnels)
description:
  - Takes what the hosts of a batch have noted in the role P(warren.tunnels.tunnels#role) so far, and returns what follows from
    it. The role evaluates it between its tasks, once for all hosts of the batch.
positional: _input
options:
  _input:
    description: The variables of all hosts; say V(hostvars).
    type: dict
    required: true
  batch:
    description: The hosts that take each step together.
    type: list
    elements: str
    required: true
  lost:
    description: The hosts of the run that have failed, or that can't be reached.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Decide who goes back
  ansible.builtin.set_fact:
    course: "{{ hostvars | warren.tunnels.fleet_course(ansible_play_batch) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: What follows.
  type: dict
  contains:
    excess:
      description: A sentence for each host that would lose more of its links than the role's variables allow.
      type: list
      elements: str
    unsettled:
      description: The hosts on which an earlier run left its checkpoint armed.
      type: list
      elements: str
    idle:
      description: Whether all hosts could be looked at, and none has anything to do.
      type: bool
    alone:
      description:
        - A sentence for each of these that shares a tunnel with a host that does not take part, and may go back by itself.
      type: list
      elements: str
    busy:
      description: The hosts that have something to do.
      type: list
      elements: str
    cut:
      description: A sentence for each tunnel that answers, and that the change would cut from a host outside of the batch.
      type: list
      elements: str
    down:
      description: A sentence for each tunnel that is down until a host outside of the batch is built.
      type: list
      elements: str
    keep:
      description:
        - By host the devices that stay as they are, because their other ends can't be changed along, as
          M(warren.tunnels.network_state) takes them.
      type: dict
    kept:
      description: A sentence for each of these.
      type: list
      elements: str
    down_first:
      description:
        - By host the devices to be set down at both ends before any end is replaced, because they send sequence numbers. A
          new device that hears those of its other end's old one drops what its new one sends.
      type: dict
      sample: {host1: [{name: tun100}]}
    former:
      description: By host the probes of far addresses that tunnels have before the change and not after it.
      type: dict
    again:
      description:
        - By host which probes of its share must be answered after the change, because the tunnel was before, by their
          positions.
      type: dict
    settle:
      description: The hosts whose earlier checkpoint is to be rolled back, each with the reason. The others confirm it.
      type: dict
    back:
      description: The hosts that go back to their checkpoint, each with the reason. The others confirm it.
      type: dict
      sample: {host2: "host1 goes back, and tun100 would differ between the two. host1: tun100: 10.1.1.3 on host3 does not answer"}
    adrift:
      description: A sentence for each tunnel that differs between its ends, because a host could not confirm the change.
      type: list
      elements: str
"""

import typing as t

from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_course


def fleet_course(
    hosts: t.Mapping[str, t.Mapping[str, t.Any]], batch: t.Sequence[str], lost: t.Sequence[str] = ()
) -> dict[str, t.Any]:
    return _fleet_course.course(_fleet_course.read(hosts, batch), lost)


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_course": fleet_course}
