/*
 * Further words of somebody who has a case or a question open.
 */
#ifndef GATEWAY_CONVERSATION_FOLLOW_UP_H
#define GATEWAY_CONVERSATION_FOLLOW_UP_H

#include "gateway/conversation/talk.h"

/* The same words again, within days, are answered with the case they made. */
bool follow_up_repeats(struct talk *talk, bool *is_handled);
/* The same for words that are only a part of the text. */
bool follow_up_same(struct talk *talk, const char *words, bool *is_handled);

/* The case that a text so soon after another joins; NULL none. */
bool follow_up_joinable(struct talk *talk, struct case_ **case_);

/* A text soon after another joins its case, unless it asks not to be named or says that it is another matter,
 * and is of another topic. */
bool follow_up_join(struct talk *talk, bool *is_handled);

/* Asks a registered person whether it is their own appeal; what they add soon after joins the question. */
bool follow_up_whose_appeal(struct talk *talk, bool *is_handled);

/* Adds the text to the case and says so: of words that accuse somebody, where they are kept now. */
bool follow_up_add(struct talk *talk, struct case_ *case_);

#endif
