/*
 * FNV-1a, 64 bits: a hash that tells long values apart. Stores keep its results, so it must never change. It
 * is not cryptographic: anybody can make two values with the same hash.
 */
#ifndef STORE_FNV_H
#define STORE_FNV_H

#include <stdint.h>

#define FNV_START 0xcbf29ce484222325

/* value is an octet, or a small number taken as one. */
static inline uint64_t fnv_add(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * 0x100000001b3;
}

/* Adds the octets of the text without its NUL. */
static inline uint64_t fnv_add_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = fnv_add(hash, (unsigned char)*text);
    return hash;
}

#endif
