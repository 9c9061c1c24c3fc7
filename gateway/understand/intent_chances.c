#include "gateway/understand/intent_chances.h"

#include "gateway/model/model.h"
#include "gateway/understand/subject.h"

#include <math.h>
#include <string.h>

static int rating_of(int meaning)
{
    return meaning >= INTENTS ? meaning - INTENTS + 2 : meaning == INTENT_RATE ? 1 : 0;
}

static const char *name_of(int meaning)
{
    return intent_name(&(struct intent){ .kind = meaning < INTENTS ? (enum intent_kind)meaning : INTENT_RATE,
                                         .rating = rating_of(meaning) });
}

/* The meaning of a label of the model; -1: it is none of ours. */
static int meaning_of_label(const char *const names[MEANINGS], const char *label)
{
    for (int meaning = 0; meaning < MEANINGS; meaning++)
        if (names[meaning][0] == label[0] && strcmp(names[meaning], label) == 0)
            return meaning;
    return -1;
}

/* What a margin of the model and a vote of the tables are worth, as logarithms of odds: chosen where texts
 * that neither had seen were read best. */
static const float worth_of_margin = 3.3F, worth_of_vote = 0.42F;
enum { VOTES_LEAST = -10, VOTES_MOST = 30 };
static const float unknown = -1; /* the margin of a meaning that the model does not have */

static float votes_for(const struct intent_scores *scores, int meaning)
{
    int rating = rating_of(meaning);
    int votes = rating ? scores->rating[rating] : scores->of[meaning];

    if (votes <= INTENT_NEVER / 2 && (meaning != INTENT_BOTH || scores->rating[1] <= INTENT_NEVER / 2))
        return -INFINITY;
    return worth_of_vote * (float)(votes < VOTES_LEAST  ? VOTES_LEAST
                                   : votes > VOTES_MOST ? VOTES_MOST
                                                        : votes);
}

/* To the model all digits are alike: where a number rates, it cannot tell which. */
static void level_ratings(float margins[MEANINGS])
{
    float most = margins[INTENT_RATE];

    for (int meaning = INTENTS; meaning < MEANINGS; meaning++)
        most = fmaxf(most, margins[meaning]);
    margins[INTENT_RATE] = most;
    for (int meaning = INTENTS; meaning < MEANINGS; meaning++)
        margins[meaning] = most;
}

bool intent_chances(const struct understanding *understanding, void *mem, const struct understood *understood,
                    enum situation situation, const struct intent_scores *scores, float chances[MEANINGS])
{
    float margins[MODEL_LABELS_MOST], ours[MEANINGS], most = -INFINITY, sum = 0;
    const char *const *labels;
    const char *names[MEANINGS];
    size_t n = subject_intent_scores(understanding, mem, understood, (int)situation, &labels, margins);

    for (int meaning = 0; meaning < MEANINGS; meaning++) {
        names[meaning] = name_of(meaning);
        ours[meaning] = unknown;
    }
    for (size_t i = 0; i < n; i++) {
        int meaning = meaning_of_label(names, labels[i]);

        if (meaning >= 0)
            ours[meaning] = margins[i];
    }
    if (scores->by_number)
        level_ratings(ours);
    for (int meaning = 0; meaning < MEANINGS; meaning++)
        chances[meaning] = votes_for(scores, meaning) + worth_of_margin * ours[meaning];
    for (int meaning = 0; meaning < MEANINGS; meaning++)
        most = fmaxf(most, chances[meaning]);
    for (int meaning = 0; meaning < MEANINGS; meaning++) {
        chances[meaning] = expf(chances[meaning] - most);
        sum += chances[meaning];
    }
    for (int meaning = 0; meaning < MEANINGS; meaning++)
        chances[meaning] /= sum;
    return n > 0;
}

static bool is_matter(int meaning)
{
    return meaning == INTENT_COMPLAINT || meaning == INTENT_BOTH;
}

/* What it costs to take one meaning for another; an ordinary mistake costs 1. */
enum { COST_OF_TURNING = 8, COST_OF_LOSING = 8 };
static float cost_of(int said, int right)
{
    int rating_said = rating_of(said), rating_right = rating_of(right);

    if (said == right)
        return 0;
    if (rating_said && rating_right)
        return (rating_said <= 2) != (rating_right <= 2) ? COST_OF_TURNING : 0.8F;
    if (is_matter(right) && !is_matter(said) && said != INTENT_ADD)
        return COST_OF_LOSING;
    return is_matter(said) && !is_matter(right) ? 1.5F : 1;
}

/* What a question costs, by situation. */
static const float cost_of_asking[] = {
    [SITUATION_NONE] = 0.45F, [SITUATION_OPEN] = 0.5F, [SITUATION_RATING] = 0.55F, [SITUATION_PLACE] = 0.5F
};

/* The least chance of what is said at all: something has more. */
#define UNLIKELY (0.5F / MEANINGS)
#define HARDLY 0.0005F /* the least chance that counts as a mistake */

float intent_weigh(const float chances[MEANINGS], enum situation situation, struct intent *intent)
{
    float least = INFINITY;
    int best = 0;

    for (int said = 0; said < MEANINGS; said++) {
        float cost = 0;

        if (chances[said] < UNLIKELY)
            continue;
        for (int right = 0; right < MEANINGS; right++)
            if (chances[right] > HARDLY)
                cost += chances[right] * cost_of(said, right);
        if (cost < least) {
            least = cost;
            best = said;
        }
    }
    intent->asks = least > cost_of_asking[situation];
    for (int meaning = 0; intent->asks && meaning < MEANINGS; meaning++)
        if (chances[meaning] > chances[best])
            best = meaning;
    intent->kind = best < INTENTS ? (enum intent_kind)best : INTENT_RATE;
    intent->rating = rating_of(best);
    intent->confidence = (int)(100 * chances[best] + 0.5F);
    return least;
}
