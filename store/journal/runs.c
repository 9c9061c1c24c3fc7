/*
 * How the rows of a journal are stored: those of one transaction together, in a run, because a row of a table
 * costs the database more than all the rest of a row of the journal. A long run is cut.
 *
 * The octets of a run are its rows, one behind the other: flags (1 octet: HAS_BODY, GOES_ON), at (8, the
 * highest first), body_hash (32), hash (32), kind and entity with a NUL each; then, with a body, salt (16)
 * and the body with a NUL. GOES_ON: another row of the same transaction follows. Older programs set it
 * nowhere.
 */
#include <sodium.h>
#include <string.h>
#include <talloc.h>

#include "store/journal/journal_private.h"

enum { HAS_BODY = 1, GOES_ON = 2 };
enum { FIXED_OCTETS = 1 + 8 + 2 * JOURNAL_HASH_OCTETS, RUN_MOST = 48 * 1024 };

void journal_pack(struct journal *journal, struct text *run, const struct packed_row *row)
{
    unsigned char fixed[FIXED_OCTETS] = { (row->body ? HAS_BODY : 0) | (row->goes_on ? GOES_ON : 0) };

    for (int i = 0; i < 8; i++)
        fixed[1 + i] = (unsigned char)((uint64_t)row->at >> (56 - 8 * i));
    memcpy(fixed + 9, row->body_hash, JOURNAL_HASH_OCTETS);
    memcpy(fixed + 9 + JOURNAL_HASH_OCTETS, row->hash, JOURNAL_HASH_OCTETS);
    journal_text_octets(journal, run, (const char *)fixed, sizeof fixed);
    journal_text_octets(journal, run, row->kind, strlen(row->kind) + 1);
    journal_text_octets(journal, run, row->entity, strlen(row->entity) + 1);
    if (!row->body)
        return;
    journal_text_octets(journal, run, (const char *)row->salt, JOURNAL_SALT_OCTETS);
    journal_text_octets(journal, run, row->body, strlen(row->body) + 1);
}

static const char *take(struct packed *packed, size_t n)
{
    const char *at = packed->at;

    if ((size_t)(packed->end - at) < n)
        return NULL;
    packed->at += n;
    return at;
}

static const char *take_text(struct packed *packed)
{
    const char *end = memchr(packed->at, '\0', (size_t)(packed->end - packed->at));

    return end ? take(packed, (size_t)(end - packed->at) + 1) : NULL;
}

bool journal_unpack(struct packed *packed, struct packed_row *row)
{
    const unsigned char *fixed = (const unsigned char *)take(packed, FIXED_OCTETS);
    uint64_t at = 0;

    if (!fixed)
        return false;
    for (int i = 0; i < 8; i++)
        at = at << 8 | fixed[1 + i];
    *row = (struct packed_row){ .at = (int64_t)at,
                                .goes_on = (fixed[0] & GOES_ON) != 0,
                                .body_hash = fixed + 9,
                                .hash = fixed + 9 + JOURNAL_HASH_OCTETS };
    row->kind = take_text(packed);
    row->entity = take_text(packed);
    if (fixed[0] & HAS_BODY) {
        row->salt = (const unsigned char *)take(packed, JOURNAL_SALT_OCTETS);
        row->body = take_text(packed);
    }
    return row->kind && row->entity && (!(fixed[0] & HAS_BODY) || (row->salt && row->body));
}

/* The last row of the run is not the transaction's last one. */
static void go_on(struct journal *journal)
{
    if (journal->run.n > 0)
        journal->run.at[journal->run_last_at] |= GOES_ON;
}

bool journal_add(struct store *store, int64_t seq, const struct packed_row *row)
{
    struct journal *journal = store->journal;

    go_on(journal);
    if (journal->run.n >= RUN_MOST && !journal_flush(store))
        return false;
    if (journal->run.n == 0)
        journal->run_first = seq;
    journal->run_last = seq;
    journal->run_last_at = journal->run.n;
    memcpy(journal->run_hash, row->hash, JOURNAL_HASH_OCTETS);
    journal_pack(journal, &journal->run, row);
    return true;
}

