/*
 * Fields of a request for /cgi-bin/sendsms: in its query, in a form, or, as in Kannel's POST, in headers with
 * the text as the body.
 */
#ifndef GATEWAY_HTTP_SENDSMS_FIELDS_H
#define GATEWAY_HTTP_SENDSMS_FIELDS_H

#include "gateway/http/exchange.h"

enum { SENDSMS_UNDEFINED = -1 };

struct sendsms_fields {
    struct exchange *exchange;
    const char *query;
    bool has_form;
    bool has_headers; /* the fields are in X-Kannel- headers alone */
};

/* False: the Content-Type is not supported. */
bool sendsms_fields_read(struct exchange *exchange, struct sendsms_fields *fields);

/* "to", "username" ...; NULL when it is not there or holds a NUL. */
const char *sendsms_field(const struct sendsms_fields *fields, const char *name);

/* Whether the request gives a user data header (23.040 9.2.3.24) that is not empty. */
bool sendsms_has_udh(const struct sendsms_fields *fields);

/* SENDSMS_UNDEFINED when the field is missing or not a number. */
int sendsms_number(const struct sendsms_fields *fields, const char *name);

/* The text in UTF-8; "" when there is none, NULL when its charset is unknown or the octets are not valid in
 * it. */
const char *sendsms_text(const struct sendsms_fields *fields);

#endif
