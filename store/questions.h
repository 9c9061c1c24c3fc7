/*
 * What waits for a person's next text: a question, a code to echo, a step that may yet be undone. Each person
 * has at most one of each, and a new one replaces the last.
 *
 * Phones are E.164, texts UTF-8, times seconds since 1970 UTC. What is found hangs from mem; it is NULL when
 * there is none.
 */
#ifndef STORE_QUESTIONS_H
#define STORE_QUESTIONS_H

#include "store/store.h"

/* Kept as "rating", "list", "appeal", "place". */
enum question_kind {
    QUESTION_RATING, /* how an ended case was handled */
    QUESTION_LIST,   /* which of several cases is meant */
    QUESTION_APPEAL, /* whether it is a registered person's own appeal */
    QUESTION_PLACE   /* which village a case is in */
};

struct question {
    const char *phone;
    enum question_kind kind;
    int64_t case_id;  /* 0: about no case */
    const char *data; /* what the answer needs, e.g. the numbers of a list; "" */
    int64_t asked_at;
    int64_t expires_at; /* the question counts before this moment */
};
bool store_ask(struct store *store, const struct question *question);
/* The question that is open now. */
bool store_question(struct store *store, void *mem, const char *phone, int64_t now,
                    struct question **question);
/* Ends the open question. The row stays, with expires_at 0. */
bool store_answer_question(struct store *store, const char *phone);

/* A step that waits until its code is echoed (★). */
struct confirmation {
    int64_t id;
    const char *phone;
    const char *action; /* "close", ... */
    int64_t case_id;
    const char *words;
    const char *code_hash; /* hex; "" once it is answered, expired or replaced */
    int64_t expires_at;    /* for the caller to look at: store_confirmation finds expired ones too */
    int tries;             /* wrong codes so far */
};
/* Gives the confirmation its id. Needs a transaction. */
bool store_put_confirmation(struct store *store, struct confirmation *confirmation);
bool store_confirmation(struct store *store, void *mem, const char *phone,
                        struct confirmation **confirmation);
bool store_count_try(struct store *store, int64_t confirmation_id);
/* Clears the code and the words; the row stays. */
bool store_drop_confirmation(struct store *store, int64_t confirmation_id);

/* A case as it was before somebody's last step. */
struct undo {
    const char *phone; /* who may undo the step */
    int64_t case_id, step_id, at;
    const char *before; /* JSON: the case's fields as they were */
};
bool store_put_undo(struct store *store, const struct undo *undo);
bool store_undo(struct store *store, void *mem, const char *phone, struct undo **undo);

#endif
