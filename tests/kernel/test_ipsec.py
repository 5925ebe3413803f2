# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections in a real strongSwan, which agrees with another one. A kernel without ESP keeps the policy, and encrypts nothing."""

import importlib
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet_secrets
from ansible_collections.warren.tunnels.tests.kernel import _strongswan
from ansible_collections.warren.tunnels.tests.kernel._firewalls import run
from ansible_collections.warren.tunnels.tests.kernel._hosts import new_host
from ansible_collections.warren.tunnels.tests.kernel._strongswan import UNPACKED, Daemon

IS_ROOT = Path("/proc/self/uid_map").read_text().split()[2] == str(2**32 - 1)
pytestmark = pytest.mark.skipif(
    not (UNPACKED / "whole").exists() or not IS_ROOT, reason="scripts/strongswan has not unpacked it, or no root"
)
FORMER, SECRET, OTHER = "4f" * 32, "a7" * 32, "c3" * 32
US, PEER = "192.0.2.1", "192.0.2.2"
NAME = "warren-lab_192-0-2-1_192-0-2-2"
FILE = Path("/etc/swanctl/conf.d/warren-lab.conf")
MARK = Path("/var/lib/warren.tunnels/ipsec/lab")
UNDERLAY = f"""
link add near type veth peer name far netns peers
address add {US}/24 dev near
address add 2001:db8::1/64 dev near nodad
link set near up
link set lo up
"""
THERE = f"""
address add {PEER}/24 dev far
address add 2001:db8::2/64 dev far nodad
link set far up
link set lo up
"""
# As a person would write it, whose strongSwan is not managed.
THEIRS = """
connections {
  to-us {
    version = 2
    local_addrs = 192.0.2.2
    remote_addrs = 192.0.2.1
    mobike = no
    proposals = aes256gcm16-prfsha384-ecp384
    local { auth = psk
            id = fqdn:host2.warren }
    remote { auth = psk
             id = fqdn:host1.warren }
    children { gre { mode = transport
                     local_ts = dynamic[47]
                     remote_ts = dynamic[47]
                     esp_proposals = aes256gcm16-ecp384 } }
  }
}
secrets { %s }
"""
KEY = 'ike-%d { id-1 = fqdn:host1.warren\n id-2 = fqdn:host2.warren\n secret = "%s" }\n'
# Somebody's own, on our host.
MINE = """
connections {
  mine { remote_addrs = 192.0.2.2
         local { auth = psk
                 id = me }
         remote { auth = psk
                  id = you }
         children { all { start_action = none } } }
}
secrets { ike-mine { id-1 = me
                     id-2 = you
                     secret = "what is none of ours" } }
"""


@pytest.fixture(autouse=True)
def etc(tmp_path):
    """A host of its own with an /etc of its own and strongSwan, and a peer."""
    new_host()
    run("ip", "netns", "add", "peers")
    run("ip", "-batch", "-", text=UNDERLAY)
    run("ip", "-n", "peers", "-batch", "-", text=THERE)
    MARK.unlink(missing_ok=True)
    run("mount", "-t", "tmpfs", "warren", tmp_path)
    (tmp_path / "etc").mkdir()
    for name in ("passwd", "group", "nsswitch.conf", "ld.so.cache", "ld.so.conf", "alternatives"):
        subprocess.run(["cp", "-a", f"/etc/{name}", tmp_path / "etc"], check=False)
    run("mount", "--bind", tmp_path / "etc", "/etc")
    _strongswan.lay_over()
    yield
    _strongswan.take_away()
    run("umount", "/etc")


@pytest.fixture
def charon(tmp_path):
    daemon = Daemon(tmp_path, "us", "unix:///run/charon.vici")
    daemon.start()
    yield daemon
    daemon.stop()
    Path("/run/charon.vici").unlink(missing_ok=True)


