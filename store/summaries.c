#include "store/reports.h"

#include <talloc.h>

#include "store/records.h"

static const char *text_of(const struct row *row, int column)
{
    const char *text = row_text(row, column);

    return text ? text : "";
}

/* The column "figures" of the view case_figures (schema/figures.c) has the enums' numbers. */
enum {
    STATE_BITS = 15,
    CATEGORY_SHIFT = 4,
    RATING_SHIFT = 6,
    GUARDED = 512,
    ACCEPTED = 1024,
    RETURNED = 2048,
    FIGURES = 4096
};
_Static_assert(CASE_IN_HAND == 1 && CASE_RATED == 3 && CASE_OUT_OF_SCOPE == 5 && CASE_WITHDRAWN == 7 &&
                   CASE_NO_COMPLAINT == 8 && CATEGORY_PETITION == 2,
               "the view case_figures numbers states and categories so");

static enum case_state figures_state(int64_t figures)
{
    return (enum case_state)(figures & STATE_BITS);
}

struct delay_reading {
    bool (*each)(const struct case_delay *delay, void *arg);
    void *arg;
};

static bool hand_delay(const struct row *row, void *arg)
{
    const struct delay_reading *reading = arg;
    int64_t figures = row_number(row, 1);
    enum case_state state = figures_state(figures);

    if (figures & GUARDED || state == CASE_MERGED || state == CASE_WITHDRAWN || state == CASE_NO_COMPLAINT)
        return true;
    return reading->each(&(struct case_delay){ .received_at = row_number(row, 0),
                                               .accepted_at = row_number(row, 2),
                                               .closed_at = row_number(row, 3),
                                               .unit = row_number(row, 4),
                                               .place = row_number(row, 5) },
                         reading->arg);
}

bool store_each_delay(struct store *store, int64_t since, int64_t until,
                      bool (*each)(const struct case_delay *delay, void *arg), void *arg)
{
    struct delay_reading reading = { each, arg };

    return sql_each(store,
                    "SELECT received_at, figures, accepted_at, closed_at, unit, place FROM case_figures"
                    " WHERE received_at >= $1 AND received_at < $2",
                    VALUES(as_number(since), as_number(until)), hand_delay, &reading);
}

struct reading {
    struct handlers *handlers;
    struct ended *ended;
    const struct summary_filter *filter;
    bool (*summary)(const struct case_summary *summary, void *arg);
    void *arg;
};

static void read_handler(struct handlers *handlers, const struct row *row, int column,
                         struct case_summary *summary)
{
    int64_t number = row_number(row, column);
    bool is_number = number != 0 || row_is_null(row, column);
    const struct handler *handler =
        handlers_find(handlers, number, is_number ? "" : text_of(row, column) + 1);

    summary->handler = handler->name;
    summary->handled_in = handler->works_in;
}

static struct case_summary summary_of(int64_t figures)
{
    return (struct case_summary){ .n = 1,
                                  .state = figures_state(figures),
                                  .category = (enum case_category)(figures >> CATEGORY_SHIFT & 3),
                                  .rating = (int)(figures >> RATING_SHIFT & 7),
                                  .is_accepted = figures & ACCEPTED,
                                  .is_returned = figures & RETURNED,
                                  .handler = "",
                                  .topic = "" };
}

static bool is_left_out(const struct summary_filter *filter, int64_t figures)
{
    return (figures & GUARDED && !filter->with_guarded) ||
           (figures_state(figures) == CASE_NO_COMPLAINT && !filter->with_no_complaints);
}

static bool hand_summary(const struct row *row, void *arg)
{
    const struct reading *reading = arg;
    const struct summary_filter *filter = reading->filter;
    int64_t figures = row_number(row, 0);
    struct case_summary summary = summary_of(figures);

    if (is_left_out(filter, figures))
        return true;
    if (case_state_is_open(summary.state))
        summary.deadline = row_number(row, 1);
    if (filter->parts & SUMMARY_TIME)
        summary.received_at = row_number(row, 2);
    if (filter->parts & SUMMARY_UNITS) {
        summary.unit = row_number(row, 3);
        summary.place = row_number(row, 4);
        read_handler(reading->handlers, row, 5, &summary);
    }
    if (filter->parts & SUMMARY_TOPIC)
        summary.topic = text_of(row, 6);
    return !handlers_failed(reading->handlers) && reading->summary(&summary, reading->arg);
}

static bool run_reading(struct store *store, const char *text, struct values values, row_function *hand,
                        struct reading reading)
{
    return handlers_read(store, text, values, hand, &reading, &reading.handlers);
}

#define SUMMARIES(columns) "SELECT figures, deadline" columns " FROM case_figures WHERE "
#define WHOLE ", received_at, unit, place, handler, topic"
#define SINCE "received_at >= $1"
#define IN_SPAN SINCE " AND received_at < $2"
#define BY_TIME " ORDER BY received_at"
#define OF_EITHER_SPAN(columns)                                              \
    {                                                                        \
        SUMMARIES(columns) IN_SPAN BY_TIME, SUMMARIES(columns) SINCE BY_TIME \
    }

