/*
 * What a text is about: the model's answers beside those of the rules.
 */
#ifndef GATEWAY_UNDERSTAND_SUBJECT_H
#define GATEWAY_UNDERSTAND_SUBJECT_H

#include "gateway/understand/signals.h"
#include "gateway/understand/understand_tables.h"

/* Reads subject.model, from the directory of the lexicons or the program's own; with an empty file the rules
 * are alone. False: *error says why. */
bool subject_open(struct language *language, const char **error);

/* A text as models see it, with what the rules said of it. */
struct subject_text {
    struct model_text text;
    float signals[SIGNALS];
};

/* situation: enum situation; -1 where no reply's intent is asked. From mem. */
struct subject_text *subject_text(void *mem, const struct understood *ruled, const struct lexicon_sums *sums,
                                  int situation);

/* The model's chance of danger below which words of danger in a longer text are taken for none. Of 79 dangers
 * and 16 false alarms of the rules, written anew for this, none and 12 lay below it. */
#define SUBJECT_DANGER_LEAST 0.04F

/*
 * Changes topic, class, urgency and restriction in out, which hold what the rules say, to what rules and
 * model say together: a topic's word of weight 9 decides alone; the rules' accusation stands, and so does
 * their danger unless SUBJECT_DANGER_LEAST says otherwise; in everything else the model decides. Sets
 * out->subject.
 */
void subject_ask(const struct understanding *understanding, void *mem, const struct lexicon_sums *sums,
                 struct understood *out);

/* The least chance at which a model's accusation counts, by what the rules found. */
float subject_accuses_from(const struct lexicon_sums *sums);

/* What the model says of a reply in a situation (enum situation): as model_intent_scores. */
size_t subject_intent_scores(const struct understanding *understanding, void *mem,
                             const struct understood *understood, int situation, const char *const **labels,
                             float *scores);

#endif
