/*
 * The words of the page: a table of key, Chinese and English (templates/page/words.tsv).
 */
#ifndef GATEWAY_PAGE_DICTIONARY_H
#define GATEWAY_PAGE_DICTIONARY_H

#include <json-c/json.h>

struct dictionary;

/* text: lines "key TAB Chinese TAB English"; # begins a comment. NULL: *error names the line, from mem. */
struct dictionary *dictionary_new(void *mem, const char *text, const char **error);

/* The key itself where the table has no such word. Any other language than "en" reads Chinese. */
const char *dictionary_word(const struct dictionary *dictionary, const char *language, const char *key);

/* All words of a language as one object, owned by the caller. */
struct json_object *dictionary_all(const struct dictionary *dictionary, const char *language);

#endif
