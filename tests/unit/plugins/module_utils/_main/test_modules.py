# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole modules on a host in memory: what they answer, and when they change something."""

import errno
import importlib
import json

import pytest
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.module_utils import _errors, _resources
from ansible_collections.warren.tunnels.plugins.module_utils._kernel import _host, _probe
from ansible_collections.warren.tunnels.plugins.module_utils._probing._types import Device, Observation
from ansible_collections.warren.tunnels.plugins.module_utils._sorts._fou_port._state import FouPort
from ansible_collections.warren.tunnels.tests.unit.plugins.module_utils._hosts import Kernel, have, link, route

VETHS = (link("veth", "v0", peer=("red", "v1")), link("veth", "v1", "red", peer=(None, "v0")))
TUN = {"name": "tun0", "mode": "tun"}


@pytest.fixture
def run(monkeypatch, capsys):
    """Return a function that runs a module with these options on that kernel and returns its answer."""

    def run_(kernel, module, **options):
        monkeypatch.setattr(_host, "Kernel", lambda: kernel)
        warnings = []
        monkeypatch.setattr(basic.AnsibleModule, "warn", lambda module, warning: warnings.append(warning))
        main = importlib.import_module("ansible_collections.warren.tunnels.plugins.modules." + module).main
        with patch_module_args(options), pytest.raises(SystemExit) as exit_:
            main()
        answer = json.loads(capsys.readouterr().out)
        assert exit_.value.code == int(answer.get("failed", False))
        answer.pop("invocation", None)
        return {**answer, "warnings": warnings} if warnings else answer

    return run_


def test_answer(run):
    kernel = Kernel(have())
    answer = run(kernel, "tuntap", **TUN, up=True, _ansible_diff=True)
    assert answer == {
        "changed": True,
        "before": {"state": "absent"},
        "after": {**answer["after"], "state": "present", "name": "tun0", "mode": "tun", "up": True, "addresses": []},
        "operations": ["ip tuntap add dev tun0 mode tun", "ip link set dev tun0 up"],
        "diff": {"before": answer["before"], "after": answer["after"]},
    }
    assert kernel.host.links[(None, "tun0")].attributes["up"] is True


@pytest.mark.parametrize(
    ("module", "options"),
    [
        pytest.param("tuntap", {**TUN, "up": True, "addresses": ["10.0.0.1/24"]}, id="tuntap"),
        pytest.param("ip_tunnel", {"name": "t", "mode": "gre", "remote": "192.0.2.2", "key": "7"}, id="ip_tunnel"),
        pytest.param("veth", {"name": "v2", "peer": {"name": "v3", "netns": "red", "up": True}}, id="veth"),
        pytest.param("ip_tunnel", {"name": "t", "mode": "ip6gre", "remote": "2001:db8::2"}, id="ip6gre"),
        pytest.param("bridge", {"name": "br0", "stp": True, "up": True}, id="bridge"),
        pytest.param("link", {"name": "v0", "mtu": 1400, "addresses": ["10.0.0.1/24"]}, id="link"),
        pytest.param("link", {"name": "v1", "netns": "red", "up": True}, id="link-in-place"),
        pytest.param("link", {"name": "v0", "netns": "red", "up": True}, id="link-moves"),
        pytest.param("link", {"name": "v1", "move_from": "red"}, id="link-comes-back"),
        pytest.param("route", {"dst": "10.9.0.0/24", "dev": "v0"}, id="route"),
        pytest.param("route", {"dst": "10.8.0.0/24", "dev": "v0", "metric": "5"}, id="route-change"),
        pytest.param("route", {"dst": "10.8.0.0/24", "state": "absent", "metric": "5"}, id="route-absent"),
        pytest.param("fou", {"port": 5555, "ipproto": "gre"}, id="fou"),
        pytest.param("fou", {"port": 4444, "encap": "gue"}, id="fou-change"),
        pytest.param("fou", {"port": 4444, "state": "absent"}, id="fou-absent"),
        pytest.param("netns", {"name": "blue"}, id="netns"),
        pytest.param("netns", {"name": "red", "state": "absent"}, id="netns-absent"),
        pytest.param("veth", {"name": "v0", "state": "absent"}, id="veth-absent"),
    ],
)
def test_check_mode_foretells_and_changes_nothing(run, module, options):
    port = FouPort(None, 2, 4444, "fou", 4)
    host = have(*VETHS, routes=[route("10.8.0.0/24", metric=5, dev="v1")], fou_ports=[port])
    checked, changed = Kernel(host), Kernel(host)
    foretold = run(checked, module, **options, _ansible_check_mode=True)
    assert (checked.batches, checked.host) == ([], host)
    assert run(changed, module, **options) == foretold
    again = Kernel(changed.host)
    answer = run(again, module, **options)
    assert (answer["changed"], answer["operations"], again.batches) == (False, [], [])
    assert answer["before"] == answer["after"] == foretold["after"]