@pytest.fixture
def peer(tmp_path):
    """The peer, and a function that gives it secrets, of which it proves itself by the last."""
    daemon = Daemon(tmp_path, "peer", "unix:///run/peer.vici", "ip", "netns", "exec", "peers")

    def have(*secrets):
        path = tmp_path / "theirs.conf"
        path.write_text(THEIRS % "".join(KEY % pair for pair in enumerate(secrets)))
        daemon.swanctl("--load-all", "--clear", "--file", str(path))

    daemon.start()
    daemon.have = have
    yield daemon
    daemon.stop()


@pytest.fixture
def ipsec(capsys):
    """Return a function that runs the module and returns its answer, in which there is no secret."""
    main = importlib.import_module("ansible_collections.warren.tunnels.plugins.modules.ipsec").main

    def run_(*connections, **options):
        with patch_module_args({"name": "lab", "connections": connections, **options}), pytest.raises(SystemExit):
            main()
        said = capsys.readouterr()
        for secret in (FORMER, SECRET, OTHER):
            assert secret not in said.out + said.err
            assert secret.encode().hex() not in said.out + said.err
        answer = json.loads(said.out)
        answer.pop("invocation", None)
        return answer

    return run_


def to_peer(*secrets, **options):
    ends = {"local": US, "remote": PEER, "local_id": "host1.warren", "remote_id": "host2.warren"}
    return {**ends, "protocols": [47], "secrets": list(secrets or [SECRET]), **options}


def policies():
    """Return what the kernel encrypts, as the lines of selectors, with numbers of protocols."""
    return sorted(
        {line for line in run("ip", "-N", "xfrm", "policy").splitlines() if " proto " in line and "src" in line}
    )


