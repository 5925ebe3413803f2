# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to warren.tunnels: what to do about a link that the kernel refuses, where its words leave that open. Pure."""

import errno
import typing as t

from . import _errors, _values
from ._kinds import _catalog, _kind, _underlay
from ._resources import Link

_NO_SUCH_KIND = "Unknown device type"
"""What the kernel says of links of a kind that it has no driver for (``rtnl_newlink``)."""

_REMEDY = (
    "After an update of the kernel, reboot; in a container, load it on the container's host; else install the package "
    "with the other modules of this kernel, such as kernel-modules-extra or linux-modules-extra"
)
"""What to do about a driver that the kernel did not load by itself."""

Values = t.Mapping[str, t.Any]


def of_new_link(link: Link, cause: Exception, number: t.Optional[int]) -> str:
    """Return what to do about an error of making a link, nothing where that is plain."""
    kind = _catalog.KINDS.get(str(link.kind), _catalog.ANY)
    missing = (errno.ENODEV, errno.ENOENT) if kind.created_by_ioctl else (errno.EOPNOTSUPP,)
    named = not kind.own.isdisjoint(link.attributes)
    if number in missing and (kind.created_by_ioctl or not named or _NO_SUCH_KIND in str(cause)):
        what = "mode" if _catalog.is_manifold(kind.family) else "name"
        return "{0}: this kernel has no driver {1}, and can't load it as a module. {2}".format(
            what, kind.module, _REMEDY
        )
    if number == errno.EEXIST and _underlay.is_elsewhere(link):
        return (
            "link_netns: a link in that namespace has this name, and kernels before Linux 6.15 make the device there first, or "
            "its driver has one there that it can't tell from this one. Choose another name, or options that tell it apart"
        )
    if number == errno.EEXIST and kind.identity:
        same = "endpoints" if "local" in kind.identity else " and ".join(kind.identity[:2])
        return "Another {0} tunnel of this namespace has the same {1}, wherever it is now".format(kind.name, same)
    return of_values(link, link.attributes, number)


def of_values(link: Link, values: Values, number: t.Optional[int]) -> str:
    """Return what to do about an error that may be due to what a link was to get."""
    kind = _catalog.KINDS.get(str(link.kind), _catalog.ANY)
    own = sorted(kind.own.intersection(values))
    if number == errno.EINVAL and values.get("encap", _values.NONE) != _values.NONE:
        return _errors.fou_missing(kind.encap_driver)
    if number in (errno.EINVAL, errno.ERANGE) and "mtu" in values:
        return "mtu: {0} may be out of this device's range, which ip -d link shows (minmtu, maxmtu)".format(
            values["mtu"]
        )
    if number in (errno.EINVAL, errno.EAFNOSUPPORT) and "addrgenmode" in values:
        return (
            "addrgenmode: {0} needs a secret first; set net.ipv6.conf.{1}.stable_secret".format(
                values["addrgenmode"], link.name
            )
            if number == errno.EINVAL
            else "addrgenmode: this host has no IPv6; leave it out"
        )
    if number == errno.EOPNOTSUPP and own:
        return _lacks(kind, own)
    if number == errno.EBUSY and kind.created_by_ioctl and own:
        return "A process has the device open; stop it first"
    if number == errno.EBUSY and values.get("master", _values.NONE) != _values.NONE:
        return (
            "master: {0} can't be a port of {1} while something else takes its packets, such as a macvlan on it".format(
                link.name, values["master"]
            )
        )
    return ""


def _lacks(kind: _kind.Kind, options: t.Sequence[str]) -> str:
    which = "one of them; leave that out" if len(options) > 1 else "it; leave it out"
    return "{0}: this kernel's {1} driver lacks {2}. If it has no such links at all: {3}".format(
        ", ".join(options), kind.kernel_name, which, _REMEDY
    )
