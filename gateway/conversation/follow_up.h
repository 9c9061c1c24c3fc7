/*
 * Further words of somebody who has a case or a question open.
 */
#ifndef GATEWAY_CONVERSATION_FOLLOW_UP_H
#define GATEWAY_CONVERSATION_FOLLOW_UP_H

#include "gateway/conversation/talk.h"

/* The same words again, within days, are answered with the case they made. */
text_handler follow_up_repeats;
/* The same for words that are only a part of the text. */
bool follow_up_same(struct talk *talk, const char *words, bool *is_handled);

/* A place alone answers the question where the case is. */
text_handler follow_up_place;

/* A text soon after another joins its case. */
text_handler follow_up_join;

/* Asks a registered person whether it is their own appeal; what they add soon after joins the question. */
text_handler follow_up_whose_appeal;

#endif
