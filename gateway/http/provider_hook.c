/*
 * POST or GET /hook/NAME and /hook/NAME/KEY: texts and receipts of a provider. It is answered once they are
 * committed; until then the provider keeps them.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/http/exchange.h"
#include "gateway/log.h"
#include "gateway/provider/fields.h"
#include "gateway/provider/request.h"

struct hook {
    struct exchange *exchange;
    const struct provider_config *provider;
    struct received received;
};

static const struct provider_config *find_provider(const struct config *config, const char *name,
                                                   size_t length)
{
    for (size_t i = 0; i < config->n_providers; i++)
        if (config->providers[i].receives && strlen(config->providers[i].name) == length &&
            strncmp(config->providers[i].name, name, length) == 0)
            return &config->providers[i];
    return NULL;
}

/* The provider of this path, which holds its key if it has one. Without a key its webhooks must be signed. */
static const struct provider_config *match_path(const struct exchange *exchange)
{
    const char *slash = strchr(exchange->rest, '/');
    size_t length = slash ? (size_t)(slash - exchange->rest) : strlen(exchange->rest);
    const struct provider_config *provider = find_provider(exchange->server->config, exchange->rest, length);

    if (!provider)
        return NULL;
    if (!provider->hook_key)
        return !slash && provider_is_signed(provider) ? provider : NULL;
    return slash && is_same_secret(slash + 1, provider->hook_key) ? provider : NULL;
}

static void refuse(struct exchange *exchange, enum reject why, int status, const char *words)
{
    counters_reject(&exchange->server->counters, why);
    exchange_refuse(exchange, status, words);
}

/* The whole address as the caller wrote it: public_url where it is set, since a proxy may have changed Host.
 */
static const char *full_url(struct exchange *exchange)
{
    const struct config *config = exchange->server->config;
    const char *host = exchange_header(exchange, "Host");

    if (config->http_public_url)
        return talloc_asprintf(exchange, "%.*s%s",
                               (int)(strlen(config->http_public_url) -
                                     (config->http_public_url[strlen(config->http_public_url) - 1] == '/')),
                               config->http_public_url, exchange->uri);
    return talloc_asprintf(exchange, "http%s://%s%s", config->http_certificate ? "s" : "", host ? host : "",
                           exchange->uri);
}

/* The body as it came, as an event of its own, beside those that could be read: it may not be brought again.
 */
static void keep_unread(struct hook *hook)
{
    const char *body = hook->exchange->body;
    struct event event = { .kind = EVENT_NOTIFICATION,
                           .external_id = key_of(hook->exchange, &body, 1),
                           .is_key_derived = true,
                           .from = "",
                           .raw = body };

    log_warning("%s: cannot read %zu of %zu entries of a webhook; stored it as received",
                hook->provider->name, hook->received.n_unread, hook->received.n_unread + hook->received.n);
    events_add(hook->exchange, &hook->received.events, &hook->received.n, &event);
}

static bool read_request(struct hook *hook)
{
    static const struct {
        int status;
        enum reject refusal;
        const char *words;
    } verdicts[] = {
        [HOOK_MALFORMED] = { 400, REJECT_MALFORMED, "malformed request" },
        [HOOK_FORGED] = { 401, REJECT_SIGNATURE, "the signature is missing or wrong" },
        [HOOK_STALE] = { 403, REJECT_STALE, "the signature is too old" },
    };
    struct exchange *exchange = hook->exchange;
    struct hook_request request = { .method = exchange->method,
                                    .url = full_url(exchange),
                                    .query_text =
                                        strchr(exchange->uri, '?') ? strchr(exchange->uri, '?') + 1 : NULL,
                                    .body = exchange->body ? exchange->body : "",
                                    .length = exchange->length,
                                    .now = exchange->now };
    struct pair *query;
    enum hook_verdict verdict;

    request.headers = exchange_headers(exchange, &request.n_headers);
    if (exchange_query(exchange, &query, &request.n_query))
        request.query = query;
    else
        request.n_query = 0; /* it may be in another charset, as the provider is configured */
    verdict = provider_kind_find(hook->provider->kind)
                  ->receive(exchange, hook->provider, &request, &hook->received);
    if (verdict == HOOK_GOOD && (hook->received.n > 0 || hook->received.n_unread == 0)) {
        if (hook->received.n_unread > 0)
            keep_unread(hook);
        return true;
    }
    verdict = verdict == HOOK_GOOD ? HOOK_MALFORMED : verdict;
    exchange_log_refusal(exchange, hook->provider->name,
                         hook->received.why ? hook->received.why : "malformed");
    refuse(exchange, verdicts[verdict].refusal, verdicts[verdict].status, verdicts[verdict].words);
    return false;
}

/* False: a field is missing or too long for any text. */
static bool complete_event(struct hook *hook, struct event *event)
{
    struct exchange *exchange = hook->exchange;

    if (!provider_complete_event(exchange, event, hook->provider->name, exchange->now))
        return false;
    /* the first event keeps the whole body, as proof */
    if (!event->raw && event == hook->received.events && exchange->length > 0)
        event->raw = exchange->body;
    return true;
}

static void answer_kept(struct hook *hook)
{
    const struct received *received = &hook->received;
    const char *type = received->content_type ? received->content_type : "text/plain; charset=utf-8";

    exchange_answer(hook->exchange, received->status ? received->status : 200, type, received->answer);
}

static void answer_not_kept(struct exchange *exchange)
{
    exchange_add_header(exchange, "Retry-After", "5");
    refuse(exchange, REJECT_STORE, 503, "not stored; try again later");
}

static void count_kept(struct hook *hook)
{
    struct counters *counters = &hook->exchange->server->counters;

    for (size_t i = 0; i < hook->received.n; i++)
        atomic_fetch_add_explicit(hook->received.events[i].kind == EVENT_RECEIPT ? &counters->receipts
                                                                                 : &counters->texts,
                                  1, memory_order_relaxed);
}

/* On the desk's thread. */
static void finish(bool is_kept, void *arg)
{
    struct hook *hook = arg;

    if (is_kept) {
        count_kept(hook);
        answer_kept(hook);
    } else {
        answer_not_kept(hook->exchange);
    }
    exchange_resume(hook->exchange);
}

static void submit(struct hook *hook)
{
    struct exchange *exchange = hook->exchange;

    for (size_t i = 0; i < hook->received.n; i++)
        if (!complete_event(hook, &hook->received.events[i])) {
            exchange_log_refusal(exchange, hook->provider->name, "invalid sender or message id");
            refuse(exchange, REJECT_MALFORMED, 400, "malformed request");
            return;
        }
    exchange_hold(exchange);
    if (!desk_submit_then(exchange->server->desk, hook->received.events, hook->received.n, finish, hook)) {
        answer_not_kept(exchange);
        exchange_resume(exchange);
    }
}

void provider_hook_receive(struct exchange *exchange)
{
    struct hook *hook = talloc_zero(exchange, struct hook);
    const struct provider_config *provider = match_path(exchange);

    if (!provider) {
        refuse(exchange, REJECT_PATH, 404, "not found");
        return;
    }
    hook->exchange = exchange;
    hook->provider = provider;
    if (!exchange_is_from(exchange, provider->allow, provider->n_allow)) {
        exchange_log_refusal(exchange, hook->provider->name, "address not allowed");
        refuse(exchange, REJECT_ADDRESS, 403, "address not allowed");
        return;
    }
    if (!read_request(hook))
        return;
    if (hook->received.n == 0)
        answer_kept(hook);
    else
        submit(hook);
}
