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

/* A text on its way to a provider. */
struct outgoing_text {
    const char *to;   /* E.164 where it is a number */
    const char *text; /* with the signature in front */
    const char *name; /* of its template */
    const char *data; /* JSON the template was filled with; "" */
    const char *own_id;
    const char *hook_url; /* where receipts can be sent; NULL: nowhere */
    int64_t now;
    const char *nonce; /* 32 hex digits, never the same */
};

/* What is asked of a provider; all of it hangs from the mem it was built with. */
struct web_request {
    const char *method, *url;
    struct pair *headers;
    size_t n_headers;
    const char *body; /* NULL: none */
    size_t length;
};

struct web_answer {
    int status;
    const char *body; /* a NUL follows it */
    size_t length;
};

enum send_result {
    SEND_UNCLEAR, /* it may have been taken: never sent again by itself */
    SEND_TAKEN,
    SEND_REFUSED,  /* certainly not taken, and never will be */
    SEND_LATER,    /* certainly not taken; another time perhaps */
    SEND_LINE_DOWN /* certainly not taken, nor would another text be now: credentials, credit, overload */
};

struct sent {
    enum send_result result;
    const char **ids; /* the provider's, one for each text it makes of ours */
    size_t n;
    const char *why; /* when not taken; from the provider, so clean before it is shown */
};

struct pulled {
    struct event *events;
    size_t n;
    const char *cursor; /* the one it was asked with; then the next question's */
    bool has_more;      /* ask again at once */
    size_t
        n_unread; /* entries that are neither texts nor receipts; the answer is kept for them, as it came */
    const char *refusal; /* the provider says no, and has handed nothing out; NULL */
    const char *why;     /* when false was returned */
};

/* A question that brings what came. Several where texts and receipts are asked for apart. */
struct provider_poll {
    const char *name; /* "texts", "receipts" */
    /* cursor: what read left the last time, "" at first. False: nothing to ask as it is configured. */
    bool (*build)(void *mem, const struct provider_config *provider, const char *cursor,
                  const struct outgoing_text *now_and_nonce, struct web_request *request);
    /* False: this is not what the provider's documents say. */
    bool (*read)(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                 struct pulled *pulled);
};

/*
 * One provider. A further kind is one file that ends with its struct, and one row in provider_kinds.
 *
 * The event of a text has from, text, external_id and, where it is told, to and at; the key must be the same
 * whenever the provider says the same thing again. A receipt has from (the recipient), external_id (the
 * message's with the status), reference = provider_reference(the message's id), status in TP-ST's ranges,
 * message_id and, where it came back, own_id.
 */
struct provider_kind {
    const char *name;
    /* Webhooks carry a signature that receive checks; otherwise the path must hold the provider's key. */
    bool is_signed;
    enum hook_verdict (*receive)(void *mem, const struct provider_config *provider,
                                 const struct hook_request *request, struct received *received);
    const char *needs; /* options that sending cannot do without, a space between */
    bool is_templated; /* only approved templates go out: each of ours needs one of theirs */
    /* False: why says what this text lacks; it is never sent. */
    bool (*build)(void *mem, const struct provider_config *provider, const struct outgoing_text *text,
                  struct web_request *request, const char **why);
    /* Any answer; sent comes zeroed. */
    void (*read)(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                 struct sent *sent);
    const struct provider_poll *polls; /* ends with a NULL name; NULL: cannot be asked */
};

/* Ends with NULL. */
extern const struct provider_kind *const provider_kinds[];

const struct provider_kind *provider_kind_find(const char *name);

/* Whether what comes by this provider's webhooks is signed: by its kind, or by its own configuration. */
bool provider_is_signed(const struct provider_config *provider);

/* Whether texts go out by it: its kind can, and a generic one has an url. */
bool provider_sends(const struct provider_config *provider);

/* Whether it is asked for what came. */
bool provider_polls(const struct provider_config *provider);

/*
 * Fills in what a provider does not say of an event: its line, the time, a key that is not too long. False: a
 * field is not what any text can have.
 */
bool provider_complete_event(void *mem, struct event *event, const char *line, int64_t now);

/* Where a provider finds our webhook, its key included, from mem; NULL when that is not known. */
const char *provider_hook_url(void *mem, const struct config *config, const struct provider_config *provider);

/* TP-ST of the three things a receipt can say (23.040 9.2.3.15). */
enum { RECEIPT_DELIVERED = 0, RECEIPT_TRYING = 0x30, RECEIPT_FAILED = 0x40 };

#endif