/*
 * By the parts asked for, with an end of the span and without. A column that is not asked for is not looked
 * for in the index, and an end that never comes is not compared with: that is most of the work for a case.
 */
static const char *const summaries[][2] = {
    [0] = OF_EITHER_SPAN(""),
    [SUMMARY_TIME] = OF_EITHER_SPAN(", received_at"),
    [SUMMARY_UNITS] = OF_EITHER_SPAN(", NULL, unit, place, handler"),
    [SUMMARY_TIME | SUMMARY_UNITS] = OF_EITHER_SPAN(", received_at, unit, place, handler"),
    [SUMMARY_TOPIC... SUMMARY_WHOLE] = OF_EITHER_SPAN(WHOLE),
};

/* Cases that ended, by their figures. */
struct ended {
    int64_t counts[FIGURES];
    bool is_enough; /* an open case was the last that is wanted */
};

static bool count_ended(const struct row *row, void *arg)
{
    const struct reading *reading = arg;
    int64_t figures = row_number(row, 0);

    if (case_state_is_open(figures_state(figures)))
        return !(reading->ended->is_enough = !hand_summary(row, arg));
    reading->ended->counts[figures % FIGURES]++;
    return true;
}

/* Without their parts, few cases that ended differ. */
static bool each_alike(struct store *store, const struct summary_filter *filter,
                       bool (*each)(const struct case_summary *summary, void *arg), void *arg)
{
    struct ended ended = { 0 };

    if (!run_reading(store, summaries[0][filter->until == INT64_MAX],
                     VALUES(as_number(filter->since), as_number(filter->until)), count_ended,
                     (struct reading){ .ended = &ended, .filter = filter, .summary = each, .arg = arg }))
        return false;
    for (int figures = 0; figures < FIGURES && !ended.is_enough; figures++) {
        struct case_summary summary = summary_of(figures);

        summary.n = ended.counts[figures];
        if (summary.n > 0 && !is_left_out(filter, figures))
            ended.is_enough = !each(&summary, arg);
    }
    return true;
}

bool store_each_summary(struct store *store, const struct summary_filter *filter,
                        bool (*each)(const struct case_summary *summary, void *arg), void *arg)
{
    if (filter->parts == 0)
        return each_alike(store, filter, each, arg);
    return run_reading(store, summaries[filter->parts][filter->until == INT64_MAX],
                       VALUES(as_number(filter->since), as_number(filter->until)), hand_summary,
                       (struct reading){ .filter = filter, .summary = each, .arg = arg });
}

static bool hand_carried(const struct row *row, void *arg)
{
    enum case_state state = figures_state(row_number(row, 0));

    return state == CASE_MERGED || state == CASE_WITHDRAWN || hand_summary(row, arg);
}

bool store_each_carried(struct store *store, const struct summary_filter *filter,
                        bool (*each)(const struct case_summary *summary, void *arg), void *arg)
{
    struct summary_filter whole = *filter;

    whole.parts = SUMMARY_WHOLE;
    return run_reading(store,
                       SUMMARIES(WHOLE) "id IN (SELECT id FROM cases WHERE state IN ('new', 'in hand')"
                                        "  AND received_at < $1 UNION ALL SELECT id FROM cases"
                                        "  WHERE closed_at >= $1 AND received_at < $1) ORDER BY id",
                       VALUES(as_number(filter->since)), hand_carried,
                       (struct reading){ .filter = &whole, .summary = each, .arg = arg });
}

static bool hand_overdue(const struct row *row, void *arg)
{
    const struct reading *reading = arg;
    const struct case_summary summary = { .n = 1,
                                          .state = (enum case_state)row_number(row, 0),
                                          .unit = row_number(row, 1),
                                          .place = row_number(row, 2),
                                          .is_returned = row_number(row, 3) != 0,
                                          .handled_in = row_number(row, 4),
                                          .topic = "",
                                          .handler = "" };

    return reading->summary(&summary, reading->arg);
}

bool store_each_overdue(struct store *store, int64_t now,
                        bool (*each)(const struct case_summary *summary, void *arg), void *arg)
{
    struct reading reading = { .summary = each, .arg = arg };

    return sql_each(store,
                    "SELECT 0, cases.unit, place, returned_at, " STORE_WORKING_UNIT(
                        handlers) " FROM cases LEFT JOIN people AS handlers ON handlers.phone = cases.handler"
                                  " WHERE state = 'new' AND accept_by > 0 AND accept_by < $1"
                                  " AND is_guarded = 0",
                    VALUES(as_number(now)), hand_overdue, &reading) &&
           sql_each(store,
                    "SELECT 1, cases.unit, place, NULL, " STORE_WORKING_UNIT(
                        handlers) " FROM cases LEFT JOIN people AS handlers ON handlers.phone = cases.handler"
                                  " WHERE state = 'in hand' AND finish_by > 0 AND finish_by < $1"
                                  " AND is_guarded = 0",
                    VALUES(as_number(now)), hand_overdue, &reading);
}
