/*
 * Asking after a case with its number and a code of four digits: for callers without a number, whose code
 * stands with their recording, and for people without a phone for whom a cadre filed the case.
 */
#ifndef GATEWAY_TURN_INQUIRY_H
#define GATEWAY_TURN_INQUIRY_H

#include "gateway/turn/turn.h"
#include "store/cases.h"

enum { INQUIRY_DIGITS = 4 };

struct inquiry {
    const char *code;  /* as it was keyed or written */
    const char *phone; /* of who asks; "": withheld, and counted by the case alone */
    const char *line;  /* by which they ask */
    bool is_right;     /* result */
    bool is_too_often; /* result: their codes do not count today */
};

/*
 * A wrong code is counted, whether or not the case has a code, or is there (NULL) at all: after five of them
 * in a day no code of the case counts, and none of the sender's. False: turn_error says why.
 */
bool inquiry_try(struct turn *turn, const struct case_ *case_, struct inquiry *inquiry);

/* The code in normalised words that hold nothing else but "查询码", "看" and the like; from mem. NULL: none.
 */
const char *inquiry_code_in(void *mem, const char *words);

/* The only digits of a few normalised words, where they are as many as a code's: 请问4711办到哪了. They may
 * be something else. From mem; NULL: none. */
const char *inquiry_code_among(void *mem, const char *words);

#endif
