/*
 * One request and its answer. A handler either answers at once, or holds the exchange, answers it later from
 * another thread, and calls exchange_resume. The exchange is the talloc context of all that belongs to it.
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

/* A callback of libmicrohttpd that writes a body piece by piece, for exchange_stream. */
typedef ssize_t stream_reader(void *arg, uint64_t position, char *buffer, size_t size);

/* A handler runs on the epoll thread and must not block, unless is_for_worker. */
struct endpoint {
    const char *methods; /* "GET POST"; with GET goes HEAD, unless is_changing */
    const char *path;    /* exact; one that ends with / stands for everything below it */
    void (*handle)(struct exchange *exchange);
    const char *label; /* in /metrics */
    bool is_for_worker;
    const char *scope;   /* scope that the bearer token must have; NULL: no token is needed */
    bool is_for_allowed; /* only for the networks of http { allow } */
    bool is_changing;    /* GET changes something, too */
    bool is_for_metrics; /* only for those of metrics_allow */
    void (*refuse)(struct exchange *exchange, int status,
                   const char *words); /* exchange_refuse; NULL: as JSON */
    bool is_large; /* its body may be as long as a recording; only LARGE_MOST of them at once */
};

extern const struct endpoint http_routes[]; /* ends with a NULL path */

enum { EXTRA_HEADERS = 8, LARGE_MOST = 8 };

struct exchange {
    struct http_server *server;
    struct MHD_Connection *connection;
    struct connection *watched; /* the same in connections.h */
    const struct endpoint *route;
    const char *method, *version;
    const char *uri;  /* as received, with the query */
    const char *path; /* decoded, without the query */
    const char *rest; /* the path behind the route's; "" */
    char *body;
    size_t length, room;
    size_t cap; /* most octets of the body */
    bool is_too_long;
    bool is_large;                  /* counted in server->large */
    int64_t started_us;             /* clock_ticks_us() */
    struct sockaddr_storage client; /* as the configured proxies report it, else the peer */
    bool is_relayed;                /* a proxy that is not configured passed it on */
    int64_t now;

    /* set by the worker while it handles the exchange */
    struct store *store;
    const struct token *token;
    struct exchange *next;

    int status; /* 0: not yet answered */
    const char *content_type, *answer;
    size_t answer_length;
    stream_reader *read; /* NULL: the whole answer is in answer */
    void *read_arg;
    void (*forget)(void *arg);
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
    struct connections *connections;
    int most_connections;
    struct counters counters;
    atomic_bool is_stopping;
    atomic_int large;          /* bodies of large endpoints under way */
    _Atomic int64_t logged_at; /* when a refusal was last logged */
    pthread_mutex_t lock;      /* guards what follows */
    pthread_cond_t settled;
    int held;                         /* exchanges on hold */
    struct poller *poller, *retiring; /* of the daemon, and of one that is being replaced */
    void (*write_metrics)(FILE *out, void *arg);
    void *metrics_arg;
    _Atomic(const struct endpoint *)
        more; /* routes of http_server_add_routes, tried after http_routes; NULL */
    void *more_arg;
};

/* The answer; text, UTF-8 and not copied, must live as long as the exchange. NULL: an empty body. */
void exchange_answer(struct exchange *exchange, int status, const char *content_type, const char *text);
/* The same with the body {"error": words}, as application/json; words are copied. */
void exchange_refuse(struct exchange *exchange, int status, const char *words);
/* Adds a header to the answer, at most EXTRA_HEADERS; value is not copied, and NULL adds none. */
void exchange_add_header(struct exchange *exchange, const char *name, const char *value);

/* Answers 200 with a body of no fixed length; forget(arg) is called when the client has disconnected. */
void exchange_stream(struct exchange *exchange, const char *content_type, stream_reader *read, void *arg,
                     void (*forget)(void *arg));

/*
 * Between these calls, which may be made from different threads, libmicrohttpd leaves the connection alone.
 * Once resumed, an exchange must not be touched any more: it may be freed.
 */
void exchange_hold(struct exchange *exchange);
void exchange_resume(struct exchange *exchange);

/* The first of this name, in any case; NULL when there is none. */
const char *exchange_header(const struct exchange *exchange, const char *name);
/* All headers in their order, allocated from the exchange. */
struct pair *exchange_headers(struct exchange *exchange, size_t *n);
/* The decoded fields of the query; false when form_parse (provider/fields.h) refuses it. */
bool exchange_query(struct exchange *exchange, struct pair **query, size_t *n);
/* Sets client and is_relayed from the peer's address and the headers. */
void exchange_find_client(struct exchange *exchange);
/*
 * Logs that the request was refused, with the client's address: "WHO: GET /path from 203.0.113.7 refused:
 * WHY". At most one line a second for the whole server, so that nobody can fill the disk; the counters count
 * all.
 */
void exchange_log_refusal(struct exchange *exchange, const char *who, const char *why);
/* Whether the client is in one of these networks; true when n is 0. */
bool exchange_is_from(const struct exchange *exchange, const char *const *networks, size_t n);

/* Handlers of endpoints, each named in routes.c. */
/* provider_hook.c: a provider's webhook; answers once the desk has committed what it brings. */
void provider_hook_receive(struct exchange *exchange);
/* health.c: /healthz and /readyz */
void health_live(struct exchange *exchange);
void health_ready(struct exchange *exchange);
/* metrics.c: /metrics, in Prometheus' text format */
void metrics_show(struct exchange *exchange);
/* open311.c: /open311/v2/; refuses in the requested format. */
void open311_serve(struct exchange *exchange);
void open311_refuse(struct exchange *exchange, int status, const char *words);
/* sendsms.c: Kannel's /cgi-bin/sendsms */
void sendsms(struct exchange *exchange);

#endif
