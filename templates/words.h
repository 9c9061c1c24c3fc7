/*
 * Every text that a person reads, by language and name. A set is embedded in the program
 * (templates/LANGUAGE/NAME.txt, .html, .csv); a directory of the same layout can replace it file by file, or
 * add a language.
 */
#ifndef TEMPLATES_WORDS_H
#define TEMPLATES_WORDS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "templates/names.h"

/* The language used where another one lacks a text. */
#define WORDS_LANGUAGE "zh"

struct words;

/*
 * Compiles all texts; a text can include others of its own language. directory may be NULL. NULL when
 * anything is malformed or missing: *error, from mem, has a line "PATH:LINE: reason" for each.
 */
struct words *words_open(void *mem, const char *directory, const char **error);

/* The same without the embedded letters and boards (.html, .csv): all that the running gateway needs. */
struct words *words_open_texts(void *mem, const char *directory, const char **error);

/* A text in place of the one of this language and name ("zh/received"). */
struct words_text {
    const char *name, *text;
};

/*
 * words_over.c: the words with these texts in place of their own; words must live longer. One that is wrong
 * is left out: *wrong, from mem, has a line for each; NULL: none is.
 */
struct words *words_over(void *mem, const struct words *words, const struct words_text *texts, size_t n,
                         const char **wrong);

/*
 * words_over.c: what is wrong with a text that is to be put in place of another, from mem, in words that name
 * it; NULL: nothing. It must be a template, and may use what the text it replaces uses in any language.
 */
const char *words_wrong(void *mem, const struct words *words, const struct words_text *text);

/* words_over.c: the source of a text ("zh/received") with its comments, from mem; NULL: there is none. */
const char *words_source(void *mem, const struct words *words, const char *name);

/* The names that a text looks up in any language; none where there is no such text. */
struct template_names words_names_in(const struct words *words, const char *name);

/* Whether the directory has a folder of a language. */
bool words_are_in(const char *directory);

/*
 * The rendered text, from mem; any thread may call it. name is a file's name; without an ending it means
 * NAME.txt, or another kind when there is no such text. A .txt loses the newlines at its end. data may be
 * NULL, and no other thread may use it meanwhile. NULL when there is no such text or it is too long: *error
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
