#include "gateway/turn/kept_means.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/config/table.h"
#include "gateway/log.h"
#include "gateway/turn/kept_days.h"
#include "store/kept/values.h"

static bool is_limit(const struct config_option *option)
{
    size_t length = strlen(option->name);
    bool is_kind_of_days = length > 7 && strcmp(option->name + length - 7, "_counts") == 0;

    return option->is_live && (option->type == &config_number || is_kind_of_days);
}

const struct config_option *kept_next_limit(const struct config_option *option)
{
    option = option ? option + 1 : config_sections[0].options;
    while (option->name && !is_limit(option))
        option++;
    return option->name ? option : NULL;
}

const struct config_option *kept_limit(const char *name)
{
    const struct config_option *option = NULL;

    while ((option = kept_next_limit(option)))
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

const char *kept_limit_wrong(void *mem, const struct config *config, const struct config_option *option,
                             const char *value)
{
    struct config *trial = talloc_memdup(mem, config, sizeof *config);

    return config_set(trial, trial, option, value);
}

const char *kept_limit_value(void *mem, const struct config *config, const struct config_option *option)
{
    const void *field = (const char *)config + option->at;

    return option->type == &config_number ? talloc_asprintf(mem, "%d", *(const int *)field)
                                          : talloc_strdup(mem, *(const char *const *)field);
}

const struct config *kept_config(void *mem, struct store *store, const struct config *config)
{
    const struct config *with_days = kept_days_config(mem, store, config);
    struct config *merged;
    struct kept_value *limits;
    size_t n;

    if (!with_days || !store_kept_values(store, mem, "limit", &limits, &n))
        return NULL;
    if (n == 0)
        return with_days;
    merged = talloc_memdup(mem, with_days, sizeof *with_days);
    for (size_t i = 0; i < n; i++) {
        const struct config_option *option = kept_limit(limits[i].key);

        if (option) /* what another version does not know, or not allow, is left as configured */
            (void)config_set(merged, merged, option, limits[i].value);
    }
    return merged;
}

bool kept_texts(void *mem, struct store *store, const struct words_text **texts, size_t *n)
{
    struct words_text *list;
    struct kept_value *kept;

    if (!store_kept_values(store, mem, "text", &kept, n))
        return false;
    *texts = list = talloc_array(mem, struct words_text, (unsigned)*n);
    for (size_t i = 0; i < *n; i++)
        list[i] = (struct words_text){ kept[i].key, kept[i].value };
    return true;
}

const struct words *kept_words(void *mem, struct store *store, const struct words *words)
{
    const struct words_text *texts;
    const struct words *over;
    const char *wrong;
    size_t n;

    if (!kept_texts(mem, store, &texts, &n))
        return NULL;
    if (n == 0)
        return words;
    over = words_over(mem, words, texts, n, &wrong);
    if (wrong)
        log_warning("texts that the operator keeps and that do not fit: %s", wrong);
    return over;
}

bool kept_lexicon(void *mem, struct store *store, const struct lexicon_word **words, size_t *n)
{
    struct lexicon_word *list;
    struct kept_value *kept;
    size_t n_kept;

    *n = 0;
    if (!store_kept_values(store, mem, "word", &kept, &n_kept))
        return false;
    *words = list = talloc_array(mem, struct lexicon_word, (unsigned)n_kept);
    for (size_t i = 0; i < n_kept; i++) {
        const char *blank = strchr(kept[i].value, ' ');

        list[*n].word = kept[i].key;
        list[*n].weight = blank ? atoi(blank + 1) : 0;
        if (blank &&
            topic_parse(talloc_strndup(mem, kept[i].value, (size_t)(blank - kept[i].value)), &list[*n].topic))
            ++*n;
    }
    return true;
}
