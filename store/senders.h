/*
 * What is kept of senders, so that nobody acts in another's name and no machine is answered for ever: which
 * lines their number is proven on, wrong codes, and the automatic answers of a day. Times are seconds since
 * 1970 UTC, 0 for never; days are written 20261129.
 */
#ifndef STORE_SENDERS_H
#define STORE_SENDERS_H

#include "store/store.h"

/* A known person's phone as one line brings it. */
struct sender_line {
    const char *phone;
    const char *line;      /* "" for all lines together that prove their senders */
    int64_t trusted_until; /* a code has proven the number until this moment */
    int wrong_codes;       /* since the last right one */
    int64_t wrong_at;      /* the last wrong one */
    int64_t locked_until;  /* no code counts before this moment */
};

/* Zero where nothing is kept; phone and line are the caller's own strings. */
bool store_sender_line(struct store *store, const char *phone, const char *line, struct sender_line *sender);
bool store_put_sender_line(struct store *store, const struct sender_line *sender);

/* The automatic answers of one day to everybody. */
struct answer_day {
    int64_t day;
    int64_t answered; /* those that the gateway's own budget counts */
    int64_t withheld; /* not sent, because of this budget or a sender's */
    bool is_alerted;  /* the operator knows that the budget is nearly used up */
};

/* Zero, but for day, where nothing is kept. */
bool store_answer_day(struct store *store, int64_t day, struct answer_day *found);
bool store_put_answer_day(struct store *store, const struct answer_day *day);

/*
 * Wrong tries of codes that lead to more than a sender's own: signing in on the page, and asking after a case
 * (address: from which, or by which line). Notes one, and forgets those before `before`.
 */
bool store_add_try(struct store *store, const char *phone, const char *address, bool is_known, int64_t at,
                   int64_t before);
struct try_counts {
    int64_t pair;    /* of this phone from this address */
    int64_t address; /* from this address, of any phone */
    int64_t unknown; /* of this phone, from addresses it never signed in from */
};
bool store_count_tries(struct store *store, const char *phone, const char *address, int64_t since,
                       struct try_counts *counts);

#endif
