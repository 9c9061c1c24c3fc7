#include "store/recordings.h"

#include "store/query.h"
#include "store/record.h"

static const char *const states[] = { "begun", "kept", "removed", NULL };

static const char *const transcripts[] = { "waiting", "done", "silent", "failed", NULL };

static const struct field recording_fields[] = {
    FIELD(recording, id, FIELD_INT64),
    WORD(recording, state, states),
    FIELD(recording, line, FIELD_TEXT),
    FIELD(recording, external_id, FIELD_TEXT),
    FIELD(recording, caller, FIELD_TEXT),
    FIELD(recording, called, FIELD_TEXT),
    FIELD(recording, at, FIELD_INT64),
    FIELD(recording, begun_at, FIELD_INT64),
    FIELD(recording, is_growing, FIELD_FLAG),
    FIELD(recording, is_sealed, FIELD_FLAG),
    FIELD(recording, keys, FIELD_TEXT),
    FIELD(recording, file, FIELD_TEXT),
    FIELD(recording, copy, FIELD_TEXT),
    FIELD(recording, format, FIELD_TEXT),
    FIELD(recording, sha256, FIELD_TEXT),
    FIELD(recording, octets, FIELD_INT64),
    FIELD(recording, ms, FIELD_INT64),
    FIELD(recording, sound_ms, FIELD_INT64),
    FIELD(recording, event_id, FIELD_ID),
    FIELD(recording, case_id, FIELD_ID),
    FIELD(recording, heard_at, FIELD_ID),
    FIELD(recording, written_at, FIELD_ID),
    FIELD(recording, heard_by, FIELD_TEXT),
    FIELD(recording, written_by, FIELD_TEXT),
    FIELD(recording, ring_at, FIELD_ID),
    WORD(recording, transcript, transcripts),
    FIELD(recording, transcript_text, FIELD_TEXT),
    FIELD(recording, transcript_engine, FIELD_TEXT),
    FIELD(recording, transcript_confidence, FIELD_INT),
    FIELD(recording, transcript_tries, FIELD_INT),
    FIELD(recording, transcript_due, FIELD_INT64),
    FIELD(recording, code, FIELD_TEXT),
    FIELD(recording, code_tries, FIELD_INT),
    FIELD(recording, code_tried_at, FIELD_ID),
};
static const struct record recording_record = RECORD(recording, recording_fields);

bool store_add_recording(struct store *store, struct recording *recording)
{
    struct value values[RECORD_FIELDS];

    return sql_insert(store, record_text(store, &recording_record, "INSERT INTO recordings {row}"),
                      record_values(&recording_record, recording, values), &recording->id);
}

bool store_update_recording(struct store *store, const struct recording *recording)
{
    struct value values[RECORD_FIELDS];

    return sql_run(store,
                   record_text(store, &recording_record, "UPDATE recordings SET {changes} WHERE id = $1"),
                   record_values(&recording_record, recording, values));
}

bool store_recording_becomes(struct store *store, int64_t id, int64_t event_id)
{
    return sql_run(store, "UPDATE recordings SET event_id = $2 WHERE id = $1",
                   VALUES(as_number(id), as_number(event_id)));
}

bool store_drop_recording(struct store *store, int64_t id)
{
    return sql_run(store, "DELETE FROM recordings WHERE id = $1", VALUES(as_number(id)));
}

bool store_recording(struct store *store, void *mem, int64_t id, struct recording **recording)
{
    bool is_done;

    *recording = record_one(store, mem, &recording_record, "SELECT {columns} FROM recordings WHERE id = $1",
                            VALUES(as_number(id)), &is_done);
    return is_done;
}

bool store_recording_of_event(struct store *store, void *mem, int64_t event_id, struct recording **recording)
{
    bool is_done;

    *recording =
        record_one(store, mem, &recording_record, "SELECT {columns} FROM recordings WHERE event_id = $1",
                   VALUES(as_number(event_id)), &is_done);
    return is_done;
}

bool store_recording_by_key(struct store *store, void *mem, const char *line, const char *external_id,
                            struct recording **recording)
{
    bool is_done;

    *recording = record_one(store, mem, &recording_record,
                            "SELECT {columns} FROM recordings WHERE line = $1 AND external_id = $2"
                            " AND event_id IS NOT NULL",
                            VALUES(as_text(line), as_text(external_id)), &is_done);
    return is_done;
}

