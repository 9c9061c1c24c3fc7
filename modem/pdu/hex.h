/*
 * Octets as hexadecimal digits, two an octet.
 */
#ifndef MODEM_PDU_HEX_H
#define MODEM_PDU_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads n octets from 2 n digits of either case. False when a character is not a hexadecimal digit. */
bool hex_read(const char *hex, size_t n, uint8_t *octets);

/* Why the text is not whole octets, a constant, and in *where at which octet, from 0; NULL when it is. */
const char *hex_fault(const char *hex, size_t *where);

/* Writes 2 n upper-case digits and a NUL. */
void hex_write(const uint8_t *octets, size_t n, char *hex);

#endif
