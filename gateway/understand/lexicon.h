/*
 * Finds the words that tell a text's topic, its class, officials, and work away from home. The words
 * themselves are in templates/lexicon/.
 */
#ifndef GATEWAY_UNDERSTAND_LEXICON_H
#define GATEWAY_UNDERSTAND_LEXICON_H

#include "gateway/understand/place/place_spans.h"
#include "gateway/understand/text/normalise.h"
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
/* The reverse, for names kept in the store only. False: there is no such topic. */
bool topic_parse(const char *name, enum topic *topic);

/* Kinds of words that tell the class, as in categories.txt. */
enum cue { CUE_NEED, CUE_ASK, CUE_ACCUSE, CUE_DISPUTE, CUE_CLAIM, CUE_OWN, CUE_MANY, CUE_HOW, CUES };

/* "need" ... "how", as in categories.txt. */
const char *cue_name(enum cue cue);
/* The reverse. False: there is no such kind. */
bool cue_parse(const char *name, enum cue *cue);

/* Sums of the weights of a text's words, each word counted once. */
struct lexicon_sums {
    int topics[TOPICS];
    bool is_decided; /* a word of a topic weighs so much that no model is asked */
    int cues[CUES];
    bool is_urgent;       /* understand.c sets it: danger.h */
    bool is_away;         /* the writer works away from home */
    bool names_official;  /* an official's title or a cadre's name stands behind the greeting */
    bool names_unthanked; /* and in a clause that does not thank or praise */
    bool thanks;          /* any clause thanks or praises */
    bool names_office;    /* a public body, or people who work for one */
    int blame;            /* misconduct, and asking that somebody be held to account: accusations.txt */
};

struct lexicon;

/* What a word tells that stands beside those of topics.txt, categories.txt or danger.txt. */
enum lexicon_table { LEXICON_TOPICS, LEXICON_CLASSES, LEXICON_DANGERS, LEXICON_TABLES };

/* One of the same letters goes before those of the file. */
struct lexicon_word {
    enum lexicon_table table;
    int kind;         /* an enum topic, an enum cue, or a danger_kind */
    const char *word; /* as people write it */
    int weight;       /* 0: tells nothing, and hides shorter words inside it; of a topic, 9: decides alone */
};

/* cadres: names as registered, n_cadres of them; directory as in wordfile_text. NULL: *error says why (from
 * mem or a constant string). */
struct lexicon *lexicon_new(void *mem, const char *directory, const struct normaliser *normaliser,
                            const char *const *cadres, size_t n_cadres, const char **error);

/* For words of topics and classes. Only before other threads use the lexicon. False: the word is too long, or
 * there are too many. */
bool lexicon_add(struct lexicon *lexicon, const struct normaliser *normaliser,
                 const struct lexicon_word *word);

/* Looks for officials behind the greeting only, for everything else in the whole text. names: of places, in
 * which no word tells a topic. */
void lexicon_read(const struct lexicon *lexicon, const struct normal *normal, const struct place_spans *names,
                  struct lexicon_sums *sums);

#endif
