/* Shared by journal.c, which gathers what a transaction changes, and table.c, which knows the tables.
 */
#ifndef STORE_JOURNAL_PRIVATE_H
#define STORE_JOURNAL_PRIVATE_H

#include "store/journal/journal.h"
#include "store/sql.h"

enum { JOURNAL_KEYS = 3 };

/* How a row tells to which case it belongs. */
enum case_tie { TIE_NONE, TIE_CASE, TIE_ITSELF, TIE_NOTICE, TIE_EVENT };

struct journal_column {
    const char *name;
    const char *opening; /* ,"name": */
    size_t n_opening;
    bool is_text, is_head;
    bool is_left_out;
    bool has_usual; /* a row that has the usual value leaves the column out */
    const char *usual;
    size_t n_usual;
    int64_t usual_number;
};

struct journal_table {
    const char *name;
    const struct journal_column *columns;
    int n;
    int keys[JOURNAL_KEYS], n_keys;
    bool has_text_key; /* else a key of one column is the row's number, which never changes */
    int phone;         /* the column of a key that is a phone number; -1 */
    int secret;        /* the column that tells which rows only select may read; -1 */
    int named_at;      /* the column of the row's own name, which is no part of its body; -1 */
    int personal;      /* whether its bodies have personal data */
    bool is_settings;
    enum case_tie tie;
    int tied_at;             /* the column that tells */
    int guarded_at;          /* TIE_ITSELF: is_guarded */
    int rest;                /* so many inserts are not read at once */
    const char *select;      /* all columns; $1: the row's number in the table */
    const char *select_rows; /* the numbers of all rows */
    const char *select_case; /* of the rows tied to the case $1; NULL */
};

enum { JOURNAL_SALTS = 64, JOURNAL_SALT_OCTETS = 16, JOURNAL_HASH_OCTETS = 32 };

/* A row as it is. */
struct now {
    bool is_there; /* else the rest is not known, or there is none */
    bool is_noted; /* its body is in journal->noted, else in journal->body */
    size_t body;   /* where it begins there */
    char *entity;
    int64_t tied_to; /* the case, notice or event */
    bool is_guarded;
};

/* A row that this transaction has written. */
struct dirty {
    int table;
    int64_t row;
    bool was_there;   /* before the transaction */
    char *old_entity; /* its key, where that is no number; NULL */
    int64_t old_case; /* that it was tied to; 0: none */
    bool was_guarded; /* of a case: before the transaction */
    struct now now;   /* of a row that was inserted, and of one that was then changed once */
    bool is_changed;  /* since it was inserted */
    bool is_erased;   /* what it was before this transaction must no longer be read */
};

struct text {
    char *at;
    size_t n, room;
};

struct journal {
    struct journal_table *tables;
    int n_tables;
    const char *last_name; /* of the table that was noted last: the database's own string */
    int last_table, cases; /* cases: the number of that table */
    struct dirty *dirty;
    size_t n, room;
    uint32_t *slots; /* number in dirty + 1, by table and row */
    size_t n_slots;
    void *turn;         /* strings of this transaction */
    const char **words; /* of journal_erase_words, from turn */
    size_t n_words;
    const char **case_words; /* that rows of cases hold which become restricted, from turn */
    size_t n_case_words;
    bool is_writing, is_erasing, seals_personal;
    bool is_baseline; /* more rows of this transaction follow what is flushed */
    const char *key, *secret;
    struct text body, head, sealed, noted;
    bool is_doubtful; /* what was noted of rows may not be so */
    struct text run;  /* rows of this transaction that are not in the table yet */
    int64_t run_first, run_last;
    size_t run_last_at; /* where in run its last row begins */
    unsigned char run_hash[JOURNAL_HASH_OCTETS];
    int64_t guard_case; /* the case that was looked at last */
    bool guard;
    unsigned char salts[JOURNAL_SALTS * JOURNAL_SALT_OCTETS];
    int salt;
};

/* Lists what may no longer be read. At the end, the journal's earlier rows of it are blanked. */
struct blank_name {
    const char *name; /* "kind/entity" */
    int64_t until;    /* the last row that is blanked */
};
struct blanking {
    struct blank_name *names;
    size_t n;
    int64_t until;  /* the last row before this transaction */
    int64_t pruned; /* the last row that only the centre may still have, where it must search; 0: none */
};