def wait(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_both_ends_prove_themselves_and_the_kernel_encrypts_just_that_protocol(ipsec, charon, peer):
    peer.have(SECRET)
    foretold = ipsec(to_peer(), _ansible_check_mode=True, _ansible_diff=True)
    assert (charon.swanctl("--list-conns"), FILE.exists(), MARK.exists()) == ("", False, False)
    done = ipsec(to_peer(), _ansible_diff=True)
    assert done == foretold
    assert done["changes"] == [{"connection": NAME, "change": "created"}]
    assert (stat.S_IMODE(FILE.stat().st_mode), FILE.stat().st_uid, MARK.exists()) == (0o600, 0, True)

    wait(lambda: charon.sas(NAME))
    assert policies() == sorted([f"src {US}/32 dst {PEER}/32 proto 47 ", f"src {PEER}/32 dst {US}/32 proto 47 "])
    assert "authentication of 'host1.warren' with pre-shared key successful" in peer.log.read_text()

    again = ipsec(to_peer())
    assert (again["changed"], again["changes"], again["operations"], again["written"]) == (False, [], [], [])
    assert charon.sas(NAME) == ["1"]


def test_what_came_to_nothing_is_begun_once_more(ipsec, charon, peer):
    ipsec(to_peer())
    wait(lambda: "NO_PROPOSAL_CHOSEN" in charon.log.read_text())
    peer.have(SECRET)
    assert charon.sas(NAME) == []
    assert not ipsec(to_peer(initiate=False), _ansible_check_mode=True)["associations"]
    assert not ipsec(to_peer())["changed"]
    wait(lambda: charon.sas(NAME))


def test_what_is_in_the_file_is_what_was_loaded(ipsec, charon):
    connections = [
        to_peer(SECRET, FORMER, protocols=[47, 4]),
        to_peer(remote="192.0.2.3", remote_id="host3", initiate=False),
    ]
    connections.append(to_peer(local="2001:db8::1", remote="2001:db8::2", protocols=[41]))
    ipsec(*connections)
    loaded, held = charon.swanctl("--list-conns"), policies()
    assert loaded.count("TRANSPORT") == 4
    assert len(held) == 8
    charon.stop()
    charon.start(load=True)
    assert (charon.swanctl("--list-conns"), policies()) == (loaded, held)
    assert not ipsec(*connections)["changed"]
    charon.stop()
    charon.start()
    assert {change["change"] for change in ipsec(*connections)["changes"]} == {"loaded"}
    assert (charon.swanctl("--list-conns"), policies()) == (loaded, held)


def test_connections_of_others_stay_with_what_they_have(ipsec, charon, peer):
    peer.have(SECRET)
    Path("/etc/swanctl/conf.d/mine.conf").write_text(MINE)
    charon.swanctl("--load-all", "--noprompt")
    theirs = charon.swanctl("--list-conns")
    ipsec(to_peer())
    wait(lambda: charon.sas(NAME))
    assert ipsec(to_peer(), to_peer(remote="192.0.2.3", remote_id="host3"))["changes"] == [
        {"connection": "warren-lab_192-0-2-1_192-0-2-3", "change": "created"}
    ]
    assert charon.sas(NAME) == ["1"]
    ipsec(to_peer(remote="192.0.2.4", remote_id="host4"), name="other")
    kept = ipsec(to_peer(remote="192.0.2.3", remote_id="host3"), purge=False)
    assert not kept["changed"]
    assert charon.sas(NAME) == ["1"]

    gone = ipsec(to_peer(remote="192.0.2.3", remote_id="host3"))
    assert gone["changes"] == [{"connection": NAME, "change": "removed"}]
    assert charon.sas(NAME) == []
    assert not any(PEER in policy for policy in policies())

    foretold = ipsec(state="absent", _ansible_check_mode=True)
    assert ipsec(state="absent") == foretold
    assert foretold["removed"] == [str(FILE)]
    assert (FILE.exists(), MARK.exists()) == (False, False)
    assert not ipsec(state="absent")["changed"]
    ipsec(state="absent", name="other")
    assert charon.swanctl("--list-conns") == theirs
    assert "mine" in charon.swanctl("--list-conns")
    assert policies() == []
    assert Path("/etc/swanctl/conf.d/mine.conf").read_text() == MINE


def test_a_secret_that_changes_is_told_and_not_shown(ipsec, charon, peer):
    peer.have(FORMER)
    ipsec(to_peer(FORMER))
    wait(lambda: charon.sas(NAME))
    foretold = ipsec(to_peer(SECRET), _ansible_check_mode=True, _ansible_diff=True)
    assert foretold["changes"] == [{"connection": NAME, "change": "secret changed"}]
    assert foretold["diff"]["before"] != foretold["diff"]["after"]
    assert ipsec(to_peer(SECRET), _ansible_diff=True) == foretold
    # What is established stays.
    assert charon.sas(NAME) == ["1"]
    assert not ipsec(to_peer(SECRET))["changed"]


# What each end proves itself by, then what else it accepts, and whether they agree.
ROTATION = [
    pytest.param([FORMER], [FORMER], True, id="as before"),
    pytest.param([FORMER, SECRET], [FORMER], True, id="one accepts the new one"),
    pytest.param([SECRET, FORMER], [FORMER, SECRET], True, id="one proves itself by the new one"),
    pytest.param([FORMER, SECRET], [SECRET, FORMER], True, id="the other does"),
    pytest.param([SECRET], [SECRET, FORMER], True, id="one has the new one alone"),
    pytest.param([SECRET], [FORMER], False, id="nothing in common"),
]


@pytest.mark.parametrize(("ours", "theirs", "agree"), ROTATION)
def test_secrets_change_at_one_end_after_the_other(ipsec, charon, peer, ours, theirs, agree):
    # As after a change, so that the order in which they were first loaded is not what counts.
    ipsec(to_peer(*reversed(ours), initiate=False))
    ipsec(to_peer(*ours, initiate=False))
    peer.have(*reversed(theirs))
    for daemon, name in ((charon, NAME), (peer, "to-us")):
        said = daemon.initiate("gre", name)
        assert ("pre-shared key successful" in said) is agree, said
        assert ("AUTHENTICATION_FAILED" in said or "AUTH_FAILED" in said) is not agree
        charon.swanctl("--terminate", "--ike", NAME, "--force") if agree else None
    charon.stop()
    charon.start(load=True)
    assert ("pre-shared key successful" in charon.initiate("gre", NAME)) is agree


def test_no_secret_is_where_others_can_read(ipsec, charon, peer):
    peer.have(SECRET)
    ipsec(to_peer(SECRET, FORMER))
    wait(lambda: charon.sas(NAME))
    ipsec(to_peer(OTHER))
    words = [form for secret in (FORMER, SECRET, OTHER) for form in (secret.encode(), secret.encode().hex().encode())]
    seen = 0
    for folder in ("/etc", "/run", "/var/lib/warren.tunnels", "/var/log"):
        for path in Path(folder).rglob("*"):
            if (
                path.parent != Path("/run/netns")
                and path.is_file()
                and not path.is_symlink()
                and path.stat().st_mode & 0o077
            ):
                seen += 1
                assert not any(word in path.read_bytes() for word in words), path
    assert seen
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                found = (process / name).read_bytes()
            except OSError:
                continue
            assert not any(word in found for word in words)
    assert OTHER.encode().hex() in FILE.read_text()
    assert SECRET.encode().hex() not in charon.log.read_text()


def test_a_file_that_others_could_read_is_mended(ipsec, charon):
    ipsec(to_peer())
    FILE.chmod(0o644)
    assert ipsec(to_peer())["written"] == [str(FILE)]
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o600
    FILE.write_text(FILE.read_text().replace("mode = transport", "mode = tunnel"))
    assert ipsec(to_peer())["changes"] == [{"connection": NAME, "change": "changed"}]
    assert not ipsec(to_peer())["changed"]


@pytest.fixture
def other(tmp_path):
    """Return a function that runs a program of a name that another daemon has."""
    started = []

    def run_(name):
        place = tmp_path / "ipsec" / name
        place.parent.mkdir(exist_ok=True)
        shutil.copy(shutil.which("sleep"), place)
        started.append(subprocess.Popen([place, "1000"]))
        wait(lambda: name in Path(f"/proc/{started[-1].pid}/cmdline").read_text())

    yield run_
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize(("program", "words"), [("pluto", "libreswan"), ("starter", "strongswan-starter")])
def test_a_host_whose_ike_another_daemon_owns_is_refused(ipsec, charon, other, program, words):
    other(program)
    for check_mode in (True, False):
        answer = ipsec(to_peer(), _ansible_check_mode=check_mode)
        assert answer["failed"]
        assert words in answer["msg"]
        assert "owns IKE on this host" in answer["msg"]
    assert (charon.swanctl("--list-conns"), FILE.exists()) == ("", False)


def test_a_host_without_the_daemon_is_told_what_to_do(ipsec, charon):
    ipsec(to_peer())
    charon.process.kill()
    charon.process.wait()
    assert os.path.exists("/run/charon.vici")
    answer = ipsec(to_peer())
    assert answer["failed"]
    assert "systemctl enable --now strongswan" in answer["msg"]
    Path("/run/charon.vici").unlink()
    run("mount", "--bind", "/dev/null", "/usr/sbin/swanctl")
    try:
        answer = ipsec(to_peer())
        foretold = ipsec(to_peer(), to_peer(remote="192.0.2.3", remote_id="host3"), _ansible_check_mode=True)
        gone = ipsec(state="absent")
    finally:
        run("umount", "/usr/sbin/swanctl")
    assert "install charon-systemd, strongswan-swanctl and libstrongswan-standard-plugins" in answer["msg"]
    assert foretold["missing"] == answer["msg"]
    assert foretold["changes"][1]["change"] == "created"
    assert gone["removed"] == [str(FILE)]


def test_a_daemon_without_its_plugins_is_told_so(ipsec, charon):
    charon.stop()
    Path("/etc/strongswan.d/charon/openssl.conf").write_text("openssl { load = no }\n")
    charon.start()
    answer = ipsec(to_peer())
    assert answer["failed"]
    assert "install libstrongswan-standard-plugins" in answer["msg"]
    assert not FILE.exists()


FLEET = "what nobody can guess and nobody may see"
LINK = {"name": "t0", "mode": "tun"}
SHARE = {
    "links": [LINK],
    "peers": [{"host": "host2", "local": US, "remote": PEER, "name": "t0", "mode": "gre", "netns": None}],
    "accept": [],
    **{name: [] for name in ("routes", "fou_ports", "probes", "crossings", "kernel_modules")},
    "protected": [{"local": US, "remote": PEER, "protocol": 47}],
    "ipsec": [{name: value for name, value in to_peer(initiate=True).items() if name != "secrets"}],
}
TERMS = {"removal_limit": 34, "allow_removal": True, "allow_cuts": False}


@pytest.fixture
def play(tmp_path):
    """Return a function that takes a part of the role on this host, and says all that Ansible can say of it."""

    def run_(part, share=SHARE, **variables):
        host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "ansible_host": US}
        given = {"tunnels_protect_secret": FLEET, "tunnels_boot": False, "tunnels_ip_forward": False, "parts": [part]}
        handed_on = {"__tunnels_is_part": True, "__tunnels_terms": TERMS, "__tunnels_share": share}
        inventory = {"all": {"hosts": {"host1": host}, "vars": {**given, **variables}}}
        (tmp_path / "inventory.json").write_text(json.dumps(inventory))
        program = Path(sys.executable).with_name("ansible-playbook")
        more = ("--extra-vars", json.dumps(handed_on), "-vvv", "--diff")
        command = [program, "--inventory", tmp_path / "inventory.json", *more, PLAYBOOK]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said[-5000:]
        for secret in (FLEET, SECRET_OF_PAIR, SECRET_OF_PAIR.encode().hex()):
            assert secret not in said
        return said

    return run_


