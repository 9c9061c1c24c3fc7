/*
 * The table of a case's life, and what its rows point to; known to cases.c and these files alone.
 */
#ifndef GATEWAY_DESK_LIFE_H
#define GATEWAY_DESK_LIFE_H

#include <json-c/json.h>

#include "gateway/desk/cases.h"

enum { STAYS = -1 };

/* Who hears of a step besides the one who took it, who is answered by the conversation. */
enum audience { NOBODY, REPORTER, HANDLER, RESPONSIBLE, SUPERVISORS };

struct life {
    enum act act;
    const char *kind; /* of the step it leaves */
    unsigned from;    /* states */
    int to;           /* a state, or STAYS */
    unsigned by;      /* standings, any of which will do */
    bool needs_words;
    bool (*work)(struct turn *turn, struct taking *taking); /* marks; may refuse */
    struct {
        enum audience who;
        const char *text;
    } tells[3];
};

const struct life *life_of(enum act act);

/* Tells those whom the row names. */
bool life_tell(struct turn *turn, const struct taking *taking, const struct life *life);
/* Tells the up to two people who should take the case on that it is theirs. */
bool life_tell_assigned(struct turn *turn, const struct taking *taking);

/* Further words: they join the text, and may make the case urgent or guarded. */
bool life_add_words(struct turn *turn, struct taking *taking);
bool life_split_off(struct turn *turn, struct taking *taking);

#endif
