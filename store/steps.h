/*
 * Steps: what happened to each case, its audit trail. None is ever changed or deleted, except by store_erase.
 *
 * The database knows which steps may lead a case from one state to another (store_allow_step) and refuses all
 * others: the function that adds such a step returns false, and the transaction should be rolled back.
 */
#ifndef STORE_STEPS_H
#define STORE_STEPS_H

#include "store/cases.h"

/* The line of steps that were imported from paper forms. */
#define STEP_LINE_PAPER "paper"

/* Unset words are "". */
struct step {
    int64_t id;
    int64_t case_id;
    int64_t at;        /* seconds since 1970 UTC */
    const char *actor; /* E.164; "system" for the calendar; "operator" for the command line */
    const char *line;  /* "" when it came by no line */
    const char *kind;  /* "received", "added", "accepted", "shown", "progress", "closed", "rated", ... */
    const char *words; /* what was said, UTF-8; "" */
    int64_t event_id;  /* 0 when no event caused it */
};

/*
 * Tells the database that a step of this kind may lead from state to next; next is state for a step that
 * changes none. Allowing it twice does no harm.
 */
bool store_allow_step(struct store *store, enum case_state state, const char *kind, enum case_state next);

/* Adds a step that leaves its case in its present state, and gives the step its id. */
bool store_add_step(struct store *store, struct step *step);

/*
 * Adds a step that leads its case to case_->state, gives the step its id, and writes the case back as
 * store_update_case does, with the new state.
 */
bool store_take_step(struct store *store, struct step *step, const struct case_ *case_);

/* Which cases the operator looked at, for store_view_cases. */
struct viewing {
    const char *reporter; /* NULL: anybody's */
    bool guarded;         /* cases restricted under art. 30 */
    bool others;          /* all other cases */
    int64_t at;
    const char *words; /* who looked, and how */
};
/* Adds a "viewed" step by the operator to each of these cases. */
bool store_view_cases(struct store *store, const struct viewing *viewing);

/* What a program was shown, for store_note_views. */
struct program_view {
    const char *line;  /* of the program: "api:NAME" */
    const char *words; /* who looked, and how */
    int64_t at, since; /* a view of a case by this line since then is enough */
};
/* Keeps in ids only the cases without such a view; *n: how many there are, and are left. */
bool store_unnoted_views(struct store *store, const struct program_view *view, int64_t *ids, size_t *n);
/* Adds a "viewed" step to each of these cases, unless it has such a view. */
bool store_note_views(struct store *store, const struct program_view *view, const int64_t *ids, size_t n);

/* From mem, oldest first; NULL when the case has none. */
bool store_steps(struct store *store, void *mem, int64_t case_id, struct step **steps, size_t *n);
/* From mem: the newest step of a kind, a word of the program's own; NULL when there is none. */
bool store_last_step(struct store *store, void *mem, int64_t case_id, const char *kind, struct step **step);
/* Whether this person stepped back from the case (回避). */
bool store_has_recused(struct store *store, int64_t case_id, const char *phone, bool *is_so);
/* Whether anybody reported progress of the case. */
bool store_has_progress(struct store *store, int64_t case_id, bool *is_so);
/* From mem; NULL when there is none. */
bool store_step(struct store *store, void *mem, int64_t id, struct step **step);

#endif
