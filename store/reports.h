/*
 * What reports and bulletins read: aggregates and boards over many cases. Nothing here tells who reported a
 * case.
 */
#ifndef STORE_REPORTS_H
#define STORE_REPORTS_H

#include "store/cases.h"

/* A case as figures need it. */
struct case_mark {
    int64_t received_at;
    enum case_state state;
    enum case_category category;
    const char *topic;
    int64_t unit, place; /* 0 none */
    int rating;          /* 0 none */
    int64_t accepted_at; /* 0 not yet */
    int64_t term;        /* when it is to be accepted while it is new, finished after; 0 none */
};

struct mark_filter {
    int64_t since, until; /* received_at in [since, until) */
    bool with_guarded;    /* cases of art. 30 too */
};

/*
 * Each case in order of received_at, read from an index alone; it lives only during the call. False from each
 * ends it.
 */
bool store_each_mark(struct store *store, const struct mark_filter *filter,
                     bool (*each)(const struct case_mark *mark, void *arg), void *arg);

/* A case as a public board may have it. Guarded cases are never among them. */
struct board_case {
    const char *number;
    enum case_state state;
    enum case_category category;
    const char *topic;
    int64_t unit, place;
    int64_t received_at, accept_by, finish_by, closed_at; /* 0: none */
    bool is_anonymous;
    const char *text;
    const char *reporter_name; /* only to take it out of words; "" */
    const char *progress;      /* words of the last step of progress by the board's date; "" */
    int64_t progress_at;       /* 0: none */
    int public_works_year, households, residents; /* 年初大事: of which year, and whom it serves; 0 */
};

struct board_span {
    int64_t since, until; /* moments in (since, until] */
};

/* Shown within the span, in order of place and time. */
bool store_each_shown(struct store *store, const struct board_span *span,
                      bool (*each)(const struct board_case *case_, void *arg), void *arg);
/* Shown by the span's end and then still open, or ended within it. */
bool store_each_reported(struct store *store, const struct board_span *span,
                         bool (*each)(const struct board_case *case_, void *arg), void *arg);

/* 年初大事 of these years, both included as the board has them at this moment. */
bool store_each_work(struct store *store, int from_year, int to_year, int64_t at,
                     bool (*each)(const struct board_case *case_, void *arg), void *arg);

/* A case as likenesses are sought in it. Guarded ones, those of no place and those merged are left out. */
struct likely_case {
    int64_t place;
    const char *topic;
    const char *number;
    enum case_state state;
    enum case_category category;
    int64_t received_at;
    const char *reporter; /* only to count how many different people speak */
    const char *text;
};

/* Received in [since, until), in order of time. */
bool store_each_likely(struct store *store, int64_t since, int64_t until,
                       bool (*each)(const struct likely_case *case_, void *arg), void *arg);

#endif
