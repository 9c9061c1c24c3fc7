#include "gateway/case/hearing.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/additions.h"
#include "gateway/case/cases.h"
#include "gateway/case/effects.h"
#include "gateway/case/responsible.h"
#include "gateway/case/restriction.h"
#include "gateway/case/routing.h"
#include "gateway/case/standing.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "gateway/turn/time_limits.h"
#include "gateway/turn/workdays.h"
#include "store/notices.h"

enum {
    NEXT_SECONDS = 600,
    HEARD_SECONDS = 3600,
    OPERATOR_SECONDS = 1800,
    ROUNDS = 2,
    MOST_TOLD = 64,
    AT_ONCE = 2
};

static const char told_text[] = "to-hear", sealed_text[] = "to-hear-sealed",
                  operator_text[] = "to-hear-operator", danger_text[] = "to-hear-danger";

#define WHOEVER_IS_RESTRICTED (BY_UNIT | BY_HANDLER | BY_SUPERVISOR)

bool hearing_may(struct turn *turn, const struct case_ *case_, const struct recording *recording,
                 const struct person *person, bool *is_so)
{
    unsigned standing, enough = BY_CLERK | BY_OPERATOR;

    *is_so = false;
    if (!standing_of(turn, case_, person, &standing))
        return false;
    if (case_->voice == VOICE_SEALED)
        enough = WHOEVER_IS_RESTRICTED;
    else if (recording->is_sealed) /* the case was cleared: what it says has been written down */
        enough = 0;
    else if (case_->is_guarded && case_->voice == VOICE_NONE)
        enough = WHOEVER_IS_RESTRICTED | BY_OPERATOR;
    else if (recording->written_at && case_->is_anonymous) /* a voice says who it is */
        enough = BY_SUPERVISOR | BY_OPERATOR;
    else if (recording->written_at)
        enough |= WHOEVER_IS_RESTRICTED | BY_LEADER;
    *is_so = standing & enough;
    if (*is_so || !standing || case_->is_guarded || recording->written_at || recording->is_sealed)
        return true;
    return standing & (BY_REPORTER | BY_PAST_REPORTER) || standing_is_listener(turn, person, is_so);
}

int64_t hearing_minutes(int64_t now, const struct recording *recording)
{
    return now > recording->begun_at ? (now - recording->begun_at) / 60 : 0;
}

/* Who is told of a recording, in order, each once. */
struct chain {
    struct turn *turn;
    const struct case_ *case_;
    struct person people[MOST_TOLD];
    size_t n;
};

static bool add(struct chain *chain, const struct person *person)
{
    unsigned standing;

    for (size_t i = 0; i < chain->n; i++)
        if (strcmp(chain->people[i].phone, person->phone) == 0)
            return true;
    if (chain->n == MOST_TOLD)
        return true;
    if (!standing_of(chain->turn, chain->case_, person, &standing))
        return false;
    if (standing & (BY_CLERK | WHOEVER_IS_RESTRICTED))
        chain->people[chain->n++] = *person;
    return true;
}

static bool add_all(struct chain *chain, const struct person *people, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!add(chain, &people[i]))
            return false;
    return true;
}

static bool add_clerks(struct chain *chain)
{
    struct person *people;
    size_t n;

    return store_people(chain->turn->store, chain->turn->mem, ROLE_CLERK, 0, &people, &n) &&
           add_all(chain, people, n);
}

static bool add_on_duty(struct chain *chain)
{
    struct person *people;
    size_t n;

    return responsible_for_county(chain->turn, &people, &n) && add_all(chain, people, n);
}

/* Those who may know of it and see to it that somebody listens: of an open case only those above. */
static bool add_overseers(struct chain *chain)
{
    struct person *people;
    size_t n, n_first;

    if (chain->case_->is_guarded ? !responsible_in_danger(chain->turn, chain->case_, &people, &n, &n_first)
                                 : !responsible_supervisors(chain->turn, chain->case_, &people, &n))
        return false;
    return add_all(chain, people, n);
}

