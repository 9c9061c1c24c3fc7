#include "store/reports.h"

#include <string.h>
#include <talloc.h>

#include "store/record.h"
#include "store/records.h"

/* The words are the columns' own, in the order of the enums. */
static enum case_state state_of(const char *word)
{
    enum case_state state = CASE_NEW;

    case_state_parse(word ? word : "", &state);
    return state;
}

static enum case_category category_of(const char *word)
{
    enum case_category category = CATEGORY_LIVELIHOOD;

    case_category_parse(word ? word : "", &category);
    return category;
}

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
    RETURNED = 2048
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

enum { HANDLERS = 1024 };

/* Who has a case in hand. */
struct handler {
    int64_t number; /* 0: the phone is none */
    const char *name;
    int64_t works_in;
};

struct handlers {
    struct store *store;
    struct handler *at[HANDLERS]; /* direct-mapped by number; a collision evicts */
    bool is_failed;
};

struct reading {
    struct handlers *handlers;
    const struct summary_filter *filter;
    bool (*summary)(const struct case_summary *summary, void *arg);
    bool (*board)(const struct board_case *case_, void *arg);
    bool (*comparable)(const struct comparable_case *case_, void *arg);
    bool (*step)(const struct public_step *step, void *arg);
    void *arg;
};

static bool take_handler(const struct row *row, void *arg)
{
    struct handler *handler = arg;

    handler->name = talloc_strdup(handler, text_of(row, 0));
    handler->works_in = row_number(row, 1);
    return false;
}

static struct handler *find_handler(struct handlers *handlers, int64_t number, const char *otherwise)
{
    struct handler *handler = talloc(handlers, struct handler);
    const char *phone = number ? talloc_asprintf(handler, "+%lld", (long long)number) : otherwise;

    *handler = (struct handler){ .number = number, .name = "" };
    handlers->is_failed |=
        !sql_each(handlers->store, "SELECT name, " STORE_WORKING_UNIT(people) " FROM people WHERE phone = $1",
                  VALUES(as_text(phone)), take_handler, handler);
    return handler;
}

/*
 * Few people handle many cases: to look each up once costs less than to join them to every case. number 0:
 * otherwise is the phone, "" nobody's.
 */
static const struct handler *handler_of(struct handlers *handlers, int64_t number, const char *otherwise)
{
    static const struct handler nobody = { .name = "" };
    struct handler **at = &handlers->at[number % HANDLERS];

    if (number == 0 && !*otherwise)
        return &nobody;
    if (number == 0 || !*at || (*at)->number != number) {
        talloc_free(*at);
        *at = find_handler(handlers, number, otherwise);
    }
    return *at;
}

/* As the view case_figures numbers phones. */
static int64_t number_of(const char *phone)
{
    return phone[0] == '+' && strspn(phone + 1, "0123456789") == strlen(phone + 1) && phone[1] != '0' &&
                   strlen(phone) < 20
               ? strtoll(phone + 1, NULL, 10)
               : 0;
}

static void read_handler(struct handlers *handlers, const struct row *row, int column,
                         struct case_summary *summary)
{
    int64_t number = row_number(row, column);
    bool is_number = number != 0 || row_is_null(row, column);
    const struct handler *handler = handler_of(handlers, number, is_number ? "" : text_of(row, column) + 1);

    summary->handler = handler->name;
    summary->handled_in = handler->works_in;
}

static bool hand_summary(const struct row *row, void *arg)
{
    const struct reading *reading = arg;
    const struct summary_filter *filter = reading->filter;
    int64_t figures = row_number(row, 0);
    struct case_summary summary = { .state = figures_state(figures),
                                    .category = (enum case_category)(figures >> CATEGORY_SHIFT & 3),
                                    .rating = (int)(figures >> RATING_SHIFT & 7),
                                    .is_accepted = figures & ACCEPTED,
                                    .is_returned = figures & RETURNED,
                                    .handler = "",
                                    .topic = "" };

    if ((figures & GUARDED && !filter->with_guarded) ||
        (summary.state == CASE_NO_COMPLAINT && !filter->with_no_complaints))
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
    return !reading->handlers->is_failed && reading->summary(&summary, reading->arg);
}

