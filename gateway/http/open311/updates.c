/* servicerequestupdates, mySociety's extension: the steps of cases, and reporters' additions to their own
 * cases. */
#include <string.h>
#include <talloc.h>

#include "gateway/http/open311/asked.h"
#include "gateway/http/open311/filing.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/redact.h"
#include "gateway/turn/sanitise.h"
#include "store/cases.h"
#include "store/reports.h"
#include "store/steps.h"

enum { SPAN_SECONDS = 90 * 86400, MOST = 1000, WORDS = 500 };

static const struct {
    const char *kind, *status;
} statuses[] = {
    { "closed", "FIXED" },
    { "explained", "NO_FURTHER_ACTION" },
    { "out of scope", "NOT_COUNCILS_RESPONSIBILITY" },
    { "merged", "DUPLICATE" },
    { "reopened", "REOPEN" },
    { "progress", "IN_PROGRESS" },
};

/* An undone step gives only the case's present state. NULL: the step is left out. */
static const char *status_of(const struct public_step *step)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (strcmp(statuses[i].kind, step->kind) == 0)
            return statuses[i].status;
    return case_state_is_open(step->case_->state) ? "IN_PROGRESS" : NULL;
}

struct listing {
    struct asked *asked;
    struct json_object *updates;
    int64_t skip, size;
};

/* The cadre's words where a board would show them, else a fixed sentence for the kind of step. */
static const char *description_of(struct asked *asked, const struct public_step *step)
{
    bool is_undone = strcmp(step->kind, "undone") == 0;
    const char *words = is_undone ? "" : redact_progress(asked->mem, step->case_, WORDS);

    return *words ? words : asked_words(asked, "open311", facts_choice(NULL, "step", step->kind));
}

static bool take(const struct public_step *step, void *arg)
{
    struct listing *listing = arg;
    struct asked *asked = listing->asked;
    const char *status = status_of(step);
    struct json_object *update;

    if (!status || !entries_lists(&asked->entries, "service_request_id", step->case_->number))
        return true;
    if (listing->skip > 0) {
        listing->skip--;
        return true;
    }
    if ((int64_t)json_object_array_length(listing->updates) == listing->size)
        return false;
    update = json_object_new_object();
    asked->mem = talloc_new(asked->exchange);
    asked_add(update, "update_id", talloc_asprintf(asked->mem, "%lld", (long long)step->id));
    asked_add(update, "service_request_id", step->case_->number);
    asked_add(update, "status", status);
    asked_add(update, "description", description_of(asked, step));
    asked_add_time(update, "updated_datetime", step->at);
    json_object_array_add(listing->updates, update);
    talloc_free(asked->mem);
    asked->mem = asked->exchange;
    return true;
}

void open311_updates(struct asked *asked)
{
    struct entries *entries = &asked->entries;
    struct exchange *exchange = asked->exchange;
    int64_t end = entries_time(exchange, entries, "end_date", exchange->now);
    int64_t begin = entries_time(exchange, entries, "start_date", end - SPAN_SECONDS);
    int64_t after = entries_time(exchange, entries, "updated_after", begin - 1);
    int64_t page = entries_number(entries, "page", 1, 1, 1000000);
    struct public_filter filter = { .line = asked->line,
                                    .since = after + 1 > begin ? after + 1 : begin,
                                    .until = end + 1,
                                    .now = exchange->now };
    struct listing listing = { .asked = asked, .size = entries_number(entries, "page_size", MOST, 1, MOST) };

    listing.skip = (page - 1) * listing.size;
    if (entries->wrong) {
        asked_refuse(asked, 400, talloc_asprintf(exchange, "invalid value for %s", entries->wrong));
        return;
    }
    listing.updates = json_object_new_array();
    if (store_each_public_step(exchange->store, &filter, take, &listing)) {
        asked_answer(asked, 200, "service_request_updates", listing.updates);
        return;
    }
    json_object_put(listing.updates);
    asked_store_failed(asked);
}

/* Whether the asking program filed the case. */
static bool find_own(struct asked *asked, const char *number, struct case_ **case_)
{
    struct exchange *exchange = asked->exchange;
    struct step *steps;
    size_t n;

    if (!store_case_by_number(exchange->store, exchange, number, case_))
        return false;
    if (!*case_)
        return true;
    if (!store_steps(exchange->store, exchange, (*case_)->id, &steps, &n))
        return false;
    if (n == 0 || strcmp(steps[0].kind, "received") != 0 || strcmp(steps[0].line, asked->line) != 0)
        *case_ = NULL;
    return true;
}

/* Answers with the event's id, which cannot be mistaken for a step's. */
static void answer(struct asked *asked, int64_t event_id)
{
    struct json_object *updates = json_object_new_array(), *update = json_object_new_object();

    asked_add(update, "update_id", talloc_asprintf(asked->exchange, "u%lld", (long long)event_id));
    json_object_array_add(updates, update);
    asked_answer(asked, 200, "service_request_updates", updates);
}

static void add(struct asked *asked, const char *number, const char *description)
{
    struct form_facts facts = { 0 };
    struct event event = {
        .from = "withheld", .to = number, .at = asked->exchange->now, .text = description, .form = &facts
    };
    const char *id = entries_text(&asked->entries, "update_id");

    switch (
        filing_submit(asked, "update", id ? id : entries_text(&asked->entries, "update_id_ext"), &event)) {
    case FILING_DONE:
        answer(asked, event.id);
        break;
    case FILING_IS_ANOTHER:
        asked_refuse(asked, 409, "this update_id was used for a different update");
        break;
    case FILING_FAILED:
        asked_store_failed(asked);
        break;
    }
}

/* POST servicerequestupdates: takes only the description; a status is ignored, because only cadres close
 * cases. */
void open311_update(struct asked *asked)
{
    const char *number = entries_text(&asked->entries, "service_request_id");
    const char *description = entries_text(&asked->entries, "description");
    struct case_ *case_ = NULL;

    if (!number)
        asked_refuse(asked, 400, "service_request_id is missing");
    else if (!description || *sanitise_text(asked->exchange, description, true) == '\0')
        asked_refuse(asked, 400, "description is missing");
    else if (!find_own(asked, number, &case_))
        asked_store_failed(asked);
    else if (!case_)
        asked_refuse(asked, 404, "there is no request with this service_request_id");
    else
        add(asked, number, description);
}
