/*
 * Notices being sent: claimed by a line, armed, sent, or put back.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/notices.h"
#include "store/records.h"

/* A claimed notice whose lease has ended was never armed, so it is certainly unsent. */
static bool end_leases(struct store *store, int64_t now)
{
    return sql_run(store, "UPDATE notices SET state = 'READY' WHERE state = 'CLAIMED' AND lease_until <= $1",
                   VALUES(as_number(now)));
}

/* The oldest notices for a line. A statement for each line, so that the index is read no further than needed.
 */
#define DUE(line, hours)                                                                            \
    "SELECT id, due_at FROM (SELECT id, due_at FROM notices WHERE state = 'READY' AND line = " line \
    " AND priority = $3 AND due_at <= $4" hours " ORDER BY due_at, id LIMIT $5) AS due"

struct claiming {
    const char *line, *other; /* the line's own notices, and "" for those of any line, else line again */
    int64_t now, quiet_until, lease_until;
};

/* A claim in quiet hours reads an index of its own. */
#define CLAIM(hours)                                                                   \
    "UPDATE notices SET state = 'CLAIMED', lease_until = $6, sent_by = $1 WHERE id IN" \
    " (SELECT id FROM (" DUE("$1", hours) " UNION " DUE(                               \
        "$2", hours) ") AS all_due ORDER BY due_at, id LIMIT $5) RETURNING {columns}"
#define ANY_HOUR " AND any_hour = 1"
/* As the index notices_of_danger has it. */
#define OF_DANGER " AND (name = 'danger' OR name = 'alarm' OR name = 'alarm-operator')"

static void *claim_priority(struct store *store, void *mem, const struct claiming *claiming,
                            enum notice_priority priority, int limit, size_t *n, bool *is_done)
{
    return record_list(store, mem, &notice_record, claiming->quiet_until ? CLAIM(ANY_HOUR) : CLAIM(""), false,
                       VALUES(as_text(claiming->line), as_text(claiming->other), as_number(priority),
                              as_number(claiming->now), as_number(limit), as_number(claiming->lease_until)),
                       n, is_done);
}

/* What danger makes go out, at any hour. */
static void *claim_danger(struct store *store, void *mem, const struct claiming *claiming, int limit,
                          size_t *n, bool *is_done)
{
    return record_list(store, mem, &notice_record, CLAIM(OF_DANGER), false,
                       VALUES(as_text(claiming->line), as_text(claiming->other), as_number(PRIORITY_ANSWER),
                              as_number(claiming->now), as_number(limit), as_number(claiming->lease_until)),
                       n, is_done);
}

static int by_age(const void *a, const void *b)
{
    const struct notice *left = a, *right = b;

    if (left->due_at != right->due_at)
        return left->due_at < right->due_at ? -1 : 1;
    return (left->id > right->id) - (left->id < right->id);
}

/* Appends to a list. The texts of the added notices are allocated from their own array, which the list
 * adopts. */
static void append(struct notice **notices, size_t *n, void *mem, struct notice *more, size_t n_more)
{
    struct notice *all = talloc_realloc(mem, *notices, struct notice, *n + n_more);

    qsort(more, n_more, sizeof *more, by_age);
    memcpy(all + *n, more, n_more * sizeof *more);
    talloc_steal(all, more);
    *notices = all;
    *n += n_more;
}

static bool claim_all(struct store *store, void *mem, const struct claiming *claiming, size_t limit,
                      struct notice **notices, size_t *n)
{
    bool is_done = true;
    size_t n_more;
    struct notice *more = claim_danger(store, mem, claiming, (int)limit, &n_more, &is_done);

    if (n_more > 0)
        append(notices, n, mem, more, n_more);
    for (int priority = PRIORITY_ANSWER; is_done && priority <= PRIORITY_BULK && *n < limit; priority++) {
        more = claim_priority(store, mem, claiming, priority, (int)(limit - *n), &n_more, &is_done);

        if (n_more > 0)
            append(notices, n, mem, more, n_more);
    }
    return is_done;
}

#define NEXT(hours)                                                                                          \
    "SELECT due_at FROM notices WHERE state = 'READY' AND line = $1 AND priority = $2 AND due_at > $3" hours \
    " ORDER BY due_at LIMIT 1"

static bool next_after(struct store *store, const struct claiming *claiming, const char *line, int priority,
                       int64_t *next)
{
    return sql_number(store, claiming->quiet_until ? NEXT(ANY_HOUR) : NEXT(""),
                      VALUES(as_text(line), as_number(priority), as_number(claiming->now)), next);
}

