/* Any octets as the body of a JSON webhook: what is taken has all that an event needs. */
#include <assert.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *delivered[] = { "ok" };
    static const struct provider_config providers[] = {
        { .kind = "generic",
          .in_from = "from",
          .in_text = "text",
          .in_id = "id",
          .in_time = "time",
          .receipt_id = "id",
          .receipt_status = "status",
          .receipt_delivered = delivered,
          .n_receipt_delivered = 1 },
        { .kind = "generic", .in_list = "/results", .in_from = "/a/from", .in_text = "/a/text/0" },
    };
    static const struct pair headers[] = { { "Content-Type", "application/json" } };

    for (size_t p = 0; p < 2; p++) {
        void *mem = talloc_new(NULL);
        struct hook_request request = {
            .method = "POST", .headers = headers, .n_headers = 1, .length = size, .now = 1700000000
        };
        struct received received = { 0 };
        char *body = talloc_size(mem, size + 1);

        memcpy(body, data, size);
        body[size] = '\0';
        request.body = body;
        if (provider_kind_find("generic")->receive(mem, &providers[p], &request, &received) == HOOK_GOOD)
            for (size_t i = 0; i < received.n; i++) {
                assert(received.events[i].external_id && *received.events[i].external_id);
                assert(received.events[i].from);
                assert(received.events[i].kind == EVENT_RECEIPT || received.events[i].text);
            }
        talloc_free(mem);
    }
    return 0;
}
