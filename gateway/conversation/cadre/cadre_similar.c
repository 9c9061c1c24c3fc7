#include "gateway/conversation/cadre/cadre_similar.h"

#include "gateway/case/standing.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/similar.h"

enum { LISTED = 5, LOOKED_AT = 20 };

static bool add_one(struct talk *talk, const struct case_ *other, struct json_object *list)
{
    struct json_object *one;
    unsigned standing;

    if (!standing_of(talk->turn, other, talk->person, &standing))
        return false;
    if (!standing)
        return true;
    if (!facts_of_listed(talk->turn, other, &one))
        return false;
    json_object_array_add(list, one);
    return true;
}

static bool list_similar(struct talk *talk, const struct case_ *case_, struct json_object *list)
{
    struct similar_case *found;
    size_t n;

    if (!similar_find(talk->turn->store, talk->turn->mem, case_, LOOKED_AT, &found, &n))
        return false;
    for (size_t i = 0; i < n && json_object_array_length(list) < LISTED; i++) {
        struct case_ *other;

        if (!store_case(talk->turn->store, talk->turn->mem, found[i].id, &other) ||
            (other && !add_one(talk, other, list)))
            return false;
    }
    return true;
}

bool cadre_similar(struct talk *talk)
{
    struct json_object *facts, *list;
    struct case_ *case_;
    unsigned standing;

    if (!cadre_case(talk, &case_))
        return false;
    if (!case_)
        return true;
    if (!standing_of(talk->turn, case_, talk->person, &standing))
        return false;
    if (!standing)
        return talk_refuse(talk, REFUSED_NO_SUCH_CASE, case_);
    if (!facts_of_case(talk->turn, case_, &facts))
        return false;
    list = json_object_new_array();
    json_object_object_add(facts, "cases", list);
    if (!list_similar(talk, case_, list)) {
        json_object_put(facts);
        return false;
    }
    facts_flag(facts, "none", json_object_array_length(list) == 0);
    return talk_answer(talk, "similar", facts, case_) && talk_done(talk, OUTCOME_COMMAND, case_, NULL);
}