static void keep_sooner(int64_t *soonest, int64_t at)
{
    if (at && (!*soonest || at < *soonest))
        *soonest = at;
}

/* Also when the quiet hours end, and when a lease does: what is claimed and never armed is due again then. */
static bool find_next(struct store *store, const struct claiming *claiming, int64_t *next_due)
{
    const char *lines[] = { claiming->line, claiming->other };
    int64_t next;

    *next_due = claiming->quiet_until;
    for (int i = 0; i < 2; i++)
        for (int priority = PRIORITY_ANSWER; priority <= PRIORITY_BULK; priority++) {
            if (!next_after(store, claiming, lines[i], priority, &next))
                return false;
            keep_sooner(next_due, next);
        }
    if (!sql_number(store,
                    "SELECT lease_until FROM notices WHERE state = 'CLAIMED' ORDER BY lease_until LIMIT 1",
                    NO_VALUES, &next))
        return false;
    keep_sooner(next_due, next);
    return true;
}

bool store_claim_notices(struct store *store, void *mem, const char *line, bool takes_any, int64_t now,
                         int64_t quiet_until, int64_t lease_until, int limit, struct notice **notices,
                         size_t *n, int64_t *next_due)
{
    const struct claiming claiming = { line, takes_any ? "" : line, now, quiet_until, lease_until };

    *notices = NULL;
    *n = 0;
    *next_due = 0;
    return end_leases(store, now) && claim_all(store, mem, &claiming, (size_t)limit, notices, n) &&
           find_next(store, &claiming, next_due);
}

bool store_claim_danger(struct store *store, void *mem, const char *line, bool takes_any, int64_t now,
                        int64_t lease_until, int limit, struct notice **notices, size_t *n)
{
    const struct claiming claiming = { line, takes_any ? "" : line, now, 0, lease_until };
    struct notice *found;
    bool is_done = true;
    size_t n_found;

    *notices = NULL;
    *n = 0;
    found = claim_danger(store, mem, &claiming, limit, &n_found, &is_done);
    if (is_done && n_found > 0)
        append(notices, n, mem, found, n_found);
    return is_done;
}

static bool add_attempt(struct store *store, int64_t id, int texts, int64_t now)
{
    bool is_done = true;

    for (int part = 1; part <= texts && is_done; part++)
        is_done =
            sql_run(store,
                    "INSERT INTO sent_parts (notice_id, attempt, part, line, recipient, reference, armed_at)"
                    " SELECT id, attempts, $2, sent_by, recipient, -1, $3 FROM notices WHERE id = $1"
                    " AND parts_sent < $2 ON CONFLICT (notice_id, attempt, part) DO UPDATE SET"
                    " armed_at = excluded.armed_at, line = excluded.line",
                    VALUES(as_number(id), as_number(part), as_number(now)));
    return is_done;
}

/*
 * The one gate to whoever has a number now: every text passes it, also one that is tried again. The number
 * has a new owner since the case came, or the case was given another reporter.
 */
static bool cancel_for_former_owner(struct store *store, int64_t id, int64_t now)
{
    return sql_run(store,
                   "UPDATE notices SET state = 'CANCELLED', settled_at = $2,"
                   " why = 'the case is not of who has this number now'"
                   " WHERE id = $1 AND state = 'CLAIMED' AND own_case_at > 0"
                   " AND (own_case_at < (SELECT owner_since FROM people WHERE phone = recipient)"
                   "  OR NOT EXISTS (SELECT 1 FROM cases WHERE reporter = recipient"
                   "   AND received_at = own_case_at))",
                   VALUES(as_number(id), as_number(now)));
}

bool store_arm_notice(struct store *store, int64_t id, int parts, int texts, int64_t now, bool *is_armed)
{
    int64_t armed = 0;
    bool is_done = cancel_for_former_owner(store, id, now) &&
                   sql_number(store,
                              "UPDATE notices SET state = 'ARMED', attempts = attempts + 1, armed_at = $2,"
                              " parts = $3"
                              " WHERE id = $1 AND state = 'CLAIMED' AND lease_until > $2 RETURNING id",
                              VALUES(as_number(id), as_number(now), as_number(parts)), &armed);

    *is_armed = armed != 0;
    return is_done && (!armed || add_attempt(store, id, texts, now));
}

