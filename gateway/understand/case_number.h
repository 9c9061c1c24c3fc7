/*
 * Case numbers: two digits of the year, an optional prefix digit where gateways do not share a store, a
 * sequence of at least five digits, and one Damm check digit, which finds every single wrong digit and every
 * swap of two neighbours. The 417th case of 2026 is 26004173.
 */
#ifndef GATEWAY_UNDERSTAND_CASE_NUMBER_H
#define GATEWAY_UNDERSTAND_CASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CASE_NUMBER_SIZE = 24, CASE_NUMBER_LEAST = 8, CASE_NUMBER_MOST = 12 };

/* yy 0..99, prefix a digit or -1 for none, sequence from 1. The result ends with a NUL. */
void case_number_make(char number[CASE_NUMBER_SIZE], int yy, int prefix, int64_t sequence);

/*
 * Digits (ASCII, length of them) that could be a case number at all: 8 to 12 of them, beginning with a year
 * from 21 to 59, which neither mobile numbers (13..19) nor written dates (20260601) do; identity and bank
 * cards are longer.
 */
bool case_number_is_plausible(const char *digits, size_t length);

/* Plausible, and the check digit is right. */
bool case_number_check(const char *digits, size_t length);

#endif
