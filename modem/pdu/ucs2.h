/*
 * Text between UTF-8 and the 16-bit units of a short message, 23.038 6.2.3: big-endian, read as UTF-16.
 */
#ifndef MODEM_PDU_UCS2_H
#define MODEM_PDU_UCS2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for the UTF-8 that ucs2_to_utf8 makes of n octets, and its NUL. */
#define UCS2_UTF8_ROOM(n) ((n) / 2 * 3 + 1)

/*
 * Reads n octets, without an odd last one; little-endian if they begin with FF FE, which is left out. A
 * surrogate without its other half becomes U+FFFD, and so does a NUL unit. Returns the length in octets
 * without the NUL.
 */
size_t ucs2_to_utf8(const uint8_t *octets, size_t n, char *utf8);

/* Writes n octets of valid UTF-8 as units, at most 2 n octets. Returns the octets written. */
size_t ucs2_from_utf8(const char *utf8, size_t n, uint8_t *octets);

/* Writes one code point as UTF-8. Returns the octets written, at most four; there is no NUL. */
size_t utf8_put(uint32_t c, char *utf8);

/* The octets of the character at text, and its code point in *c; 0 at the end, or when it is not valid UTF-8.
 */
size_t utf8_take(const char *text, uint32_t *c);

#endif
