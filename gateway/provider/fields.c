#include "gateway/provider/fields.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistr.h>

#include "modem/number/number.h"
#include "modem/number/number_scan.h"

const char *pair_value(const struct pair *pairs, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[i].name, name) == 0)
            return pairs[i].value;
    return NULL;
}

const char *header_value(const struct hook_request *request, const char *name)
{
    for (size_t i = 0; i < request->n_headers; i++)
        if (strcasecmp(request->headers[i].name, name) == 0)
            return request->headers[i].value;
    return NULL;
}

/* Any octets, and a NUL behind them; NULL: a broken escape. */
static char *decode_octets(void *mem, const char *text, size_t length, size_t *n)
{
    char *plain = talloc_size(mem, length + 1);

    *n = 0;
    for (size_t i = 0; i < length; i++, ++*n) {
        plain[*n] = text[i] == '+' ? ' ' : text[i];
        if (text[i] == '%') {
            if (i + 2 >= length || !isxdigit((unsigned char)text[i + 1]) ||
                !isxdigit((unsigned char)text[i + 2]))
                return NULL;
            plain[*n] = (char)strtol((char[]){ text[i + 1], text[i + 2], '\0' }, NULL, 16);
            i += 2;
        }
    }
    plain[*n] = '\0';
    return plain;
}

/* NULL: a broken escape, a NUL, or no UTF-8. */
static const char *decode(void *mem, const char *text, size_t length)
{
    size_t n;
    const char *plain = decode_octets(mem, text, length, &n);

    return plain && strlen(plain) == n && !u8_check((const uint8_t *)plain, n) ? plain : NULL;
}

static bool add_pair(struct pair *pairs, size_t *n, const char *text, size_t length)
{
    const char *equals = memchr(text, '=', length);
    size_t name = equals ? (size_t)(equals - text) : length;

    if (*n == FORM_FIELDS_MOST)
        return false;
    pairs[*n].name = decode(pairs, text, name);
    pairs[*n].value = equals ? decode(pairs, equals + 1, length - name - 1) : "";
    return pairs[*n].name && pairs[(*n)++].value;
}

bool form_parse(void *mem, const char *text, size_t length, struct pair **pairs, size_t *n)
{
    size_t room = 1;

    for (size_t i = 0; i < length; i++)
        room += text[i] == '&';
    *n = 0;
    *pairs = talloc_zero_array(mem, struct pair, room < FORM_FIELDS_MOST ? room : FORM_FIELDS_MOST);
    for (size_t from = 0; from < length;) {
        const char *end = memchr(text + from, '&', length - from);
        size_t piece = end ? (size_t)(end - text) - from : length - from;

        if (piece > 0 && !add_pair(*pairs, n, text + from, piece))
            return false;
        from += piece + 1;
    }
    return true;
}

/* Whether an encoded name is this one. */
static bool is_name(const char *text, size_t length, const char *name)
{
    void *mem = talloc_new(NULL);
    const char *plain =
        memchr(text, '%', length) ? decode(mem, text, length) : talloc_strndup(mem, text, length);
    bool is_same = plain && strcmp(plain, name) == 0;

    talloc_free(mem);
    return is_same;
}

const char *form_octets(void *mem, const char *text, size_t length, const char *name, size_t *n)
{
    for (size_t from = 0; from < length;) {
        const char *piece = text + from, *end = memchr(piece, '&', length - from);
        size_t size = end ? (size_t)(end - piece) : length - from;
        const char *equals = memchr(piece, '=', size);
        size_t name_size = equals ? (size_t)(equals - piece) : size;

        if (equals && is_name(piece, name_size, name))
            return decode_octets(mem, equals + 1, size - name_size - 1, n);
        from += size + 1;
    }
    return NULL;
}

static int put_json(struct json_object **held)
{
    json_object_put(*held);
    return 0;
}

