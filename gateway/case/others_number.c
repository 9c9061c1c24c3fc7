#include "gateway/case/others_number.h"

#include <string.h>

#include "gateway/case/joined.h"
#include "gateway/case/standing.h"
#include "gateway/understand/identifiers.h"

enum { MOST_NUMBERS = 20 };

/* What is split off becomes a case of the reporter's, with these words. */
static bool is_told_to_reporter(const struct transition *transition)
{
    for (int i = 0; i < AUDIENCE_MOST; i++)
        if (transition->tells[i].who == REPORTER)
            return true;
    return transition->act == ACT_SPLIT;
}

static bool is_others(struct turn *turn, const struct case_ *case_, const char *number, bool *is_so)
{
    const struct case_ *own;
    struct case_ *other;

    *is_so = false;
    if (strcmp(case_->number, number) == 0)
        return true;
    if (!store_case_by_number(turn->store, turn->mem, number, &other))
        return false;
    if (!other)
        return true;
    if (!joined_own(turn, case_, other->reporter, &own))
        return false;
    *is_so = own == NULL;
    return true;
}

bool others_number_in(struct turn *turn, const struct action *action, const struct transition *transition,
                      bool *is_so)
{
    struct number_found found[MOST_NUMBERS];
    size_t n;

    *is_so = false;
    if (transition->whose != OTHERS || action->by == &calendar_person || !action->words ||
        !turn->understanding || !is_told_to_reporter(transition))
        return true;
    n = understanding_case_numbers(turn->understanding, turn->mem, action->words, found, MOST_NUMBERS);
    for (size_t i = 0; i < n && !*is_so; i++)
        if (!is_others(turn, action->case_, found[i].number, is_so))
            return false;
    return true;
}
