/* Aligns the columns of text with tabs, also with Chinese characters. */
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#include "gateway/command/print/table.h"

enum { COLUMNS_MOST = 24 };

static int width_of(const char *cell, size_t length)
{
    int width = u8_width((const uint8_t *)cell, length, "UTF-8");

    return width > 0 ? width : 0;
}

static bool is_figure(const char *cell, size_t length)
{
    return length > 0 && strspn(cell, "0123456789.,/%- ") >= length;
}

static size_t line_length(const char *line)
{
    return strcspn(line, "\n");
}

static bool has_tab(const char *line)
{
    return memchr(line, '\t', line_length(line)) != NULL;
}

static const char *next_line(const char *line)
{
    line += line_length(line);
    return *line ? line + 1 : line;
}

/* Widens the columns to what the line's cells need. */
static void measure(const char *line, int widths[COLUMNS_MOST])
{
    for (int i = 0; i < COLUMNS_MOST; i++) {
        size_t length = strcspn(line, "\t\n");
        int width = width_of(line, length);

        if (width > widths[i])
            widths[i] = width;
        if (line[length] != '\t')
            return;
        line += length + 1;
    }
}

static void put_line(FILE *out, const char *line, const int widths[COLUMNS_MOST])
{
    for (int i = 0, gap = 0;; i++) {
        size_t length = strcspn(line, "\t\n");
        int room = (i < COLUMNS_MOST ? widths[i] : 0) - width_of(line, length);
        bool is_right = is_figure(line, length);

        room = room > 0 ? room : 0;
        fprintf(out, "%*s%.*s", gap + (is_right ? room : 0), "", (int)length, line);
        gap = 2 + (is_right ? 0 : room);
        if (line[length] != '\t')
            break;
        line += length + 1;
    }
    fputc('\n', out);
}

void table_aligned(FILE *out, const char *text)
{
    while (*text) {
        int widths[COLUMNS_MOST] = { 0 };
        const char *end = text;

        for (; *end && has_tab(end); end = next_line(end))
            measure(end, widths);
        for (; text < end; text = next_line(text))
            put_line(out, text, widths);
        for (; *text && !has_tab(text); text = next_line(text))
            fprintf(out, "%.*s\n", (int)line_length(text), text);
    }
}
