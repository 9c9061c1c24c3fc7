/*
 * Maps a struct to a row: a table of its fields with their columns, from which statements get their lists of
 * columns, and by which rows are read and values bound. Used in store/ alone.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "store/sql.h"

enum field_kind {
    FIELD_INT64,
    FIELD_ID,       /* int64_t; 0 is kept as NULL: no id, or no time yet */
    FIELD_INT,      /* int */
    FIELD_FLAG,     /* bool */
    FIELD_ENUM,     /* an enum, kept as its number */
    FIELD_WORD,     /* an enum, kept as a word */
    FIELD_TEXT,     /* NULL is kept as "" */
    FIELD_OPTIONAL, /* text; "" is kept as NULL and read as "" */
    FIELD_MAYBE     /* text; NULL is kept and read as NULL */
};

struct field {
    const char *column;
    enum field_kind kind;
    size_t offset;
    const char *const *words; /* FIELD_WORD: ends with NULL */
    bool is_fixed;            /* {changes} leaves it out: it stays as it was inserted */
};

/* The record of a struct type. Its columns are $1, $2, ... in the order of its fields. */
struct record {
    size_t size; /* of the struct, in octets */
    const struct field *fields;
    size_t n; /* RECORD_FIELDS at most */
};

#define RECORD_FIELDS 48

/*
 * Rows of a table of fields. FIELD_AS: a member kept in a column of another name. FIXED, FIXED_WORD: never
 * changed after the insert. WORD: an enum kept as one of the words.
 */

#define FIELD_AS(type, member, column, kind)                     \
    {                                                            \
        column, kind, offsetof(struct type, member), NULL, false \
    }
#define FIELD(type, member, kind) FIELD_AS(type, member, #member, kind)
#define FIXED(type, member, kind)                                \
    {                                                            \
#member, kind, offsetof(struct type, member), NULL, true \
    }
#define WORD(type, member, words)                                        \
    {                                                                    \
#member, FIELD_WORD, offsetof(struct type, member), words, false \
    }
#define FIXED_WORD(type, member, words)                                 \
    {                                                                   \
#member, FIELD_WORD, offsetof(struct type, member), words, true \
    }
#define RECORD(type, fields)                                              \
    {                                                                     \
        sizeof(struct type), fields, sizeof(fields) / sizeof((fields)[0]) \
    }

/* Index of a word in a list that ends with NULL; -1: not in the list. */
int word_index(const char *const *words, const char *word);

/*
 * The statement with the record's columns written out: {columns} becomes "id, number, state"; {row}, of an
 * INSERT, "(number, state) VALUES ($2, $3)"; {changes}, of an UPDATE, "state = $3". The last two leave out a
 * first column "id"; {changes} also leaves out fixed fields. text must be a literal: the result is built once
 * for each address and lives as long as the store. More than STORE_WRITTEN texts fail an assertion.
 */
const char *record_text(struct store *store, const struct record *record, const char *text);

/*
 * The columns in which the two differ, as {changes} has them: "state = $3, rating = $21"; "" when there are
 * none. From mem.
 */
char *record_changes(void *mem, const struct record *record, const void *before, const void *after);

/* The struct's fields as $1, $2, ..., written into the caller's array of RECORD_FIELDS values. */
struct values record_values(const struct record *record, const void *from, struct value *values);

/*
 * In the functions below text may hold {columns}, unless is_built.
 *
 * The first row as a new struct from mem. NULL: there is none, or *is_done is false and store_error says why.
 */
void *record_one(struct store *store, void *mem, const struct record *record, const char *text,
                 struct values values, bool *is_done);

/* Calls each(struct, arg) for every row; the struct lives only during the call. False from each stops. */
bool record_each(struct store *store, const struct record *record, const char *text, bool is_built,
                 struct values values, bool (*each)(const void *item, void *arg), void *arg);

/* All rows as an array from mem. NULL: there are none, or *is_done is false and store_error says why. */
void *record_list(struct store *store, void *mem, const struct record *record, const char *text,
                  bool is_built, struct values values, size_t *n, bool *is_done);

#endif
