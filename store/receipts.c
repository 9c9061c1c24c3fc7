/*
 * Pairs status reports and receipts with the sent parts they report on. TP-ST: 23.040 9.2.3.15.
 */
#include "store/notices.h"
#include "store/records.h"

bool store_add_sent_part(struct store *store, int64_t notice_id, const char *line, int part, int reference,
                         int64_t at)
{
    return sql_run(
        store,
        "INSERT INTO sent_parts (notice_id, part, line, recipient, reference, sent_at)"
        " SELECT id, $3, $2, recipient, $4, $5 FROM notices WHERE id = $1"
        " ON CONFLICT (notice_id, part) DO UPDATE SET line = excluded.line,"
        "  reference = excluded.reference, sent_at = excluded.sent_at, status = NULL, reported_at = NULL",
        VALUES(as_number(notice_id), as_text(line), as_number(part), as_number(reference), as_number(at)));
}

/* A report that delivery is still being tried (0x20..0x3f) never replaces a final one. */
static bool record_status(struct store *store, const char *line, const char *number, int reference,
                          int64_t since, int status, int64_t at, int64_t *notice_id)
{
    return sql_number(
        store,
        "UPDATE sent_parts SET status = CASE WHEN $5 BETWEEN 32 AND 63 AND status NOT BETWEEN 32 AND 63"
        "  THEN status ELSE $5 END, reported_at = $6"
        " WHERE (notice_id, part) IN (SELECT notice_id, part FROM sent_parts WHERE recipient = $2"
        "  AND reference = $3 AND line = $1 AND sent_at >= $4 ORDER BY sent_at DESC, notice_id DESC"
        "  LIMIT 1) RETURNING notice_id",
        VALUES(as_text(line), as_text(number), as_number(reference), as_number(since), as_number(status),
               as_number(at)),
        notice_id);
}

/* A notice that was armed and never answered has no reference: it is found by number, line and time. */
static bool adopt_report(struct store *store, const char *line, const char *number, int reference,
                         int64_t since, int status, int64_t at, int64_t *notice_id)
{
    return sql_number(
        store,
        "INSERT INTO sent_parts (notice_id, part, line, recipient, reference, sent_at, status,"
        " reported_at) SELECT id, 1 + (SELECT count(*) FROM sent_parts WHERE notice_id = notices.id),"
        " $1, recipient, $3, armed_at, $5, $6 FROM notices WHERE state = 'UNKNOWN' AND recipient = $2"
        " AND sent_by = $1 AND armed_at >= $4 ORDER BY armed_at DESC, id DESC LIMIT 1"
        " RETURNING notice_id",
        VALUES(as_text(line), as_text(number), as_number(reference), as_number(since), as_number(status),
               as_number(at)),
        notice_id);
}

struct tally {
    int64_t final, failed;
};

static bool take_tally(const struct row *row, void *arg)
{
    struct tally *tally = arg;

    tally->final = row_number(row, 0);
    tally->failed = row_number(row, 1);
    return false;
}

static bool count_reports(struct store *store, int64_t notice_id, struct tally *tally)
{
    return sql_each(store,
                    "SELECT sum(CASE WHEN status NOT BETWEEN 32 AND 63 THEN 1 ELSE 0 END),"
                    " sum(CASE WHEN status >= 64 THEN 1 ELSE 0 END) FROM sent_parts WHERE notice_id = $1",
                    VALUES(as_number(notice_id)), take_tally, tally);
}

static bool take_for_now(const struct row *row, void *arg)
{
    *(bool *)arg = row_number(row, 0) > 0 && row_number(row, 0) == row_number(row, 1);
    return false;
}

bool store_failed_for_now(struct store *store, int64_t notice_id, bool *is_so)
{
    *is_so = false;
    return sql_each(store,
                    "SELECT count(*), sum(CASE WHEN status BETWEEN 96 AND 127 THEN 1 ELSE 0 END)"
                    " FROM sent_parts WHERE notice_id = $1",
                    VALUES(as_number(notice_id)), take_for_now, is_so);
}

bool store_send_again(struct store *store, int64_t id, int64_t due_at, const char *why)
{
    return sql_run(store, "UPDATE sent_parts SET status = NULL, reference = -1 WHERE notice_id = $1",
                   VALUES(as_number(id))) &&
           sql_run(store,
                   "UPDATE notices SET state = 'READY', due_at = $2, why = $3, settled_at = NULL"
                   " WHERE id = $1 AND state IN ('SENT', 'UNKNOWN')",
                   VALUES(as_number(id), as_number(due_at), as_text(why)));
}

static bool finish_pairing(struct store *store, void *mem, int64_t id, struct notice **notice, bool *all_done,
                           bool *any_failed)
{
    struct tally tally = { 0 };

    if (!count_reports(store, id, &tally) || !store_notice(store, mem, id, notice))
        return false;
    *all_done = tally.final > 0 && tally.final >= (*notice)->parts;
    *any_failed = tally.failed > 0;
    return true;
}

bool store_pair_report(struct store *store, void *mem, const char *line, const char *number, int reference,
                       int64_t since, int status, int64_t at, struct notice **notice, bool *all_done,
                       bool *any_failed)
{
    int64_t id;

    *notice = NULL;
    *all_done = *any_failed = false;
    if (!record_status(store, line, number, reference, since, status, at, &id) ||
        (!id && !adopt_report(store, line, number, reference, since, status, at, &id)))
        return false;
    return !id || finish_pairing(store, mem, id, notice, all_done, any_failed);
}

