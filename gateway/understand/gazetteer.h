/*
 * The names of units: which place a text speaks of, and which unit a name means. A name is known without its
 * 村, 镇, 乡, 社区, 村民委员会, by its aliases, and written with other characters that sound the same.
 */
#ifndef GATEWAY_UNDERSTAND_GAZETTEER_H
#define GATEWAY_UNDERSTAND_GAZETTEER_H

#include "gateway/understand/normalise.h"
#include "gateway/understand/pinyin.h"
#include "store/people.h"

enum place_how { PLACE_NONE, PLACE_NAMED, PLACE_ALIAS, PLACE_HOMOPHONE, PLACE_AMBIGUOUS };

struct place_found {
    enum place_how how;
    int64_t unit;              /* id; when ambiguous: the unit all candidates lie in, 0 when there is none */
    int confidence;            /* percent */
    const int64_t *candidates; /* PLACE_AMBIGUOUS: unit ids */
    size_t n_candidates;
};

struct gazetteer;

/* Keeps no pointer into units and names; normaliser and pinyin must live as long as the gazetteer. */
struct gazetteer *gazetteer_new(void *mem, const struct normaliser *normaliser, const struct pinyin *pinyin,
                                const struct unit *units, size_t n_units, const struct place_name *names,
                                size_t n_names);

/*
 * The village, else the township, else the county the text speaks of. Of two villages of one name the
 * township named in the same text decides. A short name without 村 counts only where a place can stand.
 */
void gazetteer_find(const struct gazetteer *gazetteer, void *mem, const struct normal *normal,
                    struct place_found *out);

/*
 * The unit (departments too) that goes by this name as a whole; of places of one name, with the township
 * before it. None: out->how is PLACE_NONE.
 */
void gazetteer_unit(const struct gazetteer *gazetteer, void *mem, const char *name, struct place_found *out);

#endif