/* Runs the statement with what its rows are handed to, which looks up handlers. */
static bool run_reading(struct store *store, const char *text, struct values values, row_function *hand,
                        struct reading reading)
{
    struct handlers *handlers = talloc_zero(NULL, struct handlers);
    bool is_done;

    handlers->store = store;
    reading.handlers = handlers;
    is_done = sql_each(store, text, values, hand, &reading) && !handlers->is_failed;
    talloc_free(handlers);
    return is_done;
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

bool store_each_summary(struct store *store, const struct summary_filter *filter,
                        bool (*each)(const struct case_summary *summary, void *arg), void *arg)
{
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
                                        "  WHERE closed_at >= $1 AND received_at < $1) ORDER BY received_at",
                       VALUES(as_number(filter->since)), hand_carried,
                       (struct reading){ .filter = &whole, .summary = each, .arg = arg });
}

static bool hand_overdue(const struct row *row, void *arg)
{
    const struct reading *reading = arg;
    const struct case_summary summary = { .state = state_of(row_text(row, 0)),
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
                    "SELECT 'new', cases.unit, place, returned_at, " STORE_WORKING_UNIT(
                        handlers) " FROM cases LEFT JOIN people AS handlers ON handlers.phone = cases.handler"
                                  " WHERE state = 'new' AND accept_by > 0 AND accept_by < $1"
                                  " AND is_guarded = 0",
                    VALUES(as_number(now)), hand_overdue, &reading) &&
           sql_each(store,
                    "SELECT 'in hand', cases.unit, place, NULL, " STORE_WORKING_UNIT(
                        handlers) " FROM cases LEFT JOIN people AS handlers ON handlers.phone = cases.handler"
                                  " WHERE state = 'in hand' AND finish_by > 0 AND finish_by < $1"
                                  " AND is_guarded = 0",
                    VALUES(as_number(now)), hand_overdue, &reading);
}

static bool hand_board(const struct row *row, void *arg)
{
    const struct reading *reading = arg;
    const char *phone = text_of(row, 20);
    const struct handler *handler = handler_of(reading->handlers, number_of(phone), phone);
    const struct board_case case_ = {
        .id = row_number(row, 21),
        .number = text_of(row, 0),
        .state = state_of(row_text(row, 1)),
        .category = category_of(row_text(row, 2)),
        .topic = text_of(row, 3),
        .unit = row_number(row, 4),
        .place = row_number(row, 5),
        .received_at = row_number(row, 6),
        .accept_by = row_number(row, 7),
        .finish_by = row_number(row, 8),
        .closed_at = row_number(row, 9),
        .is_anonymous = row_number(row, 10) != 0,
        .text = text_of(row, 11),
        .reporter_name = text_of(row, 12),
        .progress = text_of(row, 13),
        .progress_at = row_number(row, 14),
        .public_works_year = (int)row_number(row, 15),
        .households = (int)row_number(row, 16),
        .residents = (int)row_number(row, 17),
        .result = text_of(row, 18),
        .is_returned = row_number(row, 19) != 0,
        .handler = handler->name,
        .handled_in = handler->works_in,
    };

    return !reading->handlers->is_failed && reading->board(&case_, reading->arg);
}

/*
 * Leaves out guarded cases (art. 30) and those held back (不亮) and not shown since, for every board. $2 is
 * the board's moment. Few cases are held back, so the small index of held steps is read first. What a case
 * ended with stands in a step that moved it: which ones did is in the index of its steps.
 */
