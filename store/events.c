#include "store/events.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/query.h"
#include "store/record.h"
#include "store/withheld.h"

enum { SEALED_KEY_SIZE = 33 };

static const char *const kinds[] = { "text", "part", "receipt", "call", "notification", NULL };

static const struct field event_fields[] = {
    FIELD(event, id, FIELD_INT64),
    WORD(event, kind, kinds),
    FIELD(event, line, FIELD_TEXT),
    FIELD(event, external_id, FIELD_TEXT),
    FIELD_AS(event, from, "sender", FIELD_TEXT),
    FIELD_AS(event, to, "recipient", FIELD_MAYBE),
    FIELD(event, at, FIELD_INT64),
    FIELD(event, received_at, FIELD_INT64),
    FIELD(event, text, FIELD_MAYBE),
    FIELD(event, raw, FIELD_MAYBE),
    FIELD(event, reference, FIELD_INT),
    FIELD(event, total, FIELD_INT),
    FIELD(event, sequence, FIELD_INT),
    FIELD(event, status, FIELD_INT),
    FIELD(event, discharged_at, FIELD_ID),
    FIELD(event, outcome, FIELD_TEXT),
    FIELD(event, why, FIELD_TEXT),
    FIELD(event, case_id, FIELD_ID),
    FIELD_AS(event, is_sender_hidden, HIDDEN_PHONE("events.sender", "events.case_id"),
             FIELD_FLAG), /* no column: read alone */
};
static const struct record read_record = RECORD(event, event_fields);
static const struct record event_record = { sizeof(struct event), event_fields,
                                            sizeof event_fields / sizeof *event_fields - 1 };

const char *event_kind_name(enum event_kind kind)
{
    return kinds[kind];
}

const char *event_outcome_name(enum event_outcome outcome)
{
    static const char *const names[] = { "case",    "added",   "command", "answered",
                                         "ignored", "waiting", "joined",  "failed" };

    return names[outcome];
}

/* Neither setting ever changes, so each store reads them once. */
static bool read_settings(struct store *store)
{
    const char *secret = NULL, *plain = NULL;
    void *mem;
    bool is_done;

    if (store->event_secret)
        return true;
    mem = talloc_new(store);
    is_done =
        store_get(store, mem, "event key secret", &secret) && store_get(store, mem, "plain keys", &plain);
    if (is_done && (!secret || !plain))
        is_done = sql_fail(store, "the setting that seals keys of events is missing");
    if (is_done && secret && plain) {
        store->event_secret = talloc_strdup(store, secret);
        store->plain_keys = strtoll(plain, NULL, 10);
    }
    talloc_free(mem);
    return is_done;
}

/*
 * Writes the sealed form of a derived key: the first 32 hex digits of its HMAC-SHA-256 under the store's
 * secret. A plain hash would let whoever sees it find the sender's number by trying all numbers.
 */
static bool seal_key(struct store *store, const char *key, char sealed[SEALED_KEY_SIZE])
{
    unsigned char digest[32];

    if (!read_settings(store))
        return false;
    if (gnutls_hmac_fast(GNUTLS_MAC_SHA256, store->event_secret, strlen(store->event_secret), key,
                         strlen(key), digest) < 0)
        return sql_fail(store, "the key of an event cannot be sealed");
    for (size_t i = 0; i < SEALED_KEY_SIZE / 2; i++)
        snprintf(sealed + 2 * i, 3, "%02x", digest[i]);
    return true;
}

/*
 * Whether the line brought this derived key before keys were sealed; such events keep their keys as they
 * were. Costs no query in a store that is newer than that.
 */
static bool is_old_key(struct store *store, const char *line, const char *key, bool *is_old)
{
    int64_t id = 0;

    *is_old = false;
    if (!read_settings(store))
        return false;
    if (store->plain_keys == 0)
        return true;
    if (!sql_number(store, "SELECT id FROM events WHERE line = $1 AND external_id = $2 AND id <= $3",
                    VALUES(as_text(line), as_text(key), as_number(store->plain_keys)), &id))
        return false;
    *is_old = id != 0;
    return true;
}

bool store_add_event(struct store *store, struct event *event)
{
    struct value values[RECORD_FIELDS];
    struct event row = *event;
    char sealed[SEALED_KEY_SIZE];
    bool is_old;

    if (event->is_key_derived) {
        if (!is_old_key(store, event->line, event->external_id, &is_old) ||
            !seal_key(store, event->external_id, sealed))
            return false;
        if (is_old) {
            event->id = 0;
            return true;
        }
        row.external_id = sealed;
    }
    return sql_insert(store,
                      record_text(store, &event_record,
                                  "INSERT INTO events {row} ON CONFLICT (line, external_id) DO NOTHING"),
                      record_values(&event_record, &row, values), &event->id);
}

