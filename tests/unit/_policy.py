# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each part of the collection comes with. The functions look at a clone and yield what is missing, in words."""

import ast
import re
from functools import cached_property

import yaml

NAME = "warren.tunnels."
KINDS_OF_PLUGINS = ("become", "filter", "lookup", "callback", "connection", "inventory", "test", "action")


FLOORS = (
    ("_errors", "_nla", "_sysctls", "_values"),
    ("_sorts",),
    ("_files", "_managers", "_protocols", "_resources"),
    ("_kinds",),
    ("_argspec", "_hints", "_record", "_states", "_ways"),
    ("_steps",),
    ("_way_back", "_claim", "_document", "_foresee", "_recording"),
    ("_changes", "_courses", "_guard", "_plan"),
    ("_displace", "_remains", "_returns", "_want"),
    ("_boot", "_probing"),
    ("_protection",),
    ("_ipsec",),
    ("_firewall",),
    ("_diagnosis",),
    ("face",),
    ("_kernel",),
    ("_decide", "_undo"),
    ("_apply",),
    ("_commit",),
    ("_main",),
)
"""The rooms of the engine, from the ground up: each may import from its own folder and from lower floors."""
ENGINE = "plugins/module_utils"

FACE = "face"
"""The one room of the engine that the controller's side knows. It is on a floor from which no host can be touched."""

SORTS = "_sorts"
"""The folder with a folder for each resource. The files in that are each part of a room, on its floor."""
ROOMS = {
    "_options": "_argspec",
    "_reading": "_kernel",
    "_state": "_states",
    "_writing": "_kernel",
}
LIST = "_list.py"
"""Beside them: names all of their files, and imports none of them."""

BY_HAND = {
    "_boot/_backends.py": ("routes",),
    "_boot/_ip_batch.py": ("sysctls",),
    "_boot/_state.py": ("sysctls",),
    "_claim.py": ("routes",),
    "_commit.py": ("sysctls",),
    "_decide.py": ("routes", "rules", "sysctls"),
    "_diagnosis/_judge.py": ("rules", "sysctls"),
    "_diagnosis/_table.py": ("sysctls",),
    "_diagnosis/_wanted.py": ("fou_ports", "rules", "sysctls"),
    "_displace.py": ("routes",),
    "_guard.py": ("routes",),
    "_kernel/_diagnosis.py": ("fou_ports", "rules", "sysctls"),
    "_kernel/_host.py": ("rules",),
    "_kernel/_ipv6_mtu.py": ("sysctls",),
    "_kernel/_lifeline.py": ("routes",),
    "_kernel/_read.py": ("routes", "sysctls"),
    "_kernel/_store.py": ("routes", "sysctls"),
    "_main/_views.py": ("sysctls",),
    "_plan/_addresses.py": ("routes",),
    "_plan/_draft.py": ("routes", "sysctls"),
    "_plan/_links.py": ("routes", "sysctls"),
    "_plan/_making.py": ("sysctls",),
    "_record.py": ("routes", "sysctls"),
    "_recording.py": ("routes", "sysctls"),
    "_remains.py": ("routes", "sysctls"),
    "_returns.py": ("sysctls",),
    "_steps/_address.py": ("routes",),
    "_steps/_link.py": ("routes", "sysctls"),
    "_want/_keep.py": ("fou_ports",),
    "_want/_parsers.py": ("sysctls",),
    "_want/_sections.py": ("routes",),
    "_way_back.py": ("sysctls",),
}
"""The rooms that name a resource beside links, and which. A new resource has no place here, and no new name has for an old one:
what asks the same of all goes through the list, and what is of one alone belongs in its folder. What is left is about links, which
take routes and sysctls along, and about the way of a connection, which rules decide. A diagnosis looks at what hinders tunnels, such
as a sysctl. The rules of firewalls are others.
"""


OPTIONS = ("nexthops",)
"""The fields that are the name of something else too, here of an option of routes. The other names of the resource tell."""


def public(folder, pattern="*.py"):
    return sorted(path.stem for path in folder.glob(pattern) if not path.name.startswith("_"))


class Clone:
    """What the files of a clone say, read once."""

    def __init__(self, root):
        self.root = root

    @cached_property
    def words(self):
        """The strings that the unit tests of plugins have."""
        files = (self.root / "tests/unit/plugins").rglob("test_*.py")
        nodes = (node for path in files for node in ast.walk(ast.parse(path.read_text())))
        return {node.value for node in nodes if isinstance(node, ast.Constant)}

    @cached_property
    def targets(self):
        folder = self.root / "tests/integration/targets"
        return {path.name for path in folder.iterdir() if (path / "tasks/main.yml").exists()}

    @cached_property
    def scenarios(self):
        return self._text("extensions/molecule")

    @cached_property
    def on_hosts(self):
        """All that runs on hosts in tests, and the roles that do."""
        return self.scenarios + self.in_targets + self._text("roles")

    @cached_property
    def in_targets(self):
        return self._text("tests/integration/targets")

    def _text(self, folder):
        files = sorted((self.root / folder).rglob("*"))
        return "\n".join(path.read_text() for path in files if path.suffix in (".yml", ".j2"))


