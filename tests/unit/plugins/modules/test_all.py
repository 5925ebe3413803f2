# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-test does not check: that documentation, options and kinds tell the same story."""

import importlib

import pytest
import yaml
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog, _port
from ansible_collections.warren.tunnels.plugins.module_utils._states import _registry
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

POLICY = {"name", "state", "mode", "netns", "addresses", "purge_addresses", "recreate", "force"}
SHORTHANDS = {"ip_tunnel": {"key"}}
FAMILIES = sorted({kind.family for kind in _catalog.KINDS.values() if not kind.implicit})
WANTING = sorted({*FAMILIES, *_parsers._PARSERS}.intersection(_hosts.MODULES) - {"link"} | {"network_state"})


def examples(modules):
    for module in _hosts.MODULES:
        documented = importlib.import_module("ansible_collections.warren.tunnels.plugins.modules." + module)
        for task in yaml.safe_load(documented.EXAMPLES):
            for used in modules:
                options = task.get("warren.tunnels." + used)
                if options and "{{" not in str(options):
                    yield pytest.param(used, options, id="{0}: {1}".format(module, task["name"]))


@pytest.mark.parametrize(("module", "options"), list(examples(_hosts.MODULES)))
def test_example_is_taken(module, options):
    assert _hosts.params(module, options)


@pytest.mark.parametrize(("module", "options"), list(examples(WANTING)))
def test_example_wants_something(module, options):
    want = _hosts.want(module, **options)
    assert any(_registry.named(field, want) for field in _registry.FIELDS) or want.sources


@pytest.mark.parametrize("family", FAMILIES)
def test_options_are_those_of_the_kinds(family):
    options = [option for kind in _catalog.family(family) for option in kind.common + kind.options]
    of_kinds = set(_port.folded({option.name: option for option in options}))
    # What a kind lacks is refused by name, and documented with what every link has.
    of_kinds.update(name for kind in _catalog.family(family) for name in kind.lacks)
    of_kinds.update("mac" for kind in _catalog.family(family) if not kind.ethernet)
    of_kinds.update({_port.GROUP} if "master" in of_kinds else ())
    of_module = set(_hosts.SPECS[family]) - POLICY - SHORTHANDS.get(family, set())
    assert of_module == of_kinds - {"persist", "mode"}


@pytest.mark.parametrize("family", [family for family in FAMILIES if len(_catalog.family(family)) > 1])
def test_modes_are_the_kinds(family):
    assert set(_hosts.SPECS[family]["mode"]["choices"]) == {kind.name for kind in _catalog.family(family)}


def test_both_ends_of_a_veth_take_the_same_options():
    end, peer = _hosts.SPECS["veth"], _hosts.SPECS["veth"]["peer"]["options"]
    of_the_pair = {"state", "peer", "purge_addresses", "recreate", "force"}
    assert set(peer) == set(end) - of_the_pair
    assert {name: spec["type"] for name, spec in peer.items()} == {name: end[name]["type"] for name in peer}


def test_link_takes_what_any_link_has():
    common = set(_port.folded({option.name: option for option in _catalog.ANY.common}))
    assert set(_hosts.SPECS["link"]) - POLICY - {"move_from"} == common
