#include <talloc.h>

#include "store/centre/centre.h"
#include "store/record.h"

static const struct field feed_fields[] = {
    FIELD(feed, gateway, FIELD_TEXT),      FIELD(feed, name, FIELD_TEXT),
    FIELD(feed, token_hash, FIELD_TEXT),   FIELD(feed, epoch, FIELD_INT64),
    FIELD(feed, seq, FIELD_INT64),         FIELD(feed, hash, FIELD_TEXT),
    FIELD(feed, safe_seq, FIELD_INT64),    FIELD(feed, recovery_key, FIELD_TEXT),
    FIELD(feed, stopped, FIELD_TEXT),      FIELD(feed, session, FIELD_TEXT),
    FIELD(feed, next_session, FIELD_TEXT), FIELD(feed, operator_phone, FIELD_TEXT),
    FIELD(feed, transfer_key, FIELD_TEXT), FIELD(feed, orders_given, FIELD_INT64),
    FIELD(feed, is_neighbour, FIELD_FLAG), FIELD(feed, heard_at, FIELD_INT64),
    FIELD(feed, silent_at, FIELD_INT64),   FIELD(feed, orders_done, FIELD_INT64),
    FIELD(feed, whole_seq, FIELD_INT64),
};
static const struct record feed_record = RECORD(feed, feed_fields);

bool centre_put_feed(struct store *store, const struct feed *feed, bool *is_new)
{
    struct value values[RECORD_FIELDS];
    struct feed *old;
    void *mem = talloc_new(store);
    bool is_done = centre_feed(store, mem, feed->gateway, &old);

    *is_new = is_done && !old;
    talloc_free(mem);
    return is_done && sql_run(store,
                              record_text(store, &feed_record,
                                          "INSERT INTO feeds {row} ON CONFLICT (gateway) DO UPDATE SET name ="
                                          " excluded.name, token_hash = excluded.token_hash, operator_phone ="
                                          " excluded.operator_phone, is_neighbour = excluded.is_neighbour"),
                              record_values(&feed_record, feed, values));
}

bool centre_feed(struct store *store, void *mem, const char *gateway, struct feed **feed)
{
    bool is_done;

    *feed = record_one(store, mem, &feed_record, "SELECT {columns} FROM feeds WHERE gateway = $1",
                       VALUES(as_text(gateway)), &is_done);
    return is_done;
}

bool centre_feed_by_token(struct store *store, void *mem, const char *hash, struct feed **feed)
{
    bool is_done;

    *feed = record_one(store, mem, &feed_record, "SELECT {columns} FROM feeds WHERE token_hash = $1",
                       VALUES(as_text(hash)), &is_done);
    return is_done;
}

bool centre_feeds(struct store *store, void *mem, struct feed **feeds, size_t *n)
{
    bool is_done;

    *feeds = record_list(store, mem, &feed_record, "SELECT {columns} FROM feeds ORDER BY gateway", false,
                         NO_VALUES, n, &is_done);
    return is_done;
}

bool centre_stop_feed(struct store *store, const char *gateway, const char *why)
{
    return sql_run(store, "UPDATE feeds SET stopped = $2 WHERE gateway = $1",
                   VALUES(as_text(gateway), as_text(why)));
}

bool centre_hear(struct store *store, const char *gateway, int64_t at)
{
    return sql_run(store, "UPDATE feeds SET heard_at = $2 WHERE gateway = $1 AND heard_at < $2",
                   VALUES(as_text(gateway), as_number(at)));
}

bool centre_note_silence(struct store *store, const char *gateway, int64_t at)
{
    return sql_run(store, "UPDATE feeds SET silent_at = $2 WHERE gateway = $1",
                   VALUES(as_text(gateway), as_number(at)));
}

bool centre_set_sessions(struct store *store, const char *gateway, const char *session, const char *next)
{
    return sql_run(store, "UPDATE feeds SET session = $2, next_session = $3 WHERE gateway = $1",
                   VALUES(as_text(gateway), as_text(session), as_text(next)));
}

bool centre_end_session(struct store *store, const char *session)
{
    return sql_run(store, "INSERT INTO former_sessions (session) VALUES ($1) ON CONFLICT DO NOTHING",
                   VALUES(as_text(session)));
}

bool centre_has_ended(struct store *store, const char *session, bool *has_ended)
{
    int64_t n = 0;
    bool is_done = sql_number(store, "SELECT count(*) FROM former_sessions WHERE session = $1",
                              VALUES(as_text(session)), &n);

    *has_ended = n > 0;
    return is_done;
}

/* The chain goes on behind the last whole transaction. */
static bool cut_rest(struct store *store, const char *gateway, int64_t at)
{
    return sql_run(store,
                   "UPDATE journal SET adopted_at = $2 WHERE gateway = $1 AND adopted_at = 0 AND seq >"
                   " (SELECT whole_seq FROM feeds WHERE gateway = $1)",
                   VALUES(as_text(gateway), as_number(at))) &&
           sql_run(store,
                   "UPDATE feeds SET seq = whole_seq, hash = COALESCE((SELECT journal.hash FROM journal WHERE"
                   " journal.gateway = $1 AND journal.seq = feeds.whole_seq AND adopted_at = 0), ''),"
                   " safe_seq = CASE WHEN safe_seq > whole_seq THEN whole_seq ELSE safe_seq END"
                   " WHERE gateway = $1 AND seq > whole_seq",
                   VALUES(as_text(gateway)));
}

bool centre_set_epoch(struct store *store, const char *gateway, int64_t epoch, int64_t at, bool *is_set)
{
    int64_t set = 0;
    bool is_done =
        sql_number(store, "UPDATE feeds SET epoch = $2 WHERE gateway = $1 AND epoch < $2 RETURNING epoch",
                   VALUES(as_text(gateway), as_number(epoch)), &set);

    *is_set = set == epoch;
    return is_done && (!*is_set || cut_rest(store, gateway, at));
}

bool centre_set_recovery_key(struct store *store, const char *gateway, const char *key)
{
    return sql_run(store, "UPDATE feeds SET recovery_key = $2 WHERE gateway = $1",
                   VALUES(as_text(gateway), as_text(key)));
}

bool centre_set_safe(struct store *store, const char *gateway, int64_t seq)
{
    return sql_run(store, "UPDATE feeds SET safe_seq = $2 WHERE gateway = $1 AND safe_seq < $2",
                   VALUES(as_text(gateway), as_number(seq)));
}

/* The order only ends the old box's long poll, so that the box learns of the new epoch. */
bool centre_raise_epoch(struct store *store, const char *gateway, int64_t at, int64_t *epoch)
{
    struct order order = { .gateway = gateway, .kind = "look", .body = "{}" };

    return sql_number(store,
                      "UPDATE feeds SET epoch = epoch + 1, session = '', next_session = '', stopped = ''"
                      " WHERE gateway = $1 RETURNING epoch",
                      VALUES(as_text(gateway)), epoch) &&
           cut_rest(store, gateway, at) && centre_settle_orders(store, gateway) &&
           centre_add_order(store, &order);
}
