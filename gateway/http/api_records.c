/* /api/v1/events and /api/v1/notices: listing what came in and went out, filing events, sending texts. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/http/api.h"
#include "gateway/http/send_request.h"
#include "gateway/http/token.h"
#include "gateway/provider/fields.h"
#include "gateway/turn/sanitise.h"
#include "store/people.h"

enum { KEY_MOST = 200 };

static bool add_event(const struct event *event, void *arg)
{
    struct page *page = arg;
    struct case_ *case_;

    if (!api_case(page->exchange, event->case_id, &case_)) {
        page->has_failed = true;
        return false;
    }
    if (!page_add(page, view_event(page->exchange, event, case_), event->id))
        return false;
    page_shows(page, event->case_id);
    return true;
}

void api_list_events(struct exchange *exchange)
{
    static const char *const known[] = { "line", "outcome", "from", "since", NULL };
    struct event_filter filter = { 0 };
    struct page page;

    if (!page_begin(&page, exchange, known))
        return;
    filter.line = page_text(&page, "line");
    filter.outcome = page_text(&page, "outcome");
    filter.from = page_text(&page, "from");
    filter.since = page_time(&page, "since");
    filter.after_id = page.after;
    filter.limit = page.limit + 1;
    filter.not_guarded = !api_may_see(exchange, true);
    /* asking by number would tell who an anonymous reporter is */
    if (filter.from && !api_may_see(exchange, true))
        page_is_wrong(&page, "from");
    page_end(&page, page.wrong || store_each_event(exchange->store, &filter, add_event, &page));
}

static bool add_notice(const struct notice *notice, void *arg)
{
    struct page *page = arg;
    struct case_ *case_;

    if (!api_case(page->exchange, notice->case_id, &case_)) {
        page->has_failed = true;
        return false;
    }
    if (!page_add(page, view_notice(page->exchange, notice, case_), notice->id))
        return false;
    page_shows(page, notice->case_id);
    return true;
}

static unsigned read_states(struct page *page)
{
    const char *wanted = page_text(page, "state");

    for (int state = NOTICE_READY; wanted && state <= NOTICE_CANCELLED; state++)
        if (strcmp(wanted, notice_state_name((enum notice_state)state)) == 0)
            return 1U << state;
    if (wanted)
        page_is_wrong(page, "state");
    return 0;
}

void api_list_notices(struct exchange *exchange)
{
    static const char *const known[] = { "state", "case", NULL };
    struct notice_filter filter = { 0 };
    struct case_ *case_ = NULL;
    struct page page;
    const char *number;

    if (!page_begin(&page, exchange, known))
        return;
    filter.states = read_states(&page);
    filter.after_id = page.after;
    filter.limit = page.limit + 1;
    filter.not_guarded = !api_may_see(exchange, true);
    number = page_text(&page, "case");
    if (number && store_case_by_number(exchange->store, exchange, number, &case_) &&
        (!case_ || !api_may_see(exchange, case_->is_guarded)))
        page_is_wrong(&page, "case");
    filter.case_id = case_ ? case_->id : 0;
    page_end(&page, page.wrong || store_each_notice(exchange->store, &filter, add_notice, &page));
}

static void answer_notice(struct exchange *exchange, int64_t id, int status)
{
    struct notice *notice = NULL;
    struct case_ *case_ = NULL;

    if (!store_notice(exchange->store, exchange, id, &notice) ||
        (notice && !api_case(exchange, notice->case_id, &case_)))
        api_store_failed(exchange);
    else if (!notice || !api_may_see(exchange, notice->is_withheld))
        exchange_refuse(exchange, 404, "notice not found");
    else if (!case_ || api_note_views(exchange, &case_->id, 1))
        api_answer(exchange, status, view_notice(exchange, notice, case_));
}

void api_show_notice(struct exchange *exchange)
{
    char *end;
    long long id = strtoll(exchange->rest, &end, 10);

    answer_notice(exchange, *end ? 0 : id, 200);
}

