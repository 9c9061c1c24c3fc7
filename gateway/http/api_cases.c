/* /api/v1/cases, /cases/NUMBER, /cases/NUMBER/steps and /similar, and /report. */
#include <string.h>
#include <talloc.h>

#include "gateway/http/api.h"
#include "gateway/turn/similar.h"
#include "store/reports.h"
#include "store/steps.h"

enum { SIMILAR_MOST = 5, RATINGS = 5 };

static bool add_case(const struct case_ *case_, void *arg)
{
    struct page *page = arg;

    if (!page_add(page, view_case(page->exchange, page->exchange->store, case_), case_->id))
        return false;
    page_shows(page, case_->id);
    return true;
}

/* The parameters that both the list and the report take. */
static void read_filter(struct page *page, struct case_filter *filter)
{
    const char *state = page_text(page, "state"), *category = page_text(page, "category");
    enum case_state one;
    enum case_category class;

    if (state && !case_state_parse(state, &one))
        page_is_wrong(page, "state");
    else if (state)
        filter->states = 1U << one;
    if (category && !case_category_parse(category, &class))
        page_is_wrong(page, "category");
    else if (category)
        filter->category = 1 + (int)class;
    filter->topic = page_text(page, "topic");
    filter->since = page_time(page, "since");
    filter->until = page_time(page, "until");
    filter->not_guarded = !api_may_see(page->exchange, true);
}

void api_list_cases(struct exchange *exchange)
{
    static const char *const known[] = { "state", "category", "topic", "handler", "since", "until", NULL };
    struct case_filter filter = { 0 };
    struct page page;

    if (!page_begin(&page, exchange, known))
        return;
    read_filter(&page, &filter);
    filter.handler = page_text(&page, "handler");
    filter.after_id = page.after;
    filter.limit = page.limit + 1;
    page_end(&page, page.wrong || store_each_case(exchange->store, &filter, add_case, &page));
}

static void list_steps(struct exchange *exchange, const struct case_ *case_)
{
    static const char *const known[] = { NULL };
    struct page page;
    struct step *steps;
    size_t n = 0;
    bool is_good;

    if (!page_begin(&page, exchange, known))
        return;
    page_shows(&page, case_->id);
    is_good = store_steps(exchange->store, exchange, case_->id, &steps, &n);
    for (size_t i = 0; is_good && i < n; i++)
        if (steps[i].id > page.after && !page_add(&page, view_step(case_, &steps[i]), steps[i].id))
            break;
    page_end(&page, is_good);
}

/* None of a restricted case, and no restricted one: similar.h. */
static void list_similar(struct exchange *exchange, const struct case_ *case_)
{
    static const char *const known[] = { NULL };
    struct similar_case *found;
    struct page page;
    size_t n = 0;
    bool is_good;

    if (!page_begin(&page, exchange, known))
        return;
    is_good = similar_find(exchange->store, exchange, case_, SIMILAR_MOST, &found, &n);
    for (size_t i = 0; is_good && i < n; i++) {
        if (!page_add(&page, view_similar(exchange, exchange->store, &found[i]), found[i].id))
            break;
        page_shows(&page, found[i].id);
    }
    page_end(&page, is_good);
}

/* A case that may not be seen is answered like one that is not there. */
void api_show_case(struct exchange *exchange)
{
    const char *slash = strchr(exchange->rest, '/');
    const char *number = talloc_strndup(exchange, exchange->rest,
                                        slash ? (size_t)(slash - exchange->rest) : strlen(exchange->rest));
    struct case_ *case_ = NULL;

    if (!store_case_by_number(exchange->store, exchange, number, &case_))
        api_store_failed(exchange);
    else if (!case_ || !api_may_see(exchange, case_->is_guarded) ||
             (slash && strcmp(slash, "/steps") != 0 && strcmp(slash, "/similar") != 0))
        exchange_refuse(exchange, 404, "case not found");
    else if (slash && strcmp(slash, "/similar") == 0)
        list_similar(exchange, case_);
    else if (slash)
        list_steps(exchange, case_);
    else if (api_note_views(exchange, &case_->id, 1))
        api_answer(exchange, 200, view_case(exchange, exchange->store, case_));
}

struct counting {
    const struct case_filter *filter;
    int64_t all, states[CASE_STATES], categories[CATEGORY_PETITION + 1], ratings[RATINGS];
    struct json_object *topics;
};

static bool count(const struct case_summary *summary, void *arg)
{
    struct counting *counting = arg;
    const struct case_filter *filter = counting->filter;
    struct json_object *topic;

    if ((filter->states && !(filter->states & 1U << summary->state)) ||
        (filter->category && filter->category != 1 + (int)summary->category) ||
        (filter->topic && strcmp(filter->topic, summary->topic) != 0))
        return true;
    counting->all++;
    counting->states[summary->state]++;
    counting->categories[summary->category]++;
    counting->ratings[summary->rating]++;
    if (json_object_object_get_ex(counting->topics, summary->topic, &topic))
        json_object_int_inc(topic, 1);
    else
        json_object_object_add(counting->topics, summary->topic, json_object_new_int64(1));
    return true;
}

static void add_count(struct json_object *counts, const char *name, int64_t count)
{
    if (count)
        json_object_object_add(counts, name, json_object_new_int64(count));
}

static void add_counts(struct json_object *report, const struct counting *counting)
{
    static const char *const ratings[RATINGS] = { "0", "1", "2", "3", "4" };
    struct json_object *by_state = json_object_new_object(), *by_category = json_object_new_object(),
                       *by_rating = json_object_new_object();

    for (int i = 0; i < CASE_STATES; i++)
        add_count(by_state, case_state_name((enum case_state)i), counting->states[i]);
    for (int i = 0; i <= CATEGORY_PETITION; i++)
        add_count(by_category, case_category_name((enum case_category)i), counting->categories[i]);
    for (int i = 0; i < RATINGS; i++)
        add_count(by_rating, ratings[i], counting->ratings[i]);
    json_object_object_add(report, "cases", json_object_new_int64(counting->all));
    json_object_object_add(report, "by_state", by_state);
    json_object_object_add(report, "by_category", by_category);
    json_object_object_add(report, "by_topic", json_object_get(counting->topics));
    json_object_object_add(report, "by_rating", by_rating);
}

static bool fill_report(struct exchange *exchange, const struct case_filter *filter,
                        struct json_object *report)
{
    const struct summary_filter wish = { .since = filter->since,
                                         .until = filter->until ? filter->until : INT64_MAX,
                                         .with_guarded = !filter->not_guarded,
                                         .with_no_complaints = filter->states & 1U << CASE_NO_COMPLAINT,
                                         .parts = SUMMARY_TOPIC };
    struct counting counting = { .filter = filter, .topics = json_object_new_object() };
    bool is_done = store_each_summary(exchange->store, &wish, count, &counting);

    if (is_done)
        add_counts(report, &counting);
    json_object_put(counting.topics);
    return is_done;
}

void api_report(struct exchange *exchange)
{
    static const char *const known[] = { "state", "category", "topic", "since", "until", NULL };
    struct json_object *report;
    struct case_filter filter = { 0 };
    struct page page;

    if (!page_begin(&page, exchange, known))
        return;
    read_filter(&page, &filter);
    if (page.wrong) {
        page_end(&page, true);
        return;
    }
    json_object_put(page.items);
    report = json_object_new_object();
    if (fill_report(exchange, &filter, report)) {
        api_answer(exchange, 200, report);
        return;
    }
    json_object_put(report);
    api_store_failed(exchange);
}
