#include "gateway/page/alike.h"

#include <string.h>

#include "gateway/case/cases.h"
#include "gateway/page/lists.h"
#include "gateway/turn/similar.h"

enum { COMPARED = 5 };

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

struct looking {
    struct visit *visit;
    struct case_ *earlier;
    bool is_failed;
};

/* Goes on until one is found that the visitor may know of. */
static bool take_known(const struct similar_case *found, void *arg)
{
    struct looking *looking = arg;

    looking->is_failed = !find_known(looking->visit, found->id, &looking->earlier);
    return !looking->is_failed && !looking->earlier;
}

bool alike_earlier(struct visit *visit, const struct case_ *case_, struct case_ **earlier)
{
    struct looking looking = { .visit = visit };
    bool is_done = similar_each_before(visit->turn.store, visit->exchange, case_, take_known, &looking) &&
                   !looking.is_failed;

    *earlier = is_done ? looking.earlier : NULL;
    return is_done;
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
