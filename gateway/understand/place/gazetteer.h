/*
 * Finds units by name: the place that a text speaks of, or the unit that a name means. A name is also found
 * without its 村, 镇, 乡, 社区 or 村民委员会, by an alias, and in other characters that sound the same.
 */
#ifndef GATEWAY_UNDERSTAND_PLACE_GAZETTEER_H
#define GATEWAY_UNDERSTAND_PLACE_GAZETTEER_H

#include "gateway/understand/text/normalise.h"
#include "gateway/understand/text/pinyin.h"
#include "store/people.h"

enum place_how {
    PLACE_NONE,
    PLACE_NAMED,
    PLACE_ALIAS,
    PLACE_HOMOPHONE,
    PLACE_MISSPELLED, /* one character is another */
    PLACE_AMBIGUOUS
};

struct place_found {
    enum place_how how;
    int64_t unit;              /* id; when ambiguous the lowest unit that holds all candidates; 0 none */
    int confidence;            /* percent */
    size_t from, to;           /* where the text names it, in symbols; both 0: it does not */
    const int64_t *candidates; /* PLACE_AMBIGUOUS: unit ids; not all where there are more than some 250 */
    size_t n_candidates;
};

struct gazetteer;

/*
 * gazetteer.c: a new gazetteer is given its units, in any order, then aliases, and is closed before it is
 * searched. It keeps no pointer into them; normaliser and pinyin must live as long as the gazetteer. A closed
 * one never changes, so any thread may search it.
 */
struct gazetteer *gazetteer_new(void *mem, const struct normaliser *normaliser, const struct pinyin *pinyin);
void gazetteer_add(struct gazetteer *gazetteer, const struct unit *unit);
/* An alias of an unknown unit is left out. */
void gazetteer_add_alias(struct gazetteer *gazetteer, const struct place_name *alias);
/* Whether any unit is a village, so that a text can name one. */
bool gazetteer_knows_villages(const struct gazetteer *gazetteer);

/* gazetteer_build.c */
void gazetteer_close(struct gazetteer *gazetteer);

/* gazetteer_search.c */

/*
 * The village, else the township, else the county that the text speaks of. Between villages of the same name
 * decide the township or county that the text names, then the other villages it names, then home: the unit
 * where the writer's matters have been, 0 when none is known. A short name without 村 counts only where a
 * place can stand. out->candidates is allocated from mem.
 */
void gazetteer_find(const struct gazetteer *gazetteer, void *mem, const struct normal *normal, int64_t home,
                    struct place_found *out);

/*
 * The unit, departments included, whose name this is as a whole; a township in front (北王镇高村) decides
 * between villages of the same name. None: out->how is PLACE_NONE. out->candidates is allocated from mem.
 */
void gazetteer_unit(const struct gazetteer *gazetteer, void *mem, const char *name, struct place_found *out);

#endif
