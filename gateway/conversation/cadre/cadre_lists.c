#include "gateway/conversation/cadre/cadre_lists.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/standing.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/conversation/cadre/cadre_hear.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/jurisdiction.h"
#include "gateway/turn/leave.h"
#include "gateway/turn/redact.h"
#include "gateway/turn/transfer.h"
#include "store/questions.h"
#include "store/recordings.h"

enum { LISTED = 6, CLIP_VIEWED = 140 };

/* Who asked not to be named, and who has no phone. */
static bool is_unnamed(const struct case_ *case_)
{
    return case_->is_anonymous || strcmp(case_->reporter, RECORDING_WITHHELD) == 0;
}

bool cadre_view(struct talk *talk)
{
    struct action action = { .act = ACT_VIEW, .words = talk->match.rest }; /* why they looked, if they say */
    struct json_object *facts;

    if (!cadre_case(talk, &action.case_))
        return false;
    if (!action.case_)
        return true;
    if (!talk_step(talk, &action) || !talk_case_facts(talk, action.case_, "", &facts))
        return false;
    facts_text(facts, "text",
               redact_for_handlers(talk->turn->mem, action.case_->is_anonymous, action.case_->text),
               CLIP_VIEWED);
    if (!cadre_add_transcript(talk, action.case_, facts) ||
        !transfer_add_facts(talk->turn, action.case_, facts)) {
        json_object_put(facts);
        return false;
    }
    if (case_state_is_open(action.case_->state))
        facts_date(facts, "due_by",
                   action.case_->state == CASE_NEW ? action.case_->accept_by : action.case_->finish_by);
    facts_text(facts, "reporter", is_unnamed(action.case_) ? "" : action.case_->reporter, 0);
    return talk_answer(talk, "view", facts, action.case_) &&
           talk_done(talk, OUTCOME_COMMAND, action.case_, NULL);
}

/* One page of a list that is made of several filters. */
struct listing {
    struct talk *talk;
    struct json_object *list;
    struct list_page page;
    int part;
    int64_t skip, rest; /* visible cases before this page; behind it */
    bool is_adopted;    /* those in the person's own hand were listed before */
    bool is_failed;
};

static bool add_listed(struct listing *listing, const struct case_ *case_)
{
    struct json_object *one;

    if (!facts_of_listed(listing->talk->turn, case_, &one))
        return false;
    facts_date(one, "finish_by", case_->finish_by);
    json_object_array_add(listing->list, one);
    listing->page.part = listing->part;
    listing->page.after_id = case_->id;
    listing->page.shown++;
    return true;
}

static bool list_one(const struct case_ *case_, void *arg)
{
    struct listing *listing = arg;
    unsigned standing;

    listing->is_failed = !standing_of(listing->talk->turn, case_, listing->talk->person, &standing);
    if (listing->is_failed)
        return false;
    if (!standing || (listing->is_adopted && strcmp(case_->handler, listing->page.phone) == 0))
        return true;
    if (listing->skip > 0) {
        listing->skip--;
        listing->page.shown++;
    } else if (json_object_array_length(listing->list) < LISTED) {
        listing->is_failed = !add_listed(listing, case_);
    } else {
        listing->rest++;
    }
    return !listing->is_failed;
}

/* The parts from the one that was shown last on. */
static bool list_parts(struct listing *listing, const struct case_filter *filters, size_t n)
{
    const struct list_page from = listing->page;

    for (size_t i = (size_t)from.part; i < n; i++) {
        struct case_filter filter = filters[i];

        filter.after_id = i == (size_t)from.part ? from.after_id : 0;
        listing->part = (int)i;
        listing->is_adopted = filter.leader != NULL;
        if (!store_each_case(listing->talk->turn->store, &filter, list_one, listing) || listing->is_failed)
            return false;
    }
    return true;
}

/* What waits to be taken on. An office that sorts first sees what it has to sort, whoever's it is by now. */
static bool waiting_filters(struct talk *talk, struct case_filter filters[2], size_t *n)
{
    struct case_filter of_unit = { .states = 1u << CASE_NEW, .jurisdiction = talk->person->unit };
    const struct unit *unit = NULL;

    *n = 0;
    if (talk->person->unit && !cache_unit(talk->turn, talk->person->unit, &unit))
        return false;
    if (unit && jurisdiction_sorts(unit)) {
        filters[(*n)++] = (struct case_filter){ .states = 1u << CASE_NEW, .to_sort = true };
        of_unit.not_to_sort = true;
    }
    filters[(*n)++] = of_unit;
    return true;
}

