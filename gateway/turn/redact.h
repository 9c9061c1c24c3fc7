/*
 * Words that may stand on a public board, and those of reporters who asked not to be named.
 */
#ifndef GATEWAY_TURN_REDACT_H
#define GATEWAY_TURN_REDACT_H

#include <stdbool.h>
#include <stddef.h>

#include "store/reports.h"

/*
 * What a cadre said of a case: only of needs that many share (民生) and of reporters who did not ask to stay
 * unknown; "" otherwise. Numbers of five digits or more become asterisks, the reporter's name 某某, and so do
 * others by their looks (李二狗家); where the reporter's stands in another form nothing is left. Clipped to
 * UTF-16 units. From mem.
 */
const char *redact_progress(void *mem, const struct board_case *case_, size_t units);

/* What the reporter said; nothing either where it seems to say who they are or where they live. */
const char *redact_text(void *mem, const struct board_case *case_, size_t units);

/*
 * What the reporter said, for those who work on the case and whatever else is read: where they asked not to
 * be named, numbers as long as a telephone's become asterisks. From mem, or the words themselves.
 */
const char *redact_for_handlers(void *mem, bool is_anonymous, const char *words);

#endif
