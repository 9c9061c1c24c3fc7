#include "gateway/command/manual/mdoc.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* WIDE: mandoc turns a character beyond ASCII into 8 octets, \[u6751], before it measures lines. */
enum { WIDTH = 78, WIDE = 8, INDENT = 4 };

static const char usage_prefix[] = "usage: ", more_prefix[] = "       ";

/* The number of octets of the UTF-8 character at `at`. */
static size_t character_size(const char *at)
{
    unsigned char first = (unsigned char)*at;

    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Writes text; a line that begins with . or ' needs an invisible character before it. */
static void put(FILE *out, const char *text, size_t n, bool starts_line)
{
    if (starts_line && (*text == '.' || *text == '\''))
        fputs("\\&", out);
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\\')
            fputs("\\e", out);
        else
            putc(text[i], out);
    }
}

static size_t character_width(const char *at)
{
    return (unsigned char)*at < 0x80 ? 1 : WIDE;
}

static size_t width_of(const char *text, size_t n)
{
    size_t width = 0;

    for (size_t i = 0; i < n; i += character_size(text + i))
        width += character_width(text + i);
    return width;
}

/* How many octets of the word fit into room, in whole characters; at least one character. */
static size_t piece(const char *word, size_t length, size_t room)
{
    size_t n = 0, width = 0;

    while (n < length && (n == 0 || width + character_width(word + n) <= room)) {
        width += character_width(word + n);
        n += character_size(word + n);
    }
    return n < length ? n : length;
}

static bool ends_sentence(const char *word, size_t n)
{
    return n > 2 && (word[n - 1] == '.' || word[n - 1] == '?' || (word[n - 1] == ')' && word[n - 2] == '.'));
}

void mdoc_text(FILE *out, const char *text)
{
    size_t used = 0;
    bool is_new_line = false;

    for (text += strspn(text, " \n"); *text; text += strspn(text, " \n")) {
        size_t length = strcspn(text, " \n");

        if (used > 0 && (is_new_line || used + 1 + width_of(text, length) > WIDTH)) {
            putc('\n', out);
            used = 0;
        }
        is_new_line = ends_sentence(text, length);
        for (size_t n; length > 0; text += n, length -= n) {
            n = piece(text, length, WIDTH - 2 - used);
            if (used > 0)
                putc(' ', out);
            put(out, text, n, used == 0);
            used += width_of(text, n) + (used > 0);
            if (n < length) {
                fputs("\\\n", out);
                used = 0;
            }
        }
    }
    if (used > 0)
        putc('\n', out);
}

/* Whether a macro line would take the word for a macro: a capital and one or two more letters. */
static bool looks_like_macro(const char *word, size_t n)
{
    return n >= 2 && n <= 3 && isupper((unsigned char)word[0]) && islower((unsigned char)word[1]);
}

static void put_argument(FILE *out, const char *word, size_t n)
{
    bool is_option = word[0] == '-' && n > 1, is_marks = strspn(word, ".,|:;(){}") >= n, is_value = true;

    for (size_t i = 0; i < n; i++)
        is_value = is_value && (isupper((unsigned char)word[i]) || strchr("._|", word[i]));
    fputs(is_option ? " Fl " : is_marks ? " " : is_value ? " Ar " : " Cm ", out);
    word += is_option;
    n -= is_option;
    if (looks_like_macro(word, n) || strchr(".,|:;()?!", *word))
        fputs("\\&", out);
    put(out, word, n, false);
}

