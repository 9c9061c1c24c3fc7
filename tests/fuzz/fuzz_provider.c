/*
 * Any octets as what a provider says: the first chooses the kind, the second how it reaches us: a webhook,
 * the answer to a text, or the answer to a question.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/fields.h"
#include "gateway/provider/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *words[] = { "ok", "1" };

static const struct provider_config config = {
    .name = "p",
    .kind = "generic",
    .url = "https://a.example/",
    .account = "a",
    .secret = "s",
    .from = "f",
    .hook_key = "k", /* so that Vonage's are read unsigned */
    .signature_method = "md5hash",
    .app = "1",
    .replay_seconds = 300,
    .in_list = "/list",
    .in_from = "from",
    .in_to = "to",
    .in_text = "text",
    .in_id = "id",
    .in_time = "time",
    .receipt_list = "/receipts",
    .receipt_id = "id",
    .receipt_own = "own",
    .receipt_number = "number",
    .receipt_status = "status",
    .receipt_delivered = words,
    .n_receipt_delivered = 2,
    .sent_field = "/ok",
    .sent_words = words,
    .n_sent_words = 2,
    .sent_id = "/id",
    .sent_why = "/why",
    .poll_cursor = "/next",
};

/* The same without a key in its path: it must be signed. */
static struct provider_config keyless(void)
{
    struct provider_config provider = config;

    provider.hook_key = NULL;
    provider.hook_secret = "s";
    return provider;
}

/* What the desk is handed must be whole. */
static void check_events(void *mem, struct event *events, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!provider_complete_event(mem, &events[i], "p", 1700000000))
            continue;
        assert(strlen(events[i].external_id) <= 200);
        assert(events[i].from && events[i].line);
        assert(events[i].kind != EVENT_TEXT || events[i].text);
        assert(events[i].kind != EVENT_PART ||
               (events[i].sequence >= 1 && events[i].sequence <= events[i].total));
        assert(events[i].kind != EVENT_RECEIPT || events[i].reference >= 0);
    }
}

static int by_name_and_value(const void *a, const void *b)
{
    const struct pair *left = a, *right = b;
    int order = strcmp(left->name, right->name);

    return order ? order : strcmp(left->value, right->value);
}

/* As Twilio would sign it, so that what stands behind the signature is read too. */
static const char *twilio_signature(void *mem, const char *url, const char *text, size_t length)
{
    char *all = talloc_strdup(mem, url);
    unsigned char digest[64];
    struct pair *form;
    size_t n;

    if (!form_parse(mem, text, length, &form, &n))
        return "";
    qsort(form, n, sizeof *form, by_name_and_value);
    for (size_t i = 0; i < n; i++)
        all = talloc_asprintf_append(all, "%s%s", form[i].name, form[i].value);
    n = hmac_octets("sha1", "s", 1, all, strlen(all), digest);
    return base64_encode(mem, digest, n);
}

static void try_hook(void *mem, const struct provider_kind *kind, const char *text, size_t length,
                     bool is_json)
{
    static const char url[] = "https://a.example/hook/p";
    const char *type = is_json ? "application/json" : "application/x-www-form-urlencoded";
    struct pair headers[] = { { "X-Twilio-Signature", twilio_signature(mem, url, text, length) },
                              { "Content-Type", type } };
    struct hook_request request = { .method = "POST",
                                    .url = url,
                                    .headers = headers,
                                    .n_headers = 2,
                                    .body = text,
                                    .length = length,
                                    .now = 1700000000 };
    const struct provider_config signed_provider = keyless();
    struct received received = { 0 };
    struct pair *query;

    /* some providers write it all behind the address */
    if (!is_json && length % 2 == 0 && form_parse(mem, text, length, &query, &request.n_query)) {
        request.query = query;
        request.query_text = talloc_strndup(mem, text, length);
        request.length = 0;
        request.body = "";
    }
    if (kind->receive(mem, &config, &request, &received) == HOOK_GOOD)
        check_events(mem, received.events, received.n);
    else
        assert(received.why);
    received = (struct received){ 0 };
    if (kind->receive(mem, &signed_provider, &request, &received) == HOOK_GOOD)
        check_events(mem, received.events, received.n);
}

static void try_answer(void *mem, const struct provider_kind *kind, const char *text, size_t length,
                       int status)
{
    struct web_answer answer = { .status = status, .body = text, .length = length };
    struct sent sent = { .why = "" };

    kind->read(mem, &config, &answer, &sent);
    assert(sent.why);
    for (size_t i = 0; i < sent.n; i++)
        assert(sent.ids[i] && *sent.ids[i]);
}

static void try_pull(void *mem, const struct provider_kind *kind, const char *text, size_t length)
{
    for (const struct provider_poll *poll = kind->polls; poll && poll->name; poll++) {
        struct web_answer answer = { .status = 200, .body = text, .length = length };
        struct pulled pulled = { .cursor = "" };

        if (poll->read(mem, &config, &answer, &pulled)) {
            assert(pulled.cursor);
            check_events(mem, pulled.events, pulled.n);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = { 200, 202, 302, 400, 401, 429, 500, 503 };
    void *mem;
    const struct provider_kind *kind;
    const char *text;
    size_t n = 0;

    if (size < 2)
        return 0;
    mem = talloc_new(NULL);
    while (provider_kinds[n])
        n++;
    kind = provider_kinds[data[0] % n];
    text = talloc_strndup(mem, (const char *)data + 2, size - 2);
    if (memchr(data + 2, '\0', size - 2)) /* keep what stands behind it */
        text = memcpy(talloc_zero_size(mem, size - 1), data + 2, size - 2);
    switch (data[1] % 4) {
    case 0:
    case 1:
        try_hook(mem, kind, text, size - 2, data[1] % 4);
        break;
    case 2:
        try_answer(mem, kind, text, size - 2, statuses[(data[1] >> 2) % 8]);
        break;
    default:
        try_pull(mem, kind, text, size - 2);
    }
    talloc_free(mem);
    return 0;
}
