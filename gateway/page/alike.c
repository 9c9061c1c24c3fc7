#include "gateway/page/alike.h"

#include <string.h>

#include "gateway/case/cases.h"
#include "gateway/page/lists.h"
#include "gateway/turn/similar.h"

/* In percent: how similar texts have to be, and those of the same place and topic. */
enum { COMPARED = 5, VERY_SIMILAR = 60, SIMILAR_THERE = 30 };

static bool is_very_similar(const struct similar_case *found)
{
    return found->similarity >= (found->is_same_place && found->is_same_topic ? SIMILAR_THERE : VERY_SIMILAR);
}

static bool is_before(const struct case_ *other, const struct case_ *case_)
{
    return other->received_at != case_->received_at ? other->received_at < case_->received_at
                                                    : other->id < case_->id;
}

/* *known: the case, if the visitor may know of it; else NULL. */
static bool find_known(struct visit *visit, int64_t id, struct case_ **known)
{
    unsigned standing = 0;

    if (!store_case(visit->turn.store, visit->exchange, id, known) ||
        (*known && !standing_of(&visit->turn, *known, visit->person, &standing)))
        return false;
    if (!standing)
        *known = NULL;
    return true;
}

bool alike_list(struct visit *visit, const struct case_ *case_)
{
    struct json_object *list = fill_list(visit->data, "similar");
    struct similar_case *found;
    size_t n;

    if (!similar_find(visit->turn.store, visit->exchange, case_, COMPARED, &found, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct case_ *other;

        if (!find_known(visit, found[i].id, &other) || (other && !lists_add_case(visit, other, list)))
            return false;
    }
    return true;
}

bool alike_earlier(struct visit *visit, const struct case_ *case_, struct case_ **earlier)
{
    struct similar_case *found;
    size_t n;

    *earlier = NULL;
    if (!similar_find(visit->turn.store, visit->exchange, case_, COMPARED, &found, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct case_ *other;

        if (!is_very_similar(&found[i]))
            continue;
        if (!find_known(visit, found[i].id, &other))
            return false;
        if (other && is_before(other, case_)) {
            *earlier = other;
            return true;
        }
    }
    return true;
}

bool alike_add(struct visit *visit, const struct case_ *case_, const struct case_ *earlier,
               struct json_object *item)
{
    struct case_ copy = *case_;
    struct action merge = { .act = ACT_MERGE, .case_ = &copy, .by = visit->person };

    if (!cases_may_take(&visit->turn, &merge))
        return false;
    visit_shows(visit, earlier);
    fill_text(item, "alike", earlier->number);
    fill_flag(item, "can_merge", !merge.refusal && !merge.is_repeat);
    return true;
}
