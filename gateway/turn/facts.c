#include "gateway/turn/facts.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/redact.h"
#include "gateway/turn/sanitise.h"
#include "gateway/turn/time_limits.h"
#include "gateway/turn/unit_name.h"

static struct json_object *or_new(struct json_object *facts)
{
    return facts ? facts : json_object_new_object();
}

/* The name is not copied. */
static struct json_object *add(struct json_object *facts, const char *name, struct json_object *value)
{
    facts = or_new(facts);
    json_object_object_add_ex(facts, name, value, JSON_C_OBJECT_ADD_CONSTANT_KEY);
    return facts;
}

struct json_object *facts_text(struct json_object *facts, const char *name, const char *text, size_t units)
{
    void *scratch = NULL;

    if (units && text && *text) {
        scratch = talloc_new(NULL);
        text = sanitise_clip(scratch, sanitise_text(scratch, text, false), units);
    }
    facts = add(facts, name, json_object_new_string(text ? text : ""));
    talloc_free(scratch);
    return facts;
}

struct json_object *facts_number(struct json_object *facts, const char *name, int64_t number)
{
    return add(facts, name, json_object_new_int64(number));
}

struct json_object *facts_flag(struct json_object *facts, const char *name, bool is_set)
{
    return add(facts, name, json_object_new_boolean(is_set));
}

struct json_object *facts_choice(struct json_object *facts, const char *name, const char *choice)
{
    struct json_object *flags = json_object_new_object();
    char flag[32];

    strncpy(flag, choice, sizeof flag - 1);
    flag[sizeof flag - 1] = '\0';
    for (char *c = flag; *c; c++)
        if (*c == ' ')
            *c = '_';
    json_object_object_add(flags, flag, json_object_new_boolean(true));
    return add(facts, name, flags);
}

struct json_object *facts_date(struct json_object *facts, const char *name, int64_t at)
{
    struct date date;
    struct json_object *parts;
    char text[40];

    if (at == 0)
        return or_new(facts);
    date = date_of(at);
    snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
    parts = facts_number(NULL, "year", date.year);
    facts_number(parts, "month", date.month);
    facts_number(parts, "day", date.day);
    facts_text(parts, "date", text, 0);
    return add(facts, name, parts);
}

struct json_object *facts_rating(struct json_object *facts, int rating)
{
    static const char *const ratings[] = { "", "satisfied", "mostly", "unsatisfied", "unsolved" };

    return rating ? facts_choice(facts, "rating", ratings[rating]) : or_new(facts);
}

static const char *category_flag(enum case_category category)
{
    static const char *const flags[] = { [CATEGORY_LIVELIHOOD] = "livelihood",
                                         [CATEGORY_HARDSHIP] = "hardship",
                                         [CATEGORY_PETITION] = "petition" };
    return flags[category];
}

struct json_object *facts_in_brief(const struct case_ *case_)
{
    struct json_object *facts = facts_text(NULL, "number", case_->number, 0);

    return facts_choice(facts, "state", case_state_name(case_->state));
}

bool facts_of_listed(struct turn *turn, const struct case_ *case_, struct json_object **facts)
{
    const struct unit *place = NULL;

    if (case_->place && !cache_unit(turn, case_->place, &place))
        return false;
    *facts = facts_choice(facts_in_brief(case_), "topic", case_->topic);
    facts_text(*facts, "place", place ? unit_name_short(turn->mem, place->name) : "", CLIP_HINT);
    facts_flag(*facts, "returned", case_->returned_at != 0);
    return true;
}

/* The facts of a case, of which a text uses some. */
struct gathering {
    struct json_object *facts;
    struct template_names names;
};

static bool is_used(const struct gathering *gathering, const char *name)
{
    return template_names_have(&gathering->names, name);
}

static void gather_text(struct gathering *gathering, const char *name, const char *text, size_t units)
{
    if (is_used(gathering, name))
        facts_text(gathering->facts, name, text, units);
}

static void gather_flag(struct gathering *gathering, const char *name, bool is_set)
{
    if (is_used(gathering, name))
        facts_flag(gathering->facts, name, is_set);
}

static void gather_choice(struct gathering *gathering, const char *name, const char *choice)
{
    if (is_used(gathering, name))
        facts_choice(gathering->facts, name, choice);
}

static void gather_date(struct gathering *gathering, const char *name, int64_t at)
{
    if (is_used(gathering, name))
        facts_date(gathering->facts, name, at);
}

/* With the township, 天坛镇北王村, for two villages may share a name. */
static bool gather_place(struct turn *turn, struct gathering *gathering, int64_t place)
{
    const struct unit *unit = NULL, *parent = NULL;
    const char *name = "";

    if (place && !cache_unit(turn, place, &unit))
        return false;
    if (unit && unit->level == UNIT_VILLAGE && unit->parent && !cache_unit(turn, unit->parent, &parent))
        return false;
    if (unit)
        name = talloc_asprintf(turn->mem, "%s%s", parent ? parent->name : "",
                               unit_name_short(turn->mem, unit->name));
    gather_text(gathering, "place", name, CLIP_HINT);
    gather_text(gathering, "village", unit ? unit_name_short(turn->mem, unit->name) : "", CLIP_HINT);
    return true;
}

