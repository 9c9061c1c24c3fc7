/*
 * What the API's handlers share: parameters, pages, and what may be shown to whom.
 */
#ifndef GATEWAY_HTTP_API_H
#define GATEWAY_HTTP_API_H

#include <json-c/json.h>

#include "gateway/http/exchange.h"
#include "store/cases.h"
#include "store/events.h"
#include "store/notices.h"
#include "store/steps.h"

enum { PAGE_MOST = 500, PAGE_PRESET = 100 };

/*
 * A page of a list. As JSON {"items": [...], "next": cursor or null}; with Accept: application/x-ndjson one
 * item a line, and the next cursor in the header X-Next.
 */
struct page {
    struct exchange *exchange;
    struct pair *query;
    size_t n_query;
    const char *wrong; /* the first parameter that cannot be; answered with 400 */
    int limit;
    int64_t after;
    struct json_object *items;
    const char *next; /* the cursor behind the last item */
    bool has_more;
    bool has_failed;
};

/* Reads the query; every parameter but limit and after must be known (ends with NULL). False: answered. */
bool page_begin(struct page *page, struct exchange *exchange, const char *const *known);
/* A parameter; NULL when it is not given. */
const char *page_text(const struct page *page, const char *name);
/* 0 when it is not given; a date counts from its first moment in the configured zone. */
int64_t page_time(struct page *page, const char *name);
void page_is_wrong(struct page *page, const char *name);
/* Takes the item; cursor is what page.after says to go on behind it. False: the page is full. */
bool page_add(struct page *page, struct json_object *item, int64_t cursor);
/* is_good: the store could be read. Lets the items go. */
void page_end(struct page *page, bool is_good);

/* Takes the object. */
void api_answer(struct exchange *exchange, int status, struct json_object *object);
void api_store_failed(struct exchange *exchange);

/* The body as a JSON object whose members are all known; NULL: answered with 400. */
struct json_object *api_body(struct exchange *exchange, const char *const *known);

bool api_may_see(const struct exchange *exchange, bool is_guarded);

/* api_view.c: views. A number that belongs to an anonymous reporter is null. */
struct json_object *view_case(void *mem, struct store *store, const struct case_ *case_);
struct json_object *view_step(const struct case_ *case_, const struct step *step);
struct json_object *view_event(struct exchange *exchange, const struct event *event,
                               const struct case_ *case_);
struct json_object *view_notice(struct exchange *exchange, const struct notice *notice,
                                const struct case_ *case_);

/* The case of an id; NULL and true for 0. */
bool api_case(struct exchange *exchange, int64_t id, struct case_ **case_);

/*
 * Handlers of endpoints, run by a worker: exchange->store and exchange->token are set. Each answers the
 * exchange, with the status and the schema that openapi.json states.
 */
/* api_cases.c: */
void api_list_cases(struct exchange *exchange);
void api_show_case(struct exchange *exchange);
void api_report(struct exchange *exchange);
/* api_records.c: */
void api_list_events(struct exchange *exchange);
void api_file_event(struct exchange *exchange);
void api_list_notices(struct exchange *exchange);
void api_show_notice(struct exchange *exchange);
void api_send_notice(struct exchange *exchange);
/* api_describe.c: */
void api_describe(struct exchange *exchange);

#endif
