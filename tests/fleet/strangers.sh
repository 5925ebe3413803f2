# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# shellcheck shell=sh
# What others have on each host, at every boot: a tunnel, a bridge with a port, a dummy, a namespace with a way in.

cat >/usr/local/sbin/strangers <<'END'
ip link add their-gre type gre local any remote 192.168.0.200 key 77 ttl 9
ip address add 172.31.0.1/30 dev their-gre
ip link set their-gre up
ip link add their-dummy type dummy
ip link set their-dummy up
ip address add 172.31.1.1/24 dev their-dummy
ip link add their-port type dummy
ip link add their-br address 02:00:5e:00:99:01 type bridge
ip link set their-port master their-br up
ip link set their-br up
ip address add 172.31.2.1/24 dev their-br
ip netns add their-ns
ip link add their-veth type veth peer name inside netns their-ns
ip link set their-veth up
ip -n their-ns link set inside up
ip -n their-ns address add 172.31.3.2/24 dev inside
ip route add 172.31.4.0/24 dev their-br proto static
ip route add 172.31.5.0/24 dev their-br proto 99 metric 50
ip rule add to 172.31.6.0/24 lookup 77 priority 1000
ip route add 172.31.6.0/24 dev their-br table 77
END
cat >/etc/systemd/system/strangers.service <<'END'
[Unit]
After=network.target

[Service]
Type=oneshot
ExecStart=/bin/sh -e /usr/local/sbin/strangers

[Install]
WantedBy=multi-user.target
END
systemctl enable --now --quiet strangers.service
