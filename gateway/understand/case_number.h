/*
 * Case numbers: two digits of the year, an optional prefix digit (where several gateways have stores of their
 * own), a sequence of at least five digits, and one Damm check digit, which detects every single wrong digit
 * and every swap of two neighbours. The 417th case of 2026 is 26004173.
 */
#ifndef GATEWAY_UNDERSTAND_CASE_NUMBER_H
#define GATEWAY_UNDERSTAND_CASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CASE_NUMBER_SIZE = 24, CASE_NUMBER_LEAST = 8, CASE_NUMBER_MOST = 12 };

/* yy: 0..99; prefix: a digit, or -1 for none; sequence: from 1. Writes a NUL behind the digits. */
void case_number_make(char number[CASE_NUMBER_SIZE], int yy, int prefix, int64_t sequence);

/*
 * Whether these ASCII digits (no NUL needed) have the shape of a case number: 8 to 12 digits that begin with
 * a year from 21 to 59. Mobile numbers begin with 13 to 19 and written dates with 20 (20260601); the numbers
 * of identity and bank cards are longer.
 */
bool case_number_is_plausible(const char *digits, size_t length);

/* Whether they are plausible and the check digit is right. */
bool case_number_check(const char *digits, size_t length);

#endif
