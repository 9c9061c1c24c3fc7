/*
 * Status reports, paired with the parts they speak of. TP-ST: 23.040 9.2.3.15.
 */
#include "store/notice_record.h"

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

/* A report that more is being tried never takes back a final one. */
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

/* A notice of which only its arming is known has no reference yet: number, line and time must do. */
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

bool store_pair_report(struct store *store, void *mem, const char *line, const char *number, int reference,
                       int64_t since, int status, int64_t at, struct notice **notice, bool *all_done,
                       bool *any_failed)
{
    struct tally tally = { 0 };
    int64_t id;

    *notice = NULL;
    *all_done = *any_failed = false;
    if (!record_status(store, line, number, reference, since, status, at, &id) ||
        (!id && !adopt_report(store, line, number, reference, since, status, at, &id)))
        return false;
    if (!id)
        return true;
    if (!count_reports(store, id, &tally) || !store_notice(store, mem, id, notice))
        return false;
    *all_done = tally.final > 0 && tally.final >= (*notice)->parts;
    *any_failed = tally.failed > 0;
    return true;
}