def faults(root):
    """Yield all that is missing in the clone."""
    clone = Clone(root)
    for module in public(root / "plugins/modules"):
        yield from of_module(clone, module)
    yield from of_action_group(root)
    for kind in KINDS_OF_PLUGINS:
        for plugin in public(root / "plugins" / kind):
            yield from of_plugin(clone, kind, plugin)
    for role in public(root / "roles", "*"):
        yield from of_role(clone, role)
    for playbook in public(root / "playbooks", "*.yml"):
        yield from of_playbook(clone, playbook)
    yield from of_imports(root)
    yield from of_face(root)
    yield from of_sorts(root)
    yield from of_names(root)


def of_module(clone, module):
    tasks = _documents(clone.root / "plugins/modules" / (module + ".py")).get("EXAMPLES") or []
    if not any(NAME + module in task for task in tasks):
        yield "module {0}: no example uses it".format(module)
    if module not in clone.words:
        yield "module {0}: no unit test names it".format(module)
    if module not in clone.targets and not _used(module, clone.in_targets):
        yield "module {0}: no integration target runs it".format(module)


def of_action_group(root):
    group = set(yaml.safe_load((root / "meta/runtime.yml").read_text())["action_groups"]["all"])
    modules = set(public(root / "plugins/modules"))
    for module in sorted(modules ^ group):
        missing = "not in the action group" if module in modules else "in the action group, but there is none"
        yield "module {0}: {1}".format(module, missing)


def of_plugin(clone, kind, plugin):
    if NAME + plugin not in str(_documents(clone.root / "plugins" / kind / (plugin + ".py")).get("EXAMPLES")):
        yield "{0} {1}: no example uses it".format(kind, plugin)
    if not (clone.root / "tests/unit/plugins" / kind / "test_{0}.py".format(plugin)).exists():
        yield "{0} {1}: no unit tests".format(kind, plugin)
    if not _used(plugin, clone.on_hosts):
        yield "{0} {1}: nothing that runs on a host uses it".format(kind, plugin)


def of_role(clone, role):
    specs = clone.root / "roles" / role / "meta/argument_specs.yml"
    if not specs.exists():
        yield "role {0}: no argument specs".format(role)
    else:
        points = yaml.safe_load(specs.read_text())["argument_specs"]
        for name, option in points.get("main", {}).get("options", {}).items():
            if not option.get("description"):
                yield "role {0}: {1} has no description".format(role, name)
        if "main" not in points:
            yield "role {0}: no argument specs for main".format(role)
    if "role_" + role not in clone.targets and not _used(role, clone.scenarios):
        yield "role {0}: no molecule scenario and no integration target role_{0}".format(role)


def of_playbook(clone, playbook):
    """A scenario runs it, or a playbook that one runs, or its part of another playbook, which has its name and ``_``."""
    others = public(clone.root / "playbooks", "*.yml")
    importing = {playbook, "_" + playbook}
    for _step in others:
        importing |= {name for name in others if importing & _imports(clone.root, name)}
    run = "|".join(sorted(importing))
    scenarios = r"playbooks/({0})\.yml|{1}({0})\b".format(run, re.escape(NAME))
    if not re.search(scenarios, clone.scenarios):
        yield "playbook {0}: no molecule scenario runs it".format(playbook)


def of_imports(root):
    """No circle, and no arrow upwards, types included: who reads from the ground up knows what each file builds on."""
    floors = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    arrows = {file: list(_imported(root, file)) for file in sorted((root / ENGINE).rglob("*.py"))}
    for file, others in arrows.items():
        here, name = _room(root, file), file.relative_to(root)
        if here != "__init__" and here not in floors:
            yield "{0}: {1} has no place in FLOORS".format(name, here)
            continue
        for other in others:
            there = _room(root, other)
            if there != here and floors.get(there, len(FLOORS)) >= floors[here]:
                yield "{0}: imports {1}, which is not below it".format(name, other.relative_to(root))
    yield from _circles(root, arrows)


