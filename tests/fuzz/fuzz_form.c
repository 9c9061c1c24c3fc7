/* Any octets as a form, a query, a time and a number. */
#include <assert.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

#include "gateway/provider/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *mem = talloc_new(NULL);
    struct pair *form;
    size_t n;

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
