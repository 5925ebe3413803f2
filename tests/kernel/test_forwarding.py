# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role makes a router of a host where that is needed, and takes no default route from it."""

import contextlib
import json
import re
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _namespaces
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host

PLAYBOOK = Path(__file__).parent / "forwarding.yml"
IPV4, IPV6 = Path("/proc/sys/net/ipv4/ip_forward"), Path("/proc/sys/net/ipv6/conf/all/forwarding")
FILTER = Path("/proc/sys/net/ipv4/conf/near/rp_filter")
ACCEPT = Path("/proc/sys/net/ipv6/conf/near/accept_ra")
ADVERTISEMENT = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0)
"""Of a router, for half an hour."""
MADE = """\
netns add red
link add dev near type veth peer name far netns red
link set dev near up
"""


@pytest.fixture(autouse=True)
def host():
    new_host()
    subprocess.run(["ip", "-batch", "-"], input=MADE.encode(), check=True)
    subprocess.run(["ip", "-n", "red", "link", "set", "dev", "far", "up"], check=True)
    yield
    new_host()


def play(families, wanted="auto", *options, **variables):
    """Return the exit status of the role's part, how many changes it says, and all that it says."""
    given = {"families": families, "links": [{"name": "near"}], "tunnels_ip_forward": wanted, **variables}
    command = [Path(sys.executable).parent / "ansible-playbook", "--inventory", "localhost,", *options, PLAYBOOK]
    done = subprocess.run([*command, "--extra-vars", json.dumps(given)], stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, int(re.search(r"changed=(\d+)", done.stdout)[1]), " ".join(done.stdout.split())


def forwards():
    return IPV4.read_text().strip(), IPV6.read_text().strip()


def default_routes():
    return json.loads(subprocess.check_output(["ip", "-6", "-j", "route", "show", "default"]))


def advertise():
    """Be a router at the far end until the host has its default route from there."""
    deadline = time.monotonic() + 30
    with contextlib.ExitStack() as stack:
        with _namespaces.inside("red"):
            router = stack.enter_context(socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6))
            router.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
            index = socket.if_nametoindex("far")
        while not default_routes() and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                router.sendto(ADVERTISEMENT, ("ff02::1", 0, 0, index))
            time.sleep(0.2)
    assert default_routes()


def test_each_family_is_turned_on_once_where_it_is_needed():
    assert forwards() == ("0", "0")
    assert play([])[:2] == (0, 0)
    assert play(["ipv4"], "auto", "--check")[:2] == (0, 1)
    assert forwards() == ("0", "0")
    assert play(["ipv4"])[:2] == (0, 1)
    assert forwards() == ("1", "0")
    assert play(["ipv4", "ipv6"])[:2] == (0, 1)
    assert forwards() == ("1", "1")
    assert play(["ipv4", "ipv6"])[:2] == (0, 0)


def test_what_is_not_needed_any_more_is_as_before():
    assert play(["ipv4", "ipv6"])[0] == 0
    assert play(["ipv6"])[:2] == (0, 1)
    assert forwards() == ("0", "1")
    IPV4.write_text("1")
    assert play(["ipv4"])[:2] == (0, 1)
    assert play([])[:2] == (0, 0)
    assert forwards() == ("1", "0")


def test_tunnels_filter_by_reverse_path_as_long_as_that_is_said():
    before = FILTER.read_text()
    assert play([], tunnels_rp_filter="strict")[:2] == (0, 1)
    assert FILTER.read_text() == "1\n"
    assert play([], tunnels_rp_filter="off")[:2] == (0, 1)
    assert FILTER.read_text() == "0\n"
    assert play([], tunnels_rp_filter="unmanaged")[0] == 0
    assert FILTER.read_text() == before


@pytest.mark.parametrize(("wanted", "after"), [(True, ("1", "0")), (False, ("0", "0"))])
def test_whoever_says_so_gets_it(wanted, after):
    assert play(["ipv4"] if not wanted else [], wanted)[0] == 0
    assert forwards() == after


def test_a_default_route_that_would_be_lost_is_told():
    advertise()
    status, changed, said = play(["ipv6"])
    assert (status, changed) == (2, 0)
    assert "has its IPv6 default route from the router advertisements that come by near, and would lose it" in said
    assert forwards() == ("0", "0")
    assert default_routes()
    # That is what the kernel does.
    IPV6.write_text("1")
    assert not default_routes()


def test_a_default_route_that_stays_is_in_nobodys_way():
    advertise()
    ACCEPT.write_text("2")
    assert play(["ipv6"])[0] == 0
    assert forwards() == ("0", "1")
    assert default_routes()
