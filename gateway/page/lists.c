#include "gateway/page/lists.h"

#include <string.h>
#include <talloc.h>

#include "gateway/page/counts.h"
#include "gateway/page/drafting.h"
#include "gateway/page/filing.h"
#include "gateway/page/offers.h"
#include "gateway/page/queues.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/redact.h"
#include "gateway/turn/unit_name.h"
#include "modem/pdu/segment.h"

enum { CLIP_LIST = 40 };

bool lists_add_case(struct visit *visit, const struct case_ *case_, struct json_object *list)
{
    static const char *const flags[] = { "livelihood", "hardship", "petition" };
    const struct unit *place = NULL, *unit = NULL;
    struct json_object *item = fill_item(list);
    int64_t by = case_->state == CASE_NEW ? (case_->accepted_at ? case_->take_by : case_->accept_by)
                                          : case_->finish_by;
    const char *text = redact_for_handlers(visit->exchange, case_->is_anonymous, case_->text);

    if ((case_->place && !cache_unit(&visit->turn, case_->place, &place)) ||
        (case_->unit && !cache_unit(&visit->turn, case_->unit, &unit)))
        return false;
    fill_text(item, "number", case_->number);
    fill_text(item, "state", visit_name(visit, "state", case_state_name(case_->state)));
    fill_text(item, "topic", visit_name(visit, "topic", case_->topic));
    fill_text(item, "category", visit_name(visit, "category", flags[case_->category]));
    fill_text(item, "place", place ? unit_name_short(visit->exchange, place->name) : "");
    fill_text(item, "unit", unit ? unit->name : "");
    fill_text(item, "handler", visit_who(visit, case_->handler));
    fill_text(item, "text", talloc_strndup(visit->exchange, text, segment_clip(text, CLIP_LIST)));
    fill_time(item, "received", case_->received_at, visit->exchange->now);
    fill_flag(item, "urgent", case_->urgency == URGENCY_URGENT);
    fill_flag(item, "guarded", case_->is_guarded);
    if (case_state_is_open(case_->state) && by) {
        fill_day(item, "by", by);
        fill_flag(item, "late", by < visit->exchange->now);
    }
    if (case_->rating)
        fill_number(item, "rating", case_->rating);
    visit_shows(visit, case_);
    return true;
}

static bool take_case(const struct case_ *case_, void *arg)
{
    struct queue_view *view = arg;
    unsigned standing;

    if (view->queue->fits && !view->queue->fits(view, case_))
        return !view->is_failed;
    if (++view->looked_at > QUEUES_LOOKED_AT)
        return false;
    view->is_failed = !standing_of(&view->visit->turn, case_, view->visit->person, &standing);
    if (view->is_failed)
        return false;
    if (!standing)
        return true;
    queues_count(view, case_->received_at);
    if (view->list && view->count <= QUEUES_SHOWN)
        view->is_failed = !lists_add_case(view->visit, case_, view->list) ||
                          (view->queue->add &&
                           !view->queue->add(view, case_,
                                             json_object_array_get_idx(
                                                 view->list, json_object_array_length(view->list) - 1)));
    return !view->is_failed;
}

static bool run_queue(struct queue_view *view)
{
    struct case_filter filters[QUEUES_FILTERS];
    size_t n;

    if (view->queue->run)
        return view->queue->run(view);
    n = view->queue->fill(view->visit, filters);
    for (size_t i = 0; i < n; i++) {
        filters[i].limit = view->queue->fits ? view->queue->searched : QUEUES_LOOKED_AT + 1;
        if (!store_each_case(view->visit->turn.store, &filters[i], take_case, view) || view->is_failed)
            return false;
    }
    return true;
}

