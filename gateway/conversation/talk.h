/*
 * One text and its answer while it is being made; shared by the files of this folder. Every function here
 * that returns bool returns false when the store failed, unless it says otherwise.
 */
#ifndef GATEWAY_CONVERSATION_TALK_H
#define GATEWAY_CONVERSATION_TALK_H

#include <json-c/json.h>

#include "gateway/case/action.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/turn.h"
#include "store/events.h"
#include "store/questions.h"

struct talk;
struct held;

/* A row of a table of commands. run answers the person and calls talk_done. */
struct keyword_command {
    const char *words; /* as in struct keyword */
    unsigned takes;
    bool (*run)(struct talk *talk);
    const char *form; /* name of the text with the right form and one example */
    /* what proves the sender's number where the line does not: a code for the command (TO_READ: the answers
       about several cases are not summed up, each is read), the code that its step asks for anyway, or
       nothing */
    enum { NEEDS_PROOF, NEEDS_PROOF_TO_READ, ASKS_CODE, NEEDS_NO_PROOF } proof;
};

struct talk {
    struct turn *turn;
    struct event *event;
    const struct understood *understood;
    struct person *person;     /* never NULL; a stranger's is not in the store */
    int64_t since;             /* when the oldest case was received that is theirs to act on; 0: any */
    struct question *question; /* the one that is open; NULL none */
    const struct keyword_command *command;
    const struct keyword_command *staff; /* the commands of registered people */
    struct keyword_match match;
    bool is_meant;   /* the text is no command: what it means was read from people's own words (meaning.h) */
    bool hides;      /* a complaint that asks not to be named */
    bool is_another; /* a complaint that says it is another matter than the last */
    bool is_first;   /* this number never wrote before */
    bool is_muted;   /* answers are dropped: the same text came again and again */
    bool is_work;    /* a cadre's command: what it says of danger is no cry for help */
    bool is_confirmed;        /* the command runs because its code came back, or its sender was just proven */
    const char *command_text; /* the command, where the event's text is its code; NULL: the event's text */
    const struct list_page *page; /* 更多: a list goes on behind this page; NULL: it begins */
    const char *listed; /* 更多: the numbers of which a command may choose, listed so far; NULL: none */
    struct held *held;  /* answers are kept until all cases of the text are done (held.h); NULL: none are */
    bool is_withheld;   /* an answer was dropped: the sender, or all senders, had too many (budget.h) */
};

/* One of the things a text can be. Leaves is_handled false when it is not: try the next. */
typedef bool text_handler(struct talk *talk, bool *is_handled);

/* talk.c: who wrote, which command, and the answer. */

/* Finds who it is and what they were asked last, and records that they wrote now. */
bool talk_meet(struct talk *talk);
/* What they wrote before this text, without what they quoted of ours (own_text.h); NULL: nothing. */
bool talk_last_text(struct talk *talk, struct event **last);
/* The sender has nothing to do with cases received before this moment: they are of the number's former owner.
 */
bool talk_set_owner(struct talk *talk, int64_t since);
/* Answers a person who had no receipt yet in the language of the text: who had one in the county's language
 * is answered in that. */
void talk_follow_language(struct talk *talk);

/* Finds the command of the table that the text is; false: none. */
bool talk_find_command(struct talk *talk, const struct keyword_command *commands);
/* Finds a command that has words where its number should stand; false: none. */
bool talk_find_lacking(struct talk *talk, const struct keyword_command *commands);
/* The command whose first word this is; NULL none. */
const struct keyword_command *talk_command_of(const struct keyword_command *commands, const char *word);

/* Mutes the answer to the third identical text within so many seconds: it stops two machines that answer each
 * other. */
bool talk_mute_repeated(struct talk *talk, int64_t seconds);

/* The same for texts of which only the digits differ, within a day: of a machine that writes the time, say.
 */
bool talk_mute_alike(struct talk *talk);

/* Sets what became of the text; why is NULL or a reason. Returns true, so that a command can end with it. */
bool talk_done(struct talk *talk, enum event_outcome outcome, const struct case_ *case_, const char *why);

/* Answers the person with the text of that name; data is consumed. */
bool talk_answer(struct talk *talk, const char *name, struct json_object *data, const struct case_ *case_);
/* The facts of a case as the person may hear them, and words ("" none), for talk_answer. */
bool talk_case_facts(struct talk *talk, const struct case_ *case_, const char *words,
                     struct json_object **facts);
/* The same with the facts of a case, and words as they were given ("" none). */
bool talk_answer_case(struct talk *talk, const char *name, const struct case_ *case_, const char *words);
/* The same unless the person had this very answer within a day. Calls talk_done. */
bool talk_answer_once_a_day(struct talk *talk, const char *name, const char *why);
/* Answers with the command's form and an example, with this case number (NULL: their latest, else an invented
 * one). Calls
 * talk_done. */
bool talk_answer_form(struct talk *talk, const char *number);

/* Asks; the question stays open for QUESTION_SECONDS, or until something else is asked. data: see
 * questions.c. */
bool talk_ask(struct turn *turn, const char *phone, enum question_kind kind, int64_t case_id,
              const char *data);

/* talk_case.c: the case a command is about, and a step in it. */

/*
 * The case the command is about: by its number, else the only one the filter finds. Otherwise *case_ is NULL
 * and the person was answered: wrong number, none, or a list to choose from. For a reporter's own case that
 * was merged it is the case where it is dealt with (joined.h).
 */
bool talk_case(struct talk *talk, const struct case_filter *filter, struct case_ **case_);
/* The case of a number in the text. Without standing the answer is that there is no such case. */
bool talk_numbered_case(struct talk *talk, enum number_kind kind, const char *number, struct case_ **case_);

/* Takes a step in the name of the person, and answers nobody. */
bool talk_step(struct talk *talk, struct action *action);
/* The same; answers with the text of that name, or why the step was refused. Calls talk_done. */
bool talk_take(struct talk *talk, struct action *action, const char *name);
/* Answers why a step was refused. Calls talk_done. */
bool talk_refuse(struct talk *talk, enum refusal refusal, const struct case_ *case_);
/* The same of a step that was refused: one that only those above may take is said to be theirs. */
bool talk_refuse_step(struct talk *talk, const struct action *action);

#endif
