/*
 * A request of the GeoReport interface: its fields, who asks, and the answer in the format that was asked
 * for.
 */
#ifndef GATEWAY_HTTP_OPEN311_ASKED_H
#define GATEWAY_HTTP_OPEN311_ASKED_H

#include <json-c/json.h>

#include "gateway/http/exchange.h"
#include "gateway/http/open311/entries.h"

struct asked {
    struct exchange *exchange;
    const char *resource;   /* "requests"; without the format */
    const char *id;         /* what stands behind it: "26000010"; "" none */
    bool is_json;           /* else XML */
    struct entries entries; /* of the query, and of the body */
    const char *line; /* of the program whose key was given: EVENT_LINE_FORMS and its name; NULL: none */
};

/* open311.c. Answers with the tree, which it frees. root: the XML document's outermost element. */
void asked_answer(struct asked *asked, int status, const char *root, struct json_object *tree);

/* Answers with an error; words are copied. */
void asked_refuse(struct asked *asked, int status, const char *words);

/* The same when the store failed: 503, to be sent again. */
void asked_store_failed(struct asked *asked);

/* Adds a text; nothing for NULL or "", since clients take an element without content for a failure. */
void asked_add(struct json_object *object, const char *name, const char *text);
/* Adds a moment with its zone; nothing for 0. */
void asked_add_time(struct json_object *object, const char *name, int64_t at);

/* A text that a person reads, in the county's language, from the exchange: templates/zh/NAME.txt. data is
 * consumed. */
const char *asked_words(struct asked *asked, const char *name, struct json_object *data);

/*
 * Handlers of resources. Each answers.
 */
/* services.c */
void open311_discovery(struct asked *asked);
void open311_services(struct asked *asked);
/* The name of the service with this code, from the exchange; NULL: there is none. */
const char *open311_service_name(struct asked *asked, const char *code);
/* requests.c */
void open311_requests(struct asked *asked);
/* filing.c */
void open311_file(struct asked *asked);
void open311_token(struct asked *asked);
/* updates.c */
void open311_updates(struct asked *asked);
void open311_update(struct asked *asked);

#endif
