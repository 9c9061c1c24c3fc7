#include "gateway/conversation/several.h"

#include <string.h>

#include "gateway/case/cases.h"
#include "gateway/conversation/confirm.h"
#include "gateway/conversation/held.h"

/* The match with the i-th number as its only one. */
static struct keyword_match with_number(const struct keyword_match *all, size_t i)
{
    struct keyword_match one = *all;

    one.n_more = 0;
    if (i > 0) {
        one.number_kind = all->more[i - 1].kind;
        memcpy(one.number, all->more[i - 1].number, sizeof one.number);
    }
    return one;
}

static bool run_each(struct talk *talk, const struct keyword_match *all, struct held *held)
{
    for (size_t i = 0; i <= all->n_more; i++) {
        size_t from = held ? held->n : 0;

        talk->match = with_number(all, i);
        if (!talk->command->run(talk))
            return false;
        if (held)
            held_mark(talk, held, from);
        if (strcmp(talk->event->why, "wrong form") == 0) /* it would be said of each */
            break;
    }
    return true;
}

bool several_run(struct talk *talk)
{
    const struct keyword_match all = talk->match;
    struct held held;

    if (all.n_more == 0 || talk->command->proof == ASKS_CODE)
        return talk->command->run(talk);
    if (talk->command->proof == NEEDS_PROOF_TO_READ)
        return run_each(talk, &all, NULL);
    held_begin(talk, &held);
    if (run_each(talk, &all, &held))
        return held_say(talk, &held);
    held_drop(talk, &held);
    return false;
}

/* The cases in which the step may be taken; of the others the answer says why not. */
static bool find_allowed(struct talk *talk, enum act act, const struct keyword_match *all,
                         struct case_ **allowed, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i <= all->n_more; i++) {
        const struct keyword_match one = with_number(all, i);
        struct action action = { .act = act, .by = talk->person, .words = all->rest };

        if (!talk_numbered_case(talk, one.number_kind, one.number, &action.case_))
            return false;
        if (!action.case_)
            continue;
        if (!cases_may_take(talk->turn, &action))
            return false;
        if (action.refusal && !talk_refuse_step(talk, &action))
            return false;
        if (!action.refusal)
            allowed[(*n)++] = action.case_;
    }
    return true;
}

bool several_ask(struct talk *talk, enum act act)
{
    struct case_ *allowed[1 + MORE_NUMBERS];
    const struct keyword_match all = talk->match;
    size_t n;

    return find_allowed(talk, act, &all, allowed, &n) &&
           (n == 0 || confirm_ask_each(talk, allowed, n, act, all.count, all.rest));
}
