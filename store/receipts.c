/*
 * Pairs status reports and receipts with the sent parts they report on. TP-ST: 23.040 9.2.3.15.
 */
#include <string.h>

#include "store/notices.h"
#include "store/records.h"

bool store_set_reference(struct store *store, int64_t notice_id, int attempt, int part, int reference)
{
    return sql_run(store,
                   "UPDATE sent_parts SET reference = $4 WHERE notice_id = $1 AND attempt = $2 AND part = $3",
                   VALUES(as_number(notice_id), as_number(attempt), as_number(part), as_number(reference)));
}

/* Tries to find the part; *notice_id stays 0 when there is none. */
typedef bool find_part(struct store *store, const struct delivery_report *report, int64_t *notice_id);

/*
 * NEAR: seconds between arming and TP-SCTS of one text, for clocks that differ and long texts. EQUAL: less
 * says nothing; the same reference comes back after 256 texts, which take longer.
 */
#define NEAR "600"
#define EQUAL "60"

/* A pending status (0x20..0x3f) never replaces a final one, and a failure never a delivery. */
#define BETTER(new)                                                                                    \
    "status = CASE WHEN status IS NULL OR status BETWEEN 32 AND 63 OR " new " < 32 THEN " new " ELSE " \
                                                                                              "status END"

static bool by_reference(struct store *store, const struct delivery_report *report, int64_t *notice_id)
{
    return sql_number(
        store,
        "UPDATE sent_parts SET " BETTER(
            "$5") ", reported_at = $6 WHERE (notice_id, attempt, part) IN"
                  " (SELECT notice_id, attempt, part FROM sent_parts WHERE recipient = $2 AND reference = $3"
                  "  AND line = $1 AND abs(armed_at - $4) <= " NEAR
                  " ORDER BY CASE WHEN abs(armed_at - $4) <= " EQUAL
                  "  THEN 0 ELSE abs(armed_at - $4) END, CASE WHEN status IS NULL OR status BETWEEN 32 AND "
                  "63 THEN 0"
                  "  ELSE 1 END, armed_at, notice_id, attempt, part LIMIT 1) RETURNING notice_id",
        VALUES(as_text(report->line), as_text(report->number), as_number(report->reference),
               as_number(report->sent_at), as_number(report->status), as_number(report->at)),
        notice_id);
}

/* The answer that would have told the reference was lost, or has not come yet. */
static bool by_time(struct store *store, const struct delivery_report *report, int64_t *notice_id)
{
    return sql_number(store,
                      "UPDATE sent_parts SET status = $5, reference = $3, reported_at = $6"
                      " WHERE (notice_id, attempt, part) IN (SELECT notice_id, attempt, part FROM sent_parts"
                      "  JOIN notices ON id = notice_id WHERE sent_parts.recipient = $2"
                      "  AND sent_parts.reference = -1 AND sent_parts.line = $1 AND status IS NULL"
                      "  AND (part <= parts_sent OR (state = 'UNKNOWN' AND attempt = attempts))"
                      "  AND abs(sent_parts.armed_at - $4) <= " NEAR
                      " ORDER BY abs(sent_parts.armed_at - $4), notice_id, part"
                      "  LIMIT 1) RETURNING notice_id",
                      VALUES(as_text(report->line), as_text(report->number), as_number(report->reference),
                             as_number(report->sent_at), as_number(report->status), as_number(report->at)),
                      notice_id);
}

/* At most 14 hours off, give or take two minutes; 259200: three days. */
static bool by_wrong_zone(struct store *store, const struct delivery_report *report, int64_t *notice_id)
{
    return sql_number(
        store,
        "UPDATE sent_parts SET " BETTER(
            "$5") ", reported_at = $6 WHERE recipient = $2 AND reference = $3"
                  " AND line = $1 AND abs($4 - armed_at) <= 50520 AND ($4 - armed_at + 50520) % 3600 <= 240"
                  " AND 1 = (SELECT count(*) FROM sent_parts WHERE recipient = $2 AND reference = $3 AND "
                  "line = $1"
                  "  AND armed_at >= $6 - 259200) RETURNING notice_id",
        VALUES(as_text(report->line), as_text(report->number), as_number(report->reference),
               as_number(report->sent_at), as_number(report->status), as_number(report->at)),
        notice_id);
}