static bool gather_unit(struct turn *turn, struct gathering *gathering, int64_t id)
{
    const struct unit *unit = NULL;

    if (id && !cache_unit(turn, id, &unit))
        return false;
    gather_text(gathering, "unit", unit ? unit->name : "", CLIP_HINT);
    return true;
}

static bool gather_handler(struct turn *turn, struct gathering *gathering, const char *phone)
{
    struct person *person = NULL;

    if (!is_used(gathering, "handler"))
        return true;
    if (phone && *phone && !store_person(turn->store, turn->mem, phone, &person))
        return false;
    facts_text(gathering->facts, "handler", person ? person->name : "", CLIP_HINT);
    return true;
}

/* Whether what was to be done by that moment is still to be done. */
static bool is_past(const struct turn *turn, const struct case_ *case_, int64_t by)
{
    return case_state_is_open(case_->state) && by && by < turn->now;
}

/* The day by which somebody should take it on, as its reporter knows it. */
static int64_t answer_by(const struct turn *turn, const struct case_ *case_)
{
    if (case_->accepted_at && case_->take_by) /* it was accepted once, and is to be again */
        return case_->take_by;
    return case_->accept_by ? case_->accept_by
                            : time_limit_end(turn->config, LIMIT_ACCEPT, "normal", case_->received_at);
}

static void gather_dates(const struct turn *turn, struct gathering *gathering, const struct case_ *case_)
{
    int64_t accept_by = answer_by(turn, case_), ask_by = 0;

    if (case_->closed_at)
        ask_by = time_limit_end(turn->config, LIMIT_REVIEW, "normal",
                                case_->reviewed_at ? case_->reviewed_at : case_->closed_at);
    gather_date(gathering, "received", case_->received_at);
    gather_date(gathering, "accept_by", accept_by);
    gather_date(gathering, "take_by", case_->take_by);
    gather_date(gathering, "tell_by", case_->tell_by);
    gather_date(gathering, "finish_by", case_->finish_by);
    gather_date(gathering, "review_by", case_->review_by);
    gather_date(gathering, "ask_by", ask_by);
    gather_flag(gathering, "late",
                is_past(turn, case_, case_->state == CASE_NEW ? accept_by : case_->finish_by));
    gather_flag(gathering, "take_late", is_past(turn, case_, case_->take_by));
    gather_flag(gathering, "finish_late", is_past(turn, case_, case_->finish_by));
    gather_flag(gathering, "review_late", case_->review_by && case_->review_by < turn->now);
    gather_flag(gathering, "ask_late", ask_by && ask_by < turn->now);
}

static void gather_public_works(struct gathering *gathering, const struct case_ *case_)
{
    if (!case_->public_works_year)
        return;
    facts_number(gathering->facts, "public_works_year", case_->public_works_year);
    facts_number(gathering->facts, "households", case_->households);
    facts_number(gathering->facts, "residents", case_->residents);
}

/* Providers that have templates of their own may ask for any of the facts. */
static struct template_names names_in(const struct turn *turn, const char *text)
{
    for (size_t i = 0; i < turn->config->n_providers; i++)
        if (turn->config->providers[i].n_templates > 0)
            return TEMPLATE_NAMES_ALL;
    return text ? words_names_in(turn->words, text) : TEMPLATE_NAMES_ALL;
}

bool facts_for_text(struct turn *turn, const char *text, const struct case_ *case_,
                    struct json_object **facts)
{
    struct json_object *all = facts_text(NULL, "number", case_->number, 0);
    struct gathering gathering = { all, names_in(turn, text) };

    gather_choice(&gathering, "state", case_state_name(case_->state));
    gather_choice(&gathering, "topic", case_->topic);
    gather_choice(&gathering, "category", category_flag(case_->category));
    gather_flag(&gathering, "urgent", case_->urgency == URGENCY_URGENT);
    gather_flag(&gathering, "guarded", case_->is_guarded);
    gather_flag(&gathering, "unheard", case_->voice == VOICE_UNHEARD);
    gather_flag(&gathering, "anonymous", case_->is_anonymous);
    if (is_used(&gathering, "text"))
        facts_text(all, "text", redact_for_handlers(turn->mem, case_->is_anonymous, case_->text), CLIP_TEXT);
    gather_dates(turn, &gathering, case_);
    if (strcmp(case_->urgency_class, case_urgency_name(case_->urgency)) != 0)
        gather_text(&gathering, "urgency_class", case_->urgency_class, CLIP_HINT);
    gather_flag(&gathering, "was_reviewed", case_->reviewed_at != 0);
    gather_text(&gathering, "review_body", turn->config->review_body, 0);
    gather_public_works(&gathering, case_);
    gather_flag(&gathering, "final", case_->reviews > 1);
    facts_rating(all, case_->rating);
    *facts = all;
    if (gather_place(turn, &gathering, case_->place) && gather_unit(turn, &gathering, case_->unit) &&
        gather_handler(turn, &gathering, case_->handler))
        return true;
    json_object_put(all);
    *facts = NULL;
    return false;
}

bool facts_of_case(struct turn *turn, const struct case_ *case_, struct json_object **facts)
{
    return facts_for_text(turn, NULL, case_, facts);
}
