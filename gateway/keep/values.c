#include "gateway/keep/values.h"

#include <string.h>
#include <talloc.h>

#include "gateway/config/table.h"
#include "gateway/turn/kept_means.h"
#include "store/kept/values.h"

/* In octets. */
enum { LONGEST_WORD = 48, SHORTEST_OF_DANGER = 4 };

bool values_read(struct turn *turn, const char *kind, const char *key, const char **value)
{
    struct kept_value *kept;

    if (!store_kept_value(turn->store, turn->mem, kind, key, &kept))
        return false;
    if (kept)
        *value = kept->value;
    return true;
}

bool values_write(struct turn *turn, const char *kind, const char *key, const char *value)
{
    enum lexicon_table table;

    turn->has_new_names |= kept_table_parse(kind, &table);
    turn->has_new_texts |= strcmp(kind, "text") == 0;
    return *value ? store_put_kept_value(turn->store, &(struct kept_value){ kind, key, value })
                  : store_drop_kept_value(turn->store, kind, key);
}

/* A single letter would stand in every text, and so would half the Chinese characters that tell of danger. */
static const char *wrong_word(struct turn *turn, enum lexicon_table table, const char *key, const char *value)
{
    struct lexicon_word word;

    if (strlen(key) > LONGEST_WORD || strlen(key) < (table == LEXICON_DANGERS ? SHORTEST_OF_DANGER : 2))
        return key;
    return kept_word_parse(turn->mem, table, value, &word) ? NULL : value;
}

/* The name where there is no such limit, else the value and what it may be. */
static const char *wrong_limit(struct turn *turn, const char *key, const char *value)
{
    const struct config_option *option = kept_limit(key);

    if (!option)
        return key;
    if (!kept_limit_wrong(turn->mem, turn->config, option, value))
        return NULL;
    return option->type == &config_number
               ? talloc_asprintf(turn->mem, "%s (%d-%d)", value, option->least, option->most)
               : talloc_asprintf(turn->mem, "%s (%s)", value, option->words);
}

const char *values_wrong(struct turn *turn, const char *kind, const char *key, const char *value)
{
    enum lexicon_table table;

    if (!*value)
        return NULL;
    if (kept_table_parse(kind, &table))
        return wrong_word(turn, table, key, value);
    if (strcmp(kind, "text") == 0)
        return words_wrong(turn->mem, turn->words, &(struct words_text){ key, value });
    return wrong_limit(turn, key, value);
}
