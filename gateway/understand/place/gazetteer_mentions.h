/*
 * The places that a text names, each with the units that it may mean: gazetteer_mentions.c finds them,
 * gazetteer_settle.c chooses between units of one name, gazetteer_misspelled.c reads a name with a wrong
 * character. Only these and gazetteer_search.c include this header.
 */
#ifndef GATEWAY_UNDERSTAND_PLACE_GAZETTEER_MENTIONS_H
#define GATEWAY_UNDERSTAND_PLACE_GAZETTEER_MENTIONS_H

#include "gateway/understand/place/gazetteer_tables.h"

enum {
    FOUND_MOST = 8,       /* names that may begin at one character */
    MENTIONS_MOST = 16,   /* names considered in one text */
    CANDIDATES_MOST = 256 /* units of one name */
};

/* A place's name in the text, and the units it may mean. */
struct mention {
    size_t from, to; /* symbols, with 村 and its like */
    size_t proper;   /* where the name proper ends */
    bool has_level;  /* 村, 镇 ... stand behind it, or are part of it */
    enum unit_level level;
    enum place_how how;
    int confidence;
    bool is_placed;      /* the text names a unit around it */
    bool is_own;         /* "我是 ... 的" */
    bool is_heard;       /* word is one of sounds, not of names */
    uint32_t word;       /* its units are those that have this name, or a name of this sound */
    int32_t *candidates; /* in the order of places, unless heard */
    size_t n;
};

/* The text while places are looked for in it. */
struct search {
    const struct gazetteer *gazetteer;
    const struct normal *normal;
    uint32_t *symbols, *sounds, *where;
    size_t n;
    bool takes_offices; /* departments and offices count as well */
    struct mention mentions[MENTIONS_MOST];
    size_t n_mentions;
    size_t rooms;                                 /* taken: each mention that is found takes one */
    int32_t room[MENTIONS_MOST][CANDIDATES_MOST]; /* for the candidates of each mention */
};

/* gazetteer_mentions.c */

/* A search whose tables are allocated from mem; normal must live as long. */
struct search *mentions_begin(const struct gazetteer *gazetteer, void *mem, const struct normal *normal);
/* Finds the names that can be places where they stand, from the beginning to the end of the text. */
void mentions_find(struct search *search);

/* The candidates become the units of the mention's word, of its level where it has one, among places
 * [from, to). */
void mention_gather(const struct search *search, struct mention *mention, int32_t from, int32_t to);
/* Keeps only the units that lie in one of the candidates of that level of areas; changes nothing where none
 * does. */
bool mention_narrow(const struct search *search, struct mention *mention, const struct mention *areas,
                    enum unit_level level);
/* Reads the level from the text behind the name, else from the end of the name itself. */
void mention_read_level(const struct search *search, struct mention *mention);
/* Whether the name stands where a name can begin. */
bool mention_is_bounded(const struct search *search, size_t from);
/* Whether 村, 镇 or their like may begin at a symbol. */
bool mention_can_end(const struct search *search, size_t at);
bool mention_is_one_of(uint32_t symbol, const char *characters);

/* gazetteer_settle.c */

/* Chooses between units of one name by what else the text names, then by home (an index; NONE). */
void settle_mentions(struct search *search, int32_t home);
/* The mention that the text speaks of most; NULL: there is none. */
const struct mention *settle_best(const struct search *search);

/* gazetteer_misspelled.c */

/*
 * Adds a mention for a name of a place of which one character is another, where the text names the township
 * or county, or home does, or the gazetteer knows no more than a county's places. Only where one place fits.
 */
void misspelled_find(struct search *search, int32_t home);

#endif
