/*
 * Who may call by SIP. The kernel drops datagrams from all others, so that no parser sees an octet of them
 * and a flood costs us nothing.
 */
#ifndef GATEWAY_VOICE_PEERS_H
#define GATEWAY_VOICE_PEERS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEERS_MOST = 32 };

struct peers {
    struct {
        uint32_t address, mask; /* in the host's byte order */
    } list[PEERS_MOST];
    size_t n;
};

/* Networks such as "192.168.1.5" and "10.20.0.0/16"; none at all: this machine alone. NULL, or what is wrong,
 * from mem. */
const char *peers_read(void *mem, const char *const *networks, size_t n, struct peers *peers);

/* address in the network's byte order. */
bool peers_have(const struct peers *peers, struct in_addr address);

/* Lets only datagrams from peers into the IPv4 socket, and drops what waits in it. False: errno. */
bool peers_guard(const struct peers *peers, int fd);

#endif
