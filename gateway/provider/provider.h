/*
 * What an HTTP provider's interface looks like: one const struct a provider, shared by the webhook server,
 * which receives, and by the provider line, which sends and polls. Nothing here opens a connection.
 */
#ifndef GATEWAY_PROVIDER_PROVIDER_H
#define GATEWAY_PROVIDER_PROVIDER_H

#include "gateway/config.h"
#include "store/events.h"

/* A header, or a field of a form or query. */
struct pair {
    const char *name, *value;
};

/* A webhook as it came. Everything lives as long as the request. */
struct hook_request {
    const char *method;
    const char *url; /* as the caller wrote it, scheme to query; what some providers sign */
    const struct pair *headers;
    size_t n_headers;
    const struct pair *query; /* decoded */
    size_t n_query;
    const char *body; /* a NUL follows it; it may hold others */
    size_t length;
    int64_t now; /* by our clock */
};

/* Each is counted apart, and is answered with the status beside it. */
enum hook_verdict {
    HOOK_GOOD,
    HOOK_MALFORMED, /* 400: not what the provider's documents say */
    HOOK_FORGED,    /* 401: signature missing or wrong */
    HOOK_STALE      /* 403: signed, but too old or too far ahead */
};

/* What is in a webhook, and what the provider wants to hear once it is kept. */
struct received {
    struct event *events;              /* line and received_at are filled in by the caller */
    size_t n;                          /* 0: a greeting or a probe; answered at once */
    int status;                        /* 0: 200 */
    const char *content_type, *answer; /* NULL: empty */
    const char *why;                   /* when not good; holds nothing of the message */
};

/*
 * One provider. A further kind is one file that ends with its struct, and one row in provider_kinds.
 *
 * The event of a text has from, text, external_id and, where it is told, to and at; the key must be the same
 * whenever the provider says the same thing again. A receipt has from (the recipient), external_id (the
 * message's with the status), reference = provider_reference(the message's id), and status in TP-ST's ranges.
 */
struct provider_kind {
    const char *name;
    /* Webhooks carry a signature that receive checks; otherwise the path must hold the provider's key. */
    bool is_signed;
    enum hook_verdict (*receive)(void *mem, const struct provider_config *provider,
                                 const struct hook_request *request, struct received *received);
};

/* Ends with NULL. */
extern const struct provider_kind *const provider_kinds[];

const struct provider_kind *provider_kind_find(const char *name);

/* Whether what comes by this provider's webhooks is signed: by its kind, or by its own configuration. */
bool provider_is_signed(const struct provider_config *provider);

/* A provider's own id of a message as the number that pairs receipts; never negative. */
int provider_reference(const char *message_id);

/* TP-ST of the three things a receipt can say (23.040 9.2.3.15). */
enum { RECEIPT_DELIVERED = 0, RECEIPT_TRYING = 0x30, RECEIPT_FAILED = 0x40 };

#endif
