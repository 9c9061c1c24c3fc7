#include "gateway/conversation/figures/figures_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/standing.h"
#include "gateway/report/report.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/unit_name.h"

enum {
    LISTED = 4,
    RANKED = 20, /* cases that a share needs before it is told as a rate, and ranked */
    TOLD = 5     /* of a ranking */
};

bool figures_ask_about(const char *topic)
{
    return strcmp(topic, "other") != 0 && strcmp(topic, "cadre") != 0;
}

/* Open cases that the asker may know of. */
struct listing {
    const struct asker *asker;
    struct json_object *list;
    int64_t n;
    bool is_failed;
};

static bool list_one(const struct case_ *case_, void *arg)
{
    struct listing *listing = arg;
    struct talk *talk = listing->asker->talk;
    struct json_object *one;
    unsigned standing;

    listing->is_failed = !standing_of(talk->turn, case_, talk->person, &standing);
    if (listing->is_failed || !standing)
        return !listing->is_failed;
    if (listing->n++ >= LISTED)
        return true;
    listing->is_failed = !facts_of_listed(talk->turn, case_, &one);
    if (!listing->is_failed)
        json_object_array_add(listing->list, one);
    return !listing->is_failed;
}

/* Adds cases, the newest first, and left, how many more there are. */
static bool add_cases(const struct asker *asker, const struct case_filter *filter, struct json_object *facts)
{
    struct listing listing = { .asker = asker, .list = json_object_new_array() };

    json_object_object_add(facts, "cases", listing.list);
    if (!store_each_case(asker->talk->turn->store, filter, list_one, &listing) || listing.is_failed)
        return false;
    if (listing.n > LISTED)
        facts_number(facts, "left", listing.n - LISTED);
    return true;
}

static bool count_into(const struct asker *asker, const struct case_filter *filter, const char *name,
                       struct json_object *facts)
{
    int64_t n;

    if (!store_count_cases(asker->talk->turn->store, filter, &n))
        return false;
    facts_number(facts, name, n);
    return true;
}

/* Cases that were answered within the span. */
static struct case_filter ended(const struct asker *asker)
{
    return (struct case_filter){ .states = ANSWERED_STATES,
                                 .closed_since = asker->span.since - 1,
                                 .closed_until = asker->span.until - 1,
                                 .topic = asker->topic,
                                 .category = asker->question.category,
                                 .not_guarded = true };
}

static struct report_query query_of(const struct asker *asker, int64_t unit)
{
    return (struct report_query){ .since = asker->span.since,
                                  .until = asker->span.until,
                                  .now = asker->talk->turn->now,
                                  .unit = unit,
                                  .category = asker->question.category,
                                  .topic = asker->topic };
}

/* part, whole, and percent where the whole is large enough to say one: as a text, for 0 is said too. */
static struct json_object *share_facts(struct share share)
{
    struct json_object *facts = facts_number(NULL, "part", share.part);
    char percent[24];

    facts_number(facts, "whole", share.whole);
    if (share.whole < RANKED)
        return facts;
    snprintf(percent, sizeof percent, "%lld",
             (long long)((share.part * 100 + share.whole / 2) / share.whole));
    return facts_text(facts, "percent", percent, 0);
}

static void add_figures(struct json_object *facts, const struct figures *figures)
{
    int64_t open = figures->waiting + figures->in_hand + figures->carried_open;

    facts_number(facts, "total", figures->received);
    if (open > 0)
        facts_number(facts, "open", open);
    if (figures->carried_open > 0)
        facts_number(facts, "carried_open", figures->carried_open);
    else if (figures->waiting > 0)
        facts_number(facts, "waiting", figures->waiting);
    if (figures->overdue > 0)
        facts_number(facts, "late", figures->overdue);
    json_object_object_add(facts, "response", share_facts(figures_response(figures)));
    json_object_object_add(facts, "solution", share_facts(figures_solution(figures)));
    json_object_object_add(facts, "satisfaction", share_facts(figures_satisfaction(figures)));
}

static void add_question(const struct asker *asker, struct json_object *facts)
{
    static const char *const category_words[] = { "", "livelihood", "hardship", "petition" };

    figures_span_facts(&asker->span, asker->talk->turn->now, facts);
    facts_flag(facts, "rates", asker->question.measure >= MEASURE_RESPONSE);
    facts_flag(facts, "asks_late", asker->question.measure == MEASURE_OVERDUE);
    facts_flag(facts, "orders", asker->is_above && asker->question.orders);
    if (asker->question.category)
        facts_choice(facts, "category", category_words[asker->question.category]);
    if (asker->topic)
        facts_choice(facts, "topic", asker->topic);
}

