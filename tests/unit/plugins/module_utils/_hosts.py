# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the engine share: wants as a task would make them, and a host in memory."""

import contextlib
import importlib
from pathlib import Path

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _record, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._kinds import _catalog
from ansible_collections.warren.tunnels.plugins.module_utils._main import _module
from ansible_collections.warren.tunnels.plugins.module_utils._states import _registry
from ansible_collections.warren.tunnels.plugins.module_utils._want import _parsers
from ansible_collections.warren.tunnels.plugins.module_utils._ways import Lifeline
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils import _model

PLUGINS = Path(__file__).parents[4] / "plugins"
MODULES = tuple(sorted(path.stem for path in (PLUGINS / "modules").glob("[!_]*.py")))


class Found(BaseException):
    """A module has asked for its parameters."""


def declared(module):
    """Return what a module tells AnsibleModule of its options, without running the module."""

    def stop(**declaration):
        raise Found(declaration)

    known, _module.AnsibleModule = _module.AnsibleModule, stop
    try:
        importlib.import_module("ansible_collections.warren.tunnels.plugins.modules." + module).main()
    except Found as found:
        return found.args[0]
    finally:
        _module.AnsibleModule = known
    raise AssertionError("{0} took no parameters".format(module))


DECLARED = {module: declared(module) for module in MODULES}
SPECS = {module: declaration["argument_spec"] for module, declaration in DECLARED.items()}
CONSTRAINTS = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")


def params(module, options):
    """Return what AnsibleModule makes of the options of a task."""
    constraints = {name: DECLARED[module].get(name) for name in CONSTRAINTS}
    result = ArgumentSpecValidator(SPECS[module], **constraints).validate(options)
    if result.error_messages:
        raise ValueError("; ".join(result.error_messages))
    return result.validated_parameters


def want(module, **options):
    """Return what a task with these options wants."""
    return (vars(_parsers).get(module) or _parsers.of_module(module))(params(module, options))


def join(*wants):
    """Return one want for all these, as a module for the whole host would have it."""
    first = wants[0]
    return first._replace(
        namespaces={name: value for part in wants for name, value in part.namespaces.items()},
        links={id_: link for part in wants for id_, link in part.links.items()},
        absent_namespaces=tuple(name for part in wants for name in part.absent_namespaces),
        absent_links={id_: family for part in wants for id_, family in part.absent_links.items()},
        sources={id_: source for part in wants for id_, source in part.sources.items()},
        **{
            field: {id_: thing for part in wants for id_, thing in _registry.wanted(field, part).items()}
            for field in _registry.BESIDE_LINKS
        },
        **{
            _registry.absent(field): tuple(id_ for part in wants for id_ in _registry.ended(field, part))
            for field in _registry.BESIDE_LINKS
        },
    )


def link(kind, name, netns=None, addresses=(), **attributes):
    """Return a link as the kernel would report it: with all that its kind has."""
    return _resources.Link(netns, name, kind, {**_catalog.KINDS[kind].defaults, **attributes}, tuple(addresses))


def have(*links, **others):
    """Return a host with these links, and all that follows from them."""
    namespaces = {name: _resources.Namespace(name) for name in sorted({end.netns for end in links if end.netns})}
    namespaces.update(others.pop("namespaces", {}))
    for name in _registry.BESIDE_LINKS:
        if name in others:
            others[name] = {thing.id: thing for thing in others[name]}
    return complete(_resources.Have(namespaces=namespaces, links={end.id: end for end in links}, **others))


def route(dst, netns=None, metric=0, table=254, tos=0, **attributes):
    """Return a route as the kernel would report it."""
    family = 10 if ":" in dst or attributes.pop("family", None) == "inet6" else 2
    direct = (
        family == 2 and attributes.get("type", "unicast") == "unicast" and not attributes.keys() & {"via", "nexthops"}
    )
    scope = "link" if direct else "global"
    told = {"type": "unicast", "protocol": "static", "scope": scope, "onlink": False, **attributes}
    return _resources.Route(netns, family, dst, metric, table, told, tos=tos)


def rule(priority, netns=None, family=2, **values):
    """Return a rule as the kernel would report it. :arg values: ``from_`` and ``not_`` are ``from`` and ``not``."""
    told = {"protocol": "static", **{name.rstrip("_"): value for name, value in values.items()}}
    return _resources.Rule(netns, family, priority, tuple(sorted(told.items())), b"dumped")


KERNELS_OWN = tuple(
    rule(priority, table=table, protocol="kernel") for priority, table in ((0, 255), (32766, 254), (32767, 253))
)


def complete(host):
    """Return the host with what a reader tells beside the links themselves."""
    tunnels = (end for end in host.links.values() if end.kind in _catalog.KINDS and _catalog.KINDS[end.kind].identity)
    return host._replace(rivals=tuple(tunnels), names={id_: id_[1] for id_ in host.links})


class Kernel:
    """A host in memory, to be driven like the real one. It fails where told, as the real one does: by its outcomes."""

    def __init__(self, host, fail=None):
        """:arg fail: called with each step; an exception that it returns is the step's outcome."""
        self.host, self.fail = host, fail or (lambda step: None)
        self.done, self.batches, self.routes_read = [], [], []
        self.record, self.records = _record.Record(), []
        self.line, self.routed = Lifeline(), {}
        self.armed, self.protecting, self.encrypting, self.tables = [], [], [], {}

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def glance(self, want):
        return self.read(want)

    def read(self, want):
        return complete(self.host)

    def things(self, field, places):
        return [thing for thing in getattr(self.host, field).values() if thing.netns in places]

    def rules(self, netns, family):
        here = (each for each in self.host.rules.values() if each.id[:2] == (netns, family))
        return sorted([*here, *(own._replace(family=family) for own in KERNELS_OWN)], key=lambda each: each.priority)

    def table(self, netns, family, table):
        return self.tables.get((family, table), [])

    def read_routes(self, have, ids):
        self.routes_read.append(set(ids))
        return have

    def read_links(self, have, ids):
        return have

    def read_dependents(self, have, ids):
        return have

    def read_attached(self, have, ids):
        return have

    def read_along(self, have, places):
        return have

    def read_sysctls(self, have, ids):
        return have

    @staticmethod
    def alone():
        return contextlib.nullcontext()

    def lifeline(self):
        return self.line

    def ways(self, questions):
        return {question: self.routed.get(question) for question in questions}

    def checkpoints(self):
        return self.armed

    def protections(self):
        return self.protecting

    def encryptions(self):
        return self.encrypting

    def recall(self):
        return self.record

    def remember(self, record):
        self.records.append(record)
        self.record = record

    def perform(self, steps):
        self.batches.append(list(steps))
        outcomes = []
        for step in steps:
            outcomes.append(self.fail(step) or self._take(step))
            if outcomes[-1] is not None:
                break
            self.done.append(step)
        return outcomes

    def _take(self, step):
        """Return what Linux says against a step, None where it takes it."""
        try:
            self.host = _model.take(self.host, step)
        except _errors.KernelError as error:
            return error
        return None
