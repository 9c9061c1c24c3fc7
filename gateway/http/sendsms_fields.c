#include "gateway/http/sendsms_fields.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/charset.h"
#include "gateway/provider/fields.h"

/* Compares the media type without its parameters. */
static bool is_type(const char *header, const char *type)
{
    size_t n = strlen(type);

    return header && strncasecmp(header, type, n) == 0 && (header[n] == '\0' || strchr(" ;\t", header[n]));
}

bool sendsms_fields_read(struct exchange *exchange, struct sendsms_fields *fields)
{
    const char *type = exchange_header(exchange, "Content-Type"), *mark = strchr(exchange->uri, '?');

    *fields = (struct sendsms_fields){ .exchange = exchange, .query = mark ? mark + 1 : "" };
    if (strcmp(exchange->method, "POST") != 0)
        return true;
    fields->has_headers = is_type(type, "text/plain") || is_type(type, "application/octet-stream");
    fields->has_form = !type || is_type(type, "application/x-www-form-urlencoded");
    return fields->has_headers || fields->has_form || exchange->length == 0;
}

static const char *octets_of(const struct sendsms_fields *fields, const char *name, size_t *n)
{
    struct exchange *exchange = fields->exchange;
    const char *found = form_octets(exchange, fields->query, strlen(fields->query), name, n);

    if (!found && fields->has_form)
        found = form_octets(exchange, exchange->body ? exchange->body : "", exchange->length, name, n);
    return found;
}

const char *sendsms_field(const struct sendsms_fields *fields, const char *name)
{
    const char *found;
    size_t n = 0;

    if (fields->has_headers)
        return exchange_header(fields->exchange, talloc_asprintf(fields->exchange, "X-Kannel-%s", name));
    found = octets_of(fields, name, &n);
    return found && strlen(found) == n ? found : NULL;
}

bool sendsms_has_udh(const struct sendsms_fields *fields)
{
    size_t n = 0;
    const char *udh;

    if (fields->has_headers)
        return sendsms_field(fields, "UDH") != NULL;
    udh = octets_of(fields, "udh", &n);
    return udh && n > 0 && !(n == 1 && *udh == 0);
}

int sendsms_number(const struct sendsms_fields *fields, const char *name)
{
    const char *text = sendsms_field(fields, name);
    char *end = NULL;
    long number = text ? strtol(text, &end, 10) : SENDSMS_UNDEFINED;

    if (!text || end == text)
        return SENDSMS_UNDEFINED;
    return number > INT_MAX ? INT_MAX : number < INT_MIN ? INT_MIN : (int)number;
}

/* Kannel's preset is UTF-8, and UTF-16BE for coding=2. */
const char *sendsms_text(const struct sendsms_fields *fields)
{
    struct exchange *exchange = fields->exchange;
    const char *charset = sendsms_field(fields, "charset"), *octets = exchange->body;
    bool is_wide = !fields->has_headers && sendsms_number(fields, "coding") == 2;
    size_t n = exchange->length;

    if (fields->has_headers)
        charset = charset_of_type(exchange, exchange_header(exchange, "Content-Type"));
    else
        octets = octets_of(fields, "text", &n);
    if (!charset || !*charset)
        charset = is_wide ? "UTF-16BE" : "UTF-8";
    charset = charset_find(charset);
    if (!charset)
        return NULL;
    return octets && n > 0 ? charset_to_utf8(exchange, octets, n, charset, false) : "";
}
