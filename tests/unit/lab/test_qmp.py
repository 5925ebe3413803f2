# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Talking to QEMU: what goes over its socket."""

import json
import socket
import threading

import pytest
from warrenlab import qmp

GREETING = {"QMP": {"version": {}, "capabilities": []}}
EVENT = {"event": "POWERDOWN", "timestamp": {}}


@pytest.fixture
def serve(tmp_path):
    """Give a function that answers on a socket: a list of messages to each command; and the commands it heard."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "qmp"))
    listener.listen(1)
    heard, threads = [], []

    def answer(answers):
        connection = listener.accept()[0]
        with connection, connection.makefile("rw") as stream:
            print(json.dumps(GREETING), file=stream, flush=True)
            for messages in answers:
                heard.append(json.loads(stream.readline())["execute"])
                for message in messages:
                    print(json.dumps(message), file=stream, flush=True)

    def start(answers):
        threads.append(threading.Thread(target=answer, args=[answers]))
        threads[0].start()
        return tmp_path / "qmp", heard

    yield start
    for thread in threads:
        thread.join()
    listener.close()


def test_the_power_button_is_pressed_after_the_greeting(serve):
    path, heard = serve([[{"return": {}}], [EVENT, {"return": {}}]])
    qmp.press_power_button(path)
    assert heard == ["qmp_capabilities", "system_powerdown"]


def test_a_refusal_is_told_in_the_words_of_qemu(serve):
    path, _heard = serve([[{"return": {}}], [{"error": {"class": "GenericError", "desc": "not now"}}]])
    with pytest.raises(OSError, match="system_powerdown: not now"):
        qmp.press_power_button(path)


def test_the_end_of_qemu_is_told(serve):
    path, _heard = serve([[{"return": {}}], []])
    with pytest.raises(OSError, match="ended"):
        qmp.press_power_button(path)


def test_nobody_is_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        qmp.press_power_button(tmp_path / "qmp")
