#include "gateway/conversation/cadre/cadre_transfers.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/case/repeat.h"
#include "gateway/case/responsible.h"
#include "gateway/case/standing.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/conversation/cadre/cadre_file.h"
#include "gateway/conversation/cadre/cadre_forward_out.h"
#include "gateway/conversation/cadre/cadre_order.h"
#include "gateway/conversation/cadre/unit_named.h"
#include "gateway/conversation/confirm.h"
#include "gateway/conversation/sender.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "gateway/turn/owner.h"
#include "gateway/turn/time_limits.h"
#include "store/recordings.h"

bool cadre_return(struct talk *talk)
{
    return cadre_take_with_words(talk, ACT_RETURN, "returned");
}

bool cadre_recuse(struct talk *talk)
{
    return cadre_take_with_words(talk, ACT_RECUSE, "recused");
}

/* Says that there is no such unit, or which ones it may be. */
static bool answer_no_unit(struct talk *talk, const struct units_named *named, const struct case_ *case_)
{
    struct json_object *facts = facts_text(NULL, "name", talk->match.rest, CLIP_HINT);
    struct json_object *list = json_object_new_array();
    const char *name = named->n > 1 ? "which-unit" : "no-such-unit";

    json_object_object_add(facts, "units", list);
    for (size_t i = 0; i < named->n; i++) {
        const char *text = unit_named_text(talk->turn, named->units[i]);

        if (!text) {
            json_object_put(facts);
            return false;
        }
        json_object_array_add(list, facts_text(NULL, "name", text, CLIP_HINT));
    }
    if (named->n == 0 && !cadre_add_why_no_county(talk, facts)) {
        json_object_put(facts);
        return false;
    }
    return talk_answer(talk, name, facts, case_) && talk_done(talk, OUTCOME_COMMAND, case_, name);
}

/* Takes the action with the unit that was found, if it is of this level or one before it in enum unit_level.
 */
static bool take_with_unit(struct talk *talk, struct action *action, const struct units_named *named,
                           enum unit_level last, const char *answer)
{
    static const struct units_named none = { .n = 0 };

    if (named->n == 1 && named->units[0]->level <= last) {
        action->unit = named->units[0];
        return talk_take(talk, action, answer);
    }
    return answer_no_unit(talk, named->n == 1 ? &none : named, action->case_);
}

/* Whether somebody who works for the unit would hear of the case; restricted cases are the gate's. */
static bool would_be_heard(struct talk *talk, const struct case_ *case_, const struct unit *unit, bool *is_so)
{
    struct case_ there = *case_;
    struct person *people, *own;
    size_t n, n_own;

    *is_so = case_->is_guarded;
    if (*is_so)
        return true;
    there.unit = unit->id;
    there.state = CASE_NEW;
    there.handler = "";
    if (!responsible_of_unit(talk->turn, &there, &people, &n) ||
        !store_people(talk->turn->store, talk->turn->mem, ROLE_CADRE | ROLE_LEADER, unit->id, &own, &n_own))
        return false;
    *is_so = n > 0 && n_own > 0;
    for (size_t i = 0; i < n; i++)
        *is_so |= people[i].unit == unit->id;
    return true;
}

/* Says which unit above would hear. */
static bool answer_unheard(struct talk *talk, const struct case_ *case_, const struct unit *unit)
{
    struct json_object *facts = facts_text(NULL, "unit", unit->name, CLIP_HINT);
    const struct unit *above = unit;
    bool is_heard = false;

    facts_text(facts, "number", case_->number, 0);
    while (above && above->parent && !is_heard) {
        if (!cache_unit(talk->turn, above->parent, &above) ||
            (above && !would_be_heard(talk, case_, above, &is_heard))) {
            json_object_put(facts);
            return false;
        }
    }
    if (is_heard)
        facts_text(facts, "above", above->name, CLIP_HINT);
    return talk_answer(talk, "forward-unheard", facts, case_) &&
           talk_done(talk, OUTCOME_COMMAND, case_, "nobody would hear");
}