def test_veth_shows_both_ends(run):
    answer = run(Kernel(have(*VETHS)), "veth", name="v0", peer={"name": "v1", "netns": "red"})
    assert answer["after"]["peer"]["name"] == "v1"
    assert answer["after"]["peer"]["netns"] == "red"
    assert answer["after"]["peer"]["up"] is False
    assert "mode" not in answer["after"]


def test_veth_whose_other_end_was_not_read(run):
    answer = run(Kernel(have(VETHS[0])), "veth", name="v0", state="absent")
    assert answer["before"]["peer"] == {"name": "v1", "netns": "red"}


class Buggy(Kernel):
    """A kernel on which a step ends in an exception that nobody foresaw."""

    def perform(self, steps):
        raise self.error


@pytest.mark.parametrize(
    ("error", "verbosity", "traced"),
    [
        pytest.param(ZeroDivisionError("why"), 0, True, id="nobody-foresaw"),
        pytest.param(_errors.Malformed("an answer"), 0, False, id="foreseen"),
        pytest.param(_errors.Malformed("an answer"), 3, True, id="foreseen-and-asked-for"),
        pytest.param(OSError(errno.ENOMEM, "no memory"), 3, True, id="the-hosts-and-asked-for"),
    ],
)
def test_where_an_error_comes_from(run, error, verbosity, traced, monkeypatch):
    told, fail_json = {}, basic.AnsibleModule.fail_json
    monkeypatch.setattr(
        basic.AnsibleModule, "fail_json", lambda module, **result: (told.update(result), fail_json(module, **result))
    )
    kernel = Buggy(have())
    kernel.error = error
    answer = run(kernel, "tuntap", **TUN, _ansible_verbosity=verbosity)
    assert ("exception" in told) == traced
    assert not traced or ("in perform" in told["exception"] and "StepFailed" in told["exception"])
    assert "ip tuntap add dev tun0 mode tun: " in answer["msg"]
    assert "Nothing is left of the change" in answer["msg"]


def test_unmet_need_is_a_warning_in_check_mode(run):
    answer = run(Kernel(have()), "tuntap", **TUN, netns="red", _ansible_check_mode=True)
    assert "no namespace 'red'" in answer["warnings"][0]
    assert answer["changed"] is True


def test_unmet_needs_are_an_error_else(run):
    kernel = Kernel(have())
    answer = run(kernel, "tuntap", **TUN, netns="red", owner="alice")
    assert answer["msg"].startswith("netns: there is no namespace 'red'")
    assert "owner: there is no user 'alice'" in answer["msg"]
    assert kernel.batches == []


def test_loss_is_a_warning(run):
    answer = run(Kernel(have(link("tap", "tun0"))), "tuntap", **TUN)
    assert "tun0 is replaced (its mode is tap, not tun)" in answer["warnings"][0]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(_errors.MissingDependency("pyroute2 is missing"), "pyroute2 is missing", id="dependency"),
        pytest.param(
            PermissionError(errno.EPERM, "Operation not permitted"),
            "Operation not permitted. This needs root",
            id="root",
        ),
        pytest.param(OSError(errno.ENODEV, "No such device"), "No such device. Nothing was changed.", id="other"),
    ],
)
def test_error_is_an_answer(run, error, message):
    class Failing(Kernel):
        def read(self, want):
            raise error

    answer = run(Failing(_resources.Have()), "tuntap", **TUN)
    assert answer["failed"] is True
    assert message in answer["msg"]