/* clang-format off */
#define NOT_HELD \
    "is_guarded = 0 AND NOT EXISTS (SELECT 1 FROM steps AS held WHERE held.case_id = cases.id" \
    "  AND held.kind = 'held' AND NOT EXISTS (SELECT 1 FROM steps AS later WHERE later.case_id = cases.id" \
    "   AND later.kind = 'shown' AND later.id > held.id))"
#define BOARD BOARD_WITH("text")
#define BOARD_WITH(text) \
    "SELECT number, state, category, topic, cases.unit, place, received_at, accept_by, finish_by," \
    " CASE WHEN state IN ('withdrawn', 'merged') THEN (SELECT max(at) FROM steps WHERE case_id = cases.id" \
    "  AND kind = state) ELSE closed_at END AS ended_at, is_anonymous, " text ", people.name, progress.words," \
    " progress.at, public_works_year, households, residents, ending.words, returned_at," \
    " handler, cases.id FROM cases LEFT JOIN people ON people.phone = cases.reporter" \
    " LEFT JOIN steps AS progress ON progress.id = (SELECT max(id) FROM steps WHERE case_id = cases.id" \
    "  AND kind = 'progress' AND at <= $2)" \
    " LEFT JOIN steps AS ending ON state IN ('closed', 'rated', 'explained', 'out of scope') AND ending.id =" \
    "  (SELECT max(id) FROM steps WHERE case_id = cases.id AND leads_to IS NOT NULL" \
    "   AND kind IN ('closed', 'explained', 'out of scope'))" \
    " WHERE " NOT_HELD " AND "
/* On the board by $2, or filed by the line $4. */
#define PUBLIC \
    "category = '民生' AND state <> 'no complaint' AND (shown_on > 0 AND shown_on <= $2 OR $4 <> '' AND EXISTS" \
    " (SELECT 1 FROM steps AS first WHERE first.case_id = cases.id AND first.kind = 'received'" \
    "  AND first.line = $4))"
/* clang-format on */

static bool each_board(struct store *store, const char *text, struct values values,
                       bool (*each)(const struct board_case *case_, void *arg), void *arg)
{
    return run_reading(store, text, values, hand_board, (struct reading){ .board = each, .arg = arg });
}

bool store_each_shown(struct store *store, const struct board_span *span,
                      bool (*each)(const struct board_case *case_, void *arg), void *arg)
{
    return each_board(store, BOARD "shown_on > $1 AND shown_on <= $2 AND state <> 'no complaint'",
                      VALUES(as_number(span->since), as_number(span->until)), each, arg);
}

#define TOLD BOARD_WITH("''")

/*
 * Several statements, so that an index serves each: cases_open, cases_closed and cases_gone. A case is
 * shown after it came, and the step that ended it touched it, then or later.
 */
bool store_each_reported(struct store *store, const struct board_span *span,
                         bool (*each)(const struct board_case *case_, void *arg), void *arg)
{
    struct values values = VALUES(as_number(span->since), as_number(span->until));

    return each_board(store,
                      TOLD "state IN ('new', 'in hand') AND +shown_on <= $2"
                           " AND received_at <= $2 AND $1 <= $2",
                      values, each, arg) &&
           each_board(store,
                      TOLD "closed_at > $1 AND received_at <= $2 AND +shown_on <= $2 AND state IN ('closed', "
                           "'rated', 'explained', 'out of"
                           " scope')",
                      values, each, arg) &&
           each_board(store,
                      TOLD "state IN ('withdrawn', 'merged') AND touched_at > $1 AND +shown_on <= $2"
                           " AND ended_at > $1",
                      values, each, arg);
}

bool store_each_public_work(struct store *store, int from_year, int to_year, int64_t at,
                            bool (*each)(const struct board_case *case_, void *arg), void *arg)
{
    return each_board(
        store,
        BOARD "public_works_year > 0 AND public_works_year BETWEEN $1 AND $3 AND state NOT IN ('merged',"
              " 'withdrawn', 'no complaint') ORDER BY public_works_year, place, cases.id",
        VALUES(as_number(from_year), as_number(at), as_number(to_year)), each, arg);
}