bool cadre_forward(struct talk *talk)
{
    struct action action = { .act = ACT_FORWARD, .words = talk->match.rest, .by = talk->person };
    struct units_named named;
    bool is_heard = true, is_handled;

    if (!*talk->match.rest)
        return talk_answer_form(talk, cadre_number(talk));
    if (!cadre_case(talk, &action.case_))
        return false;
    if (!action.case_)
        return true;
    if (!cadre_forward_out(talk, action.case_, &is_handled))
        return false;
    if (is_handled)
        return true;
    if (!unit_named_begin(talk->turn, talk->match.rest, &named, &action.reason) ||
        !cases_may_take(talk->turn, &action))
        return false;
    if (!action.refusal && named.n == 1 && !would_be_heard(talk, action.case_, named.units[0], &is_heard))
        return false;
    return is_heard ? take_with_unit(talk, &action, &named, UNIT_OFFICE, "forwarded-done")
                    : answer_unheard(talk, action.case_, named.units[0]);
}

/* The new case is of a day on which the number had its new owner, who never reported it. */
static bool open_split(struct talk *talk, const struct case_ *case_, struct case_ **opened,
                       struct json_object **facts)
{
    bool is_past;

    if (!owner_of_phone_is_past(talk->turn, case_->reporter, case_->received_at, &is_past) ||
        !cadre_open_for(talk, is_past ? RECORDING_WITHHELD : case_->reporter, case_, opened) ||
        (!is_past && !cadre_tell_reporter(talk, *opened, "split")) ||
        !talk_case_facts(talk, *opened, "", facts))
        return false;
    if (is_past)
        facts_choice(*facts, "unreached", "new_owner");
    return true;
}

bool cadre_split(struct talk *talk)
{
    struct action action = { .act = ACT_SPLIT, .words = talk->match.rest };
    struct json_object *facts;
    struct case_ *opened;

    if (!*talk->match.rest)
        return talk_answer_form(talk, cadre_number(talk));
    if (!cadre_case(talk, &action.case_))
        return false;
    if (!action.case_)
        return true;
    if (!talk_step(talk, &action))
        return false;
    if (action.is_repeat)
        action.refusal = REFUSED_DONE_BEFORE;
    if (action.refusal)
        return talk_refuse(talk, action.refusal, action.case_);
    return open_split(talk, action.case_, &opened, &facts) &&
           talk_answer(talk, "split-done", facts, opened) && talk_done(talk, OUTCOME_COMMAND, opened, NULL);
}

static bool take_merge(struct talk *talk, struct case_ *case_, struct case_ *other)
{
    struct action merge = { .act = ACT_MERGE, .case_ = case_, .other = other };
    struct action take_in = { .act = ACT_TAKE_IN, .case_ = other, .other = case_, .by = talk->person };
    struct json_object *facts;

    if (!cases_may_take(talk->turn, &take_in))
        return false;
    if (!take_in.refusal && !talk_step(talk, &merge))
        return false;
    if (take_in.refusal)
        return talk_answer_case(talk, refusal_name(take_in.refusal), other, "") &&
               talk_done(talk, OUTCOME_COMMAND, case_, refusal_name(take_in.refusal));
    if (merge.refusal)
        return talk_refuse(talk, merge.refusal, case_);
    if ((!merge.is_repeat && !talk_step(talk, &take_in)) || !facts_of_case(talk->turn, case_, &facts))
        return false;
    facts_text(facts, "other", other->number, 0);
    return talk_answer(talk, "merged-done", facts, case_) && talk_done(talk, OUTCOME_COMMAND, case_, NULL);
}

/* Two people's cases of another place or topic are seldom one matter: a mistake tells both something untrue.
 */
