#include "gateway/page/lists.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/hearing.h"
#include "gateway/page/alike.h"
#include "gateway/page/counts.h"
#include "gateway/page/drafting.h"
#include "gateway/page/filing.h"
#include "gateway/page/offers.h"
#include "gateway/page/placing.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/redact.h"
#include "gateway/turn/unit_name.h"
#include "modem/pdu/segment.h"
#include "store/page/drafts.h"
#include "store/notices.h"
#include "store/questions.h"
#include "store/recordings.h"
#include "store/steps.h"

/*
 * LOOKED_AT: the most cases that a queue reads to count those its reader may know of. SEARCHED: the most
 * cases it reads where no index selects them.
 */
enum { SHOWN = 50, LOOKED_AT = 100, SEARCHED = 1000, CLIP_LIST = 40, FILTERS = 3 };

struct queue;

/* What is being counted or shown of a queue. */
struct queue_view {
    struct visit *visit;
    const struct queue *queue;
    struct json_object *list; /* NULL: only counted */
    int64_t count, oldest;
    int looked_at;
    bool is_failed;
};

struct queue {
    const char *name;
    unsigned roles;
    /* Sets the filters of its cases, at most FILTERS; returns how many. */
    size_t (*fill)(const struct visit *visit, struct case_filter *filters);
    bool (*fits)(const struct visit *visit, const struct case_ *case_); /* NULL: all do */
    bool (*run)(struct queue_view *view);                               /* of other things than cases; NULL */
    const char *template;
    bool is_slow; /* not counted among the others */
    int searched; /* cases that are searched, at most; 0: SEARCHED */
    /* Adds to the item of a case in the list; NULL: nothing. False: the store failed. */
    bool (*add)(struct visit *visit, const struct case_ *case_, struct json_object *item);
};

static int64_t end_of_today(const struct visit *visit)
{
    return date_moment(date_plus(date_of(visit->exchange->now), 1), 0) - 1;
}

static bool is_above(const struct visit *visit)
{
    return visit->person->roles & (ROLE_LEADER | ROLE_SUPERVISOR);
}

/* Who only sorts sees of the open cases those that nobody has taken on. */
static unsigned open_states(const struct visit *visit)
{
    return visit->person->roles & (ROLE_CADRE | ROLE_LEADER | ROLE_SUPERVISOR) ? OPEN_STATES : 1u << CASE_NEW;
}

/* Where somebody's cases are; 0: in the whole county, which clerks sort. */
static int64_t area(const struct visit *visit)
{
    return visit->person->roles & ROLE_CLERK ? 0 : visit->person->unit;
}

static size_t fill_mine(const struct visit *visit, struct case_filter *filters)
{
    filters[0] = (struct case_filter){ .handler = visit->person->phone, .states = 1u << CASE_IN_HAND };
    return 1;
}

static size_t fill_waiting(const struct visit *visit, struct case_filter *filters)
{
    filters[0] = (struct case_filter){ .states = 1u << CASE_NEW,
                                       .jurisdiction = visit->person->unit,
                                       .not_to_sort = true };
    return 1;
}

static size_t fill_new(const struct visit *visit, struct case_filter *filters)
{
    filters[0] =
        (struct case_filter){ .states = 1u << CASE_NEW, .jurisdiction = area(visit), .newest_first = true };
    return 1;
}

static size_t fill_unsure(const struct visit *visit, struct case_filter *filters)
{
    filters[0] = (struct case_filter){ .states = open_states(visit),
                                       .unsure_below = UNSURE_BELOW,
                                       .jurisdiction = area(visit) };
    return 1;
}

static size_t fill_place(const struct visit *visit, struct case_filter *filters)
{
    (void)visit;
    filters[0] = (struct case_filter){ .states = 1u << CASE_NEW, .lacks_place = true };
    return 1;
}

static size_t fill_returned(const struct visit *visit, struct case_filter *filters)
{
    (void)visit;
    filters[0] = (struct case_filter){ .states = 1u << CASE_NEW, .is_returned = true };
    return 1;
}

