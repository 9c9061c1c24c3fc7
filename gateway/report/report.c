#include "gateway/report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/jurisdiction.h"

enum { RATED_MOSTLY = 2, RATED_UNSOLVED = 4 };

struct making {
    const struct report_query *query;
    struct jurisdiction *jurisdiction;
    struct report *report;
    void *mem;
    int *row_of_unit;                /* by the unit's id: 1 + its row */
    int64_t month_from, month_until; /* the month of the last case; cases come in order of time */
    int month;                       /* 202612 */
    char month_key[24];              /* 2026-12 */
};

struct share figures_response(const struct figures *figures)
{
    return (struct share){ figures->responded, figures->received - figures->merged - figures->withdrawn };
}

struct share figures_solution(const struct figures *figures)
{
    return (struct share){ figures->closed - figures->unsolved,
                           figures->waiting + figures->in_hand + figures->closed };
}

struct share figures_satisfaction(const struct figures *figures)
{
    return (struct share){ figures->satisfied, figures->rated };
}

static bool is_overdue(const struct report_query *query, const struct case_summary *summary)
{
    return case_state_is_open(summary->state) && summary->deadline && summary->deadline < query->now;
}

static int64_t *count_of(struct figures *figures, enum case_state state)
{
    switch (state) {
    case CASE_NEW:
        return &figures->waiting;
    case CASE_IN_HAND:
        return &figures->in_hand;
    case CASE_CLOSED:
    case CASE_RATED:
        return &figures->closed;
    case CASE_EXPLAINED:
        return &figures->explained;
    case CASE_OUT_OF_SCOPE:
        return &figures->out_of_scope;
    case CASE_MERGED:
        return &figures->merged;
    case CASE_WITHDRAWN:
        return &figures->withdrawn;
    case CASE_NO_COMPLAINT: /* the store leaves it out */
        break;
    }
    return &figures->waiting;
}

static void count(struct figures *figures, const struct report_query *query,
                  const struct case_summary *summary)
{
    bool is_closed = summary->state == CASE_CLOSED || summary->state == CASE_RATED;
    bool is_answered = is_closed || summary->state == CASE_EXPLAINED || summary->state == CASE_OUT_OF_SCOPE;
    bool is_gone = summary->state == CASE_MERGED || summary->state == CASE_WITHDRAWN;
    int64_t n = summary->n;

    figures->received += n;
    *count_of(figures, summary->state) += n;
    if (!is_gone && (summary->is_accepted || is_answered || summary->state == CASE_IN_HAND))
        figures->responded += n;
    if (is_overdue(query, summary))
        figures->overdue += n;
    if (is_gone || summary->rating == 0)
        return;
    figures->rated += n;
    if (summary->rating <= RATED_MOSTLY)
        figures->satisfied += n;
    if (is_closed && summary->rating == RATED_UNSOLVED)
        figures->unsolved += n;
}

static struct report_row *add_row(struct making *making, int64_t id, const char *key)
{
    struct report *report = making->report;
    struct report_row *row;

    if ((report->n & (report->n - 1)) == 0)
        report->rows =
            talloc_realloc(making->mem, report->rows, struct report_row, report->n ? 2 * report->n : 1);
    key = talloc_strdup(making->mem, key);
    row = &report->rows[report->n++];
    *row = (struct report_row){ .id = id, .key = key, .name = key };
    return row;
}

static struct report_row *row_by_id(struct making *making, int64_t id, const char *key)
{
    struct report *report = making->report;

    for (size_t i = report->n; i-- > 0;)
        if (report->rows[i].id == id)
            return &report->rows[i];
    return add_row(making, id, key);
}

static struct report_row *row_by_key(struct making *making, const char *key)
{
    for (size_t i = 0; i < making->report->n; i++)
        if (strcmp(making->report->rows[i].key, key) == 0)
            return &making->report->rows[i];
    return add_row(making, 0, key);
}

