/*
 * The places that a text names, each with the units that it may mean. Only gazetteer_search.c, which settles
 * which of them is meant, and gazetteer_mentions.c include this header.
 */
#ifndef GATEWAY_UNDERSTAND_GAZETTEER_MENTIONS_H
#define GATEWAY_UNDERSTAND_GAZETTEER_MENTIONS_H

#include "gateway/understand/gazetteer_tables.h"

enum {
    FOUND_MOST = 8,      /* names that may begin at one character */
    MENTIONS_MOST = 16,  /* names considered in one text */
    CANDIDATES_MOST = 64 /* units of one name; with more it is as good as unknown */
};

/* A place's name in the text, and the units it may mean. */
struct mention {
    size_t from, to; /* symbols, with 村 and its like */
    size_t proper;   /* where the name proper ends */
    bool has_level;  /* 村, 镇 ... stand behind it, or are part of it */
    enum unit_level level;
    enum place_how how;
    int confidence;
    bool is_own; /* "我是 ... 的" */
    int32_t candidates[CANDIDATES_MOST];
    size_t n;
};

/* The text while places are looked for in it. */
struct search {
    const struct gazetteer *gazetteer;
    const struct normal *normal;
    uint32_t *symbols, *sounds, *where;
    size_t n;
    struct mention mentions[MENTIONS_MOST];
    size_t n_mentions;
};

/* Prepares a search whose gazetteer and normal are set and whose n_mentions is 0; its tables are allocated
 * from mem.
 */
void mentions_begin(struct search *search, void *mem);
/* Finds the names that can be places where they stand, from the beginning to the end of the text. */
void mentions_find(struct search *search);

/* Adds a place (its index) to the units that are meant, once. */
void mention_add(struct mention *mention, int32_t place);
/* Keeps the candidates of the level that is written: 东张镇 may mean 东张乡, but never 东张村. */
void mention_keep_level(const struct gazetteer *gazetteer, struct mention *mention);

#endif