static bool has_earlier(const struct visit *visit, const struct case_ *case_)
{
    struct visit looking = *visit;
    struct case_ *earlier;

    return alike_earlier(&looking, case_, &earlier) && earlier;
}

/* Filters the reader's cases whose promise fell due between since and until and is not kept. */
static size_t fill_until(const struct visit *visit, struct case_filter *filters, int64_t since, int64_t until)
{
    filters[0] = (struct case_filter){ .states = 1u << CASE_NEW,
                                       .accept_since = since,
                                       .accept_until = until,
                                       .jurisdiction = area(visit),
                                       .order = ORDER_ACCEPT_BY };
    if (open_states(visit) != OPEN_STATES)
        return 1;
    filters[1] = (struct case_filter){
        .states = 1u << CASE_IN_HAND, .finish_since = since, .finish_until = until, .order = ORDER_FINISH_BY
    };
    filters[2] = (struct case_filter){ .states = ANSWERED_STATES,
                                       .review_since = since,
                                       .review_until = until,
                                       .jurisdiction = visit->person->unit,
                                       .order = ORDER_REVIEW_BY };
    if (is_above(visit))
        filters[1].jurisdiction = visit->person->unit;
    else
        filters[1].handler = visit->person->phone;
    return 3;
}

static size_t fill_due(const struct visit *visit, struct case_filter *filters)
{
    return fill_until(visit, filters, visit->exchange->now, end_of_today(visit));
}

static size_t fill_overdue(const struct visit *visit, struct case_filter *filters)
{
    return fill_until(visit, filters, 0, visit->exchange->now);
}

static size_t fill_urgent(const struct visit *visit, struct case_filter *filters)
{
    filters[0] =
        (struct case_filter){ .states = OPEN_STATES, .is_urgent = true, .jurisdiction = visit->person->unit };
    return 1;
}

static size_t fill_restricted(const struct visit *visit, struct case_filter *filters)
{
    (void)visit;
    filters[0] = (struct case_filter){ .states = OPEN_STATES, .is_guarded = true };
    return 1;
}

static size_t fill_closed(const struct visit *visit, struct case_filter *filters)
{
    filters[0] = (struct case_filter){ .states = 1u << CASE_CLOSED | 1u << CASE_RATED,
                                       .closed_since = visit->exchange->now - 30 * (int64_t)DAY_SECONDS,
                                       .closed_until = visit->exchange->now,
                                       .jurisdiction = visit->person->unit,
                                       .order = ORDER_CLOSED,
                                       .newest_first = true };
    return 1;
}

/* Whether the case was closed within ten minutes of its acceptance, or without any progress report. */
static bool was_hasty(const struct visit *visit, const struct case_ *case_)
{
    bool has_progress;

    if (case_->accepted_at && case_->closed_at - case_->accepted_at <= 600)
        return true;
    return store_has_progress(visit->turn.store, case_->id, &has_progress) && !has_progress;
}

static size_t fill_rated(const struct visit *visit, struct case_filter *filters)
{
    filters[0] =
        (struct case_filter){ .states = 1u << CASE_RATED | 1u << CASE_EXPLAINED | 1u << CASE_OUT_OF_SCOPE,
                              .jurisdiction = visit->person->unit,
                              .is_rated_badly = true,
                              .newest_first = true };
    return 1;
}

static void count(struct queue_view *view, int64_t since)
{
    view->count++;
    if (since && (!view->oldest || since < view->oldest))
        view->oldest = since;
}

