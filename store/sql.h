/*
 * Runs the store's statements on a database. Used in store/ alone.
 *
 * A statement is a string that lives as long as the program or its store, with $1, $2, ... for its values; it
 * is prepared once for each store and found again by its address.
 */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include "store/store.h"

enum value_kind { VALUE_NULL, VALUE_NUMBER, VALUE_TEXT, VALUE_OCTETS };

struct value {
    enum value_kind kind;
    int64_t number;   /* of octets, and where said of a text: how many */
    const char *text; /* stays the caller's; must live until the statement has run */
};

struct values {
    const struct value *at;
    size_t n;
};

/* VALUES(as_number(id), as_text(name)): the values of $1 and $2. */
#define VALUES(...)                                          \
    ((struct values){ (const struct value[]){ __VA_ARGS__ }, \
                      sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value) })
#define NO_VALUES ((struct values){ NULL, 0 })

struct value as_number(int64_t number);
struct value as_id(int64_t id);                            /* 0 is NULL */
struct value as_text(const char *text);                    /* NULL is "" */
struct value as_maybe(const char *text);                   /* NULL is NULL */
struct value as_octets(const void *octets, size_t length); /* a column of type {octets} */

/* One row of an answer, while it is being looked at. */
struct row {
    struct store *store;
    void *handle;
};

/* Returns false to see no more rows. */
typedef bool row_function(const struct row *row, void *arg);

/* 0 for NULL. */
int64_t row_number(const struct row *row, int column);
/* Lives only as long as the row; NULL for NULL. */
const char *row_text(const struct row *row, int column);
/* The same of a column of type {octets}; *length is 0 for NULL. */
const void *row_octets(const struct row *row, int column, size_t *length);
bool row_is_null(const struct row *row, int column);

/* A database driver. Whatever differs between dialects is here. */
struct sql {
    const char *scheme;        /* how a store's URL starts */
    const char *example;       /* what may stand behind the scheme */
    const char *id_column;     /* type of a column that numbers its rows from 1 */
    const char *octets_column; /* type of a column of octets */
    const char *no_complaint;  /* statements that let a case have the state "no complaint" */
    const char *spelt_checks;  /* statements that spell out the lists in the CHECKs of busy tables */
    const char *named_people;  /* statements that give each person a random name for the journal */
    const char *keyed;         /* after a CREATE TABLE: its rows stand in its primary key, without an id */
    const char *words_index;   /* statements that make and fill the indexes of words (search/entries.h) */
    const char *first_steps;   /* what many steps make of an empty database of a county; or NULL */
    const char *secret;        /* expression of 64 random hex digits, fit for a secret */
    bool (*open)(struct store *store, const char *where, bool is_reader);
    bool (*has_schema)(struct store *store, bool *has_schema);
    /* References between tables hold from now on, or not: a table can be made anew. NULL: they always do. */
    bool (*enforce)(struct store *store, bool is_on);
    bool (*script)(struct store *store, const char *statements);
    bool (*begin)(struct store *store, int busy_ms);
    bool (*commit)(struct store *store);
    void (*rollback)(struct store *store);
    /* is_built: the text lives only during the call, so its statement is cached by content, not by address.
     */
    bool (*run)(struct store *store, const char *text, bool is_built, struct values values,
                row_function *each, void *arg);
    /* As sql_insert. */
    bool (*insert)(struct store *store, const char *text, struct values values, int64_t *id);
    /* True: overwrite deleted rows from now on. False: clear the files of what they still hold of deleted
     * rows. */
    bool (*shred)(struct store *store, bool is_beginning);
    int64_t (*number)(const struct row *row, int column);
    const char *(*text)(const struct row *row, int column);
    const void *(*octets)(const struct row *row, int column, size_t *length);
    bool (*is_null)(const struct row *row, int column);
    /* Calls journal_watcher.note for every row written from now on. NULL: a store of this kind has no
     * journal.
     */
    void (*watch)(struct store *store);
    /* A column of the row that is being changed, as it was; only inside note. NULL for NULL. */
    const char *(*old_text)(struct store *store, int column);
    /* A column of a row of an answer, and of the row that is being inserted, only inside note. A text is not
     * copied; number says how many octets it has. */
    void (*value)(const struct row *row, int column, struct value *value);
    void (*new_value)(const struct row *row, int column, struct value *value);
};

enum change_kind { CHANGE_INSERT, CHANGE_UPDATE, CHANGE_DELETE };

