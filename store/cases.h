/*
 * Cases, their steps, and what we asked a person last. Nothing here is ever deleted.
 */
#ifndef STORE_CASES_H
#define STORE_CASES_H

#include "store/store.h"

/* Written "new", "in hand", "closed", "rated", "explained", "out of scope", "merged", "withdrawn". */
enum case_state {
    CASE_NEW,
    CASE_IN_HAND,
    CASE_CLOSED,
    CASE_RATED,
    CASE_EXPLAINED,
    CASE_OUT_OF_SCOPE,
    CASE_MERGED,
    CASE_WITHDRAWN
};

/* 民生, 民困, 民访; kept and listed by these Chinese names, which are the method's own terms. */
enum case_category { CATEGORY_LIVELIHOOD, CATEGORY_HARDSHIP, CATEGORY_PETITION };

enum case_urgency { URGENCY_NORMAL, URGENCY_URGENT };

struct case_ {
    int64_t id;
    const char *number; /* yy + sequence + Damm digit */
    enum case_state state;
    const char *reporter; /* E.164, or as it came */
    bool is_anonymous;    /* handlers never see the number */
    const char *line;     /* line the reporter used last */
    enum case_category category;
    int confidence;    /* of the category, percent */
    const char *topic; /* "water", "road", ... "other" */
    enum case_urgency urgency;
    int64_t place;             /* unit id; 0 when none was found */
    int64_t unit;              /* unit that handles it; 0 none */
    const char *first_handler; /* phone; stays whatever happens; "" none yet */
    const char *handler;       /* phone; "" none yet */
    const char *leader;        /* phone of the leader who adopted it; "" */
    bool is_guarded;           /* accuses an official: art. 30 */
    const char *text;          /* what the reporter wrote, further texts joined by newlines */
    int64_t received_at;
    int64_t accepted_at, shown_on, finish_by, closed_at, rated_at; /* 0: not yet */
    int64_t touched_at;                                            /* last text of the reporter or step */
    int rating;                                                    /* 1..4; 0 none */
    int reopened;                                                  /* times */
    int64_t merged_into;                                           /* case id; 0 */
    int64_t accept_by;         /* what the reporter was told; 0 of old ones */
    int64_t given_at;          /* it came to others, or back to its handler, last */
    int64_t take_by;           /* one of those should have taken it on by then */
    int64_t tell_by;           /* the reporter should have heard of progress by then; 0: did, or need not */
    const char *urgency_class; /* its class of urgency, where a person chose it; "" */
    bool is_away;              /* the reporter works away from home */
    int reviews;               /* times 复查, then 复核, was asked */
    int64_t review_by;         /* a review is awaited by then; 0 none */
    int64_t reviewed_at;       /* the last was answered; 0 */
    int public_works_year;     /* among the public works (年初大事) of this year; 0 */
    int households, residents; /* whom that serves */
};

/* The line of what was imported from paper forms. */
#define STEP_LINE_PAPER "paper"

/* One thing that happened to a case: the audit trail. */
struct step {
    int64_t id;
    int64_t case_id;
    int64_t at;
    const char *actor; /* phone; "system" for the calendar; "operator" for the command line */
    const char *line;  /* "" when by no line */
    const char *kind;  /* "received", "added", "accepted", "shown", "progress", "closed", "rated", ... */
    const char *words; /* what was said; "" */
    int64_t event_id;  /* 0 when no event caused it */
};

const char *case_state_name(enum case_state state);
/* Sets of states, as struct case_filter takes them. OPEN: somebody still owes the reporter something. */
#define OPEN_STATES (1u << CASE_NEW | 1u << CASE_IN_HAND)
#define ENDED_STATES (1u << CASE_CLOSED | 1u << CASE_EXPLAINED | 1u << CASE_OUT_OF_SCOPE)
#define ANSWERED_STATES (ENDED_STATES | 1u << CASE_RATED)
bool case_state_is_open(enum case_state state);
bool case_state_parse(const char *name, enum case_state *state);
const char *case_urgency_name(enum case_urgency urgency); /* "normal", "urgent" */
const char *case_category_name(enum case_category category);
/* Takes 民生 民困 民访 and livelihood hardship petition. */
bool case_category_parse(const char *name, enum case_category *category);

/* Gives the case its id; the number is the caller's. Every case begins new. */
bool store_open_case(struct store *store, struct case_ *case_);
/* Writes back every field but number, reporter, received_at, and the state, which changes with a step alone.
 */
bool store_update_case(struct store *store, const struct case_ *case_);
/* NULL when there is none. */
bool store_case(struct store *store, void *mem, int64_t id, struct case_ **case_);
bool store_case_by_number(struct store *store, void *mem, const char *number, struct case_ **case_);