static void select_recordings(struct store *store, struct query *query, const char *start,
                              const struct recording_filter *filter)
{
    query_start(query, record_text(store, &recording_record, start));
    if (filter->case_id)
        query_where(query, "case_id = ?", as_number(filter->case_id));
    if (filter->due_by)
        query_where(query, "ring_at IS NOT NULL AND ring_at <= ?", as_number(filter->due_by));
    if (filter->begun_by)
        query_where(query, "state = 'begun' AND begun_at <= ?", as_number(filter->begun_by));
    if (filter->is_unwritten)
        query_where_so(query, "case_id IS NOT NULL AND written_at IS NULL AND state = 'kept'");
    if (filter->lacks_copy)
        query_where_so(query, "state = 'kept' AND copy = '' AND file <> ''");
    if (filter->transcribe_by)
        query_where(query,
                    "transcript = 'waiting' AND state = 'kept' AND is_sealed = 0 AND written_at IS NULL"
                    " AND case_id IS NOT NULL AND transcript_due <= ?",
                    as_number(filter->transcribe_by));
    if (filter->is_leaving)
        query_where_so(query, "state = 'removed' AND file <> ''");
}

bool store_recordings(struct store *store, void *mem, const struct recording_filter *filter,
                      struct recording **recordings, size_t *n)
{
    struct query query;
    bool is_done;

    select_recordings(store, &query, "SELECT {columns} FROM recordings", filter);
    query_end(&query, " ORDER BY id");
    query_limit(&query, filter->limit);
    *recordings =
        record_list(store, mem, &recording_record, query.text, true, query_values(&query), n, &is_done);
    return is_done;
}

static bool read_count(const struct row *row, void *arg)
{
    int64_t *numbers = arg;

    numbers[0] = row_number(row, 0);
    numbers[1] = row_number(row, 1);
    return false;
}

bool store_count_recordings(struct store *store, const struct recording_filter *filter, int64_t *count,
                            int64_t *oldest)
{
    int64_t numbers[2] = { 0 };
    struct query query;
    bool is_done;

    select_recordings(store, &query, "SELECT count(*), min(begun_at) FROM recordings", filter);
    is_done = store->sql->run(store, query.text, true, query_values(&query), read_count, numbers);
    *count = numbers[0];
    *oldest = numbers[1];
    return is_done;
}

bool store_count_recordings_from(struct store *store, const char *caller, int64_t since, int64_t *count)
{
    return sql_number(store,
                      "SELECT count(*) FROM recordings WHERE caller = $1 AND begun_at >= $2"
                      " AND case_id IS NOT NULL",
                      VALUES(as_text(caller), as_number(since)), count);
}

bool store_knows_recording_file(struct store *store, const char *file, bool *is_known)
{
    int64_t count;
    bool is_done =
        sql_number(store, "SELECT count(*) FROM recordings WHERE file = $1 OR (copy = $1 AND copy <> '')",
                   VALUES(as_text(file)), &count);

    *is_known = count > 0;
    return is_done;
}

bool store_next_recording(struct store *store, int64_t *at)
{
    return sql_number(store,
                      "SELECT ring_at FROM recordings WHERE ring_at IS NOT NULL ORDER BY ring_at LIMIT 1",
                      NO_VALUES, at);
}

bool store_write_down_recordings(struct store *store, int64_t case_id, const char *by, int64_t at)
{
    return sql_run(store,
                   "UPDATE recordings SET ring_at = NULL, written_at = $3, written_by = $2,"
                   " heard_by = CASE WHEN heard_at IS NULL THEN $2 ELSE heard_by END,"
                   " heard_at = COALESCE(heard_at, $3) WHERE case_id = $1 AND written_at IS NULL",
                   VALUES(as_number(case_id), as_text(by), as_number(at)));
}

static bool count_row(const struct row *row, void *arg)
{
    (void)row;
    ++*(int64_t *)arg;
    return true;
}

bool store_retain_recordings(struct store *store, int64_t before, int limit, int64_t *n)
{
    *n = 0;
    return sql_each(store,
                    "UPDATE recordings SET state = 'removed', keys = '', transcript_text = '', ring_at = "
                    "NULL WHERE id IN (SELECT recordings.id"
                    " FROM recordings LEFT JOIN cases ON cases.id = case_id"
                    " WHERE recordings.state = 'kept' AND begun_at < $1 AND (case_id IS NULL OR"
                    "  (touched_at < $1 AND cases.state NOT IN ('new', 'in hand') AND review_by IS NULL"
                    "   AND NOT EXISTS (SELECT 1 FROM cases AS root WHERE root.id = cases.merged_into"
                    "    AND root.state IN ('new', 'in hand')))) ORDER BY recordings.id LIMIT $2)"
                    " RETURNING 1",
                    VALUES(as_number(before), as_number(limit)), count_row, n);
}
