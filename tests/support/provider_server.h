/*
 * A provider, as a process of its own: an HTTP server on loopback that answers as the providers' documents
 * say, and checks what signs the requests. The first segment of a path says how it behaves:
 *
 *     good slow          at once; after 200 ms
 *     once first         hands out what came once; the others never have anything of Infobip's
 *     drip garbage       one octet a second; 10 MB of noise
 *     mixed              asked for what came: a list in which one entry is none
 *     cut inside         half the JSON; 200 with an error in it
 *     refused            the provider's own word for a number that is none
 *     busy overload      429 and 503 with Retry-After: 1, twice, then as good
 *     later              429 with Retry-After: 3, once, then as good
 *     crash unauthorised redirect    500, 401, 302
 *     close stale        closes without an answer; does so for every second request of a connection
 */
#ifndef TESTS_SUPPORT_PROVIDER_SERVER_H
#define TESTS_SUPPORT_PROVIDER_SERVER_H

#include <json-c/json.h>
#include <sys/types.h>

/* What is wrong with the certificate of a port, or that it speaks nothing newer than TLS 1.1. */
enum tls_kind { TLS_GOOD, TLS_EXPIRED, TLS_ELSEWHERE, TLS_OLD, TLS_KINDS };

struct provider_server {
    pid_t pid;
    int port, tls_ports[TLS_KINDS];
    const char *log;         /* one JSON object a request; "at" in ms of the monotonic clock */
    const char *certificate; /* of all ports with TLS, each signed by itself */
};

/* Before the caller has threads. Ends with mem. Aborts when it cannot start. */
struct provider_server *provider_server_start(void *mem);

/* "http://127.0.0.1:PORT/BEHAVIOUR" */
const char *provider_server_url(void *mem, const struct provider_server *server, const char *behaviour);

/*
 * What was asked so far below /BEHAVIOUR/, in order: {"method","path","headers":{},"body","trouble"}; trouble
 * says what was wrong with the request's own signature. NULL at index: fewer. From mem.
 */
struct json_object *provider_server_request(void *mem, const struct provider_server *server,
                                            const char *behaviour, size_t index);
size_t provider_server_count(const struct provider_server *server, const char *behaviour);

/* provider_answers.c: what a provider says. */
struct server_request {
    const char *method, *behaviour, *path, *query; /* path without the behaviour; query "" */
    const char *head;                              /* all header lines */
    const char *body;
    size_t number;       /* from 1, of this behaviour */
    const char *trouble; /* set by provider_answer: what is wrong with the request; NULL */
};
struct server_answer {
    int status;
    const char *body;
    const char *type;
};
struct server_answer provider_answer(void *mem, struct server_request *request);

/* A header's value from mem; NULL. */
const char *server_header(void *mem, const struct server_request *request, const char *name);

#endif
