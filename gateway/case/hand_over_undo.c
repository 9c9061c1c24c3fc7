#include "gateway/case/hand_over.h"

#include <json-c/json.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "store/notices.h"
#include "store/steps.h"

static void add_ids(struct json_object *all, const char *name, const struct ids *ids)
{
    struct json_object *list = json_object_new_array();

    for (size_t i = 0; i < ids->n; i++)
        json_object_array_add(list, json_object_new_int64(ids->list[i]));
    json_object_object_add(all, name, list);
}

static void read_ids(void *mem, struct json_object *all, const char *name, struct ids *ids)
{
    struct json_object *list = json_object_object_get(all, name);

    ids->n = list ? json_object_array_length(list) : 0;
    ids->list = talloc_array(mem, int64_t, (unsigned)ids->n + 1);
    for (size_t i = 0; i < ids->n; i++)
        ids->list[i] = json_object_get_int64(json_object_array_get_idx(list, i));
}

static const char *text_of(void *mem, struct json_object *object, const char *name)
{
    const char *text = json_object_get_string(json_object_object_get(object, name));

    return talloc_strdup(mem, text ? text : "");
}

static int64_t number_of(struct json_object *object, const char *name)
{
    return json_object_get_int64(json_object_object_get(object, name));
}

static void put_text(struct json_object *object, const char *name, const char *text)
{
    json_object_object_add(object, name, json_object_new_string(text));
}

static void put_number(struct json_object *object, const char *name, int64_t number)
{
    json_object_object_add(object, name, json_object_new_int64(number));
}

static struct json_object *person_json(const struct person *person)
{
    struct json_object *object = json_object_new_object();

    put_text(object, "phone", person->phone);
    put_text(object, "name", person->name);
    put_text(object, "title", person->title);
    put_text(object, "language", person->language);
    put_number(object, "roles", person->roles);
    put_number(object, "is_stopped", person->is_stopped);
    put_number(object, "is_greeted", person->is_greeted);
    put_number(object, "owner_since", person->owner_since);
    put_number(object, "retired_at", person->retired_at);
    return object;
}

static struct person *read_person(void *mem, struct json_object *object)
{
    struct person *person = talloc_zero(mem, struct person);

    *person = (struct person){ .phone = text_of(mem, object, "phone"),
                               .name = text_of(mem, object, "name"),
                               .title = text_of(mem, object, "title"),
                               .language = text_of(mem, object, "language"),
                               .roles = (int)number_of(object, "roles"),
                               .is_stopped = number_of(object, "is_stopped"),
                               .is_greeted = number_of(object, "is_greeted"),
                               .owner_since = number_of(object, "owner_since"),
                               .retired_at = number_of(object, "retired_at") };
    return person;
}

static struct json_object *before_json(const struct person_before *before)
{
    struct json_object *all = json_object_new_object(), *leaves = json_object_new_array();

    if (before->person)
        json_object_object_add(all, "person", person_json(before->person));
    add_ids(all, "duties", &before->duties);
    add_ids(all, "led", &before->led);
    add_ids(all, "reported", &before->reported);
    add_ids(all, "acted", &before->acted);
    for (size_t i = 0; i < before->n_leaves; i++) {
        const struct leave *leave = &before->leaves[i];
        struct json_object *one = json_object_new_object();

        put_text(one, "phone", leave->phone);
        put_number(one, "since", leave->since);
        put_number(one, "until", leave->until);
        put_text(one, "stand_in", leave->stand_in);
        json_object_array_add(leaves, one);
    }
    json_object_object_add(all, "leaves", leaves);
    return all;
}

static void read_before(void *mem, struct json_object *all, struct person_before *before)
{
    struct json_object *person = json_object_object_get(all, "person"),
                       *leaves = json_object_object_get(all, "leaves");

    *before = (struct person_before){ .person = person ? read_person(mem, person) : NULL };
    read_ids(mem, all, "duties", &before->duties);
    read_ids(mem, all, "led", &before->led);
    read_ids(mem, all, "reported", &before->reported);
    read_ids(mem, all, "acted", &before->acted);
    before->n_leaves = leaves ? json_object_array_length(leaves) : 0;
    before->leaves = talloc_array(mem, struct leave, (unsigned)before->n_leaves + 1);
    for (size_t i = 0; i < before->n_leaves; i++) {
        struct json_object *one = json_object_array_get_idx(leaves, i);

        before->leaves[i] = (struct leave){ .phone = text_of(mem, one, "phone"),
                                            .since = number_of(one, "since"),
                                            .until = number_of(one, "until"),
                                            .stand_in = text_of(mem, one, "stand_in") };
    }
}

bool hand_over_before(struct turn *turn, const struct person *from, struct person_before *before)
{
    return store_person_before(turn->store, turn->mem, from->phone, false, before);
}

/* all is released. */
static bool keep(struct turn *turn, const struct person *by, int64_t event_id, struct json_object *all)
{
    const struct undo undo = {
        .phone = by->phone, .event_id = event_id, .at = turn->now, .before = json_object_to_json_string(all)
    };
    bool is_done = !event_id || store_put_undo(turn->store, &undo);

    json_object_put(all);
    return is_done;
}

bool hand_over_keep(struct turn *turn, const struct hand_over *what, const struct person_before *before)
{
    struct json_object *all = json_object_new_object(), *list = json_object_new_array();

    put_text(all, "heir", what->heir->phone);
    json_object_object_add(all, "from", before_json(before));
    for (size_t i = 0; i < what->n; i++)
        json_object_array_add(list, json_object_new_int64(what->cases[i].id));
    json_object_object_add(all, "cases", list);
    put_number(all, "others", (int64_t)what->n_others);
    return keep(turn, what->by, what->event_id, all);
}