static bool is_office_hour(const struct config *config, int64_t at)
{
    int minutes = date_minutes(at);

    return is_workday(config, date_of(at)) && minutes >= config->office_from &&
           minutes < config->office_until;
}

static bool make_chain(struct turn *turn, const struct case_ *case_, struct chain **chain)
{
    bool is_office = is_office_hour(turn->config, turn->now);

    *chain = talloc_zero(turn->mem, struct chain);
    (*chain)->turn = turn;
    (*chain)->case_ = case_;
    if (case_->voice == VOICE_SEALED || (case_->is_guarded && case_->voice == VOICE_NONE))
        return add_overseers(*chain);
    return (!is_office || add_clerks(*chain)) && add_on_duty(*chain) && add_overseers(*chain) &&
           add_clerks(*chain);
}

/* Where the caller's last other case was, of those that are no secret: nothing else tells of the place. */
static bool guess_place(struct turn *turn, const struct case_ *case_, int64_t *place)
{
    struct case_filter own = {
        .reporter = case_->reporter, .not_guarded = true, .newest_first = true, .limit = 3
    };
    struct case_ *cases;
    size_t n;

    *place = case_->place;
    if (*place)
        return true;
    if (!store_cases(turn->store, turn->mem, &own, &cases, &n))
        return false;
    for (size_t i = 0; i < n && !*place; i++)
        *place = cases[i].place;
    return true;
}

/* Of a sealed recording only that it has come. */
static bool add_place(struct turn *turn, const struct case_ *case_, struct json_object *facts)
{
    struct case_ somewhere = *case_;
    struct json_object *all;

    if (case_->voice == VOICE_SEALED)
        return true;
    if (!guess_place(turn, case_, &somewhere.place) || !facts_of_case(turn, &somewhere, &all))
        return false;
    json_object_object_add(facts, "place", json_object_get(json_object_object_get(all, "place")));
    json_object_put(all);
    return true;
}

/* Whether there is a line of ours that answers calls. */
static bool takes_calls(const struct config *config)
{
    bool is_so = config->voice_listen != NULL;

    for (size_t i = 0; i < config->n_modems; i++)
        is_so |= config->modems[i].has_voice;
    return is_so;
}

static bool tell_one(struct turn *turn, const struct case_ *case_, const struct recording *recording,
                     const struct person *person, const char *name, int64_t waiting)
{
    struct json_object *facts = facts_text(NULL, "number", case_->number, 0);

    if (!add_place(turn, case_, facts)) {
        json_object_put(facts);
        return false;
    }
    facts_number(facts, "minutes", hearing_minutes(turn->now, recording));
    facts_flag(facts, "waits", turn->now - recording->begun_at >= NEXT_SECONDS);
    facts_flag(facts, "back", strchr(recording->keys, '0') != NULL && recording->heard_at == 0);
    facts_flag(facts, "heard", recording->heard_at != 0);
    facts_flag(facts, "calls", takes_calls(turn->config));
    facts_number(facts, "count", waiting);
    facts_flag(facts, "more", waiting > 1);
    return notify(turn,
                  &(struct notify){ .to = person->phone,
                                    .name = name,
                                    .data = facts,
                                    .priority = PRIORITY_ANSWER,
                                    .case_id = case_->id,
                                    .is_danger = true,
                                    .person = person },
                  NULL);
}

static const char *text_name(const struct case_ *case_)
{
    return case_->voice == VOICE_SEALED ? sealed_text : told_text;
}

/* Without a word of what it is about, or of whose it is. */
static bool tell_operator(struct turn *turn, const struct case_ *case_, int64_t waiting)
{
    bool is_sealed = case_->voice == VOICE_SEALED;

    if (!turn->config->operator_phone)
        return true;
    return notify(turn,
                  &(struct notify){ .to = turn->config->operator_phone,
                                    .name = operator_text,
                                    .data = is_sealed ? NULL : facts_number(NULL, "count", waiting),
                                    .priority = PRIORITY_ANSWER,
                                    .is_danger = true,
                                    .is_operators = true },
                  NULL);
}

