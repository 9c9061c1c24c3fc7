#include "tests/support/placed.h"

#include "store/steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

void place_state(struct store *store, const struct case_ *case_)
{
    struct step step = { .case_id = case_->id, .actor = "system", .line = "", .kind = "placed", .words = "" };
    struct case_ *kept;

    assert_true(store_case(store, store, case_->id, &kept));
    assert_true(store_allow_step(store, kept->state, "placed", case_->state));
    assert_true(store_take_step(store, &step, case_));
    talloc_free(kept);
}

void place_case(struct store *store, struct case_ *case_)
{
    enum case_state state = case_->state;

    case_->state = CASE_NEW;
    assert_true(store_open_case(store, case_));
    case_->state = state;
    if (state != CASE_NEW)
        place_state(store, case_);
}

void place_kinds(struct store *store, const char *kinds)
{
    char *rest = talloc_strdup(store, kinds), *all = rest;

    for (const char *kind; (kind = strsep(&rest, ","));)
        for (enum case_state state = CASE_NEW; state < CASE_STATES; state++)
            assert_true(store_allow_step(store, state, kind, state));
    talloc_free(all);
}