void api_send_notice(struct exchange *exchange)
{
    static const char *const known[] = { "to", "text", "not_before", NULL };
    const char *key = exchange_header(exchange, "Idempotency-Key"), *time_text, *wrong;
    struct json_object *body = api_body(exchange, known);
    struct send_request sending = { .token_id = exchange->token->id, .key = key };

    if (!body)
        return;
    sending.to = json_field(exchange, body, "to");
    sending.text = json_field(exchange, body, "text");
    time_text = json_field(exchange, body, "not_before");
    /* the time first: the check makes a hash of the whole request */
    wrong = time_text && !provider_time(time_text, &sending.not_before)
                ? "invalid value for not_before"
                : send_request_check(exchange, exchange->server->config, &sending);
    if (!wrong && key && (*key == '\0' || strlen(key) > KEY_MOST))
        wrong = "Idempotency-Key must be 1 to 200 octets long";
    if (wrong)
        exchange_refuse(exchange, 400, wrong);
    else if (!send_request_do(exchange->server->desk, &sending, 1))
        api_store_failed(exchange);
    else if (sending.is_other)
        exchange_refuse(exchange, 409, "this Idempotency-Key was used for a different request");
    else if (sending.notice_id == 0)
        exchange_refuse(exchange, 422,
                        "this number cannot be texted: it is a service number, muted, or opted out");
    else
        answer_notice(exchange, sending.notice_id, sending.is_repeated ? 200 : 202);
}

/* Another text under an id that was used: its words would be lost unseen. Words that were blanked since are
 * taken for the same. */
static bool is_other(const struct event *given, const struct event *kept)
{
    bool is_blank = !kept->text || !*kept->text || strcmp(kept->text, STORE_BLANKED) == 0;

    return strcmp(given->from, kept->from) != 0 || (!is_blank && strcmp(given->text, kept->text) != 0);
}

static void answer_event(struct exchange *exchange, const struct event *given)
{
    struct event *event = NULL;
    struct case_ *case_ = NULL;

    if (!store_event_by_key(exchange->store, exchange, given->line, given->external_id, &event) || !event ||
        !api_case(exchange, event->case_id, &case_)) {
        api_store_failed(exchange);
        return;
    }
    if (!given->id && is_other(given, event)) {
        exchange_refuse(exchange, 409, "this id was used for a different text");
        return;
    }
    api_answer(exchange, given->id ? 202 : 200, view_event(exchange, event, case_));
}

static void submit_event(struct exchange *exchange, struct event *event)
{
    if (desk_submit(exchange->server->desk, event, 1))
        answer_event(exchange, event);
    else
        api_store_failed(exchange);
}

/* A token must not act for a cadre. False: answered. */
static bool may_file_for(struct exchange *exchange, const char *phone)
{
    struct person *person;

    if (!store_person(exchange->store, exchange, phone, &person))
        api_store_failed(exchange);
    else if (person && person->roles != 0)
        exchange_refuse(exchange, 403,
                        "from is a registered cadre's phone: cadres act from their own phone alone");
    else
        return true;
    return false;
}

/* What somebody said elsewhere is handled like a text of theirs, and answered by text. */
void api_file_event(struct exchange *exchange)
{
    static const char *const known[] = { "id", "from", "text", "at", NULL };
    struct json_object *body = api_body(exchange, known);
    struct event event = { .kind = EVENT_TEXT, .received_at = exchange->now, .at = exchange->now };
    const char *from, *time_text;

    if (!body)
        return;
    event.external_id = json_field(exchange, body, "id");
    event.text = json_field(exchange, body, "text");
    from = json_field(exchange, body, "from");
    time_text = json_field(exchange, body, "at");
    event.from = from ? provider_addressee(exchange, from) : NULL;
    event.line = talloc_asprintf(exchange, "api:%s", exchange->token->name);
    if (!event.external_id || !*event.external_id || strlen(event.external_id) > KEY_MOST)
        exchange_refuse(exchange, 400, "id must be 1 to 200 octets long");
    else if (!event.from)
        exchange_refuse(exchange, 400, "from is not a phone number");
    else if (!event.text || *sanitise_text(exchange, event.text, true) == '\0')
        exchange_refuse(exchange, 400, "text is missing");
    else if (time_text && (!provider_time(time_text, &event.at) || event.at > exchange->now + 86400))
        exchange_refuse(exchange, 400, "at must be a time that is not in the future");
    else if (may_file_for(exchange, event.from))
        submit_event(exchange, &event);
}