static struct report_row *row_of_unit(struct making *making, int64_t id)
{
    const struct unit *unit = jurisdiction_unit(making->jurisdiction, id);
    int64_t at = unit ? id : 0;
    struct report_row *row;

    if (making->row_of_unit[at])
        return &making->report->rows[making->row_of_unit[at] - 1];
    row = add_row(making, at, unit ? unit->code : "");
    making->row_of_unit[at] = (int)making->report->n;
    row->name = jurisdiction_name(making->jurisdiction, making->mem, at);
    return row;
}

static struct report_row *row_of_month(struct making *making, int64_t at)
{
    if (at < making->month_from || at >= making->month_until) {
        struct date date = date_of(at);

        making->month = date.year * 100 + date.month;
        making->month_from = date_moment((struct date){ date.year, date.month, 1 }, 0);
        making->month_until = date_moment(month_plus(date, 1), 0);
        snprintf(making->month_key, sizeof making->month_key, "%04d-%02d", date.year, date.month);
    }
    return row_by_id(making, making->month, making->month_key);
}

/* Names each handler once. */
static struct report_row *named(struct making *making, struct report_row *row, const char *handler)
{
    for (size_t i = 0; i < row->n_handlers; i++)
        if (strcmp(row->handlers[i], handler) == 0)
            return row;
    if (!*handler)
        return row;
    row->handlers = talloc_realloc(making->mem, row->handlers, const char *, row->n_handlers + 1);
    row->handlers[row->n_handlers++] = talloc_strdup(making->mem, handler);
    return row;
}

static int64_t working_unit(const struct making *making, const struct case_summary *summary)
{
    return jurisdiction_working_unit(making->jurisdiction, summary->handled_in, summary->unit, summary->place,
                                     summary->state == CASE_NEW && !summary->is_returned);
}

static struct report_row *row_of(struct making *making, const struct case_summary *summary)
{
    switch (making->query->by) {
    case BY_HANDLING_UNIT:
        return named(making, row_of_unit(making, working_unit(making, summary)), summary->handler);
    case BY_PLACE:
        return row_of_unit(making, summary->place);
    case BY_CATEGORY:
        return row_by_id(making, summary->category, case_category_name(summary->category));
    case BY_TOPIC:
        return row_by_key(making, summary->topic);
    case BY_MONTH:
        return row_of_month(making, summary->received_at);
    case BY_NOTHING:
        break;
    }
    return NULL;
}

static bool is_asked_for(const struct making *making, const struct case_summary *summary)
{
    const struct report_query *query = making->query;

    return !((query->category && query->category != 1 + (int)summary->category) ||
             (query->topic && strcmp(query->topic, summary->topic) != 0) ||
             (query->unit && !jurisdiction_has(making->jurisdiction, summary->place, summary->unit) &&
              !jurisdiction_has(making->jurisdiction, summary->handled_in, summary->unit)));
}

static bool take(const struct case_summary *summary, void *arg)
{
    struct making *making = arg;
    const struct report_query *query = making->query;
    struct report_row *row;

    if (!is_asked_for(making, summary))
        return true;
    count(&making->report->all, query, summary);
    row = row_of(making, summary);
    if (row)
        count(&row->figures, query, summary);
    return true;
}

static void count_carried(struct figures *figures, const struct case_summary *summary)
{
    figures->carried++;
    figures->carried_open += case_state_is_open(summary->state);
}

static bool take_carried(const struct case_summary *summary, void *arg)
{
    struct making *making = arg;
    struct report_row *row;

    if (!is_asked_for(making, summary))
        return true;
    count_carried(&making->report->all, summary);
    row = row_of(making, summary);
    if (row)
        count_carried(&row->figures, summary);
    return true;
}

static int by_key(const void *a, const void *b)
{
    const struct report_row *left = a, *right = b;

    return strcmp(left->key, right->key);
}

