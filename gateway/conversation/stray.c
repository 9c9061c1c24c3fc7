#include "gateway/conversation/stray.h"

#include <string.h>

#include "gateway/conversation/danger.h"
#include "gateway/turn/facts.h"
#include "gateway/understand/similarity.h"

enum { LOOK_BACK_DAYS = 366, LOOKED_AT = 12 };

/* Of texts of some words; short ones share little by chance. */
static const double alike = 0.5;

static bool is_like_one_of(void *mem, const char *text, const struct case_ *cases, size_t n)
{
    struct similarity *similarity = similarity_new(mem);
    bool is_like = false;

    similarity_add(similarity, text);
    for (size_t i = 0; i < n; i++)
        similarity_add(similarity, cases[i].text);
    similarity_weigh(similarity);
    for (size_t i = 0; i < n && !is_like; i++)
        is_like = strcmp(cases[i].text, text) == 0 || similarity_of(similarity, 0, i + 1) >= alike;
    return is_like;
}

bool stray_ask(struct talk *talk, bool *is_handled)
{
    struct turn *turn = talk->turn;
    struct case_filter strays = { .reporter = talk->event->from,
                                  .states = 1u << CASE_NO_COMPLAINT,
                                  .since = turn->now - LOOK_BACK_DAYS * (int64_t)DAY_SECONDS,
                                  .newest_first = true,
                                  .limit = LOOKED_AT };
    struct case_ *cases;
    size_t n;

    if (talk->is_first || talk->understood->is_guarded || talk->understood->urgency == URGENCY_URGENT ||
        danger_is_told(talk))
        return true;
    if (!store_cases(turn->store, turn->mem, &strays, &cases, &n))
        return false;
    if (n == 0 || !is_like_one_of(turn->mem, talk->event->text, cases, n))
        return true;
    *is_handled = true;
    talk_follow_language(talk);
    return talk_mute_repeated(talk, DAY_SECONDS) &&
           talk_answer(talk, "what-meant", facts_flag(NULL, "open", false), NULL) &&
           talk_done(talk, OUTCOME_WAITING, NULL, "taken for no complaint, like one before");
}
