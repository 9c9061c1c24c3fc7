#include "gateway/case/joined.h"

#include <string.h>

#include "gateway/case/action.h"
#include "gateway/case/cases.h"
#include "gateway/case/standing.h"
#include "gateway/turn/owner.h"
#include "store/questions.h"

enum { LONGEST_CHAIN = 100 };

bool joined_root(struct turn *turn, struct case_ *case_, struct case_ **root)
{
    *root = case_;
    for (int i = 0; i < LONGEST_CHAIN && (*root)->state == CASE_MERGED && (*root)->merged_into; i++) {
        struct case_ *next;

        if (!store_case(turn->store, turn->mem, (*root)->merged_into, &next))
            return false;
        if (!next)
            break;
        *root = next;
    }
    return true;
}

bool joined_cases(struct turn *turn, const struct case_ *case_, struct case_ **cases, size_t *n)
{
    return store_merged_cases(turn->store, turn->mem, case_->id, cases, n);
}

bool joined_own(struct turn *turn, const struct case_ *case_, const char *phone, const struct case_ **own)
{
    struct case_filter merged = { .reporter = phone, .states = 1u << CASE_MERGED };
    struct case_ *cases, *root;
    size_t n;

    *own = strcmp(case_->reporter, phone) == 0 ? case_ : NULL;
    if (*own)
        return true;
    if (!store_cases(turn->store, turn->mem, &merged, &cases, &n))
        return false;
    for (size_t i = 0; i < n && !*own; i++) {
        if (!joined_root(turn, &cases[i], &root))
            return false;
        if (root->id == case_->id)
            *own = &cases[i];
    }
    return true;
}

static bool merge_into(struct turn *turn, struct case_ *cases, size_t n, int64_t into)
{
    for (size_t i = 0; i < n; i++) {
        cases[i].merged_into = into;
        if (!store_update_case(turn->store, &cases[i]))
            return false;
    }
    return true;
}

bool joined_hand_on(struct turn *turn, const struct case_ *withdrawn)
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

/* own: the case that the reporter is asked by. Whoever has their number now is not asked. */
static bool ask_one(struct turn *turn, const struct case_ *case_, const struct case_ *own)
{
    const char *phone = own->reporter;
    bool is_past;

    if (!owner_of_phone_is_past(turn, phone, own->received_at, &is_past))
        return false;
    return is_past ||
           store_ask(turn->store, &(struct question){ .phone = phone,
                                                      .kind = QUESTION_RATING,
                                                      .case_id = case_->id,
                                                      .data = "",
                                                      .asked_at = turn->now,
                                                      .expires_at = turn->now + QUESTION_SECONDS });
}

bool joined_ask_for_rating(struct turn *turn, const struct case_ *case_)
{
    struct case_ *joined;
    size_t n;

    if (!ask_one(turn, case_, case_) || !joined_cases(turn, case_, &joined, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!ask_one(turn, case_, &joined[i]))
            return false;
    return true;
}
