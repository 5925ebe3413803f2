# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration of Sphinx. scripts/docs puts the pages beside it."""

import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

project = "warren.tunnels"
project_copyright = "warren.tunnels contributors"
html_title = project

extensions = ["myst_parser", "sphinx_antsibull_ext"]
myst_heading_anchors = 3
nitpicky = True
highlight_language = "text"

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False

ANSIBLE = "https://docs.ansible.com/ansible/latest/"
ELSEWHERE = (
    (re.compile(r"ansible_collections\.(?!warren\.)(\w+)\.(\w+)\.(\w+)"), ANSIBLE + r"collections/\1/\2/\3.html"),
    (re.compile(r"(common_return_values)"), ANSIBLE + r"reference_appendices/\1.html"),
    (re.compile(r"ansible_configuration_settings"), ANSIBLE + "reference_appendices/config.html"),
    (re.compile(r"(ANSIBLE_(?:BECOME|CALLBACKS)_\w+)"), ANSIBLE + r"reference_appendices/config.html#envvar-\1"),
    (re.compile(r"(callback)_plugins"), ANSIBLE + r"plugins/\1.html"),
)
"""Labels of Ansible's own documentation, and where they lead: the site is built without a network."""

PLUGIN = re.compile(r"warren\.tunnels\.(\w+)")


def lead_elsewhere(app, env, node, label):
    for pattern, address in ELSEWHERE:
        match = pattern.fullmatch(node["reftarget"])
        if match:
            text = label.deepcopy() if isinstance(label, nodes.Element) else nodes.Text(node["reftarget"])
            return nodes.reference("", "", text, refuri=match.expand(address), internal=False)
    return None


def lead_to_the_reference(app, document):
    """Make links of the names of modules, plugins and roles, where a page has them as code."""
    pages = {path.stem.rpartition("_")[0]: path.stem for path in sorted(Path(app.srcdir, "reference").glob("*_*.rst"))}
    if app.env.docname.startswith("reference/"):
        return
    for literal in list(document.findall(nodes.literal)):
        match = PLUGIN.fullmatch(literal.astext())
        if match and match[1] in pages and not isinstance(literal.parent, nodes.reference):
            options = {"refdomain": "std", "reftype": "doc", "refexplicit": True, "refwarn": True}
            link = addnodes.pending_xref("", reftarget="/reference/" + pages[match[1]], **options)
            link["refdoc"] = app.env.docname
            literal.replace_self(link)
            link += literal


def setup(app):
    app.connect("missing-reference", lead_elsewhere)
    app.connect("doctree-read", lead_to_the_reference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
