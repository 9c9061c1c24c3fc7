/*
 * Tells where the journal stands, and prunes it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/journal/journal_private.h"

#define CHECKPOINT "journal checkpoint"

bool journal_hand_row(const struct row *row, void *reader)
{
    const struct journal_reader *to = reader;
    struct journal_row found = { .seq = row_number(row, 0),
                                 .at = row_number(row, 1),
                                 .kind = row_text(row, 2),
                                 .entity = row_text(row, 3),
                                 .body = row_text(row, 4),
                                 .salt = row_text(row, 5),
                                 .body_hash = row_text(row, 6),
                                 .hash = row_text(row, 7) };

    return to->each(&found, to->arg);
}

/* A run's last number and hash. */
static bool take_end(const struct row *row, void *arg)
{
    struct journal_point *point = arg;
    size_t n;
    const unsigned char *hash = row_octets(row, 1, &n);

    point->seq = row_number(row, 0);
    if (n == JOURNAL_HASH_OCTETS)
        journal_hex(hash, n, point->hash);
    return false;
}

bool journal_checkpoint(struct store *store, struct journal_point *point)
{
    const char *text = NULL;
    void *mem = talloc_new(NULL);
    bool is_done = store_get(store, mem, CHECKPOINT, &text);

    if (text) {
        point->seq = strtoll(text, NULL, 10);
        snprintf(point->hash, sizeof point->hash, "%s", text + strcspn(text, " ") + 1);
    }
    talloc_free(mem);
    return is_done;
}

bool store_journal_end(struct store *store, struct journal_point *end)
{
    *end = (struct journal_point){ 0 };
    if (!sql_each(store, "SELECT last_seq, hash FROM journal_runs ORDER BY first_seq DESC LIMIT 1", NO_VALUES,
                  take_end, end))
        return false;
    return end->seq > 0 || journal_checkpoint(store, end);
}

static bool take_point(const struct journal_row *row, void *arg)
{
    struct journal_point *point = arg;

    point->seq = row->seq;
    snprintf(point->hash, sizeof point->hash, "%s", row->hash);
    return false;
}

bool store_journal_point(struct store *store, int64_t seq, struct journal_point *point)
{
    *point = (struct journal_point){ 0 };
    if (!store_each_journal_row(store, seq - 1, take_point, point))
        return false;
    if (point->seq != seq && !journal_checkpoint(store, point))
        return false;
    if (point->seq != seq)
        *point = (struct journal_point){ 0 };
    return true;
}

bool store_prune_journal(struct store *store, int64_t seq, int limit, int *n)
{
    struct journal_point last = { 0 };
    char text[JOURNAL_HASH_SIZE + 24];
    int64_t first = 0;

    *n = 0;
    if (!sql_number(store, "SELECT min(first_seq) FROM journal_runs", NO_VALUES, &first) ||
        !sql_each(store,
                  "SELECT last_seq, hash FROM journal_runs WHERE last_seq <= $1 AND first_seq <"
                  " CAST($2 AS BIGINT) ORDER BY first_seq DESC LIMIT 1",
                  VALUES(as_number(seq), as_number(first + limit)), take_end, &last))
        return false;
    if (last.seq == 0)
        return true;
    *n = (int)(last.seq - first + 1);
    snprintf(text, sizeof text, "%lld %s", (long long)last.seq, last.hash);
    return sql_run(store, "DELETE FROM journal_runs WHERE first_seq <= $1", VALUES(as_number(last.seq))) &&
           store_set(store, CHECKPOINT, text);
}

static bool take_size(const struct row *row, void *arg)
{
    *(struct journal_size *)arg =
        (struct journal_size){ row_number(row, 0), row_number(row, 1), row_number(row, 2) };
    return false;
}

bool store_journal_size(struct store *store, struct journal_size *size)
{
    *size = (struct journal_size){ 0 };
    return sql_each(
        store, "SELECT sum(last_seq - first_seq + 1), sum(length(octets)), min(first_seq) FROM journal_runs",
        NO_VALUES, take_size, size);
}
