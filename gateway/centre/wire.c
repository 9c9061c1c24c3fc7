#include "gateway/centre/wire.h"

#include <string.h>
#include <talloc.h>

enum { HEAD_ROOM = 1024, ROW_PARTS = 8 };

static void add_member(struct json_object *array, const char *text)
{
    json_object_array_add(array, text ? json_object_new_string(text) : NULL);
}

bool wire_add(void *mem, struct wire_text *text, const struct journal_row *row)
{
    struct json_object *array = json_object_new_array_ext(ROW_PARTS);
    const char *line;
    size_t n;
    bool fits;

    json_object_array_add(array, json_object_new_int64(row->seq));
    json_object_array_add(array, json_object_new_int64(row->at));
    add_member(array, row->kind);
    add_member(array, row->entity);
    add_member(array, row->body);
    add_member(array, row->salt);
    add_member(array, row->body_hash);
    add_member(array, row->hash);
    line =
        json_object_to_json_string_length(array, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &n);
    fits = text->length == 0 ||
           (text->n < WIRE_ROWS_MOST && text->length + n + 1 <= WIRE_BATCH_MOST - HEAD_ROOM);
    if (fits && text->length + n + 1 > text->room) {
        text->room = 2 * (text->length + n + 1);
        text->rows = talloc_realloc(mem, text->rows, char, text->room);
    }
    if (fits) {
        memcpy(text->rows + text->length, line, n);
        text->rows[text->length + n] = '\n';
        text->length += n + 1;
        text->n++;
        text->last = row->seq;
        text->whole = row->goes_on ? text->whole : row->seq;
    }
    json_object_put(array);
    return fits;
}

const char *wire_end(void *mem, const struct wire_text *text, struct wire_head head, size_t *length)
{
    struct json_object *object = json_object_new_object();
    const char *line;
    char *all;
    size_t n;

    json_object_object_add(object, "epoch", json_object_new_int64(head.epoch));
    json_object_object_add(object, "session", json_object_new_string(head.session));
    json_object_object_add(object, "recovery_key", json_object_new_string(head.recovery_key));
    json_object_object_add(object, "operator", json_object_new_string(head.operator_phone));
    json_object_object_add(object, "gap", json_object_new_boolean(head.has_gap));
    json_object_object_add(object, "rows", json_object_new_int64(text->n));
    json_object_object_add(object, "whole", json_object_new_int64(text->whole));
    line = json_object_to_json_string_length(object, JSON_C_TO_STRING_PLAIN, &n);
    *length = n + 1 + text->length;
    all = talloc_size(mem, *length + 1);
    memcpy(all, line, n);
    all[n] = '\n';
    if (text->length > 0)
        memcpy(all + n + 1, text->rows, text->length);
    all[*length] = '\0';
    json_object_put(object);
    return all;
}

int64_t wire_number(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;

    return json_object_object_get_ex(object, name, &value) ? json_object_get_int64(value) : 0;
}

const char *wire_string(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;

    return json_object_object_get_ex(object, name, &value) && json_object_is_type(value, json_type_string)
               ? json_object_get_string(value)
               : "";
}

/* NULL for JSON's null, "" for anything else that is not a string. */
static const char *member(void *mem, struct json_object *array, size_t i)
{
    struct json_object *value = json_object_array_get_idx(array, i);

    if (!value)
        return NULL;
    return json_object_is_type(value, json_type_string)
               ? talloc_strndup(mem, json_object_get_string(value), (size_t)json_object_get_string_len(value))
               : "";
}

bool wire_follows(const char *hash_before, const struct journal_row *row)
{
    char hash[JOURNAL_HASH_SIZE];

    journal_chain_hash(hash_before, row, hash);
    return strcmp(hash, row->hash) == 0;
}

