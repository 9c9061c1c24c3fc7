/*
 * Words that tell what a text is about: its topic, cues for its class, danger, officials. The words
 * themselves are in templates/lexicon/.
 */
#ifndef GATEWAY_UNDERSTAND_LEXICON_H
#define GATEWAY_UNDERSTAND_LEXICON_H

#include "gateway/understand/normalise.h"
#include "store/cases.h"

enum topic {
    TOPIC_WATER,
    TOPIC_ROAD,
    TOPIC_POWER,
    TOPIC_HOUSING,
    TOPIC_LAND,
    TOPIC_FARM,
    TOPIC_MEDICAL,
    TOPIC_SCHOOL,
    TOPIC_WELFARE,
    TOPIC_CARE,
    TOPIC_SOCIAL,
    TOPIC_CIVIL,
    TOPIC_JOBS,
    TOPIC_ENV,
    TOPIC_ORDER,
    TOPIC_CADRE,
    TOPIC_POLICY,
    TOPIC_OTHER,
    TOPICS
};

/* "water" ... "other": as kept in the store. */
const char *topic_name(enum topic topic);
/* Takes the name kept in the store, or the topic's words in topic_names.txt (水, 饮水, 道路 ...), normalised.
 */
bool topic_parse(const char *name, enum topic *topic);

/* Kinds of cue, as in categories.txt. */
enum cue { CUE_NEED, CUE_ASK, CUE_ACCUSE, CUE_DISPUTE, CUE_CLAIM, CUE_OWN, CUE_MANY, CUE_HOW, CUES };

/* Sums of the weights of the words a text holds, each word counted once. */
struct lexicon_sums {
    int topics[TOPICS];
    int cues[CUES];
    bool is_urgent;
    bool is_away;        /* who writes works away from home */
    bool names_official; /* a title, or a name of the cadres */
};

struct lexicon;

/* cadres: names of people, as registered. NULL: *error says why (from mem). */
struct lexicon *lexicon_new(void *mem, const char *directory, const struct normaliser *normaliser,
                            const char *const *cadres, size_t n_cadres, const char **error);

/* Officials are looked for behind the greeting only, all else in the whole text. */
void lexicon_read(const struct lexicon *lexicon, void *mem, const struct normal *normal,
                  struct lexicon_sums *sums);

#endif
