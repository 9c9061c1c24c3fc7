/*
 * What a request for /cgi-bin/sendsms says: in its query, in a form, or, as Kannel's POST has it, in headers
 * with the text as the body.
 */
#ifndef GATEWAY_HTTP_SENDSMS_FIELDS_H
#define GATEWAY_HTTP_SENDSMS_FIELDS_H

#include "gateway/http/exchange.h"

enum { SENDSMS_UNDEFINED = -1 };

struct sendsms_fields {
    struct exchange *exchange;
    const char *query;
    bool has_form;
    bool has_headers; /* they alone count then */
};

/* False: the body is of a kind that cannot be read. */
bool sendsms_fields_read(struct exchange *exchange, struct sendsms_fields *fields);

/* "to", "username" ...; NULL when it is not there or holds a NUL. */
const char *sendsms_field(const struct sendsms_fields *fields, const char *name);

/* Whether the text shall go out with a user data header of its own (23.040 9.2.3.24); an empty one is none.
 */
bool sendsms_has_udh(const struct sendsms_fields *fields);

/* SENDSMS_UNDEFINED when it is not there or no number. */
int sendsms_number(const struct sendsms_fields *fields, const char *name);

/* The text in UTF-8; "" when there is none, NULL when its charset is unknown or the text is not in it. */
const char *sendsms_text(const struct sendsms_fields *fields);

#endif