static bool may_differ(const struct case_ *case_, const struct case_ *other)
{
    return strcmp(case_->reporter, other->reporter) != 0 &&
           (case_->place != other->place || strcmp(case_->topic, other->topic) != 0);
}

/* ★ says how the two differ. */
static bool ask_to_merge(struct talk *talk, const struct case_ *case_, const struct case_ *other)
{
    struct json_object *facts, *into;

    if (!facts_of_case(talk->turn, case_, &facts))
        return false;
    if (!facts_of_case(talk->turn, other, &into)) {
        json_object_put(facts);
        return false;
    }
    json_object_object_add(facts, "into", into);
    return confirm_command(talk, "merge", facts, case_);
}

/* What may not be done, or was, is answered at once. */
static bool needs_code(struct talk *talk, struct case_ *case_, struct case_ *other, bool *is_so)
{
    struct action merge = { .act = ACT_MERGE, .case_ = case_, .other = other, .by = talk->person };
    struct action take_in = { .act = ACT_TAKE_IN, .case_ = other, .other = case_, .by = talk->person };

    *is_so = !talk->is_confirmed && may_differ(case_, other);
    if (!*is_so)
        return true;
    if (!cases_may_take(talk->turn, &merge) || !cases_may_take(talk->turn, &take_in))
        return false;
    *is_so = !merge.refusal && !merge.is_repeat && !take_in.refusal && case_->is_guarded == other->is_guarded;
    return true;
}

bool cadre_merge(struct talk *talk)
{
    struct keyword_match *match = &talk->match;
    struct case_ *case_, *other;
    bool asks;

    if (match->number_kind == NUMBER_NONE || match->second_kind == NUMBER_NONE)
        return talk_answer_form(talk, cadre_number(talk));
    if (!talk_numbered_case(talk, match->number_kind, match->number, &case_))
        return false;
    if (!case_)
        return true;
    if (!talk_numbered_case(talk, match->second_kind, match->second, &other))
        return false;
    if (!other)
        return true;
    if (!needs_code(talk, case_, other, &asks))
        return false;
    return asks ? ask_to_merge(talk, case_, other) : take_merge(talk, case_, other);
}

/* As people type them; the names that people read stand in the templates. */
static const struct typed {
    const char *word, *means;
} typed_topics[] = {
    { "供水", "water" },  { "水", "water" },      { "道路", "road" },    { "路", "road" },
    { "供电", "power" },  { "电", "power" },      { "住房", "housing" }, { "房", "housing" },
    { "土地", "land" },   { "地", "land" },       { "农业", "farm" },    { "医疗", "medical" },
    { "教育", "school" }, { "低保", "welfare" },  { "救助", "welfare" }, { "低保救助", "welfare" },
    { "养老", "care" },   { "养老照护", "care" }, { "社保", "social" },  { "民政", "civil" },
    { "就业", "jobs" },   { "环境", "env" },      { "治安", "order" },   { "干部", "cadre" },
    { "政策", "policy" }, { "其他", "other" },
};

/* In English people type the topic itself. */
const char *cadre_topic(const char *word)
{
    for (size_t i = 0; i < sizeof typed_topics / sizeof *typed_topics; i++)
        if (strcmp(typed_topics[i].word, word) == 0 || strcmp(typed_topics[i].means, word) == 0)
            return typed_topics[i].means;
    return NULL;
}

/* 定级 n 紧急 */
bool cadre_urgency_class(struct talk *talk)
{
    struct action action = { .act = ACT_URGENCY_CLASS, .words = talk->match.rest };

    action.urgency_class = urgency_class_typed(talk->turn->config, talk->match.rest);
    if (!action.urgency_class)
        return talk_answer_form(talk, cadre_number(talk));
    if (!cadre_case(talk, &action.case_))
        return false;
    return !action.case_ || talk_take(talk, &action, "urgency-class-handler");
}

