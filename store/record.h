/*
 * A struct as a row: a table of its fields, each with its column, from which the lists of columns in
 * statements are written and by which a row is read and bound. Known to store/ alone.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "store/sql.h"

enum field_kind {
    FIELD_INT64,
    FIELD_ID,       /* int64_t; 0 is kept as NULL: no such row, or not yet */
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
    bool is_fixed;            /* {changes} leaves it as it was inserted */
};

struct record {
    size_t size;
    const struct field *fields;
    size_t n;
};

#define RECORD_FIELDS 40

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

/* Index of a word in a list that ends with NULL; -1 when it is not in it. */
int word_index(const char *const *words, const char *word);

/*
 * The statement with the record's columns written out: {columns} becomes "id, number, state"; {row}, of an
 * INSERT, "(number, state) VALUES ($2, $3)"; {changes}, of an UPDATE, "state = $3". The last two leave out a
 * first column "id"; {changes} leaves out what is fixed, too. text lives as long as the program; what is
 * returned is built once for each text and lives as long as the store.
 */
const char *record_text(struct store *store, const struct record *record, const char *text);

/* The struct's fields as $1, $2, ...: into values, RECORD_FIELDS long. */
struct values record_values(const struct record *record, const void *from, struct value *values);

/* Fills a struct from a row; its texts are copied to mem, or when mem is NULL live only as long as the row.
 */
bool record_read(const struct record *record, const struct row *row, void *mem, void *to);

/*
 * In what follows text may hold {columns}, unless it is_built.
 * The first row as a new struct from mem; NULL when there is none.
 */
void *record_one(struct store *store, void *mem, const struct record *record, const char *text,
                 struct values values, bool *is_done);

/* Each row as a struct that lives only during the call. */
bool record_each(struct store *store, const struct record *record, const char *text, bool is_built,
                 struct values values, bool (*each)(const void *item, void *arg), void *arg);

/* All rows as an array from mem; NULL when there are none. */
void *record_list(struct store *store, void *mem, const struct record *record, const char *text,
                  bool is_built, struct values values, size_t *n, bool *is_done);

#endif
