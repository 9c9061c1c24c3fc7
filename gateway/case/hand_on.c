#include "gateway/case/hand_on.h"

#include "gateway/case/cases.h"
#include "gateway/case/standing.h"

static bool merge_into(struct turn *turn, struct case_ *cases, size_t n, int64_t into)
{
    for (size_t i = 0; i < n; i++) {
        cases[i].merged_into = into;
        if (!store_update_case(turn->store, &cases[i]))
            return false;
    }
    return true;
}

bool hand_on(struct turn *turn, const struct case_ *withdrawn)
{
    struct case_filter filter = { .merged_into = withdrawn->id, .states = 1u << CASE_MERGED };
    struct action action = {
        .act = ACT_CARRY_ON, .by = &calendar_person, .other = withdrawn, .words = withdrawn->number
    };
    struct case_ *cases;
    size_t n;

    if (!store_cases(turn->store, turn->mem, &filter, &cases, &n))
        return false;
    if (n == 0 || withdrawn->merged_into)
        return merge_into(turn, cases, n, withdrawn->merged_into);
    action.case_ = &cases[0];
    return merge_into(turn, cases + 1, n - 1, cases[0].id) && cases_take(turn, &action);
}
