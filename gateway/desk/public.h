/*
 * Words that may stand on a public board.
 */
#ifndef GATEWAY_DESK_PUBLIC_H
#define GATEWAY_DESK_PUBLIC_H

#include <stddef.h>

#include "store/reports.h"

/*
 * What a cadre said of a case: only of needs that many share (民生) and of reporters who did not ask to stay
 * unknown; "" otherwise. Numbers of five digits or more become asterisks, the reporter's name 某某, and so do
 * others by their looks (李二狗家); where the reporter's stands in another form nothing is left. Clipped to
 * UTF-16 units. From mem.
 */
const char *public_progress(void *mem, const struct board_case *case_, size_t units);

/* What the reporter said; nothing either where it seems to say who they are or where they live. */
const char *public_text(void *mem, const struct board_case *case_, size_t units);

#endif
