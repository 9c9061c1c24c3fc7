#include "gateway/config/scan.h"

#include <string.h>
#include <talloc.h>

/* The ASCII characters of a word without quotes; any others need no quotes. */
#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/@%"

void scan_begin(struct scan *scan, void *mem, const char *text, struct problems *problems)
{
    *scan = (struct scan){ .mem = mem, .at = text, .line = 1, .problems = problems };
}

static void skip_line(struct scan *scan)
{
    scan->at += strcspn(scan->at, "\n");
}

static void skip_comment(struct scan *scan)
{
    int opened_on = scan->line;

    for (scan->at += 2; strncmp(scan->at, "*/", 2) != 0; scan->at++) {
        if (*scan->at == '\0') {
            problem_error(scan->problems, opened_on, "this comment is never closed with */");
            return;
        }
        scan->line += *scan->at == '\n';
    }
    scan->at += 2;
}

static void skip_space(struct scan *scan)
{
    for (;;) {
        scan->at += strspn(scan->at, " \t\r");
        if (*scan->at == '\n') {
            scan->line++;
            scan->at++;
        } else if (*scan->at == '#' || strncmp(scan->at, "//", 2) == 0) {
            skip_line(scan);
        } else if (strncmp(scan->at, "/*", 2) == 0) {
            skip_comment(scan);
        } else {
            return;
        }
    }
}

/* The octet an escape means; 0 for an unknown escape. */
static char unescape(char quote, char c)
{
    if (c == '\\' || c == quote)
        return c;
    if (quote == '"' && c == 'n')
        return '\n';
    if (quote == '"' && c == 't')
        return '\t';
    return '\0';
}

/* Reads one character of a quoted word; '\0' after reporting one that is not allowed. */
static char read_quoted(struct scan *scan, char quote)
{
    char c = *scan->at++, meant;

    if (c == '$' && *scan->at == '{' && quote == '"') {
        problem_error(scan->problems, scan->line, "${...} is not expanded; for a secret, write env:NAME");
        return '\0';
    }
    if ((unsigned char)c < ' ' && c != '\t') {
        problem_error(scan->problems, scan->line, "control character in quotes");
        return '\0';
    }
    if (c != '\\')
        return c;
    meant = unescape(quote, *scan->at);
    if (meant)
        scan->at++;
    else
        problem_error(scan->problems, scan->line, "\\ in quotes can only come before %s",
                      quote == '"' ? "\", \\, n or t" : "' or \\");
    return meant;
}

/* One error a word: skips the rest of it. */
static void skip_quoted(struct scan *scan, char quote)
{
    while (*scan->at && *scan->at != quote && *scan->at != '\n')
        scan->at += *scan->at == '\\' && scan->at[1] == quote ? 2 : 1;
    scan->at += *scan->at == quote;
}

/* False when it is not closed or has a character that is not allowed. */
static bool take_quotes(struct scan *scan, char *out)
{
    char quote = *scan->at++;

    for (; *scan->at != quote; out++) {
        if (*scan->at == '\0' || *scan->at == '\n' || strncmp(scan->at, "\r\n", 2) == 0) {
            problem_error(scan->problems, scan->line, "the quote %c is not closed on this line", quote);
            return false;
        }
        *out = read_quoted(scan, quote);
        if (!*out) {
            skip_quoted(scan, quote);
            return false;
        }
    }
    *out = '\0';
    scan->at++;
    return true;
}

static struct token take_quoted_word(struct scan *scan)
{
    char *text = talloc_zero_size(scan->mem, strcspn(scan->at, "\n") + 1);

    return (struct token){ .kind = TOKEN_WORD,
                           .line = scan->line,
                           .is_quoted = true,
                           .is_bad = !take_quotes(scan, text),
                           .text = text };
}

static struct token take_mark(struct scan *scan, enum token_kind kind, const char *text)
{
    scan->at += strlen(text);
    return (struct token){ .kind = kind, .text = text, .line = scan->line };
}

static size_t measure_word(const char *at)
{
    size_t length = 0;

    while (at[length] && (strchr(PLAIN, at[length]) || (unsigned char)at[length] >= 0x80) &&
           strncmp(at + length, "//", 2) != 0)
        length++;
    return length;
}

static bool ends_word(const char *at)
{
    return strchr(" \t\r\n={},\"'#", *at) || strncmp(at, "+=", 2) == 0;
}

/* Reports what is no word where one is expected, and skips it. */
static struct token take_bad_word(struct scan *scan)
{
    unsigned char c = (unsigned char)scan->at[measure_word(scan->at)];

    scan->at += measure_word(scan->at);
    if (c < ' ' || c == 0x7f)
        problem_error(scan->problems, scan->line, "control character outside of quotes");
    else
        problem_error(scan->problems, scan->line, "%c must be in quotes", c);
    scan->at += 1;
    scan->at += strcspn(scan->at, " \t\r\n={},\"'#");
    return (struct token){ .kind = TOKEN_WORD, .text = "", .line = scan->line, .is_bad = true };
}

static struct token take_plain_word(struct scan *scan)
{
    size_t length = measure_word(scan->at);
    const char *text = talloc_strndup(scan->mem, scan->at, length);

    if (length == 0 || !ends_word(scan->at + length))
        return take_bad_word(scan);
    scan->at += length;
    return (struct token){ .kind = TOKEN_WORD, .text = text, .line = scan->line };
}

struct token scan_next(struct scan *scan)
{
    skip_space(scan);
    switch (*scan->at) {
    case '\0':
        return (struct token){ .kind = TOKEN_END, .text = "the end of the file", .line = scan->line };
    case '{':
        return take_mark(scan, TOKEN_OPEN, "{");
    case '}':
        return take_mark(scan, TOKEN_CLOSE, "}");
    case '=':
        return take_mark(scan, TOKEN_EQUALS, "=");
    case ',':
        return take_mark(scan, TOKEN_COMMA, ",");
    case '"':
    case '\'':
        return take_quoted_word(scan);
    default:
        return strncmp(scan->at, "+=", 2) == 0 ? take_mark(scan, TOKEN_APPEND, "+=") : take_plain_word(scan);
    }
}

struct token scan_peek(const struct scan *scan, int skipped)
{
    struct problems unheard;
    struct scan copy = *scan;
    struct token token;

    problems_begin(&unheard, scan->mem, "");
    copy.problems = &unheard;
    do
        token = scan_next(&copy);
    while (skipped-- > 0);
    talloc_free(unheard.list);
    return token;
}
