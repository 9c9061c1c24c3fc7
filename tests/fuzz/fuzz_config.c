/* Any octets as a configuration: what our own check finds good, libconfuse must read too. */
#include <assert.h>
#include <string.h>
#include <talloc.h>

#include "gateway/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What config_read_text says when libconfuse refuses the text. */
static bool is_refusal(const char *problem)
{
    const char *words = problem + strlen("fuzz.conf:");

    words += strspn(words, "0123456789");
    return strcmp(words, ": cannot be read as a whole") == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *mem = talloc_new(NULL);
    struct config_problem *problems;
    size_t n;
    const struct config *config = config_read_text(mem, "fuzz.conf", (const char *)data, size, &problems, &n);
    bool has_error = false;

    for (size_t i = 0; i < n; i++) {
        has_error |= !problems[i].is_warning;
        assert(!is_refusal(problems[i].text));
    }
    assert(has_error == (config == NULL));
    talloc_free(mem);
    return 0;
}