static bool hand_comparable(const struct row *row, void *arg)
{
    const struct reading *reading = arg;
    const struct comparable_case case_ = {
        .place = row_number(row, 0),
        .topic = text_of(row, 1),
        .number = text_of(row, 2),
        .state = state_of(row_text(row, 3)),
        .category = category_of(row_text(row, 4)),
        .received_at = row_number(row, 5),
        .reporter = text_of(row, 6),
        .text = text_of(row, 7),
    };

    return reading->comparable(&case_, reading->arg);
}

bool store_each_comparable(struct store *store, int64_t since, int64_t until,
                           bool (*each)(const struct comparable_case *case_, void *arg), void *arg)
{
    struct reading reading = { .comparable = each, .arg = arg };

    return sql_each(store,
                    "SELECT place, topic, number, state, category, received_at, reporter, text FROM cases"
                    " WHERE is_guarded = 0 AND received_at >= $1 AND received_at < $2 AND place IS NOT NULL"
                    " AND state NOT IN ('merged', 'withdrawn', 'no complaint') ORDER BY received_at",
                    VALUES(as_number(since), as_number(until)), hand_comparable, &reading);
}

bool store_each_public(struct store *store, const struct public_filter *filter,
                       bool (*each)(const struct board_case *case_, void *arg), void *arg)
{
    if (filter->number)
        return each_board(
            store, BOARD PUBLIC " AND number = $1",
            VALUES(as_text(filter->number), as_number(filter->now), as_number(0), as_text(filter->line)),
            each, arg);
    return each_board(store,
                      BOARD PUBLIC " AND received_at >= $1 AND received_at < $3 ORDER BY received_at DESC,"
                                   " cases.id DESC",
                      VALUES(as_number(filter->since), as_number(filter->now), as_number(filter->until),
                             as_text(filter->line)),
                      each, arg);
}

static bool hand_step(const struct row *row, void *arg)
{
    const struct reading *reading = arg;
    const struct board_case case_ = {
        .number = text_of(row, 3),
        .state = state_of(row_text(row, 4)),
        .category = CATEGORY_LIVELIHOOD,
        .topic = "",
        .is_anonymous = row_number(row, 5) != 0,
        .text = "",
        .reporter_name = text_of(row, 6),
        .progress = text_of(row, 7),
        .result = "",
        .handler = "",
    };
    const struct public_step step = {
        .id = row_number(row, 0), .at = row_number(row, 1), .kind = text_of(row, 2), .case_ = &case_
    };

    return reading->step(&step, reading->arg);
}

/* As the index steps_public has it. */
#define OF_PUBLIC_KIND                                                                    \
    "(steps.kind = 'progress' OR steps.kind = 'closed' OR steps.kind = 'explained'"       \
    " OR steps.kind = 'out of scope' OR steps.kind = 'merged' OR steps.kind = 'reopened'" \
    " OR steps.kind = 'undone')"

bool store_each_public_step(struct store *store, const struct public_filter *filter,
                            bool (*each)(const struct public_step *step, void *arg), void *arg)
{
    struct reading reading = { .step = each, .arg = arg };

    return sql_each(
        store,
        "SELECT steps.id, steps.at, steps.kind, number, state, is_anonymous, people.name, steps.words"
        " FROM steps JOIN cases ON cases.id = steps.case_id"
        " LEFT JOIN people ON people.phone = cases.reporter WHERE " OF_PUBLIC_KIND " AND steps.at >= $1"
        " AND steps.at < $3 AND " NOT_HELD " AND " PUBLIC " ORDER BY steps.at, steps.id",
        VALUES(as_number(filter->since), as_number(filter->now), as_number(filter->until),
               as_text(filter->line)),
        hand_step, &reading);
}
