#include "gateway/config/compare.h"

#include <string.h>
#include <talloc.h>

#include "gateway/config/table.h"

struct comparison {
    void *mem;
    struct config_difference *list;
    size_t n;
};

static void add(struct comparison *comparison, const char *what, bool is_live)
{
    comparison->list = talloc_realloc(comparison->mem, comparison->list, struct config_difference,
                                      (unsigned)comparison->n + 1);
    comparison->list[comparison->n++] = (struct config_difference){ what, is_live };
}

static const void *field_at(const void *values, size_t at)
{
    return (const char *)values + at;
}

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_same_list(const void *a, const void *b, const struct config_option *option)
{
    const char **left = *(const char **const *)field_at(a, option->at),
               **right = *(const char **const *)field_at(b, option->at);
    size_t n = *(const size_t *)field_at(a, option->count_at);

    if (n != *(const size_t *)field_at(b, option->count_at))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is_same_text(left[i], right[i]))
            return false;
    return true;
}

/* Octets of a field that is no pointer. */
static size_t size_of(enum config_shape shape)
{
    static const size_t sizes[] = {
        [SHAPE_TEXT] = sizeof(char *),
        [SHAPE_TRUTH] = sizeof(bool),
        [SHAPE_NUMBER] = sizeof(int),
        [SHAPE_SPAN] = sizeof(int),
        [SHAPE_LIMIT] = sizeof(struct time_limit_config),
        [SHAPE_PERIOD] = sizeof(struct period_config),
    };

    return sizes[shape];
}

static bool is_same(const void *a, const void *b, const struct config_option *option)
{
    enum config_shape shape = option->type->shape;
    const void *left = field_at(a, option->at), *right = field_at(b, option->at);

    if (option->type->is_list)
        return is_same_list(a, b, option);
    if (shape == SHAPE_TEXT)
        return is_same_text(*(const char *const *)left, *(const char *const *)right);
    return memcmp(left, right, size_of(shape)) == 0 &&
           (shape != SHAPE_SPAN ||
            memcmp(field_at(a, option->count_at), field_at(b, option->count_at), size_of(shape)) == 0);
}

/* where: " in modem \"north\"", or "". */
static void compare_options(struct comparison *comparison, const struct config_section *section,
                            const void *a, const void *b, const char *where)
{
    for (const struct config_option *option = section->options; option->name; option++)
        if (!is_same(a, b, option))
            add(comparison, talloc_asprintf(comparison->mem, "%s%s", option->name, where), option->is_live);
}

/* The struct of the section with a title; NULL: there is none. */
static const void *find_titled(const struct config *config, const struct config_section *section,
                               const char *title)
{
    const char *array = *(const char *const *)field_at(config, section->array_at);
    size_t n = *(const size_t *)field_at(config, section->count_at);

    for (size_t i = 0; i < n; i++, array += section->size)
        if (is_same_text(*(const char *const *)field_at(array, section->title_at), title))
            return array;
    return NULL;
}

/* Sections of one name: those of a against their like in b; with is_new only what b lacks counts. */
static void compare_titled(struct comparison *comparison, const struct config_section *section,
                           const struct config *a, const struct config *b, bool is_new)
{
    const char *array = *(const char *const *)field_at(a, section->array_at);
    size_t n = *(const size_t *)field_at(a, section->count_at);

    for (size_t i = 0; i < n; i++, array += section->size) {
        const char *title = *(const char *const *)field_at(array, section->title_at);
        const char *where = talloc_asprintf(comparison->mem, "%s \"%s\"", section->name, title);
        const void *other = find_titled(b, section, title);

        if (!other)
            add(comparison, where, false);
        else if (!is_new)
            compare_options(comparison, section, array, other,
                            talloc_asprintf(comparison->mem, " in %s", where));
    }
}

struct config_difference *config_differences(void *mem, const struct config *old, const struct config *new,
                                             size_t *n)
{
    struct comparison comparison = { .mem = mem };

    for (const struct config_section *section = config_sections; section->name; section++) {
        if (section->has_title) {
            compare_titled(&comparison, section, old, new, false);
            compare_titled(&comparison, section, new, old, true);
        } else {
            compare_options(&comparison, section, old, new,
                            *section->name ? talloc_asprintf(mem, " in %s", section->name) : "");
        }
    }
    *n = comparison.n;
    return comparison.list;
}

void config_take_live(struct config *config, const struct config *from)
{
    for (const struct config_section *section = config_sections; section->name; section++)
        for (const struct config_option *option = section->options; !section->has_title && option->name;
             option++) {
            if (!option->is_live)
                continue;
            memcpy((char *)config + option->at, field_at(from, option->at), size_of(option->type->shape));
            if (option->type->is_list)
                memcpy((char *)config + option->count_at, field_at(from, option->count_at), sizeof(size_t));
        }
}