/* Zero fields do not restrict. Order: received_at, id; newest_first turns it round. */
struct case_filter {
    const char *reporter;
    const char *handler;
    const char *topic;
    unsigned states; /* bit 1 << state; 0: all */
    int category;    /* 1 + category; 0: all */
    int64_t place;   /* unit id, itself only */
    int64_t unit;
    int64_t since, until; /* received_at in [since, until) */
    int64_t closed_since,
        closed_until; /* closed_at in (closed_since, closed_until]; of closed cases, with states */
    int64_t finish_since,
        finish_until; /* finish_by in (finish_since, finish_until]; of cases in hand, with states */
    int64_t given_since, given_until;   /* given_at in (given_since, given_until] */
    int64_t accept_since, accept_until; /* accept_by in (accept_since, accept_until], with states */
    int64_t take_since, take_until;     /* the same of take_by, where that is another */
    int64_t tell_since, tell_until;     /* tell_by in (tell_since, tell_until] */
    int64_t review_since, review_until; /* review_by in (review_since, review_until] */
    int public_works_year;
    int64_t merged_into;
    int64_t jurisdiction; /* unit id: cases of the unit, or of places in it */
    bool not_shown;       /* shown_on is 0 */
    bool is_shown;        /* shown_on is not 0 */
    bool not_guarded;
    bool newest_first;
    int64_t after_id; /* with limit: pages */
    int limit;        /* 0: all */
};

/* Calls each(case, arg) for every match; the case lives only during the call. False from each ends it. */
bool store_each_case(struct store *store, const struct case_filter *filter,
                     bool (*each)(const struct case_ *case_, void *arg), void *arg);
/* The same, collected. */
bool store_cases(struct store *store, void *mem, const struct case_filter *filter, struct case_ **cases,
                 size_t *n);
bool store_count_cases(struct store *store, const struct case_filter *filter, int64_t *count);

/* What cases are counted by; a rating is written as its number. */
enum case_tally { TALLY_STATE, TALLY_CATEGORY, TALLY_TOPIC, TALLY_RATING };
/* Calls each(value, count, arg) for every value that matching cases have, in order of the value. */
bool store_tally_cases(struct store *store, const struct case_filter *filter, enum case_tally by,
                       bool (*each)(const char *value, int64_t count, void *arg), void *arg);

/* Open ones whose finish_by is before a time. */
bool store_count_overdue(struct store *store, int64_t now, int64_t *count);

/* How many cases received in [since, until) have these in common. */
struct case_count {
    int64_t unit;
    enum case_state state;
    int rating;
    bool is_guarded;
    int64_t count;
};
bool store_count_by_unit(struct store *store, void *mem, int64_t since, int64_t until,
                         struct case_count **counts, size_t *n);

/* The life of a case: from this state such a step may lead to the next; to the same, where it changes none.
 */
bool store_allow_step(struct store *store, enum case_state state, const char *kind, enum case_state next);

/* Which cases somebody looked at. */
struct viewing {
    const char *reporter; /* NULL: anybody's */
    bool guarded, others; /* cases of art. 30; those that are none */
    int64_t at;
    const char *words; /* by whom, and how */
};
/* A "viewed" step of the operator in each of them. */
bool store_view_cases(struct store *store, const struct viewing *viewing);

/* A step that leaves its case in the state it has. False for one that was not allowed. */
bool store_add_step(struct store *store, struct step *step);
/* A step by which its case comes to the state it has here; the case is written back with it. */
bool store_take_step(struct store *store, struct step *step, const struct case_ *case_);
bool store_steps(struct store *store, void *mem, int64_t case_id, struct step **steps, size_t *n);
/* The newest step of a kind; NULL when none. */
bool store_last_step(struct store *store, void *mem, int64_t case_id, const char *kind, struct step **step);

/* Kept as "rating", "list", "appeal", "place". */
enum question_kind {
    QUESTION_RATING, /* of an ended case */
    QUESTION_LIST,   /* which of several cases is meant */
    QUESTION_APPEAL, /* whether it is a registered person's own appeal */
    QUESTION_PLACE   /* which village a case is in */
};

/* What a case was before the last step of somebody, who may yet undo it. One a person: a new one replaces it.
 */
struct undo {
    const char *phone;
    int64_t case_id, step_id, at;
    const char *before; /* JSON: the case's fields as they were */
};
bool store_put_undo(struct store *store, const struct undo *undo);
/* NULL when there is none. */
bool store_undo(struct store *store, void *mem, const char *phone, struct undo **undo);

/* The one question open for a person: the newest. */
struct question {
    const char *phone;
    enum question_kind kind;
    int64_t case_id;  /* 0 when about none */
    const char *data; /* what the answer needs, e.g. the numbers of a list; "" */
    int64_t asked_at, expires_at;
};
bool store_ask(struct store *store, const struct question *question); /* replaces the last */
bool store_question(struct store *store, void *mem, const char *phone, int64_t now,
                    struct question **question);
bool store_answer_question(struct store *store, const char *phone);

/* A step that waits for its echoed code (★). One a phone: a new one replaces it. */
struct confirmation {
    int64_t id;
    const char *phone;
    const char *action; /* "close", ... */
    int64_t case_id;
    const char *words;
    const char *code_hash; /* hex */
    int64_t expires_at;
    int tries;
};
bool store_put_confirmation(struct store *store, struct confirmation *confirmation);
bool store_confirmation(struct store *store, void *mem, const char *phone,
                        struct confirmation **confirmation);
bool store_count_try(struct store *store, int64_t confirmation_id);
bool store_drop_confirmation(struct store *store, int64_t confirmation_id);

/* Dates the calendar has done, e.g. ("show", "2026-12-01"). *is_new: this call marked it. */
bool store_mark_date(struct store *store, const char *kind, const char *date, int64_t at, bool *is_new);
/* The latest date of a kind, "" when none. */
bool store_last_date(struct store *store, void *mem, const char *kind, const char **date);

#endif
