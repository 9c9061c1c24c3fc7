#include "store/cases.h"

#include <string.h>
#include <talloc.h>

#include "store/query.h"
#include "store/records.h"

static const char *const states[] = { "new",          "in hand", "closed",    "rated",        "explained",
                                      "out of scope", "merged",  "withdrawn", "no complaint", NULL };
static const char *const categories[] = { "民生", "民困", "民访", NULL };
static const char *const english_categories[] = { "livelihood", "hardship", "petition", NULL };
static const char *const voices[] = { "", "unheard", "sealed", NULL };
static const char *const urgencies[] = { "normal", "urgent", NULL };

static const struct field case_fields[] = {
    FIELD(case_, id, FIELD_INT64),
    FIXED(case_, number, FIELD_TEXT),
    FIXED_WORD(case_, state, states),
    FIXED(case_, reporter, FIELD_TEXT),
    FIELD(case_, is_anonymous, FIELD_FLAG),
    FIELD(case_, line, FIELD_TEXT),
    WORD(case_, category, categories),
    FIELD(case_, confidence, FIELD_INT),
    FIELD(case_, topic, FIELD_TEXT),
    WORD(case_, urgency, urgencies),
    FIELD(case_, place, FIELD_ID),
    FIELD(case_, unit, FIELD_ID),
    FIELD(case_, first_handler, FIELD_OPTIONAL),
    FIELD(case_, handler, FIELD_OPTIONAL),
    FIELD(case_, leader, FIELD_OPTIONAL),
    FIELD(case_, is_guarded, FIELD_FLAG),
    FIELD(case_, text, FIELD_TEXT),
    FIXED(case_, received_at, FIELD_INT64),
    FIELD(case_, accepted_at, FIELD_ID),
    FIELD(case_, shown_on, FIELD_ID),
    FIELD(case_, finish_by, FIELD_ID),
    FIELD(case_, closed_at, FIELD_ID),
    FIELD(case_, rated_at, FIELD_ID),
    FIELD(case_, touched_at, FIELD_INT64),
    FIELD(case_, rating, FIELD_INT),
    FIELD(case_, reopened, FIELD_INT),
    FIELD(case_, merged_into, FIELD_ID),
    FIELD(case_, accept_by, FIELD_ID),
    FIELD(case_, is_away, FIELD_FLAG),
    FIELD(case_, reviews, FIELD_INT),
    FIELD(case_, review_by, FIELD_ID),
    FIELD(case_, reviewed_at, FIELD_ID),
    FIELD(case_, public_works_year, FIELD_INT),
    FIELD(case_, households, FIELD_INT),
    FIELD(case_, residents, FIELD_INT),
    FIELD(case_, given_at, FIELD_ID),
    FIELD(case_, take_by, FIELD_ID),
    FIELD(case_, tell_by, FIELD_ID),
    FIELD(case_, urgency_class, FIELD_TEXT),
    FIELD(case_, alarmed_at, FIELD_ID),
    FIELD(case_, alarm_at, FIELD_ID),
    WORD(case_, voice, voices),
    FIELD(case_, returned_at, FIELD_ID),
};
const struct record case_record = RECORD(case_, case_fields);

bool case_state_is_open(enum case_state state)
{
    return OPEN_STATES >> state & 1;
}

const char *case_state_answer(enum case_state state)
{
    switch (state) {
    case CASE_CLOSED:
    case CASE_RATED:
        return "closed";
    case CASE_EXPLAINED:
        return "explained";
    case CASE_OUT_OF_SCOPE:
        return "out of scope";
    default:
        return NULL;
    }
}

const char *case_state_name(enum case_state state)
{
    return states[state];
}

bool case_state_parse(const char *name, enum case_state *state)
{
    int i = word_index(states, name);

    if (i >= 0)
        *state = (enum case_state)i;
    return i >= 0;
}

const char *case_urgency_name(enum case_urgency urgency)
{
    return urgencies[urgency];
}

const char *case_category_name(enum case_category category)
{
    return categories[category];
}

bool case_category_parse(const char *name, enum case_category *category)
{
    int i = word_index(categories, name);

    if (i < 0)
        i = word_index(english_categories, name);
    if (i >= 0)
        *category = (enum case_category)i;
    return i >= 0;
}

