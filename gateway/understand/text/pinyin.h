/*
 * The sound of characters, without tones: finds names that were written with other characters of the same
 * sound.
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

#endif
