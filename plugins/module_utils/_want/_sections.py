# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: a host's state as one document, taken apart into what each part's own module would be asked for.

Pure. The document's form is that of ``warren.tunnels.network_state``, and of ``_argspec.document``.
"""

import typing as t

from .. import _errors, _values
from .._kinds import _catalog, _encapsulation, _underlay, _veth
from .._resources import Link, LinkId, Want
from .._states import _address
from .._states._registry import FIELDS, MODULES, room, wanted
from ._checks import Params, check_together

Parser = t.Callable[[Params], Want]

_ONLY_FOR = {
    "peer": ("veth", "pairs (kind: veth)"),
    "key": ("ip_tunnel", "tunnels"),
    "move_from": ("link", "links that are there already (those without kind)"),
}
"""Options of links that are not a kind's own, to the module that takes them."""

_NOT_RESET = ("up", "persist", _veth.PEER)

_POLICY = {"purge_addresses": False, "recreate": "if_needed", "force": False}
"""What modules take and the document has for all its entries at once."""

_MAPPINGS = (*FIELDS, "absent_links", "sources")
_LISTS = tuple("absent_" + field for field in FIELDS if field != "links")


def parse(params: Params, parser_of: t.Callable[[str], Parser]) -> Want:
    """Return what a document asks for.

    :arg params: of the whole; its ``state`` is ``merged``, ``replaced``, ``overridden`` or ``deleted``.
    :arg parser_of: takes the name of the module that an entry could be given to, and returns what makes a want of it.
    """
    state = "absent" if params["state"] == "deleted" else "present"
    purged: t.Set[LinkId] = set()
    exact: t.Set[LinkId] = set()
    take_over: t.Set[t.Any] = set()
    whole: t.Dict[str, t.Dict[t.Any, t.Any]] = {field: {} for field in _MAPPINGS + _LISTS}
    for section, where, entry in _entries(params):
        try:
            module = _module_for(section, entry, state)
            told = {"mode": entry["kind"]} if _catalog.is_manifold(module) else {}
            part = parser_of(module)({**_POLICY, **entry, "state": state, **told})
        except _errors.BadOption as error:
            raise (error.inside(where) if where else error) from None
        exactly = state == "present" and _is_exact(section, entry, params)
        if exactly:
            exact.update(id_ for id_, link in part.links.items() if link.kind)
            part = _exact(section, part)
        if section == "links" and state == "present" and _is_purged(entry, params, exactly):
            purged.update(part.links)
        if section == "routes" and _takes_over(entry, params):
            take_over.update(part.routes)
        for field in _MAPPINGS + _LISTS:
            found = getattr(part, field)
            if found:
                _add(whole[field], found if field in _MAPPINGS else dict.fromkeys(found), where, field)
    check_together(whole["links"])
    fields: t.Dict[str, t.Any] = dict(whole, **{field: tuple(whole[field]) for field in _LISTS})
    return Want(purged=frozenset(purged), exact=frozenset(exact), take_over=frozenset(take_over), **fields)


def _takes_over(entry: Params, params: Params) -> bool:
    """Return whether a route may have the place of one of others."""
    own = entry.get("take_over")
    return bool(params.get("take_over_routes") if own is None else own)


def _is_exact(section: str, entry: Params, params: Params) -> bool:
    """Return whether what the entry of a link, a route or the like does not name is as on a new one."""
    left_open = section == "links" or hasattr(room(section), "exact")
    return left_open and (entry.get("state") or params["state"]) in ("replaced", "overridden")


def _is_purged(entry: Params, params: Params, exactly: bool) -> bool:
    if entry.get("purge_addresses") is not None:
        return bool(entry["purge_addresses"])
    # What is said of all entries does not go for a card of which no addresses are named.
    return (exactly or params["purge_addresses"]) and (entry["kind"] is not None or entry["addresses"] is not None)


def _exact(section: str, part: Want) -> Want:
    """Return what one entry asks for, with all that it does not name as new links and the like have it."""
    exact = _exact_link if section == "links" else room(section).exact
    fields: t.Dict[str, t.Any] = {section: {id_: exact(thing) for id_, thing in wanted(section, part).items()}}
    return part._replace(**fields)


def _exact_link(link: Link) -> Link:
    """Return the link with all that is not asked for as a new link has it, but for whether it is up."""
    kind = _catalog.KINDS.get(str(link.kind))
    if kind is None:
        return link
    kept = {*_NOT_RESET, *(() if link.attributes.get("encap", _values.NONE) != _values.NONE else _encapsulation.INSIDE)}
    as_new = {name: value for name, value in kind.as_new(link.attributes).items() if name not in kept}
    at_home = {_underlay.NAME: None} if kind.option(_underlay.NAME) else {}
    addresses = tuple(
        address._replace(options={**_address.as_new(address), **address.options}) for address in link.addresses
    )
    return link._replace(attributes={**as_new, **at_home, **link.attributes}, addresses=addresses)


def _entries(params: Params) -> t.Iterator[t.Tuple[str, str, Params]]:
    """Yield the entries of each section, with what they are called. That of sysctls is one as a whole, and no list."""
    for section in FIELDS:
        if isinstance(params[section], dict):
            yield section, "", {section: params[section]}
            continue
        for position, entry in enumerate(params[section] or ()):
            where = "{0}[{1}]".format(section, position)
            yield section, where, _with_kind(entry) if section == "links" else entry


def _with_kind(entry: Params) -> Params:
    """Return the entry of a link with its kind, which may stand where the module of a family has it."""
    if entry.get("kind") is None and entry.get("mode") in _catalog.KINDS:
        return {**entry, "kind": entry["mode"], "mode": None}
    return entry


def _module_for(section: str, entry: Params, state: str) -> str:
    if section != "links":
        return MODULES[section]
    kind = entry["kind"]
    if kind is None and state == "absent":
        raise _errors.BadOption("kind", "say which it is, so that no other link of that name is deleted")
    module = _catalog.KINDS[kind].family if kind else MODULES[section]
    if _catalog.is_manifold(module) and entry["mode"] is not None:
        raise _errors.BadOption("mode", "{0} devices have no such option; leave it out".format(kind))
    for option, (modules, whose) in _ONLY_FOR.items():
        if entry[option] is not None and module != modules:
            raise _errors.BadOption(option, "only {0} have it; leave it out".format(whose))
    if module == "veth" and entry["peer"] is None and state == "present":
        raise _errors.BadOption("peer", "a pair has two ends; describe the other one")
    return module


def _add(whole: t.Dict[t.Any, t.Any], part: t.Mapping[t.Any, t.Any], where: str, field: str) -> None:
    """Put the parts in; raise BadOption where they are about the same thing as another entry."""
    for id_, value in part.items():
        if field == "links" and id_ in whole and id_[1] == "lo":
            # A namespace brings its loopback device along, which may have an entry of its own.
            value = value._replace(kind=whole[id_].kind, attributes={**whole[id_].attributes, **value.attributes})
        elif id_ in whole:
            raise _errors.BadOption(where, "the document has it twice; leave one out")
        whole[id_] = value
