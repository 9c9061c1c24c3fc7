#include "gateway/line/provider.h"

#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/log.h"

/* END_MS: how long requests under way may still take when the line stops. */
enum { END_MS = 3000, QUIET_MS = 3600000 };

void *provider_line_new(void *mem, const struct config *config, const struct provider_config *provider)
{
    struct provider_line *state = talloc_zero(mem, struct provider_line);

    state->config = provider;
    state->kind = provider_kind_find(provider->kind);
    state->hook_url = provider_hook_url(state, config, provider);
    /* two connections more, so that polling never waits for sending */
    state->web = web_new(state, provider->connections + 2, provider->timeout, provider->authority);
    if (provider_polls(provider))
        state->polling = polling_new(state, config, provider);
    return state;
}

static void wake(struct line *line)
{
    struct provider_line *state = line->state;

    atomic_store(&state->is_kicked, true);
    web_wake(state->web);
}

static void finish_all(struct line *line)
{
    struct provider_line *state = line->state;
    struct web_end end;
    bool has_ended = true;

    while (has_ended) {
        void *mem = talloc_new(NULL);

        has_ended = web_next(state->web, mem, &end);
        if (has_ended) {
            struct web_task *task = end.tag;

            task->end(line, task, &end);
        }
        talloc_free(mem);
    }
}

static int next_timeout(const struct line *line)
{
    const struct provider_line *state = line->state;
    int sending = line->sends ? provider_outgoing_timeout(line) : -1;
    int asking = state->polling ? polling_timeout(line) : -1;
    int soonest = QUIET_MS;

    if (sending >= 0 && sending < soonest)
        soonest = sending;
    if (asking >= 0 && asking < soonest)
        soonest = asking;
    return soonest;
}

static void stop(struct line *line)
{
    struct provider_line *state = line->state;
    int64_t until = clock_ticks_ms() + END_MS;

    provider_outgoing_release(line);
    for (int64_t left = END_MS; state->outgoing.busy > 0 && left > 0; left = until - clock_ticks_ms()) {
        web_wait(state->web, (int)left);
        finish_all(line);
    }
    if (state->outgoing.busy > 0) /* armed: the next start makes them UNKNOWN */
        log_warning("%s: stopped with %d requests unanswered; whether their texts were sent is unknown",
                    line->name, state->outgoing.busy);
}

static void run(struct line *line)
{
    struct provider_line *state = line->state;

    atomic_store(&line->is_up, true);
    atomic_store(&line->has_tried, true);
    log_info("%s: %s, %d connections%s", line->name, state->kind->name, state->config->connections,
             state->polling ? ", polled" : "");
    if (line->sends)
        provider_outgoing_begin(line);
    while (!atomic_load(&line->is_stopping)) {
        finish_all(line);
        if (atomic_exchange(&state->is_kicked, false))
            claims_look(&state->outgoing.claims);
        if (line->sends)
            provider_outgoing_send(line);
        if (state->polling)
            polling_ask(line);
        web_wait(state->web, next_timeout(line));
    }
    stop(line);
}

const struct line_kind provider_line = { .name = "provider", .run = run, .wake = wake };