bool store_add_sent_id(struct store *store, int64_t notice_id, const char *line, int part,
                       const char *external_id, int64_t at)
{
    return sql_run(
        store,
        "INSERT INTO sent_parts (notice_id, part, line, recipient, reference, sent_at, external_id)"
        " SELECT id, $3, $2, recipient, -1, $5, $4 FROM notices WHERE id = $1"
        " ON CONFLICT (notice_id, part) DO UPDATE SET line = excluded.line, sent_at = excluded.sent_at,"
        "  status = CASE WHEN sent_parts.external_id = excluded.external_id THEN sent_parts.status END,"
        "  reported_at = CASE WHEN sent_parts.external_id = excluded.external_id THEN"
        "   sent_parts.reported_at END,"
        "  reference = -1, external_id = excluded.external_id",
        VALUES(as_number(notice_id), as_text(line), as_number(part), as_text(external_id), as_number(at)));
}

static bool record_receipt(struct store *store, const char *line, const char *external_id, int64_t since,
                           int status, int64_t at, int64_t *notice_id)
{
    *notice_id = 0;
    return !*external_id ||
           sql_number(store,
                      "UPDATE sent_parts SET status = CASE WHEN $4 BETWEEN 32 AND 63"
                      "  AND status NOT BETWEEN 32 AND 63 THEN status ELSE $4 END, reported_at = $5"
                      " WHERE line = $1 AND external_id = $2 AND external_id <> '' AND sent_at >= $3"
                      " RETURNING notice_id",
                      VALUES(as_text(line), as_text(external_id), as_number(since), as_number(status),
                             as_number(at)),
                      notice_id);
}

/* The provider sent our own id back: the notice may still be being sent, or be UNKNOWN. */
static bool adopt_own(struct store *store, const char *line, const char *external_id, int64_t wanted,
                      int status, int64_t at, int64_t *notice_id)
{
    return sql_number(
        store,
        "INSERT INTO sent_parts (notice_id, part, line, recipient, reference, sent_at, status,"
        " reported_at, external_id) SELECT id, 1 + (SELECT count(*) FROM sent_parts WHERE notice_id ="
        " notices.id AND external_id NOT IN ('', $2)), $1, recipient, -1, COALESCE(armed_at, $5), $4, $5, $2"
        " FROM notices WHERE id = $3 AND sent_by = $1 AND armed_at IS NOT NULL"
        " ON CONFLICT (notice_id, part) DO UPDATE SET reported_at = excluded.reported_at,"
        "  status = CASE WHEN excluded.status BETWEEN 32 AND 63 AND sent_parts.status NOT BETWEEN 32 AND 63"
        "  THEN sent_parts.status ELSE excluded.status END RETURNING notice_id",
        VALUES(as_text(line), as_text(external_id), as_number(wanted), as_number(status), as_number(at)),
        notice_id);
}

static bool adopt_by_number(struct store *store, const char *line, const char *external_id,
                            const char *number, int64_t since, int status, int64_t at, int64_t *notice_id)
{
    return sql_number(
        store,
        "INSERT INTO sent_parts (notice_id, part, line, recipient, reference, sent_at, status,"
        " reported_at, external_id) SELECT id, 1 + (SELECT count(*) FROM sent_parts WHERE notice_id ="
        " notices.id), $1, recipient, -1, armed_at, $5, $6, $3 FROM notices WHERE state = 'UNKNOWN'"
        " AND recipient = $2 AND sent_by = $1 AND armed_at >= $4 AND NOT EXISTS (SELECT 1 FROM notices AS"
        " other WHERE other.state = 'ARMED' AND other.recipient = $2 AND other.sent_by = $1)"
        " ORDER BY armed_at DESC, id DESC LIMIT 1 RETURNING notice_id",
        VALUES(as_text(line), as_text(number), as_text(external_id), as_number(since), as_number(status),
               as_number(at)),
        notice_id);
}

bool store_pair_receipt(struct store *store, void *mem, const char *line, const char *external_id,
                        int64_t notice_id, const char *number, int64_t since, int status, int64_t at,
                        struct notice **notice, bool *all_done, bool *any_failed)
{
    int64_t id;

    *notice = NULL;
    *all_done = *any_failed = false;
    if (!record_receipt(store, line, external_id, since, status, at, &id))
        return false;
    if (!id && notice_id && !adopt_own(store, line, external_id, notice_id, status, at, &id))
        return false;
    if (!id && !notice_id && *number &&
        !adopt_by_number(store, line, external_id, number, since, status, at, &id))
        return false;
    return !id || finish_pairing(store, mem, id, notice, all_done, any_failed);
}

bool store_early_receipt(struct store *store, const char *line, const char *external_id, int *status)
{
    int64_t found = 0;
    bool is_done =
        sql_number(store,
                   "SELECT status + 1 FROM events WHERE line = $1 AND external_id >= 'receipt ' ||"
                   " $2 || ' ' AND external_id < 'receipt ' || $2 || '!' AND kind = 'receipt'"
                   " ORDER BY CASE WHEN status BETWEEN 32 AND 63 THEN 1 ELSE 0 END, id DESC LIMIT 1",
                   VALUES(as_text(line), as_text(external_id)), &found);

    *status = (int)found - 1;
    return is_done;
}