static bool add_unit_name(const struct asker *asker, int64_t id, struct json_object *facts)
{
    struct turn *turn = asker->talk->turn;
    const struct unit *unit = NULL;

    if (id && !cache_unit(turn, id, &unit))
        return false;
    facts_text(facts, "within", unit ? unit_name_short(turn->mem, unit->name) : turn->config->county, 0);
    return true;
}

static bool wants_cases(const struct asker *asker, int64_t unit)
{
    return unit != asker->scope || asker->question.lists || (asker->topic && !asker->question.counts);
}

static bool add_all(const struct asker *asker, int64_t unit, struct json_object *facts)
{
    struct turn *turn = asker->talk->turn;
    struct report_query query = query_of(asker, unit);
    struct case_filter closed = ended(asker), open = { .states = OPEN_STATES,
                                                       .jurisdiction = unit,
                                                       .topic = asker->topic,
                                                       .category = asker->question.category,
                                                       .not_guarded = true,
                                                       .newest_first = true };
    struct report report;
    int64_t n;

    closed.jurisdiction = unit;
    query.with_carried = !asker->span.is_named;
    if (!report_make(turn->mem, turn->store, &query, &report) ||
        (!asker->span.is_named && !report_count_overdue(turn->mem, turn->store, &query, &report)) ||
        !store_count_cases(turn->store, &closed, &n))
        return false;
    add_question(asker, facts);
    add_figures(facts, &report.all);
    facts_number(facts, "ended", n);
    facts_flag(facts, "none", report.all.received + report.all.carried + n == 0);
    return add_unit_name(asker, unit, facts) && (!wants_cases(asker, unit) || add_cases(asker, &open, facts));
}

bool figures_of_unit(const struct asker *asker, int64_t unit, struct json_object **facts)
{
    *facts = json_object_new_object();
    if (add_all(asker, unit, *facts))
        return true;
    json_object_put(*facts);
    return false;
}

static bool add_rating(int rating, int64_t count, void *arg)
{
    struct share *share = arg;

    if (rating != 0) {
        share->whole += count;
        share->part += rating <= 2 ? count : 0;
    }
    return true;
}

static bool add_person(const struct asker *asker, const struct person *person, struct json_object *facts)
{
    struct case_filter closed = ended(asker), in_hand = {
        .handler = person->phone, .states = 1u << CASE_IN_HAND, .not_guarded = true, .newest_first = true
    };
    struct case_filter late = in_hand;
    struct share satisfaction = { 0, 0 };

    closed.handler = person->phone;
    closed.topic = NULL;
    closed.category = 0;
    late.finish_until = asker->talk->turn->now;
    add_question(asker, facts);
    if (strcmp(person->phone, asker->talk->person->phone) != 0)
        facts_text(facts, "name", person->name, 0);
    if (!count_into(asker, &in_hand, "open", facts) || !count_into(asker, &late, "late", facts) ||
        !count_into(asker, &closed, "ended", facts) ||
        !store_tally_ratings(asker->talk->turn->store, &closed, add_rating, &satisfaction) ||
        !add_cases(asker, &in_hand, facts))
        return false;
    if (satisfaction.whole > 0)
        json_object_object_add(facts, "satisfaction", share_facts(satisfaction));
    return true;
}

bool figures_of_person(const struct asker *asker, const struct person *person, struct json_object **facts)
{
    *facts = json_object_new_object();
    if (add_person(asker, person, *facts))
        return true;
    json_object_put(*facts);
    return false;
}

/* A unit and what it is ranked by. */
struct rank {
    const char *name;
    struct share share;
};

static bool is_share(enum figure_measure measure)
{
    return measure >= MEASURE_RESPONSE;
}

static struct share measured(const struct figures *figures, enum figure_measure measure)
{
    switch (measure) {
    case MEASURE_RESPONSE:
        return figures_response(figures);
    case MEASURE_SOLUTION:
        return figures_solution(figures);
    case MEASURE_SATISFACTION:
        return figures_satisfaction(figures);
    case MEASURE_OVERDUE:
        return (struct share){ figures->overdue, figures->received };
    case MEASURE_OPEN:
        return (struct share){ figures->waiting + figures->in_hand + figures->carried_open,
                               figures->received + figures->carried };
    case MEASURE_ENDED:
        return (struct share){ figures->closed + figures->explained + figures->out_of_scope,
                               figures->received };
    case MEASURE_NONE:
    case MEASURE_RECEIVED:
        break;
    }
    return (struct share){ figures->received, figures->received };
}

