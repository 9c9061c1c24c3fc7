#include "gateway/case/label.h"

#include "store/learned/lessons.h"

#include <string.h>

/* What the gateway said: as the case has it until a person has changed it, else as it was kept then. */
static bool add_said(struct turn *turn, const struct case_ *case_, struct case_label *label)
{
    struct understood understood;
    struct case_label *last = NULL;

    if (case_->confidence == 100 && !store_last_label(turn->store, turn->mem, case_->id, &last))
        return false;
    if (last) {
        label->said_topic = last->said_topic;
        label->said_category = last->said_category;
        label->topic_confidence = last->topic_confidence;
        label->category_confidence = last->category_confidence;
    }
    if (case_->confidence == 100)
        return true;
    understand(turn->understanding, turn->mem, case_->text, &understood);
    label->said_topic = case_->topic;
    label->said_category = case_category_name(case_->category);
    label->category_confidence = case_->confidence;
    label->topic_confidence = strcmp(understood.topic, case_->topic) == 0 ? understood.topic_confidence : 0;
    return true;
}

bool label_keep(struct turn *turn, const struct action *action)
{
    const struct case_ *case_ = action->case_;
    struct case_label label = { .case_id = case_->id,
                                .at = turn->now,
                                .actor = action->by->phone,
                                .unit = action->by->unit,
                                .topic = action->topic ? action->topic : case_->topic,
                                .category = case_category_name(action->category),
                                .said_topic = "",
                                .said_category = "" };

    return add_said(turn, case_, &label) && store_add_label(turn->store, &label);
}
