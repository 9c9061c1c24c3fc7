/*
 * The GSM 7-bit alphabets, 3GPP 23.038 6.2.1: packing, and text to and from septets.
 */
#ifndef MODEM_PDU_GSM7_H
#define MODEM_PDU_GSM7_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Language numbers of 23.038 6.2.1.2.4: 0 none, 1 Turkish, 2 Spanish, 3 Portuguese, 4 Bengali ... 13 Urdu. */
#define GSM7_LANGUAGES 14
#define GSM7_ESCAPE 0x1B

/* gsm7_tables.c: UTF-16 by language and septet; 0 where the single shift table has no character. */
extern const uint16_t gsm7_locking[GSM7_LANGUAGES][128];
extern const uint16_t gsm7_single[GSM7_LANGUAGES][128];

/* Octets that n septets take after skip bits, 23.038 6.1.2.1.1. */
size_t gsm7_octets(size_t n, size_t skip);

/* Takes n septets from octets, the first at bit skip; gsm7_octets(n, skip) octets must be there. */
void gsm7_unpack(const uint8_t *octets, size_t skip, size_t n, uint8_t *septets);

/* Adds n septets to octets, which hold only zero bits from bit skip on; gsm7_octets(n, skip) must be there.
 */
void gsm7_pack(const uint8_t *septets, size_t n, size_t skip, uint8_t *octets);

/* Octets of UTF-8 that n septets can become, with the NUL. */
#define GSM7_UTF8_ROOM(n) ((n)*3 + 1)

/*
 * Reads septets with the tables of these languages; an unknown number means the default table. An escape
 * before a character that the extension lacks gives that of the main table, two escapes a space, an escape at
 * the end nothing (23.038 6.2.1.1). The length without the NUL.
 */
size_t gsm7_to_utf8(const uint8_t *septets, size_t n, unsigned locking, unsigned single, char *utf8);

/* Septets that the character takes: 1 in the default table, 2 in its extension, 0 in neither. */
size_t gsm7_width(uint32_t c);

/* Whether n octets of UTF-8 are valid and all in the default table and its extension. */
bool gsm7_holds(const char *utf8, size_t n);

/* Writes n octets of UTF-8, for which gsm7_holds, as septets of the default table and its extension. Returns
 * the septets written. */
size_t gsm7_from_utf8(const char *utf8, size_t n, uint8_t *septets);

#endif