bool journal_flush(struct store *store)
{
    struct journal *journal = store->journal;
    size_t n = journal->run.n;

    if (journal->is_baseline)
        go_on(journal);
    journal->run.n = 0;
    return n == 0 ||
           sql_run(store,
                   "INSERT INTO journal_runs (first_seq, last_seq, hash, octets) VALUES ($1, $2, $3, $4)",
                   VALUES(as_number(journal->run_first), as_number(journal->run_last),
                          as_octets(journal->run_hash, JOURNAL_HASH_OCTETS), as_octets(journal->run.at, n)));
}

struct reading {
    int64_t after;
    bool is_damaged;
    struct journal_reader to;
};

static bool hand_over(struct reading *reading, int64_t seq, const struct packed_row *row)
{
    char body_hash[JOURNAL_HASH_SIZE], hash[JOURNAL_HASH_SIZE], salt[JOURNAL_SALT_SIZE];
    struct journal_row found = { .seq = seq,
                                 .at = row->at,
                                 .kind = row->kind,
                                 .entity = row->entity,
                                 .body = row->body,
                                 .salt = row->body ? salt : NULL,
                                 .body_hash = body_hash,
                                 .hash = hash,
                                 .goes_on = row->goes_on };

    journal_hex(row->body_hash, JOURNAL_HASH_OCTETS, body_hash);
    journal_hex(row->hash, JOURNAL_HASH_OCTETS, hash);
    if (row->body)
        journal_hex(row->salt, JOURNAL_SALT_OCTETS, salt);
    return reading->to.each(&found, reading->to.arg);
}

static bool hand_run(const struct row *row, void *arg)
{
    struct reading *reading = arg;
    struct packed packed = journal_packed(row, 2);
    struct packed_row found;

    for (int64_t seq = row_number(row, 0); seq <= row_number(row, 1); seq++) {
        reading->is_damaged = !journal_unpack(&packed, &found);
        if (reading->is_damaged || (seq > reading->after && !hand_over(reading, seq, &found)))
            return false;
    }
    return true;
}

struct packed journal_packed(const struct row *row, int column)
{
    size_t n;
    const char *octets = row_octets(row, column, &n);

    return (struct packed){ octets, octets + n };
}

bool store_each_journal_row(struct store *store, int64_t after,
                            bool (*each)(const struct journal_row *row, void *arg), void *arg)
{
    struct reading reading = { .after = after, .to = { each, arg } };

    return sql_each(store,
                    "SELECT first_seq, last_seq, octets FROM journal_runs WHERE first_seq >= COALESCE("
                    "(SELECT max(first_seq) FROM journal_runs WHERE first_seq <= $1 + 1), 0)"
                    " ORDER BY first_seq",
                    VALUES(as_number(after)), hand_run, &reading) &&
           (!reading.is_damaged || sql_fail(store, "the journal's rows are damaged"));
}

struct moving {
    struct store *store;
    bool is_done;
};

static bool from_hex(unsigned char *octets, size_t n, const char *hex)
{
    size_t length;

    return sodium_hex2bin(octets, n, hex, strlen(hex), NULL, &length, NULL) == 0 && length == n;
}

static bool move_row(const struct journal_row *row, void *arg)
{
    struct moving *moving = arg;
    unsigned char body_hash[JOURNAL_HASH_OCTETS], hash[JOURNAL_HASH_OCTETS], salt[JOURNAL_SALT_OCTETS];
    const struct packed_row packed = { .at = row->at,
                                       .kind = row->kind,
                                       .entity = row->entity,
                                       .body = row->body,
                                       .salt = salt,
                                       .body_hash = body_hash,
                                       .hash = hash };

    if (!from_hex(body_hash, sizeof body_hash, row->body_hash) || !from_hex(hash, sizeof hash, row->hash) ||
        (row->body && !from_hex(salt, sizeof salt, row->salt)))
        moving->is_done = sql_fail(moving->store, "the journal's row %lld is damaged", (long long)row->seq);
    else
        moving->is_done = journal_add(moving->store, row->seq, &packed);
    return moving->is_done;
}

bool journal_move_old(struct store *store)
{
    struct moving moving = { .store = store, .is_done = true };
    struct journal_reader reader = { move_row, &moving };

    return sql_each(store, "SELECT " JOURNAL_COLUMNS " FROM journal ORDER BY seq", NO_VALUES,
                    journal_hand_row, &reader) &&
           moving.is_done && journal_flush(store) && sql_run(store, "DELETE FROM journal", NO_VALUES);
}
