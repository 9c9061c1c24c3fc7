/*
 * Which letters a text is written in, and what they tell of its writer's language.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_WRITING_H
#define GATEWAY_UNDERSTAND_TEXT_WRITING_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway/understand/text/normalise.h"

/* Characters of a text, separators left out. */
struct writing {
    size_t han, latin, digits; /* numerals of either script are digits; latin: A to Z alone */
    size_t others; /* letters of every other script: Tibetan, Arabic, Mongolian, Yi, accents ... */
    size_t marks;  /* emoji and symbols, which no language has to itself */
};

/* Counts from this octet on. */
struct writing writing_count(const struct normal *normal, size_t from);

/* All of them together. */
size_t writing_characters(const struct writing *writing);

/*
 * "zh" for Han characters, "en" for A to Z with words of English among them; NULL where the letters do not
 * tell, and the writer is answered in the county's language: any other script, Latin letters that are no
 * English (pinyin, Uyghur in Latin letters), digits, STOP and TD, which people of all languages send.
 */
const char *writing_language(const struct normal *normal, const struct writing *writing);

/* Whether the tables of Chinese words cannot read it. */
bool writing_is_foreign(const struct writing *writing);

#endif
