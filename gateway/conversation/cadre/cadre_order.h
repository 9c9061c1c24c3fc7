/*
 * A command in the own words of registered people: 这件我来办, 转到水利局, 能不能缓几天, 有哪些没分下去的.
 * What changes nothing is answered at once; what changes a case is asked about, and done after 是.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_ORDER_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_ORDER_H

#include "gateway/conversation/talk.h"

/* About the case whose number stands in the text, else the newest that they were told of; a list, their duty,
 * or a step that was a mistake. */
bool cadre_order_act(struct talk *talk, bool *is_handled);

/*
 * Asks whether a command is meant: its first word in the table, with what stands behind it; the text of the
 * event may mean it. case_: what it is about; NULL: several.
 */
bool cadre_order_ask(struct talk *talk, const struct case_ *case_, const char *word, const char *arguments);

/* Their answer to that question, QUESTION_COMMAND; any other text is left to others. */
bool cadre_order_answer(struct talk *talk, bool *is_handled);

#endif
