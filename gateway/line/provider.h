/*
 * The line of one HTTP provider: sends by it and, where it can be asked, asks it for what came.
 */
#ifndef GATEWAY_LINE_PROVIDER_H
#define GATEWAY_LINE_PROVIDER_H

#include "gateway/line/claims.h"
#include "gateway/line/web.h"
#include "gateway/provider/provider.h"

/* The state a provider's line runs with. */
void *provider_line_new(void *mem, const struct config *config, const struct provider_config *provider);

/* What it sends: provider_outgoing.c. */
struct provider_outgoing {
    struct claims claims;
    int pauses;         /* in a row */
    int64_t down_since; /* unix seconds; 0: it takes what we send */
    char trouble[64];   /* why it does not */
    bool is_outage_told;
    int64_t rerouted_at;
    int busy; /* requests under way that send */
};

struct provider_line {
    const struct provider_kind *kind;
    const struct provider_config *config;
    const char *hook_url;
    struct web *web;
    atomic_bool is_kicked;
    struct provider_outgoing outgoing;
    struct polling *polling; /* NULL: it is not asked */
};

/* What a request under way is for. */
struct web_task {
    void (*end)(struct line *line, struct web_task *task, const struct web_end *end);
};

void provider_outgoing_begin(struct line *line);
/* Starts as many requests as may be under way. */
void provider_outgoing_send(struct line *line);
/* Milliseconds until something may be sent; -1 when nothing waits. */
int provider_outgoing_timeout(const struct line *line);
/* What is claimed and not armed goes back. */
void provider_outgoing_release(struct line *line);

/* What it asks for: provider_poll.c. NULL: nothing to ask. */
struct polling *polling_new(void *mem, const struct config *config, const struct provider_config *provider);
/* Starts what is due. */
void polling_ask(struct line *line);
int polling_timeout(const struct line *line);

#endif
