# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that nobody should give: each task ends well or with one clear error, and then nothing was changed."""

import importlib
import io
import json
import sys

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.module_utils import _argspec
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._list import load
from ansible_collections.warren.tunnels.tests.integration.targets.four_runs.module_utils import witness
from ansible_collections.warren.tunnels.tests.kernel import _faults
from ansible_collections.warren.tunnels.tests.kernel._hosts import examples, new_host
from hypothesis import given
from hypothesis import strategies as st

SPECS = {
    "bridge": {**_argspec.link(), **_argspec.own("bridge")},
    "checkpoint": _argspec.checkpoint(),
    "fou": {**_argspec.state(), **load("fou_ports", "_options").spec(), **_argspec.force()},
    "ip_tunnel": {**_argspec.link(), **_argspec.own("ip_tunnel")},
    "link": {**_argspec.name(), **_argspec.common(), **_argspec.purge_addresses(), **_argspec.move_from()},
    "netns": {**_argspec.state(), **_argspec.netns(), **_argspec.force()},
    "network_info": _argspec.network_info(),
    "network_state": {**_argspec.document(), "state": {"type": "str"}},
    "route": {**_argspec.state(), **load("routes", "_options").spec(), **_argspec.force()},
    "tuntap": {**_argspec.link(), **_argspec.own("tuntap")},
    "veth": {**_argspec.link(), **_argspec.peer()},
}
SENSIBLE = {
    "name": ["b0", "b1", "their-tap", "lo", "red"],
    "netns": ["theirs", "red", "none such"],
    "mode": ["gre", "tap", "tun", "ipip"],
    "kind": ["bridge", "tap", "veth", "gre"],
    "state": ["present", "absent", "merged", "overridden", "deleted", "confirmed"],
    "addresses": [["10.0.0.1/24"], ["2001:db8::1/64", "10.0.0.2"], [{"address": "10.0.0.1", "peer": "10.0.0.2"}]],
    "dst": ["10.9.0.0/16", "default", "2001:db8::/32"],
    "dev": ["their-tap", "b0", "none"],
    "via": ["10.80.0.7", "2001:db8::7"],
    "remote": ["192.0.2.2"],
    "mtu": [1400, 68, 1000000],
    "mac": ["02:00:5e:00:53:01"],
    "port": [5555],
    "ipproto": ["gre", "4"],
}
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(
        (
            *("", ".", "..", "../../etc/passwd", "a/b", "a b", "a\nb", "a\0b", "$(id)", "`id`; id", "{{ 1 }}", "-h"),
            *("x" * 15, "x" * 16, "x" * 5000, "ü" * 8, "\u202ered", "gre0", "tunl0", "0x", "1e3", "yes", "all"),
            *("10.0.0.1/33", "1.2.3", "::/129", "10.0.0.1/255.0.255.0", "fe80::1%lo", "224.0.0.1", "0.0.0.0/0"),
            *("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "::ffff:10.0.0.1"),
        )
    ),
    st.lists(st.one_of(st.integers(), st.text(max_size=5), st.none()), max_size=3),
    st.dictionaries(st.text(max_size=8), st.one_of(st.integers(), st.text(max_size=5), st.none()), max_size=3),
)


@st.composite
def given_options(draw, spec, most=6):
    """Return options of which some make sense."""
    names = [name for name, details in spec.items() if details.get("required")]
    names += draw(st.lists(st.sampled_from(sorted(spec)), max_size=most, unique=True))
    options = {}
    for name in dict.fromkeys(names):
        details = spec[name]
        if draw(st.integers(0, 3)) == 0:
            options[name] = draw(JUNK)
        elif name in SENSIBLE:
            options[name] = draw(st.sampled_from(SENSIBLE[name]))
        elif details["type"] == "list" and "options" in details:
            options[name] = draw(st.lists(given_options(details["options"]), max_size=3))
        elif "options" in details:
            options[name] = draw(given_options(details["options"]))
        else:
            good = {"bool": st.booleans(), "int": st.integers(0, 300), "dict": st.just({})}
            options[name] = draw(
                st.sampled_from(details["choices"]) if "choices" in details else good.get(details["type"], JUNK)
            )
    return options