/* rows.c. Where pruning stands; seq 0: nothing was pruned. */
bool journal_checkpoint(struct store *store, struct journal_point *point);

/* table.c. All tables with a journal, from mem; NULL: failed. */
struct journal_table *journal_tables(struct store *store, void *mem, int *n);

/* start.c. Continues the journal of a store that is being opened, if it has one. */
bool journal_resume(struct store *store);

/* journal.c. Notes a row of a table; NULL: it is noted already. */
struct dirty *journal_dirty(struct journal *journal, int table, int64_t row);
/* journal.c. The row as noted; NULL: it is not. */
struct dirty *journal_find(const struct journal *journal, int table, int64_t row);

/* A row as a run holds it. */
struct packed_row {
    int64_t at;
    const char *kind, *entity;
    const char *body;          /* NULL: erased */
    const unsigned char *salt; /* JOURNAL_SALT_OCTETS; without a body undefined */
    const unsigned char *body_hash, *hash;
    bool goes_on; /* journal_add sees to it itself */
};

/* What is left of a run's octets. */
struct packed {
    const char *at, *end;
};

/* runs.c. The octets in a column, while the row is being looked at. */
struct packed journal_packed(const struct row *row, int column);
/* runs.c. The next row, whose texts lie in the octets; false: there is none, or it is damaged. */
bool journal_unpack(struct packed *packed, struct packed_row *row);
void journal_pack(struct journal *journal, struct text *run, const struct packed_row *row);
/* runs.c. Adds a row to this transaction's; journal_flush, before its end, writes what is not written yet. */
bool journal_add(struct store *store, int64_t seq, const struct packed_row *row);
bool journal_flush(struct store *store);
/* runs.c. Moves the rows that older programs wrote one by one. */
bool journal_move_old(struct store *store);

/* hash.c. SHA-256 of a row's parts, and octets in hex. */
void journal_body_digest(const char *salt, const char *body, unsigned char digest[JOURNAL_HASH_OCTETS]);
void journal_chain_digest(const char *last, const struct journal_row *row,
                          unsigned char digest[JOURNAL_HASH_OCTETS]);
void journal_hex(const unsigned char *octets, size_t n, char *hex);

/* text.c. A text that grows; RFC 8259 for the quoted. */
void journal_text_add(struct journal *journal, struct text *text, const char *words);
void journal_text_octets(struct journal *journal, struct text *text, const char *words, size_t n);
void journal_text_number(struct journal *journal, struct text *text, int64_t number);
void journal_text_quoted(struct journal *journal, struct text *text, const char *words, size_t length);

/* now.c. From note alone: a row is being inserted; a row that is noted already changes again. */
void journal_note_now(struct store *store, struct dirty *dirty);
void journal_note_again(struct store *store, struct dirty *dirty, enum change_kind kind);
/* now.c. The row as it is, as noted or from the table. Its body is gone when another is read. */
bool journal_read_now(struct store *store, const struct dirty *dirty, struct now *now);
const char *journal_body(const struct journal *journal, const struct now *now);

/* change.c. Appends what became of one row, and adds to blanking what may no longer be read. */
bool journal_change(struct store *store, const struct dirty *dirty, struct journal_point *end, int64_t at,
                    struct blanking *blanking);

/* change.c. Appends one row, and moves end to it. */
bool journal_append(struct store *store, struct journal_point *end, int64_t at, const char *kind,
                    const char *entity, const char *body);
bool journal_append_sealed(struct store *store, struct journal_point *end, int64_t at, const char *kind,
                           const char *entity, const char *body);

/* blank.c. Blanks earlier rows of what may no longer be read, and appends which those are. */
/* blank.c. Adds a name; from the transaction's own memory. */
void journal_blank_later(struct journal *journal, struct blanking *blanking, const char *kind,
                         const char *entity, int64_t until);
/* traces.c. Adds the rows that hold a word of journal_erase_words, and after which another came of the same
 * entity: what was answered, replaced or deleted before this transaction. */
bool journal_find_traces(struct store *store, struct blanking *blanking);
bool journal_blank(struct store *store, struct blanking *blanking, struct journal_point *end, int64_t at);

#endif
