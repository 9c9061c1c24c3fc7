/*
 * A request to the GeoReport interface: its fields, its sender, and the answer in the requested format.
 */
#ifndef GATEWAY_HTTP_OPEN311_ASKED_H
#define GATEWAY_HTTP_OPEN311_ASKED_H

#include <json-c/json.h>

#include "gateway/http/exchange.h"
#include "gateway/http/open311/entries.h"

struct asked {
    struct exchange *exchange;
    void *mem;              /* what is made for the answer; each entry of a list has its own, and frees it */
    const char *resource;   /* "requests"; without the format */
    const char *id;         /* the path behind it: "26000010"; "": none */
    bool is_json;           /* else XML */
    struct entries entries; /* of the query, and of the body */
    const char *line; /* EVENT_LINE_FORMS and the name of the program whose key was given; NULL: no key */
};

/* open311.c. Answers with the tree and frees it. root: the XML document's outermost element. */
void asked_answer(struct asked *asked, int status, const char *root, struct json_object *tree);

/* Answers with an error; words is copied. */
void asked_refuse(struct asked *asked, int status, const char *words);

/* Answers 503 because the store failed; the client may send the request again. */
void asked_store_failed(struct asked *asked);

/* Adds a text; nothing for NULL or "", because clients take an empty element for an error. */
void asked_add(struct json_object *object, const char *name, const char *text);
/* Adds a time in seconds as W3C date and time with its zone; nothing for 0. */
void asked_add_time(struct json_object *object, const char *name, int64_t at);

/* A text for people, from templates/LANGUAGE/NAME.txt, from asked->mem. data is released. */
const char *asked_words(struct asked *asked, const char *name, struct json_object *data);

/*
 * Handlers of resources. Each sends the answer.
 */
/* services.c */
void open311_discovery(struct asked *asked);
void open311_services(struct asked *asked);
/* The name of the service with this code, from asked->mem; NULL: there is none. */
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
