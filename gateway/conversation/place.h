/*
 * Where a case is: the answer to our question, and 不是东陈村，是仁彰村.
 */
#ifndef GATEWAY_CONVERSATION_PLACE_H
#define GATEWAY_CONVERSATION_PLACE_H

#include "gateway/conversation/talk.h"

/*
 * Whether the place of the text has a name that villages of several townships share, so that it says nothing:
 * it is asked about.
 */
bool place_is_shared(struct turn *turn, const struct place_found *place, bool *is_so);

/* Between villages of one name, chooses the one where the sender's latest matter with a place was, or the
 * only one near it. */
bool place_settle(struct talk *talk, struct understood *understood);
/* The same for somebody else's words; a name that is shared all the same names no place. */
bool place_settle_of(struct turn *turn, const char *phone, struct understood *understood);

/* A place and hardly anything else answers the question where the case is. */
bool place_answers(struct talk *talk, bool *is_handled);

/* Corrects the place of the sender's latest open case. */
bool place_corrects(struct talk *talk, bool *is_handled);

#endif