/* How many recordings nobody has written down; of sealed ones no others are counted. */
static bool count_waiting(struct turn *turn, const struct case_ *case_, int64_t *n)
{
    const struct recording_filter all = { .is_unwritten = true };
    int64_t oldest;

    *n = 1;
    return case_->voice == VOICE_SEALED || store_count_recordings(turn->store, &all, n, &oldest);
}

/*
 * Who hears at once: the county's duty officer, in office hours the clerks, too; where there is none of
 * these, the first of whoever else may know.
 */
static bool tell_at_once(struct turn *turn, struct chain *chain, const struct recording *recording,
                         bool *is_told)
{
    struct chain *first = talloc_zero(turn->mem, struct chain);
    int64_t waiting;

    first->turn = turn;
    first->case_ = chain->case_;
    if (!count_waiting(turn, chain->case_, &waiting))
        return false;
    if (chain->case_->voice == VOICE_UNHEARD || !chain->case_->is_guarded) {
        if (!add_on_duty(first) ||
            (is_office_hour(turn->config, turn->now) && first->n == 0 && !add_clerks(first)))
            return false;
    }
    if (first->n == 0 && !add_all(first, chain->people, chain->n < AT_ONCE ? chain->n : AT_ONCE))
        return false;
    for (size_t i = 0; i < first->n && i < AT_ONCE; i++)
        if (!tell_one(turn, chain->case_, recording, &first->people[i], text_name(chain->case_), waiting))
            return false;
    *is_told = first->n > 0;
    return true;
}

bool hearing_begin(struct turn *turn, const struct case_ *case_, struct recording *recording)
{
    struct chain *chain;
    bool is_told;
    int64_t waiting;

    recording->ring_at = turn->now + NEXT_SECONDS;
    if (!make_chain(turn, case_, &chain) || !tell_at_once(turn, chain, recording, &is_told))
        return false;
    return is_told || (count_waiting(turn, case_, &waiting) && tell_operator(turn, case_, waiting));
}

bool hearing_warn(struct turn *turn, const struct case_ *case_, const struct recording *recording)
{
    struct chain *chain = talloc_zero(turn->mem, struct chain);

    chain->turn = turn;
    chain->case_ = case_;
    if (!add_on_duty(chain) || !add_clerks(chain) || (chain->n == 0 && !add_overseers(chain)))
        return false;
    for (size_t i = 0; i < chain->n; i++)
        if (!tell_one(turn, case_, recording, &chain->people[i], danger_text, 1))
            return false;
    return true;
}

bool hearing_listen(struct turn *turn, struct action *action, struct recording *recording)
{
    bool may;

    if (!hearing_may(turn, action->case_, recording, action->by, &may))
        return false;
    if (!may) {
        action->refusal = REFUSED_MAY_NOT;
        return true;
    }
    action->act = ACT_HEAR;
    if (!cases_take(turn, action) || action->refusal)
        return action->refusal != NOT_REFUSED;
    if (!recording->heard_at) {
        recording->heard_at = turn->now;
        recording->heard_by = action->by->phone;
    }
    if (recording->ring_at)
        recording->ring_at = turn->now + HEARD_SECONDS;
    return store_update_recording(turn->store, recording);
}

/* Who was told least of this recording, the first of them; NULL: everybody was told often enough. */
static bool find_next(struct turn *turn, struct chain *chain, const struct recording *recording,
                      struct person **next)
{
    const char *name = text_name(chain->case_);
    int64_t least = ROUNDS;

    *next = NULL;
    for (size_t i = 0; i < chain->n; i++) {
        int64_t n;

        if (!store_count_notices_of_case(turn->store, chain->case_->id, chain->people[i].phone, name,
                                         recording->begun_at, &n))
            return false;
        if (n < least) {
            least = n;
            *next = &chain->people[i];
        }
    }
    return true;
}

/* seconds: until somebody is told again. */
static bool ring(struct turn *turn, const struct case_ *case_, const struct recording *recording,
                 int64_t *seconds)
{
    struct chain *chain;
    struct person *next;
    int64_t waiting;

    *seconds = NEXT_SECONDS;
    if (!make_chain(turn, case_, &chain) || !find_next(turn, chain, recording, &next) ||
        !count_waiting(turn, case_, &waiting))
        return false;
    if (next)
        return tell_one(turn, case_, recording, next, text_name(case_), waiting);
    *seconds = case_->voice == VOICE_SEALED ? DAY_SECONDS : OPERATOR_SECONDS;
    return tell_operator(turn, case_, waiting);
}

