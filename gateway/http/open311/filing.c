#include "gateway/http/open311/filing.h"

#include <string.h>
#include <talloc.h>

#include "gateway/http/open311/point.h"
#include "gateway/provider/digest.h"
#include "gateway/provider/fields.h"
#include "gateway/turn/sanitise.h"
#include "gateway/turn/facts.h"
#include "store/cases.h"

enum { REPEAT_SECONDS = 86400, DESCRIPTION_MOST = 4000 /* characters */, KEY_MOST = 200 };

static const char request_kind[] = "request";

static const char *key_on(struct asked *asked, const char *kind, const char *id, int64_t day)
{
    const char *parts[] = { kind, id ? "id" : "content",
                            id ? id : entries_key(asked->exchange, &asked->entries) };

    return talloc_asprintf(asked->exchange, "%s.%lld", key_of(asked->exchange, parts, 3), (long long)day);
}

/* Keys are kept by the day (UTC) on which they first came, so look under yesterday's, too. */
static bool find(struct asked *asked, const char *kind, const char *id, struct event **event)
{
    struct exchange *exchange = asked->exchange;
    int64_t day = exchange->now / 86400;

    *event = NULL;
    for (int64_t i = 0; i < 2 && !*event; i++) {
        if (!store_event_by_key(exchange->store, exchange, asked->line, key_on(asked, kind, id, day - i),
                                event))
            return false;
        if (*event && exchange->now - (*event)->received_at >= REPEAT_SECONDS)
            *event = NULL;
    }
    return true;
}

/* The client's own id: the header Idempotency-Key, or an attribute that clients use for it; NULL: there is
 * none. */
static const char *client_id(struct asked *asked)
{
    static const char *const names[] = { "attribute[fixmystreet_id]", "attribute[external_id]",
                                         "external_id" };
    const char *id = exchange_header(asked->exchange, "Idempotency-Key");

    for (size_t i = 0; i < sizeof names / sizeof *names && !(id && *id); i++)
        id = entries_text(&asked->entries, names[i]);
    return id && *id && strlen(id) <= KEY_MOST ? id : NULL;
}

enum filing filing_submit(struct asked *asked, const char *kind, const char *id, struct event *event)
{
    struct exchange *exchange = asked->exchange;
    struct event *earlier;

    event->kind = EVENT_TEXT;
    event->line = asked->line;
    event->external_id = key_on(asked, kind, id, exchange->now / 86400);
    event->received_at = exchange->now;
    if (!find(asked, kind, id, &earlier) || (!earlier && !desk_submit(exchange->server->desk, event, 1)))
        return FILING_FAILED;
    if (!earlier && event->id)
        return FILING_DONE;
    /* the same form came at the same time on another connection */
    if (!earlier && (!find(asked, kind, id, &earlier) || !earlier))
        return FILING_FAILED;
    if (strcmp(earlier->text ? earlier->text : "", event->text) != 0)
        return FILING_IS_ANOTHER;
    event->id = earlier->id;
    event->case_id = earlier->case_id;
    return FILING_DONE;
}

/* The event's text: the stated address, the description, and the address of a picture. */
static const char *words_of(struct asked *asked)
{
    static const char *const names[] = { "address_string", "description", "media_url" };
    char *words = talloc_strdup(asked->exchange, "");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = entries_text(&asked->entries, names[i]);

        if (text)
            words = talloc_asprintf_append(words, "%s%s", *words ? "\n" : "", text);
    }
    return words;
}

static size_t count_characters(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += (*text & 0xc0) != 0x80;
    return n;
}

/* Checks the form. NULL, or what is wrong with it. */
static const char *check(struct asked *asked, bool *has_point, int64_t *latitude, int64_t *longitude)
{
    const char *description = entries_text(&asked->entries, "description");
    const char *code = entries_text(&asked->entries, "service_code");

    entries_point(&asked->entries, has_point, latitude, longitude);
    if (!code)
        return "service_code is missing";
    if (!description || *sanitise_text(asked->exchange, description, true) == '\0')
        return "description is missing";
    if (count_characters(description) > DESCRIPTION_MOST)
        return "description is longer than 4,000 characters";
    if (asked->entries.wrong)
        return talloc_asprintf(asked->exchange, "invalid value for %s", asked->entries.wrong);
    return NULL;
}

