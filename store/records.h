/*
 * The records that several files use. Included in store/ and its tests alone.
 */
#ifndef STORE_RECORDS_H
#define STORE_RECORDS_H

#include "store/cases.h"
#include "store/record.h"

extern const struct record case_record;   /* cases.c: struct case_ */
extern const struct record notice_record; /* notices.c: struct notice */

/*
 * cases.c. Writes the columns in which a case differs from its row; may_move: its state, too. A column that
 * an UPDATE names costs SQLite a removal and an insertion in each of its indexes, changed or not.
 */
bool cases_write(struct store *store, const struct case_ *case_, bool may_move);

/*
 * The words of a step. Those by which a case came are the case's own text, and stand there alone until it
 * changes: '' of that step is the text as it is, ' ' nothing.
 */
#define STEP_WORDS                                                                                        \
    "CASE WHEN kind <> 'received' THEN words WHEN words = '' THEN (SELECT text FROM cases WHERE cases.id" \
    " = case_id) WHEN words = ' ' THEN '' ELSE words END"

/* The transition of a step that leaves a case of the table cases in its state. kind: an expression. */
#define STEP_TRANSITION(kind)                                                            \
    "(SELECT id FROM transitions WHERE transitions.state = cases.state AND step = " kind \
    " AND next = cases.state)"

/* steps.c. Before the text of a case changes: these words stay in the step by which it came. */
bool steps_keep_first_words(struct store *store, int64_t case_id, const char *words);

/* In an UPDATE of notices that ends their way: no one-time code stays in their text (notice_is_secret). */
#define SECRET_NAMES "('confirm', 'confirm-sender', 'page-code', 'filed-code', 'hear-code')"
#define BLANK_SECRET                         \
    "text = CASE WHEN name IN " SECRET_NAMES \
    " THEN '******' ELSE text END, data = CASE WHEN name IN " SECRET_NAMES " THEN '' ELSE data END"

/* In which unit a person's work counts. people: the alias of a joined table. A village's people work for its
 * township, which has a leader. */
/* clang-format off */
#define STORE_WORKING_UNIT(people) \
    "(SELECT CASE WHEN level = 'village' AND parent IS NOT NULL THEN parent ELSE id END FROM units" \
    " WHERE units.id = " #people ".unit)"
/* clang-format on */

/*
 * handlers.c. Who has cases in hand, looked up while many cases are read. Few people handle many cases: to
 * look each up once costs less than to join them to every case.
 */
struct handlers;

struct handler {
    int64_t number;   /* 0: the phone is none */
    const char *name; /* "" unknown */
    int64_t works_in; /* their unit, of a village's people the township; 0 none */
};

/* number 0: otherwise is the phone, "" nobody's. Never NULL; lives until the next call. */
const struct handler *handlers_find(struct handlers *handlers, int64_t number, const char *otherwise);

/* Whether a look-up has failed: store_error says why. */
bool handlers_failed(const struct handlers *handlers);

/* Runs the statement, whose rows go to hand with arg, and keeps handlers for them at *handlers meanwhile. */
bool handlers_read(struct store *store, const char *text, struct values values, row_function *hand, void *arg,
                   struct handlers **handlers);

/* As the view case_figures numbers phones; 0: not so. */
int64_t handlers_number(const char *phone);

#endif
