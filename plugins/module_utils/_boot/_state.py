# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a host's state as ``network_state`` takes it, to be made files of.

The files are for a host that has just booted and has nothing of it.
"""

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .. import _argspec, _errors, _resources, _values
from .._kinds import _catalog, _underlay
from .._plan import _planner
from .._states import _registry
from .._steps._plan import Plan
from .._want import _parsers

Accounts = t.Mapping[str, t.Any]
"""Names of users or groups to their numbers."""

SPEC = _argspec.document()
_VALIDATOR = ArgumentSpecValidator(SPEC)
_POLICY = {"state": "merged", "recreate": "if_needed", "force": False, "purge_addresses": False}


class Unfit(_errors.TunnelsError):
    """The state can't be made files of; ``str()`` of it is what the user reads."""

    def __init__(self, faults: t.Sequence[str]) -> None:
        """:arg faults: each names the part of the state and says what is wrong with it, without a full stop."""
        super().__init__("; ".join(faults) + ".")
        self.faults = list(faults)


def parse(document: t.Any) -> _resources.Want:
    """Return what a document asks for; raise Unfit where its form is wrong, BadOption where an option is."""
    if not isinstance(document, dict):
        raise Unfit(["the state is not a dictionary; give one with {0}".format(" or ".join(_registry.FIELDS))])
    result = _VALIDATOR.validate(_plain(document))
    if result.error_messages:
        raise Unfit(result.error_messages)
    want = _parsers.network_state({**result.validated_parameters, **_POLICY})
    for field in _registry.BESIDE_LINKS:
        things = list(_registry.wanted(field, want).values())
        if things:
            _registry.load(field, "_boot").check(things)
    return want


def fit(document: t.Any) -> _resources.Want:
    """Return what a document asks for; raise Unfit where that can't be right."""
    try:
        return parse(document)
    except _errors.BadOption as error:
        raise Unfit([str(error).rstrip(".")]) from None


def names_of(want: _resources.Want, option: str) -> t.List[str]:
    """Return the users or groups that links have by name. :arg option: ``owner`` or ``group``."""
    values = {link.attributes.get(option, _values.NONE) for link in want.links.values()}
    return sorted(value for value in values if isinstance(value, str) and value != _values.NONE)


def with_numbers(want: _resources.Want, users: Accounts, groups: Accounts) -> _resources.Want:
    """Return the same with owners and groups as numbers, and the host's own links first."""
    accounts = {"owner": ("users", users), "group": ("groups", groups)}
    links = {id_: _with_numbers(link, accounts) for id_, link in want.links.items()}
    return want._replace(links=dict(sorted(links.items(), key=lambda item: item[0][0] or "")))


def inhabited(want: _resources.Want) -> t.List[str]:
    """Return the names of all namespaces that the state makes, has something in, or has an underlay in."""
    ids = (id_ for field in ("links", *_registry.BESIDE_LINKS) for id_ in getattr(want, field))
    homes = {_underlay.home(link) for link in want.links.values()}
    return sorted({name for name in (*(id_[0] for id_ in ids), *homes) if name} | set(want.namespaces))


def devices(want: _resources.Want) -> t.List[str]:
    """Return the names of the links that the state makes on the host itself, where network managers see them."""
    kinds = {link.name: _catalog.KINDS[link.kind] for link in want.links.values() if link.netns is None and link.kind}
    return sorted(name for name, kind in kinds.items() if not kind.implicit)


def outer_links(want: _resources.Want) -> t.Set[_resources.LinkId]:
    """Return the links that the state speaks of and that are no part of it: others make them."""
    named = {id_ for link in want.links.values() for id_, _option in _catalog.references(link)}
    for field in _registry.THROUGH_LINKS:
        for thing in _registry.wanted(field, want).values():
            named.update(_registry.ways(field, thing, _resources.Have()))
    return named - set(want.links)


def steps(want: _resources.Want) -> t.Tuple[t.Any, ...]:
    """Return what makes the state on a host that has the hardware, and what others make; raise Unfit if nothing can."""
    for (netns, name), (source, _name) in hardware(want).items():
        if source not in (None, netns):
            raise Unfit([f"{name}: move_from: at boot no link is in namespace {source} yet; leave it out"])
    made = plan(want)
    if made.unmet:
        raise Unfit(made.unmet)
    return made.operations


def plan(want: _resources.Want) -> Plan:
    """Return the plan for such a host; raise Unfit where parts of the state rule each other out."""
    having = [_registry.link(field, id_) for field in _registry.OF_LINKS for id_ in _registry.wanted(field, want)]
    having += _registry.referred(want)
    have = _resources.Have(
        namespaces={name: _resources.Namespace(name) for name in inhabited(want) if name not in want.namespaces},
        links={
            id_: _resources.Link(id_[0], id_[1], None)
            for id_ in (*hardware(want).values(), *(link for link in having if link and link not in want.links))
        },
        # Whatever they are then.
        sysctls={id_: sysctl._replace(value="") for id_, sysctl in want.sysctls.items()},
        usual=dict.fromkeys(want.sysctls, ""),
        names={id_: id_[1] for id_ in outer_links(want)},
    )
    try:
        return _planner.make(want, have)
    except _errors.TunnelsError as error:
        raise Unfit([str(error).rstrip(".")]) from None


def hardware(want: _resources.Want) -> t.Dict[_resources.LinkId, _resources.LinkId]:
    """Return the links that are there already, each with where it is before."""
    return {
        id_: (want.sources.get(id_, link.netns), link.name) for id_, link in want.links.items() if link.kind is None
    }


def _with_numbers(link: _resources.Link, accounts: t.Mapping[str, t.Tuple[str, Accounts]]) -> _resources.Link:
    """Early in a boot a name may be unknown still: whoever is to know it, such as a directory service, needs a network."""
    values = dict(link.attributes)
    for option, (parameter, known) in accounts.items():
        name = values.get(option)
        if not isinstance(name, str) or name == _values.NONE:
            continue
        if known.get(name) is None:
            raise Unfit(
                [
                    f"{link.name}: {option}: {name!r} may be unknown early in a boot; give its number, here or in {parameter}"
                ]
            )
        values[option] = int(known[name])
    return link._replace(attributes=values)


def _plain(value: t.Any) -> t.Any:
    """Return the value in types of Python's own, whatever the templates made of it."""
    if isinstance(value, t.Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
