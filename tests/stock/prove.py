# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs on a host: send pings of full size through tunnels, see what leaves and arrives outside, and print both as JSON.

The argument is a list of tunnels: name, far address, UDP port or null, and the two outer addresses.
"""

import collections
import ipaddress
import json
import re
import select
import socket
import struct
import subprocess
import sys
import threading

COUNT = 3
_AT_A_TIME = 6
_HEADERS = {4: 28, 6: 48}  # of IP and ICMP
_UDP, _FRAGMENT, _OPTIONS = 17, 44, 60
_DEADLINE = 30


class Packet(collections.namedtuple("Packet", "source destination length fragment port")):
    """An IP packet on the wire; `port` is the destination's, None for what is not UDP."""


def parse(data):
    """Return the packet that begins with these bytes; None for what is not IP."""
    if data[0] >> 4 == 4:
        total, fragment, protocol = struct.unpack("!2xH2xHxB", data[:10])
        addresses, payload = data[12:20], data[(data[0] & 15) * 4 :]
        is_fragment = bool(fragment & 0x3FFF)  # more of them, or an offset
    elif data[0] >> 4 == 6:
        total, protocol = struct.unpack("!4xHB", data[:7])
        total, addresses, payload = total + 40, data[8:40], data[40:]
        while protocol == _OPTIONS:
            protocol, payload = payload[0], payload[(payload[1] + 1) * 8 :]
        is_fragment = protocol == _FRAGMENT
    else:
        return None
    half = len(addresses) // 2
    source, destination = (str(ipaddress.ip_address(part)) for part in (addresses[:half], addresses[half:]))
    port = struct.unpack("!2xH", payload[:4])[0] if protocol == _UDP and not is_fragment else None
    return Packet(source, destination, total, is_fragment, port)


def capture(interface, seen, done):
    """Append each packet of the interface to `seen`, until the event `done` is set and no more come."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3)) as sniffer:
        sniffer.bind((interface, 3))
        while True:
            if select.select([sniffer], [], [], 0.5)[0]:
                packet = parse(sniffer.recv(65536))
                if packet:
                    seen.append(packet)
            elif done.is_set():
                return


def mtu(link):
    with open("/sys/class/net/{}/mtu".format(link)) as file:
        return int(file.read())


def ifindex(link):
    with open("/sys/class/net/{}/ifindex".format(link)) as file:
        return int(file.read())


def forget_paths():
    """Forget what the kernel learnt of paths: it keeps a path MTU for 10 minutes, whatever the tunnel is by then."""
    for family in ("-4", "-6"):
        subprocess.run(["ip", family, "route", "flush", "cache"], check=True)


def ping(tunnel):
    """Start to ping the far end, until COUNT are answered, by packets that fill the tunnel and must not be fragmented."""
    size = mtu(tunnel["name"]) - _HEADERS[ipaddress.ip_address(tunnel["far"]).version]
    command = ["ping", "-n", "-M", "do", "-c", str(COUNT), "-w", str(_DEADLINE), "-i", "0.5", "-s", str(size)]
    command += ["-I", tunnel["name"], tunnel["far"]]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)


def outside(tunnel, seen):
    """Tell what the wire had of a tunnel."""
    mine = [packet for packet in seen if {packet.source, packet.destination} == set(tunnel["outer"])]
    ours = tunnel["outer"][0]
    return {
        "sent": len([packet for packet in mine if packet.source == ours and packet.port == tunnel["port"]]),
        "came": len([packet for packet in mine if packet.source != ours and packet.port == tunnel["port"]]),
        "longest": max([packet.length for packet in mine], default=0),
        "fragments": len([packet for packet in mine if packet.fragment]),
    }


def prove(tunnels):
    """Return what each tunnel did, by its name."""
    forget_paths()
    seen, done = [], threading.Event()
    sniffer = threading.Thread(target=capture, args=("eth0", seen, done))
    sniffer.start()
    said = {}
    try:
        for start in range(0, len(tunnels), _AT_A_TIME):
            pings = [(tunnel["name"], ping(tunnel)) for tunnel in tunnels[start : start + _AT_A_TIME]]
            said.update((name, process.communicate()[0]) for name, process in pings)
    finally:
        done.set()
        sniffer.join()
    answered = {name: re.search(r"(\d+) received", text) for name, text in said.items()}
    return {
        tunnel["name"]: {
            "mtu": mtu(tunnel["name"]),
            "ifindex": ifindex(tunnel["name"]),
            "answered": int(answered[tunnel["name"]].group(1)) if answered[tunnel["name"]] else 0,
            "said": said[tunnel["name"]],
            **outside(tunnel, seen),
        }
        for tunnel in tunnels
    }


if __name__ == "__main__":
    print(json.dumps(prove(json.loads(sys.argv[1]))))
