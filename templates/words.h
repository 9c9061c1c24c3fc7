/*
 * Every text a person reads, by language and name. The program carries a set (templates/LANGUAGE/NAME.txt,
 * .html, .csv); a directory of the same shape can replace it file by file, or add a language.
 */
#ifndef TEMPLATES_WORDS_H
#define TEMPLATES_WORDS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

/* What is used where a language lacks a text. */
#define WORDS_LANGUAGE "zh"

struct words;

/*
 * Compiles all of it; a text can include the others of its own language. directory may be NULL. When anything
 * is malformed or missing NULL, and *error, from mem, has a line "PATH:LINE: reason" for each.
 */
struct words *words_open(void *mem, const char *directory, const char **error);

/* The same without the program's own letters and boards (.html, .csv): what a gateway needs while it serves.
 */
struct words *words_open_texts(void *mem, const char *directory, const char **error);

/* Whether a folder of a language stands in the directory. */
bool words_are_in(const char *directory);

/*
 * The text, from mem, by threads at will. name is a file's name; without its ending it means NAME.txt, or the
 * other kind when there is no such text. What a phone gets (.txt) loses the newlines at its end. data may be
 * NULL and must not be in use by another thread. NULL when there is no such text or it does not end; *error
 * says which.
 */
char *words_render(void *mem, const struct words *words, const char *language, const char *name,
                   struct json_object *data, const char **error);

/* The languages, sorted; ends with NULL. */
const char *const *words_languages(const struct words *words);

/*
 * From mem, sorted: the names of the language's own texts as words_render takes them, "received" for
 * received.txt and "board.html" for board.html; ends with NULL. None for an unknown language.
 */
const char **words_names(void *mem, const struct words *words, const char *language);

#endif
