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

struct reading {
    struct handlers *handlers;
    bool (*board)(const struct board_case *case_, void *arg);
    bool (*comparable)(const struct comparable_case *case_, void *arg);
    bool (*step)(const struct public_step *step, void *arg);
    void *arg;
};

static bool run_reading(struct store *store, const char *text, struct values values, row_function *hand,
                        struct reading reading)
{
    return handlers_read(store, text, values, hand, &reading, &reading.handlers);
}

static bool hand_board(const struct row *row, void *arg)
{
    const struct reading *reading = arg;
    const char *phone = text_of(row, 20);
    const struct handler *handler = handlers_find(reading->handlers, handlers_number(phone), phone);
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

    return !handlers_failed(reading->handlers) && reading->board(&case_, reading->arg);
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
