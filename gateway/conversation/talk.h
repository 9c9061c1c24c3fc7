/*
 * One text and its answer, while it is being made: shared by conversation.c and the tables of commands, by
 * nobody else.
 */
#ifndef GATEWAY_CONVERSATION_TALK_H
#define GATEWAY_CONVERSATION_TALK_H

#include <json-c/json.h>

#include "gateway/case/cases.h"
#include "gateway/turn/turn.h"
#include "store/events.h"

struct talk;

/* A row of a table of commands. run answers the person and calls talk_done. */
struct keyword_command {
    const char *words; /* as in struct keyword */
    unsigned takes;
    bool (*run)(struct talk *talk);
    const char *form; /* the text with the right form and one example */
};

struct talk {
    struct turn *turn;
    struct event *event;
    const struct understood *understood;
    struct person *person;     /* never NULL; of a stranger, only here */
    struct question *question; /* the one that is open; NULL none */
    const struct keyword_command *command;
    struct keyword_match match;
    bool is_first; /* nothing was ever heard of this number before */
    bool is_muted; /* the same text again and again */
};

/* Both end with words NULL. */
extern const struct keyword_command villager_commands[], cadre_commands[];

/* Finds the command of the table that the text is; false: none. */
bool talk_find_command(struct talk *talk, const struct keyword_command *commands);
/* The same of one that has words where its number should stand. */
bool talk_find_lacking(struct talk *talk, const struct keyword_command *commands);

/* Whether 重办 or 复查 with words and no number is meant: something of theirs has an answer. Sets the
 * command. */
bool villager_means_answered(struct talk *talk, bool *is_so);
/* The form of a command whose number was left out, with that of a case in hand as the example. */
bool cadre_answer_lacking(struct talk *talk);

/* The command this word belongs to; NULL none. */
const struct keyword_command *talk_command_of(const struct keyword_command *commands, const char *word);

/* Who it is, and what they were asked last; they are seen now. */
bool talk_meet(struct talk *talk);

/* Somebody who never chose is answered in the language of the text. */
void talk_follow_language(struct talk *talk);

/* How often the person sent this very text in so many seconds, this time included. */
bool talk_count_same(struct talk *talk, int64_t seconds, int *count);
/* The same text three times mutes the answer: two machines that answer each other stop here. */
bool talk_mute_repeated(struct talk *talk, int64_t seconds);

/* What became of the text; why is NULL or a reason. Returns true, so that a command can end with it. */
bool talk_done(struct talk *talk, const char *outcome, const struct case_ *case_, const char *why);

/* Answers the person; data is consumed. False: failed. */
bool talk_answer(struct talk *talk, const char *name, struct json_object *data, const struct case_ *case_);
/* The same with the facts of a case, and words as they were given ("" none). */
bool talk_answer_case(struct talk *talk, const char *name, const struct case_ *case_, const char *words);
/* The same, but nothing when the person had this very answer within a day; and says what became of the text.
 */
bool talk_answer_once_a_day(struct talk *talk, const char *name, const char *why);
/* The command's right form and one example, with a number of theirs (NULL: an invented one). */
bool talk_answer_form(struct talk *talk, const char *number);

/*
 * The case the command is about: by its number, else the only one the filter finds, newest first. Otherwise
 * the person is answered (wrong number, none, a list to choose from) and *case_ is NULL.
 */
bool talk_case(struct talk *talk, const struct case_filter *filter, struct case_ **case_);
/* A right number that stands in the text; no standing, no case: the answer is that there is none. */
bool talk_numbered_case(struct talk *talk, enum number_kind kind, const char *number, struct case_ **case_);

/* Takes a step in the name of the person; nobody is answered. */
bool talk_step(struct talk *talk, struct action *action);
/* The same; answers with name when it was taken, else why not. */
bool talk_take(struct talk *talk, struct action *action, const char *name);

/* A new case of these words (NULL: the event's text), and its receipt. place is where it is when they do not
 * say. */
bool talk_open_case(struct talk *talk, const char *words, int64_t place, bool is_anonymous);

/* Asks; it stays open for 72 hours, or until something else is asked. */
bool talk_ask(struct turn *turn, const char *phone, const char *kind, int64_t case_id, const char *data);

/* One of the things a text can be. is_handled stays false: try the next. */
typedef bool text_handler(struct talk *talk, bool *is_handled);

/* asked.c: an answer to the open question; and the question whether it is a registered person's own appeal.
 */
text_handler questions_answer, follow_up_whose_appeal;

/* further.c: the same words again belong to the case they made; a place answers where it is; a text soon
 * after joins the last case. */
text_handler follow_up_repeats, follow_up_place, follow_up_join;
/* The same for words that are only a part of the text. */
bool follow_up_same(struct talk *talk, const char *words, bool *is_handled);

/* villager.c */
bool villager_rate(struct talk *talk, struct case_ *case_, int rating, const char *comment);

/*
 * confirm.c: a step that waits for its code. confirm_ask answers with what will be done and a fresh code; a
 * text of six digits runs it.
 */
bool confirm_ask(struct talk *talk, struct case_ *case_, const char *name, int days, const char *words);
text_handler confirm_code;

#endif