/* What follows a document may only be white space. */
static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!strchr(" \t\r\n", text[i]) || text[i] == '\0')
            return false;
    return true;
}

/* The octets of a string that begins at its quote. */
static size_t string_length(const char *text, size_t length)
{
    size_t n = 1;

    while (n < length && text[n] != '"')
        n += text[n] == '\\' ? 2 : 1;
    return n < length ? n + 1 : length;
}

/*
 * A copy in which integers of more digits than 64 bits always hold are strings, with the length *n: json-c
 * makes one and the same number of all that are too large, and ids would no longer tell their texts apart.
 */
static char *quote_long_numbers(void *mem, const char *text, size_t length, size_t *n)
{
    enum { DIGITS_HELD = 18 };
    size_t room = length + 2 * (length / DIGITS_HELD) + 3;
    char *copy = talloc_size(mem, room);

    *n = 0;
    for (size_t at = 0, taken; at < length; at += taken) {
        size_t sign = text[at] == '-', digits = 0;

        while (at + sign + digits < length && isdigit((unsigned char)text[at + sign + digits]))
            digits++;
        taken = text[at] == '"' ? string_length(text + at, length - at) : digits ? sign + digits : 1;
        bool is_long = digits > DIGITS_HELD && text[at + sign] != '0' &&
                       (at + taken == length || !strchr(".eE", text[at + taken]));

        if (is_long)
            copy[(*n)++] = '"';
        memcpy(copy + *n, text + at, taken);
        *n += taken;
        if (is_long)
            copy[(*n)++] = '"';
    }
    copy[*n] = '\0';
    return copy;
}

/* Some programs begin with a byte order mark what they send in UTF-8 (RFC 8259 8.1). */
static size_t mark_length(const char *text, size_t length)
{
    return length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

struct json_object *json_parse(void *mem, const char *body, size_t body_length)
{
    struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH_MOST);
    struct json_object *json = NULL, **held = talloc_zero(mem, struct json_object *);
    size_t mark = mark_length(body, body_length), length;
    const char *text = quote_long_numbers(held, body + mark, body_length - mark, &length);

    if (length < INT32_MAX && !u8_check((const uint8_t *)text, length)) {
        json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
        json = json_tokener_parse_ex(tokener, text, (int)length);
        /* a number alone ends only where something follows it */
        if (!json && json_tokener_get_error(tokener) == json_tokener_continue)
            json = json_tokener_parse_ex(tokener, "", 1);
        else if (json && !is_blank(text + json_tokener_get_parse_end(tokener),
                                   length - json_tokener_get_parse_end(tokener)))
            json_object_put(json), json = NULL;
    }
    json_tokener_free(tokener);
    if (!json) {
        talloc_free(held);
        return NULL;
    }
    *held = json;
    talloc_set_destructor(held, put_json);
    return json;
}

struct json_object *json_at(struct json_object *from, const char *path)
{
    struct json_object *found = NULL;

    if (!path || *path == '\0')
        return from;
    if (*path == '/')
        return json_pointer_get(from, path, &found) == 0 ? found : NULL;
    if (json_object_is_type(from, json_type_object))
        json_object_object_get_ex(from, path, &found);
    return found;
}

const char *json_field(void *mem, struct json_object *from, const char *path)
{
    struct json_object *found = path ? json_at(from, path) : NULL;
    const char *text;
    size_t length;

    switch (json_object_get_type(found)) {
    case json_type_string:
        text = json_object_get_string(found);
        length = (size_t)json_object_get_string_len(found);
        return memchr(text, '\0', length) ? NULL : talloc_strndup(mem, text, length);
    case json_type_double:
        if (!isfinite(json_object_get_double(found)))
            return NULL;
        return talloc_strdup(mem, json_object_get_string(found));
    case json_type_int:
    case json_type_boolean:
        return talloc_strdup(mem, json_object_get_string(found));
    default:
        return NULL;
    }
}

