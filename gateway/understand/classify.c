#include "gateway/understand/classify.h"

enum topic classify_topic(const struct lexicon_sums *sums, int *confidence)
{
    enum topic best = TOPIC_OTHER;
    int second = 0;

    for (enum topic topic = 0; topic < TOPIC_OTHER; topic++)
        if (sums->topics[topic] > (best == TOPIC_OTHER ? 0 : sums->topics[best]))
            best = topic;
    if (best == TOPIC_OTHER) {
        *confidence = 20;
        return best;
    }
    for (enum topic topic = 0; topic < TOPIC_OTHER; topic++)
        if (topic != best && sums->topics[topic] > second)
            second = sums->topics[topic];
    /* One weak word is a guess; several that agree are nearly sure. */
    *confidence = 100 * (sums->topics[best] + 1) / (sums->topics[best] + second + 2);
    if (*confidence > 95)
        *confidence = 95;
    return best;
}

enum case_category classify_category(const struct lexicon_sums *sums, int *confidence)
{
    const int *cues = sums->cues;
    int against = cues[CUE_ACCUSE] + cues[CUE_DISPUTE] + cues[CUE_CLAIM];
    bool is_many = cues[CUE_MANY] > cues[CUE_OWN];

    if (cues[CUE_NEED] >= 3 && (cues[CUE_OWN] > 0 || cues[CUE_ASK] > 0) && !is_many && cues[CUE_ACCUSE] < 3) {
        *confidence = against ? 55 : 75;
        return CATEGORY_HARDSHIP;
    }
    if (against >= 3) {
        *confidence = against >= 6 ? 70 : 50;
        return CATEGORY_PETITION;
    }
    if (!is_many && (cues[CUE_OWN] >= 2 || (cues[CUE_OWN] > 0 && cues[CUE_HOW] > 0))) {
        *confidence = 50;
        return CATEGORY_HARDSHIP;
    }
    *confidence = is_many ? 75 : 60;
    return CATEGORY_LIVELIHOOD;
}
