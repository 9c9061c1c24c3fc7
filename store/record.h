/*
 * A struct as a row: a table of its fields, in the order of the columns, reads and binds it. Known to store/
 * alone.
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
    enum field_kind kind;
    size_t offset;
    const char *const *words; /* FIELD_WORD: ends with NULL */
};

struct record {
    size_t size;
    const struct field *fields;
    size_t n;
};

#define RECORD_FIELDS 40

#define FIELD(type, member, kind)                 \
    {                                             \
        kind, offsetof(struct type, member), NULL \
    }
#define WORD(type, member, words)                        \
    {                                                    \
        FIELD_WORD, offsetof(struct type, member), words \
    }
#define RECORD(type, fields)                                              \
    {                                                                     \
        sizeof(struct type), fields, sizeof(fields) / sizeof((fields)[0]) \
    }

/* Index of a word in a list that ends with NULL; -1 when it is not in it. */
int word_index(const char *const *words, const char *word);

/* The struct's fields as $1, $2, ...: into values, RECORD_FIELDS long. */
struct values record_values(const struct record *record, const void *from, struct value *values);

/* Fills a struct from a row; its texts are copied to mem, or when mem is NULL live only as long as the row.
 */
bool record_read(const struct record *record, const struct row *row, void *mem, void *to);

/* The first row as a new struct from mem; NULL when there is none. */
void *record_one(struct store *store, void *mem, const struct record *record, const char *text,
                 struct values values, bool *is_done);

/* Each row as a struct that lives only during the call. */
bool record_each(struct store *store, const struct record *record, const char *text, bool is_built,
                 struct values values, bool (*each)(const void *item, void *arg), void *arg);

/* All rows as an array from mem; NULL when there are none. */
void *record_list(struct store *store, void *mem, const struct record *record, const char *text,
                  bool is_built, struct values values, size_t *n, bool *is_done);

#endif
