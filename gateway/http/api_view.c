/* The API's views of a case, a step, an event and a notice. */
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/http/api.h"
#include "gateway/turn/notify.h"
#include "gateway/turn/redact.h"
#include "gateway/turn/sanitise.h"
#include "modem/pdu/segment.h"
#include "store/people.h"
#include "store/steps.h"

static struct json_object *text_or_null(const char *text)
{
    return text && *text ? json_object_new_string(text) : NULL;
}

static struct json_object *id_or_null(int64_t id)
{
    return id ? json_object_new_int64(id) : NULL;
}

/* ISO 8601 with the offset of the configured zone; null for 0. */
static struct json_object *time_or_null(int64_t at)
{
    time_t seconds = (time_t)at;
    struct tm local;
    char text[40], zone[8], whole[48];

    if (at == 0)
        return NULL;
    localtime_r(&seconds, &local);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &local);
    strftime(zone, sizeof zone, "%z", &local);
    snprintf(whole, sizeof whole, "%s%.3s:%.2s", text, zone, zone + 3);
    return json_object_new_string(whole);
}

static struct json_object *person(const struct case_ *case_, const char *phone)
{
    bool is_hidden = case_->is_anonymous && phone && strcmp(case_->reporter, phone) == 0;

    return is_hidden ? NULL : text_or_null(phone);
}

/* What somebody said, without what controls the screen of whoever reads it; is_hidden: a reporter's who asked
 * not to be named. */
static struct json_object *words_of(bool is_hidden, const char *words)
{
    void *mem = talloc_new(NULL);
    struct json_object *shown =
        json_object_new_string(sanitise_text(mem, redact_for_handlers(mem, is_hidden, words), true));

    talloc_free(mem);
    return shown;
}

static struct json_object *unit_name(void *mem, struct store *store, int64_t id)
{
    struct unit *unit = NULL;

    if (id)
        store_unit(store, mem, id, &unit);
    return unit ? text_or_null(unit->name) : NULL;
}

struct json_object *view_similar(void *mem, struct store *store, const struct similar_case *similar)
{
    struct json_object *view = json_object_new_object();

    json_object_object_add(view, "number", text_or_null(similar->number));
    json_object_object_add(view, "similarity", json_object_new_int(similar->similarity));
    json_object_object_add(view, "same_place", json_object_new_boolean(similar->is_same_place));
    json_object_object_add(view, "same_topic", json_object_new_boolean(similar->is_same_topic));
    json_object_object_add(view, "topic", text_or_null(similar->topic));
    json_object_object_add(view, "place", unit_name(mem, store, similar->place));
    json_object_object_add(view, "received_at", time_or_null(similar->received_at));
    return view;
}

struct json_object *view_case(void *mem, struct store *store, const struct case_ *case_)
{
    struct json_object *view = json_object_new_object();
    struct case_ *into = NULL;

    if (case_->merged_into)
        store_case(store, mem, case_->merged_into, &into);
    json_object_object_add(view, "number", text_or_null(case_->number));
    json_object_object_add(view, "state", text_or_null(case_state_name(case_->state)));
    json_object_object_add(view, "category", text_or_null(case_category_name(case_->category)));
    json_object_object_add(view, "confidence", json_object_new_int(case_->confidence));
    json_object_object_add(view, "topic", text_or_null(case_->topic));
    json_object_object_add(view, "urgency",
                           json_object_new_string(case_->urgency == URGENCY_URGENT ? "urgent" : "normal"));
    json_object_object_add(view, "reporter", person(case_, case_->reporter));
    json_object_object_add(view, "is_anonymous", json_object_new_boolean(case_->is_anonymous));
    json_object_object_add(view, "is_guarded", json_object_new_boolean(case_->is_guarded));
    json_object_object_add(view, "line", text_or_null(case_->line));
    json_object_object_add(view, "place", unit_name(mem, store, case_->place));
    json_object_object_add(view, "unit", unit_name(mem, store, case_->unit));
    json_object_object_add(view, "handler", text_or_null(case_->handler));
    json_object_object_add(view, "first_handler", text_or_null(case_->first_handler));
    json_object_object_add(view, "leader", text_or_null(case_->leader));
    json_object_object_add(view, "text", words_of(case_->is_anonymous, case_->text));
    json_object_object_add(view, "received_at", time_or_null(case_->received_at));
    json_object_object_add(view, "accepted_at", time_or_null(case_->accepted_at));
    json_object_object_add(view, "shown_on", time_or_null(case_->shown_on));
    json_object_object_add(view, "finish_by", time_or_null(case_->finish_by));
    json_object_object_add(view, "closed_at", time_or_null(case_->closed_at));
    json_object_object_add(view, "rated_at", time_or_null(case_->rated_at));
    json_object_object_add(view, "rating", id_or_null(case_->rating));
    json_object_object_add(view, "reopened", json_object_new_int(case_->reopened));
    json_object_object_add(view, "merged_into", into ? text_or_null(into->number) : NULL);
    return view;
}

