#include "store/reports.h"

#include <string.h>

#include "store/record.h"

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
    bool (*mark)(const struct case_mark *mark, void *arg);
    bool (*board)(const struct board_case *case_, void *arg);
    bool (*likely)(const struct likely_case *case_, void *arg);
    void *arg;
};

static bool hand_mark(const struct row *row, void *arg)
{
    const struct reading *reading = arg;
    const struct case_mark mark = {
        .received_at = row_number(row, 0),
        .state = state_of(row_text(row, 1)),
        .category = category_of(row_text(row, 2)),
        .topic = text_of(row, 3),
        .unit = row_number(row, 4),
        .place = row_number(row, 5),
        .rating = (int)row_number(row, 6),
        .accepted_at = row_number(row, 7),
        .finish_by = row_number(row, 8),
    };

    return reading->mark(&mark, reading->arg);
}

bool store_each_mark(struct store *store, const struct mark_filter *filter,
                     bool (*each)(const struct case_mark *mark, void *arg), void *arg)
{
    struct reading reading = { .mark = each, .arg = arg };

    return sql_each(
        store,
        "SELECT received_at, state, category, topic, unit, place, rating, accepted_at, finish_by"
        " FROM cases WHERE received_at >= $1 AND received_at < $2 AND is_guarded <= $3"
        " ORDER BY received_at",
        VALUES(as_number(filter->since), as_number(filter->until), as_number(filter->with_guarded)),
        hand_mark, &reading);
}

static bool hand_board(const struct row *row, void *arg)
{
    const struct reading *reading = arg;
    const struct board_case case_ = {
        .number = text_of(row, 0),
        .state = state_of(row_text(row, 1)),
        .category = category_of(row_text(row, 2)),
        .topic = text_of(row, 3),
        .unit = row_number(row, 4),
        .place = row_number(row, 5),
        .received_at = row_number(row, 6),
        .finish_by = row_number(row, 7),
        .closed_at = row_number(row, 8),
        .is_anonymous = row_number(row, 9) != 0,
        .text = text_of(row, 10),
        .reporter_name = text_of(row, 11),
        .progress = text_of(row, 12),
        .progress_at = row_number(row, 13),
    };

    return reading->board(&case_, reading->arg);
}

/*
 * Guarded cases are left out here, once for every board (art. 30), and those somebody held back (不亮) and
 * nobody has shown since. $2 is the board's moment.
 */
#define BOARD                                                                                      \
    "SELECT number, state, category, topic, cases.unit, place, received_at, finish_by, closed_at," \
    " is_anonymous, text, people.name, (SELECT words FROM steps WHERE case_id = cases.id"          \
    "  AND kind = 'progress' AND at <= $2 ORDER BY id DESC LIMIT 1), (SELECT max(at) FROM steps"   \
    "  WHERE case_id = cases.id AND kind = 'progress' AND at <= $2)"                               \
    " FROM cases LEFT JOIN people ON people.phone = cases.reporter WHERE is_guarded = 0"           \
    " AND coalesce((SELECT max(id) FROM steps WHERE case_id = cases.id AND kind = 'held'), 0)"     \
    "  <= coalesce((SELECT max(id) FROM steps WHERE case_id = cases.id AND kind = 'shown'), 0) AND "

bool store_each_shown(struct store *store, const struct board_span *span,
                      bool (*each)(const struct board_case *case_, void *arg), void *arg)
{
    struct reading reading = { .board = each, .arg = arg };

    return sql_each(store, BOARD "shown_on > $1 AND shown_on <= $2 ORDER BY place, received_at, cases.id",
                    VALUES(as_number(span->since), as_number(span->until)), hand_board, &reading);
}

/* Two questions, so that an index serves each. */
bool store_each_reported(struct store *store, const struct board_span *span,
                         bool (*each)(const struct board_case *case_, void *arg), void *arg)
{
    struct reading reading = { .board = each, .arg = arg };
    struct values values = VALUES(as_number(span->since), as_number(span->until));

    return sql_each(store,
                    BOARD "state IN ('new', 'in hand') AND +shown_on <= $2 AND $1 <= $2"
                          " ORDER BY place, received_at, cases.id",
                    values, hand_board, &reading) &&
           sql_each(store,
                    BOARD "closed_at > $1 AND shown_on <= $2 AND state NOT IN ('new', 'in hand')"
                          " ORDER BY place, received_at, cases.id",
                    values, hand_board, &reading);
}

static bool hand_likely(const struct row *row, void *arg)
{
    const struct reading *reading = arg;
    const struct likely_case case_ = {
        .place = row_number(row, 0),
        .topic = text_of(row, 1),
        .number = text_of(row, 2),
        .state = state_of(row_text(row, 3)),
        .category = category_of(row_text(row, 4)),
        .received_at = row_number(row, 5),
        .reporter = text_of(row, 6),
        .text = text_of(row, 7),
    };

    return reading->likely(&case_, reading->arg);
}

bool store_each_likely(struct store *store, int64_t since, int64_t until,
                       bool (*each)(const struct likely_case *case_, void *arg), void *arg)
{
    struct reading reading = { .likely = each, .arg = arg };

    return sql_each(store,
                    "SELECT place, topic, number, state, category, received_at, reporter, text FROM cases"
                    " WHERE is_guarded = 0 AND received_at >= $1 AND received_at < $2 AND place IS NOT NULL"
                    " AND state NOT IN ('merged', 'withdrawn') ORDER BY place, topic, received_at, id",
                    VALUES(as_number(since), as_number(until)), hand_likely, &reading);
}
