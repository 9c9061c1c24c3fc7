/*
 * Words as they may be shown and sent: nothing that steers a screen, and no longer than there is room.
 */
#ifndef GATEWAY_TURN_SANITISE_H
#define GATEWAY_TURN_SANITISE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Without C0, C1 and bidirectional controls and characters that are no characters; every run of white space
 * is one space, line breaks stay only with keeps_lines. Malformed UTF-8 becomes U+FFFD. From mem; trimmed at
 * both ends.
 */
const char *sanitise_text(void *mem, const char *text, bool keeps_lines);

/* The same text when it has at most this many UTF-16 units, else its beginning and "…" in that room. From
 * mem. */
const char *sanitise_clip(void *mem, const char *text, size_t units);

#endif
