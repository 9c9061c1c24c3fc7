/*
 * Reads, counts and prunes the rows of the journal, and makes their hashes.
 */
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/journal/journal.h"
#include "store/sql.h"

#define CHECKPOINT "journal checkpoint"

static void write_hex(const unsigned char digest[32], char hash[JOURNAL_HASH_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < 32; i++) {
        hash[2 * i] = digits[digest[i] >> 4];
        hash[2 * i + 1] = digits[digest[i] & 15];
    }
    hash[64] = '\0';
}

static void end_hash(struct sha256_ctx *all, char hash[JOURNAL_HASH_SIZE])
{
    unsigned char digest[SHA256_DIGEST_SIZE];

    sha256_digest(all, sizeof digest, digest);
    write_hex(digest, hash);
}

static void add_text(struct sha256_ctx *all, const char *text)
{
    sha256_update(all, strlen(text), (const uint8_t *)text);
}

/* Hashes the number in decimal, and a line feed. */
static void add_number(struct sha256_ctx *all, int64_t number)
{
    char digits[24], *at = digits + sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    *--at = '\n';
    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0)
        *--at = '-';
    sha256_update(all, (size_t)(digits + sizeof digits - at), (const uint8_t *)at);
}

void journal_body_hash(const char *salt, const char *body, char hash[JOURNAL_HASH_SIZE])
{
    struct sha256_ctx all;

    sha256_init(&all);
    add_text(&all, salt);
    add_text(&all, body);
    end_hash(&all, hash);
}

void journal_chain_hash(const char *last, const struct journal_row *row, char hash[JOURNAL_HASH_SIZE])
{
    struct sha256_ctx all;

    sha256_init(&all);
    add_text(&all, last);
    add_text(&all, "\n");
    add_number(&all, row->seq);
    add_number(&all, row->at);
    add_text(&all, row->kind);
    add_text(&all, "\n");
    add_text(&all, row->entity);
    add_text(&all, "\n");
    add_text(&all, row->body_hash);
    end_hash(&all, hash);
}

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

bool store_each_journal_row(struct store *store, int64_t after,
                            bool (*each)(const struct journal_row *row, void *arg), void *arg)
{
    struct journal_reader reader = { each, arg };

    return sql_each(store, "SELECT " JOURNAL_COLUMNS " FROM journal WHERE seq > $1 ORDER BY seq",
                    VALUES(as_number(after)), journal_hand_row, &reader);
}

static bool take_point(const struct row *row, void *arg)
{
    struct journal_point *point = arg;

    point->seq = row_number(row, 0);
    snprintf(point->hash, sizeof point->hash, "%s", row_text(row, 1));
    return false;
}

static bool read_checkpoint(struct store *store, struct journal_point *point)
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
    if (!sql_each(store, "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", NO_VALUES, take_point,
                  end))
        return false;
    return end->seq > 0 || read_checkpoint(store, end);
}

bool store_journal_point(struct store *store, int64_t seq, struct journal_point *point)
{
    *point = (struct journal_point){ 0 };
    if (!sql_each(store, "SELECT seq, hash FROM journal WHERE seq = $1", VALUES(as_number(seq)), take_point,
                  point))
        return false;
    if (point->seq == 0 && !read_checkpoint(store, point))
        return false;
    if (point->seq != seq)
        *point = (struct journal_point){ 0 };
    return true;
}

static bool count_row(const struct row *row, void *arg)
{
    (void)row;
    ++*(int *)arg;
    return true;
}

bool store_prune_journal(struct store *store, int64_t seq, int limit, int *n)
{
    struct journal_point last = { 0 };
    char text[JOURNAL_HASH_SIZE + 24];

    *n = 0;
    if (!sql_each(store,
                  "SELECT seq, hash FROM journal WHERE seq <= $1 AND seq < (SELECT min(seq) FROM journal) +"
                  " CAST($2 AS BIGINT) ORDER BY seq DESC LIMIT 1",
                  VALUES(as_number(seq), as_number(limit)), take_point, &last))
        return false;
    if (last.seq == 0)
        return true;
    snprintf(text, sizeof text, "%lld %s", (long long)last.seq, last.hash);
    return sql_each(store, "DELETE FROM journal WHERE seq <= $1 RETURNING 1", VALUES(as_number(last.seq)),
                    count_row, n) &&
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
    return sql_each(store, "SELECT count(*), sum(length(body)), min(seq) FROM journal", NO_VALUES, take_size,
                    size);
}
