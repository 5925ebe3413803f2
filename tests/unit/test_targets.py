# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""That no option is without a test on a real kernel: what the integration targets ask of the modules."""

import collections
import importlib.util
from pathlib import Path

import pytest
import yaml
from ansible_collections.warren.tunnels.plugins.module_utils import _values
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

TARGETS = Path(__file__).parents[1] / "integration" / "targets"
FAMILIES = sorted({kind.family for kind in _catalog.KINDS.values() if not kind.implicit})
MODULES = sorted({*_parsers._PARSERS, *_parsers._BESIDE_LINKS, *FAMILIES}.intersection(_hosts.MODULES))
"""All that manage a part of a host. A whole host has the options of these, and sysctls, which have no module."""

ENCAPSULATION = {option for option in _hosts.SPECS["ip_tunnel"] if option.startswith("encap_")} | {"encap"}
"""Tested for all modes at once."""


ALIKE = {"addrgenmode", "altnames", "bridge_slave", "ifgroup"}
"""What the engine does with links of all kinds alike, so that the targets of two modules do."""

FORCE = "force"
"""The engine guards a connection for all modules alike, so that one target does."""

PLACES = {"netns", "move_from"}
"""Where something is. That none is told is another place."""


def documents(module):
    for part in ("tasks", "vars"):
        for path in sorted((TARGETS / module / part).glob("**/*.yml")):
            yield yaml.safe_load(path.read_text(encoding="utf-8"))


def courses():
    """Yield each mode of ip_tunnel and what its course asks for, one after the other."""
    path = TARGETS / "ip_tunnel" / "filter_plugins" / "steps_of.py"
    spec = importlib.util.spec_from_file_location("steps_of", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for document in documents("ip_tunnel"):
        for course in document.get("ip_tunnel_courses", []) if isinstance(document, dict) else []:
            for mode in course["modes"]:
                steps = module.steps_of(course, mode, document["ip_tunnel_frame"])
                yield mode["mode"], [step["args"] for step in steps]


COURSES = dict(courses())


def asked(module, node):
    """Yield what a module is asked for anywhere in a document, as far as it is told in so many words."""
    if isinstance(node, list):
        for item in node:
            yield from asked(module, item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, dict) and key in ("args", "four_args", "warren.tunnels." + module):
                yield value
            else:
                yield from asked(module, value)


def flat(spec, options, prefix=""):
    """Yield the name and the value of each option, those inside of others too."""
    for name, value in options.items():
        inner = spec.get(name, {}).get("options")
        for part in value if isinstance(value, list) and inner else [value]:
            if inner:
                yield from flat(inner, part, prefix + name + ".")
            else:
                yield prefix + name, part


def names(spec, prefix=""):
    for name, option in spec.items():
        if "options" in option:
            yield from names(option["options"], prefix + name + ".")
        else:
            yield pytest.param(prefix + name, option)


def values_of(module):
    found = collections.defaultdict(list)
    tasks = [options for document in documents(module) for options in asked(module, document)]
    tasks += [options for course in COURSES.values() for options in course if module == "ip_tunnel"]
    guarded = [options for other in MODULES for document in documents("guard") for options in asked(other, document)]
    found[FORCE] = [options[FORCE] for options in guarded if FORCE in options]
    for options in tasks:
        for name, value in flat(_hosts.SPECS[module], options):
            found[name].append(value)
    of_any = [options for document in documents("link") for options in asked("link", document)]
    for name, value in [pair for options in of_any for pair in flat(_hosts.SPECS["link"], options)]:
        if name.partition(".")[0] in ALIKE:
            found[name].append(value)
            found["peer." + name] = found[name]
    return found


VALUES = {module: values_of(module) for module in MODULES}


def rows():
    for module in MODULES:
        for row in names(_hosts.SPECS[module]):
            yield pytest.param(module, *row.values, id=module + "-" + row.values[0])


@pytest.mark.parametrize(("module", "name", "spec"), list(rows()))
def test_every_option_is_set_and_changed_on_a_kernel(module, name, spec):
    values = VALUES[module][name]
    expected = spec.get("choices", [True, False] if spec["type"] == "bool" else [])
    left_out = [spec["default"]] if "default" in spec else []
    assert [value for value in expected if value not in values + left_out] == []
    assert len({repr(value) for value in values + left_out}) >= (1 if name.split(".")[-1] in PLACES else 2)


@pytest.mark.parametrize("family", [family for family in FAMILIES if family not in ("ip_tunnel", "veth")])
def test_every_option_of_a_kind_is_unset_on_a_kernel(family):
    for kind in _catalog.family(family):
        for option in kind.options:
            if option.name in VALUES[family] and option.default is not None:
                assert option.default in [option.value.parse(value) for value in VALUES[family][option.name]]


def number_of_values(option):
    """Return how many values tell: one that is not the default, another one, and the default."""
    if isinstance(option.value, _values.Switch):
        return 2
    return min(len(option.value.choices), 3) if isinstance(option.value, _values.Choice) else 3


@pytest.mark.parametrize("kind", _catalog.family("ip_tunnel"), ids=lambda kind: kind.name)
def test_every_option_of_every_mode_is_set_changed_and_unset_on_a_kernel(kind):
    found = collections.defaultdict(set)
    for options in COURSES[kind.name]:
        for link in _hosts.want("ip_tunnel", **options).links.values():
            for name, value in link.attributes.items():
                found[name].add(value)
    own = [option for option in kind.options if option.name not in ENCAPSULATION]
    assert [option.name for option in own if option.default not in found[option.name]] == []
    assert [option.name for option in own if len(found[option.name]) < number_of_values(option)] == []
