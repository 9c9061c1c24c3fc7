#include "gateway/understand/intent.h"

#include "gateway/understand/intent_chances.h"
#include "gateway/understand/understand_tables.h"

#include <string.h>

static const char *const situation_names[] = { [SITUATION_NONE] = "none",
                                               [SITUATION_OPEN] = "open",
                                               [SITUATION_RATING] = "rating",
                                               [SITUATION_PLACE] = "place" };

static const char *const intent_names[INTENTS] = {
    [INTENT_COMPLAINT] = "complaint", [INTENT_RATE] = "rate",   [INTENT_BOTH] = "both",
    [INTENT_STATUS] = "status",       [INTENT_URGE] = "urge",   [INTENT_ADD] = "add",
    [INTENT_WITHDRAW] = "withdraw",   [INTENT_STOP] = "stop",   [INTENT_RESUME] = "resume",
    [INTENT_HIDE] = "hide",           [INTENT_PLACE] = "place", [INTENT_THANKS] = "thanks",
    [INTENT_GREETING] = "greeting",   [INTENT_WHO] = "who",     [INTENT_WRONG] = "wrong",
    [INTENT_NOISE] = "noise",
};

bool situation_parse(const char *name, enum situation *situation)
{
    for (size_t i = 0; i < sizeof situation_names / sizeof *situation_names; i++)
        if (strcmp(situation_names[i], name) == 0) {
            *situation = (enum situation)i;
            return true;
        }
    return false;
}

const char *intent_name(const struct intent *intent)
{
    static const char *const ratings[] = { "rate", "rate1", "rate2", "rate3", "rate4" };

    return intent->kind == INTENT_RATE ? ratings[intent->rating] : intent_names[intent->kind];
}

/* The expected cost below which tables and model together need no other proof. */
static const float nearly_nothing = 0.05F;

enum {
    SURE_LEAD = 3,
    SURE_LEAST = 4,
    DISOWNS = 8,
    TELLS = 5,
    STRONGLY = 8,
    CONTRADICTS = 4,
    LIKELY = 50 /* percent */
};
enum {
    SIMPLE_MOST = 20 /* letters of what is no complaint */,
    STORY = 240 /* octets */,
    REMARK = 120 /* octets */
};

/* The intents that a situation knows, and what each has before any word speaks for it. */
static const struct favour {
    enum intent_kind kind;
    int votes[SITUATION_PLACE + 1]; /* by situation; INTENT_NEVER: not there */
} favours[] = {
    { INTENT_COMPLAINT, { 2, -2, -3, 0 } },
    { INTENT_STATUS, { 0, 0, -2, 0 } },
    { INTENT_URGE, { INTENT_NEVER, 0, INTENT_NEVER, 0 } },
    { INTENT_ADD, { INTENT_NEVER, 2, INTENT_NEVER, 0 } },
    { INTENT_WITHDRAW, { INTENT_NEVER, 0, -3, 0 } },
    { INTENT_STOP, { 0, 0, 0, 0 } },
    { INTENT_RESUME, { 0, 0, 0, 0 } },
    { INTENT_HIDE, { 0, 0, -2, 0 } },
    { INTENT_PLACE, { INTENT_NEVER, INTENT_NEVER, INTENT_NEVER, 2 } },
    { INTENT_THANKS, { 0, 0, -4, 0 } },
    { INTENT_GREETING, { 0, 0, 0, 0 } },
    { INTENT_WHO, { 0, 0, 0, 0 } },
    { INTENT_WRONG, { 0, 0, -1, 0 } },
    { INTENT_NOISE, { 0, -1, -2, 0 } },
};

static void choose(const struct intent_scores *scores, struct intent *intent)
{
    int best = INTENT_NEVER, second = INTENT_NEVER;
    bool is_rating = false;

    for (int kind = 0; kind < INTENTS; kind++)
        if (kind != INTENT_RATE) {
            if (scores->of[kind] > best) {
                second = best;
                best = scores->of[kind];
                intent->kind = (enum intent_kind)kind;
            } else if (scores->of[kind] > second) {
                second = scores->of[kind];
            }
        }
    for (int i = 1; i <= 4; i++) {
        if (scores->rating[i] > best) {
            second = best;
            best = scores->rating[i];
            intent->kind = INTENT_RATE;
            intent->rating = i;
            is_rating = true;
        } else if (scores->rating[i] > second) {
            second = scores->rating[i];
        }
    }
    if (!is_rating && intent->kind != INTENT_BOTH)
        intent->rating = 0;
    intent->asks = best < SURE_LEAST || best - second < SURE_LEAD;
    intent->confidence = best <= 0 ? 0 : best - second >= 10 ? 95 : 50 + 5 * (best - second);
}

