#include "modem/at_lines.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool starts_with(const char *line, const char *start)
{
    return strncmp(line, start, strlen(start)) == 0;
}

static const char *skip_spaces(const char *s)
{
    while (*s == ' ' || *s == '\t')
        s++;
    return s;
}

/* The number and the words behind "+CMS ERROR:": either may be missing. */
static void read_error(const char *rest, struct at_result *result)
{
    char *end;
    long code;

    rest = skip_spaces(rest);
    code = strtol(rest, &end, 10);
    if (end != rest) {
        result->code = code >= 0 && code <= 9999 ? (int)code : -1;
        rest = skip_spaces(end);
    }
    result->text = rest;
}

bool at_is_final(const char *line, struct at_result *result)
{
    static const struct {
        const char *line;
        enum at_final final;
        bool has_error; /* a number or words follow */
    } finals[] = {
        { "OK", AT_OK, false },
        { "ERROR", AT_ERROR, false },
        { "+CME ERROR:", AT_CME, true },
        { "+CMS ERROR:", AT_CMS, true },
        { "COMMAND NOT SUPPORT", AT_ERROR, false }, /* Huawei */
        { "COMMAND NOT SUPPORTED", AT_ERROR, false },
        { "TOO MANY PARAMETERS", AT_ERROR, false }, /* Huawei */
        { "OPERATION NOT ALLOWED", AT_ERROR, false },
        { "ABORTED", AT_ERROR, false },
        { "+CME ERROR", AT_CME, true }, /* without the colon */
        { "+CMS ERROR", AT_CMS, true },
        { "NO CARRIER", AT_NO_CARRIER, false },
        { "NO ANSWER", AT_NO_CARRIER, false },
        { "NO DIALTONE", AT_NO_CARRIER, false },
        { "NO DIAL TONE", AT_NO_CARRIER, false },
        { "BUSY", AT_NO_CARRIER, false },
    };

    for (size_t i = 0; i < sizeof finals / sizeof *finals; i++) {
        if (finals[i].has_error ? !starts_with(line, finals[i].line) : strcmp(line, finals[i].line) != 0)
            continue;
        *result = (struct at_result){ .final = finals[i].final, .code = -1, .text = "" };
        if (finals[i].has_error)
            read_error(line + strlen(finals[i].line), result);
        return true;
    }
    return false;
}

const char *at_result_words(const char *line)
{
    static const char *const words[] = { "OK",    "CONNECT",     "RING", "NO CARRIER", "ERROR",
                                         "ERROR", "NO DIALTONE", "BUSY", "NO ANSWER" };
    size_t number = (size_t)(unsigned char)*line - '0';

    return number < sizeof words / sizeof *words && line[1] == '\0' ? words[number] : line;
}

/* Whether line differs from right by one octet added, lost or changed. */
static bool is_one_octet_off(const char *line, const char *right)
{
    size_t n = strlen(line), m = strlen(right), front = 0, back = 0;
    size_t longer = n > m ? n : m, shorter = n > m ? m : n;

    if (n == 0 || longer - shorter > 1 || strcmp(line, right) == 0)
        return false;
    while (front < shorter && line[front] == right[front])
        front++;
    while (back < shorter - front && line[n - 1 - back] == right[m - 1 - back])
        back++;
    return front + back + 1 >= longer;
}

bool at_is_damaged_final(const char *line)
{
    struct at_result result;

    if (at_is_final(line, &result))
        return false;
    return is_one_octet_off(line, "OK") || is_one_octet_off(line, "ERROR") || strstr(line, "ERROR:") ||
           starts_with(line, "+CMS ER") || starts_with(line, "+CME ER");
}

bool at_is_echo(const char *line)
{
    if (strncasecmp(line, "AT", 2) != 0)
        return false;
    return line[2] == '\0' || strchr("+^*#$%", line[2]) ||
           (strchr("EeZzHh", line[2]) && (!isalpha((unsigned char)line[3]) || line[3] == '\0'));
}

bool at_is_hex(const char *line, size_t min)
{
    size_t n = strspn(line, "0123456789ABCDEFabcdef");

    return line[n] == '\0' && n >= min && n % 2 == 0;
}

size_t at_glued_at(const char *line)
{
    bool quoted = false;

    for (size_t i = 0; line[i]; i++) {
        if (line[i] == '"')
            quoted = !quoted;
        if (i > 0 && !quoted && (line[i] == '+' || line[i] == '^') && at_find_code(line + i) &&
            strchr(line + i, ':'))
            return i;
    }
    return 0;
}

const char *at_parameters(const char *line)
{
    const char *colon = strchr(line, ':');

    if (!colon || !strchr("+^*#$%", *line) || memchr(line, '"', (size_t)(colon - line)))
        return line;
    return skip_spaces(colon + 1);
}

/* A closing quote has a comma, a parenthesis or the end behind it; another one is part of the text. */
static const char *closing_quote(const char *s)
{
    for (; *s; s++)
        if (*s == '"' && strchr(",)", *skip_spaces(s + 1)))
            return s;
    return NULL;
}

static const char *read_field(const char *s, struct at_field *field)
{
    const char *end;

    s = skip_spaces(s);
    field->was_quoted = *s == '"';
    field->at = field->was_quoted ? s + 1 : s;
    end = field->was_quoted ? closing_quote(s + 1) : NULL;
    if (end) {
        field->length = (size_t)(end - field->at);
        return skip_spaces(end + 1);
    }
    end = field->at + strcspn(field->at, ",");
    s = end;
    while (end > field->at && strchr(" \t\"", end[-1]))
        end--;
    field->length = (size_t)(end - field->at);
    return s;
}

size_t at_fields(const char *line, struct at_field fields[AT_FIELDS])
{
    const char *s = at_parameters(line);
    size_t n = 0;

    if (*s == '\0')
        return 0;
    while (n < AT_FIELDS) {
        s = read_field(s, &fields[n++]);
        s += strcspn(s, ",");
        if (*s++ != ',')
            break;
    }
    return n;
}

void at_field_text(const struct at_field *field, char *text, size_t size)
{
    size_t n = field->length < size ? field->length : size - 1;

    memcpy(text, field->at, n);
    text[n] = '\0';
}

long at_field_number(const struct at_field *field, long otherwise)
{
    char text[16];
    char *end;
    long number;

    if (field->length == 0 || field->length >= sizeof text)
        return otherwise;
    at_field_text(field, text, sizeof text);
    number = strtol(text, &end, 10);
    return *end == '\0' ? number : otherwise;
}

void at_command_name(const char *command, char *name, size_t size)
{
    size_t n;

    if (strncasecmp(command, "AT", 2) == 0)
        command += 2;
    n = strcspn(command, "=?;\r");
    if (n >= size)
        n = size - 1;
    memcpy(name, command, n);
    name[n] = '\0';
}

bool at_answers(const char *line, const char *name)
{
    size_t n = strlen(name);

    return n > 1 && strncasecmp(line, name, n) == 0 && *skip_spaces(line + n) == ':';
}
