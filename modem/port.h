/*
 * Serial ports: lists them, finds the modem's, and opens it for this process alone.
 */
#ifndef MODEM_PORT_H
#define MODEM_PORT_H

#include <stdbool.h>
#include <stddef.h>

struct port_info {
    char path[128];                                 /* /dev/ttyUSB2 */
    char manufacturer[64], product[64], serial[64]; /* as the USB device says; "" unknown */
    int vid, pid;                                   /* -1 when not USB */
    int interface;                                  /* USB interface number, -1 unknown */
    char device[192]; /* a name for the configuration that survives renumbering */
    char driver[32];
};

/* port_list.c: all serial ports of this machine, each with its device name; *ports is allocated from mem.
 * False when the system cannot list them. */
bool port_list(void *mem, struct port_info **ports, size_t *n);

/*
 * port_list.c: the paths that device may mean now, best first: a path itself, or every port that fits
 * usb:SERIAL[:INTERFACE] or usb:VID:PID[:INTERFACE]. Returns their number; *paths is allocated from mem.
 */
size_t port_find(void *mem, const char *device, char ***paths);

/* port_list.c: whether a "usb:" name fits the port. */
bool port_matches(const struct port_info *port, const char *device);

/* port_list.c: sets ports[i].device; the other ports tell which names are unique. */
void port_name(struct port_info *ports, size_t n, size_t i);

/*
 * Opens path (a tty, a pseudo-terminal, a symlink to either) raw, non-blocking, and locked against others.
 * baud in bits a second. The descriptor, for port_close; -1: error says why, and who holds the port when that
 * can be seen.
 */
int port_open(const char *path, int baud, char *error, size_t size);

/* Discards what could not be written, since close would wait for a dead port, and closes. */
void port_close(int fd);

#endif
