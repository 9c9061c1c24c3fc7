#include "gateway/conversation/cadre/cadre_figures.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/standing.h"
#include "gateway/case/unanswered.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/figures/figures_facts.h"
#include "gateway/conversation/cadre/unit_named.h"
#include "gateway/conversation/danger.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"

enum {
    LONGEST_QUESTION = 40, /* characters */
    SHORT_QUESTION = 10,   /* the same of a question that says nothing else: 情况咋样 */
    SHORT_ORDER = 14,      /* 让张三快点办 */
    LONGEST_GUARDED = 24,  /* the same where words name an official */
    SHORT_NAME = 6         /* octets: a name of one character could be any word */
};

static const char taken[] = TAKEN_FOR "a question about figures";

static bool answer_with(struct talk *talk, const char *name, struct json_object *facts)
{
    return talk_answer(talk, name, facts, NULL) && talk_done(talk, OUTCOME_ANSWERED, NULL, taken);
}

/* What can be asked, where it was nothing of that, or not theirs to know. */
static bool answer_what_to_ask(const struct asker *asker, bool is_elsewhere)
{
    struct json_object *facts = facts_flag(NULL, "above", asker->is_above);

    return answer_with(asker->talk, "what-to-ask", facts_flag(facts, "not_yours", is_elsewhere));
}

static bool is_on_duty(struct talk *talk, const struct unit *unit, bool *is_so)
{
    const char *phone = NULL;

    if (unit && !store_on_duty(talk->turn->store, talk->turn->mem, unit->id, &phone))
        return false;
    *is_so = phone && strcmp(phone, talk->event->from) == 0;
    return true;
}

/* What they may ask about. */
static bool find_asker(struct talk *talk, struct asker *asker)
{
    const struct person *person = talk->person;
    const struct unit *unit = NULL;
    bool is_of_county;

    *asker = (struct asker){ .talk = talk };
    understanding_figure_question(talk->turn->understanding, talk->understood, &asker->question);
    if (asker->question.units && asker->topic && strcmp(asker->topic, "jobs") == 0)
        asker->topic = NULL; /* 哪个单位 asks about offices, not about work */
    if (asker->question.units && asker->question.surveys && !asker->question.measure)
        asker->question.measure = MEASURE_OPEN;
    asker->span = figures_span(&asker->question, talk->turn->now);
    if (talk->understood->topic_confidence >= SURE_TOPIC && figures_ask_about(talk->understood->topic))
        asker->topic = talk->understood->topic;
    if ((person->unit && !cache_unit(talk->turn, person->unit, &unit)) ||
        !is_on_duty(talk, unit, &asker->is_above))
        return false;
    asker->is_above |= (person->roles & (ROLE_LEADER | ROLE_SUPERVISOR)) != 0;
    is_of_county =
        !unit || unit->level == UNIT_COUNTY ||
        (person->roles & ROLE_SUPERVISOR && unit->level != UNIT_VILLAGE && unit->level != UNIT_TOWNSHIP);
    asker->scope = is_of_county ? 0 : unit->id;
    return true;
}

/* Whether the unit is the asker's, or below it. */
static bool may_know_unit(const struct asker *asker, int64_t unit, bool *is_so)
{
    if (asker->is_above && asker->scope == 0) {
        *is_so = true;
        return true;
    }
    return standing_is_above(asker->talk->turn, asker->talk->person->unit, unit, is_so);
}

/* The place or the office that the text names; 0: none. */
static bool find_unit(struct asker *asker, int64_t *id)
{
    struct talk *talk = asker->talk;
    const struct unit *office;

    *id = talk->understood->place.unit;
    if (*id)
        return true;
    if (!unit_named_within(talk->turn, talk->understood->normal.text, &office))
        return false;
    *id = office ? office->id : 0;
    if (office)
        asker->topic = NULL; /* 水利局 is no question about water */
    return true;
}

/* Another registered person whose name stands in the text; NULL: none. */
static bool find_person(struct talk *talk, const struct person **found)
{
    struct person *people;
    size_t n;

    *found = NULL;
    if (!store_people(talk->turn->store, talk->turn->mem, 0, 0, &people, &n))
        return false;
    for (size_t i = 0; i < n && !*found; i++)
        if (strlen(people[i].name) >= SHORT_NAME && strstr(talk->understood->normal.text, people[i].name))
            *found = &people[i];
    return true;
}