/* What the reports say so far of one notice, part by part. */
struct tally {
    int parts; /* further ones were never sent; 0: unknown */
    int part;  /* the one whose attempts are being read */
    bool is_delivered;
    int status; /* of its last attempt; -1 none */
    int seen, final, failed, for_now;
};

static void end_part(struct tally *tally)
{
    bool is_final = tally->is_delivered || (tally->status >= 0 && (tally->status & 0x60) != 0x20);

    if (tally->part == 0 || (tally->parts > 0 && tally->part > tally->parts))
        return;
    tally->seen++;
    tally->final += is_final;
    tally->failed += !tally->is_delivered && tally->status >= 0x40;
    tally->for_now += !tally->is_delivered && tally->status >= 0x60 && tally->status < 0x80;
}

static bool take_attempt(const struct row *row, void *arg)
{
    struct tally *tally = arg;

    if (row_number(row, 0) != tally->part) {
        end_part(tally);
        tally->part = (int)row_number(row, 0);
        tally->is_delivered = false;
    }
    tally->status = (int)row_number(row, 1);
    tally->is_delivered |= tally->status >= 0 && tally->status < 0x20;
    return true;
}

static bool count_reports(struct store *store, struct pairing *pairing)
{
    struct tally tally = { .parts = pairing->notice->parts };

    if (!sql_each(store,
                  "SELECT part, COALESCE(status, -1) FROM sent_parts WHERE notice_id = $1"
                  " ORDER BY part, attempt",
                  VALUES(as_number(pairing->notice->id)), take_attempt, &tally))
        return false;
    end_part(&tally);
    pairing->texts = tally.part;
    pairing->all_done = tally.final > 0 && tally.final >= tally.parts;
    pairing->any_failed = tally.failed > 0;
    pairing->all_failed_for_now =
        tally.for_now > 0 && tally.for_now >= (tally.parts ? tally.parts : tally.final);
    return true;
}

static bool finish_pairing(struct store *store, void *mem, int64_t id, struct pairing *pairing)
{
    return store_notice(store, mem, id, &pairing->notice) && count_reports(store, pairing);
}

bool store_pair_report(struct store *store, void *mem, const struct delivery_report *report,
                       struct pairing *pairing)
{
    static find_part *const ways[] = { by_reference, by_time, by_wrong_zone };
    int64_t id = 0;

    *pairing = (struct pairing){ 0 };
    for (size_t i = 0; i < sizeof ways / sizeof *ways && id == 0; i++) {
        if (!ways[i](store, report, &id))
            return false;
        pairing->is_adopted = id && ways[i] == by_time;
    }
    return !id || finish_pairing(store, mem, id, pairing);
}

bool store_add_sent_id(struct store *store, int64_t notice_id, const char *line, int part,
                       const char *external_id, int64_t armed_at)
{
    return sql_run(
        store,
        "INSERT INTO sent_parts (notice_id, attempt, part, line, recipient, reference, armed_at, external_id)"
        " SELECT id, attempts, $3, $2, recipient, -1, $5, $4 FROM notices WHERE id = $1"
        " ON CONFLICT (notice_id, attempt, part) DO UPDATE SET line = excluded.line,"
        "  status = CASE WHEN sent_parts.external_id = excluded.external_id THEN sent_parts.status END,"
        "  reported_at = CASE WHEN sent_parts.external_id = excluded.external_id THEN"
        "   sent_parts.reported_at END,"
        "  external_id = excluded.external_id",
        VALUES(as_number(notice_id), as_text(line), as_number(part), as_text(external_id),
               as_number(armed_at)));
}

/*
 * Whether a receipt's number is the recipient: with or without its country, for a provider may write it as it
 * is dialled at home. "": the receipt names none that can be compared.
 */
#define IS_RECIPIENT(number)                                                              \
    "(" number " = '' OR recipient = " number " OR (length(ltrim(" number ", '+0')) >= 7" \
    " AND substr(recipient, -length(ltrim(" number ", '+0'))) = ltrim(" number ", '+0')))"

