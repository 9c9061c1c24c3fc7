/*
 * Joins the parts of a concatenated message before they are decoded: phones cut between any two octets or
 * septets, also inside a pair of UTF-16 or behind an escape.
 */
#ifndef MODEM_PDU_PDU_JOIN_H
#define MODEM_PDU_PDU_JOIN_H

#include <stddef.h>

/*
 * The text of n consecutive parts, at least 1, given as DELIVERs in hex with their SMSC octets: UTF-8 from
 * mem. NULL when one cannot be decoded or is not text, or when they differ in alphabet or language.
 */
char *pdu_join(void *mem, const char *const *parts, size_t n);

#endif