bool request_is_json(const struct hook_request *request)
{
    const char *type = header_value(request, "Content-Type");
    size_t blank = 0;

    if (type && strcasestr(type, "json"))
        return true;
    if (type && strcasestr(type, "x-www-form-urlencoded"))
        return false;
    while (blank < request->length && isspace((unsigned char)request->body[blank]))
        blank++;
    return blank < request->length && strchr("{[", request->body[blank]) && request->body[blank];
}

static bool parse_number_time(const char *text, int64_t *at)
{
    char *end;
    long long number = strtoll(text, &end, 10);

    if (*end == '.' && end[strspn(end + 1, "0123456789") + 1] == '\0')
        end = strchr(end, '\0');
    if (*end || number <= 0 || number > 99999999999999)
        return false;
    *at = number > 99999999999 ? number / 1000 : number;
    return true;
}

/* "", "Z", "+08:00", "+0800", "+08": false when none of these. */
static bool parse_zone(const char *text, bool *has_zone, long *offset)
{
    int hours, minutes = 0, used = 0;

    text += strspn(text, " ");
    *has_zone = *text != '\0';
    *offset = 0;
    if (!*has_zone || strcmp(text, "Z") == 0 || strcmp(text, "UTC") == 0)
        return true;
    if ((*text != '+' && *text != '-') || !isdigit((unsigned char)text[1]))
        return false;
    if (sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &used) < 2 &&
        sscanf(text + 1, "%2d%2d%n", &hours, &minutes, &used) < 2)
        sscanf(text + 1, "%2d%n", &hours, &used);
    *offset = (*text == '-' ? -1 : 1) * (hours * 3600L + minutes * 60L);
    return text[1 + used] == '\0' && hours <= 14 && minutes >= 0 && minutes < 60;
}

/* False: there is no such day, as 30 February; another one would be taken in its place. */
static bool make_time(struct tm *parsed, bool has_zone, long offset, int64_t *at)
{
    int month = parsed->tm_mon, day = parsed->tm_mday;
    int64_t moment;

    if (parsed->tm_sec > 59) /* a leap second */
        parsed->tm_sec = 59;
    moment = has_zone ? timegm(parsed) - offset : mktime(parsed);
    if (parsed->tm_mon != month || parsed->tm_mday != day)
        return false;
    *at = moment;
    return true;
}

bool provider_time(const char *text, int64_t *at)
{
    static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S",
                                         "%Y-%m-%dT%H:%M", "%Y%m%d%H%M%S" };
    bool is_digits = text[strspn(text, "0123456789.")] == '\0';

    if (is_digits && strlen(text) != 14)
        return parse_number_time(text, at);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct tm parsed = { .tm_isdst = -1 };
        const char *rest = strptime(text, forms[i], &parsed);
        bool has_zone;
        long offset;

        if (!rest)
            continue;
        if (*rest == '.')
            rest += 1 + strspn(rest + 1, "0123456789");
        if (!parse_zone(rest, &has_zone, &offset))
            continue;
        return make_time(&parsed, has_zone, offset, at);
    }
    return is_digits && parse_number_time(text, at);
}

const char *provider_number(void *mem, const char *text, bool is_international)
{
    bool lacks_plus = is_international && *text && text[strspn(text, "0123456789")] == '\0' && *text != '0';
    const char *written = lacks_plus ? talloc_asprintf(mem, "+%s", text) : text;
    struct number number = number_normalise(written, "CN");

    return talloc_strdup(mem, number.kind == NUMBER_REAL && *number.e164 ? number.e164 : text);
}

const char *provider_addressee(void *mem, const char *text)
{
    struct number number = number_normalise(text, "CN");

    if (!number_is_plain(text))
        return NULL;
    if (number_is_subscriber(&number))
        return talloc_strdup(mem, number.e164);
    return number.kind == NUMBER_SHORT_CODE || number.kind == NUMBER_SP ? talloc_strdup(mem, text) : NULL;
}
