/*
 * The interface of an HTTP provider: one const struct for each, used by the webhook server, which receives,
 * and by the provider line, which sends and polls. Nothing here opens a connection.
 */
#ifndef GATEWAY_PROVIDER_PROVIDER_H
#define GATEWAY_PROVIDER_PROVIDER_H

#include "gateway/config.h"
#include "store/events.h"

/* A header, or a field of a form or query. */
struct pair {
    const char *name, *value;
};

/* A webhook request. Everything in it lives as long as the request. */
struct hook_request {
    const char *method;
    const char *url; /* from scheme to query, as the caller wrote it; some providers sign it */
    const struct pair *headers;
    size_t n_headers;
    const struct pair *query; /* decoded; none when it cannot be read as UTF-8 */
    size_t n_query;
    const char *query_text; /* as it came; NULL: none */
    const char *body;       /* a NUL follows it; it may hold others */
    size_t length;
    int64_t now; /* by our clock */
};

/* Each is counted separately and answered with the status beside it. */
enum hook_verdict {
    HOOK_GOOD,
    HOOK_MALFORMED, /* 400: not as the provider documents it */
    HOOK_FORGED,    /* 401: signature missing or wrong */
    HOOK_STALE      /* 403: signed, but too old or too far ahead */
};

/* The events of a webhook, and our answer once they are stored. */
struct received {
    struct event *events;              /* line and received_at are filled in by the caller */
    size_t n;                          /* 0: a greeting or a probe, answered at once */
    int status;                        /* 0: 200 */
    const char *content_type, *answer; /* NULL: empty */
    const char *why;                   /* reason when not good; quotes nothing of the message */
    size_t n_unread; /* entries of a list that are neither texts nor receipts; because of them the whole body
                        is stored */
};

/* A text on its way to a provider. */
struct outgoing_text {
    const char *to;   /* E.164 where it is a number */
    const char *text; /* with the signature in front */
    const char *name; /* of its template */
    const char *data; /* JSON that filled the template; "" */
    const char *own_id;
    const char *hook_url; /* where the provider can send receipts; NULL: nowhere */
    int64_t now;
    const char *nonce; /* 32 hex digits, never used before */
};

/* A request to a provider; all of it is allocated from the mem it was built with. */
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
    SEND_UNCLEAR, /* may have been accepted: never sent again automatically */
    SEND_TAKEN,
    SEND_REFUSED,  /* certainly not accepted, and never will be */
    SEND_LATER,    /* certainly not accepted, but may be later */
    SEND_LINE_DOWN /* certainly not accepted, nor would another text be now: credentials, credit, overload */
};

struct sent {
    enum send_result result;
    const char **ids; /* the provider's, one for each text that it splits ours into */
    size_t n;
    const char *why; /* reason when not accepted, in the provider's words: sanitise it before showing it */
};

struct pulled {
    struct event *events;
    size_t n;
    const char *cursor;  /* set to the cursor of this poll; read sets that of the next */
    bool has_more;       /* poll again at once */
    size_t n_unread;     /* entries that are neither texts nor receipts; because of them the whole answer is
                            stored */
    const char *refusal; /* code of the provider's error, which handed nothing out; NULL */
    const char *why;     /* when false was returned */
};

/* A poll. A provider has several when texts and receipts are polled separately. */
struct provider_poll {
    const char *name; /* "texts", "receipts" */
    /* cursor: what read left last time, "" at first. False: the configuration does not allow this poll. */
    bool (*build)(void *mem, const struct provider_config *provider, const char *cursor,
                  const struct outgoing_text *now_and_nonce, struct web_request *request);
    /* False: not as the provider documents it, or without the expected list; pulled->why says so. */
    bool (*read)(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                 struct pulled *pulled);
};

/*
 * One kind of provider. Another one is a file that ends with its struct, and a row in provider_kinds.
 *
 * The event of a text has from, text, external_id, is_key_derived where it has no id of its own, and, where
 * it is told, to and at; the key must be the same whenever the provider says the same thing again. A receipt
 * has from (the recipient), external_id (the message's with the status), reference = provider_reference(the
 * message's id), status in TP-ST's ranges, message_id and, where it came back, own_id.
 */
struct provider_kind {
    const char *name;
    /* Webhooks carry a signature that receive checks; otherwise the path must hold the provider's key. */
    bool is_signed;
    enum hook_verdict (*receive)(void *mem, const struct provider_config *provider,
                                 const struct hook_request *request, struct received *received);
    const char *needs; /* options that sending requires, a space between */
    bool is_templated; /* sends only approved templates: each of ours needs one of theirs */
    /* False: why says what the text or the configuration lacks; the text is never sent. */
    bool (*build)(void *mem, const struct provider_config *provider, const struct outgoing_text *text,
                  struct web_request *request, const char **why);
    /* Takes any answer; sent is zeroed before. */
    void (*read)(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                 struct sent *sent);
    const struct provider_poll *polls; /* ends with a NULL name; NULL: cannot be polled */
};

/* Ends with NULL. */
extern const struct provider_kind *const provider_kinds[];

/* NULL: there is no kind of this name. */
const struct provider_kind *provider_kind_find(const char *name);

/* Whether its webhooks are signed: always for its kind, or because it is configured so. */
bool provider_is_signed(const struct provider_config *provider);

/* Whether it sends texts: configured to, its kind can, and a generic one has a url. */
bool provider_sends(const struct provider_config *provider);

/* Whether it is polled. */
bool provider_polls(const struct provider_config *provider);

/*
 * Fills in what a provider leaves out of an event: its line, the times, a key that is not too long. False: a
 * field is missing or too long for any text.
 */
bool provider_complete_event(void *mem, struct event *event, const char *line, int64_t now);

/* The address of our webhook with its key, from mem; NULL when public_url is not set or it receives nothing.
 */
const char *provider_hook_url(void *mem, const struct config *config, const struct provider_config *provider);

/* TP-ST of the three things a receipt can say (23.040 9.2.3.15). */
enum { RECEIPT_DELIVERED = 0, RECEIPT_TRYING = 0x30, RECEIPT_FAILED = 0x40 };

#endif