static int by_id(const void *a, const void *b)
{
    const struct report_row *left = a, *right = b;

    return (left->id > right->id) - (left->id < right->id);
}

static bool start(void *mem, struct store *store, const struct report_query *query, struct report *report,
                  struct making *making)
{
    *making = (struct making){ .query = query, .report = report, .mem = mem };
    *report = (struct report){ 0 };
    making->jurisdiction = jurisdiction_new(mem, store, query->unit);
    if (!making->jurisdiction)
        return false;
    making->row_of_unit = talloc_zero_array(mem, int, (size_t)jurisdiction_size(making->jurisdiction) + 1);
    return true;
}

static void finish(const struct report_query *query, struct report *report)
{
    if (report->n > 1)
        qsort(report->rows, report->n, sizeof *report->rows,
              query->by == BY_CATEGORY || query->by == BY_MONTH ? by_id : by_key);
}

/* As much of the cases as the query asks about. */
static unsigned parts_of(const struct report_query *query)
{
    static const unsigned parts[] = { [BY_HANDLING_UNIT] = SUMMARY_UNITS,
                                      [BY_PLACE] = SUMMARY_UNITS,
                                      [BY_CATEGORY] = 0,
                                      [BY_TOPIC] = SUMMARY_TOPIC,
                                      [BY_MONTH] = SUMMARY_TIME };

    return parts[query->by] | (query->unit ? SUMMARY_UNITS : 0) | (query->topic ? SUMMARY_TOPIC : 0);
}

static struct summary_filter filter_of(const struct report_query *queries, size_t n)
{
    struct summary_filter filter = { .since = queries[0].since,
                                     .until = queries[0].until,
                                     .with_guarded = queries[0].with_guarded };

    for (size_t i = 0; i < n; i++)
        filter.parts |= parts_of(&queries[i]);
    return filter;
}

struct several {
    struct making *makings;
    size_t n;
};

static bool take_for_each(const struct case_summary *summary, void *arg)
{
    const struct several *several = arg;

    for (size_t i = 0; i < several->n; i++)
        take(summary, &several->makings[i]);
    return true;
}

bool report_make_several(void *const *mem, struct store *store, const struct report_query *queries, size_t n,
                         struct report *reports)
{
    const struct summary_filter filter = filter_of(queries, n);
    struct several several = { talloc_array(mem[0], struct making, n), n };

    for (size_t i = 0; i < n; i++)
        if (!start(mem[i], store, &queries[i], &reports[i], &several.makings[i]))
            return false;
    if (!store_each_summary(store, &filter, take_for_each, &several))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (queries[i].with_carried && !store_each_carried(store, &filter, take_carried, &several.makings[i]))
            return false;
        finish(&queries[i], &reports[i]);
    }
    return true;
}

bool report_make(void *mem, struct store *store, const struct report_query *query, struct report *report)
{
    return report_make_several(&mem, store, query, 1, report);
}

static bool take_overdue(const struct case_summary *summary, void *arg)
{
    struct making *making = arg;
    const struct unit *unit;

    if (!is_asked_for(making, summary))
        return true;
    making->report->all.overdue++;
    unit = jurisdiction_unit(making->jurisdiction, working_unit(making, summary));
    if (making->row_of_unit[unit ? unit->id : 0])
        making->report->rows[making->row_of_unit[unit ? unit->id : 0] - 1].figures.overdue++;
    return true;
}

bool report_count_overdue(void *mem, struct store *store, const struct report_query *query,
                          struct report *report)
{
    struct report counted = *report;
    struct making making;

    if (!start(mem, store, query, report, &making))
        return false;
    *report = counted;
    report->all.overdue = 0;
    for (size_t i = 0; i < report->n; i++) {
        report->rows[i].figures.overdue = 0;
        making.row_of_unit[report->rows[i].id] = (int)i + 1;
    }
    return store_each_overdue(store, query->now, take_overdue, &making);
}
