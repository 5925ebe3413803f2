# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a whole host's state, put together from those of the modules for its parts."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import yaml
from ansible_collections.warren.tunnels.plugins.doc_fragments import _link
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._list import SORTS

FRAGMENTS = Path(__file__).parent
MODULES = FRAGMENTS.parent / "modules"
SHARED = "link_netns"
"""The fragment with an option that links of many families have."""
FAMILIES = list(dict.fromkeys(kind.family for kind in _catalog.KINDS.values() if not kind.implicit))
WHOLE = {"state", "force", "purge_addresses", "recreate", "take_over_routes"}
"""What the document has once for all its parts."""

STATE = {
    "description": [
        "How this entry is taken, in place of what O(state) says for the whole document.",
        "With V(merged), options that are not named stay as they are. With V(replaced), they are as those of a new one.",
        "With O(state=deleted) it has no meaning.",
    ],
    "type": "str",
    "choices": ["merged", "replaced"],
}
PURGE = {
    "description": [
        "Whether addresses that this entry does not name are removed, in place of what O(purge_addresses) and O(state) say.",
    ],
    "type": "bool",
}
TAKE_OVER = {
    "description": [
        "Whether this route may have the place of one that others made, in place of what O(take_over_routes) says for all.",
    ],
    "type": "bool",
}

SYSCTLS = {
    "description": [
        "Kernel parameters below C(net) to their values, such as C(net.ipv4.ip_forward) to V(1), of the namespace that the task "
        "runs in. A namespace with a name has its own in O(namespaces[].sysctl). What is not named stays as it is.",
        "A device has some of its own, such as C(net.ipv4.conf.tun100.rp_filter). They are set when it is there and before it "
        "comes up, and go with it. Where its name has a dot, a slash stands for that, as in C(net.ipv4.conf.eth0/1.rp_filter), "
        "or slashes are between the parts, as in C(net/ipv4/conf/eth0.1/rp_filter).",
        "Where one is removed, as by O(state=deleted), it becomes what it was before this collection set it. What somebody else "
        "has set since is left alone.",
        "To turn IPv6 off on all devices at once (C(net.ipv6.conf.all.disable_ipv6)) is refused without O(force), since no undo "
        "could put back what they lose.",
    ],
    "type": "dict",
}


def documented(module: str) -> dict:
    """Return the options that a module documents itself, or with the other of its family."""
    told = documentation(MODULES / f"{module}.py")
    options = told.get("options", {})
    for name in (fragment.rpartition("._")[2] for fragment in told.get("extends_documentation_fragment", ())):
        options.update(documentation(FRAGMENTS / f"_{name}.py")["options"] if name in (*FAMILIES, SHARED) else {})
    return {name: option for name, option in options.items() if name not in WHOLE}


def documentation(path: Path) -> dict:
    """Return what a file assigns to ``DOCUMENTATION``."""
    (text,) = [
        node.value.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "DOCUMENTATION"
    ]
    return yaml.safe_load(text)


def inside(section: str, options: dict) -> dict:
    """Return the options as those of a list's elements, with what they say of one another."""

    def rename(match: re.Match) -> str:
        return f"O({match[1] if match[1] in WHOLE else f'{section}[].{match[1]}'}"

    def visit(value):
        if isinstance(value, dict):
            return {key: visit(content) for key, content in value.items()}
        if isinstance(value, list):
            return [visit(content) for content in value]
        return re.sub(r"O\((\w+)(?=(?:\.\w+)*[=)])", rename, value) if isinstance(value, str) else value

    return {name: visit(option) for name, option in options.items()}


def section(name: str, description: list[str], options: dict) -> dict:
    return {
        "description": description,
        "type": "list",
        "elements": "dict",
        "suboptions": inside(name, options),
    }


def merged(families: list[str]) -> dict:
    """Return the options of kinds of links, one of several families with what the module of each says of it."""
    told: dict = {}
    for family in families:
        for name, option in with_kind(family).items():
            told.setdefault(name, {})[family] = option
    return {name: one_of(options) for name, options in told.items()}


def with_kind(family: str) -> dict:
    """Return the options that a module documents, without the mode of one for several kinds, which is the entry's kind."""
    options = documented(family)
    if not _catalog.is_manifold(family):
        return options
    told = yaml.safe_dump({name: option for name, option in options.items() if name != "mode"}, allow_unicode=True)
    return yaml.safe_load(re.sub(r"O\(mode(?=[=)])", "O(kind", told))


def one_of(options: dict) -> dict:
    first, *others = options.values()
    if all(other == first for other in others):
        return first
    same = all({**other, "description": ""} == {**first, "description": ""} for other in others)
    form = first if same else {"type": "str"}
    said = [
        f"With M(warren.tunnels.{family}) - {text}"
        for family, option in options.items()
        for text in paragraphs(option["description"])
    ]
    return {**form, "description": said}


def paragraphs(description: str | list[str]) -> list[str]:
    return [description] if isinstance(description, str) else description


def links() -> dict:
    common = yaml.safe_load(_link.ModuleDocFragment.DOCUMENTATION)["options"]
    kinds = [name for name, kind in _catalog.KINDS.items() if not kind.implicit]
    own_of_kinds = merged(FAMILIES)
    own_of_kinds["peer"]["description"] = ["The other end of a pair. Required for V(veth)."]
    mode = own_of_kinds.setdefault("mode", {"type": "str", "description": []})
    mode.pop("choices", None)
    mode["description"].append("Without O(links[].kind), one of the words for that, which it then stands for.")
    kind = {
        "description": [
            "What the link is; the word that C(ip) has for it.",
            "Without it, the entry is about a link of any kind that is there already, such as a network card, as with "
            "M(warren.tunnels.link).",
        ],
        "type": "str",
        "choices": kinds,
    }
    own = {"state": STATE, "purge_addresses": PURGE}
    return {"kind": kind, **own, **common, **own_of_kinds, **documented("link")}


def beside_links(field: str) -> dict:
    module = SORTS[field].module
    about = documentation(MODULES / f"{module}.py")["short_description"]
    own = {"routes": {"state": STATE, "take_over": TAKE_OVER}}
    return section(
        field, [f"{about}, as for M(warren.tunnels.{module})."], {**documented(module), **own.get(field, {})}
    )


def document() -> dict:
    return {
        "namespaces": section(
            "namespaces", ["Network namespaces, as for M(warren.tunnels.netns)."], documented("netns")
        ),
        "links": section(
            "links",
            [
                "Links of all kinds. Each entry has a O(links[].kind) and the options that the module for this kind has, "
                + ", ".join(f"M(warren.tunnels.{family})" for family in FAMILIES[:-1])
                + f" or M(warren.tunnels.{FAMILIES[-1]}).",
                "A pair has one entry for both ends.",
            ],
            links(),
        ),
        **{field: beside_links(field) for field in SORTS if field not in ("namespaces", "links", "sysctls")},
        "sysctls": SYSCTLS,
    }


class ModuleDocFragment:
    DOCUMENTATION = ""


# Not in the class: ansible-test (2.19) takes what is assigned to that name there for text.
ModuleDocFragment.DOCUMENTATION = yaml.safe_dump(
    {"options": document()}, sort_keys=False, allow_unicode=True, width=1000
)
