#include "modem/at_reader.h"

#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "modem/at_lines.h"

/* A +COPS=? answer is the longest line there is: some kilobytes. What is longer is noise. */
enum { LINE_MAX_OCTETS = 16384, FIRST_SIZE = 8192 };

struct at_reader {
    char *octets; /* [start, end) is not yet given out */
    size_t size, start, end;
    size_t looked; /* no line end in [start, looked) */
    char *line;    /* the one given out */
    size_t line_size;
    char *rest; /* a second line glued to it; into line */
};

struct at_reader *at_reader_new(void *mem)
{
    struct at_reader *reader = talloc_zero(mem, struct at_reader);

    reader->octets = talloc_array(reader, char, FIRST_SIZE);
    reader->line = talloc_array(reader, char, FIRST_SIZE);
    reader->size = reader->line_size = FIRST_SIZE;
    return reader;
}

void at_reader_reset(struct at_reader *reader)
{
    reader->start = reader->end = reader->looked = 0;
    reader->rest = NULL;
}

static void move_to_front(struct at_reader *reader)
{
    if (reader->start == 0)
        return;
    memmove(reader->octets, reader->octets + reader->start, reader->end - reader->start);
    reader->end -= reader->start;
    reader->looked -= reader->looked > reader->start ? reader->start : reader->looked;
    reader->start = 0;
}

static void grow(char **octets, size_t *size, size_t wanted, void *mem)
{
    if (wanted <= *size)
        return;
    *size = wanted + wanted / 2;
    *octets = talloc_realloc(mem, *octets, char, *size);
}

void at_reader_feed(struct at_reader *reader, const char *octets, size_t n)
{
    move_to_front(reader);
    grow(&reader->octets, &reader->size, reader->end + n, reader);
    memcpy(reader->octets + reader->end, octets, n);
    reader->end += n;
}

static bool is_line_end(char c)
{
    return c == '\r' || c == '\n';
}

static bool is_noise(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f;
}

/* The first line end at or after from; end when there is none yet. */
static size_t find_line_end(const struct at_reader *reader, size_t from)
{
    while (from < reader->end && !is_line_end(reader->octets[from]))
        from++;
    return from;
}

static bool begins(const struct at_reader *reader, size_t at, const char *start)
{
    size_t n = strlen(start);

    return reader->end - at >= n && strncasecmp(reader->octets + at, start, n) == 0;
}

/* A line of its own inside what should be one quoted text: the closing quote was lost. */
static bool is_other_line(const struct at_reader *reader, size_t at)
{
    static const char *const others[] = { "OK\r", "ERROR\r", "+CM", "+CUSD:", "+CREG:", "+CDS", "^" };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (begins(reader, at, others[i]))
            return true;
    return false;
}

/*
 * Whether the text that began before at ends behind it: its closing quote stands at a line's end, perhaps
 * with a coding scheme between. Then even a line that is a final result is part of the text.
 */
static bool is_closed_behind(const struct at_reader *reader, size_t at)
{
    for (size_t i = at; i < reader->end; i++) {
        size_t end = i + 1;

        if (reader->octets[i] != '"')
            continue;
        while (end < reader->end && strchr(", 0123456789", reader->octets[end]))
            end++;
        return end < reader->end && is_line_end(reader->octets[end]);
    }
    return false;
}

static bool is_final_line(const struct at_reader *reader, size_t at)
{
    return begins(reader, at, "OK\r") || begins(reader, at, "ERROR\r");
}

/* Goes on over the line ends inside the quotes of a USSD text. False: its closing quote has yet to come. */
static bool skip_quoted_ends(const struct at_reader *reader, size_t *line_end)
{
    size_t quotes = 0;

    if (!begins(reader, reader->start, "+CUSD:"))
        return true;
    for (size_t i = reader->start; i < reader->end; i++) {
        if (reader->octets[i] == '"')
            quotes++;
        if (!is_line_end(reader->octets[i]))
            continue;
        if (quotes != 1) {
            *line_end = i;
            return true;
        }
        if (i + 1 < reader->end && is_other_line(reader, i + 1) &&
            !(is_final_line(reader, i + 1) && is_closed_behind(reader, i + 1)))
            return true;
    }
    return false;
}

