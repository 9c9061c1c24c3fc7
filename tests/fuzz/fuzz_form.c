/* Any octets as a form, a query, a time, a number, and what proxies write. */
#include <arpa/inet.h>
#include <assert.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

#include "gateway/http/forwarded.h"
#include "gateway/provider/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_forwarded(const char *text)
{
    static const char *const names[] = { "Forwarded", "X-Forwarded-For" };
    static const char *networks[] = { "127.0.0.0/8", "2001:db8::/32" };

    for (size_t i = 0; i < 2; i++) {
        const struct config config = { .http_proxies = networks,
                                       .n_http_proxies = 2,
                                       .http_proxy_header = names[i] };
        const struct pair headers[] = { { names[i], text }, { names[i], text } };
        const struct sockaddr_in peer = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
        struct sockaddr_storage client;

        forwarded_client(&config, (const struct sockaddr *)&peer, headers, 2, &client);
        assert(client.ss_family == AF_INET || client.ss_family == AF_INET6 || client.ss_family == AF_UNSPEC);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *mem = talloc_new(NULL);
    struct pair *form;
    size_t n;

    try_forwarded(talloc_strndup(mem, (const char *)data, size));
    form_octets(mem, (const char *)data, size, "text", &n);
    if (form_parse(mem, (const char *)data, size, &form, &n)) {
        assert(n <= FORM_FIELDS_MOST);
        for (size_t i = 0; i < n; i++) {
            int64_t at;

            assert(!u8_check((const uint8_t *)form[i].name, strlen(form[i].name)));
            assert(!u8_check((const uint8_t *)form[i].value, strlen(form[i].value)));
            provider_time(form[i].value, &at);
            assert(provider_number(mem, form[i].value, i % 2));
        }
    }
    talloc_free(mem);
    return 0;
}