static bool list_notices(const struct notice *notice, void *arg)
{
    struct queue_view *view = arg;
    struct case_ *case_ = NULL;
    struct json_object *item;
    unsigned standing = 0;
    bool sorts;

    if (!standing_is_sorter(&view->visit->turn, view->visit->person, &sorts) ||
        (notice->case_id &&
         (!store_case(view->visit->turn.store, view->visit->exchange, notice->case_id, &case_) ||
          (case_ && !standing_of(&view->visit->turn, case_, view->visit->person, &standing))))) {
        view->is_failed = true;
        return false;
    }
    sorts |= view->visit->person->roles & ROLE_OPERATOR;
    /* operators and clerks see that a text did not go out, and why; only those who may know its case see its
     * words */
    if (!standing && (!sorts || notice->is_withheld))
        return true;
    count(view, notice->settled_at ? notice->settled_at : notice->created_at);
    if (!view->list || view->count > SHOWN)
        return true;
    item = fill_item(view->list);
    fill_text(item, "text",
              standing || !case_
                  ? redact_for_handlers(view->visit->exchange, notice->is_to_hidden, notice->text)
                  : NULL);
    fill_text(item, "to",
              notice->is_to_hidden ? visit_word(view->visit, "anonymous")
                                   : visit_who(view->visit, notice->to));
    fill_text(item, "line", notice->line);
    fill_text(item, "why", notice->why);
    fill_text(item, "state", visit_word(view->visit, notice_state_name(notice->state)));
    fill_time(item, "at", notice->created_at, view->visit->exchange->now);
    fill_number(item, "id", notice->id);
    if (standing) {
        fill_text(item, "number", case_->number);
        visit_shows(view->visit, case_);
    }
    return true;
}

static bool run_unsent(struct queue_view *view)
{
    const struct notice_filter unsent = { .states = 1u << NOTICE_FAILED | 1u << NOTICE_UNKNOWN,
                                          .limit = LOOKED_AT };

    return store_each_notice(view->visit->turn.store, &unsent, list_notices, view) && !view->is_failed;
}

static bool list_recording(struct queue_view *view, const struct recording *recording)
{
    struct visit *visit = view->visit;
    struct json_object *item;
    struct case_ *case_;
    bool may;

    if (!store_case(visit->turn.store, visit->exchange, recording->case_id, &case_))
        return false;
    if (!case_)
        return true;
    if (!hearing_may(&visit->turn, case_, recording, visit->person, &may))
        return false;
    if (!may)
        return true;
    count(view, recording->begun_at);
    if (!view->list || view->count > SHOWN)
        return true;
    item = fill_item(view->list);
    fill_text(item, "number", case_->number);
    fill_number(item, "id", recording->id);
    fill_number(item, "seconds", recording->ms / 1000);
    fill_number(item, "minutes", hearing_minutes(visit->exchange->now, recording));
    fill_time(item, "at", recording->begun_at, visit->exchange->now);
    if (recording->transcript == TRANSCRIPT_DONE)
        fill_text(item, "transcript", recording->transcript_text);
    visit_shows(visit, case_);
    return true;
}

