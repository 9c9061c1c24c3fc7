#include "gateway/centre/fetch.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/centre/wire.h"
#include "gateway/clock.h"
#include "gateway/line/web.h"

enum { WHOLE_SECONDS = 60, TRIES = 5 };

struct fetching {
    void *mem;
    const struct config *config;
    struct web *web;
    const char **error;
};

/* The body of a 200 answer, from mem. NULL: *error says why. */
static const char *ask(struct fetching *fetching, void *mem, const char *method, const char *path)
{
    struct pair header = { "Authorization",
                           talloc_asprintf(mem, "Bearer %s", fetching->config->centre_token) };
    struct web_request request = { .method = method,
                                   .url = talloc_asprintf(mem, "%s%s", fetching->config->centre_url, path),
                                   .headers = &header,
                                   .n_headers = 1,
                                   .body = "" };
    struct web_end end = { 0 };

    if (!web_start(fetching->web, &request, NULL)) {
        *fetching->error = "centre { url } cannot be used";
        return NULL;
    }
    while (!web_next(fetching->web, mem, &end))
        web_wait(fetching->web, 1000);
    if (end.fate == WEB_ANSWERED && end.answer.status == 200)
        return end.answer.body;
    *fetching->error = end.fate == WEB_ANSWERED ? talloc_asprintf(fetching->mem, "the centre answered %d %s",
                                                                  end.answer.status, end.answer.body)
                                                : talloc_asprintf(fetching->mem, "the centre: %s", end.why);
    return NULL;
}

/* Repeats a failed read. A take-over must not be repeated. */
static const char *ask_again(struct fetching *fetching, void *mem, const char *path)
{
    const char *body = NULL;

    for (int i = 0; i < TRIES && !body; i++)
        body = ask(fetching, mem, "GET", path);
    return body;
}

static bool add_rows(struct fetching *fetching, struct image *image, struct image_takeover *takeover)
{
    struct journal_point *end = &takeover->end;
    bool has_more = true, is_done = true;

    while (has_more && is_done) {
        void *mem = talloc_new(fetching->mem);
        const char *path = talloc_asprintf(mem, "/centre/v1/rows?after=%lld", (long long)end->seq);
        const char *body = ask_again(fetching, mem, path), *why = NULL;
        const struct wire_batch *batch = body ? wire_read(mem, body, strlen(body), &why) : NULL;

        is_done = batch != NULL;
        if (body && !batch)
            *fetching->error = talloc_asprintf(fetching->mem, "the centre's rows: %s", why);
        for (size_t i = 0; batch && i < batch->n && is_done; i++) {
            is_done = image_add(image, &batch->rows[i], fetching->error);
            end->seq = batch->rows[i].seq;
            snprintf(end->hash, sizeof end->hash, "%s", batch->rows[i].hash);
        }
        if (batch)
            takeover->recovery_key = talloc_strdup(fetching->mem, batch->head.recovery_key);
        has_more = batch && batch->n > 0;
        talloc_free(mem);
    }
    return is_done;
}

bool fetch_image(void *mem, const struct config *config, const char *path, const char *private_key,
                 struct image_result *result, const char **error)
{
    struct fetching fetching = { .mem = talloc_new(mem),
                                 .config = config,
                                 .web = web_new(mem, 1, WHOLE_SECONDS, config->centre_authority),
                                 .error = error };
    struct image_takeover takeover = { .now = clock_now(), .recovery_key = "" };
    struct image *image = image_begin(mem, path, private_key, error);
    struct json_object *state = NULL;
    const char *body = NULL;
    bool is_done = image && add_rows(&fetching, image, &takeover) && image_is_whole(image, error);

    /* the old box stays in service unless the new store is complete */
    if (is_done)
        body = ask(&fetching, fetching.mem, "POST", "/centre/v1/takeover");
    state = body ? json_tokener_parse(body) : NULL;
    is_done = state != NULL;
    if (is_done) {
        takeover.epoch = wire_number(state, "epoch");
        is_done = add_rows(&fetching, image, &takeover) && image_finish(image, &takeover, result, error);
    }
    if (!is_done)
        *error = talloc_strdup(mem, *error);
    talloc_free(image);
    json_object_put(state);
    return is_done;
}
