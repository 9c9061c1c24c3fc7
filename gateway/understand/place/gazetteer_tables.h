/*
 * The tables that gazetteer.c fills and gazetteer_build.c puts in order; gazetteer_mentions.c,
 * gazetteer_settle.c, gazetteer_misspelled.c and gazetteer_search.c read them. No other file includes this
 * header.
 *
 * Made for every village of a country in some 40 MB: no text is kept but the pools of the word lists,
 * everything else is a number of 32 bits.
 */
#ifndef GATEWAY_UNDERSTAND_PLACE_GAZETTEER_TABLES_H
#define GATEWAY_UNDERSTAND_PLACE_GAZETTEER_TABLES_H

#include "gateway/understand/place/gazetteer.h"
#include "gateway/understand/text/wordlist.h"

enum { NONE = -1, DEPTH_MOST = 8 /* levels of units */ };

/* More units than a county or a city has: a bare word that is a village's name somewhere says nothing. */
enum { WIDE = 20000 };

struct place {
    int64_t id;
    int32_t parent;     /* index; NONE at the top */
    uint32_t end : 29;  /* the places in this one are those behind it, up to here */
    uint32_t level : 3; /* enum unit_level */
};

/* A claim: the index of a place that has a certain name, and whether the name is an alias. */
#define CLAIM_PLACE(claim) ((int32_t)((claim) >> 1))
#define CLAIM_IS_ALIAS(claim) ((claim)&1)

enum { FIRST_SIGN = 0x4E00, LAST_SIGN = 0x9FFF };

struct gazetteer {
    const struct normaliser *normaliser;
    const struct pinyin *pinyin;
    struct place *places; /* in the order of the tree: behind each one the places in it */
    size_t n_places;
    bool knows_villages;
    uint32_t *by_id; /* places in the order of their ids */
    int32_t *proper; /* the name of each place, a word of names; NONE */
    struct wordlist *names, *sounds;
    uint32_t *first_claim; /* of name i: claims[first_claim[i]] up to claims[first_claim[i + 1]], by place */
    uint32_t *claims;
    uint32_t *first_echo; /* of sound i: the names that sound so, in echoes */
    uint32_t *echoes;
    uint16_t *signs; /* what a character says of a name beside it: gazetteer_mentions.c */

    struct gathering *gathering; /* until gazetteer_close */
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

/* gazetteer_build.c: what is gathered of units, in the order they come, and the order made of it. */

struct name_of {
    uint32_t word;
    uint32_t claim; /* before the order: of the unit as it came */
};

struct gathering {
    int64_t *parents; /* ids, of each unit as it came */
    size_t room;
    struct name_of *names;
    size_t n_names, names_room;
};

/* Orders by id; no unit may be added behind it. */
void gazetteer_order(struct gazetteer *gazetteer);
/* The index of the unit with this id, once they are in order; NONE. */
int32_t gazetteer_place(const struct gazetteer *gazetteer, int64_t id);

/* gazetteer_mentions.c */

/* Notes which characters stand before, in and behind names. */
void gazetteer_make_signs(struct gazetteer *gazetteer);

#endif
