/*
 * Recordings heard by telephone: whoever may listen (gateway/case/hearing.h) calls from their registered
 * phone and keys the code that is texted to it, because a caller's number alone proves nothing.
 */
#ifndef GATEWAY_VOICE_TOLD_HEAR_H
#define GATEWAY_VOICE_TOLD_HEAR_H

#include "gateway/desk/desk.h"

/* Texts a code of six digits to this phone (E.164). False: nothing waits that its owner may hear, or too many
 * wrong codes came, or the store failed. */
bool hear_begin(struct desk *desk, const char *phone);

/* Whether this is the code, which is good for ten minutes and once. A wrong one is counted: the third locks
 * for an hour. */
bool hear_prove(struct desk *desk, const char *phone, const char *code);

struct hear_found {
    int64_t id;         /* of the recording; 0: no other waits */
    const char *number; /* of its case */
    const char *file;   /* in the folder of recordings */
};

/* The oldest recording not written down, of those behind this one (0: of all), that the phone's owner may
 * hear; takes the step that they do. From mem. False: the store failed. */
bool hear_next(void *mem, struct desk *desk, const char *phone, int64_t behind, struct hear_found *found);

/* 举报: it accuses an official, and its case goes up. False: that was refused, or the store failed. */
bool hear_send_up(struct desk *desk, const char *phone, int64_t id);

#endif
