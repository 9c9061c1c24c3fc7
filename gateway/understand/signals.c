#include "gateway/understand/signals.h"

#include <math.h>
#include <string.h>
#include <talloc.h>

/* Sums above these say no more. */
enum { TOPIC_FULL = 12, CUE_FULL = 9, BLAME_FULL = 6 };

static float share(int sum, int full)
{
    return fminf((float)sum, (float)full) / (float)full;
}

void signals_of(const struct lexicon_sums *sums, const struct ruled *ruled, float signals[SIGNALS])
{
    memset(signals, 0, SIGNALS * sizeof *signals);
    signals[SIGNAL_ALWAYS] = 0.7F;
    for (int topic = 0; topic < TOPICS; topic++)
        signals[SIGNAL_TOPIC + topic] = share(sums->topics[topic], TOPIC_FULL);
    signals[SIGNAL_LIKELY_TOPIC + (int)ruled->topic] = 0.5F;
    for (int cue = 0; cue < CUES; cue++)
        signals[SIGNAL_CUE + cue] = share(sums->cues[cue], CUE_FULL);
    signals[SIGNAL_CATEGORY + (int)ruled->category] = 0.5F;
    signals[SIGNAL_MANY] = sums->cues[CUE_MANY] > sums->cues[CUE_OWN] ? 0.5F : 0;
    signals[SIGNAL_URGENT] = sums->is_urgent ? 0.7F : 0;
    signals[SIGNAL_AWAY] = sums->is_away ? 0.5F : 0;
    signals[SIGNAL_OFFICIAL] = sums->names_official ? 0.5F : 0;
    signals[SIGNAL_UNTHANKED] = sums->names_unthanked ? 0.5F : 0;
    signals[SIGNAL_OFFICE] = sums->names_office ? 0.5F : 0;
    signals[SIGNAL_BLAME] = share(sums->blame, BLAME_FULL);
    signals[SIGNAL_BLAME + 1] = sums->blame >= 2 ? 0.5F : 0;
    signals[SIGNAL_BLAME + 2] = sums->blame >= 3 ? 0.5F : 0;
    signals[SIGNAL_ACCUSES] = ruled->accuses ? 0.7F : 0;
    signals[SIGNAL_LENGTH] = fminf(log1pf((float)ruled->symbols) / 5, 1.2F);
    if (ruled->situation >= 0)
        signals[SIGNAL_SITUATION + ruled->situation] = SIGNAL_SITUATION_SET;
}

static const struct {
    int first;
    const char *words;
} groups[] = {
    { SIGNAL_ALWAYS, "always" },
    { SIGNAL_TOPIC, "words of the topic" },
    { SIGNAL_LIKELY_TOPIC, "topic by its words" },
    { SIGNAL_CUE, "words of" },
    { SIGNAL_CATEGORY, "class by its words" },
    { SIGNAL_MANY, "speaks of many" },
    { SIGNAL_URGENT, "words of danger" },
    { SIGNAL_AWAY, "works away from home" },
    { SIGNAL_OFFICIAL, "names an official" },
    { SIGNAL_UNTHANKED, "names an official without thanks" },
    { SIGNAL_OFFICE, "names a public body" },
    { SIGNAL_BLAME, "words of blame" },
    { SIGNAL_ACCUSES, "accuses by the rules" },
    { SIGNAL_LENGTH, "length" },
    { SIGNAL_SITUATION, "situation" },
};

const char *signal_words(void *mem, int signal)
{
    size_t i = sizeof groups / sizeof *groups;
    int within;

    while (i > 1 && groups[i - 1].first > signal)
        i--;
    within = signal - groups[i - 1].first;
    switch (groups[i - 1].first) {
    case SIGNAL_TOPIC:
    case SIGNAL_LIKELY_TOPIC:
        return talloc_asprintf(mem, "%s %s", groups[i - 1].words, topic_name((enum topic)within));
    case SIGNAL_CUE:
        return talloc_asprintf(mem, "%s %s", groups[i - 1].words, cue_name((enum cue)within));
    case SIGNAL_CATEGORY:
        return talloc_asprintf(mem, "%s %s", groups[i - 1].words,
                               case_category_name((enum case_category)within));
    default:
        return groups[i - 1].words;
    }
}
