/* What the checker reads of the store after each batch and day, and the checks that both share. */
#ifndef TESTS_COUNTY_COUNTY_SEEN_H
#define TESTS_COUNTY_COUNTY_SEEN_H

#include "tests/county/county_private.h"

struct seen_step {
    int64_t id, case_id, event_id;
    const char *actor, *kind, *words;
};

struct seen_notice {
    int64_t id, case_id, step_id, event_id, due_at, created_at;
    const char *to, *text, *name;
    int priority;
};

struct seen {
    struct seen_step *steps;
    struct seen_notice *notices;
    size_t n_steps, n_notices;
};

/* All that is new since the last time; from county->mem. */
struct seen county_read_new(struct county *county);
/* NULL: no case of an appeal. */
struct appeal *county_appeal_of(struct county *county, int64_t case_id);
/* Who is told, how often, and when. */
void county_watch_notice(struct county *county, const struct seen_notice *notice);
const char *county_text_at(struct county *county, sqlite3_stmt *row, int column);
void county_forget_statements(struct county *county);

#endif