bool store_arm_part(struct store *store, int64_t id, int part, int former_reference, int64_t now,
                    bool *is_armed)
{
    int64_t armed;
    bool is_done =
        (former_reference == -1 ||
         sql_run(store,
                 "UPDATE sent_parts SET reference = $3 WHERE notice_id = $1 AND part = $2 - 1"
                 " AND attempt = (SELECT attempts FROM notices WHERE id = $1)",
                 VALUES(as_number(id), as_number(part), as_number(former_reference)))) &&
        sql_number(store,
                   "INSERT INTO sent_parts (notice_id, attempt, part, line, recipient, reference, armed_at)"
                   " SELECT id, attempts, $2, sent_by, recipient, -1, $3 FROM notices WHERE id = $1"
                   " AND state = 'ARMED' ON CONFLICT (notice_id, attempt, part) DO UPDATE SET"
                   " armed_at = excluded.armed_at RETURNING notice_id",
                   VALUES(as_number(id), as_number(part), as_number(now)), &armed);

    *is_armed = is_done && armed != 0;
    return is_done;
}

/* A late answer also settles a notice that had become UNKNOWN. */
bool store_sent_notice(struct store *store, int64_t id, int parts, int reference, int64_t at)
{
    return sql_run(store,
                   "UPDATE notices SET state = 'SENT', parts = $2, sent_at = $4, settled_at = NULL, why = '',"
                   " reference = CASE WHEN $3 >= 0 OR parts_sent = 0 THEN $3 ELSE reference END"
                   " WHERE id = $1 AND state IN ('ARMED', 'UNKNOWN')",
                   VALUES(as_number(id), as_number(parts), as_number(reference), as_number(at)));
}

bool store_fail_part(struct store *store, int64_t id, const char *why, int64_t at)
{
    return sql_run(store,
                   "UPDATE notices SET state = 'FAILED', why = $2, settled_at = $3"
                   " WHERE id = $1 AND state = 'DELIVERED'",
                   VALUES(as_number(id), as_text(why), as_number(at)));
}

bool store_unknown_notice(struct store *store, int64_t id, const char *why, int64_t at)
{
    return sql_run(store,
                   "UPDATE notices SET state = 'UNKNOWN', why = $2, settled_at = $3, " BLANK_SECRET
                   " WHERE id = $1 AND state = 'ARMED'",
                   VALUES(as_number(id), as_text(why), as_number(at)));
}

bool store_partly_sent(struct store *store, int64_t id, int parts, int parts_sent, const char *line,
                       int64_t due_at, const char *why)
{
    return sql_run(store,
                   "DELETE FROM sent_parts WHERE notice_id = $1 AND part > $2"
                   " AND attempt = (SELECT attempts FROM notices WHERE id = $1)",
                   VALUES(as_number(id), as_number(parts_sent))) &&
           sql_run(store,
                   "UPDATE notices SET state = 'READY', parts = $2, parts_sent = $3, line = $4, due_at = $5, "
                   "why = $6"
                   " WHERE id = $1 AND state = 'ARMED'",
                   VALUES(as_number(id), as_number(parts), as_number(parts_sent), as_text(line),
                          as_number(due_at), as_text(why)));
}

bool store_count_taken_parts(struct store *store, int64_t id, int *taken)
{
    int64_t count;
    bool is_done =
        sql_number(store,
                   "SELECT count(*) FROM sent_parts AS sent WHERE notice_id = $1 AND reference <> -1"
                   " AND attempt = (SELECT max(attempt) FROM sent_parts WHERE notice_id = $1"
                   "  AND part = sent.part)",
                   VALUES(as_number(id)), &count);

    *taken = (int)count;
    return is_done;
}

bool store_retry_notice(struct store *store, int64_t id, int parts_sent, int64_t due_at, const char *why)
{
    return sql_run(
        store,
        "UPDATE notices SET state = 'READY', parts_sent = $4, due_at = $2, why = $3, settled_at = NULL"
        " WHERE id = $1 AND (state IN ('CLAIMED', 'ARMED', 'UNKNOWN')"
        "  OR (state = 'READY' AND parts_sent > $4))",
        VALUES(as_number(id), as_number(due_at), as_text(why), as_number(parts_sent)));
}

bool store_resend_notice(struct store *store, int64_t id, int64_t now, bool *is_ready)
{
    int64_t ready;
    bool is_done = sql_number(store,
                              "UPDATE notices SET state = 'READY', due_at = $2, settled_at = NULL, why = '',"
                              " parts_sent = 0"
                              " WHERE id = $1 AND state IN ('FAILED', 'UNKNOWN') RETURNING id",
                              VALUES(as_number(id), as_number(now)), &ready);

    *is_ready = ready != 0;
    return is_done;
}

