/* What people of the county say, and what follows: the rows of the table in county_acts.c. */
#ifndef TESTS_COUNTY_COUNTY_ACTS_H
#define TESTS_COUNTY_COUNTY_ACTS_H

#include "tests/county/county_private.h"

typedef bool saying(struct county *county, struct item *item);    /* false: it is off */
typedef void following(struct county *county, struct item *item); /* when it was answered */

/* county_reporter.c */
saying say_birth, say_join, say_split_off, say_add, say_accuse, say_status, say_thanks, say_same_again,
    say_stop, say_rate, say_reopen, say_appeal;
following then_birth, then_join, then_accuse, then_same_again, then_stop, then_rate, then_reopen, then_appeal;

/* county_office.c */
saying say_accept, say_undo, say_reclass, say_progress, say_cut, say_return, say_recuse, say_forward,
    say_merge, say_nudge, say_show, say_hold, say_peek, say_peek_at_lists, say_leave;
following then_accept, then_undo, then_go_on, then_progress, then_return, then_forward, then_merge,
    then_leave;

/* county_codes.c: steps that want a code */
saying say_close, say_explain, say_refuse, say_extend, say_adopt, say_clear, say_withdraw, say_wrong_code,
    say_code, say_review, say_review_code;
following then_reviewed, then_ask, then_wrong_code, then_ended, then_over, then_cleared, then_undoable;

/* Shared by these. */
bool county_wants(const struct appeal *appeal, unsigned wish);
bool county_is_open(const struct appeal *appeal);
void county_next(struct county *county, int64_t at, const char *name, struct appeal *appeal, struct who *by);
void county_forget_plans(struct appeal *appeal); /* everything planned for it is off */
/* A command, the number, and words where there are any. */
const char *county_words(struct county *county, const char *format, const char *number, const char *words);
void county_go_on_waiting(struct county *county, struct appeal *appeal);
void county_go_on_working(struct county *county, struct appeal *appeal);
void county_wish_for_end(struct county *county, struct appeal *appeal);
void county_plan_peeks(struct county *county, struct appeal *appeal);
const struct action *county_confirmed(const char *name);

#endif
