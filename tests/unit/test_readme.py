# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What README.md says is there is there, and nothing is left out. The molecule scenario "readme" runs its commands."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def table(heading):
    """The first column of the table under that heading."""
    rows = re.search(rf"^\| {heading} \|.*\n\|---.*\n((?:\|.*\n)+)", README, re.MULTILINE)
    return {re.search(r"`(\w+)`", row).group(1) for row in rows.group(1).splitlines()}


def public(pattern):
    return {path.stem for path in ROOT.glob(pattern) if not path.name.startswith("_")}


@pytest.mark.parametrize(
    ("heading", "pattern"),
    [
        ("module", "plugins/modules/*.py"),
        ("role", "roles/*"),
        ("playbook", "playbooks/*.yml"),
        ("become plugin", "plugins/become/*.py"),
        ("callback", "plugins/callback/*.py"),
        ("lookup", "plugins/lookup/*.py"),
        ("filter", "plugins/filter/*.py"),
    ],
)
def test_the_tables_list_what_there_is(heading, pattern):
    assert table(heading) == public(pattern)


def test_the_declared_tunnels_are_those_of_the_example():
    shown = yaml.safe_load(re.search(r"`inventory.yml`\n```yaml\n(.*?)```", README, re.DOTALL).group(1))
    example = yaml.safe_load((ROOT / "examples/two-hosts/group_vars/all.yml").read_text())
    hosts = yaml.safe_load((ROOT / "examples/two-hosts/hosts.yml").read_text())
    assert shown["all"]["vars"]["tunnels_links"] == example["tunnels_links"]
    assert {name: host["ansible_host"] for name, host in shown["all"]["hosts"].items()} == {
        name: host["ansible_host"] for name, host in hosts["all"]["hosts"].items()
    }


def test_all_snippets_are_run():
    """As a file, as a command of the scenario "readme", or as one of the two commands of a clone."""
    blocks = re.findall(r"^(.*)\n```(\w*)\n((?:.*\n)*?)```$", README, re.MULTILINE)
    assert README.count("\n```") == 2 * len(blocks)
    for above, language, text in blocks:
        if language == "console":
            assert text.startswith("$ ")
        elif language == "yaml":
            name = re.fullmatch(r"`(\S+)`", above).group(1)
            assert re.search(rf"^\$ ansible-playbook .*\b{re.escape(name)}", README, re.MULTILINE), name
        else:
            assert language == "sh"
            assert set(re.findall(r"^make (\w+) +#", text, re.MULTILINE)) == {"demo", "test"}
            assert len(text.splitlines()) == 2


@pytest.mark.parametrize("target", ["demo", "test"])
def test_the_two_commands_are_targets(target):
    assert f"\n{target}: " in (ROOT / "Makefile").read_text()


def test_the_readmes_of_roles_have_their_variables():
    """From meta/argument_specs.yml, which is the truth; `make docs` writes them."""
    found = importlib.util.spec_from_file_location("role_readmes", ROOT / "scripts/role_readmes.py")
    role_readmes = importlib.util.module_from_spec(found)
    found.loader.exec_module(role_readmes)
    assert [str(path) for path, _wanted in role_readmes.stale(ROOT)] == []


@pytest.mark.parametrize("role", sorted(public("roles/*")))
def test_the_defaults_of_a_role_are_those_of_its_argument_specs(role):
    specs = yaml.safe_load((ROOT / f"roles/{role}/meta/argument_specs.yml").read_text())["argument_specs"]["main"]
    defaults = yaml.safe_load((ROOT / f"roles/{role}/defaults/main.yml").read_text())
    told = {name: option["default"] for name, option in specs["options"].items() if "default" in option}
    assert set(defaults) <= set(specs["options"])
    assert {name: told[name] for name in defaults if name in told} == {
        name: value for name, value in defaults.items() if name in told
    }


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", README))
def test_links_lead_somewhere(link):
    assert (ROOT / link.partition("#")[0]).exists()
