/*
 * The sound of characters, without tones: finds names that were written with other characters of the same
 * sound, or in Latin letters.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_PINYIN_H
#define GATEWAY_UNDERSTAND_TEXT_PINYIN_H

#include <stddef.h>
#include <stdint.h>

struct pinyin;

/* text: lines "syllable TAB characters", # for comments (templates/lexicon/pinyin.txt). */
struct pinyin *pinyin_new(void *mem, const char *text);

/* A number that all characters of the same reading share; the character itself when its reading is unknown.
 */
uint32_t pinyin_sound(const struct pinyin *pinyin, uint32_t character);

/* The sound of a syllable that is written in Latin letters; 0: they are no syllable. */
uint32_t pinyin_spelled(const struct pinyin *pinyin, const uint32_t *letters, size_t n);

/* The first letter of the syllable with this sound; 0 when it is no syllable's. */
uint32_t pinyin_initial(const struct pinyin *pinyin, uint32_t sound);

#endif
