/*
 * From what a text holds to its topic and its class.
 */
#ifndef GATEWAY_UNDERSTAND_CLASSIFY_H
#define GATEWAY_UNDERSTAND_CLASSIFY_H

#include "gateway/understand/lexicon.h"

/* The topic with the greatest sum; TOPIC_OTHER when there is none. *confidence in percent. */
enum topic classify_topic(const struct lexicon_sums *sums, int *confidence);

/*
 * The first rule that fits. R0 民困: basic living is in danger, of the sender's own or with help asked for;
 * R1 民访: accuses, quarrels with a known opponent, contests a refusal; R2 民困: one household's undisputed
 * matter; R3 民生.
 */
enum case_category classify_category(const struct lexicon_sums *sums, int *confidence);

#endif
