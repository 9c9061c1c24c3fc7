/*
 * Yes and no, as people say them, for every question of ours that wants the one or the other.
 */
#ifndef GATEWAY_UNDERSTAND_YES_NO_H
#define GATEWAY_UNDERSTAND_YES_NO_H

#include "gateway/understand/text/normalise.h"

enum yes_no { NEITHER, SAYS_YES, SAYS_NO };

/* What the whole text says: 嗯嗯, 行吧, 不用了谢谢. NEITHER where it says anything else besides, or both. */
enum yes_no yes_no_read(const struct normal *normal);

#endif
