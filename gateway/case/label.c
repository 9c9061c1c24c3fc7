#include "gateway/case/label.h"

#include "store/learned/lessons.h"

#include <string.h>
#include <talloc.h>

/* What the gateway said: as the case has it until a person has changed it, else as it was kept then. */
static bool add_said(struct turn *turn, const struct case_ *case_, struct case_label *label)
{
    struct understood understood;
    struct case_label *last = NULL;

    if (case_->confidence == 100 && !store_last_label(turn->store, turn->mem, case_->id, LABEL_CLASS, &last))
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

/* Its kind and value; NULL: the step says nothing that could be learned. */
static const char *kind_of(struct turn *turn, const struct action *action, const struct case_ *before,
                           const char **value)
{
    *value = "";
    switch (action->act) {
    case ACT_RECLASS:
        return LABEL_CLASS;
    case ACT_PLACE:
        *value = talloc_asprintf(turn->mem, "%lld", (long long)action->unit->id);
        return LABEL_PLACE;
    case ACT_NO_COMPLAINT:
        *value = "no";
        return LABEL_COMPLAINT;
    case ACT_CLEAR:
        *value = "no";
        return LABEL_ACCUSES;
    case ACT_SEND_UP:
        *value = "yes";
        return LABEL_ACCUSES;
    case ACT_CLOSE:
    case ACT_EXPLAIN:
        *value = "yes";
        return before->is_guarded ? LABEL_ACCUSES : NULL;
    default:
        return NULL;
    }
}

bool label_keep(struct turn *turn, const struct action *action, const struct case_ *before)
{
    const char *value, *kind = kind_of(turn, action, before, &value);
    bool is_class = kind && strcmp(kind, LABEL_CLASS) == 0;
    struct case_label label = { .case_id = before->id,
                                .at = turn->now,
                                .kind = kind,
                                .value = value,
                                .actor = action->by->phone,
                                .unit = action->by->unit,
                                .topic = is_class && action->topic ? action->topic : before->topic,
                                .category =
                                    case_category_name(is_class ? action->category : before->category),
                                .said_topic = "",
                                .said_category = "" };

    if (!kind)
        return true;
    return (!is_class || add_said(turn, before, &label)) && store_add_label(turn->store, &label);
}
