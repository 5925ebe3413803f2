# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guides and the READMEs of roles show is right: their tasks, variables, commands and words of errors.

`make guides` runs the commands of the guides on hosts.
"""

import ast
import importlib.util
import re
import shlex
from pathlib import Path

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.warren.tunnels.plugins.filter import fleet_plan
from ansible_collections.warren.tunnels.plugins.module_utils._diagnosis import _table
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _hosts

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("roles/*/README.md"), *ROOT.glob("examples/**/*.md")])
NAME = "warren.tunnels."
BLOCK = re.compile(
    r"^(?P<above>.*)\n+(?P<indent> *)```(?P<language>[\w{}-]*)\n(?P<text>(?:.*\n)*?) *```$", re.MULTILINE
)
KEYWORDS = {"name", "hosts", "tasks", "vars", "roles", "become", "gather_facts", "become_method"}


def named(pages, language):
    for page in pages:
        for number, match in enumerate(BLOCK.finditer(page.read_text())):
            if match["language"] == language:
                yield pytest.param(page, match["text"], id="{0}-{1}".format(page.relative_to(ROOT), number))


def entries(thing):
    """Return all dictionaries in there, whether they are plays, tasks or variables."""
    if isinstance(thing, dict):
        yield thing
    for inner in thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ():
        yield from entries(inner)


def role_options(role, point="main"):
    specs = yaml.safe_load((ROOT / "roles" / role / "meta/argument_specs.yml").read_text())["argument_specs"]
    return specs[point]["options"]


def all_role_options():
    return {name: spec for path in ROOT.glob("roles/*") for name, spec in role_options(path.name).items()}


@pytest.mark.parametrize(("page", "text"), list(named(PAGES, "yaml")))
def test_a_snippet_has_tasks_and_variables_that_are_there(page, text):
    known = all_role_options()
    for entry in entries(yaml.safe_load(text)):
        for key, value in entry.items():
            if isinstance(key, str) and key.startswith(NAME):
                assert key[len(NAME) :] in _hosts.MODULES
                if "{{" not in str(value):
                    _hosts.params(key[len(NAME) :], value or {})
            elif key in known and "{{" not in str(value):
                spec = {key: {name: known[key][name] for name in ("type", "elements", "choices") if name in known[key]}}
                assert not ArgumentSpecValidator(spec).validate({key: value}).error_messages
            elif isinstance(key, str) and re.match(
                "({0})_".format("|".join(p.name for p in ROOT.glob("roles/*"))), key
            ):
                assert key in known
        role = (entry.get("ansible.builtin.include_role") or {}).get("name", "")
        assert not role.startswith(NAME) or (ROOT / "roles" / role[len(NAME) :]).exists()
        for used in entry.get("roles", []):
            used = used["role"] if isinstance(used, dict) else used
            assert not used.startswith(NAME) or (ROOT / "roles" / used[len(NAME) :]).exists()


@pytest.mark.parametrize(("page", "text"), list(named(PAGES, "yaml")))
def test_declared_tunnels_can_be_planned(page, text):
    for entry in entries(yaml.safe_load(text)):
        if "tunnels_links" in entry and isinstance(entry["tunnels_links"], list):
            ends = sorted({host for link in entry["tunnels_links"] for host in link["ends"]})
            hosts = {host: {"ansible_host": "192.0.2.{0}".format(n + 1)} for n, host in enumerate(ends)}
            for host in ends:
                assert fleet_plan.fleet_plan(entry["tunnels_links"], host, hosts)["links"]


@pytest.mark.parametrize(("page", "text"), list(named(PAGES, "console")))
def test_a_command_uses_what_is_there(page, text):
    files = set(re.findall(r"^`(\S+)`$", page.read_text(), re.MULTILINE))
    commands = [shlex.split(line[2:]) for line in text.splitlines() if line.startswith("$ ")]
    assert text.startswith("$ ")
    assert commands
    for program, *arguments in commands:
        if program == "ansible-playbook":
            playbook = arguments[0]
            assert playbook in files or (ROOT / "playbooks" / (playbook.replace(NAME, "") + ".yml")).exists()
            assert "-i" not in arguments or arguments[arguments.index("-i") + 1] in files
        else:
            assert program in {"ansible-galaxy", "ansible-doc", "molecule", "make"}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_fences_are_of_a_kind_that_is_checked(page):
    text = page.read_text()
    blocks = list(BLOCK.finditer(text))
    assert len(re.findall(r"^ *```", text, re.MULTILINE)) == 2 * len(blocks)
    assert {block["language"] for block in blocks} <= {"yaml", "console", "text", "{toctree}"}


@pytest.mark.parametrize("page", [page for page in PAGES if "/site/" not in str(page)], ids=str)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)]+)\)", page.read_text()):
        if "://" not in link:
            assert (page.parent / link.partition("#")[0]).exists(), link


def test_the_guide_tells_all_that_a_diagnosis_may_find():
    """From the table in the code, which is the truth; `make docs` writes it."""
    spec = importlib.util.spec_from_file_location("findings", ROOT / "scripts/findings.py")
    findings = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(findings)
    text = (ROOT / findings.GUIDE).read_text()
    assert text == findings.wanted(ROOT)
    assert [entry.id for entry in _table.TABLE if f"| `{entry.id}` |" not in text] == []


def messages():
    """All that plugins and roles can say, with … for what is filled in."""
    for path in [*ROOT.glob("plugins/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    for path in ROOT.glob("roles/*/tasks/*.yml"):
        yield path.read_text()


def test_errors_that_are_explained_are_told():
    said = " ".join(" ".join(messages()).split())
    text = (ROOT / "docs/guides/troubleshooting.md").read_text()
    tables = re.findall(r"^\| (?:words|what (?:it|`verify`) says) \|.*\n\|---.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert len(tables) == 3
    for row in "".join(tables).splitlines():
        for part in re.split(r"…|HOST\d?|DEVICE", row.split("|")[1]):
            assert part.strip() in said, row


def test_rows_about_this_collection_name_tests_that_are_there():
    rows = re.findall(r"^\|(.+)\|$", (ROOT / "docs/peers.md").read_text(), re.MULTILINE)
    tables = [[cell.strip() for cell in row.split("|")] for row in rows]
    assert len({len(row) for row in tables}) == 1
    shown = [row for row in tables if row[-2].startswith("yes") or row[-2].startswith("networkd,")]
    assert len(shown) > 30
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for row in shown:
        names = re.findall(r"`([^`]+)`", row[-1])
        assert names, row
        for name in names:
            make, _space, target = name.partition(" ")
            assert target in targets if make == "make" else (ROOT / "tests/integration/targets" / name).is_dir(), name