/* Adds the age as "3 天", in the largest unit that fits. */
static void add_age(const struct visit *visit, struct json_object *item, int64_t since)
{
    int64_t seconds = visit->exchange->now - since;
    const char *key = seconds >= INT64_C(2) * DAY_SECONDS ? "days" : seconds >= 7200 ? "hours" : "minutes";
    int64_t n = seconds >= INT64_C(2) * DAY_SECONDS ? seconds / DAY_SECONDS
                : seconds >= 7200                   ? seconds / 3600
                                                    : seconds / 60;

    if (since)
        fill_text(
            item, "age",
            talloc_asprintf(visit->exchange, "%lld %s", (long long)(n < 0 ? 0 : n), visit_word(visit, key)));
}

static bool add_queues(struct visit *visit)
{
    struct json_object *list = counts_find(visit);
    char *shown = visit->cases;

    if (list) {
        json_object_object_add(visit->data, "queues", list);
        return true;
    }
    list = fill_list(visit->data, "queues");

    for (const struct queue *queue = queues; queue->name; queue++) {
        struct queue_view view = { .visit = visit, .queue = queue };
        struct json_object *item;

        if (!visit_may(visit, queue->roles))
            continue;
        if (!queue->is_slow && !run_queue(&view))
            return false;
        item = fill_item(list);
        fill_text(item, "name", queue->name);
        fill_text(item, "label", visit_word(visit, talloc_asprintf(visit->exchange, "list_%s", queue->name)));
        if (!queue->is_slow)
            fill_text(item, "count", talloc_asprintf(visit->exchange, "%lld", (long long)view.count));
        fill_flag(item, "more", view.looked_at > QUEUES_LOOKED_AT);
        fill_flag(item, "none", view.count == 0 && !queue->is_slow);
        add_age(visit, item, view.oldest);
    }
    visit->cases = shown; /* only counts are shown */
    counts_keep(visit, list);
    return true;
}

void lists_home(struct visit *visit)
{
    if (add_queues(visit) && filing_add_answers(visit, visit_query(visit, "done")))
        visit_show(visit, 200, "home.html");
    else
        visit_failed(visit);
}

static void add_bulk(struct visit *visit)
{
    struct json_object *list = fill_list(visit->data, "bulk");

    for (const struct offer *offer = offers; offer->name; offer++)
        if (offer->is_bulk) {
            struct json_object *item = fill_item(list);

            fill_text(item, "name", offer->name);
            fill_text(item, "label",
                      visit_word(visit, talloc_asprintf(visit->exchange, "do_%s", offer->name)));
            fill_flag(item, "starred", offer->is_starred);
        }
}

void lists_show(struct visit *visit)
{
    struct queue_view view = { .visit = visit };

    for (const struct queue *queue = queues; queue->name; queue++)
        if (strcmp(queue->name, visit->rest) == 0 && visit_may(visit, queue->roles))
            view.queue = queue;
    if (!view.queue) {
        visit_absent(visit);
        return;
    }
    if (!view.queue->template) {
        drafting_list(visit);
        return;
    }
    view.list = fill_list(visit->data, "items");
    if (!run_queue(&view)) {
        visit_failed(visit);
        return;
    }
    fill_text(visit->data, "name", view.queue->name);
    fill_text(visit->data, "title",
              visit_word(visit, talloc_asprintf(visit->exchange, "list_%s", view.queue->name)));
    fill_text(visit->data, "count",
              talloc_asprintf(visit->exchange, "%lld%s", (long long)view.count,
                              view.looked_at > QUEUES_LOOKED_AT ? "+" : ""));
    fill_flag(visit->data, "more", view.count > QUEUES_SHOWN);
    fill_flag(visit->data, "none", view.count == 0);
    add_bulk(visit);
    fill_text(visit->data, "nonce", filing_nonce(visit));
    fill_flag(visit->data, "can_agree", strcmp(view.queue->name, "unsure") == 0);
    fill_flag(visit->data, "asks_place", strcmp(view.queue->name, "place") == 0);
    if (!filing_add_answers(visit, visit_query(visit, "done"))) {
        visit_failed(visit);
        return;
    }
    visit_show(visit, 200, view.queue->template);
}
