/*
 * How characters are read, without tones: what is written by ear sounds right.
 */
#ifndef GATEWAY_UNDERSTAND_PINYIN_H
#define GATEWAY_UNDERSTAND_PINYIN_H

#include <stddef.h>
#include <stdint.h>

struct pinyin;

/* text: lines "syllable TAB characters", # for comments (templates/lexicon/pinyin.txt). */
struct pinyin *pinyin_new(void *mem, const char *text);

/* A number for the syllable, the same for all characters read alike; the character itself when it is not
 * known. */
uint32_t pinyin_sound(const struct pinyin *pinyin, uint32_t character);

#endif
