/*
 * The line of one HTTP provider: sends texts and, if the provider supports it, polls for new ones.
 */
#ifndef GATEWAY_LINE_PROVIDER_H
#define GATEWAY_LINE_PROVIDER_H

#include "gateway/line/claims.h"
#include "gateway/line/web.h"
#include "gateway/provider/provider.h"

/* The state a provider's line runs with. */
void *provider_line_new(void *mem, const struct config *config, const struct provider_config *provider);

/* Sending: provider_outgoing.c. */
struct provider_outgoing {
    struct claims claims;
    int pauses;         /* in a row */
    int64_t down_since; /* unix seconds; 0: the provider accepts texts */
    char trouble[64];   /* why not */
    bool is_outage_alerted;
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
    struct polling *polling; /* NULL: the provider is not polled */
};

/* The head of each request's tag: what to do when it ends. */
struct web_task {
    void (*end)(struct line *line, struct web_task *task, const struct web_end *end);
};

/* Before the first text: loads what counts towards the rate limits. */
void provider_outgoing_begin(struct line *line);
/* Starts requests until all connections are busy or nothing is due. */
void provider_outgoing_send(struct line *line);
/* Milliseconds until something may be sent; -1 when nothing waits. */
int provider_outgoing_timeout(const struct line *line);
/* Gives back what is claimed and not armed. */
void provider_outgoing_release(struct line *line);

/* Polling: provider_poll.c. Loads cursors and answers that an earlier run left. */
struct polling *polling_new(void *mem, const struct config *config, const struct provider_config *provider);
/* Starts the polls that are due. */
void polling_ask(struct line *line);
/* Milliseconds until the next poll; -1: none. */
int polling_timeout(const struct line *line);

#endif
