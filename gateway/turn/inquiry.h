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
    const char *code; /* as it was keyed or written; "": none was */
    bool has_code;    /* result: the case has one */
    bool is_right;    /* result: this is it */
};

/* A wrong code is counted: after five of them in a day, every code is refused. False: turn_error says why. */
bool inquiry_try(struct turn *turn, const struct case_ *case_, struct inquiry *inquiry);

/* Whether these words are a code's digits and nothing else. */
bool inquiry_is_code(const char *words);

#endif