PLAYBOOK = Path(__file__).parent / "role.yml"
SECRET_OF_PAIR = _fleet_secrets.derived(FLEET, "host1.warren", "host2.warren", 1)


def test_the_role_guards_then_encrypts_then_builds_and_says_no_secret(play, charon, peer):
    peer.have(SECRET_OF_PAIR)
    said = play("build")
    names = ("Let nothing go in clear", "Encrypt what is to be encrypted", "TUN and TAP devices, and tunnels")
    steps = [said.index(f" : {name}") for name in names]
    assert steps == sorted(steps)
    name = NAME.replace("lab", "tunnels")
    wait(lambda: charon.sas(name))
    assert "warren_tunnels_protect" in run("nft", "list", "ruleset")
    assert name in charon.swanctl("--list-conns")
    assert " changed=0 " in play("build")

    said = play("build", tunnels_protect_generation=[2, 1])
    assert "new secret of " + name in said
    assert " changed=1 " in said

    # Encrypted no more, and at last nothing of it.
    play("build", {**SHARE, "ipsec": []})
    assert (charon.swanctl("--list-conns"), policies()) == ("", [])
    assert "warren_tunnels_protect" in run("nft", "list", "ruleset")
    play("build")
    play("build", {**SHARE, "links": [], "peers": [], "protected": [], "ipsec": []})
    assert (charon.swanctl("--list-conns"), run("nft", "list", "ruleset")) == ("", "")
    assert not Path("/etc/swanctl/conf.d/warren-tunnels.conf").exists()


BAD = [
    ({"remote": US}, "connections[0].remote: both ends have the address 192.0.2.1"),
    ({"remote_id": "host1.warren"}, "connections[0].remote_id: both ends are 'host1.warren'"),
    ({"remote_id": 'a"b'}, "connections[0].remote_id: 'a\"b' is not of 1 to 200 characters"),
    ({"protocols": [17]}, "connections[0].protocols: 17 is no protocol of tunnels"),
    ({"protocols": []}, "connections[0].protocols: none is no protocol of tunnels"),
    ({"secrets": []}, "connections[0].secrets: there is none"),
    ({"secrets": ["0815"]}, "connections[0].secrets: one is shorter than 16 characters"),
]


@pytest.mark.parametrize(("options", "words"), BAD)
def test_what_can_not_be_right_is_refused(ipsec, options, words):
    answer = ipsec(to_peer(**options))
    assert answer["failed"]
    assert answer["msg"].startswith(words)
    answer = ipsec(to_peer(), to_peer())
    assert answer["msg"].startswith("connections[1].remote: there is another connection")
