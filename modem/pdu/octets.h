/*
 * Reads octets one after another and never past their end.
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

/* Keeps why, unless a reason is kept already. Always false, so that a caller can return it. */
static inline bool octets_refuse(struct octets *octets, const char *why)
{
    if (octets->why == NULL) {
        octets->why = why;
        octets->where = (size_t)(octets->next - octets->start);
    }
    return false;
}

/* The next n octets, and moves past them; NULL, with what as the reason, when there are fewer. */
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

/* The next octet; 0, with what as the reason, when there is none. */
static inline uint8_t octets_one(struct octets *octets, const char *what)
{
    const uint8_t *taken = octets_take(octets, 1, what);

    return taken != NULL ? *taken : 0;
}

#endif
