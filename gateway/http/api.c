#include "gateway/http/api.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/http/token.h"
#include "gateway/provider/fields.h"
#include "templates/embedded.h"

enum { VIEW_SECONDS = 24 * 3600 };

static bool is_known(const char *const *known, const char *name)
{
    for (; *known; known++)
        if (strcmp(*known, name) == 0)
            return true;
    return false;
}

void page_is_wrong(struct page *page, const char *name)
{
    if (!page->wrong)
        page->wrong = name;
}

static int64_t page_number(struct page *page, const char *name, int64_t preset, int64_t least, int64_t most)
{
    const char *text = page_text(page, name);
    char *end;
    long long number;

    if (!text)
        return preset;
    number = strtoll(text, &end, 10);
    if (*end || end == text || number < least || number > most)
        page_is_wrong(page, name);
    return number;
}

bool page_begin(struct page *page, struct exchange *exchange, const char *const *known)
{
    *page = (struct page){ .exchange = exchange };
    if (!exchange_query(exchange, &page->query, &page->n_query)) {
        exchange_refuse(exchange, 400, "malformed query");
        return false;
    }
    for (size_t i = 0; i < page->n_query; i++) {
        const char *name = page->query[i].name;

        if (strcmp(name, "limit") != 0 && strcmp(name, "after") != 0 && !is_known(known, name)) {
            exchange_refuse(exchange, 400, talloc_asprintf(exchange, "unknown parameter: %s", name));
            return false;
        }
    }
    page->limit = (int)page_number(page, "limit", PAGE_PRESET, 1, PAGE_MOST);
    page->after = page_number(page, "after", 0, 0, INT64_MAX);
    page->items = json_object_new_array();
    return true;
}

const char *page_text(const struct page *page, const char *name)
{
    return pair_value(page->query, page->n_query, name);
}

int64_t page_time(struct page *page, const char *name)
{
    const char *text = page_text(page, name);
    int64_t at = 0;

    if (!text)
        return 0;
    /* the + of an offset, unless escaped, is decoded as a space */
    if (strlen(text) == 25 && text[19] == ' ')
        text = talloc_asprintf(page->exchange, "%.19s+%s", text, text + 20);
    if (strlen(text) == 10 && text[4] == '-')
        text = talloc_asprintf(page->exchange, "%s 00:00:00", text);
    if (!provider_time(text, &at))
        page_is_wrong(page, name);
    return at;
}

bool page_add(struct page *page, struct json_object *item, int64_t cursor)
{
    if ((int)json_object_array_length(page->items) == page->limit) {
        json_object_put(item);
        page->has_more = true;
        return false;
    }
    json_object_array_add(page->items, item);
    page->next = talloc_asprintf(page->exchange, "%lld", (long long)cursor);
    return true;
}

static const char *as_lines(struct exchange *exchange, struct json_object *items)
{
    char *text = talloc_strdup(exchange, "");

    for (size_t i = 0; i < json_object_array_length(items); i++) {
        struct json_object *item = json_object_array_get_idx(items, i);

        text = talloc_asprintf_append_buffer(
            text, "%s\n", json_object_to_json_string_ext(item, JSON_C_TO_STRING_NOSLASHESCAPE));
    }
    return text;
}

static void answer_page(struct page *page)
{
    struct exchange *exchange = page->exchange;
    const char *accept = exchange_header(exchange, "Accept"), *next = page->has_more ? page->next : NULL;
    struct json_object *object;

    if (accept && strstr(accept, "application/x-ndjson")) {
        exchange_add_header(exchange, "X-Next", next);
        exchange_answer(exchange, 200, "application/x-ndjson", as_lines(exchange, page->items));
        return;
    }
    object = json_object_new_object();
    json_object_object_add(object, "items", json_object_get(page->items));
    json_object_object_add(object, "next", next ? json_object_new_string(next) : NULL);
    api_answer(exchange, 200, object);
}

void page_shows(struct page *page, int64_t case_id)
{
    bool is_same = page->n_viewed > 0 && page->viewed[page->n_viewed - 1] == case_id;

    if (case_id && !is_same && page->n_viewed < PAGE_MOST)
        page->viewed[page->n_viewed++] = case_id;
}

struct noting {
    struct program_view view;
    int64_t *ids;
    size_t n;
};

static bool note_views(struct turn *turn, void *arg)
{
    const struct noting *noting = arg;

    return store_note_views(turn->store, &noting->view, noting->ids, noting->n);
}

bool api_note_views(struct exchange *exchange, int64_t *ids, size_t n)
{
    const char *name = exchange->token->name;
    struct noting noting = { .view = { .line = talloc_asprintf(exchange, "api:%s", name),
                                       .words = talloc_asprintf(exchange, "%s: %s", name, exchange->path),
                                       .at = exchange->now,
                                       .since = exchange->now - VIEW_SECONDS },
                             .ids = ids,
                             .n = n };

    if (store_unnoted_views(exchange->store, &noting.view, noting.ids, &noting.n) &&
        (noting.n == 0 || desk_do(exchange->server->desk, note_views, &noting)))
        return true;
    api_store_failed(exchange);
    return false;
}

void page_end(struct page *page, bool is_good)
{
    struct exchange *exchange = page->exchange;

    if (page->wrong)
        exchange_refuse(exchange, 400, talloc_asprintf(exchange, "invalid value for %s", page->wrong));
    else if (!is_good || page->has_failed)
        api_store_failed(exchange);
    else if (api_note_views(exchange, page->viewed, page->n_viewed))
        answer_page(page);
    json_object_put(page->items);
}

void api_answer(struct exchange *exchange, int status, struct json_object *object)
{
    exchange_answer(
        exchange, status, "application/json",
        talloc_strdup(exchange, json_object_to_json_string_ext(object, JSON_C_TO_STRING_NOSLASHESCAPE)));
    json_object_put(object);
}

void api_store_failed(struct exchange *exchange)
{
    exchange_add_header(exchange, "Retry-After", "5");
    exchange_refuse(exchange, 503, "the store is not available");
}

struct json_object *api_body(struct exchange *exchange, const char *const *known)
{
    struct json_object *body = exchange->body ? json_parse(exchange, exchange->body, exchange->length) : NULL;

    if (!json_object_is_type(body, json_type_object)) {
        exchange_refuse(exchange, 400, "the body must be a JSON object");
        return NULL;
    }
    json_object_object_foreach(body, name, value)
    {
        if (!json_object_is_type(value, json_type_string)) {
            exchange_refuse(exchange, 400, talloc_asprintf(exchange, "%s must be a string", name));
            return NULL;
        }
        if (!is_known(known, name)) {
            exchange_refuse(exchange, 400, talloc_asprintf(exchange, "unknown member: %s", name));
            return NULL;
        }
    }
    return body;
}

bool api_may_see(const struct exchange *exchange, bool is_guarded)
{
    return !is_guarded || token_has_scope(exchange->token, "guarded");
}

bool api_case(struct exchange *exchange, int64_t id, struct case_ **case_)
{
    *case_ = NULL;
    return id == 0 || store_case(exchange->store, exchange, id, case_);
}

/* OpenAPI 3.1; it travels inside the program. */
void api_describe(struct exchange *exchange)
{
    const struct embedded_file *file = embedded_find("gateway/http/openapi.json");

    if (file)
        exchange_answer(exchange, 200, "application/json", file->data);
    else
        exchange_refuse(exchange, 404, "not found");
}