/* Who has nothing in hand is told how much waits to be taken on. */
static bool add_waiting(struct talk *talk, struct json_object *facts)
{
    struct listing listing = { .talk = talk, .skip = INT64_MAX };
    struct case_filter filters[2];
    size_t n;

    if (!waiting_filters(talk, filters, &n) || !list_parts(&listing, filters, n))
        return false;
    if (listing.page.shown > 0)
        facts_number(facts, "waiting", listing.page.shown);
    return true;
}

/* Answers that a list has ended. */
static bool answer_no_more(struct talk *talk)
{
    return talk_answer(talk, "no-more", NULL, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, "no more");
}

/*
 * Lists and counts only what they have standing for: the page behind what was shown of it, where 更多 was
 * said, else the page whose number was, else the first.
 */
static bool answer_lists(struct talk *talk, const char *name, const struct case_filter *filters, size_t n)
{
    struct json_object *facts = json_object_new_object();
    struct listing listing = { .talk = talk, .list = json_object_new_array() };
    int before;

    json_object_object_add(facts, "cases", listing.list);
    if (talk->page)
        listing.page = *talk->page;
    else if (talk->match.count > 1)
        listing.skip = (int64_t)(talk->match.count - 1) * LISTED;
    listing.page.phone = talk->event->from;
    before = listing.page.shown;
    if (!list_parts(&listing, filters, n)) {
        json_object_put(facts);
        return false;
    }
    if (json_object_array_length(listing.list) == 0 && (talk->page || listing.page.shown > 0)) {
        json_object_put(facts);
        return answer_no_more(talk);
    }
    if (talk->page == NULL)
        before = (int)(listing.page.shown - json_object_array_length(listing.list));
    facts_number(facts, "count", listing.page.shown + listing.rest);
    facts_flag(facts, "none", listing.page.shown == 0);
    if (listing.page.shown == 0 && strcmp(name, "mine") == 0 && !add_waiting(talk, facts)) {
        json_object_put(facts);
        return false;
    }
    if (listing.rest)
        facts_number(facts, "left", listing.rest);
    if (before)
        facts_number(facts, "beginning", before + 1);
    listing.page.phone = talk->event->from;
    listing.page.list = name;
    listing.page.at = talk->turn->now;
    if (!store_put_list_page(talk->turn->store, &listing.page)) {
        json_object_put(facts);
        return false;
    }
    return talk_answer(talk, name, facts, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

bool cadre_mine(struct talk *talk)
{
    struct case_filter mine[2 + MOST_ABSENT] = { { .handler = talk->event->from,
                                                   .states = 1u << CASE_IN_HAND } };
    const char *absent[MOST_ABSENT];
    size_t n;

    if (!leave_absent(talk->turn, talk->event->from, absent, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        mine[i + 1] = (struct case_filter){ .handler = absent[i], .states = 1u << CASE_IN_HAND };
    n++;
    if (talk->person->roles & ROLE_LEADER) /* what they adopted */
        mine[n++] = (struct case_filter){ .leader = talk->event->from, .states = OPEN_STATES };
    return answer_lists(talk, "mine", mine, n);
}

bool cadre_waiting(struct talk *talk)
{
    struct case_filter waiting[2];
    size_t n;

    return waiting_filters(talk, waiting, &n) && answer_lists(talk, "waiting", waiting, n);
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

bool cadre_more(struct talk *talk)
{
    static const struct {
        const char *name;
        bool (*run)(struct talk *talk);
    } lists[] = { { "mine", cadre_mine }, { "waiting", cadre_waiting }, { "overdue", cadre_overdue } };
    struct list_page *page;

    if (!store_list_page(talk->turn->store, talk->turn->mem, talk->event->from, talk->turn->now - DAY_SECONDS,
                         &page))
        return false;
    talk->page = page;
    for (size_t i = 0; page && i < sizeof lists / sizeof *lists; i++)
        if (strcmp(lists[i].name, page->list) == 0)
            return lists[i].run(talk);
    return talk_answer(talk, "which-list", NULL, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, "no list");
}
