#include "gateway/case/additions.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/audience.h"
#include "gateway/case/routing.h"
#include "gateway/turn/time_limits.h"

enum { MOST_TEXT = 64 * 1024 /* octets; further words stay in their steps alone */ };

void additions_keep(struct turn *turn, struct case_ *case_, const char *words)
{
    if (strlen(case_->text) + strlen(words) < MOST_TEXT)
        case_->text = talloc_asprintf(turn->mem, "%s\n%s", case_->text, words);
}

/* The time limits may become shorter, never longer. */
static void make_urgent(struct turn *turn, struct case_ *case_)
{
    const char *urgency_class = case_urgency_name(URGENCY_URGENT);
    int64_t accept_by = time_limit_end(turn->config, LIMIT_ACCEPT, urgency_class, turn->now);
    int64_t finish_by = time_limit_end(turn->config, LIMIT_FINISH, urgency_class, turn->now);

    case_->urgency = URGENCY_URGENT;
    case_->urgency_class = "";
    if (accept_by < case_->accept_by)
        case_->accept_by = accept_by;
    if (accept_by < case_->take_by)
        case_->take_by = accept_by;
    if (finish_by < case_->finish_by)
        case_->finish_by = finish_by;
}

/* Once complete, the text is classified afresh, unless a person has set the class. */
static void learn_class(struct case_ *case_, const struct understood *understood)
{
    if (case_->state != CASE_NEW || case_->confidence == 100)
        return;
    case_->category = understood->category;
    case_->confidence = understood->category_confidence;
    if (understood->topic)
        case_->topic = understood->topic;
}

/* All words together decide the class where they tell it more surely than the first did: half a text, or
 * 我要反映一件事. A topic that the reporter was told gives way only to a sure one. It stays where its
 * reporter was told that it is. */
static void learn_from_all(struct turn *turn, struct case_ *case_, const char *first)
{
    struct understood before, all;

    if (!turn->understanding || case_->state != CASE_NEW)
        return;
    understand(turn->understanding, turn->mem, first, &before);
    understand(turn->understanding, turn->mem, case_->text, &all);
    if (all.topic_confidence > before.topic_confidence &&
        (all.topic_confidence >= SURE_TOPIC || strcmp(before.topic, "other") == 0))
        learn_class(case_, &all);
}

/* If the added words name the place, the case may go to another unit; those responsible there are told,
 * unless a person chose the unit or accepted the case. */
static bool learn(struct turn *turn, struct action *action, const char *first)
{
    struct case_ *case_ = action->case_;
    int64_t before, after;
    bool is_named, says_place = (!case_->place || action->corrects_place) && action->understood->place.unit;

    if (!action->whole)
        learn_from_all(turn, case_, first);
    if (!says_place && !action->whole)
        return true;
    if (!routing_find_unit(turn, case_, &before, &is_named))
        return false;
    if (says_place)
        case_->place = action->understood->place.unit;
    if (action->whole)
        learn_class(case_, action->understood);
    if (case_->state != CASE_NEW || *case_->handler || case_->unit != before)
        return true;
    if (!routing_find_unit(turn, case_, &after, &is_named))
        return false;
    case_->unit = after;
    return (after == before && !says_place) || audience_tell_assigned(turn, action);
}

bool additions_join(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    const struct understood *understood = action->understood;
    const char *first = case_->text;

    if (action->whole)
        case_->text = action->whole;
    else
        additions_keep(turn, case_, action->words);
    if (!understood)
        return true;
    if (!learn(turn, action, first))
        return false;
    if (understood->urgency != URGENCY_URGENT || case_->urgency == URGENCY_URGENT)
        return true;
    make_urgent(turn, case_);
    /* of danger alarm.h tells; else the handler hears of the words anyway, or those responsible must */
    return understood->danger.kind || *case_->handler || case_->state != CASE_NEW ||
           audience_tell_assigned(turn, action);
}

bool additions_split_off(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    size_t length = strlen(case_->text), tail = strlen(action->words);

    if (length > tail && case_->text[length - tail - 1] == '\n' &&
        strcmp(case_->text + length - tail, action->words) == 0)
        case_->text = talloc_strndup(turn->mem, case_->text, length - tail - 1);
    return true;
}