static const char *read_row(void *mem, struct json_object *array, struct journal_row *row)
{
    char hash[JOURNAL_HASH_SIZE];

    if (!json_object_is_type(array, json_type_array) || json_object_array_length(array) != ROW_PARTS)
        return "a row is not a list of 8";
    *row = (struct journal_row){ .seq = json_object_get_int64(json_object_array_get_idx(array, 0)),
                                 .at = json_object_get_int64(json_object_array_get_idx(array, 1)),
                                 .kind = member(mem, array, 2),
                                 .entity = member(mem, array, 3),
                                 .body = member(mem, array, 4),
                                 .salt = member(mem, array, 5),
                                 .body_hash = member(mem, array, 6),
                                 .hash = member(mem, array, 7) };
    if (row->seq < 1 || !row->kind || !row->entity || !row->body_hash || !row->hash ||
        !row->body != !row->salt)
        return "a row lacks a part";
    if (!row->body)
        return NULL;
    journal_body_hash(row->salt, row->body, hash);
    return strcmp(hash, row->body_hash) == 0 ? NULL : "a row's body has another hash";
}

/* Parses one JSON text and nothing after it; NULL: it is not one. */
static struct json_object *parse(const char *text, size_t length)
{
    struct json_tokener *tokener = json_tokener_new();
    struct json_object *object;

    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    object = json_tokener_parse_ex(tokener, text, (int)length);
    if (json_tokener_get_error(tokener) != json_tokener_success ||
        json_tokener_get_parse_end(tokener) != length) {
        json_object_put(object);
        object = NULL;
    }
    json_tokener_free(tokener);
    return object;
}

static const char *read_head(void *mem, const char *line, size_t length, struct wire_head *head)
{
    struct json_object *object = parse(line, length), *gap = NULL, *whole = NULL;

    if (!json_object_is_type(object, json_type_object)) {
        json_object_put(object);
        return "the first line is no object";
    }
    json_object_object_get_ex(object, "gap", &gap);
    json_object_object_get_ex(object, "whole", &whole); /* older gateways do not say it */
    *head = (struct wire_head){ .epoch = wire_number(object, "epoch"),
                                .session = talloc_strdup(mem, wire_string(object, "session")),
                                .recovery_key = talloc_strdup(mem, wire_string(object, "recovery_key")),
                                .operator_phone = talloc_strdup(mem, wire_string(object, "operator")),
                                .has_gap = json_object_get_boolean(gap),
                                .rows = wire_number(object, "rows"),
                                .whole = whole ? json_object_get_int64(whole) : INT64_MAX };
    json_object_put(object);
    return NULL;
}

static const char *take_row(void *mem, struct wire_batch *batch, const char *line, size_t length)
{
    struct json_object *array = parse(line, length);
    struct journal_row *row;
    const char *why;

    batch->rows = talloc_realloc(mem, batch->rows, struct journal_row, batch->n + 1);
    row = &batch->rows[batch->n];
    why = read_row(mem, array, row);
    json_object_put(array);
    if (why || batch->n++ == 0)
        return why;
    if (row->seq != row[-1].seq + 1)
        return "the rows have a gap";
    return wire_follows(row[-1].hash, row) ? NULL : "a row has another hash";
}

struct wire_batch *wire_read(void *mem, const char *octets, size_t length, const char **why)
{
    struct wire_batch *batch = talloc_zero(mem, struct wire_batch);
    const char *end = octets + length, *line = octets, *newline = memchr(line, '\n', length);

    *why = newline ? read_head(batch, line, (size_t)(newline - line), &batch->head)
                   : "the first line has no end";
    while (!*why && (line = newline + 1) < end) {
        newline = memchr(line, '\n', (size_t)(end - line));
        *why = newline ? take_row(batch, batch, line, (size_t)(newline - line)) : "the last line has no end";
    }
    if (!*why && (int64_t)batch->n != batch->head.rows)
        *why = "the batch does not have as many rows as it says";
    if (!*why)
        return batch;
    talloc_free(batch);
    return NULL;
}
