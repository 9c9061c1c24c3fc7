#include "gateway/report/public_works.h"

#include "gateway/turn/facts.h"
#include "store/reports.h"

struct listing {
    void *mem;
    const struct public_works_query *query;
    struct json_object *list;
    int64_t households, people;
};

static void add_choice(const struct listing *listing, struct json_object *row, const char *name,
                       const char *choice)
{
    if (listing->query->has_flags)
        facts_choice(row, name, choice);
    else
        facts_text(row, name, choice, 0);
}

static bool take(const struct board_case *case_, void *arg)
{
    struct listing *listing = arg;
    const struct jurisdiction *jurisdiction = listing->query->jurisdiction;
    struct json_object *row;

    if (!jurisdiction_has(jurisdiction, case_->place, case_->unit))
        return true;
    row = facts_number(NULL, "year", case_->public_works_year);
    facts_text(row, "number", case_->number, 0);
    facts_text(row, "place", jurisdiction_name(jurisdiction, listing->mem, case_->place), 0);
    add_choice(listing, row, "topic", case_->topic);
    /* the reporter's rating does not belong on the list */
    add_choice(listing, row, "state",
               case_state_name(case_->state == CASE_RATED ? CASE_CLOSED : case_->state));
    facts_text(row, "unit", jurisdiction_name(jurisdiction, listing->mem, case_->unit), 0);
    facts_number(row, "households", case_->households);
    facts_number(row, "people", case_->residents);
    json_object_array_add(listing->list, row);
    listing->households += case_->households;
    listing->people += case_->residents;
    return true;
}

bool public_works_add(void *mem, struct store *store, const struct public_works_query *query,
                      struct json_object *object)
{
    struct listing listing = { .mem = mem, .query = query, .list = json_object_new_array() };

    json_object_object_add(object, "public_works", listing.list);
    if (!store_each_public_work(store, query->from_year, query->to_year, query->at, take, &listing))
        return false;
    facts_number(object, "public_works_year", query->to_year);
    facts_number(object, "public_works_count", (int64_t)json_object_array_length(listing.list));
    facts_number(object, "public_works_households", listing.households);
    facts_number(object, "public_works_people", listing.people);
    return true;
}