def test_failed_step_is_an_answer(run):
    kernel = Kernel(have(), lambda step: _errors.KernelError(errno.EPERM))
    answer = run(kernel, "netns", name="red")
    assert answer["msg"].startswith("ip netns add red: Operation not permitted (errno 1). This needs root")


# Whoever gets to the kernel with these has not looked at the options first.
@pytest.mark.parametrize(
    ("module", "options", "message"),
    [
        pytest.param(
            "tuntap", {"name": "tun0"}, "state is present but all of the following are missing: mode", id="mode"
        ),
        pytest.param("tuntap", {"mode": "tun"}, "missing required arguments: name", id="name"),
        pytest.param(
            "tuntap", {"name": "tun0", "mode": "gre"}, "value of mode must be one of: tun, tap", id="other-mode"
        ),
        pytest.param("tuntap", {**TUN, "mtu": "big"}, "argument 'mtu' is of type", id="mtu"),
        pytest.param("tuntap", {**TUN, "up": "perhaps"}, "argument 'up' is of type", id="up"),
        pytest.param("tuntap", {**TUN, "recreate": "always"}, "value of recreate must be one of", id="recreate"),
        pytest.param("tuntap", {**TUN, "colour": "red"}, "Unsupported parameters", id="unknown"),
        pytest.param("ip_tunnel", {"name": "t", "mode": "vxlan"}, "value of mode must be one of: gre", id="no-tunnel"),
        pytest.param("veth", {"name": "v0"}, "state is present but all of the following are missing: peer", id="peer"),
        pytest.param(
            "veth", {"name": "v0", "peer": {}}, "missing required arguments: name found in peer", id="peer-name"
        ),
        pytest.param("netns", {"name": "red", "sysctl": "x"}, "argument 'sysctl' is of type", id="sysctl"),
        pytest.param("ip_tunnel", {"name": "t", "mode": "gre", "ttl": "300"}, "ttl: '300' is not a number", id="ttl"),
    ],
)
def test_bad_option_is_refused_before_the_kernel_is_met(run, module, options, message):
    answer = run(None, module, **options)
    assert message in answer["msg"]


PROBE = {"name": "t0", "destination": "10.1.1.2"}


@pytest.fixture
def probed(monkeypatch):
    """Return a function that makes probes find what it is given for each destination; the others answer."""

    def probed_(**found):
        answered = Observation(device=Device(5, "veth", True, True, 1500), sent=1, rtts=(0.001,))
        monkeypatch.setattr(_probe, "run", lambda probes: [found.get(probe.label, answered) for probe in probes])

    return probed_


def test_one_probe_answers_for_itself(run, probed):
    probed()
    answer = run(None, "tunnel_probe", **PROBE)
    assert (answer["changed"], answer["reachable"], answer["msg"]) == (False, True, "t0: 10.1.1.2 answers")
    assert "probes" not in answer


def test_several_probes_answer_in_their_order(run, probed):
    probed()
    answer = run(None, "tunnel_probe", probes=[PROBE, {**PROBE, "name": "t1"}])
    assert [probe["name"] for probe in answer["probes"]] == ["t0", "t1"]
    assert answer["changed"] is False


def test_what_does_not_hold_is_a_failure_with_all_that_was_found(run, probed):
    probed(bad=Observation(trouble="can't be asked"))
    answer = run(None, "tunnel_probe", probes=[PROBE, {**PROBE, "label": "bad"}])
    assert answer["failed"] is True
    assert answer["msg"] == "1 of 2 probes fail. t0: bad can't be asked."
    assert [probe["holds"] for probe in answer["probes"]] == [True, False]