TASKS = st.sampled_from(sorted(SPECS)).flatmap(lambda module: st.tuples(st.just(module), given_options(SPECS[module])))


def run(module, options):
    """Return what a module answers; whatever else it says or raises is an error here."""
    main = importlib.import_module("ansible_collections.warren.tunnels.plugins.modules." + module).main
    stdout, sys.stdout = sys.stdout, io.StringIO()
    try:
        with patch_module_args(json.loads(json.dumps(options))), pytest.raises(SystemExit):
            main()
        return json.loads(sys.stdout.getvalue())
    finally:
        sys.stdout = stdout


COUNTED = {"tasks": 0, "refused": 0}


def check(module, options):
    before = witness.read()
    answer = run(module, options)
    COUNTED["tasks"] += 1
    if answer.get("failed"):
        COUNTED["refused"] += 1
        assert "Traceback" not in json.dumps(answer)
        assert len(without(strings(options), answer["msg"]).splitlines()) == 1
        assert witness.read() == before
    elif answer["changed"]:
        begin()


def strings(value):
    """Return all text in an option, which may have line breaks and be said again."""
    if isinstance(value, dict):
        return strings([*value, *value.values()])
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def without(texts, said):
    for text in texts:
        said = said.replace(text, "")
    return said


def begin():
    new_host()
    _faults.make_others()


@examples(150, 1000)
@given(TASKS)
def made_up_tasks(task):
    check(*task)


def test_any_input_ends_in_success_or_one_clear_error(figures):
    begin()
    COUNTED.update(tasks=0, refused=0)
    made_up_tasks()
    figures("inputs", COUNTED["tasks"], 0)
    assert COUNTED["refused"] > COUNTED["tasks"] / 5


UNFIT = [
    ("tuntap", {"name": "b0", "mode": "tap", "mtu": float("inf")}, "mtu: inf"),
    ("network_state", {"links": [{"name": "b0", "ageing_time": float("-inf")}]}, "links[0].ageing_time: -inf"),
    ("veth", {"name": "b0", "peer": False}, "peer: False"),
    ("veth", {"name": "b0", "peer": None}, "peer: "),
    ("network_state", {"links": [{"name": "b0"}, 5]}, "links"),
    ("network_state", {"links": [{"name": "b0", "kind": "veth", "peer": 1.5}]}, "links[0].peer: 1.5"),
    ("route", {"dst": "10.9.0.0/16", "nexthops": [None, True]}, "nexthops"),
    ("tunnel_probe", {"probes": 7}, "probes"),
]


@pytest.mark.parametrize(("module", "options", "named"), UNFIT)
def test_what_ansible_itself_trips_over(module, options, named):
    answer = run(module, options)
    assert answer["failed"]
    assert named in answer["msg"]
    assert len(answer["msg"].splitlines()) == 1


MANY = 3000


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("tuntap", {"name": "b0", "mode": "tap", "addresses": ["10.0.0.1"] * MANY + ["10.0.0.1/99"]}),
        (
            "network_state",
            {"links": [{"name": f"b{number}", "kind": "tap"} for number in range(MANY)] + [{"name": "b0"}]},
        ),
        ("network_state", {"routes": [{"dst": "10.0.0.0/8", "dev": "none-such"}] * MANY}),
        ("netns", {"name": "red", "sysctl": {f"net.x{number}": number for number in range(MANY)}}),
        ("route", {"dst": "10.0.0.0/8", "nexthops": [{"dev": "none-such", "weight": 0}] * MANY}),
    ],
)
def test_enormous_lists_are_refused_alike(module, options):
    begin()
    before = COUNTED["refused"]
    check(module, options)
    assert COUNTED["refused"] == before + 1
