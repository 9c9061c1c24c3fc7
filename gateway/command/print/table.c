#include "gateway/command/print/table.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistr.h>
#include <uniwidth.h>

#include "gateway/command/words.h"

/* C0 and C1 controls, and Unicode's bidirectional controls. */
static bool is_unseen(ucs4_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* The next character, U+FFFD for invalid octets; 0 at the end. */
static ucs4_t next_character(const uint8_t **at)
{
    ucs4_t c = 0;

    if (**at)
        *at += u8_mbtouc(&c, *at, strnlen((const char *)*at, 4));
    return c;
}

static int width_of(ucs4_t c)
{
    int width = c < 0x7f ? 1 : uc_width(c, "UTF-8");

    return is_unseen(c) || width < 0 ? 0 : width;
}

static void put_character(FILE *out, ucs4_t c)
{
    uint8_t octets[6];
    int n = u8_uctomb(octets, c, sizeof octets);

    if (n > 0 && !is_unseen(c))
        fwrite(octets, 1, (size_t)n, out);
}

static bool fits(const char *text, int width)
{
    const uint8_t *at = (const uint8_t *)text;
    ucs4_t c;

    while (width >= 0 && (c = next_character(&at)))
        width -= c == '\n' ? 1 : width_of(c);
    return width >= 0;
}

/* Writes at most `width` cells and returns how many; clipped text ends with an ellipsis. */
static int put_clipped(FILE *out, const char *text, int width)
{
    const uint8_t *at = (const uint8_t *)text;
    bool is_whole = fits(text, width);
    int used = 0, room = is_whole ? width : width - 1;
    ucs4_t c;

    while ((c = next_character(&at))) {
        if (c == '\n')
            c = ' ';
        if (used + width_of(c) > room)
            break;
        put_character(out, c);
        used += width_of(c);
    }
    if (!is_whole)
        fputs("…", out);
    return used + !is_whole;
}

/* cell NULL: the title. */
static const char *cell_of(const struct column *column, const char *cell)
{
    if (!cell)
        return words(column->title);
    return column->is_names ? words(cell) : cell;
}

static void put_cells(FILE *out, const struct column *columns, const char *const *cells, size_t n)
{
    int owed = 0;

    for (size_t i = 0; i < n; i++) {
        const char *cell = cell_of(&columns[i], cells ? cells[i] : NULL);

        if (cell && *cell) {
            fprintf(out, "%*s", owed, "");
            owed = columns[i].width + 2 - put_clipped(out, cell, columns[i].width);
        } else {
            owed += columns[i].width + 2;
        }
    }
    fputc('\n', out);
}

void table_heading(FILE *out, const struct column *columns, size_t n)
{
    put_cells(out, columns, NULL, n);
}

void table_row(FILE *out, const struct column *columns, const char *const *cells, size_t n)
{
    put_cells(out, columns, cells, n);
}

const char *table_time(void *mem, int64_t at)
{
    time_t seconds = (time_t)at;
    struct tm local;
    char text[32];

    if (at == 0 || !localtime_r(&seconds, &local) ||
        strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local) == 0)
        return "";
    return talloc_strdup(mem, text);
}

static json_object *repaired(const char *text)
{
    char *copy = NULL;
    size_t size;
    FILE *out = open_memstream(&copy, &size);
    const uint8_t *at = (const uint8_t *)text;
    json_object *object;
    ucs4_t c;

    while ((c = next_character(&at))) {
        uint8_t octets[6];
        int n = u8_uctomb(octets, c, sizeof octets);

        fwrite(octets, 1, n > 0 ? (size_t)n : 0, out);
    }
    fclose(out);
    object = json_object_new_string_len(copy, (int)size);
    free(copy);
    return object;
}

json_object *json_text(const char *text)
{
    if (!text || !*text)
        return NULL;
    if (u8_check((const uint8_t *)text, strlen(text)))
        return repaired(text);
    return json_object_new_string(text);
}

const char *json_time_text(void *mem, int64_t at)
{
    time_t seconds = (time_t)at;
    struct tm local;
    char text[40];

    if (at == 0)
        return "";
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", localtime_r(&seconds, &local));
    return talloc_asprintf(mem, "%.22s:%s", text, text + 22);
}

json_object *json_time(int64_t at)
{
    void *mem = talloc_new(NULL);
    json_object *object = at ? json_object_new_string(json_time_text(mem, at)) : NULL;

    talloc_free(mem);
    return object;
}

json_object *json_id(int64_t id)
{
    return id ? json_object_new_int64(id) : NULL;
}

void json_add(json_object *object, const char *key, json_object *value)
{
    json_object_object_add_ex(object, key, value,
                              JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

/* Writes characters that could control a terminal or end a line as \uXXXX. */
void json_print(FILE *out, json_object *object)
{
    const uint8_t *at = (const uint8_t *)json_object_to_json_string_ext(
        object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

    while (*at) {
        const uint8_t *from = at;
        ucs4_t c = next_character(&at);

        if (c != 0x7f && is_unseen(c))
            fprintf(out, "\\u%04x", (unsigned)c);
        else
            fwrite(from, 1, (size_t)(at - from), out);
    }
    fputc('\n', out);
    json_object_put(object);
}