/* 改类 n 对: the class that the gateway found is right. */
static bool confirms_class(const char *word)
{
    return strcmp(word, "对") == 0 || strcmp(word, "right") == 0;
}

/* The name of the topic that words tell of, as people type it: 环境 for 噪音; NULL: they tell of none. */
static const char *name_of_topic(struct talk *talk, const char *words)
{
    struct understood understood;

    understand(talk->turn->understanding, talk->turn->mem, words, &understood);
    if (understood.topic_confidence < SURE_TOPIC || strcmp(understood.topic, "other") == 0)
        return NULL;
    if (strcmp(talk->person->language, "en") == 0)
        return understood.topic;
    for (size_t i = 0; i < sizeof typed_topics / sizeof *typed_topics; i++)
        if (strcmp(typed_topics[i].means, understood.topic) == 0)
            return typed_topics[i].word;
    return NULL;
}

/* 改类 n 民困 噪音: asks whether 环境 is meant. */
static bool ask_topic(struct talk *talk, const char *class, const char *words)
{
    const char *name = name_of_topic(talk, words);
    struct case_ *case_;

    if (!name)
        return talk_answer_form(talk, cadre_number(talk));
    if (!cadre_case(talk, &case_))
        return false;
    return !case_ || cadre_order_ask(talk, case_, "改类",
                                     talloc_asprintf(talk->turn->mem, "%s %s%s%s", case_->number, class,
                                                     *class ? " " : "", name));
}

/* 改类 n 民困 医疗; 改类 n 医疗 keeps the class, 改类 n 民困 the topic. */
bool cadre_reclass(struct talk *talk)
{
    struct action action = { .act = ACT_RECLASS };
    char *words = talloc_strdup(talk->turn->mem, talk->match.rest_normal);
    const char *class = strsep(&words, " ");
    bool keeps_class = confirms_class(class);

    if (!*class)
        return talk_answer_form(talk, cadre_number(talk));
    if (!keeps_class && !case_category_parse(class, &action.category)) {
        keeps_class = true;
        words = talloc_strdup(talk->turn->mem, talk->match.rest_normal);
        class = "";
    }
    if (words && *words && !(action.topic = cadre_topic(words)))
        return ask_topic(talk, class, words);
    if (!cadre_case(talk, &action.case_))
        return false;
    if (keeps_class && action.case_)
        action.category = action.case_->category;
    action.words = talk->match.rest;
    return !action.case_ || talk_take(talk, &action, "reclassed-done");
}

bool cadre_place(struct talk *talk)
{
    struct action action = { .act = ACT_PLACE, .words = talk->match.rest };
    struct units_named named;

    if (!*talk->match.rest)
        return talk_answer_form(talk, cadre_number(talk));
    if (!cadre_case(talk, &action.case_))
        return false;
    if (!action.case_)
        return true;
    return unit_named_find(talk->turn, talk->match.rest, &named) &&
           take_with_unit(talk, &action, &named, UNIT_TOWNSHIP, "placed-done");
}

/* "310户1300人", "310 1300": households, then people. */
static bool read_served(const char *words, struct action *action)
{
    int *const numbers[] = { &action->households, &action->residents };

    for (size_t i = 0; i < 2; i++) {
        char *end;

        words += strcspn(words, "0123456789");
        *numbers[i] = (int)strtol(words, &end, 10);
        if (end == words || end - words > 7 || *numbers[i] < 1)
            return false;
        words = end;
    }
    return !strpbrk(words, "0123456789") && action->residents >= action->households;
}

bool cadre_public_works(struct talk *talk)
{
    struct action action = { .act = ACT_PUBLIC_WORKS, .words = talk->match.rest };

    if (!read_served(talk->match.rest_normal, &action))
        return talk_answer_form(talk, cadre_number(talk));
    if (!cadre_case(talk, &action.case_))
        return false;
    return !action.case_ || talk_take(talk, &action, "public-works-done");
}
