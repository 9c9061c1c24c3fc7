/*
 * The tables that gazetteer.c builds; gazetteer_mentions.c and gazetteer_search.c read them. No other file
 * includes this header.
 */
#ifndef GATEWAY_UNDERSTAND_GAZETTEER_TABLES_H
#define GATEWAY_UNDERSTAND_GAZETTEER_TABLES_H

#include "gateway/understand/gazetteer.h"
#include "gateway/understand/text/wordlist.h"

enum { NONE = -1 };

struct place {
    int64_t id;
    int64_t parent_id;
    int32_t parent; /* index; NONE at the top */
    enum unit_level level;
};

/* A unit that has a certain name. */
struct claim {
    int32_t place;
    int32_t next; /* the next unit of the same name; NONE */
    bool is_alias;
};

/* A name that has a certain sound. */
struct echo {
    int32_t name;
    int32_t next; /* the next name of the same sound; NONE */
};

struct gazetteer {
    const struct normaliser *normaliser;
    const struct pinyin *pinyin;
    struct place *places; /* sorted by id */
    size_t n_places;
    struct wordlist *names, *sounds;
    int32_t *first_claim, *first_echo; /* indexed by the words of names, and of sounds; NONE */
    struct claim *claims;
    struct echo *echoes;
    size_t n_claims, n_echoes, most; /* most: room for claims and echoes */
};

/* gazetteer.c: names and what stands behind them. */

/* Endings of a level's names, such as 村委会; longer ones first; the last has words NULL. */
struct unit_suffix {
    const char *words;
    enum unit_level level;
};
extern const struct unit_suffix unit_suffixes[];

/* The octets of the name without the suffix of its level; a suffix stays when fewer than two characters would
 * be left. */
size_t proper_length(const char *name, size_t length, enum unit_level level);
/* Of UTF-8 text; lengths are octets. */
size_t count_characters(const char *text, size_t length);
bool text_ends_with(const char *text, size_t length, const char *words);

#endif