static bool answer_person(const struct asker *asker, const struct person *person)
{
    struct json_object *facts;

    return figures_of_person(asker, person, &facts) && answer_with(asker->talk, "figures-person", facts);
}

static bool answer_about_person(const struct asker *asker, const struct person *person)
{
    bool may = false;

    if (asker->is_above && !may_know_unit(asker, person->unit, &may))
        return false;
    return may ? answer_person(asker, person) : answer_what_to_ask(asker, true);
}

static bool answer_unit(const struct asker *asker, int64_t unit)
{
    struct json_object *facts;

    if ((asker->question.ranks || (asker->question.units && !asker->question.lists)) && unit == asker->scope)
        return figures_ranking(asker, &facts) && answer_with(asker->talk, "figures-most", facts);
    return figures_of_unit(asker, unit, &facts) && answer_with(asker->talk, "figures", facts);
}

/* About whom or what the question is, and the answer. */
static bool answer(struct asker *asker)
{
    struct talk *talk = asker->talk;
    const struct person *person;
    int64_t unit;
    bool may;

    if (!find_person(talk, &person) || !find_unit(asker, &unit))
        return false;
    if (person && strcmp(person->phone, talk->event->from) != 0)
        return answer_about_person(asker, person);
    if (person || asker->question.is_mine || (!asker->is_above && !unit))
        return answer_person(asker, talk->person);
    if (!unit)
        return answer_unit(asker, asker->scope);
    if (!may_know_unit(asker, unit, &may))
        return false;
    return may ? answer_unit(asker, unit) : answer_what_to_ask(asker, true);
}

bool cadre_figures(struct talk *talk)
{
    struct asker asker;

    return find_asker(talk, &asker) && answer(&asker);
}

/* Whether the text asks for figures that this person may ask about. */
static bool is_asked(const struct asker *asker, bool names_somebody)
{
    const struct figure_question *question = &asker->question;
    const struct understood *understood = asker->talk->understood;
    bool names_place = understood->place.unit != 0;

    if (names_somebody && question->orders && understood->normal.n_symbols <= SHORT_ORDER)
        return asker->is_above;
    if (understood->is_guarded &&
        (understood->normal.n_symbols > LONGEST_GUARDED ||
         !(question->counts || question->ranks || question->lists || question->surveys)))
        return false;
    if (!asker->is_above)
        return question->counts || (question->lists && names_place) ||
               (question->is_mine && (question->asks || question->measure));
    return question->counts || question->ranks || question->lists ||
           ((question->asks || question->orders) && (names_place || asker->topic)) ||
           (question->asks && question->span && understood->normal.n_symbols <= SHORT_QUESTION) ||
           (question->surveys && (question->span || question->units || names_place || names_somebody ||
                                  understood->normal.n_symbols <= SHORT_QUESTION));
}

/* The command that it stands for, so that a code can prove the sender as for any other. */
static bool run(struct talk *talk)
{
    const char *text = talk->event->text;

    talk->is_work = true;
    talk->is_meant = true;
    talk->command = talk_command_of(cadre_commands, "统计");
    talk->match = (struct keyword_match){ .rest = text, .rest_normal = text };
    return talk_mute_repeated(talk, 3600) &&
           cadre_run(talk, talloc_asprintf(talk->turn->mem, "统计 %s", text));
}

bool cadre_figures_asked(struct talk *talk, bool *is_handled)
{
    const struct understood *understood = talk->understood;
    const struct person *person;
    struct asker asker;

    if (!talk->person->roles || understood->kind != TEXT_CASE || understood->mentions ||
        understood->normal.n_symbols > LONGEST_QUESTION || danger_is_told(talk))
        return true;
    if (!find_asker(talk, &asker) || !find_person(talk, &person))
        return false;
    if (asker.question.is_own)
        return true;
    *is_handled = is_asked(&asker, person != NULL);
    if (*is_handled)
        return run(talk);
    *is_handled = asker.is_above && (asker.question.asks || asker.question.orders) && !understood->is_guarded;
    if (!*is_handled)
        return true;
    talk->is_meant = true;
    return talk_mute_alike(talk) && answer_what_to_ask(&asker, false);
}
