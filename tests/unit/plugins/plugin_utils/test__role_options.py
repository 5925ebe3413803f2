# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

import pathlib
import re

import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _role_options

ROOT = pathlib.Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("tunnel_links", "tunnels_links"),
        ("tunnels_link", "tunnels_links"),
        ("tunels_links", "tunnels_links"),
        ("Tunnels_Links", "tunnels_links"),
        ("tunnels-links", "tunnels_links"),
        ("tunnels_mesh", "tunnels_meshes"),
        ("tunnel_mesh", "tunnels_meshes"),
        ("tunnels_tap", "tunnels_taps"),
        ("tunnels_underlay_adress", "tunnels_underlay_address"),
        ("boot_backand", "boot_backend"),
        ("socat_tunnels_links", "socat_tunnel_links"),
        ("tunnels_team", None),
        ("tunnels_vendor", None),
        ("boot_mode", None),
        ("boot_device", None),
        ("boot_order", None),
        ("tunnel_broker", None),
    ],
)
def test_a_misspelt_name_is_known_again(name, meant):
    assert _role_options.is_related(name)
    assert _role_options.meant(name) == meant


def test_few_of_a_hosts_variables_are_looked_at():
    assert not any(
        map(_role_options.is_related, ("ansible_host", "inventory_hostname", "group_names", "_x", "", "users"))
    )


def test_every_variable_that_a_playbook_or_role_reads_is_documented():
    files = [
        *(ROOT / "playbooks").glob("*.yml"),
        *(ROOT / "roles/tunnels").rglob("*.yml"),
        *(ROOT / "roles/boot").rglob("*.yml"),
    ]
    used = {name for path in files for name in re.findall(r"(?<![\w.-])(?:tunnels|boot)_\w+", path.read_text())}
    modules = {path.stem for path in (ROOT / "plugins").rglob("*.py")}
    assert used - modules - {"tunnels_boot"} <= _role_options.names()


def test_every_playbook_says_what_is_wrong_in_its_own_words():
    """Ansible's own validation of a role's arguments prints the whole of the specs."""
    for path in (ROOT / "playbooks").glob("*.yml"):
        text = path.read_text()
        assert text.count("name: warren.tunnels.tunnels\n") == text.count("rolespec_validate: false\n"), path


def test_a_name_that_says_no_more_than_whose_it_is_is_worth_a_word():
    assert _role_options.is_ours("tunnels")
    assert _role_options.likely("tunnels") == _role_options.likely("tunnel") == "tunnels_links"
    assert _role_options.likely("tunnels_team") is None
    assert not _role_options.is_ours("boot")