def of_face(root):
    """What runs on the controller can be written without a look into the engine."""
    folders = {
        folder: root / "plugins" / folder for folder in ("plugin_utils", *KINDS_OF_PLUGINS, "modules", "module_utils")
    }
    for name, folder in folders.items():
        for file in sorted(folder.rglob("*.py")):
            rooms = _rooms_asked(file)
            if name in ("modules", "module_utils"):
                wrong = {FACE} & rooms if folder / FACE not in file.parents else ()
            else:
                wrong = rooms - {FACE}
            for room in sorted(wrong):
                yield "{0}: imports {1}; {2}/{3} is for the controller's side, and all that it has of the engine".format(
                    file.relative_to(root), room, ENGINE, FACE
                )


def of_sorts(root):
    """What the list of resources does not name, Ansible does not send."""
    folder = root / ENGINE / SORTS
    named = {
        (node.module, alias.name)
        for node in ast.walk(ast.parse((folder / LIST).read_text()))
        if isinstance(node, ast.ImportFrom) and node.level
        for alias in node.names
    }
    there = {(path.parent.name, path.stem) for path in folder.glob("*/*.py") if path.stem != "__init__"}
    for sort, file in sorted(there ^ named):
        missing = "does not name it" if (sort, file) in there else "names it, but there is none"
        yield "{0}/{1}/{2}/{3}.py: the list of resources {4}".format(ENGINE, SORTS, sort, file, missing)


def of_names(root):
    """A room that names a resource has to be changed with it."""
    engine = root / ENGINE
    # Each row of the list has the field and the folder.
    rows = re.findall(r'"(\w+)": Sort\((\w+)', (engine / SORTS / LIST).read_text())
    sorts = {
        field: {field, "absent_" + field, folder}.difference(OPTIONS)
        for field, folder in rows
        if field not in ("namespaces", "links")
    }
    for file in sorted(engine.rglob("*.py")):
        name = str(file.relative_to(engine))
        if not name.startswith(SORTS) and not re.search("_firewall|_protection", name):
            words = set(_words_of(file))
            named = {field for field, names in sorts.items() if names & words}
            for field in sorted(named ^ set(BY_HAND.get(name, ()))):
                told = "names {0} by hand" if field in named else "names {0} no more; take it out of BY_HAND"
                yield "{0}/{1}: {2}".format(ENGINE, name, told.format(field))
    for name in sorted(name for name in BY_HAND if not (engine / name).exists()):
        yield "{0}/{1}: there is none; take it out of BY_HAND".format(ENGINE, name)


def _words_of(file):
    """Yield the strings, attributes and options of calls that a file has, and the folders of resources that it imports from."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword):
            yield node.arg
        elif isinstance(node, ast.ImportFrom) and SORTS in (node.module or ""):
            yield from node.module.split(".")


def _circles(root, arrows):
    """Yield what is left when files that import nothing more, or that nothing more imports, are taken away, again and again."""
    left = {file: set(others) for file, others in arrows.items()}
    former = None
    while left != former:
        former = left
        needed = set().union(*left.values())
        left = {file: others & left.keys() for file, others in left.items() if others & left.keys() and file in needed}
    if left:
        yield "imports go in a circle: " + ", ".join(str(file.relative_to(root)) for file in sorted(left))


def _room(root, file):
    """The folder of the engine, or the file, that a file is in; of a resource's file, that on whose floor it is."""
    folder, *inside = file.relative_to(root / ENGINE).parts
    if folder == SORTS and len(inside) > 1 and file.stem != "__init__":
        return ROOMS.get(file.stem, file.stem)
    return folder.partition(".")[0]


def _imported(root, file):
    """Yield the files of the engine that one imports, wherever in it. The list of the resources only names them."""
    if file == root / ENGINE / SORTS / LIST:
        return
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            candidates = [folder.with_suffix(".py"), *(folder / (alias.name + ".py") for alias in node.names)]
            yield from (path for path in candidates if path.is_file())


def _rooms_asked(file):
    """Return the rooms of the engine that a file imports from."""
    rooms = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            here = file.parents[node.level - 1].parts if node.level else ()
            whole = ".".join([*here, *filter(None, [node.module])])
            _before, is_ours, rest = (whole + ".").partition(ENGINE.replace("/", ".") + ".")
            rooms |= {rest.partition(".")[0] or alias.name for alias in node.names} if is_ours else set()
    return rooms


def _imports(root, playbook):
    text = (root / "playbooks" / (playbook + ".yml")).read_text()
    return set(re.findall(r"import_playbook: (?:{0})?(\w+)".format(re.escape(NAME)), text))


def _documents(path):
    """Return the constants of a module that hold YAML."""
    return {
        node.targets[0].id: yaml.safe_load(node.value.value)
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def _used(name, text):
    return re.search(re.escape(NAME + name) + r"\b", text) is not None
