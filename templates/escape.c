#include "templates/escape.h"

#include <stdbool.h>
#include <string.h>

static const struct ending {
    const char *ending;
    enum template_kind kind;
} endings[] = {
    { ".txt", TEMPLATE_TEXT },
    { ".html", TEMPLATE_HTML },
    { ".csv", TEMPLATE_CSV },
    { ".mustache", TEMPLATE_HTML },
};

enum template_kind template_kind_of(const char *path)
{
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcmp(dot, endings[i].ending) == 0)
            return endings[i].kind;
    return TEMPLATE_RAW;
}

const char *template_ending(enum template_kind kind)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (endings[i].kind == kind)
            return endings[i].ending;
    return "";
}

/* What the next bytes mean to a phone. Shown bytes are taken one at a time, so malformed UTF-8 cannot hide
 * what follows it. */
struct stretch {
    size_t length;
    enum { SHOWN, BREAK, HIDDEN } kind;
};

static struct stretch break_or_control(unsigned char c)
{
    bool is_break = c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';

    return (struct stretch){ 1, is_break ? BREAK : HIDDEN };
}

/* U+2000 to U+206F: E2 80 xx and E2 81 xx. */
static struct stretch general_punctuation(unsigned char second, unsigned char third)
{
    if (second == 0x80) {
        if (third == 0xA8 || third == 0xA9) /* line and paragraph separator */
            return (struct stretch){ 3, BREAK };
        if (third == 0x8E || third == 0x8F || (third >= 0xAA && third <= 0xAE)) /* LRM RLM LRE..RLO */
            return (struct stretch){ 3, HIDDEN };
    }
    if (second == 0x81 && third >= 0xA6 && third <= 0xA9) /* LRI RLI FSI PDI */
        return (struct stretch){ 3, HIDDEN };
    return (struct stretch){ 1, SHOWN };
}

static struct stretch stretch_at(const char *text, size_t length)
{
    unsigned char c[3] = { 0 };

    memcpy(c, text, length < 3 ? length : 3);
    if (c[0] < 0x20 || c[0] == 0x7F)
        return break_or_control(c[0]);
    if (c[0] == 0xC2 && c[1] >= 0x80 && c[1] <= 0x9F) /* C1; U+0085 is the "next line" of old */
        return (struct stretch){ 2, c[1] == 0x85 ? BREAK : HIDDEN };
    if (c[0] == 0xD8 && c[1] == 0x9C) /* Arabic letter mark */
        return (struct stretch){ 2, HIDDEN };
    if (c[0] == 0xE2 && length >= 3 && (c[1] == 0x80 || c[1] == 0x81))
        return general_punctuation(c[1], c[2]);
    return (struct stretch){ 1, SHOWN };
}

static void escape_text(FILE *out, const char *text, size_t length)
{
    size_t written = 0;
    bool in_break = false;

    for (size_t i = 0; i < length;) {
        struct stretch stretch = stretch_at(text + i, length - i);

        if (stretch.kind != SHOWN) {
            fwrite(text + written, 1, i - written, out);
            if (stretch.kind == BREAK && !in_break)
                fputc(' ', out);
            written = i + stretch.length;
        }
        in_break = stretch.kind == BREAK;
        i += stretch.length;
    }
    fwrite(text + written, 1, length - written, out);
}

static const char *html_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void escape_html(FILE *out, const char *text, size_t length)
{
    size_t written = 0;

    for (size_t i = 0; i < length; i++) {
        const char *entity = html_entity(text[i]);

        if (!entity)
            continue;
        fwrite(text + written, 1, i - written, out);
        fputs(entity, out);
        written = i + 1;
    }
    fwrite(text + written, 1, length - written, out);
}

/* ITU-T E.164: + and up to 15 digits, the first of a country code never 0; seven is the shortest in use. */
static bool is_e164(const char *text, size_t length)
{
    if (length < 8 || length > 16 || text[0] != '+' || text[1] == '0')
        return false;
    for (size_t i = 1; i < length; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

static bool has_any(const char *text, size_t length, const char *characters)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] != '\0' && strchr(characters, text[i]))
            return true;
    return false;
}

/*
 * Puts an apostrophe before a cell that a spreadsheet would run as a formula, but not before a phone number's
 * plus. Also quotes what only some spreadsheets take as a separator.
 */
static void escape_csv(FILE *out, const char *text, size_t length)
{
    bool is_formula = length > 0 && has_any(text, 1, "=+-@\t\r") && !is_e164(text, length);
    bool is_quoted =
        has_any(text, length, ",\"\r\n\t;") || (length > 0 && (text[0] == ' ' || text[length - 1] == ' '));

    if (is_quoted)
        fputc('"', out);
    if (is_formula)
        fputc('\'', out);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            fputc('"', out);
        fputc(text[i], out);
    }
    if (is_quoted)
        fputc('"', out);
}

void escape(FILE *out, enum template_kind kind, const char *text, size_t length)
{
    switch (kind) {
    case TEMPLATE_RAW:
        fwrite(text, 1, length, out);
        break;
    case TEMPLATE_TEXT:
        escape_text(out, text, length);
        break;
    case TEMPLATE_HTML:
        escape_html(out, text, length);
        break;
    case TEMPLATE_CSV:
        escape_csv(out, text, length);
        break;
    }
}
