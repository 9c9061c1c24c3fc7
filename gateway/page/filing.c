#include "gateway/page/filing.h"

#include <string.h>
#include <talloc.h>

#include "gateway/desk/intake.h"
#include "gateway/http/token.h"
#include "gateway/page/counts.h"
#include "gateway/turn/redact.h"
#include "store/page/drafts.h"
#include "store/events.h"

const char *filing_nonce(struct visit *visit)
{
    const char *hash;

    return token_new(visit->exchange, &hash) ? hash : "";
}

/* A nonce names an event of one person alone, and tells nothing else. */
static const char *key_of(const struct visit *visit, const char *nonce)
{
    return talloc_asprintf(visit->exchange, "%s %s", visit->person->phone, nonce);
}

static struct event event_of(const struct visit *visit, const struct filing *filing)
{
    struct last_seen *one = talloc(visit->exchange, struct last_seen);
    bool is_of_one = filing->case_ && filing->seen;

    if (is_of_one)
        *one = (struct last_seen){ filing->case_->id, filing->seen };
    return (struct event){ .kind = EVENT_TEXT,
                           .line = EVENT_LINE_PAGE,
                           .external_id = key_of(visit, filing->nonce),
                           .from = visit->person->phone,
                           .at = visit->exchange->now,
                           .received_at = visit->exchange->now,
                           .text = filing->text,
                           .is_confirmed = filing->is_proven,
                           .seen = is_of_one ? one : filing->all_seen,
                           .n_seen = is_of_one ? 1 : filing->n_seen };
}

bool filing_file(struct visit *visit, struct filing *filing)
{
    struct event *events = talloc(visit->exchange, struct event), *kept = NULL;

    *events = event_of(visit, filing);
    if (!desk_submit(visit->page->desk, events, 1) ||
        !store_event_by_key(visit->turn.store, visit->exchange, EVENT_LINE_PAGE, events->external_id,
                            &kept) ||
        !kept)
        return false;
    counts_forget(visit);
    filing->event = kept;
    return true;
}

bool filing_filed(struct visit *visit, struct filing *filing)
{
    struct event *event = NULL;

    if (!store_event_by_key(visit->turn.store, visit->exchange, EVENT_LINE_PAGE, key_of(visit, filing->nonce),
                            &event) ||
        !event)
        return false;
    filing->event = event;
    return !filing_is_outdated(filing);
}

bool filing_is_outdated(const struct filing *filing)
{
    return filing->event->why && strcmp(filing->event->why, intake_outdated) == 0;
}

bool filing_rehearse(struct visit *visit, const struct filing *filing, struct rehearsal *rehearsal)
{
    struct event event = event_of(visit, filing);

    event.is_confirmed = true;
    event.n_seen = 0;
    event.external_id = talloc_asprintf(visit->exchange, "rehearsal %s", filing->nonce);
    return desk_rehearse(visit->page->desk, visit->exchange, &event, rehearsal);
}

/* Adds the number of a case that this event made, whose receipt may be printed. */
static bool add_receipt(struct visit *visit, const struct event *event)
{
    struct case_ *case_ = NULL;

    if (!event->outcome || strcmp(event->outcome, event_outcome_name(OUTCOME_CASE)) != 0)
        return true;
    if (!store_case(visit->turn.store, visit->exchange, event->case_id, &case_))
        return false;
    fill_text(visit->data, "receipt", case_ ? case_->number : NULL);
    return true;
}

int64_t filing_units(const char *text)
{
    int64_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80 ? 1 + ((unsigned char)*text >= 0xf0) : 0;
    return n;
}

void filing_show(struct visit *visit, const struct rehearsal *rehearsal, struct json_object *data)
{
    struct json_object *notices = fill_list(data, "notices"), *answers = fill_list(data, "said");

    for (size_t i = 0; i < rehearsal->n; i++) {
        const struct rehearsed_notice *notice = &rehearsal->notices[i];
        bool is_own = strcmp(notice->line, EVENT_LINE_PAGE) == 0;
        struct json_object *item = fill_item(is_own ? answers : notices);

        fill_text(item, "text", redact_for_handlers(visit->exchange, notice->is_to_hidden, notice->text));
        fill_text(item, "to",
                  notice->is_to_hidden ? visit_word(visit, "anonymous") : visit_who(visit, notice->to));
        fill_number(item, "units", filing_units(notice->text));
        fill_number(item, "parts", notice->parts);
    }
    fill_flag(data, "is_silent", json_object_array_length(notices) == 0);
}

void filing_go(struct visit *visit, const struct filing *filing, const char *path)
{
    char *done = talloc_strdup(visit->exchange, filing->nonce);

    for (char *c = done; *c; c++)
        *c = *c == ' ' ? '+' : *c;
    visit_go(visit, talloc_asprintf(visit->exchange, "%s?done=%s", path, done));
}

bool filing_add_answers(struct visit *visit, const char *nonce)
{
    struct json_object *list = fill_list(visit->data, "answers");
    struct event *event = NULL;
    const char **texts;
    size_t n;

    if (!*nonce)
        return true;
    if (!store_event_by_key(visit->turn.store, visit->exchange, EVENT_LINE_PAGE, key_of(visit, nonce),
                            &event))
        return false;
    if (!event)
        return true;
    if (!store_answers_to_event(visit->turn.store, visit->exchange, event->id, event->from, &texts, &n))
        return false;
    if (!add_receipt(visit, event))
        return false;
    for (size_t i = 0; i < n; i++)
        fill_text(fill_item(list), "text", texts[i]);
    if (event->outcome && strcmp(event->outcome, event_outcome_name(OUTCOME_FAILED)) == 0)
        fill_text(visit->data, "problem", visit_word(visit, "went_wrong"));
    return true;
}
