/*
 * What a person's next text may refer to: an open question, a code to send back, a step to undo. Each person
 * has at most one of each; a new one replaces the last.
 *
 * Phones are E.164, texts UTF-8, times seconds since 1970 UTC. What is found is allocated from mem; it is
 * NULL when there is none.
 */
#ifndef STORE_QUESTIONS_H
#define STORE_QUESTIONS_H

#include "store/store.h"

/* Kept as "rating", "list", "appeal", "place", "owner", "progress", "command". */
enum question_kind {
    QUESTION_RATING, /* how an ended case was handled: 1 to 4 */
    QUESTION_LIST,   /* which of several cases is meant */
    QUESTION_APPEAL, /* whether it is a registered person's own appeal */
    QUESTION_PLACE,  /* which village a case is in */
    QUESTION_OWNER,  /* whether the number has a new owner, as its owner said; data: their owner_since before
                      */
    QUESTION_PROGRESS, /* whether a handler's words are to go to the reporter */
    QUESTION_COMMAND   /* whether a command is meant; data: the command, a tab, the words that may mean it */
};

struct question {
    const char *phone;
    enum question_kind kind;
    int64_t case_id;  /* 0: about no case */
    const char *data; /* what the answer needs, e.g. the numbers of a list; "" */
    int64_t asked_at;
    int64_t expires_at; /* the question is open before this moment */
};
/* Opens a question, which replaces the person's last. */
bool store_ask(struct store *store, const struct question *question);
/* The person's question, if it is open at now. */
bool store_question(struct store *store, void *mem, const char *phone, int64_t now,
                    struct question **question);
/* Ends the open question. The row stays, with expires_at 0. */
bool store_answer_question(struct store *store, const char *phone);

/* A step that waits for its code to be sent back (★). */
struct confirmation {
    int64_t id;
    const char *phone;
    const char *action; /* such as "close" */
    int64_t case_id;
    const char *words;
    const char *code_hash; /* hex; "" once answered, expired or replaced */
    int64_t expires_at;    /* checked by the caller: store_confirmation finds expired ones too */
    const char *line;      /* that asked for it; "" for all lines that prove their senders */
};
/* Adds the confirmation, in place of the last of its phone and line, and gives it its id. Needs a
 * transaction.
 */
bool store_put_confirmation(struct store *store, struct confirmation *confirmation);
/* The confirmation of a phone and a line that has a code. */
bool store_confirmation(struct store *store, void *mem, const char *phone, const char *line,
                        struct confirmation **confirmation);
/* Clears the code and the words; the row stays. */
bool store_drop_confirmation(struct store *store, int64_t confirmation_id);

/* A case as it was before a step of somebody's last command; or the people before another change. */
struct undo {
    const char *phone;        /* who may undo the step */
    int64_t case_id, step_id; /* 0: it is no step of a case */
    int64_t event_id, at;     /* event_id: of the command */
    const char *before;       /* JSON: the case's fields as they were, or what hand_over_undo.c keeps */
};
/* Replaces what the person could undo before, but for steps of the same event. */
bool store_put_undo(struct store *store, const struct undo *undo);
/* The person can undo nothing any more. */
bool store_drop_undo(struct store *store, const char *phone);
/* All steps of the last command, the last one first. Finds old ones too: the caller looks at the time. */
bool store_undos(struct store *store, void *mem, const char *phone, struct undo **undos, size_t *n);

/* How far somebody has read a list (我的, 待领): a list may be made of several filters, its parts. */
struct list_page {
    const char *phone;
    const char *list;
    int part;         /* of the last case that was shown */
    int64_t after_id; /* that case */
    int shown;        /* cases shown so far */
    int64_t at;
};
bool store_put_list_page(struct store *store, const struct list_page *page);
/* The list that this person read last; NULL: none since then. From mem. */
bool store_list_page(struct store *store, void *mem, const char *phone, int64_t since,
                     struct list_page **page);

#endif
