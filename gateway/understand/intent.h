/*
 * What a text means in its situation: a rating in people's own words, a question about a case, a new matter.
 * The words are in templates/lexicon/intents.txt.
 */
#ifndef GATEWAY_UNDERSTAND_INTENT_H
#define GATEWAY_UNDERSTAND_INTENT_H

#include "gateway/understand/understand.h"

/* What the sender was asked last, and has. */
enum situation {
    SITUATION_NONE,   /* nothing is asked, and no case of theirs is open */
    SITUATION_OPEN,   /* a case of theirs is open, and nothing is asked */
    SITUATION_RATING, /* they were asked to rate a case */
    SITUATION_PLACE   /* they were asked which village a case is in */
};

enum intent_kind {
    INTENT_COMPLAINT, /* tells of a matter: a case, or a part of one */
    INTENT_RATE,      /* rates, with a remark perhaps */
    INTENT_BOTH,      /* rates, and tells of a new matter */
    INTENT_STATUS,    /* asks after a case */
    INTENT_URGE,      /* asks to hurry */
    INTENT_ADD,       /* tells more of the open case */
    INTENT_WITHDRAW,  /* takes it back */
    INTENT_STOP,      /* wants no more notices */
    INTENT_RESUME,    /* wants them again */
    INTENT_HIDE,      /* asks not to be named */
    INTENT_PLACE,     /* says where the case is */
    INTENT_THANKS,
    INTENT_GREETING,
    INTENT_WHO,   /* asks who we are */
    INTENT_WRONG, /* was meant for somebody else */
    INTENT_NOISE, /* adverts, abuse, wishes, tests */
    INTENTS
};

struct intent {
    enum intent_kind kind;
    int rating;         /* 1..4 for INTENT_RATE and INTENT_BOTH; else 0 */
    bool asks;          /* unsure: the desk asks back; kind is the likeliest all the same */
    bool hides;         /* asks not to be named, whatever else it says */
    bool is_another;    /* INTENT_COMPLAINT: begins by saying that it brings another matter */
    bool disowns;       /* INTENT_WRONG: says that our texts reach somebody who reported nothing */
    const char *matter; /* INTENT_BOTH: the new matter, as written; else "". From mem */
    int confidence;     /* percent, for people to read */
};

/* "rating", "open", "none", "place". False: there is no such situation. */
bool situation_parse(const char *name, enum situation *situation);

/* "complaint", "both", "status" ...; "rate1" to "rate4" for a rating. */
const char *intent_name(const struct intent *intent);

/*
 * Reads the intent of a text that understand() has read. Never asks about danger, nor about what accuses:
 * that is a complaint, or rates and complains.
 */
void intent_read(const struct understanding *understanding, void *mem, const struct understood *understood,
                 enum situation situation, struct intent *intent);

#endif
