/*
 * Chooses the topic and the class of a text from the words that the lexicon found in it.
 */
#ifndef GATEWAY_UNDERSTAND_CLASSIFY_H
#define GATEWAY_UNDERSTAND_CLASSIFY_H

#include "gateway/understand/lexicon.h"

/* The topic with the greatest sum; TOPIC_OTHER when all sums are 0. *confidence: percent. */
enum topic classify_topic(const struct lexicon_sums *sums, int *confidence);

/*
 * Applies the first rule that fits; *confidence: percent.
 * R0 民困: the sender's own basic living is in danger, or the sender asks for help.
 * R1 民访: the text accuses somebody, quarrels with a known opponent or contests a refusal.
 * R2 民困: one household's undisputed matter.
 * R3 民生: everything else.
 */
enum case_category classify_category(const struct lexicon_sums *sums, int *confidence);

#endif
