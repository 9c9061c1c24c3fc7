/*
 * Which line of a list somebody means.
 */
#ifndef GATEWAY_CONVERSATION_CHOICE_H
#define GATEWAY_CONVERSATION_CHOICE_H

#include "gateway/conversation/talk.h"

/*
 * The line of the list they were asked to choose from (QUESTION_LIST), from 1 on: by its digit, by 第二个, or
 * by the place or topic that one case of the list alone has: 水的那个. *choice is 0 where the text chooses
 * none. numbers: of the listed cases, with commas between. False: the store failed.
 */
bool choice_read(struct talk *talk, const char *numbers, int *choice);

#endif