bool hearing_ring_next(struct turn *turn, struct recording *recordings, size_t n)
{
    int64_t open_seconds = 0; /* until the next text about those that are not sealed; 0: none has gone yet */

    for (size_t i = 0; i < n; i++) {
        int64_t seconds = open_seconds;
        struct case_ *case_;

        if (!store_case(turn->store, turn->mem, recordings[i].case_id, &case_))
            return false;
        if (case_ && !seconds && !ring(turn, case_, &recordings[i], &seconds))
            return false;
        if (case_ && case_->voice != VOICE_SEALED)
            open_seconds = seconds;
        recordings[i].ring_at = case_ ? turn->now + seconds : 0;
        if (!store_update_recording(turn->store, &recordings[i]))
            return false;
    }
    return true;
}

/* What the words tell of: place, topic, class, urgency. */
static void learn(struct turn *turn, struct case_ *case_, const struct understood *understood)
{
    case_->category = understood->category;
    case_->confidence = understood->category_confidence;
    case_->topic = understood->topic ? understood->topic : "other";
    case_->is_away = understood->is_away;
    if (understood->place.unit)
        case_->place = understood->place.unit;
    case_->urgency = understood->urgency;
    if (understood->urgency == URGENCY_URGENT)
        case_->accept_by =
            time_limit_end(turn->config, LIMIT_ACCEPT, case_urgency_name(case_->urgency), turn->now);
}

/* Whether they may listen to any of the case's recordings: else they cannot know what it says. */
static bool may_write(struct turn *turn, struct action *action, bool *is_so)
{
    const struct recording_filter filter = { .case_id = action->case_->id };
    struct recording *recordings;
    size_t n;

    *is_so = false;
    if (!store_recordings(turn->store, turn->mem, &filter, &recordings, &n))
        return false;
    for (size_t i = 0; i < n && !*is_so; i++)
        if (!hearing_may(turn, action->case_, &recordings[i], action->by, is_so))
            return false;
    if (!*is_so)
        action->refusal = n ? REFUSED_MAY_NOT : REFUSED_NOT_NOW;
    return true;
}

static bool mark_written(struct turn *turn, const struct action *action)
{
    return store_write_down_recordings(turn->store, action->case_->id, action->by->phone, turn->now);
}

/* The case's words as a whole decide: a text that came meanwhile may accuse as well. */
bool hearing_write_down(struct turn *turn, struct action *action)
{
    struct understood *whole = talloc(turn->mem, struct understood);
    struct case_ *case_ = action->case_;
    bool is_so;

    if (!may_write(turn, action, &is_so))
        return false;
    if (!is_so)
        return true;
    if (*case_->text)
        additions_keep(turn, case_, action->words);
    else
        case_->text = action->words;
    understand(turn->understanding, turn->mem, case_->text, whole);
    if (action->understood)
        whole->place.unit = action->understood->place.unit;
    action->understood = whole;
    if (case_->voice != VOICE_NONE)
        learn(turn, case_, whole);
    if (case_->voice == VOICE_SEALED)
        action->is_silent = true;
    if (case_->voice == VOICE_UNHEARD) {
        action->was_unheard = true;
        case_->voice = VOICE_NONE;
        case_->is_guarded = false;
        effect_given(turn, case_);
        if (!routing_assign(turn, case_))
            return false;
    }
    return mark_written(turn, action);
}

bool hearing_send_up(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;

    if (case_->is_guarded && case_->voice != VOICE_UNHEARD) {
        action->refusal = REFUSED_NOT_NOW;
        return true;
    }
    if (action->words && *action->words) {
        if (*case_->text)
            additions_keep(turn, case_, action->words);
        else
            case_->text = action->words;
    }
    return mark_written(turn, action) && restriction_impose(turn, action);
}