static int by_count(const void *a, const void *b)
{
    const struct share *left = &((const struct rank *)a)->share, *right = &((const struct rank *)b)->share;

    return (left->part < right->part) - (left->part > right->part);
}

static int by_share(const void *a, const void *b)
{
    const struct share *left = &((const struct rank *)a)->share, *right = &((const struct rank *)b)->share;
    int64_t first = left->part * right->whole, second = right->part * left->whole;

    return (first < second) - (first > second);
}

static bool units_are_topics(const struct asker *asker)
{
    return asker->question.units == UNITS_TOPICS;
}

static bool is_compared(const struct asker *asker, const struct report_row *row, bool *is_so)
{
    const struct unit *unit = NULL;
    enum figure_units units = asker->question.units;

    if (units == UNITS_TOPICS) {
        *is_so = figures_ask_about(row->key);
        return true;
    }
    if (row->id && !cache_unit(asker->talk->turn, row->id, &unit))
        return false;
    *is_so =
        unit && (units == UNITS_ALL || (units == UNITS_TOWNSHIPS && unit->level == UNIT_TOWNSHIP) ||
                 (units == UNITS_VILLAGES && unit->level == UNIT_VILLAGE) ||
                 (units == UNITS_OFFICES && (unit->level == UNIT_DEPARTMENT || unit->level == UNIT_OFFICE)));
    return true;
}

/* Those with cases enough for a rate, or with any to count, in order. */
static bool rank(const struct asker *asker, const struct report *report, struct rank *ranks, size_t *n)
{
    enum figure_measure measure = asker->question.measure;

    *n = 0;
    for (size_t i = 0; i < report->n; i++) {
        const struct report_row *row = &report->rows[i];
        struct share share = measured(&row->figures, measure);
        bool is_so;

        if (!is_compared(asker, row, &is_so))
            return false;
        if (is_so && (is_share(measure) ? share.whole >= RANKED : share.part > 0))
            ranks[(*n)++] = (struct rank){ units_are_topics(asker) ? row->key : row->name, share };
    }
    qsort(ranks, *n, sizeof *ranks, is_share(measure) ? by_share : by_count);
    return true;
}

static void add_ranks(const struct asker *asker, const struct rank *ranks, size_t n,
                      struct json_object *facts)
{
    struct json_object *list = json_object_new_array();
    size_t too_few = is_share(asker->question.measure) ? 1 : 0; /* to rank */

    json_object_object_add(facts, "ranks", list);
    for (size_t i = 0; n > too_few && i < n && i < TOLD; i++) {
        const struct rank *one = &ranks[asker->question.is_least ? n - 1 - i : i];
        struct json_object *item = share_facts(one->share);

        if (units_are_topics(asker))
            facts_choice(item, "topic", one->name);
        else
            facts_text(item, "name", one->name, 0);
        json_object_array_add(list, item);
    }
    facts_flag(facts, "too_few", n <= too_few);
    facts_flag(facts, "by_topic", units_are_topics(asker));
    facts_flag(facts, "least", asker->question.is_least);
}

static const char *measure_name(enum figure_measure measure)
{
    static const char *const names[] = { "received", "received", "ended",    "open",
                                         "overdue",  "response", "solution", "satisfaction" };

    return names[measure];
}

bool figures_ranking(const struct asker *asker, struct json_object **facts)
{
    struct turn *turn = asker->talk->turn;
    struct report_query query = query_of(asker, asker->scope);
    struct report report;
    struct rank *ranks;
    size_t n;

    if (asker->question.units == UNITS_VILLAGES)
        query.by = BY_PLACE;
    else
        query.by = units_are_topics(asker) ? BY_TOPIC : BY_HANDLING_UNIT;
    query.with_carried = !asker->span.is_named;
    if (!report_make(turn->mem, turn->store, &query, &report) ||
        (!asker->span.is_named && query.by == BY_HANDLING_UNIT &&
         !report_count_overdue(turn->mem, turn->store, &query, &report)))
        return false;
    ranks = talloc_array(turn->mem, struct rank, (unsigned)report.n + 1);
    if (!rank(asker, &report, ranks, &n))
        return false;
    *facts = facts_choice(NULL, "measure", measure_name(asker->question.measure));
    add_question(asker, *facts);
    add_ranks(asker, ranks, n, *facts);
    return true;
}