bool store_open_case(struct store *store, struct case_ *case_)
{
    struct value values[RECORD_FIELDS];

    return sql_insert(store, record_text(store, &case_record, "INSERT INTO cases {row}"),
                      record_values(&case_record, case_, values), &case_->id);
}

bool store_unindex_case(struct store *store, int64_t case_id)
{
    return sql_run(store, "DELETE FROM case_grams WHERE case_id = $1", VALUES(as_number(case_id)));
}

bool store_set_reporter(struct store *store, const struct case_ *case_, const char *phone)
{
    const struct values values = VALUES(as_number(case_->id), as_text(case_->reporter), as_text(phone));

    return sql_run(store, "UPDATE cases SET reporter = $3, line = '' WHERE id = $1 AND reporter = $2",
                   values) &&
           sql_run(store,
                   "UPDATE notices SET recipient = $3, line = '' WHERE case_id = $1 AND recipient = $2"
                   " AND state = 'READY' AND priority > 0 AND parts_sent = 0",
                   values) &&
           sql_run(store,
                   "INSERT INTO questions SELECT $3, kind, case_id, data, asked_at, expires_at FROM questions"
                   " WHERE phone = $2 AND case_id = $1 AND expires_at > 0"
                   " ON CONFLICT (phone) DO NOTHING",
                   values) &&
           sql_run(store,
                   "UPDATE questions SET expires_at = 0 WHERE phone = $2 AND case_id = $1"
                   " AND $3 <> ''",
                   values);
}

#define MOVES "state = $3, moves = COALESCE(moves, 0) + 1"

bool cases_write(struct store *store, const struct case_ *case_, bool may_move)
{
    void *mem = talloc_new(NULL);
    struct value values[RECORD_FIELDS];
    struct case_ *kept;
    bool is_done = store_case(store, mem, case_->id, &kept);

    if (is_done && kept) {
        const char *changes = record_changes(mem, &case_record, kept, case_),
                   *moves = may_move && kept->state != case_->state ? MOVES : "";

        if (strcmp(kept->text, case_->text ? case_->text : "") != 0)
            is_done = steps_keep_first_words(store, case_->id, kept->text);
        if (is_done && (*changes || *moves))
            is_done = store->sql->run(store,
                                      talloc_asprintf(mem, "UPDATE cases SET %s%s%s WHERE id = $1", moves,
                                                      *changes && *moves ? ", " : "", changes),
                                      true, record_values(&case_record, case_, values), NULL, NULL);
    }
    talloc_free(mem);
    return is_done;
}

bool store_update_case(struct store *store, const struct case_ *case_)
{
    return cases_write(store, case_, false);
}

bool store_next_alarm(struct store *store, int64_t *at)
{
    return sql_number(store,
                      "SELECT alarm_at FROM cases WHERE alarm_at IS NOT NULL ORDER BY alarm_at LIMIT 1",
                      NO_VALUES, at);
}

bool store_case(struct store *store, void *mem, int64_t id, struct case_ **case_)
{
    bool is_done;

    *case_ = record_one(store, mem, &case_record, "SELECT {columns} FROM cases WHERE id = $1",
                        VALUES(as_number(id)), &is_done);
    return is_done;
}

bool store_case_by_number(struct store *store, void *mem, const char *number, struct case_ **case_)
{
    bool is_done;

    *case_ = record_one(store, mem, &case_record, "SELECT {columns} FROM cases WHERE number = $1",
                        VALUES(as_text(number)), &is_done);
    return is_done;
}

static void restrict_to_deadlines(struct query *query, const struct case_filter *filter)
{
    if (filter->accept_until) {
        query_where(query, "accept_by > ?", as_number(filter->accept_since));
        query_where(query, "accept_by <= ?", as_number(filter->accept_until));
    }
    if (filter->take_until) {
        query_where_so(query, "take_by <> accept_by");
        query_where(query, "take_by > ?", as_number(filter->take_since));
        query_where(query, "take_by <= ?", as_number(filter->take_until));
    }
    if (filter->tell_until) {
        query_where(query, "tell_by > ?", as_number(filter->tell_since));
        query_where(query, "tell_by <= ?", as_number(filter->tell_until));
    }
    if (filter->review_until) {
        query_where(query, "review_by > ?", as_number(filter->review_since));
        query_where(query, "review_by <= ?", as_number(filter->review_until));
    }
}

