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

enum part { COLUMNS, ROW, CHANGES };

static const char *const marks[] = { [COLUMNS] = "{columns}", [ROW] = "{row}", [CHANGES] = "{changes}" };

static char *append_columns(char *text, const struct record *record, enum part part)
{
    size_t first = part != COLUMNS && strcmp(record->fields[0].column, "id") == 0;
    const char *between = "";

    for (size_t i = first; i < record->n; i++) {
        const struct field *field = &record->fields[i];

        if (part == CHANGES && field->is_fixed)
            continue;
        text = part == CHANGES ? talloc_asprintf_append(text, "%s%s = $%zu", between, field->column, i + 1)
                               : talloc_asprintf_append(text, "%s%s", between, field->column);
        between = ", ";
    }
    if (part != ROW)
        return text;
    text = talloc_strdup_append(text, ") VALUES (");
    for (size_t i = first; i < record->n; i++)
        text = talloc_asprintf_append(text, "%s$%zu", i > first ? ", " : "", i + 1);
    return talloc_strdup_append(text, ")");
}

static const char *write_out(void *mem, const struct record *record, const char *text)
{
    char *all = talloc_strdup(mem, "");
    const char *mark;

    while ((mark = strchr(text, '{'))) {
        enum part part = COLUMNS;

        while (strncmp(mark, marks[part], strlen(marks[part])) != 0)
            part++, assert(part <= CHANGES);
        all = talloc_asprintf_append(all, "%.*s%s", (int)(mark - text), text, part == ROW ? "(" : "");
        all = append_columns(all, record, part);
        text = mark + strlen(marks[part]);
    }
    return talloc_strdup_append(all, text);
}

const char *record_text(struct store *store, const struct record *record, const char *text)
{
    size_t i = ((uintptr_t)text * 0x9e3779b97f4a7c15) >> 32;

    for (;; i++) {
        struct written *written = &store->written[i % STORE_WRITTEN];

        if (written->from == text)
            return written->text;
        if (written->from)
            continue;
        store->n_written++;
        assert(store->n_written < STORE_WRITTEN);
        *written = (struct written){ text, write_out(store, record, text) };
        return written->text;
    }
}

static bool is_same(const struct value *one, const struct value *other)
{
    return one->kind == other->kind && one->number == other->number &&
           (one->kind != VALUE_TEXT || strcmp(one->text, other->text) == 0);
}

char *record_changes(void *mem, const struct record *record, const void *before, const void *after)
{
    char *text = talloc_strdup(mem, "");

    for (size_t i = 0; i < record->n; i++) {
        const struct field *field = &record->fields[i];
        struct value was = field_value(field, (const char *)before + field->offset),
                     is = field_value(field, (const char *)after + field->offset);

        if (!field->is_fixed && !is_same(&was, &is))
            text = talloc_asprintf_append(text, "%s%s = $%zu", *text ? ", " : "", field->column, i + 1);
    }
    return text;
}

struct values record_values(const struct record *record, const void *from, struct value *values)
{
    assert(record->n <= RECORD_FIELDS);
    for (size_t i = 0; i < record->n; i++)
        values[i] = field_value(&record->fields[i], (const char *)from + record->fields[i].offset);
    return (struct values){ values, record->n };
}

static const char *read_text(const struct row *row, int column, void *mem, const char *missing)
{
    const char *text = row_text(row, column);

    if (!text)
        return missing;
    return mem && *text ? talloc_strdup(mem, text) : *text ? text : "";
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
        *(const char **)to = read_text(row, column, mem, "");
        return true;
    case FIELD_MAYBE:
        break;
    }
    *(const char **)to = read_text(row, column, mem, NULL);
    return true;
}

/*
 * Fills a struct from a row. Its texts are copied to mem; with mem NULL they live only as long as the row.
 * False: a column holds an unknown word, and store_error says which.
 */
static bool read_row(const struct record *record, const struct row *row, void *mem, void *to)
{
    for (size_t i = 0; i < record->n; i++) {
        const struct field *field = &record->fields[i];

        if (!read_field(field, row, (int)i, mem, (char *)to + field->offset))
            return sql_fail(row->store, "the column %s has a word that this program does not know",
                            field->column);
    }
    return true;
}

/* The rows read so far. */
struct reading {
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
    struct reading *reading = arg;

    reading->list = talloc_zero_size(reading->mem, reading->record->size);
    reading->is_failed = !read_row(reading->record, row, reading->list, reading->list);
    return false;
}

void *record_one(struct store *store, void *mem, const struct record *record, const char *text,
                 struct values values, bool *is_done)
{
    struct reading reading = { .record = record, .mem = mem };

    *is_done =
        sql_each(store, record_text(store, record, text), values, take_one, &reading) && !reading.is_failed;
    return *is_done ? reading.list : NULL;
}

#define LARGEST_ITEM 512

static bool hand_on(const struct row *row, void *arg)
{
    struct reading *reading = arg;
    _Alignas(max_align_t) char item[LARGEST_ITEM] = { 0 };

    reading->is_failed = !read_row(reading->record, row, NULL, item);
    return !reading->is_failed && reading->each(item, reading->arg);
}

bool record_each(struct store *store, const struct record *record, const char *text, bool is_built,
                 struct values values, bool (*each)(const void *item, void *arg), void *arg)
{
    struct reading reading = { .record = record, .each = each, .arg = arg };

    assert(record->size <= LARGEST_ITEM);
    return store->sql->run(store, text, is_built, values, hand_on, &reading) && !reading.is_failed;
}

static bool take_each(const struct row *row, void *arg)
{
    struct reading *reading = arg;
    size_t size = reading->record->size;
    char *item;

    if (reading->n == reading->room) {
        reading->room = reading->room ? reading->room * 2 : 8;
        reading->list = talloc_realloc_size(reading->mem, reading->list, reading->room * size);
    }
    item = memset(reading->list + reading->n * size, 0, size);
    reading->is_failed = !read_row(reading->record, row, reading->list, item);
    reading->n += !reading->is_failed;
    return !reading->is_failed;
}

void *record_list(struct store *store, void *mem, const struct record *record, const char *text,
                  bool is_built, struct values values, size_t *n, bool *is_done)
{
    struct reading reading = { .record = record, .mem = mem };

    if (!is_built)
        text = record_text(store, record, text);
    *is_done = store->sql->run(store, text, is_built, values, take_each, &reading) && !reading.is_failed;
    *n = *is_done ? reading.n : 0;
    return *is_done ? reading.list : NULL;
}
