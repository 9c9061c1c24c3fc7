/*
 * Makes text safe to show and send: without characters that control a screen, and no longer than its room.
 *
 * It removes nothing for privacy: that is redact.h.
 */
#ifndef GATEWAY_TURN_SANITISE_H
#define GATEWAY_TURN_SANITISE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Removes C0, C1 and bidirectional controls and Unicode's noncharacters, makes each run of white space one
 * space (or, with keeps_lines, one line break if the run has one), and trims both ends. Malformed UTF-8
 * becomes U+FFFD. From mem.
 */
const char *sanitise_text(void *mem, const char *text, bool keeps_lines);

/* The text if it has at most so many UTF-16 units, else as much of its beginning as leaves room for "…". From
 * mem. */
const char *sanitise_clip(void *mem, const char *text, size_t units);

#endif
