/*
 * What the operator keeps: days that are free or worked against the week's rule, who is on duty on which day,
 * and what was changed by whom, so that it can be taken back.
 */
#ifndef STORE_KEPT_KEEPING_H
#define STORE_KEPT_KEEPING_H

#include "store/store.h"

/* A weekday that is free, or a day of the weekend that is worked. date: "2027-01-01". */
struct kept_day {
    const char *date;
    bool is_workday;
};
/* Replaces what was said of the day. */
bool store_put_day(struct store *store, const struct kept_day *day);
/* True also when nothing was said of it. */
bool store_drop_day(struct store *store, const char *date);
/* All, by date, from mem; NULL: none. */
bool store_days(struct store *store, void *mem, struct kept_day **days, size_t *n);

/* 值班表: who is on duty in a unit on a day. */
struct duty_day {
    int64_t unit;
    const char *date, *phone;
};
bool store_put_duty_day(struct store *store, const struct duty_day *day);
bool store_drop_duty_day(struct store *store, int64_t unit, const char *date);
/* Who is on duty from one day to another, both included, by date; from mem. */
bool store_duty_days(struct store *store, void *mem, const char *since, const char *until,
                     struct duty_day **days, size_t *n);

/* Takes a name from a unit; true also when it had none. */
bool store_drop_place_name(struct store *store, const char *name, int64_t unit);

/* Deletes a unit that nothing belongs to; *is_dropped: it was so. */
bool store_drop_unit(struct store *store, int64_t id, bool *is_dropped);

/* A change of what is kept. before and after: its value, "" none, as gateway/keep/keeping.h writes it. */
struct keeping {
    int64_t id;
    int64_t at;
    const char *actor; /* E.164 */
    int64_t event_id;
    const char *kind, *key, *before, *after;
    int64_t undone_at; /* 0: it stands */
};
bool store_add_keeping(struct store *store, struct keeping *keeping);
bool store_undo_keeping(struct store *store, int64_t id, int64_t at);
/* The newest of this person that stands, and was made after since; NULL: none. */
bool store_last_keeping(struct store *store, void *mem, const char *actor, int64_t since,
                        struct keeping **keeping);
/* Whether the same thing was changed after this. */
bool store_is_kept_since(struct store *store, const struct keeping *keeping, bool *is_so);
/* The newest first, at most so many, from mem. */
bool store_keepings(struct store *store, void *mem, int most, struct keeping **keepings, size_t *n);

#endif
