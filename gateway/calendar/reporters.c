#include "gateway/calendar/reporters.h"

#include <string.h>

#include "gateway/case/joined.h"
#include "gateway/turn/owner.h"

static bool is_reached(struct turn *turn, const struct case_ *own, bool *is_so)
{
    struct person *person;

    if (!store_person(turn->store, turn->mem, own->reporter, &person))
        return false;
    *is_so = !person || !(person->is_stopped || owner_is_past(person, own->received_at));
    return true;
}

bool reporters_each(struct turn *turn, const struct case_ *case_,
                    void (*tell)(void *arg, const struct case_ *case_, const struct case_ *own,
                                 bool is_reached),
                    void *arg)
{
    struct case_ *joined;
    bool is_told;
    size_t n;

    if (!joined_cases(turn, case_, &joined, &n) || !is_reached(turn, case_, &is_told))
        return false;
    tell(arg, case_, case_, is_told);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(joined[i].reporter, case_->reporter) == 0)
            continue;
        if (!is_reached(turn, &joined[i], &is_told))
            return false;
        tell(arg, case_, &joined[i], is_told);
    }
    return true;
}