bool store_recall_notice(struct store *store, int64_t id, int64_t now, bool *is_recalled)
{
    int64_t recalled;
    bool is_done = sql_number(store,
                              "UPDATE notices SET state = 'CANCELLED', settled_at = $2, " BLANK_SECRET
                              " WHERE id = $1 AND state IN ('READY', 'CLAIMED') RETURNING id",
                              VALUES(as_number(id), as_number(now)), &recalled);

    *is_recalled = recalled != 0;
    return is_done;
}

bool store_release_notice(struct store *store, int64_t id, int64_t lease_until)
{
    return sql_run(store,
                   "DELETE FROM sent_parts WHERE notice_id = $1 AND attempt = (SELECT attempts FROM notices"
                   " WHERE id = $1 AND state = 'ARMED' AND lease_until = $2)",
                   VALUES(as_number(id), as_number(lease_until))) &&
           sql_run(store,
                   "UPDATE notices SET attempts = attempts - CASE state WHEN 'ARMED' THEN 1 ELSE 0 END, "
                   "state = 'READY'"
                   " WHERE id = $1 AND state IN ('CLAIMED', 'ARMED') AND lease_until = $2",
                   VALUES(as_number(id), as_number(lease_until)));
}

bool store_send_again(struct store *store, int64_t id, int64_t due_at, const char *why)
{
    return sql_run(
        store,
        "UPDATE notices SET state = 'READY', due_at = $2, why = $3, settled_at = NULL, parts_sent = 0"
        " WHERE id = $1 AND state = 'SENT'",
        VALUES(as_number(id), as_number(due_at), as_text(why)));
}

bool store_count_armed(struct store *store, const char *line, int64_t since, int64_t until, int *texts)
{
    int64_t count;
    bool is_done = sql_number(
        store, "SELECT count(*) FROM sent_parts WHERE line = $1 AND armed_at >= $2 AND armed_at < $3",
        VALUES(as_text(line), as_number(since), as_number(until)), &count);

    *texts = (int)count;
    return is_done;
}

struct seconds {
    void *mem;
    struct armed_second *all;
    size_t n;
};

static bool take_second(const struct row *row, void *arg)
{
    struct seconds *seconds = arg;

    seconds->all = talloc_realloc(seconds->mem, seconds->all, struct armed_second, seconds->n + 1);
    seconds->all[seconds->n++] = (struct armed_second){ row_number(row, 0), (int)row_number(row, 1) };
    return true;
}

bool store_armed_seconds(struct store *store, void *mem, const char *line, int64_t since, int64_t until,
                         struct armed_second **seconds, size_t *n)
{
    struct seconds found = { .mem = mem };
    bool is_done = sql_each(store,
                            "SELECT armed_at, count(*) FROM sent_parts WHERE line = $1 AND armed_at >= $2"
                            " AND armed_at < $3 GROUP BY armed_at ORDER BY armed_at",
                            VALUES(as_text(line), as_number(since), as_number(until)), take_second, &found);

    *seconds = found.all;
    *n = found.n;
    return is_done;
}

bool store_reroute_notices(struct store *store, const char *line)
{
    return sql_run(store,
                   "UPDATE notices SET line = '' WHERE state = 'READY' AND line = $1 AND parts_sent = 0",
                   VALUES(as_text(line)));
}

#define CALLS                                                                                       \
    " FROM (SELECT DISTINCT recipient, armed_at FROM sent_parts WHERE line = $1 AND armed_at >= $3" \
    " AND (recipient = $2 OR $2 = '')) AS calls"

bool store_count_calls(struct store *store, const char *line, const char *to, int64_t since, int64_t *n,
                       int64_t *last)
{
    return sql_number(store, "SELECT count(*)" CALLS, VALUES(as_text(line), as_text(to), as_number(since)),
                      n) &&
           sql_number(store, "SELECT coalesce(max(armed_at), 0)" CALLS,
                      VALUES(as_text(line), as_text(to), as_number(since)), last);
}

bool store_unknown_of_line(struct store *store, void *mem, const char *line, int limit,
                           struct notice **notices, size_t *n)
{
    bool is_done;

    *notices = record_list(store, mem, &notice_record,
                           "SELECT {columns} FROM notices WHERE state = 'UNKNOWN' AND line = $1"
                           " ORDER BY id LIMIT $2",
                           false, VALUES(as_text(line), as_number(limit)), n, &is_done);
    return is_done;
}
