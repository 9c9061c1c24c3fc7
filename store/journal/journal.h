/*
 * The journal: each transaction adds to it one row for each row of the store that it writes. The rows are
 * numbered without a gap and chained by hashes. Whoever has all of them can build the store again. A county
 * sends them to its centre.
 *
 * A row holds the table's name (kind), what names the row there (entity), and its columns as a JSON object
 * (body); "null" when the row is gone. A column that is missing there is NULL or, where it cannot be NULL,
 * has its default or else 0 or "" (rows of older programs have all columns that are not NULL). body_hash is
 * SHA-256(salt, body), hash is SHA-256 of the last row's hash and of this row without body and salt, so that
 * these two can be blanked for ever and the chain can still be checked. Erasing blanks them in all earlier
 * rows of what it erases, and adds a row of kind "erased" that names those.
 *
 * Half a transaction is none: whoever builds a store takes rows only up to the end of one, and a centre
 * carries out what the rows ask of it only when the transaction is whole there.
 *
 * It begins with a row "schema", all rows of the store, and a row "baseline"; a step of the schema, or a box
 * that takes another's place, begins it anew.
 *
 * Rows of a restricted case are sealed to the county's recovery key (seal.h): their kind is "sealed", and the
 * entity is opaque. A phone number is never an entity: a random one stands for it as long as its person is
 * known.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "store/store.h"

/*
 * Settings named "centre ..." are the box's own, so the journal holds none of them but these: the last order
 * of the centre that was carried out, and, sealed, the key for copies of cases of other counties.
 */
#define ORDERS_DONE "centre orders"
#define TRANSFER_PUBLIC_KEY "centre transfer key"
#define TRANSFER_PRIVATE_KEY "centre transfer secret"

/* How a body of personal data begins that is sealed: the sealed text, a quotation mark and perhaps a head
 * follow. */
#define JOURNAL_SEALED_BODY "{\"sealed\":\""

/* The column of a person's random name: it is the entity, and in no body. */
#define JOURNAL_NAME "journal_name"

enum { JOURNAL_HASH_SIZE = 65, JOURNAL_SALT_SIZE = 33 };

struct journal_row {
    int64_t seq, at;
    const char *kind, *entity;
    const char *body, *salt; /* NULL: erased */
    const char *body_hash, *hash;
    bool goes_on; /* the next row is of the same transaction; known where the row was written alone */
};

/* Where a chain stands: its last row. seq 0 and hash "" before the first. */
struct journal_point {
    int64_t seq;
    char hash[JOURNAL_HASH_SIZE];
};

/* What of a row goes sealed. */
enum journal_sealing { SEAL_RESTRICTED, SEAL_PERSONAL };

/*
 * start.c. From now on whoever opens the store writes its journal, which begins with all the store's rows
 * and, after a step of the schema, does so anew. False: failed, or there is no recovery key yet.
 */
bool store_journal_start(struct store *store, enum journal_sealing sealing);

/* start.c. The rows stay; new ones are written only after another start. */
bool store_journal_stop(struct store *store);

/* start.c. The recovery key's public half, in hex; a key that is replaced seals nothing more. */
bool store_set_recovery_key(struct store *store, const char *public_key);
bool store_recovery_key(struct store *store, void *mem, const char **public_key);

/* runs.c. Rows after seq in order, until each returns false. */
bool store_each_journal_row(struct store *store, int64_t after,
                            bool (*each)(const struct journal_row *row, void *arg), void *arg);

/* rows.c. The last row, or the checkpoint when none is left. */
bool store_journal_end(struct store *store, struct journal_point *end);

/* rows.c. Of the row with this seq, kept or the checkpoint; its seq is 0 when it is neither. */
bool store_journal_point(struct store *store, int64_t seq, struct journal_point *point);

/* rows.c. Deletes the rows of transactions that end at or before seq, about limit of them, and keeps the last
 * one's hash as the checkpoint. */
bool store_prune_journal(struct store *store, int64_t seq, int limit, int *n);

struct journal_size {
    int64_t rows, octets;
    int64_t first; /* seq; 0: none */
};
/* All 0 where there is no journal. */
bool store_journal_size(struct store *store, struct journal_size *size);

/* hash.c. What the hashes of a row must be; the last hash is "" for the first row. */
void journal_body_hash(const char *salt, const char *body, char hash[JOURNAL_HASH_SIZE]);
void journal_chain_hash(const char *last, const struct journal_row *row, char hash[JOURNAL_HASH_SIZE]);

/* table.c. The tables and columns that no journal holds, because they can be made again or must not be
 * carried on. */
bool journal_leaves_out(const char *table);
bool journal_leaves_out_column(const char *table, const char *column);

/* rows.c. Calls each for a row selected as JOURNAL_COLUMNS; a row_function for sql_each. Known to store/
 * alone. */
#define JOURNAL_COLUMNS "seq, at, kind, entity, body, salt, body_hash, hash"
struct row;
struct journal_reader {
    bool (*each)(const struct journal_row *row, void *arg);
    void *arg;
};
bool journal_hand_row(const struct row *row, void *reader);

/* What this transaction changes must no longer be read in the journal. Known to store/ alone. */
void journal_erase(struct store *store);
/* Nor must earlier rows that hold one of these words, and that others have replaced. Copied. */
void journal_erase_words(struct store *store, const char *const *words, size_t n);

#endif