static bool run_to_hear(struct queue_view *view)
{
    const struct recording_filter unwritten = { .is_unwritten = true };
    struct recording *recordings;
    size_t n;

    if (!store_recordings(view->visit->turn.store, view->visit->exchange, &unwritten, &recordings, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!list_recording(view, &recordings[i]))
            return false;
    return true;
}

static bool run_drafts(struct queue_view *view)
{
    struct draft *drafts;
    size_t n;

    if (!store_drafts(view->visit->turn.store, view->visit->exchange, view->visit->person->phone, -1, &drafts,
                      &n))
        return false;
    for (size_t i = 0; i < n; i++)
        count(view, drafts[i].at);
    return true;
}

/* Lists steps asked for by text that still wait for their code. */
static bool run_code(struct queue_view *view)
{
    struct confirmation *waiting;
    struct case_ *case_ = NULL;
    unsigned standing;

    if (!store_confirmation(view->visit->turn.store, view->visit->exchange, view->visit->person->phone, "",
                            &waiting) ||
        (waiting && waiting->case_id &&
         !store_case(view->visit->turn.store, view->visit->exchange, waiting->case_id, &case_)))
        return false;
    if (!case_ || waiting->expires_at < view->visit->exchange->now)
        return true;
    if (!standing_of(&view->visit->turn, case_, view->visit->person, &standing))
        return false;
    if (!standing) /* it was restricted since they asked */
        return true;
    count(view, 0);
    return !view->list || lists_add_case(view->visit, case_, view->list);
}

#define WORKS (ROLE_CADRE | ROLE_LEADER | ROLE_SUPERVISOR)
#define ABOVE (ROLE_LEADER | ROLE_SUPERVISOR)
#define SORTS (WORKS | ROLE_CLERK)

/* clang-format off */
static const struct queue queues[] = {
    { "overdue", SORTS, fill_overdue, NULL, NULL, .template = "list.html" },
    { "due", SORTS, fill_due, NULL, NULL, .template = "list.html" },
    { "mine", ROLE_CADRE, fill_mine, NULL, NULL, .template = "list.html" },
    { "waiting", WORKS, fill_waiting, NULL, NULL, .template = "list.html" },
    { "urgent", WORKS, fill_urgent, NULL, NULL, .template = "list.html" },
    { "unsure", SORTS, fill_unsure, NULL, NULL, .template = "list.html" },
    { "place", SORTS, fill_place, NULL, NULL, .template = "list.html", .add = placing_add },
    { "returned", SORTS, fill_returned, NULL, NULL, .template = "list.html" },
    { "alike", SORTS, fill_new, has_earlier, NULL, "list.html", .is_slow = true, .searched = 200, .add = alike_add },
    { "to-hear", FOR_ALL, NULL, NULL, run_to_hear, .template = "to_hear.html" },
    { "unsent", FOR_ALL, NULL, NULL, run_unsent, .template = "unsent.html" },
    { "code", SORTS, NULL, NULL, run_code, .template = "list.html" },
    { "drafts", FOR_ALL, NULL, NULL, run_drafts, .template = NULL },
    { "hasty", ABOVE, fill_closed, was_hasty, NULL, "list.html", .is_slow = true },
    { "bad", ABOVE, fill_rated, NULL, NULL, "list.html", .is_slow = true },
    { "restricted", ROLE_SUPERVISOR, fill_restricted, NULL, NULL, .template = "list.html" },
    { 0 },
};
/* clang-format on */

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

    if (view->queue->fits && !view->queue->fits(view->visit, case_))
        return true;
    if (++view->looked_at > LOOKED_AT)
        return false;
    view->is_failed = !standing_of(&view->visit->turn, case_, view->visit->person, &standing);
    if (view->is_failed)
        return false;
    if (!standing)
        return true;
    count(view, case_->received_at);
    if (view->list && view->count <= SHOWN)
        view->is_failed = !lists_add_case(view->visit, case_, view->list) ||
                          (view->queue->add &&
                           !view->queue->add(view->visit, case_,
                                             json_object_array_get_idx(
                                                 view->list, json_object_array_length(view->list) - 1)));
    return !view->is_failed;
}

static bool run_queue(struct queue_view *view)
{
    struct case_filter filters[FILTERS];
    size_t n;

    if (view->queue->run)
        return view->queue->run(view);
    n = view->queue->fill(view->visit, filters);
    for (size_t i = 0; i < n; i++) {
        filters[i].limit = view->queue->searched ? view->queue->searched
                           : view->queue->fits   ? SEARCHED
                                                 : LOOKED_AT + 1;
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
        fill_flag(item, "more", view.looked_at > LOOKED_AT);
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
                              view.looked_at > LOOKED_AT ? "+" : ""));
    fill_flag(visit->data, "more", view.count > SHOWN);
    fill_flag(visit->data, "none", view.count == 0);
    add_bulk(visit);
    fill_text(visit->data, "nonce", filing_nonce(visit));
    fill_flag(visit->data, "can_agree", strcmp(view.queue->name, "unsure") == 0);
    if (!filing_add_answers(visit, visit_query(visit, "done"))) {
        visit_failed(visit);
        return;
    }
    visit_show(visit, 200, view.queue->template);
}
