#include "gateway/provider/mapping.h"

#include <string.h>
#include <talloc.h>

#include "gateway/provider/fields.h"
#include "templates/words.h"

/* Templates that are only parts of others. */
static const char *const inner[] = { "kept-thing", "about",     "action",        "category", "label",
                                     "matter",     "rating",    "span",          "stage",    "state",
                                     "topic",      "unreached", "urgency-class", NULL };

static char *next_word(char **rest)
{
    char *word = *rest + strspn(*rest, " ");

    *rest = word + strcspn(word, " ");
    if (**rest)
        *(*rest)++ = '\0';
    return word;
}

static bool add_variable(struct mapping *mapping, char *word)
{
    char *equals = strchr(word, '=');

    if (!equals || equals == word || equals[1] == '\0' || mapping->n == MAPPING_VARIABLES_MOST)
        return false;
    *equals = '\0';
    mapping->variables[mapping->n++] = (struct pair){ word, equals + 1 };
    return true;
}

struct mapping *mapping_parse(void *mem, const char *entry, const char **error)
{
    struct mapping *mapping = talloc_zero(mem, struct mapping);
    char *rest = talloc_strdup(mapping, entry), *word;

    mapping->name = next_word(&rest);
    mapping->code = next_word(&rest);
    *error = "is not NAME CODE [VARIABLE=FIELD ...]";
    if (!*mapping->name || !*mapping->code || strchr(mapping->code, '='))
        return NULL;
    while (*(word = next_word(&rest)))
        if (!add_variable(mapping, word))
            return NULL;
    return mapping;
}

struct mapping *mapping_find(void *mem, const struct provider_config *provider, const char *name)
{
    struct mapping *rest = NULL, *mapping;
    const char *error;

    for (size_t i = 0; i < provider->n_templates; i++) {
        mapping = mapping_parse(mem, provider->templates[i], &error);
        if (mapping && strcmp(mapping->name, name) == 0)
            return mapping;
        if (mapping && strcmp(mapping->name, "*") == 0)
            rest = mapping;
    }
    return rest;
}

/* The provider puts its own signature in front. */
static const char *without_signature(const char *text)
{
    const char *end = strncmp(text, "【", strlen("【")) == 0 ? strstr(text, "】") : NULL;

    return end ? end + strlen("】") : text;
}

/* Members inside one another, a full stop between, as templates write them. */
static const char *dotted_field(void *mem, struct json_object *data, const char *field)
{
    char *path = talloc_asprintf(mem, "/%s", field);

    for (char *c = path; *c; c++)
        if (*c == '.')
            *c = '/';
    return json_field(mem, data, path);
}

const char *mapping_value(void *mem, const struct outgoing_text *text, const char *field)
{
    struct json_object *data;
    const char *value;

    if (strcmp(field, "*") == 0)
        return without_signature(text->text);
    data = text->data && *text->data ? json_parse(mem, text->data, strlen(text->data)) : NULL;
    value = dotted_field(mem, data, field);
    return value ? value : "";
}

static bool is_inner(const char *name)
{
    for (const char *const *one = inner; *one; one++)
        if (strcmp(*one, name) == 0)
            return true;
    return strchr(name, '.') != NULL;
}

const char **mapping_names(void *mem)
{
    const char *error, **names, **kept;
    struct words *words = words_open(mem, NULL, &error);
    size_t n = 0;

    if (!words)
        return NULL;
    names = words_names(mem, words, WORDS_LANGUAGE);
    while (names[n])
        n++;
    kept = talloc_zero_array(mem, const char *, (unsigned)n + 2);
    n = 0;
    for (const char **name = names; *name; name++)
        if (!is_inner(*name))
            kept[n++] = *name;
    kept[n] = "send"; /* an operator's own words */
    return kept;
}
