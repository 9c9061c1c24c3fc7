/*
 * The digits of a telephone number as somebody wrote it.
 */
#ifndef MODEM_NUMBER_NUMBER_SCAN_H
#define MODEM_NUMBER_NUMBER_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct number_scan {
    char digits[40]; /* letters among them as the digits of their keys */
    size_t n;
    size_t letters_at; /* digits before the first letter */
    bool has_plus, has_letters;
    bool letters_end; /* all letters stand together, at the end */
    bool is_too_long; /* for digits */
    bool is_broken; /* something that belongs to no number stands in the middle, or it is a code such as *100#
                     */
};

/*
 * Takes digits of any script, separators, tel: and the like in front, and an extension. What stands before
 * the first digit, letter or +, and behind the last, is left out.
 */
void number_scan(const char *input, struct number_scan *scan);

/*
 * Whether input is a number and nothing else: digits of any width, separators between them, a plus or tel: in
 * front; no letter, extension or parameter. For what somebody asks us to send to: number_normalise reads the
 * number out of "139...;x" as well.
 */
bool number_is_plain(const char *input);

#endif