bool store_blank_event(struct store *store, int64_t id)
{
    bool is_done = sql_run(store, "UPDATE events SET text = '" STORE_BLANKED "', raw = NULL WHERE id = $1",
                           VALUES(as_number(id)));

    if (store->journal)
        journal_watcher.erase(store, "events", id);
    return is_done;
}

bool store_finish_event(struct store *store, const struct event *event)
{
    return sql_run(
        store, "UPDATE events SET outcome = $2, why = $3, case_id = $4 WHERE id = $1",
        VALUES(as_number(event->id), as_text(event->outcome), as_text(event->why), as_id(event->case_id)));
}

static void select_events(struct store *store, struct query *query, const struct event_filter *filter)
{
    query_start(query, record_text(store, &read_record, "SELECT {columns} FROM events"));
    if (filter->after_id)
        query_where(query, "id > ?", as_number(filter->after_id));
    if (filter->from) {
        query_where(query, "sender = ?", as_text(filter->from));
        /* asking by number must not tell who an anonymous reporter is */
        query_where_so(query,
                       "(case_id IS NULL OR case_id NOT IN (SELECT id FROM cases WHERE is_anonymous = 1))");
    }
    if (filter->outcome && strcmp(filter->outcome, "failed") == 0) /* literals: partial indexes apply */
        query_where_so(query, "outcome = 'failed'");
    else if (filter->outcome && strcmp(filter->outcome, "waiting") == 0)
        query_where_so(query, "outcome = 'waiting'");
    else if (filter->outcome)
        query_where(query, "outcome = ?", as_text(filter->outcome));
    if (filter->line)
        query_where(query, "line = ?", as_text(filter->line));
    if (filter->since)
        query_where(query, "received_at >= ?", as_number(filter->since));
    if (filter->not_guarded)
        query_where_so(query, OPEN_OR("events.sender", "events.text"));
    query_end(query, " ORDER BY id");
    query_limit(query, filter->limit);
}

struct reading {
    bool (*each)(const struct event *event, void *arg);
    void *arg;
};

static bool hand_event(const void *item, void *arg)
{
    const struct reading *reading = arg;

    return reading->each(item, reading->arg);
}

bool store_each_event(struct store *store, const struct event_filter *filter,
                      bool (*each)(const struct event *event, void *arg), void *arg)
{
    struct reading reading = { each, arg };
    struct query query;

    select_events(store, &query, filter);
    return record_each(store, &read_record, query.text, true, query_values(&query), hand_event, &reading);
}

bool store_event(struct store *store, void *mem, int64_t id, struct event **event)
{
    bool is_done;

    *event = record_one(store, mem, &read_record, "SELECT {columns} FROM events WHERE id = $1",
                        VALUES(as_number(id)), &is_done);
    return is_done;
}

bool store_event_by_key(struct store *store, void *mem, const char *line, const char *external_id,
                        struct event **event)
{
    bool is_done;

    *event = record_one(store, mem, &read_record,
                        "SELECT {columns} FROM events WHERE line = $1 AND external_id = $2",
                        VALUES(as_text(line), as_text(external_id)), &is_done);
    return is_done;
}

/* The part that completed a message has the message's outcome. */
bool store_last_text(struct store *store, void *mem, const char *from, int64_t before_id,
                     struct event **event)
{
    bool is_done;

    *event = record_one(store, mem, &event_record,
                        "SELECT {columns} FROM events WHERE sender = $1 AND id < $2 AND (kind = 'text' OR"
                        " (kind = 'part' AND outcome NOT IN ('', 'waiting', 'joined')))"
                        " ORDER BY received_at DESC, id DESC LIMIT 1",
                        VALUES(as_text(from), as_number(before_id)), &is_done);
    return is_done;
}

/* A text without its digits. */
#define NO_DIGITS(text)                                                                     \
    "replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(" text \
    ", '0', ''), '1', ''), '2', ''), '3', ''), '4', ''), '5', ''), '6', ''), '7', ''), '8', ''), '9', '')"

bool store_count_alike_texts(struct store *store, const char *from, const char *text, int64_t since,
                             int *count)
{
    int64_t found;
    bool is_done =
        sql_number(store,
                   "SELECT count(*) FROM (SELECT text FROM events WHERE sender = $1 AND received_at >= $2"
                   " AND kind = 'text' ORDER BY id DESC LIMIT 50) AS latest WHERE " NO_DIGITS(
                       "text") " = " NO_DIGITS("$3"),
                   VALUES(as_text(from), as_number(since), as_text(text)), &found);

    *count = (int)found;
    return is_done;
}

bool store_count_same_text(struct store *store, const char *from, const char *text, int64_t since, int *count)
{
    int64_t found;
    bool is_done = sql_number(store,
                              "SELECT count(*) FROM events WHERE sender = $1 AND received_at >= $2"
                              " AND kind = 'text' AND text = $3",
                              VALUES(as_text(from), as_number(since), as_text(text)), &found);

    *count = (int)found;
    return is_done;
}
