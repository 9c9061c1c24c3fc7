#include "store/steps.h"

#include "store/query.h"
#include "store/records.h"

static const struct field step_fields[] = {
    FIELD(step, id, FIELD_INT64),
    FIELD(step, case_id, FIELD_INT64),
    FIELD(step, at, FIELD_INT64),
    FIELD(step, actor, FIELD_TEXT),
    FIELD(step, line, FIELD_TEXT),
    FIELD(step, kind, FIELD_TEXT),
    FIELD_AS(step, words, STEP_WORDS, FIELD_TEXT),
    FIELD(step, event_id, FIELD_ID),
};
static const struct record step_record = RECORD(step, step_fields);

bool store_allow_step(struct store *store, enum case_state state, const char *kind, enum case_state next)
{
    return sql_run(store,
                   "INSERT INTO transitions (state, step, next) VALUES ($1, $2, $3)"
                   " ON CONFLICT (state, step, next) DO NOTHING",
                   VALUES(as_text(case_state_name(state)), as_text(kind), as_text(case_state_name(next))));
}

/*
 * state: the case's new state; NULL: it keeps its state. The statement reads the state before the step. The
 * text by which a case came stands in the case alone (STEP_WORDS).
 */
static bool add_step(struct store *store, struct step *step, const char *state)
{
    bool is_done = sql_insert(
        store,
        "INSERT INTO steps (case_id, at, actor, line, kind, words, event_id, transition, move, leads_to)"
        " SELECT id, $2, $3, $4, $5, CASE WHEN $5 <> 'received' THEN $6 WHEN $6 = text THEN ''"
        " WHEN $6 = '' THEN ' ' ELSE $6 END, $7, (SELECT id FROM transitions WHERE"
        "  transitions.state = cases.state AND step = $5 AND next = COALESCE($8, cases.state)),"
        " CASE WHEN state <> $8 THEN COALESCE(moves, 0) + 1 END, CASE WHEN state <> $8 THEN $8 END"
        " FROM cases WHERE id = $1",
        VALUES(as_number(step->case_id), as_number(step->at), as_text(step->actor), as_text(step->line),
               as_text(step->kind), as_text(step->words), as_id(step->event_id), as_maybe(state)),
        &step->id);

    if (is_done && step->id == 0)
        return sql_fail(store, "there is no case for this step");
    return is_done;
}

bool steps_keep_first_words(struct store *store, int64_t case_id, const char *words)
{
    return sql_run(store,
                   "UPDATE steps SET words = $2 WHERE case_id = $1 AND kind = 'received' AND words = ''",
                   VALUES(as_number(case_id), as_text(*words ? words : " ")));
}

bool store_view_cases(struct store *store, const struct viewing *viewing)
{
    return sql_run(
        store,
        "INSERT INTO steps (case_id, at, actor, line, kind, words, transition)"
        " SELECT id, $1, 'operator', '', 'viewed', $2, " STEP_TRANSITION(
            "'viewed'") " FROM cases WHERE ($3 = '' OR reporter = $3) AND ((is_guarded = 1 AND $4 = 1) OR "
                        "(is_guarded = 0 AND $5 = 1))",
        VALUES(as_number(viewing->at), as_text(viewing->words), as_text(viewing->reporter),
               as_number(viewing->guarded), as_number(viewing->others)));
}

#define VIEWED_SINCE                                                                            \
    "EXISTS (SELECT 1 FROM steps WHERE case_id = $1 AND kind = 'viewed' AND actor = 'operator'" \
    " AND line = $2 AND at >= $3)"

bool store_unnoted_views(struct store *store, const struct program_view *view, int64_t *ids, size_t *n)
{
    size_t kept = 0;

    for (size_t i = 0; i < *n; i++) {
        int64_t is_noted;

        if (!sql_number(store, "SELECT " VIEWED_SINCE,
                        VALUES(as_number(ids[i]), as_text(view->line), as_number(view->since)), &is_noted))
            return false;
        if (!is_noted)
            ids[kept++] = ids[i];
    }
    *n = kept;
    return true;
}

bool store_note_views(struct store *store, const struct program_view *view, const int64_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!sql_run(store,
                     "INSERT INTO steps (case_id, at, actor, line, kind, words, transition)"
                     " SELECT id, $4, 'operator', $2, 'viewed', $5, " STEP_TRANSITION(
                         "'viewed'") " FROM cases WHERE id = $1 AND NOT " VIEWED_SINCE,
                     VALUES(as_number(ids[i]), as_text(view->line), as_number(view->since),
                            as_number(view->at), as_text(view->words))))
            return false;
    return true;
}

bool store_add_step(struct store *store, struct step *step)
{
    return add_step(store, step, NULL);
}

bool store_take_step(struct store *store, struct step *step, const struct case_ *case_)
{
    return add_step(store, step, case_state_name(case_->state)) && cases_write(store, case_, true) &&
           ((case_state_is_open(case_->state) && !case_->is_guarded) || store_unindex_case(store, case_->id));
}

bool store_steps(struct store *store, void *mem, int64_t case_id, struct step **steps, size_t *n)
{
    bool is_done;

    *steps =
        record_list(store, mem, &step_record, "SELECT {columns} FROM steps WHERE case_id = $1 ORDER BY id",
                    false, VALUES(as_number(case_id)), n, &is_done);
    return is_done;
}

/* The kind is written out: for each value of a $2, SQLite would prepare the statement anew, to see whether a
 * small index of one kind serves. */
bool store_last_step(struct store *store, void *mem, int64_t case_id, const char *kind, struct step **step)
{
    const char *const kinds[] = { kind, NULL };
    struct query query;
    bool is_done;
    size_t n;

    query_start(&query, record_text(store, &step_record, "SELECT {columns} FROM steps"));
    query_where(&query, "case_id = ?", as_number(case_id));
    query_where_word(&query, "kind", kinds, 1);
    query_end(&query, " ORDER BY id DESC LIMIT 1");
    *step = record_list(store, mem, &step_record, query.text, true, query_values(&query), &n, &is_done);
    return is_done;
}

/* The kind is written out in both: only then do the small indexes of these steps apply. */
bool store_has_recused(struct store *store, int64_t case_id, const char *phone, bool *is_so)
{
    int64_t n;
    bool is_done = sql_number(
        store, "SELECT EXISTS (SELECT 1 FROM steps WHERE case_id = $1 AND kind = 'recused' AND actor = $2)",
        VALUES(as_number(case_id), as_text(phone)), &n);

    *is_so = n != 0;
    return is_done;
}

bool store_has_progress(struct store *store, int64_t case_id, bool *is_so)
{
    int64_t n;
    bool is_done =
        sql_number(store, "SELECT EXISTS (SELECT 1 FROM steps WHERE case_id = $1 AND kind = 'progress')",
                   VALUES(as_number(case_id)), &n);

    *is_so = n != 0;
    return is_done;
}

bool store_step(struct store *store, void *mem, int64_t id, struct step **step)
{
    bool is_done;

    *step = record_one(store, mem, &step_record, "SELECT {columns} FROM steps WHERE id = $1",
                       VALUES(as_number(id)), &is_done);
    return is_done;
}