bool hand_over_number_keep(struct turn *turn, const struct person *by, int64_t event_id,
                           const struct person_before *from, const char *to,
                           const struct person_before *to_before)
{
    struct json_object *all = json_object_new_object();

    put_text(all, "new", to);
    json_object_object_add(all, "from", before_json(from));
    json_object_object_add(all, "to", before_json(to_before));
    return keep(turn, by, event_id, all);
}

/* The step that handed it over, if it is the last one; else NULL: somebody has worked on the case since. */
static bool find_last(struct turn *turn, const struct case_ *case_, int64_t since, const struct step **last)
{
    struct step *steps;
    size_t n;

    *last = NULL;
    if (!store_steps(turn->store, turn->mem, case_->id, &steps, &n))
        return false;
    while (n > 0 && strcmp(steps[n - 1].kind, "viewed") == 0)
        n--;
    if (n > 0 && strcmp(steps[n - 1].kind, "handed over") == 0 && steps[n - 1].at >= since)
        *last = &steps[n - 1];
    return true;
}

static bool take_back(struct turn *turn, const struct person *by, const struct event *event,
                      const struct undo *undo, const struct person *from, int64_t id,
                      struct hand_over_undone *undone)
{
    struct action action = {
        .act = ACT_HAND_OVER, .by = by, .heir = from, .line = event->line, .event_id = event->id
    };
    const struct step *last;
    int cancelled;

    if (!store_case(turn->store, turn->mem, id, &action.case_))
        return false;
    if (!action.case_ || action.case_->state != CASE_IN_HAND) {
        undone->left += action.case_ != NULL;
        return true;
    }
    if (!find_last(turn, action.case_, undo->at, &last))
        return false;
    if (!last) {
        undone->left++;
        return true;
    }
    if (!store_cancel_notices(turn->store, id, last->id, turn->now, &cancelled) || !cases_take(turn, &action))
        return false;
    undone->n += !action.refusal;
    undone->left += action.refusal != NOT_REFUSED;
    return true;
}

static bool tell(struct turn *turn, const char *to, const char *name, struct json_object *facts,
                 int64_t event_id)
{
    return notify(
        turn,
        &(struct notify){
            .to = to, .name = name, .data = facts, .priority = PRIORITY_NOTICE, .event_id = event_id },
        NULL);
}

static bool undo_hand_over(struct turn *turn, const struct person *by, const struct event *event,
                           const struct undo *undo, struct json_object *all, struct hand_over_undone *undone)
{
    const char *heir = text_of(turn->mem, all, "heir");
    struct person_before before;
    struct person *from;
    struct ids cases;

    read_before(turn->mem, json_object_object_get(all, "from"), &before);
    read_ids(turn->mem, all, "cases", &cases);
    if (!before.person)
        return true;
    if (!store_person(turn->store, turn->mem, before.person->phone, &from))
        return false;
    if (!from || from->retired_at != undo->at)
        return true;
    *undone = (struct hand_over_undone){ .is_done = true, .name = before.person->name };
    undone->left = (size_t)number_of(all, "others");
    if (!store_put_back(turn->store, &before, heir, undo->at) ||
        !store_person(turn->store, turn->mem, before.person->phone, &from))
        return false;
    cache_forget_leaves(turn);
    turn->has_new_names = true;
    for (size_t i = 0; i < cases.n; i++)
        if (!take_back(turn, by, event, undo, from, cases.list[i], undone))
            return false;
    return strcmp(heir, by->phone) == 0 ||
           tell(turn, heir, "hand-over-ended",
                facts_number(facts_text(NULL, "name", undone->name, CLIP_HINT), "count", (int64_t)undone->n),
                event->id);
}

static bool undo_number(struct turn *turn, const struct event *event, const struct undo *undo,
                        struct json_object *all, const char *to, struct hand_over_undone *undone)
{
    struct person_before from, to_before;
    struct person *old;

    read_before(turn->mem, json_object_object_get(all, "from"), &from);
    read_before(turn->mem, json_object_object_get(all, "to"), &to_before);
    if (!from.person)
        return true;
    if (!store_person(turn->store, turn->mem, from.person->phone, &old))
        return false;
    if (!old || old->retired_at != undo->at)
        return true;
    *undone = (struct hand_over_undone){ .is_done = true, .is_number = true, .name = from.person->name };
    if (!store_move_back(turn->store, &from, to, &to_before, turn->now))
        return false;
    cache_forget_leaves(turn);
    turn->has_new_names = true;
    return tell(turn, to, "number-moved-back", facts_text(NULL, "name", undone->name, CLIP_HINT), event->id);
}

bool hand_over_undo(struct turn *turn, const struct person *by, const struct event *event,
                    const struct undo *undo, struct hand_over_undone *undone)
{
    struct json_object *all = json_tokener_parse(undo->before);
    const char *to = text_of(turn->mem, all, "new");
    bool is_done = true;

    *undone = (struct hand_over_undone){ .is_done = false };
    if (turn->now - undo->at <= UNDO_SECONDS)
        is_done = *to ? undo_number(turn, event, undo, all, to, undone)
                      : undo_hand_over(turn, by, event, undo, all, undone);
    json_object_put(all);
    return is_done && (!undone->is_done || store_drop_undo(turn->store, by->phone));
}
