#include "gateway/keep/values.h"

#include <string.h>
#include <talloc.h>

#include "gateway/config/table.h"
#include "gateway/turn/kept_means.h"
#include "store/kept/values.h"

enum { LONGEST_WORD = 48 };

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
    turn->has_new_names |= strcmp(kind, "word") == 0;
    turn->has_new_texts |= strcmp(kind, "text") == 0;
    return *value ? store_put_kept_value(turn->store, &(struct kept_value){ kind, key, value })
                  : store_drop_kept_value(turn->store, kind, key);
}

/* "road 4": a topic and a weight from 0 to 9. */
static const char *wrong_word(struct turn *turn, const char *key, const char *value)
{
    const char *blank = strchr(value, ' ');
    enum topic topic;

    if (strlen(key) > LONGEST_WORD || strlen(key) < 2)
        return key;
    if (!blank || !topic_parse(talloc_strndup(turn->mem, value, (size_t)(blank - value)), &topic))
        return value;
    return strlen(blank + 1) == 1 && strspn(blank + 1, "0123456789") == 1 ? NULL : blank + 1;
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
    if (!*value)
        return NULL;
    if (strcmp(kind, "word") == 0)
        return wrong_word(turn, key, value);
    if (strcmp(kind, "text") == 0)
        return words_wrong(turn->mem, turn->words, &(struct words_text){ key, value });
    return wrong_limit(turn, key, value);
}
