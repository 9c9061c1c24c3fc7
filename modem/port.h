/*
 * Serial ports: finding the modem's, opening it for ourselves alone, and telling people what there is.
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
    char device[192]; /* what to write in the configuration: a name that survives renumbering */
    char driver[32];
};

/* All serial ports of this machine; hang from mem. False: *error says why. */
bool port_list(void *mem, struct port_info **ports, size_t *n);

/*
 * The paths that device may mean now, best first: a path itself, or every port that usb:SERIAL[:INTERFACE] or
 * usb:VID:PID[:INTERFACE] fits. Their number; 0 when there is none. paths hang from mem.
 */
size_t port_find(void *mem, const char *device, char ***paths);

/* True when the port is what a "usb:" name says. */
bool port_matches(const struct port_info *port, const char *device);

/* Writes the best lasting name of ports[i] into its device field. */
void port_name(struct port_info *ports, size_t n, size_t i);

/*
 * Opens path (a tty, a pseudo-terminal, a symlink to either) raw, non-blocking, locked against others.
 * The descriptor; -1: error says why, and who holds the port when that can be known.
 */
int port_open(const char *path, int baud, char *error, size_t size);

/* Throws away what could not be written, so that a dead port does not hold us. */
void port_close(int fd);

#endif
