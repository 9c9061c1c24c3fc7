/*
 * Any octets as a configuration: it is refused with a reason, or every field holds what its option allows.
 */
#include <assert.h>
#include <string.h>
#include <talloc.h>

#include "gateway/config.h"
#include "gateway/config/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_field(const char *values, const struct config_option *option)
{
    const void *field = values + option->at;

    if (option->type == &config_number) {
        assert(*(const int *)field >= option->least && *(const int *)field <= option->most);
    } else if (option->type->is_list) {
        const char *const *list = *(const char *const *const *)field;

        for (size_t i = *(const size_t *)(const void *)(values + option->count_at); i > 0; i--)
            assert(list[i - 1]);
    } else if (option->type == &config_yes_or_no) {
        assert(*(const unsigned char *)field <= 1);
    } else if ((option->preset || option->is_required) && option->type != &config_hours) {
        assert(*(const char *const *)field);
    }
}

static bool is_set(const char *values, const struct config_option *option)
{
    const void *field = values + option->at;

    if (option->type->is_list)
        return *(const size_t *)(const void *)(values + option->count_at) > 0;
    if (option->type == &config_number || option->type == &config_hours)
        return *(const int *)field != 0;
    if (option->type == &config_yes_or_no)
        return *(const unsigned char *)field != 0;
    return (option->preset || option->is_required) && *(const char *const *)field;
}

/* A section that may be missing has presets only where it is given. */
static bool is_missing(const char *values, const struct config_section *section)
{
    bool is_given = section->is_always || !*section->name;

    for (const struct config_option *option = section->options; option->name && !is_given; option++)
        is_given = is_set(values, option);
    return !is_given;
}

static void check_section(const struct config *config, const struct config_section *section)
{
    const char *base = (const char *)config, *values = base;
    size_t n = 1;

    if (section->has_title) {
        values = *(const char *const *)(const void *)(base + section->array_at);
        n = *(const size_t *)(const void *)(base + section->count_at);
    } else if (is_missing(base, section)) {
        n = 0;
    }
    for (size_t i = 0; i < n; i++, values += section->size) {
        if (section->has_title)
            assert(**(const char *const *)(const void *)(values + section->title_at));
        for (const struct config_option *option = section->options; option->name; option++)
            check_field(values, option);
    }
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
        assert(strncmp(problems[i].text, "fuzz.conf:", strlen("fuzz.conf:")) == 0);
        assert(i == 0 || problems[i - 1].line <= problems[i].line);
    }
    assert(has_error == (config == NULL));
    for (const struct config_section *section = config_sections; config && section->name; section++)
        check_section(config, section);
    talloc_free(mem);
    return 0;
}
