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

/* A unit and every unit below it. */
#define BELOW                                                                      \
    "WITH RECURSIVE below (id) AS (SELECT CAST(? AS BIGINT) UNION SELECT units.id" \
    " FROM below JOIN units ON units.parent = below.id) SELECT id FROM below"

/* What a member of a filter asks for. */
enum asked { ASKS_TEXT, ASKS_MOMENT /* or an id: int64_t */, ASKS_INT, ASKS_FLAG };

/* ? is the value. asked: the member that must be set, of the same kind. */
struct condition {
    const char *text;
    enum asked kind;
    size_t asked, value;
};

#define KIND_OF(member) \
    _Generic(((struct case_filter *)NULL)->member, const char *: ASKS_TEXT, int64_t: ASKS_MOMENT, \
             int: ASKS_INT, bool: ASKS_FLAG)
#define IF(member, text) IF_SPAN(member, member, text)
/* The beginning of a span, which is asked for by its end. */
#define IF_SPAN(member, value, text)                                                                     \
    {                                                                                                    \
        text, KIND_OF(member), offsetof(struct case_filter, member), offsetof(struct case_filter, value) \
    }

static const struct condition conditions[] = {
    IF(id, "id = ?"),
    IF(reporter, "reporter = ?"),
    IF(handler, "handler = ?"),
    IF(leader, "leader = ?"),
    IF(topic, "topic = ?"),
    IF(alarm_until, "alarm_at <= ?"),
    IF(public_works_year, "public_works_year > 0 AND public_works_year = ?"),
    IF(unsure_below, "confidence < ?"),
    IF_SPAN(accept_until, accept_since, "accept_by > ?"),
    IF(accept_until, "accept_by <= ?"),
    IF_SPAN(take_until, take_since, "take_by <> accept_by AND take_by > ?"),
    IF(take_until, "take_by <= ?"),
    IF_SPAN(tell_until, tell_since, "tell_by > ?"),
    IF(tell_until, "tell_by <= ?"),
    IF_SPAN(review_until, review_since, "review_by > ?"),
    IF(review_until, "review_by <= ?"),
    IF(place, "place = ?"),
    IF(unit, "unit = ?"),
    IF(since, "received_at >= ?"),
    IF(until, "received_at < ?"),
    IF(closed_since, "closed_at > ?"),
    IF(closed_until, "closed_at <= ?"),
    IF(finish_since, "finish_by > ?"),
    IF(finish_until, "finish_by <= ?"),
    IF(given_since, "given_at > ?"),
    IF(given_until, "given_at <= ?"),
    IF(given_after, "finish_by + ? <= given_at"),
    IF(merged_into, "merged_into = ?"),
    IF(jurisdiction,
       "(unit IN (" BELOW ") OR place IN (" BELOW ") OR unit IS NULL AND place IS NULL AND EXISTS"
       " (SELECT 1 FROM units WHERE id = ? AND level = 'county'))"),
    IF(to_sort, "(returned_at IS NOT NULL OR place IS NULL)"),
    IF(is_returned, "returned_at IS NOT NULL"),
    IF(lacks_place, "place IS NULL AND returned_at IS NULL"),
    IF(not_to_sort, "returned_at IS NULL AND place IS NOT NULL"),
    IF(is_place_asked,
       "place IS NULL AND EXISTS (SELECT 1 FROM steps WHERE case_id = cases.id AND kind = 'place asked')"),
    IF(not_shown, "shown_on IS NULL"),
    IF(is_shown, "shown_on IS NOT NULL"),
    IF(not_guarded, "is_guarded = 0"),
    IF(is_guarded, "is_guarded = 1"),
    IF(is_urgent, "urgency = 'urgent'"),
    IF(is_rated_badly, "rating >= 3"),
};

static void add_condition(struct query *query, const struct condition *condition,
                          const struct case_filter *filter)
{
    const void *asked = (const char *)filter + condition->asked,
               *value = (const char *)filter + condition->value;

    switch (condition->kind) {
    case ASKS_TEXT:
        if (*(const char *const *)asked)
            query_where(query, condition->text, as_text(*(const char *const *)value));
        break;
    case ASKS_MOMENT:
        if (*(const int64_t *)asked)
            query_where(query, condition->text, as_number(*(const int64_t *)value));
        break;
    case ASKS_INT:
        if (*(const int *)asked)
            query_where(query, condition->text, as_number(*(const int *)value));
        break;
    case ASKS_FLAG:
        if (*(const bool *)asked)
            query_where_so(query, condition->text);
        break;
    }
}

static void restrict_to(struct query *query, const struct case_filter *filter)
{
    query_where_word(query, "state", states, filter->states);
    if (filter->states == 0)
        query_where_so(query, "state <> 'no complaint'");
    if (filter->category)
        query_where(query, "category = ?", as_text(categories[filter->category - 1]));
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        add_condition(query, &conditions[i], filter);
}

static void select_cases(struct store *store, struct query *query, const struct case_filter *filter)
{
    static const char *const orders[][2] = {
        [ORDER_RECEIVED] = { " ORDER BY received_at, id", " ORDER BY received_at DESC, id DESC" },
        [ORDER_ACCEPT_BY] = { " ORDER BY accept_by, id", " ORDER BY accept_by DESC, id DESC" },
        [ORDER_FINISH_BY] = { " ORDER BY finish_by, id", " ORDER BY finish_by DESC, id DESC" },
        [ORDER_REVIEW_BY] = { " ORDER BY review_by, id", " ORDER BY review_by DESC, id DESC" },
        [ORDER_CLOSED] = { " ORDER BY closed_at, received_at, id",
                           " ORDER BY closed_at DESC, received_at DESC, id DESC" },
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
