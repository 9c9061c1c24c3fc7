#include "gateway/case/routing.h"

#include <string.h>

#include "gateway/case/standing.h"
#include "gateway/turn/cache.h"

static const char *office_for(const struct case_ *case_)
{
    return case_->category == CATEGORY_PETITION ? "petition" : "livelihood";
}

/* A village's case belongs to its township, which has people to work on it. */
static bool unit_of_place(struct turn *turn, int64_t place, int64_t *unit)
{
    const struct unit *found = NULL;

    *unit = 0;
    if (place && !cache_unit(turn, place, &found))
        return false;
    if (found)
        *unit = found->level == UNIT_VILLAGE && found->parent ? found->parent : found->id;
    return true;
}

static bool fits(struct turn *turn, const struct routing_rule *rule, const struct case_ *case_, bool *is_so)
{
    *is_so = (!*rule->topic || strcmp(rule->topic, case_->topic) == 0) &&
             (!*rule->category || strcmp(rule->category, case_category_name(case_->category)) == 0) &&
             (!rule->is_away || case_->is_away);
    return !*is_so || !rule->place || standing_is_above(turn, rule->place, case_->place, is_so);
}

/* The first rule of the county's own that fits. */
static bool unit_by_rule(struct turn *turn, const struct case_ *case_, int64_t *unit)
{
    const struct routing_rule *rules;
    size_t n;

    *unit = 0;
    if (!cache_rules(turn, &rules, &n))
        return false;
    for (size_t i = 0; i < n && !*unit; i++) {
        bool is_fit;

        if (!fits(turn, &rules[i], case_, &is_fit))
            return false;
        if (is_fit)
            *unit = rules[i].unit;
    }
    return true;
}

static bool unit_by_duty(struct turn *turn, const char *duty, int64_t *unit)
{
    const struct unit *found;

    if (!cache_duty(turn, duty, &found))
        return false;
    *unit = found ? found->id : 0;
    return true;
}

bool routing_find_office(struct turn *turn, const struct case_ *case_, int64_t *unit)
{
    const char *const duties[] = { office_for(case_), "livelihood" };

    *unit = 0;
    for (size_t i = 0; i < sizeof duties / sizeof *duties && !*unit; i++)
        if (!unit_by_duty(turn, duties[i], unit))
            return false;
    return true;
}

bool routing_find_unit(struct turn *turn, const struct case_ *case_, int64_t *unit, bool *is_named)
{
    *is_named = false;
    if (case_->voice == VOICE_UNHEARD) { /* nobody knows yet whose it is */
        *unit = 0;
        return true;
    }
    if (case_->is_guarded) /* without such a unit it waits for a supervisor, because its place may be the
                              accused's */
        return unit_by_duty(turn, "discipline", unit);
    if (!unit_by_rule(turn, case_, unit))
        return false;
    if (!*unit && case_->is_away && !unit_by_duty(turn, "away", unit))
        return false;
    *is_named = *unit != 0;
    if (!*unit && !unit_by_duty(turn, office_for(case_), unit))
        return false;
    if (!*unit && !unit_by_duty(turn, case_->topic, unit))
        return false;
    if (!*unit && !unit_of_place(turn, case_->place, unit))
        return false;
    if (!*unit && !routing_find_office(turn, case_, unit))
        return false;
    return *unit || unit_by_duty(turn, "petition", unit);
}

bool routing_assign(struct turn *turn, struct case_ *case_)
{
    bool is_named;

    return routing_find_unit(turn, case_, &case_->unit, &is_named);
}