/* A unit and every unit below it. */
#define BELOW                                                                      \
    "WITH RECURSIVE below (id) AS (SELECT CAST(? AS BIGINT) UNION SELECT units.id" \
    " FROM below JOIN units ON units.parent = below.id) SELECT id FROM below"

static void restrict_to(struct query *query, const struct case_filter *filter)
{
    if (filter->id)
        query_where(query, "id = ?", as_number(filter->id));
    query_where_word(query, "state", states, filter->states);
    if (filter->states == 0)
        query_where_so(query, "state <> 'no complaint'");
    if (filter->category)
        query_where(query, "category = ?", as_text(categories[filter->category - 1]));
    if (filter->reporter)
        query_where(query, "reporter = ?", as_text(filter->reporter));
    if (filter->handler)
        query_where(query, "handler = ?", as_text(filter->handler));
    if (filter->leader)
        query_where(query, "leader = ?", as_text(filter->leader));
    if (filter->topic)
        query_where(query, "topic = ?", as_text(filter->topic));
    if (filter->alarm_until)
        query_where(query, "alarm_at <= ?", as_number(filter->alarm_until));
    if (filter->public_works_year)
        query_where(query, "public_works_year > 0 AND public_works_year = ?",
                    as_number(filter->public_works_year));
    if (filter->unsure_below)
        query_where(query, "confidence < ?", as_number(filter->unsure_below));
    restrict_to_deadlines(query, filter);
    if (filter->place)
        query_where(query, "place = ?", as_number(filter->place));
    if (filter->unit)
        query_where(query, "unit = ?", as_number(filter->unit));
    if (filter->since)
        query_where(query, "received_at >= ?", as_number(filter->since));
    if (filter->until)
        query_where(query, "received_at < ?", as_number(filter->until));
    if (filter->closed_since)
        query_where(query, "closed_at > ?", as_number(filter->closed_since));
    if (filter->closed_until)
        query_where(query, "closed_at <= ?", as_number(filter->closed_until));
    if (filter->finish_since)
        query_where(query, "finish_by > ?", as_number(filter->finish_since));
    if (filter->finish_until)
        query_where(query, "finish_by <= ?", as_number(filter->finish_until));
    if (filter->given_since)
        query_where(query, "given_at > ?", as_number(filter->given_since));
    if (filter->given_until)
        query_where(query, "given_at <= ?", as_number(filter->given_until));
    if (filter->given_after)
        query_where(query, "finish_by + ? <= given_at", as_number(filter->given_after));
    if (filter->merged_into)
        query_where(query, "merged_into = ?", as_number(filter->merged_into));
    if (filter->jurisdiction)
        query_where(query,
                    "(unit IN (" BELOW ") OR place IN (" BELOW
                    ") OR unit IS NULL AND place IS NULL AND EXISTS"
                    " (SELECT 1 FROM units WHERE id = ? AND level = 'county'))",
                    as_number(filter->jurisdiction));
    if (filter->to_sort)
        query_where_so(query, "(returned_at IS NOT NULL OR place IS NULL)");
    if (filter->is_returned)
        query_where_so(query, "returned_at IS NOT NULL");
    if (filter->lacks_place)
        query_where_so(query, "place IS NULL AND returned_at IS NULL");
    if (filter->not_to_sort)
        query_where_so(query, "returned_at IS NULL AND place IS NOT NULL");
    if (filter->is_place_asked)
        query_where_so(query, "place IS NULL AND EXISTS (SELECT 1 FROM steps WHERE case_id = cases.id"
                              " AND kind = 'place asked')");
    if (filter->not_shown)
        query_where_so(query, "shown_on IS NULL");
    if (filter->is_shown)
        query_where_so(query, "shown_on IS NOT NULL");
    if (filter->not_guarded)
        query_where_so(query, "is_guarded = 0");
    if (filter->is_guarded)
        query_where_so(query, "is_guarded = 1");
    if (filter->is_urgent)
        query_where_so(query, "urgency = 'urgent'");
    if (filter->is_rated_badly)
        query_where_so(query, "rating >= 3");
}

