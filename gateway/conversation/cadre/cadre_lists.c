#include "gateway/conversation/cadre/cadre_lists.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/standing.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/leave.h"
#include "gateway/turn/redact.h"

enum { LISTED = 6, CLIP_VIEWED = 140 };

bool cadre_view(struct talk *talk)
{
    struct action action = { .act = ACT_VIEW };
    struct json_object *facts;

    if (!cadre_case(talk, &action.case_))
        return false;
    if (!action.case_)
        return true;
    if (!talk_step(talk, &action) || !facts_of_case(talk->turn, action.case_, &facts))
        return false;
    facts_text(facts, "text",
               redact_for_handlers(talk->turn->mem, action.case_->is_anonymous, action.case_->text),
               CLIP_VIEWED);
    facts_text(facts, "reporter", action.case_->is_anonymous ? "" : action.case_->reporter, 0);
    return talk_answer(talk, "view", facts, action.case_) &&
           talk_done(talk, OUTCOME_COMMAND, action.case_, NULL);
}

struct listing {
    struct talk *talk;
    struct json_object *list;
    int64_t count;
    bool is_failed;
};

static bool list_one(const struct case_ *case_, void *arg)
{
    struct listing *listing = arg;
    struct json_object *one;
    unsigned standing;

    listing->is_failed = !standing_of(listing->talk->turn, case_, listing->talk->person, &standing);
    if (listing->is_failed)
        return false;
    if (!standing)
        return true;
    if (listing->count++ < LISTED) {
        listing->is_failed = !facts_of_listed(listing->talk->turn, case_, &one);
        if (listing->is_failed)
            return false;
        facts_date(one, "finish_by", case_->finish_by);
        json_object_array_add(listing->list, one);
    }
    return true;
}

/* Lists and counts only what they have standing for. */
static bool answer_lists(struct talk *talk, const char *name, const struct case_filter *filters, size_t n)
{
    struct json_object *facts = json_object_new_object();
    struct listing listing = { .talk = talk, .list = json_object_new_array() };

    json_object_object_add(facts, "cases", listing.list);
    for (size_t i = 0; i < n; i++)
        if (!store_each_case(talk->turn->store, &filters[i], list_one, &listing) || listing.is_failed) {
            json_object_put(facts);
            return false;
        }
    facts_number(facts, "count", listing.count);
    facts_flag(facts, "none", listing.count == 0);
    return talk_answer(talk, name, facts, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

static bool answer_list(struct talk *talk, const char *name, const struct case_filter *filter)
{
    return answer_lists(talk, name, filter, 1);
}

bool cadre_mine(struct talk *talk)
{
    struct case_filter mine[1 + MOST_ABSENT] = { { .handler = talk->event->from,
                                                   .states = 1u << CASE_IN_HAND } };
    const char *absent[MOST_ABSENT];
    size_t n;

    if (!leave_absent(talk->turn, talk->event->from, absent, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        mine[i + 1] = (struct case_filter){ .handler = absent[i], .states = 1u << CASE_IN_HAND };
    return answer_lists(talk, "mine", mine, n + 1);
}

/* An office that sorts first sees what it has to sort, whoever's it is by now. */
bool cadre_waiting(struct talk *talk)
{
    struct case_filter waiting[] = {
        { .states = 1u << CASE_NEW, .to_sort = true },
        { .states = 1u << CASE_NEW, .jurisdiction = talk->person->unit, .not_to_sort = true },
    };
    const struct unit *unit = NULL;

    if (talk->person->unit && !cache_unit(talk->turn, talk->person->unit, &unit))
        return false;
    if (unit && standing_sorts(unit))
        return answer_lists(talk, "waiting", waiting, 2);
    waiting[1].not_to_sort = false;
    return answer_list(talk, "waiting", &waiting[1]);
}

/* Not accepted, not finished, or its review not answered by the day that the reporter was promised. */
bool cadre_overdue(struct talk *talk)
{
    int64_t now = talk->turn->now;
    bool is_above = talk->person->roles & (ROLE_LEADER | ROLE_SUPERVISOR);
    struct case_filter overdue[] = {
        { .states = 1u << CASE_NEW, .accept_until = now, .jurisdiction = talk->person->unit },
        { .states = 1u << CASE_IN_HAND, .finish_until = now },
        { .states = ANSWERED_STATES, .review_until = now, .jurisdiction = talk->person->unit },
    };

    if (is_above)
        overdue[1].jurisdiction = talk->person->unit;
    else
        overdue[1].handler = talk->event->from;
    return answer_lists(talk, "overdue", overdue, is_above ? 3 : 2);
}
