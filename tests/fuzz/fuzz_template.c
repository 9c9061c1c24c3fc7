/* The first byte is the kind of file; the rest a template, and behind a 0xFF one that it can include. */
#include "templates/mustache.h"

#include <stdint.h>
#include <string.h>
#include <talloc.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char data_text[] = "{\"a\": \"=<b>\\u202e\\n\\\"'&\", \"b\": [1, 2.5, \"x\", null, [true]], "
                                "\"c\": {\"a\": \"\", \"d\": {\"e\": -1}},"
                                " \"f\": false, \"n\": null, \"p\": \"+8613900000000\"}";

static const struct template *find_partial(const void *from, const char *name)
{
    return *name == 'p' ? from : NULL;
}

static struct template *compile(void *mem, const uint8_t *source, size_t length, enum template_kind kind)
{
    const char *error = NULL;
    struct template *template = template_compile(mem, (const char *)source, length, kind, &error);

    if (!template && !strstr(error, ": "))
        __builtin_trap();
    return template;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    void *mem = talloc_new(NULL);
    struct json_object *data = json_tokener_parse(data_text);
    const uint8_t *end = bytes + size, *source = size > 0 ? bytes + 1 : bytes;
    const uint8_t *mark = size > 0 ? memchr(source, 0xFF, (size_t)(end - source)) : NULL;
    enum template_kind kind = size > 0 ? (enum template_kind)(*bytes % 4) : TEMPLATE_RAW;
    struct template *partial = mark ? compile(mem, mark + 1, (size_t)(end - mark - 1), kind) : NULL;
    struct template *template = compile(mem, source, (size_t)((mark ? mark : end) - source), kind);
    struct template_partials partials = { find_partial, partial };
    FILE *out = fopen("/dev/null", "w");
    const char *error;
    size_t line;

    if (template) {
        template_missing_partial(template, &partials, &line);
        if (template_render(template, data, &partials, out, &error) != !error)
            __builtin_trap();
    }
    fclose(out);
    json_object_put(data);
    talloc_free(mem);
    return 0;
}