/* Copies the line out, without what cannot be printed; the line ends inside a quoted text stay. */
static void copy_out(struct at_reader *reader, size_t line_end)
{
    char *to;

    grow(&reader->line, &reader->line_size, line_end - reader->start + 1, reader);
    to = reader->line;
    for (size_t i = reader->start; i < line_end; i++)
        if (!is_noise(reader->octets[i]) || reader->octets[i] == ' ' || is_line_end(reader->octets[i]))
            *to++ = reader->octets[i];
    while (to > reader->line && to[-1] == ' ')
        to--;
    *to = '\0';
}

static enum at_token give_line(struct at_reader *reader, const char **line)
{
    size_t glued = strncasecmp(reader->line, "+CUSD:", 6) == 0 || at_is_echo(reader->line)
                       ? 0
                       : at_glued_at(reader->line);

    *line = reader->line;
    if (glued > 0) {
        /* One octet more is kept for each line, so that the second can be moved aside of the first's end. */
        size_t n = strlen(reader->line + glued);

        grow(&reader->line, &reader->line_size, glued + n + 2, reader);
        memmove(reader->line + glued + 1, reader->line + glued, n + 1);
        reader->line[glued] = '\0';
        reader->rest = reader->line + glued + 1;
        *line = reader->line;
        for (size_t i = glued; i > 0 && reader->line[i - 1] == ' '; i--)
            reader->line[i - 1] = '\0';
    }
    return AT_LINE;
}

static enum at_token give_rest(struct at_reader *reader, const char **line)
{
    memmove(reader->line, reader->rest, strlen(reader->rest) + 1);
    reader->rest = NULL;
    return give_line(reader, line);
}

static enum at_token take(struct at_reader *reader, size_t line_end, const char **line)
{
    copy_out(reader, line_end);
    reader->start = reader->looked = line_end;
    return give_line(reader, line);
}

static bool take_prompt(struct at_reader *reader)
{
    while (reader->start < reader->end && is_noise(reader->octets[reader->start]))
        reader->start++;
    if (reader->looked < reader->start)
        reader->looked = reader->start;
    if (reader->start == reader->end || reader->octets[reader->start] != '>')
        return false;
    reader->start++;
    return true;
}

enum at_token at_reader_next(struct at_reader *reader, const char **line)
{
    size_t line_end;

    if (reader->rest)
        return give_rest(reader, line);
    if (take_prompt(reader))
        return AT_PROMPT;
    line_end = find_line_end(reader, reader->looked);
    reader->looked = line_end;
    if (line_end < reader->end && skip_quoted_ends(reader, &line_end))
        return take(reader, line_end, line);
    if (reader->end - reader->start > LINE_MAX_OCTETS)
        return take(reader, reader->end, line);
    return AT_NOTHING;
}

enum at_token at_reader_flush(struct at_reader *reader, const char **line)
{
    enum at_token token = at_reader_next(reader, line);

    if (token != AT_NOTHING || reader->start == reader->end)
        return token;
    return take(reader, reader->end, line);
}

static bool copy_unfinished(const struct at_reader *reader, char line[64])
{
    size_t n = reader->end - reader->start;

    if (n == 0 || n >= 64)
        return false;
    memcpy(line, reader->octets + reader->start, n);
    line[n] = '\0';
    return true;
}

bool at_reader_has_final(const struct at_reader *reader)
{
    char line[64];
    struct at_result result;

    return copy_unfinished(reader, line) && at_is_final(line, &result);
}

bool at_reader_has_prompt(const struct at_reader *reader)
{
    char line[64];
    char *last;

    if (!copy_unfinished(reader, line) || !at_is_echo(line) || !(last = strrchr(line, '>')))
        return false;
    return last[1] == '\0' || strcmp(last + 1, " ") == 0;
}
