#include "gateway/conversation/cadre/cadre_people.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/hand_over.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/conversation/confirm.h"
#include "gateway/conversation/sender.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/leave.h"
#include "store/events.h"

/* As it is typed: without +86. */
static const char *typed(const char *phone)
{
    return strncmp(phone, "+86", 3) == 0 ? phone + 3 : phone;
}

static bool answer_not_theirs(struct talk *talk)
{
    return talk_answer(talk, "not-your-cadre", NULL, NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, "not a cadre of theirs");
}

/* The registered person of that number, if the sender leads them; else NULL. */
static bool find_led(struct talk *talk, const char *phone, struct person **person)
{
    bool is_theirs = false;

    if (!store_person(talk->turn->store, talk->turn->mem, phone, person))
        return false;
    if (*person && (*person)->roles && !hand_over_is_by(talk->turn, talk->person, *person, &is_theirs))
        return false;
    if (!is_theirs)
        *person = NULL;
    return true;
}

/* Their stand-in now, else the only other cadre of the unit, else the leader. */
static bool find_heir(struct talk *talk, const struct person *from, struct person **heir)
{
    struct turn *turn = talk->turn;
    struct person *people;
    const char *acts;
    size_t n = 0, others = 0;

    if (!leave_stand_in(turn, from->phone, &acts))
        return false;
    if (strcmp(acts, from->phone) != 0)
        return store_person(turn->store, turn->mem, acts, heir);
    if (from->unit && !store_people(turn->store, turn->mem, ROLE_CADRE, from->unit, &people, &n))
        return false;
    *heir = talk->person;
    for (size_t i = 0; i < n; i++)
        if (strcmp(people[i].phone, from->phone) != 0 && others++ == 0)
            *heir = &people[i];
    if (others != 1)
        *heir = talk->person;
    return true;
}

static bool find_named_heir(struct talk *talk, const struct person *from, const char *phone,
                            struct person **heir)
{
    if (!phone)
        return find_heir(talk, from, heir);
    if (!store_person(talk->turn->store, talk->turn->mem, phone, heir))
        return false;
    if (*heir && (!(*heir)->roles || strcmp((*heir)->phone, from->phone) == 0))
        *heir = NULL;
    return true;
}

/* The numbers do not stay in the text that asked for it: whose they are may be erased later. */
static bool forget_numbers(struct talk *talk)
{
    return store_blank_event(talk->turn->store, talk->event->id);
}

static bool do_hand_over(struct talk *talk, const struct person *from, const struct person *heir)
{
    struct hand_over what = {
        .by = talk->person, .from = from, .heir = heir, .event_id = talk->event->id, .line = talk->event->line
    };
    struct json_object *facts;

    if (!hand_over(talk->turn, &what))
        return false;
    facts = facts_text(facts_text(NULL, "name", from->name, CLIP_HINT), "heir", heir->name, CLIP_HINT);
    facts_number(facts, "count", (int64_t)what.n);
    if (what.n_kept > 0)
        facts_number(facts, "kept", (int64_t)what.n_kept);
    return talk_answer(talk, "handed-over-done", facts, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

bool cadre_hand_over(struct talk *talk)
{
    const char *phone = cadre_phone(talk->turn->mem, talk->match.phone), *second = NULL;
    struct person *from, *heir;
    struct json_object *facts;

    if (*talk->match.rest)
        second = cadre_phone(talk->turn->mem, talk->match.rest);
    if (!phone || (*talk->match.rest && !second))
        return talk_answer_form(talk, NULL);
    if (!find_led(talk, phone, &from))
        return false;
    if (!from)
        return answer_not_theirs(talk);
    if (!find_named_heir(talk, from, second, &heir))
        return false;
    if (!heir)
        return answer_not_theirs(talk);
    if (talk->is_confirmed)
        return do_hand_over(talk, from, heir);
    facts = facts_text(facts_text(NULL, "name", from->name, CLIP_HINT), "heir", heir->name, CLIP_HINT);
    return confirm_command(talk, "hand over", facts, NULL) && forget_numbers(talk);
}

bool cadre_new_number(struct talk *talk)
{
    const char *old = cadre_phone(talk->turn->mem, talk->match.phone);
    const char *new = *talk->match.rest ? cadre_phone(talk->turn->mem, talk->match.rest) : NULL;
    struct person *person, *other;
    struct json_object *facts;

    if (!old || !new || strcmp(old, new) == 0 || sender_is_ours(talk->turn->config, new))
        return talk_answer_form(talk, NULL);
    if (!find_led(talk, old, &person) || !store_person(talk->turn->store, talk->turn->mem, new, &other))
        return false;
    if (!person || (other && other->roles))
        return answer_not_theirs(talk);
    if (!talk->is_confirmed) {
        facts = facts_text(NULL, "name", person->name, CLIP_HINT);
        facts_text(facts_text(facts, "old", typed(old), 0), "new", typed(new), 0);
        return confirm_command(talk, "new number", facts, NULL) && forget_numbers(talk);
    }
    return hand_over_number(talk->turn, talk->person, person, new, talk->event->id) &&
           talk_answer(talk, "number-moved-done", facts_text(NULL, "name", person->name, CLIP_HINT), NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

bool cadre_undone(struct talk *talk, const struct hand_over_undone *undone)
{
    struct json_object *facts = facts_text(NULL, "name", undone->name, CLIP_HINT);

    facts_number(facts, "count", (int64_t)undone->n);
    if (undone->left > 0)
        facts_number(facts, "left", (int64_t)undone->left);
    return talk_answer(talk, undone->is_number ? "number-undone" : "hand-over-undone", facts, NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, undone->left ? "not of all cases" : NULL);
}

bool cadre_retired(struct talk *talk)
{
    return talk_answer(talk, "number-retired", NULL, NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, "the number is retired");
}
