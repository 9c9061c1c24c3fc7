#include "store/record.h"

#include <assert.h>
#include <string.h>
#include <talloc.h>

int word_index(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

/* An enum with no negative values is kept by gcc as an unsigned int. */
static unsigned get_unsigned(const void *at)
{
    unsigned number;

    memcpy(&number, at, sizeof number);
    return number;
}

static void put_unsigned(void *at, unsigned number)
{
    memcpy(at, &number, sizeof number);
}

static struct value field_value(const struct field *field, const void *at)
{
    switch (field->kind) {
    case FIELD_INT64:
        return as_number(*(const int64_t *)at);
    case FIELD_ID:
        return as_id(*(const int64_t *)at);
    case FIELD_INT:
        return as_number(*(const int *)at);
    case FIELD_FLAG:
        return as_number(*(const bool *)at);
    case FIELD_ENUM:
        return as_number(get_unsigned(at));
    case FIELD_WORD:
        return as_text(field->words[get_unsigned(at)]);
    case FIELD_TEXT:
        return as_text(*(const char *const *)at);
    case FIELD_MAYBE:
        return as_maybe(*(const char *const *)at);
    case FIELD_OPTIONAL:
        break;
    }
    const char *text = *(const char *const *)at;
    return as_maybe(text && *text ? text : NULL);
}

struct values record_values(const struct record *record, const void *from, struct value *values)
{
    assert(record->n <= RECORD_FIELDS);
    for (size_t i = 0; i < record->n; i++)
        values[i] = field_value(&record->fields[i], (const char *)from + record->fields[i].offset);
    return (struct values){ values, record->n };
}

static bool read_text(const struct row *row, int column, void *mem, const char *missing, const char **to)
{
    const char *text = row_text(row, column);

    if (!text)
        *to = missing;
    else if (!*text)
        *to = "";
    else
        *to = mem ? talloc_strdup(mem, text) : text;
    return *to || !text;
}

static bool read_field(const struct field *field, const struct row *row, int column, void *mem, void *to)
{
    int word;

    switch (field->kind) {
    case FIELD_INT64:
    case FIELD_ID:
        *(int64_t *)to = row_number(row, column);
        return true;
    case FIELD_INT:
        *(int *)to = (int)row_number(row, column);
        return true;
    case FIELD_FLAG:
        *(bool *)to = row_number(row, column) != 0;
        return true;
    case FIELD_ENUM:
        put_unsigned(to, (unsigned)row_number(row, column));
        return true;
    case FIELD_WORD:
        word = word_index(field->words, row_text(row, column));
        put_unsigned(to, (unsigned)word);
        return word >= 0;
    case FIELD_TEXT:
    case FIELD_OPTIONAL:
        return read_text(row, column, mem, "", to);
    case FIELD_MAYBE:
        break;
    }
    return read_text(row, column, mem, NULL, to);
}

bool record_read(const struct record *record, const struct row *row, void *mem, void *to)
{
    for (size_t i = 0; i < record->n; i++) {
        const struct field *field = &record->fields[i];

        if (!read_field(field, row, (int)i, mem, (char *)to + field->offset))
            return sql_fail(row->store, "column %zu of a row cannot be read", i + 1);
    }
    return true;
}

/* Rows taken so far, and whether all went well. */
struct taking {
    const struct record *record;
    void *mem;
    char *list;
    size_t n, room;
    bool is_failed;
    bool (*each)(const void *item, void *arg);
    void *arg;
};

static bool take_one(const struct row *row, void *arg)
{
    struct taking *taking = arg;

    taking->list = talloc_zero_size(taking->mem, taking->record->size);
    taking->is_failed = !taking->list || !record_read(taking->record, row, taking->list, taking->list);
    return false;
}

void *record_one(struct store *store, void *mem, const struct record *record, const char *text,
                 struct values values, bool *is_done)
{
    struct taking taking = { .record = record, .mem = mem };

    *is_done = sql_each(store, text, values, take_one, &taking) && !taking.is_failed;
    return *is_done ? taking.list : NULL;
}

#define LARGEST_ITEM 512

static bool hand_on(const struct row *row, void *arg)
{
    struct taking *taking = arg;
    _Alignas(max_align_t) char item[LARGEST_ITEM] = { 0 };

    taking->is_failed = !record_read(taking->record, row, NULL, item);
    return !taking->is_failed && taking->each(item, taking->arg);
}

bool record_each(struct store *store, const struct record *record, const char *text, bool is_built,
                 struct values values, bool (*each)(const void *item, void *arg), void *arg)
{
    struct taking taking = { .record = record, .each = each, .arg = arg };

    assert(record->size <= LARGEST_ITEM);
    return store->sql->run(store, text, is_built, values, hand_on, &taking) && !taking.is_failed;
}

static bool make_room(struct taking *taking)
{
    size_t room = taking->room ? taking->room * 2 : 8;
    char *list = talloc_realloc_size(taking->mem, taking->list, room * taking->record->size);

    if (!list)
        return false;
    taking->list = list;
    taking->room = room;
    return true;
}

static bool take_each(const struct row *row, void *arg)
{
    struct taking *taking = arg;

    if (taking->n == taking->room && !make_room(taking)) {
        taking->is_failed = true;
        return sql_fail(row->store, "out of memory");
    }
    char *item = taking->list + taking->n * taking->record->size;
    memset(item, 0, taking->record->size);
    taking->is_failed = !record_read(taking->record, row, taking->list, item);
    taking->n += !taking->is_failed;
    return !taking->is_failed;
}

void *record_list(struct store *store, void *mem, const struct record *record, const char *text,
                  bool is_built, struct values values, size_t *n, bool *is_done)
{
    struct taking taking = { .record = record, .mem = mem };

    *is_done = store->sql->run(store, text, is_built, values, take_each, &taking) && !taking.is_failed;
    *n = *is_done ? taking.n : 0;
    return *is_done ? taking.list : NULL;
}