/* What writes down all that a store's transactions change. Where store->journal is NULL only resume is
 * called.
 */
struct watcher {
    bool (*resume)(struct store *store); /* at the end of opening */
    /* A row was written: before and after are its numbers in the table, as far as it has them. */
    void (*note)(struct store *store, const char *table, enum change_kind kind, int64_t before,
                 int64_t after);
    /* What earlier transactions wrote of a row that this one has changed must no longer be read. */
    void (*erase)(struct store *store, const char *table, int64_t row);
    /* A statement failed or was undone: the rows may not be as they were noted. */
    void (*doubt)(struct store *store);
    bool (*write)(struct store *store); /* the last statements before the commit */
    void (*forget)(struct store *store);
};

extern const struct watcher journal_watcher; /* journal/journal.c */

/* A schema: its numbered steps (schema/steps.h), each a list of scripts; steps and lists end with NULL. */
struct schema {
    const char *const *const *steps;
    bool has_commits; /* it has the table in which sql/transaction.h looks up what became of a commit */
};

/* A statement as written in the source, and with its columns filled in by record_text. */
struct written {
    const char *from, *text;
};

#define STORE_WRITTEN 128

struct store {
    const struct sql *sql;
    const struct schema *schema;
    struct written written[STORE_WRITTEN];
    unsigned n_written;
    void *connection; /* the driver's; goes with the store */
    const char *path;
    char *error;
    bool is_out_of_order; /* see store_is_out_of_order */
    char *event_secret;   /* events.c: NULL until it has been read */
    int64_t plain_keys;
    int deadline_ms;      /* of each call; 0: none but the wait for another writer */
    bool is_fate_unknown; /* the last commit failed, and nobody knows whether it took place */
    char holder[33];      /* sql/transaction.c: who we are in the table of commits, and how many we made */
    int64_t n_commits;
    struct journal *journal; /* journal/: NULL while none is written */
    bool is_in_transaction;  /* from store_begin on */
    char *frozen;            /* NULL, or why no transaction begins */
};

extern const struct sql sqlite_sql, postgresql_sql;

/*
 * store.c. Opens a database with another schema than a county's, such as the centre's: "sqlite:PATH", or
 * "postgresql://HOST/DATABASE" and all else that libpq takes behind "postgresql:" (sql/postgresql.c). Each
 * call ends after deadline_ms, successful or not; a PostgreSQL server that is gone is connected to again by
 * the next call outside a transaction. schema must outlive the store. NULL: *error says why, from mem.
 */
struct store *sql_open(void *mem, const char *url, const struct schema *schema, int deadline_ms,
                       const char **error);

/* Sets store_error and returns false. */
bool sql_fail(struct store *store, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Milliseconds of the monotonic clock, for deadlines. */
int64_t sql_clock_ms(void);

/*
 * On PostgreSQL, inside a transaction, it is only queued: values are copied, and what fails is said by the
 * next sql_each, sql_number, sql_text or sql_insert, or by store_commit. So a transaction of a thousand rows
 * waits for the server once.
 */
bool sql_run(struct store *store, const char *text, struct values values);
/* PostgreSQL hands over all rows at once: ask for long answers in pages. */
bool sql_each(struct store *store, const char *text, struct values values, row_function *each, void *arg);

/*
 * Runs an INSERT of one row, without RETURNING, into a table with a numbered id; *id is 0 when ON CONFLICT
 * skipped the row. SQLite collects the rows of RETURNING in a temporary table, which would add a third to the
 * cost of an insert.
 */
bool sql_insert(struct store *store, const char *text, struct values values, int64_t *id);

/* First column of the first row; 0 when there is none or it is NULL. */
bool sql_number(struct store *store, const char *text, struct values values, int64_t *number);
/* The same; NULL when there is none. */
bool sql_text(struct store *store, void *mem, const char *text, struct values values, const char **answer);

/*
 * store/sql/sqlite.c. A file that root makes in the folder of a service's own user goes to that user: else a
 * store that root imported into, or restored, would be closed to the service. Does nothing for anybody but
 * root.
 */
void sqlite_own_as_folder(int fd, const char *path);

/* schema.c. Brings the schema up to date. False: the database was written by a newer program, or failed. */
bool schema_update(struct store *store);
/* schema.c. For a reader, which cannot update: false when the schema is not this program's. */
bool schema_check(struct store *store);
/* schema.c. The newest version of a county's schema that this program knows. */
int schema_version(void);
/* schema.c. A county's. */
extern const struct schema county_schema;

#endif
