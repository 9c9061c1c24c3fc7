/*
 * What reports and bulletins read of many cases. Each function calls each(item, arg) for every row; the item
 * and its texts live only during the call, and false from each stops without an error. Times are seconds
 * since 1970 UTC, ids of units 0 for none. Only redact.h may use the two fields with a reporter in them.
 * Summaries, overdue cases and delays stand in summaries.c.
 */
#ifndef STORE_REPORTS_H
#define STORE_REPORTS_H

#include "store/cases.h"

/* What figures need of a case. */
struct case_summary {
    int64_t n; /* how many cases it is of: more than one where no part of them is read */
    int64_t received_at;
    enum case_state state;
    enum case_category category;
    int rating;                    /* 0 none */
    bool is_accepted, is_returned; /* was accepted once; waits for an office to sort it */
    int64_t deadline; /* of an open case: when it is to be accepted while it is new, finished after; 0 none */
    int64_t unit, place; /* 0 none */
    const char *handler; /* name of who has or had it in hand; "" nobody, or unknown */
    int64_t handled_in;  /* their unit, of a village's people the township; 0 none */
    const char *topic;
};

/* What is read besides state, category, rating, flags and deadline; members that are not are 0 or "". */
enum summary_part {
    SUMMARY_TIME = 1,  /* received_at */
    SUMMARY_UNITS = 2, /* unit, place, handler, handled_in */
    SUMMARY_TOPIC = 4,
    SUMMARY_WHOLE = 7
};

struct summary_filter {
    int64_t since, until; /* received_at in [since, until) */
    bool with_guarded;    /* also cases restricted under art. 30 */
    bool with_no_complaints;
    unsigned parts; /* of enum summary_part */
};

/* In order of received_at; without parts in any order, and those that ended alike together. Of the cases,
 * reads an index alone. */
bool store_each_summary(struct store *store, const struct summary_filter *filter,
                        bool (*each)(const struct case_summary *summary, void *arg), void *arg);

/*
 * Open cases that are overdue at this moment, without restricted ones: their state, unit, place, is_returned
 * and handled_in alone. Reads an index alone, and the people.
 */
bool store_each_overdue(struct store *store, int64_t now,
                        bool (*each)(const struct case_summary *summary, void *arg), void *arg);

/*
 * Whole, the cases received before filter->since that were open then or later: their reporters waited into
 * the span. Those merged or withdrawn since are left out.
 */
bool store_each_carried(struct store *store, const struct summary_filter *filter,
                        bool (*each)(const struct case_summary *summary, void *arg), void *arg);

/* How long a case took. */
struct case_delay {
    int64_t received_at, accepted_at, closed_at; /* 0 not yet */
    int64_t unit, place;                         /* 0 none */
};

/* For each case received in [since, until), without restricted, merged and withdrawn ones. */
bool store_each_delay(struct store *store, int64_t since, int64_t until,
                      bool (*each)(const struct case_delay *delay, void *arg), void *arg);

/*
 * What a public board may need of a case. Boards never have guarded cases (restricted under art. 30), nor
 * those held back by 不亮 and not shown since.
 */
struct board_case {
    int64_t id;
    const char *number;
    enum case_state state;
    enum case_category category;
    const char *topic;
    int64_t unit, place;
    int64_t received_at, accept_by, finish_by; /* 0: none */
    int64_t closed_at;                         /* when it ended in any way; 0: it is open */
    bool is_anonymous;
    const char *text;
    const char *reporter_name; /* only for removing it from the text; "" unknown */
    const char *progress;      /* words of the last "progress" step until the board's date; "" */
    int64_t progress_at;       /* 0: none */
    const char *result;        /* a cadre's words when it was closed, explained or out of scope; "" */
    int public_works_year, households, residents; /* 年初大事: the year, and how many it serves; 0 none */
    bool is_returned;                             /* as in struct case_summary */
    const char *handler;                          /* the same */
    int64_t handled_in;                           /* the same */
};

struct board_span {
    int64_t since, until; /* moments in (since, until] */
};

/* Cases shown within the span, in any order. */
bool store_each_shown(struct store *store, const struct board_span *span,
                      bool (*each)(const struct board_case *case_, void *arg), void *arg);
/* In any order, cases shown by the span's end that are open now, or ended after the span's begin: closed,
 * explained, out of scope, withdrawn or merged. Their text is not read. */
bool store_each_reported(struct store *store, const struct board_span *span,
                         bool (*each)(const struct board_case *case_, void *arg), void *arg);

/* 年初大事 of these years, both included, with their progress until at; by year and place. */
bool store_each_public_work(struct store *store, int from_year, int to_year, int64_t at,
                            bool (*each)(const struct board_case *case_, void *arg), void *arg);

/* Which cases of 民生 other programs are shown: those on the board, and those that a line of theirs filed. */
struct public_filter {
    const char *number;   /* NULL: any */
    const char *line;     /* also what came by this line; NULL: only what stands on the board */
    int64_t since, until; /* cases: received_at in [since, until); steps: at */
    int64_t now;
};

/* By received_at, the newest first. */
bool store_each_public(struct store *store, const struct public_filter *filter,
                       bool (*each)(const struct board_case *case_, void *arg), void *arg);

/* What was done about a case, for other programs. */
struct public_step {
    int64_t id, at;
    const char *kind; /* "progress", "closed", "explained", "out of scope", "merged", "reopened", "undone" */
    const struct board_case *case_; /* number, state, category, is_anonymous, reporter_name; progress is the
                                       step's words, for redact_progress */
};

/* Such steps of such cases, by at and id; the number is not read. */
bool store_each_public_step(struct store *store, const struct public_filter *filter,
                            bool (*each)(const struct public_step *step, void *arg), void *arg);

/* What is compared of a case to find similar ones. Guarded, merged and withdrawn cases and those without a
 * place are left out. */
struct comparable_case {
    int64_t place;
    const char *topic;
    const char *number;
    enum case_state state;
    enum case_category category;
    int64_t received_at;
    const char *reporter; /* only for counting different people */
    const char *text;
};

/* Cases received in [since, until), in order of received_at. */
bool store_each_comparable(struct store *store, int64_t since, int64_t until,
                           bool (*each)(const struct comparable_case *case_, void *arg), void *arg);

#endif