/* Of a text that goes out in several parts under one id, each is reported; a failure of one stays. */
static bool by_external_id(struct store *store, const struct delivery_receipt *receipt, int64_t *notice_id)
{
    *notice_id = 0;
    return !*receipt->external_id ||
           sql_number(store,
                      "UPDATE sent_parts SET status = CASE WHEN $4 BETWEEN 32 AND 63"
                      "  AND status NOT BETWEEN 32 AND 63 THEN status"
                      "  WHEN status >= 64 AND part < (SELECT max(part) FROM sent_parts AS other"
                      "   WHERE other.notice_id = sent_parts.notice_id) THEN status"
                      "  ELSE $4 END, reported_at = $5"
                      " WHERE line = $1 AND external_id = $2 AND external_id <> '' AND armed_at >= $3"
                      " AND " IS_RECIPIENT("$6") " RETURNING notice_id",
                      VALUES(as_text(receipt->line), as_text(receipt->external_id), as_number(receipt->since),
                             as_number(receipt->status), as_number(receipt->at), as_text(receipt->number)),
                      notice_id);
}

/* The first part of the latest attempt that no other id has; with the receipt's id from now on. */
#define TAKE_PART(row)                                                                                   \
    "INSERT INTO sent_parts (notice_id, attempt, part, line, recipient, reference, armed_at, status,"    \
    " reported_at, external_id) " row                                                                    \
    " ON CONFLICT (notice_id, attempt, part) DO UPDATE SET reported_at = excluded.reported_at,"          \
    "  external_id = excluded.external_id,"                                                              \
    "  status = CASE WHEN excluded.status BETWEEN 32 AND 63 AND sent_parts.status NOT BETWEEN 32 AND 63" \
    "  THEN sent_parts.status ELSE excluded.status END RETURNING notice_id"
#define FREE_PART                                                                              \
    "1 + (SELECT count(*) FROM sent_parts WHERE notice_id = notices.id AND attempt = attempts" \
    " AND external_id NOT IN ('', $2))"

/* Our own id came back: the notice may be under way still, or given up as unknown. */
static bool by_own_id(struct store *store, const struct delivery_receipt *receipt, int64_t *notice_id)
{
    *notice_id = 0;
    return !receipt->notice_id ||
           sql_number(store,
                      TAKE_PART("SELECT id, attempts, " FREE_PART ", $1, recipient, -1,"
                                " COALESCE(armed_at, $5), $4, $5, $2 FROM notices WHERE id = $3"
                                " AND sent_by = $1 AND armed_at IS NOT NULL AND " IS_RECIPIENT("$6")),
                      VALUES(as_text(receipt->line), as_text(receipt->external_id),
                             as_number(receipt->notice_id), as_number(receipt->status),
                             as_number(receipt->at), as_text(receipt->number)),
                      notice_id);
}

static bool by_number(struct store *store, const struct delivery_receipt *receipt, int64_t *notice_id)
{
    *notice_id = 0;
    return receipt->notice_id || !*receipt->number ||
           sql_number(store,
                      TAKE_PART("SELECT id, attempts, " FREE_PART ", $1, recipient, -1, armed_at, $4, $5, $2"
                                " FROM notices WHERE state = 'UNKNOWN' AND recipient = $3 AND sent_by = $1"
                                " AND armed_at >= $6 AND NOT EXISTS (SELECT 1 FROM notices AS other WHERE"
                                " other.state = 'ARMED' AND other.recipient = $3 AND other.sent_by = $1)"
                                " ORDER BY armed_at DESC, id DESC LIMIT 1"),
                      VALUES(as_text(receipt->line), as_text(receipt->external_id), as_text(receipt->number),
                             as_number(receipt->status), as_number(receipt->at), as_number(receipt->since)),
                      notice_id);
}

bool store_pair_receipt(struct store *store, void *mem, const struct delivery_receipt *receipt,
                        struct pairing *pairing)
{
    int64_t id;

    *pairing = (struct pairing){ 0 };
    if (!by_external_id(store, receipt, &id) || (!id && !by_own_id(store, receipt, &id)))
        return false;
    if (!id) {
        if (!by_number(store, receipt, &id))
            return false;
        pairing->is_adopted = id != 0;
    }
    return !id || finish_pairing(store, mem, id, pairing);
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