def test_in_check_mode_what_does_not_hold_is_a_warning(run, probed):
    probed(bad=Observation(trouble="can't be asked"))
    answer = run(None, "tunnel_probe", **PROBE, label="bad", _ansible_check_mode=True)
    assert answer["warnings"] == ["t0: bad can't be asked."]
    assert answer["holds"] is False


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({}, "one of the following is required: name, probes", id="nothing"),
        pytest.param({"name": "t0"}, "required together: name, destination", id="no-destination"),
        pytest.param({**PROBE, "probes": [PROBE]}, "mutually exclusive: name|probes", id="both"),
        pytest.param({**PROBE, "expect": "echo"}, "value of expect must be one of", id="expect"),
        pytest.param({**PROBE, "destination": "x"}, "destination: 'x' is not an IP address", id="destination"),
    ],
)
def test_bad_option_is_refused_before_anything_is_sent(run, monkeypatch, options, message):
    monkeypatch.setattr(_probe, "run", lambda probes: pytest.fail("it was sent"))
    assert message in run(None, "tunnel_probe", **options)["msg"]


def test_what_is_there_is_told_in_the_form_that_makes_it(run, monkeypatch):
    monkeypatch.setattr(Kernel, "survey", lambda kernel, namespaces: kernel.host, raising=False)
    kernel = Kernel(have(link("bridge", "br0"), link("tap", "tap0", master="br0", addresses=[])))
    told = run(kernel, "network_info")
    assert told["changed"] is False
    again = run(kernel, "network_state", **told["network"])
    assert (again["changed"], again["operations"]) == (False, [])


def test_files_of_a_state_are_foretold(run):
    """Of a state that no machine has."""
    document = {"links": [{"name": "tap0", "kind": "tap", "owner": "root"}]}
    answer = run(None, "boot_files", name="of-unit-tests", document=document, backend="sysv", _ansible_check_mode=True)
    folder = "/etc/warren-of-unit-tests/"
    written = ["/etc/init.d/warren-of-unit-tests", folder + "host.batch", folder + "modules.conf"]
    # Network managers that this machine has get files, too.
    assert [path for path in answer["written"] if "/warren-" in path] == written
    assert (answer["changed"], answer["removed"], answer["backend"], answer["enabled"]) == (True, [], "sysv", True)
    (batch,) = (diff["after"] for diff in answer["diff"] if "host.batch" in diff["after_header"])
    assert "tuntap add dev tap0 mode tap user 0\n" in batch
    answer = run(None, "boot_files", name="of-unit-tests", state="absent")
    assert (answer["changed"], answer["backend"]) == (False, "none")


@pytest.mark.parametrize("state", ["unmanaged", "absent"])
def test_no_file_brings_back_what_is_not_to_come_back(run, state):
    document = {"links": [{"name": "tap0", "kind": "tap", "owner": "no-such-user"}]}
    options = {"name": "of-unit-tests", "state": state, "document": document, "_ansible_check_mode": True}
    answer = run(None, "boot_files", **options)
    assert answer["backend"] == "none"
    assert [path for path in answer["written"] if "/warren-" in path] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"name": "Of tests"}, "name: 'Of tests' is not of 1 to 20", id="name"),
        pytest.param({"document": {"taps": []}}, "taps. Supported parameters include: fdb, fou_ports", id="section"),
        pytest.param({"document": {"links": [{"name": "a/b"}]}}, "links[0].name: 'a/b'", id="link"),
        pytest.param(
            {"document": {"links": [{"name": "tap0", "kind": "tap", "owner": "no-such-user"}]}},
            "document: this host has no user 'no-such-user'; make it first, or give a number",
            id="user",
        ),
        pytest.param({"devices": ["tap*"]}, "devices: 'tap*' can't be named to network managers", id="device"),
    ],
)
def test_what_no_file_can_have_is_told(run, options, message):
    assert (
        message in run(None, "boot_files", **{"name": "of-unit-tests", "_ansible_check_mode": True, **options})["msg"]
    )


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("state", ["merged", "replaced", "overridden", "deleted"])
def test_a_whole_hosts_state_says_which_checkpoints_are_armed_and_who_protects_tunnels(run, state, check):
    kernel = Kernel(have())
    kernel.armed, kernel.protecting, kernel.encrypting = ["tunnels"], ["lab"], ["site"]
    answer = run(kernel, "network_state", state=state, _ansible_check_mode=check)
    assert [answer[name] for name in ("checkpoints", "protections", "encryptions")] == [["tunnels"], ["lab"], ["site"]]
    assert "checkpoints" not in run(kernel, "tuntap", **TUN, _ansible_check_mode=True)
