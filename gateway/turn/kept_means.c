#include "gateway/turn/kept_means.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/config/table.h"
#include "gateway/log.h"
#include "gateway/turn/kept_days.h"
#include "gateway/understand/danger.h"
#include "store/kept/values.h"

/* The heaviest words: of danger, one that alone makes any text urgent. */
enum { MOST_WEIGHT = 9, MOST_OF_DANGER = 16 };

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

static const char *const tables[LEXICON_TABLES] = {
    [LEXICON_TOPICS] = "word",
    [LEXICON_CLASSES] = "class",
    [LEXICON_DANGERS] = "danger",
};

const char *kept_table_name(enum lexicon_table table)
{
    return tables[table];
}

bool kept_table_parse(const char *name, enum lexicon_table *table)
{
    for (int i = 0; i < LEXICON_TABLES; i++)
        if (strcmp(tables[i], name) == 0) {
            *table = (enum lexicon_table)i;
            return true;
        }
    return false;
}

const char *kept_word_kind(const struct lexicon_word *word)
{
    return word->table == LEXICON_DANGERS   ? danger_kind_name(word->kind)
           : word->table == LEXICON_CLASSES ? cue_name((enum cue)word->kind)
                                            : topic_name((enum topic)word->kind);
}

static bool parse_kind(const char *name, struct lexicon_word *word)
{
    enum topic topic = TOPIC_OTHER;
    enum cue cue = CUE_NEED;
    bool is_known = word->table == LEXICON_DANGERS   ? danger_kind(name) >= 0
                    : word->table == LEXICON_CLASSES ? cue_parse(name, &cue)
                                                     : topic_parse(name, &topic);

    word->kind = word->table == LEXICON_DANGERS   ? danger_kind(name)
                 : word->table == LEXICON_CLASSES ? (int)cue
                                                  : (int)topic;
    return is_known;
}

bool kept_word_parse(void *mem, enum lexicon_table table, const char *value, struct lexicon_word *word)
{
    const char *blank = strchr(value, ' '), *weight = blank ? blank + 1 : "";
    size_t n = strspn(weight, "0123456789");

    word->table = table;
    word->weight = atoi(weight);
    return blank && parse_kind(talloc_strndup(mem, value, (size_t)(blank - value)), word) && n > 0 && n < 3 &&
           !weight[n] && word->weight <= (table == LEXICON_DANGERS ? MOST_OF_DANGER : MOST_WEIGHT);
}

static bool add_lexicon(void *mem, struct store *store, enum lexicon_table table, struct lexicon_word **words,
                        size_t *n)
{
    struct kept_value *kept;
    size_t n_kept;

    if (!store_kept_values(store, mem, tables[table], &kept, &n_kept))
        return false;
    *words = talloc_realloc(mem, *words, struct lexicon_word, (unsigned)(*n + n_kept));
    for (size_t i = 0; i < n_kept; i++) {
        (*words)[*n].word = kept[i].key;
        *n += kept_word_parse(mem, table, kept[i].value, &(*words)[*n]);
    }
    return true;
}

bool kept_lexicon(void *mem, struct store *store, const struct lexicon_word **words, size_t *n)
{
    struct lexicon_word *list = NULL;

    *n = 0;
    for (int table = 0; table < LEXICON_TABLES; table++)
        if (!add_lexicon(mem, store, (enum lexicon_table)table, &list, n))
            return false;
    *words = list;
    return true;
}
