/*
 * The words of the page: a table of key, Chinese and English (templates/page/words.tsv).
 */
#ifndef GATEWAY_PAGE_DICTIONARY_H
#define GATEWAY_PAGE_DICTIONARY_H

#include <json-c/json.h>

struct dictionary;

/* text: UTF-8 lines "key TAB Chinese TAB English"; # begins a comment. NULL: *error, from mem, names the
 * line. */
struct dictionary *dictionary_new(void *mem, const char *text, const char **error);

/* The key itself where the table does not have it. Any language other than "en" gives Chinese. */
const char *dictionary_word(const struct dictionary *dictionary, const char *language, const char *key);

/* All words of a language as one object, owned by the caller. */
struct json_object *dictionary_all(const struct dictionary *dictionary, const char *language);

#endif
