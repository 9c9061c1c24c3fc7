/*
 * Octets as text.
 */
#ifndef GATEWAY_HEX_H
#define GATEWAY_HEX_H

#include <stddef.h>

/* Lower-case hex, two digits an octet. From mem. */
const char *hex_encode(void *mem, const void *octets, size_t n);

/* The reverse; *n octets from mem. NULL: it is no hex. */
const void *hex_decode(void *mem, const char *text, size_t *n);

#endif
