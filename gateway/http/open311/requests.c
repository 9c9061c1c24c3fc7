/*
 * GET requests: 民生 cases on the board, with their words masked as on the board, and the cases that the
 * asking program filed. Any other case is "not found".
 */
#include <string.h>
#include <talloc.h>

#include "gateway/http/open311/asked.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/redact.h"
#include "store/people.h"
#include "store/reports.h"

/* The specification's limits. */
enum { SPAN_SECONDS = 90 * 86400, MOST = 1000, WORDS = 120 };

struct listing {
    struct asked *asked;
    struct json_object *requests;
    const char *codes;                     /* service_code */
    int64_t updated_after, updated_before; /* 0: any */
    int64_t skip, size;
    bool has_failed;
};

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When the case ended, else the later of its receipt and its last progress. */
static int64_t updated_at(const struct board_case *case_)
{
    return case_->closed_at ? case_->closed_at : later(case_->received_at, case_->progress_at);
}

/* Points are those of villages and townships, never the reporter's own. */
static void add_degrees(struct json_object *request, const char *name, int64_t millionths)
{
    char text[32];

    snprintf(text, sizeof text, "%.6f", (double)millionths / 1000000);
    json_object_object_add(request, name, json_object_new_double_s((double)millionths / 1000000, text));
}

static bool add_place(struct listing *listing, struct json_object *request, const struct board_case *case_)
{
    struct store *store = listing->asked->exchange->store;
    void *mem = listing->asked->mem;
    struct unit *place = NULL, *unit = NULL;

    if ((case_->place && !store_unit(store, mem, case_->place, &place)) ||
        (case_->unit && !store_unit(store, mem, case_->unit, &unit)))
        return false;
    asked_add(request, "agency_responsible", unit ? unit->name : "");
    asked_add(request, "address", place ? place->name : "");
    asked_add(request, "address_id", place ? place->code : "");
    if (place && (place->latitude || place->longitude)) {
        add_degrees(request, "lat", place->latitude);
        add_degrees(request, "long", place->longitude);
    }
    return true;
}

static struct json_object *request_of(struct listing *listing, const struct board_case *case_)
{
    void *mem = listing->asked->mem;
    struct json_object *request = json_object_new_object();
    bool is_open = case_state_is_open(case_->state);
    const char *notes = is_open ? redact_progress(mem, case_, WORDS) : redact_result(mem, case_, WORDS);

    asked_add(request, "service_request_id", case_->number);
    asked_add(request, "status", is_open ? "open" : "closed");
    asked_add(request, "status_notes",
              *notes ? notes
                     : asked_words(listing->asked, "state",
                                   facts_choice(NULL, "state", case_state_name(case_->state))));
    asked_add(request, "service_name", open311_service_name(listing->asked, case_->topic));
    asked_add(request, "service_code", case_->topic);
    asked_add(request, "description", redact_text(mem, case_, WORDS));
    asked_add_time(request, "requested_datetime", case_->received_at);
    asked_add_time(request, "updated_datetime", updated_at(case_));
    if (is_open)
        asked_add_time(request, "expected_datetime",
                       case_->state == CASE_NEW ? case_->accept_by : case_->finish_by);
    listing->has_failed |= !add_place(listing, request, case_);
    return request;
}

static bool is_wanted(const struct listing *listing, const struct board_case *case_)
{
    const struct entries *entries = &listing->asked->entries;

    return entries_lists(entries, "service_code", case_->topic) &&
           entries_lists(entries, "status", case_state_is_open(case_->state) ? "open" : "closed") &&
           (!listing->updated_after || updated_at(case_) > listing->updated_after) &&
           (!listing->updated_before || updated_at(case_) < listing->updated_before);
}

static bool take(const struct board_case *case_, void *arg)
{
    struct listing *listing = arg;

    if (!is_wanted(listing, case_))
        return true;
    if (listing->skip > 0) {
        listing->skip--;
        return true;
    }
    if ((int64_t)json_object_array_length(listing->requests) == listing->size)
        return false;
    listing->asked->mem = talloc_new(listing->asked->exchange);
    json_object_array_add(listing->requests, request_of(listing, case_));
    talloc_free(listing->asked->mem);
    listing->asked->mem = listing->asked->exchange;
    return !listing->has_failed;
}

/* Adds each case of a list of numbers. */
static bool take_numbers(struct listing *listing, struct public_filter *filter, const char *numbers)
{
    const char *at = numbers + strspn(numbers, ", ");

    for (int i = 0; *at && i < MOST; i++) {
        size_t n = strcspn(at, ", ");

        filter->number = talloc_strndup(listing->asked->exchange, at, n);
        if (!store_each_public(listing->asked->exchange->store, filter, take, listing))
            return false;
        at += n + strspn(at + n, ", ");
    }
    return true;
}

/* Without dates the last 90 days; with only one, the 90 days from it or up to it. */
static void read_span(struct asked *asked, const struct listing *listing, struct public_filter *filter)
{
    struct entries *entries = &asked->entries;
    int64_t begin = entries_time(asked->exchange, entries, "start_date", 0);
    int64_t end = entries_time(asked->exchange, entries, "end_date", 0);

    filter->until = end ? end + 1 : begin ? begin + SPAN_SECONDS : asked->exchange->now + 1;
    filter->since = begin ? begin : listing->updated_after ? 0 : filter->until - SPAN_SECONDS;
    if (begin && end && end - begin > SPAN_SECONDS)
        filter->until = begin + SPAN_SECONDS;
}

static void read_listing(struct asked *asked, struct listing *listing, struct public_filter *filter)
{
    struct entries *entries = &asked->entries;
    int64_t page = entries_number(entries, "page", 1, 1, 1000000);

    listing->updated_after = entries_time(asked->exchange, entries, "updated_after", 0);
    listing->updated_before = entries_time(asked->exchange, entries, "updated_before", 0);
    listing->size = entries_number(entries, "page_size", MOST, 1, MOST);
    listing->skip = (page - 1) * listing->size;
    read_span(asked, listing, filter);
}

void open311_requests(struct asked *asked)
{
    const char *numbers = *asked->id ? asked->id : entries_text(&asked->entries, "service_request_id");
    struct listing listing = { .asked = asked };
    struct public_filter filter = { .line = asked->line, .now = asked->exchange->now };
    bool is_read;

    read_listing(asked, &listing, &filter);
    if (asked->entries.wrong) {
        asked_refuse(asked, 400,
                     talloc_asprintf(asked->exchange, "invalid value for %s", asked->entries.wrong));
        return;
    }
    listing.requests = json_object_new_array();
    is_read = numbers ? take_numbers(&listing, &filter, numbers)
                      : store_each_public(asked->exchange->store, &filter, take, &listing);
    if (is_read && !listing.has_failed && (!*asked->id || json_object_array_length(listing.requests) > 0)) {
        asked_answer(asked, 200, "service_requests", listing.requests);
        return;
    }
    json_object_put(listing.requests);
    if (is_read && !listing.has_failed)
        asked_refuse(asked, 404, "there is no request with this service_request_id");
    else
        asked_store_failed(asked);
}
