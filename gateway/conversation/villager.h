/*
 * The commands of everybody.
 */
#ifndef GATEWAY_CONVERSATION_VILLAGER_H
#define GATEWAY_CONVERSATION_VILLAGER_H

#include "gateway/conversation/talk.h"

extern const struct keyword_command villager_commands[]; /* ends with words NULL */

/*
 * Whether 重办 or 复查 with words and no number is meant as the command, which it is when a case of theirs
 * has an answer. Sets the command.
 */
bool villager_means_answered(struct talk *talk, bool *is_so);

/*
 * Number and stage, to whoever writes the code behind the number in talk->match: alone, or among a few words
 * if it is the right one. is_told: answered, and the text is blanked.
 */
bool villager_tell_by_code(struct talk *talk, bool *is_told);

/* Rates an answered case, 1 to 4. A 4 reopens it within a week; later a supervisor hears of it. */
bool villager_rate(struct talk *talk, struct case_ *case_, int rating, const char *comment);

#endif
