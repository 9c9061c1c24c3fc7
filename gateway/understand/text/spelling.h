/*
 * Names in Latin letters: liyoutian, li you tian, LYT.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_SPELLING_H
#define GATEWAY_UNDERSTAND_TEXT_SPELLING_H

#include "gateway/understand/text/pinyin.h"

#include <stdbool.h>

/*
 * Reads letters a to z that stand together as sounds of characters; at most n of them, and sounds has room
 * for that. Up to four letters that are no syllables stay letters, which spelling_is takes for initials; more
 * are one sound that is like no other: a word of another language.
 */
size_t spelling_read(const struct pinyin *pinyin, const uint32_t *letters, size_t n, uint32_t *sounds);

/* The sound of what has none: it differs from all characters' sounds. */
uint32_t spelling_of_mark(uint32_t mark);

/* Whether a sound of a text is this one of a name, or the letter that it begins with. */
bool spelling_is(const struct pinyin *pinyin, uint32_t sound, uint32_t of_name);

/* Whether it is such a letter. */
bool spelling_is_initial(uint32_t sound);

#endif
