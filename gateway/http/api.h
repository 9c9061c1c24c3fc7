/*
 * What the API's handlers share: parameters, pages, views, and what a token may see.
 */
#ifndef GATEWAY_HTTP_API_H
#define GATEWAY_HTTP_API_H

#include <json-c/json.h>

#include "gateway/http/exchange.h"
#include "gateway/turn/similar.h"
#include "store/cases.h"
#include "store/events.h"
#include "store/notices.h"
#include "store/steps.h"

enum { PAGE_MOST = 500, PAGE_PRESET = 100 };

/*
 * A page of a list, answered as JSON {"items": [...], "next": cursor or null}, or, with Accept:
 * application/x-ndjson, as one item a line with the next cursor in the header X-Next.
 */
struct page {
    struct exchange *exchange;
    struct pair *query;
    size_t n_query;
    const char *wrong; /* the first parameter with an invalid value, answered with 400; NULL */
    int limit;
    int64_t after;
    struct json_object *items;
    const char *next; /* cursor that continues after the last item */
    bool has_more;
    bool has_failed;
    int64_t viewed[PAGE_MOST]; /* cases that the page shows something of */
    size_t n_viewed;
};

/* Reads the query. known (ends with NULL) names the parameters besides limit and after; false: already
 * answered with 400, and page_end must not be called. */
bool page_begin(struct page *page, struct exchange *exchange, const char *const *known);
/* A parameter; NULL when it is not given. */
const char *page_text(const struct page *page, const char *name);
/* Unix seconds; 0 when it is not given. A date means its first second in the configured zone. */
int64_t page_time(struct page *page, const char *name);
/* Marks a parameter as invalid; the first one marked is named in the answer. */
void page_is_wrong(struct page *page, const char *name);
/* Takes ownership of the item; cursor is the value of `after` that continues behind it. False: the page is
 * full. */
bool page_add(struct page *page, struct json_object *item, int64_t cursor);
/* The item that was added last shows something of this case; 0: of none. */
void page_shows(struct page *page, int64_t case_id);
/* Notes which cases are shown (api_note_views), answers, and frees the items; is_good false: 503, the store
 * could not be read. */
void page_end(struct page *page, bool is_good);

/*
 * Notes in the steps of these cases that the token was shown them, once in 24 hours for each token and case.
 * False: answered with 503, and nothing of them may be shown. Reorders ids.
 */
bool api_note_views(struct exchange *exchange, int64_t *ids, size_t n);

/* Answers with the object as JSON, and frees it. */
void api_answer(struct exchange *exchange, int status, struct json_object *object);
/* 503 with Retry-After. */
void api_store_failed(struct exchange *exchange);

/* The body as a JSON object of strings, freed with the exchange. NULL: it is none or has a member that is not
 * known (ends with NULL), and was answered with 400. */
struct json_object *api_body(struct exchange *exchange, const char *const *known);

/* Whether the token may see this: always, unless it belongs to a restricted case. */
bool api_may_see(const struct exchange *exchange, bool is_guarded);

/* api_view.c: views, owned by the caller. The number of a reporter who asked not to be named is null. */
struct json_object *view_similar(void *mem, struct store *store, const struct similar_case *similar);
struct json_object *view_case(void *mem, struct store *store, const struct case_ *case_);
struct json_object *view_step(const struct case_ *case_, const struct step *step);
struct json_object *view_event(struct exchange *exchange, const struct event *event,
                               const struct case_ *case_);
struct json_object *view_notice(struct exchange *exchange, const struct notice *notice,
                                const struct case_ *case_);

/* *case_ becomes the case of this id, from the exchange; NULL for 0. False: the store failed. */
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
/* api_recordings.c: */
void api_file_recording(struct exchange *exchange);
/* The API's own description. */
void api_describe(struct exchange *exchange);

#endif
