# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameters of a task to probes."""

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.warren.tunnels.plugins.module_utils import _argspec, _errors
from ansible_collections.warren.tunnels.plugins.module_utils._probing import _options
from ansible_collections.warren.tunnels.plugins.module_utils._probing._types import Expected, Probe
from ansible_collections.warren.tunnels.plugins.module_utils._values import IPV4, IPV6
from ansible_collections.warren.tunnels.plugins.modules import tunnel_probe

ONE = {"name": "t0", "destination": "10.1.1.2"}


def probes(**options):
    result = ArgumentSpecValidator(_argspec.tunnel_probe()).validate(options)
    assert not result.error_messages
    return _options.probes(result.validated_parameters)


def test_one_is_simple():
    assert probes(**ONE) == [Probe(None, "t0", IPV4, "10.1.1.2")]


def test_all_of_it():
    (probe,) = probes(
        name="t0",
        netns="red",
        destination="2001:DB8::0:2",
        source="2001:db8::1",
        label="it",
        expect="answer",
        count=7,
        interval=0.5,
        timeout=9,
        min_path_mtu=1280,
        outer={"protocol": "udp", "local": "192.0.2.1", "remote": "2001:DB8:0::9", "port": 5555, "dev": "eth0"},
    )
    assert probe == Probe(
        netns="red",
        name="t0",
        family=IPV6,
        destination="2001:db8::2",
        source="2001:db8::1",
        requests=7,
        interval=0.5,
        timeout=9.0,
        expect="answer",
        path_mtu=True,
        min_path_mtu=1280,
        outer=Expected(17, "192.0.2.1", "2001:db8::9", 5555, "eth0"),
        label="it",
    )


@pytest.mark.parametrize(("word", "number"), [("gre", 47), ("ipip", 4), ("sit", 41), ("50", 50), ("0x2f", 47)])
def test_protocols(word, number):
    (probe,) = probes(**ONE, outer={"protocol": word})
    assert probe.outer == Expected(number)


def test_what_stands_beside_a_list_holds_for_all_of_it():
    first, second = probes(
        netns="red",
        count=9,
        expect="silence",
        source="10.0.0.1",
        probes=[ONE, {**ONE, "count": 1, "expect": "any", "netns": "blue", "source": ""}],
    )
    assert (first.netns, first.requests, first.expect, first.source) == ("red", 9, "silence", "10.0.0.1")
    assert (second.netns, second.requests, second.expect, second.source) == ("blue", 1, "any", None)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "a/b"}, "name: 'a/b' has a slash"),
        ({"netns": "a b"}, "netns: 'a b'"),
        ({"destination": "10.1.1"}, "destination: '10.1.1' is not an IP address"),
        ({"destination": "10.1.1.2/24"}, "destination: '10.1.1.2/24' is not an IP address"),
        ({"destination": "0.0.0.0"}, "destination: 0.0.0.0 is not an address that one host has"),
        ({"destination": "ff02::1"}, "destination: ff02::1 is not an address that one host has"),
        ({"source": "fd00::1"}, "source: fd00::1 is of another family"),
        ({"count": -1}, "count: '-1' is not a number from 0 to 1000"),
        ({"count": 0}, "count: with 0, nothing is asked; say expect=any beside it"),
        ({"interval": 0}, "interval: 0.0 is not a number of seconds above 0"),
        ({"timeout": -1}, "timeout: -1.0 is not"),
        ({"timeout": "nan"}, "timeout: nan is not"),
        ({"min_path_mtu": 30}, "min_path_mtu: '30' is not a number from 38 to 65535"),
        ({"expect": "silence", "path_mtu": True}, "path_mtu: only answers tell it"),
        ({"expect": "reader", "min_path_mtu": 1400}, "min_path_mtu: only answers tell it"),
        ({"outer": {"protocol": "esp"}}, "outer.protocol: 'esp' is not a number from 1 to 255 or one of gre"),
        ({"outer": {"local": "here"}}, "outer.local: 'here' is not an IP address"),
        ({"outer": {"dev": "a b"}}, "outer.dev: 'a b'"),
        ({"outer": {"port": 70000}}, "outer.port: '70000' is not a number from 1 to 65535"),
    ],
)
def test_what_can_not_be_is_refused(options, words):
    with pytest.raises(_errors.BadOption) as caught:
        probes(**{**ONE, **options})
    assert str(caught.value).startswith(words)


def test_the_place_in_the_list_is_told():
    with pytest.raises(_errors.BadOption, match=r"^probes\[1\]\.destination: 'x'"):
        probes(probes=[ONE, {**ONE, "destination": "x"}])


@pytest.mark.parametrize("task", yaml.safe_load(tunnel_probe.EXAMPLES), ids=lambda task: task["name"])
def test_the_examples_can_be(task):
    assert probes(**task["warren.tunnels.tunnel_probe"])