static void answer(struct asked *asked, const char *number)
{
    struct json_object *requests = json_object_new_array(), *request = json_object_new_object();

    asked_add(request, "service_request_id", number);
    asked_add(request, "service_notice", asked_words(asked, "open311", facts_flag(NULL, "notice", true)));
    json_object_array_add(requests, request);
    asked_answer(asked, 200, "service_requests", requests);
}

static bool find_number(struct asked *asked, int64_t case_id, const char **number)
{
    struct case_ *case_ = NULL;

    *number = NULL;
    if (case_id && !store_case(asked->exchange->store, asked->exchange, case_id, &case_))
        return false;
    *number = case_ ? case_->number : NULL;
    return true;
}

static void submit(struct asked *asked, struct event *event)
{
    const char *number;

    switch (filing_submit(asked, request_kind, client_id(asked), event)) {
    case FILING_DONE:
        if (find_number(asked, event->case_id, &number) && number) {
            answer(asked, number);
            return;
        }
        break;
    case FILING_IS_ANOTHER:
        asked_refuse(asked, 409, "this id was used for a different request");
        return;
    case FILING_FAILED:
        break;
    }
    asked_store_failed(asked);
}

/* Finds the place by the point, else by the code of a place. False: the store failed. */
static bool find_place(struct asked *asked, struct form_facts *facts, bool has_point, int64_t latitude,
                       int64_t longitude)
{
    struct exchange *exchange = asked->exchange;
    const char *code = entries_text(&asked->entries, "address_id");
    struct unit *unit = NULL;

    if (has_point) {
        facts->point =
            talloc_asprintf(exchange, "%.6f, %.6f", (double)latitude / 1000000, (double)longitude / 1000000);
        if (!point_place(exchange->store, exchange, latitude, longitude, &facts->place))
            return false;
    }
    if (facts->place || !code)
        return true;
    if (!store_unit_by_code(exchange->store, exchange, code, &unit))
        return false;
    facts->place = unit && (unit->level == UNIT_VILLAGE || unit->level == UNIT_TOWNSHIP) ? unit->id : 0;
    return true;
}

/* The reporter's number if it can be texted, else "withheld": nobody is answered. */
static const char *sender_of(struct asked *asked)
{
    const char *phone = entries_text(&asked->entries, "phone");
    const char *number = phone ? provider_addressee(asked->exchange, phone) : NULL;

    return number ? number : "withheld";
}

void open311_file(struct asked *asked)
{
    const char *code = entries_text(&asked->entries, "service_code"), *wrong;
    struct form_facts facts = { .topic = code && strcmp(code, "other") != 0 ? code : NULL };
    struct event event = { .at = asked->exchange->now, .form = &facts };
    int64_t latitude = 0, longitude = 0;
    bool has_point;

    wrong = check(asked, &has_point, &latitude, &longitude);
    if (wrong) {
        asked_refuse(asked, 400, wrong);
        return;
    }
    if (!open311_service_name(asked, code)) {
        asked_refuse(asked, 404, "there is no service with this service_code");
        return;
    }
    if (!find_place(asked, &facts, has_point, latitude, longitude)) {
        asked_store_failed(asked);
        return;
    }
    event.from = sender_of(asked);
    event.text = words_of(asked);
    submit(asked, &event);
}

/* GET tokens/ID: a client that lost the answer asks by its own id. */
void open311_token(struct asked *asked)
{
    struct json_object *requests, *request;
    struct event *event;
    const char *number = NULL;

    if (!find(asked, request_kind, asked->id, &event) ||
        (event && !find_number(asked, event->case_id, &number))) {
        asked_store_failed(asked);
        return;
    }
    if (!number) {
        asked_refuse(asked, 404, "there is no such token");
        return;
    }
    requests = json_object_new_array();
    request = json_object_new_object();
    asked_add(request, "service_request_id", number);
    asked_add(request, "token", asked->id);
    json_object_array_add(requests, request);
    asked_answer(asked, 200, "service_requests", requests);
}
