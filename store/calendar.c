#include "store/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

#include "store/sql.h"

bool store_mark_date(struct store *store, const char *kind, const char *date, int64_t at, bool *is_new)
{
    int64_t marked;
    bool is_done = sql_number(store,
                              "INSERT INTO calendar_dates (kind, date, at) VALUES ($1, $2, $3)"
                              " ON CONFLICT DO NOTHING RETURNING 1",
                              VALUES(as_text(kind), as_text(date), as_number(at)), &marked);

    *is_new = marked != 0;
    return is_done;
}

bool store_last_date(struct store *store, void *mem, const char *kind, const char **date)
{
    bool is_done = sql_text(store, mem, "SELECT max(date) FROM calendar_dates WHERE kind = $1",
                            VALUES(as_text(kind)), date);

    if (!*date)
        *date = "";
    return is_done;
}

static bool count_row(const struct row *row, void *arg)
{
    (void)row;
    ++*(int64_t *)arg;
    return true;
}

bool store_unmark_dates_after(struct store *store, const char *kind, const char *date, int64_t *n)
{
    *n = 0;
    return sql_each(store,
                    "DELETE FROM calendar_dates WHERE ($1 = '' OR kind = $1) AND date > $2 RETURNING 1",
                    VALUES(as_text(kind), as_text(date)), count_row, n);
}

struct opinion {
    int64_t now, within;
    bool agrees;
};

static bool take_opinion(const struct row *row, void *arg)
{
    struct opinion *opinion = arg;
    long long at, clock;

    if (sscanf(row_text(row, 0), "%lld %lld", &at, &clock) == 2)
        opinion->agrees |=
            llabs(at - opinion->now) <= opinion->within && llabs(clock - at) <= opinion->within;
    return true;
}

static bool modems_agree(struct store *store, int64_t now, int64_t within, bool *agrees)
{
    struct opinion opinion = { now, within, false };
    bool is_done = sql_each(store, "SELECT value FROM settings WHERE name LIKE 'clock.%'", NO_VALUES,
                            take_opinion, &opinion);

    *agrees = opinion.agrees;
    return is_done;
}

bool store_network_agrees(struct store *store, int64_t now, int64_t within, bool *agrees)
{
    int64_t n;
    bool is_done = sql_number(store,
                              "SELECT count(*) FROM (SELECT at, received_at FROM events ORDER BY id DESC"
                              "  LIMIT 50) AS latest WHERE received_at BETWEEN $1 - $2 AND $1 + $2"
                              " AND at <> received_at AND at BETWEEN received_at - $2 AND received_at + $2",
                              VALUES(as_number(now), as_number(within)), &n);

    *agrees = is_done && n > 0;
    return *agrees || (is_done && modems_agree(store, now, within, agrees));
}

/* The longest that each waits: `most` seconds. */
bool store_shorten_waits(struct store *store, int64_t now, int64_t *n)
{
    enum { AT_ONCE = 0, ALARM = 600, LEASE = 600, LOCKED = 3600, PROVEN = 12 * 3600 };
    static const struct {
        const char *statement;
        int64_t most;
    } waits[] = {
        { "UPDATE notices SET due_at = $1 WHERE state = 'READY' AND due_at > $1 AND due_at <= created_at"
          " RETURNING 1",
          AT_ONCE },
        { "UPDATE notices SET state = 'READY' WHERE state = 'CLAIMED' AND lease_until > $2 RETURNING 1",
          LEASE },
        { "UPDATE part_groups SET first_at = $2 WHERE is_delivered = 0 AND first_at > $2 RETURNING 1",
          AT_ONCE },
        { "UPDATE webhook_deliveries SET due_at = $2 WHERE settled_at IS NULL AND due_at > $2 RETURNING 1",
          AT_ONCE },
        { "UPDATE people SET answers_filled_at = $2 WHERE answers_filled_at > $2 RETURNING 1", AT_ONCE },
        { "UPDATE cases SET alarm_at = $2 WHERE alarm_at > $2 RETURNING 1", ALARM },
        { "UPDATE recordings SET ring_at = $2 WHERE ring_at > $2 RETURNING 1", ALARM },
        { "UPDATE sender_lines SET locked_until = $2 WHERE locked_until > $2 RETURNING 1", LOCKED },
        { "UPDATE sender_lines SET trusted_until = $2 WHERE trusted_until > $2 RETURNING 1", PROVEN },
        { "UPDATE page_tries SET at = $2 WHERE at > $2 RETURNING 1", AT_ONCE },
    };

    *n = 0;
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        if (!sql_each(store, waits[i].statement, VALUES(as_number(now), as_number(now + waits[i].most)),
                      count_row, n))
            return false;
    return true;
}

bool store_shorten_tries(struct store *store, int least, int most, int64_t latest, int64_t *n)
{
    *n = 0;
    return sql_each(store,
                    "UPDATE notices SET due_at = $3 WHERE state = 'READY' AND due_at > $3"
                    " AND attempts BETWEEN $1 AND $2 RETURNING 1",
                    VALUES(as_number(least), as_number(most), as_number(latest)), count_row, n);
}

bool store_newest_moment(struct store *store, int64_t *at)
{
    return sql_number(store,
                      "SELECT max(at) FROM (SELECT * FROM (SELECT received_at AS at FROM events"
                      "  ORDER BY id DESC LIMIT 1) AS event UNION ALL SELECT * FROM (SELECT created_at AS at"
                      "  FROM notices ORDER BY id DESC LIMIT 1) AS notice) AS newest",
                      NO_VALUES, at);
}

bool store_repair_waiting(struct store *store, int64_t now, int64_t horizon, int64_t *n)
{
    static const char *const repairs[] = {
        ("UPDATE notices SET due_at = $1 WHERE state = 'READY' AND due_at > $2 AND created_at > $1"
         " RETURNING 1"),
        "UPDATE notices SET state = 'READY' WHERE state = 'CLAIMED' AND lease_until > $2 RETURNING 1",
        "UPDATE part_groups SET first_at = $1 WHERE is_delivered = 0 AND first_at > $2 RETURNING 1",
        "UPDATE webhook_deliveries SET due_at = $1 WHERE settled_at IS NULL AND due_at > $2 RETURNING 1",
        "UPDATE sender_lines SET locked_until = 0 WHERE locked_until > $2 RETURNING 1",
        "UPDATE page_tries SET at = $1 WHERE at > $2 RETURNING 1",
        "UPDATE people SET answers_filled_at = $1 WHERE answers_filled_at > $2 RETURNING 1",
        "UPDATE cases SET alarm_at = $1 WHERE alarm_at > $2 RETURNING 1",
        "UPDATE recordings SET ring_at = $1 WHERE ring_at > $2 RETURNING 1",
        "UPDATE people SET muted_until = 0 WHERE muted_until > $2 RETURNING 1",
        "UPDATE confirmations SET expires_at = $1 WHERE code_hash <> '' AND expires_at > $2 RETURNING 1",
    };

    *n = 0;
    for (size_t i = 0; i < sizeof repairs / sizeof *repairs; i++)
        if (!sql_each(store, repairs[i], VALUES(as_number(now), as_number(horizon)), count_row, n))
            return false;
    return true;
}
