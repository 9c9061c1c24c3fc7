/*
 * What the operator keeps in the store in place of the configuration and the templates: days, limits, texts
 * and words of the lexicon.
 */
#ifndef GATEWAY_TURN_KEPT_MEANS_H
#define GATEWAY_TURN_KEPT_MEANS_H

#include "gateway/config.h"
#include "gateway/understand/lexicon.h"
#include "store/store.h"
#include "templates/words.h"

struct config_option;

/*
 * The configuration with the store's days and limits, which go before its own; the configuration itself where
 * the store has none. From mem. NULL: store_error says why.
 */
const struct config *kept_config(void *mem, struct store *store, const struct config *config);

/*
 * The words with the store's texts in place of their own, from mem, words itself where there are none; words
 * must live longer. A text that does not fit any more is left out and logged. NULL: store_error says why.
 */
const struct words *kept_words(void *mem, struct store *store, const struct words *words);

/* The store's texts, by name, from mem. False: store_error says why. */
bool kept_texts(void *mem, struct store *store, const struct words_text **texts, size_t *n);

/* What a table's words are kept as: "word" of topics, "class", "danger". NULL: it is none of them. */
const char *kept_table_name(enum lexicon_table table);
bool kept_table_parse(const char *name, enum lexicon_table *table);
/* Reads a kept value, "KIND WEIGHT": "road 4", "fire 10". False: there is no such kind, or the weight is no
 * number from 0 to what that table allows. */
bool kept_word_parse(void *mem, enum lexicon_table table, const char *value, struct lexicon_word *word);
const char *kept_word_kind(const struct lexicon_word *word);

/* The store's words of the lexicon, by table, from mem. False: store_error says why. */
bool kept_lexicon(void *mem, struct store *store, const struct lexicon_word **words, size_t *n);

/* The limits that may be kept: numbers, and kinds of days, that a running gateway takes. The next one behind
 * option, NULL: the first; NULL: there is none. */
const struct config_option *kept_next_limit(const struct config_option *option);
/* NULL: the name is none of them. */
const struct config_option *kept_limit(const char *name);
/* What is wrong with a limit's value, in words that follow its name, from mem; NULL: nothing. */
const char *kept_limit_wrong(void *mem, const struct config *config, const struct config_option *option,
                             const char *value);
/* Its value in the configuration, from mem. */
const char *kept_limit_value(void *mem, const struct config *config, const struct config_option *option);

#endif