/* Whether the likeliest intent would lose a matter, or count a rating that the words contradict. */
static bool is_doubtful(const struct intent_scores *scores, const struct intent *intent)
{
    int better = scores->rating[1] > scores->rating[2] ? scores->rating[1] : scores->rating[2];
    int worse = scores->rating[3] > scores->rating[4] ? scores->rating[3] : scores->rating[4];

    switch (intent->kind) {
    case INTENT_COMPLAINT:
    case INTENT_BOTH:
    case INTENT_ADD:
        return false;
    case INTENT_RATE:
        if (intent->rating <= 2 &&
            (worse >= CONTRADICTS || (!scores->by_number && (scores->told >= TELLS || !scores->ends_well))))
            return true;
        return (intent->rating > 2 && better > CONTRADICTS) ||
               (!scores->by_number &&
                (scores->told >= STRONGLY || (scores->runs_on && scores->told >= TELLS)));
    case INTENT_URGE:
        return false;
    case INTENT_STATUS:
        return worse >= CONTRADICTS || scores->told >= STRONGLY;
    case INTENT_PLACE:
        return scores->told >= 3 * TELLS;
    default:
        return scores->told >= TELLS || worse >= CONTRADICTS || scores->letters > SIMPLE_MOST;
    }
}

/* 满意 不满意: whichever it is taken for, the words say the other as well. */
static bool contradicts_itself(const struct intent_scores *scores, const struct intent *intent)
{
    bool is_better = scores->rating[1] >= CONTRADICTS || scores->rating[2] >= CONTRADICTS;
    bool is_worse = scores->rating[3] >= CONTRADICTS || scores->rating[4] >= CONTRADICTS;

    return intent->kind == INTENT_RATE && !scores->by_number && is_better && is_worse;
}

/* A story, or a language that the tables do not know: a rating as the command grammar sees it, else a matter.
 */
static void read_plainly(const struct understood *understood, enum situation situation, struct intent *intent)
{
    if (situation != SITUATION_RATING || !understood->rating)
        return;
    intent->rating = understood->rating;
    intent->kind = strlen(understood->rating_comment) > REMARK ? INTENT_BOTH : INTENT_RATE;
    intent->matter = intent->kind == INTENT_BOTH ? understood->rating_comment : "";
}

void intent_read(const struct understanding *understanding, void *mem, const struct understood *understood,
                 enum situation situation, struct intent *intent)
{
    struct intent_scores scores = { .must_ask = false };
    float chances[MEANINGS], cost = 1;

    *intent = (struct intent){ .kind = INTENT_COMPLAINT, .matter = "" };
    for (int i = 0; i < INTENTS; i++)
        scores.of[i] = INTENT_NEVER;
    for (int i = 0; i <= 4; i++)
        scores.rating[i] = INTENT_NEVER;
    for (size_t i = 0; i < sizeof favours / sizeof *favours; i++)
        scores.of[favours[i].kind] = favours[i].votes[situation];
    intent_score(understanding->language->intent_words, mem, understood, situation, &scores);
    if (scores.disowns > DISOWNS && scores.told < 2 * TELLS && understood->normal.length <= STORY) {
        *intent = (struct intent){ .kind = INTENT_WRONG, .matter = "", .disowns = true, .confidence = 95 };
        return;
    }
    if (understood->normal.length > STORY || (understood->is_foreign && !scores.is_word)) {
        read_plainly(understood, situation, intent);
        return;
    }
    if (intent_chances(understanding, mem, understood, situation, &scores, chances))
        cost = intent_weigh(chances, situation, intent);
    else
        choose(&scores, intent);
    if (intent->kind == INTENT_BOTH && scores.of[INTENT_BOTH] <= 0)
        intent->asks = true; /* no word says where the new matter begins */
    if (intent->kind == INTENT_BOTH) {
        intent->rating = scores.both_rating;
        intent->matter = normal_original(mem, &understood->normal, scores.matter, understood->normal.length);
    }
    if (intent->kind == INTENT_HIDE && scores.told >= (situation == SITUATION_NONE ? TELLS : 2 * TELLS))
        intent->kind = INTENT_COMPLAINT; /* 别说是我 ...: tells of a matter besides */
    if (intent->kind == INTENT_ADD && understood->place.unit && scores.told >= TELLS)
        intent->kind = INTENT_COMPLAINT; /* 我家在...: begins anew */
    if (intent->kind == INTENT_COMPLAINT && scores.told >= TELLS && situation == SITUATION_NONE &&
        intent->confidence >= LIKELY)
        intent->asks = false; /* who tells of a matter is not asked whether they do */
    if (intent->kind == INTENT_COMPLAINT && scores.told >= 2 * TELLS && intent->confidence >= LIKELY)
        intent->asks = false;
    intent->hides = scores.hides;
    intent->is_another = scores.is_another && intent->kind == INTENT_COMPLAINT;
    intent->disowns = scores.disowns && intent->kind == INTENT_WRONG;
    if (intent->kind == INTENT_NOISE && scores.complains)
        intent->asks = true; /* 测试仪坏了, 贷款办不下来 */
    intent->asks |= scores.must_ask || contradicts_itself(&scores, intent) ||
                    (cost > nearly_nothing && is_doubtful(&scores, intent));
}