static void select_cases(struct store *store, struct query *query, const struct case_filter *filter)
{
    static const char *const orders[][2] = {
        [ORDER_RECEIVED] = { " ORDER BY received_at, id", " ORDER BY received_at DESC, id DESC" },
        [ORDER_ACCEPT_BY] = { " ORDER BY accept_by, id", " ORDER BY accept_by DESC, id DESC" },
        [ORDER_FINISH_BY] = { " ORDER BY finish_by, id", " ORDER BY finish_by DESC, id DESC" },
        [ORDER_REVIEW_BY] = { " ORDER BY review_by, id", " ORDER BY review_by DESC, id DESC" },
        [ORDER_CLOSED] = { " ORDER BY closed_at, id", " ORDER BY closed_at DESC, id DESC" },
    };
    const char *after = filter->newest_first
                            ? "(received_at, id) < ((SELECT received_at FROM cases WHERE id = ?), ?)"
                            : "(received_at, id) > ((SELECT received_at FROM cases WHERE id = ?), ?)";

    query_start(query, record_text(store, &case_record, "SELECT {columns} FROM cases"));
    restrict_to(query, filter);
    if (filter->after_id)
        query_where(query, after, as_number(filter->after_id));
    if (filter->limit && filter->order == ORDER_RECEIVED) /* else SQLite may read all and sort them */
        query_where_so(query, "received_at >= 0");
    query_end(query, orders[filter->order][filter->newest_first]);
    query_limit(query, filter->limit);
}

struct reading {
    bool (*each)(const struct case_ *case_, void *arg);
    void *arg;
};

static bool hand_case(const void *item, void *arg)
{
    const struct reading *reading = arg;

    return reading->each(item, reading->arg);
}

bool store_each_case(struct store *store, const struct case_filter *filter,
                     bool (*each)(const struct case_ *case_, void *arg), void *arg)
{
    struct reading reading = { each, arg };
    struct query query;

    select_cases(store, &query, filter);
    return record_each(store, &case_record, query.text, true, query_values(&query), hand_case, &reading);
}

bool store_cases(struct store *store, void *mem, const struct case_filter *filter, struct case_ **cases,
                 size_t *n)
{
    struct query query;
    bool is_done;

    select_cases(store, &query, filter);
    *cases = record_list(store, mem, &case_record, query.text, true, query_values(&query), n, &is_done);
    return is_done;
}

bool store_merged_cases(struct store *store, void *mem, int64_t id, struct case_ **cases, size_t *n)
{
    int64_t is_any;
    bool is_done;

    *cases = NULL;
    *n = 0;
    is_done =
        sql_number(store, "SELECT EXISTS (SELECT 1 FROM cases WHERE merged_into = $1 AND state = 'merged')",
                   VALUES(as_number(id)), &is_any);
    if (!is_done || !is_any) /* mostly none: the tables of the other statement need not be built */
        return is_done;
    *cases = record_list(store, mem, &case_record,
                         "WITH RECURSIVE joined (id) AS (SELECT id FROM cases WHERE merged_into = $1"
                         "  AND state = 'merged' UNION SELECT cases.id FROM joined JOIN cases"
                         "  ON cases.merged_into = joined.id WHERE state = 'merged')"
                         " SELECT {columns} FROM cases WHERE id IN (SELECT id FROM joined) ORDER BY id",
                         false, VALUES(as_number(id)), n, &is_done);
    return is_done;
}

bool store_count_cases(struct store *store, const struct case_filter *filter, int64_t *count)
{
    struct query query;

    query_start(&query, "SELECT count(*) FROM cases");
    restrict_to(&query, filter);
    return query_number(store, &query, count);
}

bool store_count_overdue(struct store *store, int64_t now, int64_t *count)
{
    return sql_number(store,
                      "SELECT count(*) FROM cases WHERE state IN ('new', 'in hand') AND finish_by < $1"
                      " AND is_guarded = 0",
                      VALUES(as_number(now)), count);
}

struct tallying {
    bool (*each)(int rating, int64_t count, void *arg);
    void *arg;
};

static bool hand_count(const struct row *row, void *arg)
{
    const struct tallying *tallying = arg;

    return tallying->each((int)row_number(row, 0), row_number(row, 1), tallying->arg);
}

bool store_tally_ratings(struct store *store, const struct case_filter *filter,
                         bool (*each)(int rating, int64_t count, void *arg), void *arg)
{
    struct tallying tallying = { each, arg };
    struct query query;

    query_start(&query, "SELECT rating, count(*) FROM cases");
    restrict_to(&query, filter);
    query_end(&query, " GROUP BY 1 ORDER BY 1");
    return store->sql->run(store, query.text, true, query_values(&query), hand_count, &tallying);
}
