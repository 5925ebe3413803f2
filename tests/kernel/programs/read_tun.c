/*
 * SPDX-FileCopyrightText: 2026 warren.tunnels contributors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program of C tutorials: attaches to a TUN device and says of each packet how many bytes it has.
 */
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int tun_alloc(const char *name, int flags)
{
    struct ifreq ifr;
    int fd = open("/dev/net/tun", O_RDWR);

    if (fd < 0)
        return fd;
    memset(&ifr, 0, sizeof(ifr));
    ifr.ifr_flags = flags;
    strncpy(ifr.ifr_name, name, IFNAMSIZ - 1);
    if (ioctl(fd, TUNSETIFF, &ifr) < 0) {
        perror("ioctl(TUNSETIFF)");
        close(fd);
        return -1;
    }
    return fd;
}

int main(int argc, char *argv[])
{
    char buffer[2000];
    int fd = argc == 2 ? tun_alloc(argv[1], IFF_TUN | IFF_NO_PI) : -1;

    if (fd < 0)
        exit(1);
    for (;;) {
        ssize_t size = read(fd, buffer, sizeof(buffer));

        if (size < 0) {
            perror("read");
            exit(1);
        }
        printf("Read %zd bytes from device %s\n", size, argv[1]);
    }
}
