/*
 * One request and its answer. A handler either answers at once, or holds the exchange and answers later from
 * another thread with exchange_resume. Everything hangs from the exchange, which is a talloc context.
 */
#ifndef GATEWAY_HTTP_EXCHANGE_H
#define GATEWAY_HTTP_EXCHANGE_H

#include <microhttpd.h>
#include <pthread.h>
#include <sys/socket.h>

#include "gateway/http/counters.h"
#include "gateway/http/server.h"
#include "gateway/provider/provider.h"
#include "store/tokens.h"

struct exchange;

/* A handler runs on the epoll thread and must not block, unless the route says it is a worker's. */
struct endpoint {
    const char *methods; /* "GET POST"; HEAD goes with GET */
    const char *path;    /* exact; with a / at its end all that is below it */
    void (*handle)(struct exchange *exchange);
    const char *label; /* in /metrics */
    bool is_for_worker;
    const char *scope;   /* what a bearer token must allow; NULL: none is asked for */
    bool is_for_allowed; /* only for the networks of http { allow } */
    bool is_for_metrics; /* only for those of metrics_allow */
};

extern const struct endpoint http_routes[]; /* ends with a NULL path */

enum { EXTRA_HEADERS = 4 };

struct exchange {
    struct http_server *server;
    struct MHD_Connection *connection;
    const struct endpoint *route;
    const char *method, *version;
    const char *uri;  /* as it came, with the query */
    const char *path; /* decoded, without the query */
    const char *rest; /* of the path, behind the route's; "" */
    char *body;
    size_t length, room;
    bool is_too_long;
    int64_t started_us;             /* clock_ticks_us() */
    struct sockaddr_storage client; /* behind proxies of ours, where there are any */
    bool is_relayed;                /* a proxy that is not known as ours speaks for somebody */
    int64_t now;

    /* a worker's, during its turn */
    struct store *store;
    const struct token *token;
    struct exchange *next;

    int status; /* 0: not yet answered */
    const char *content_type, *answer;
    size_t answer_length;
    struct pair extra[EXTRA_HEADERS];
    size_t n_extra;
    bool is_closing;
    bool was_started, is_held;
};

struct http_server {
    const struct config *config;
    struct desk *desk;
    struct MHD_Daemon *daemon;
    struct workers *workers;
    struct webhooks *outgoing;
    struct peers *peers;
    struct counters counters;
    atomic_bool is_stopping;
    int64_t logged_at;    /* the last refusal, by the clock; the epoll thread's */
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t settled;
    int held; /* exchanges that wait for somebody */
    void (*write_metrics)(FILE *out, void *arg);
    void *metrics_arg;
};

/* text lives as long as the exchange. */
void exchange_answer(struct exchange *exchange, int status, const char *content_type, const char *text);
/* {"error": words}, as application/json. */
void exchange_refuse(struct exchange *exchange, int status, const char *words);
void exchange_add_header(struct exchange *exchange, const char *name, const char *value);

/* Nothing more happens to the connection until exchange_resume; from then on the exchange may be gone. */
void exchange_hold(struct exchange *exchange);
void exchange_resume(struct exchange *exchange);

const char *exchange_header(const struct exchange *exchange, const char *name);
/* All headers, from the exchange. */
struct pair *exchange_headers(struct exchange *exchange, size_t *n);
/* The query's fields; false when it is broken. */
bool exchange_query(struct exchange *exchange, struct pair **query, size_t *n);
/* Finds out who the client is; needs the headers. False without memory. */
bool exchange_find_client(struct exchange *exchange);
/* Whether the client is in one of these networks; none: true. */
bool exchange_is_from(const struct exchange *exchange, const char *const *networks, size_t n);

/* Handlers of endpoints, each named in routes.c. */
/* provider_hook.c: a provider's webhook; answers once the desk has committed what it brings. */
void provider_hook_receive(struct exchange *exchange);
/* health.c: /healthz and /readyz */
void health_live(struct exchange *exchange);
void health_ready(struct exchange *exchange);
/* metrics.c: /metrics, in Prometheus' text format */
void metrics_show(struct exchange *exchange);
/* sendsms.c: Kannel's /cgi-bin/sendsms */
void sendsms(struct exchange *exchange);

#endif
