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
    bool is_broken;   /* has something between digits that belongs to no number, or a # as in *100# */
};

/*
 * Accepts digits of any script, separators, "tel:" and the like in front, and an extension, which is left
 * out. Ignores everything before the first digit, letter or +, and after the last.
 */
void number_scan(const char *input, struct number_scan *scan);

/*
 * Whether input is a number and nothing else: digits of any width, separators between them, + or "tel:" in
 * front; no letter, extension or parameter. Use it for addresses that we are asked to send to, for
 * number_normalise also accepts "139...;x".
 */
bool number_is_plain(const char *input);

#endif
