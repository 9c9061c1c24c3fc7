/*
 * What registered people write in their own words: a command behind its number, progress of a case they
 * handle, or a matter of their own.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_WORDS_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_WORDS_H

#include "gateway/conversation/talk.h"

/* 26000010 领: finds the command of a text whose number stands first, as talk_find_command does. */
bool cadre_words_command(struct talk *talk);

/* 领 10: answers a command that takes a case's number and has digits too few to be one. */
bool cadre_words_short_number(struct talk *talk, bool *is_handled);

/*
 * Asks whether words are to go to the reporter as progress: of the case whose number stands in them, else of
 * the case that the newest notice of the last days to them was about. Words that can be neither, and a matter
 * of their own, are left to others.
 */
bool cadre_words_act(struct talk *talk, bool *is_handled);

/* Whether they could report progress of the case, else why not. cadre_told.c has this and the next three. */
bool cadre_words_may_report(struct talk *talk, struct case_ *case_, enum refusal *refusal);

/* Whether the words name the place or the topic of the case. */
bool cadre_words_name(const struct talk *talk, const struct case_ *case_);

/*
 * The case in hand that words without a number are about: the one whose place or topic they name, else the
 * one that the newest notice to them was about, else the only one; NULL none, or the words name what waits.
 * waiting: the newest that they could take on, if they were told of one; NULL.
 */
bool cadre_words_told(struct talk *talk, struct case_ **case_, struct case_ **waiting);

/* The newest case that they were rung about within a day, for which somebody is still rung; NULL: none. */
bool cadre_words_alarm(struct talk *talk, struct case_ **case_);

/* Their answer to that question, QUESTION_PROGRESS; any other text is left to others. */
bool cadre_words_answer(struct talk *talk, bool *is_handled);

/*
 * Reads the answer to a question whether words were meant so. 新: makes a case of own, the words themselves;
 * no: answers with the text dropped; yes: *is_yes, and the caller goes on. Anything else is left to others.
 */
bool cadre_words_settle(struct talk *talk, const char *own, const char *dropped, bool *is_yes,
                        bool *is_handled);

#endif
