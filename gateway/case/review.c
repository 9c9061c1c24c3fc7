#include "gateway/case/review.h"

#include "gateway/case/standing.h"
#include "gateway/turn/cache.h"

/* The unit that gave the answer: the case's, or its handler's where that stands above it. */
static bool answering_unit(struct turn *turn, const struct case_ *case_, int64_t *unit)
{
    struct person *handler = NULL;
    bool is_above = false;

    *unit = case_->unit;
    if (*case_->handler && !store_person(turn->store, turn->mem, case_->handler, &handler))
        return false;
    if (!handler || !handler->unit)
        return true;
    if (*unit && !standing_is_above(turn, handler->unit, *unit, &is_above))
        return false;
    if (!*unit || is_above)
        *unit = handler->unit;
    return true;
}

bool review_find(struct turn *turn, const struct case_ *case_, int stage, struct reviewer *reviewer)
{
    const struct unit *unit = NULL;
    int64_t id;

    *reviewer = (struct reviewer){ 0 };
    if (!answering_unit(turn, case_, &id))
        return false;
    if (!id) /* where no unit has the case, the county's supervisors answer once */
        reviewer->is_county = true;
    for (; stage > 0 && id; stage--) {
        if (!cache_unit(turn, id, &unit))
            return false;
        id = unit ? unit->parent : 0;
        reviewer->is_outside = !id;
    }
    reviewer->is_outside |= stage > 1 || (stage > 0 && unit);
    if (reviewer->is_outside || !id)
        return true;
    if (!cache_unit(turn, id, &unit))
        return false;
    reviewer->unit = id;
    reviewer->is_county = unit && unit->level == UNIT_COUNTY;
    return true;
}

bool review_is_by(const struct reviewer *reviewer, const struct person *person)
{
    return !reviewer->is_outside && ((reviewer->unit && person->unit == reviewer->unit) ||
                                     (reviewer->is_county && (!person->unit || !reviewer->unit)));
}