/* Writes a macro line. macro may be empty: then the first argument's own macro begins the line. */
static void put_macro_line(FILE *out, const char *macro, const char *words)
{
    char *line = NULL;
    size_t size;
    FILE *arguments = open_memstream(&line, &size);

    while (*words && *words != '\n') {
        size_t n = strcspn(words, " []\n");

        if (*words == '[' || *words == ']') {
            fputs(*words == '[' ? " Oo" : " Oc", arguments);
            words++;
        } else if (*words == ' ') {
            words++;
        } else {
            bool has_comma = n > 1 && words[n - 1] == ',';

            put_argument(arguments, words, n - has_comma);
            fputs(has_comma ? " ," : "", arguments);
            words += n;
        }
    }
    fclose(arguments);
    fprintf(out, ".%s%s\n", macro, *macro || !*line ? line : line + 1);
    free(line);
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');

    return end ? end + 1 : line + strlen(line);
}

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static const char *behind_usage(const char *usage)
{
    while (begins(usage, usage_prefix) || begins(usage, more_prefix))
        usage = next_line(usage);
    return usage + strspn(usage, "\n");
}

void mdoc_synopsis(FILE *out, const struct command *command)
{
    const char *line = command->usage;

    for (; begins(line, usage_prefix) || begins(line, more_prefix); line = next_line(line)) {
        const char *words = line + strlen(usage_prefix);

        if (begins(words, "xiangyin ")) {
            fprintf(out, "%s.Nm xiangyin\n", line == command->usage ? "" : ".Pp\n");
            words += strlen("xiangyin ");
        } else {
            words += strspn(words, " ");
        }
        put_macro_line(out, "", words);
    }
}

/* Whether the indented block lists options: each line names one or continues one, far to the right. */
static bool is_option_list(const char *block)
{
    enum { FAR = 12 };

    for (const char *line = block; *line == ' '; line = next_line(line)) {
        size_t indent = strspn(line, " ");

        if (indent < FAR && (indent != INDENT || line[indent] != '-' || !strstr(line + indent, "  ")))
            return false;
    }
    return true;
}

/* The end of an option's head: two spaces, or the end of its line. */
static const char *head_end(const char *head)
{
    const char *spaces = strstr(head, "  "), *end = head + strcspn(head, "\n");

    return spaces && spaces < end ? spaces : end;
}

static void put_head(FILE *out, const char *head, const char *end)
{
    char *words = talloc_strndup(NULL, head, (size_t)(end - head));

    put_macro_line(out, "It", words);
    talloc_free(words);
}

/* The text up to end, filled. */
static void put_filled(FILE *out, const char *text, const char *end)
{
    char *copy = talloc_strndup(NULL, text, (size_t)(end - text));

    mdoc_text(out, copy);
    talloc_free(copy);
}

static const char *put_options(FILE *out, const char *line)
{
    fputs(".Bl -tag -width Ds\n", out);
    for (; *line == ' '; line = next_line(line)) {
        const char *head = line + strspn(line, " "), *end = head_end(head);

        for (; head == line + INDENT && *head == '-'; head = end + strspn(end, " "), end = head_end(head))
            put_head(out, head, end);
        put_filled(out, head, head + strcspn(head, "\n"));
    }
    fputs(".El\n", out);
    return line;
}

/* Writes a table unfilled, because its layout has a meaning. */
static const char *put_table(FILE *out, const char *line)
{
    fputs(".Bd -literal\n", out);
    for (; *line == ' '; line = next_line(line)) {
        const char *text = line + (strspn(line, " ") < INDENT ? strspn(line, " ") : INDENT);

        put(out, text, strcspn(text, "\n"), true);
        putc('\n', out);
    }
    fputs(".Ed\n", out);
    return line;
}

static const char *put_paragraph(FILE *out, const char *line)
{
    const char *end = line;

    while (*end && *end != '\n' && *end != ' ')
        end = next_line(end);

    put_filled(out, line, end);
    return end;
}

void mdoc_description(FILE *out, const struct command *command)
{
    const char *line = behind_usage(command->usage);
    bool is_first = true;

    while (*line) {
        if (*line == '\n') {
            line++;
        } else if (*line == ' ') {
            line = is_option_list(line) ? put_options(out, line) : put_table(out, line);
        } else {
            if (!is_first)
                fputs(".Pp\n", out);
            line = put_paragraph(out, line);
        }
        is_first = false;
    }
}
