#include "gateway/page/queues.h"

#include "gateway/page/alike.h"
#include "gateway/page/placing.h"
#include "gateway/page/queue_runs.h"
#include "gateway/turn/dates.h"
#include "store/steps.h"

/* Cases that a queue reads where no index selects them; SEARCHED_ALIKE: each with those similar to it. */
enum { SEARCHED = 1000, SEARCHED_ALIKE = 200 };

void queues_count(struct queue_view *view, int64_t since)
{
    view->count++;
    if (since && (!view->oldest || since < view->oldest))
        view->oldest = since;
}

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
static bool was_hasty(struct queue_view *view, const struct case_ *case_)
{
    bool has_progress;

    if (case_->accepted_at && case_->closed_at - case_->accepted_at <= 600)
        return true;
    return store_has_progress(view->visit->turn.store, case_->id, &has_progress) && !has_progress;
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

static bool has_earlier(struct queue_view *view, const struct case_ *case_)
{
    struct case_ *earlier;

    view->is_failed |= !alike_earlier(view->visit, case_, &earlier);
    view->earlier = earlier;
    return earlier;
}

static bool add_earlier(struct queue_view *view, const struct case_ *case_, struct json_object *item)
{
    return alike_add(view->visit, case_, view->earlier, item);
}

static bool add_places(struct queue_view *view, const struct case_ *case_, struct json_object *item)
{
    return placing_add(view->visit, case_, item);
}

#define WORKS (ROLE_CADRE | ROLE_LEADER | ROLE_SUPERVISOR)
#define ABOVE (ROLE_LEADER | ROLE_SUPERVISOR)
#define SORTS (WORKS | ROLE_CLERK)

/* clang-format off */
const struct queue queues[] = {
    { "overdue", SORTS, fill_overdue, NULL, NULL, .template = "list.html" },
    { "due", SORTS, fill_due, NULL, NULL, .template = "list.html" },
    { "mine", ROLE_CADRE, fill_mine, NULL, NULL, .template = "list.html" },
    { "waiting", WORKS, fill_waiting, NULL, NULL, .template = "list.html" },
    { "urgent", WORKS, fill_urgent, NULL, NULL, .template = "list.html" },
    { "unsure", SORTS, fill_unsure, NULL, NULL, .template = "list.html" },
    { "place", SORTS, fill_place, NULL, NULL, .template = "list.html", .add = add_places },
    { "returned", SORTS, fill_returned, NULL, NULL, .template = "list.html" },
    { "alike", SORTS, fill_new, has_earlier, NULL, "list.html", .is_slow = true, .searched = SEARCHED_ALIKE, .add = add_earlier },
    { "to-hear", FOR_ALL, NULL, NULL, queue_run_to_hear, .template = "to_hear.html" },
    { "unsent", FOR_ALL, NULL, NULL, queue_run_unsent, .template = "unsent.html" },
    { "code", SORTS, NULL, NULL, queue_run_code, .template = "list.html" },
    { "drafts", FOR_ALL, NULL, NULL, queue_run_drafts, .template = NULL },
    { "hasty", ABOVE, fill_closed, was_hasty, NULL, "list.html", .searched = SEARCHED },
    { "bad", ABOVE, fill_rated, NULL, NULL, .template = "list.html" },
    { "restricted", ROLE_SUPERVISOR, fill_restricted, NULL, NULL, .template = "list.html" },
    { 0 },
};
/* clang-format on */
