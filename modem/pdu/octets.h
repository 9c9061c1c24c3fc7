/*
 * Reading octets one after another without ever leaving them.
 */
#ifndef MODEM_PDU_OCTETS_H
#define MODEM_PDU_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct octets {
    const uint8_t *next;
    size_t left;
    const uint8_t *start;
    const char *why; /* the first thing that was wrong; NULL so far */
    size_t where;    /* octet, from 0 */
};

static inline struct octets octets_of(const uint8_t *start, size_t n)
{
    return (struct octets){ .next = start, .left = n, .start = start };
}

/* Always false, so that a caller can return it; the first reason is kept. */
static inline bool octets_refuse(struct octets *octets, const char *why)
{
    if (octets->why == NULL) {
        octets->why = why;
        octets->where = (size_t)(octets->next - octets->start);
    }
    return false;
}

/* The next n octets, which the reader then leaves behind; NULL, and why, when there are fewer. */
static inline const uint8_t *octets_take(struct octets *octets, size_t n, const char *what)
{
    const uint8_t *taken = octets->next;

    if (octets->why != NULL || n > octets->left) {
        octets_refuse(octets, what);
        return NULL;
    }
    octets->next += n;
    octets->left -= n;
    return taken;
}

/* One octet; 0, and why, when there is none. */
static inline uint8_t octets_one(struct octets *octets, const char *what)
{
    const uint8_t *taken = octets_take(octets, 1, what);

    return taken != NULL ? *taken : 0;
}

#endif