struct json_object *view_step(const struct case_ *case_, const struct step *step)
{
    struct json_object *view = json_object_new_object();

    json_object_object_add(view, "id", json_object_new_int64(step->id));
    json_object_object_add(view, "case", text_or_null(case_->number));
    json_object_object_add(view, "at", time_or_null(step->at));
    json_object_object_add(view, "kind", text_or_null(step->kind));
    json_object_object_add(view, "actor", person(case_, step->actor));
    json_object_object_add(view, "line", text_or_null(step->line));
    json_object_object_add(
        view, "words",
        words_of(case_->is_anonymous && strcmp(step->actor, case_->reporter) == 0, step->words));
    json_object_object_add(view, "event", id_or_null(step->event_id));
    return view;
}

/*
 * A text without a case may be a part or the beginning of one that accuses an official: only those who may
 * see restricted cases are shown its words.
 */
struct json_object *view_event(struct exchange *exchange, const struct event *event,
                               const struct case_ *case_)
{
    struct json_object *view = json_object_new_object();
    bool shows_words = case_ ? api_may_see(exchange, case_->is_guarded) : api_may_see(exchange, true);

    json_object_object_add(view, "id", json_object_new_int64(event->id));
    json_object_object_add(view, "kind", text_or_null(event_kind_name(event->kind)));
    json_object_object_add(view, "line", text_or_null(event->line));
    json_object_object_add(view, "external_id",
                           event->is_sender_hidden ? NULL : text_or_null(event->external_id));
    json_object_object_add(view, "from", event->is_sender_hidden ? NULL : text_or_null(event->from));
    json_object_object_add(view, "to", text_or_null(event->to));
    json_object_object_add(view, "at", time_or_null(event->at));
    json_object_object_add(view, "received_at", time_or_null(event->received_at));
    json_object_object_add(
        view, "text",
        shows_words && event->text
            ? words_of(event->is_sender_hidden || (case_ && case_->is_anonymous), event->text)
            : NULL);
    json_object_object_add(view, "outcome", text_or_null(event->outcome));
    json_object_object_add(view, "why", text_or_null(event->why));
    json_object_object_add(view, "case", case_ ? text_or_null(case_->number) : NULL);
    return view;
}

/* 0 until it was sent. A provider that gives one id for a text of several short messages counts it as one. */
static int parts_of(const struct notice *notice)
{
    int counted = (int)segment_count(notice->text, NULL);

    return notice->parts > 0 && notice->parts < counted ? counted : notice->parts;
}

/* One-time codes are shown to nobody, whether they went out or not. */
struct json_object *view_notice(struct exchange *exchange, const struct notice *notice,
                                const struct case_ *case_)
{
    struct json_object *view = json_object_new_object();
    const char *kept = notify_kept_words(exchange, notice);

    json_object_object_add(view, "id", json_object_new_int64(notice->id));
    json_object_object_add(view, "to", notice->is_to_hidden ? NULL : text_or_null(notice->to));
    json_object_object_add(view, "name", text_or_null(notice->name));
    json_object_object_add(view, "text", json_object_new_string(kept ? kept : notice->text));
    json_object_object_add(view, "line", text_or_null(notice->line));
    json_object_object_add(view, "state", text_or_null(notice_state_name(notice->state)));
    json_object_object_add(view, "why", text_or_null(notice->why));
    json_object_object_add(view, "parts", json_object_new_int(parts_of(notice)));
    json_object_object_add(view, "attempts", json_object_new_int(notice->attempts));
    json_object_object_add(view, "case", case_ ? text_or_null(case_->number) : NULL);
    json_object_object_add(view, "created_at", time_or_null(notice->created_at));
    json_object_object_add(view, "due_at", time_or_null(notice->due_at));
    json_object_object_add(view, "sent_at", time_or_null(notice->sent_at));
    json_object_object_add(view, "settled_at", time_or_null(notice->settled_at));
    return view;
}
