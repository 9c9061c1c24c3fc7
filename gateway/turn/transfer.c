#include "gateway/turn/transfer.h"

#include <string.h>
#include <talloc.h>

#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/owner.h"
#include "gateway/turn/unit_name.h"
#include "store/journal/seal.h"
#include "store/recordings.h"

bool transfer_make_key(struct store *store, void *mem, const char **public_key)
{
    char key[SEAL_KEY_SIZE] = "", secret[SEAL_KEY_SIZE] = "";

    *public_key = NULL;
    if (!store_get(store, mem, TRANSFER_PUBLIC_KEY, public_key))
        return false;
    if (*public_key)
        return true;
    seal_new_key(key, secret);
    *public_key = talloc_strdup(mem, key);
    return store_set(store, TRANSFER_PRIVATE_KEY, secret) && store_set(store, TRANSFER_PUBLIC_KEY, key);
}

/* Township and village; "": none. */
static bool name_place(struct turn *turn, int64_t place, const char **name)
{
    const struct unit *unit = NULL, *parent = NULL;

    *name = "";
    if (!place || !cache_unit(turn, place, &unit) || !unit)
        return !place || unit;
    if (unit->level == UNIT_VILLAGE && !cache_unit(turn, unit->parent, &parent))
        return false;
    *name = talloc_asprintf(turn->mem, "%s%s", parent && parent->level == UNIT_TOWNSHIP ? parent->name : "",
                            unit_name_short(turn->mem, unit->name));
    return true;
}

static void add(struct json_object *object, const char *name, const char *text)
{
    json_object_object_add(object, name, json_object_new_string(text));
}

/* The case, sealed to the county's key, from turn->mem; NULL in *copy: the key is unusable. */
static bool seal_case(struct turn *turn, const struct case_ *case_, const struct county *to,
                      const char **copy)
{
    struct json_object *object;
    const char *place;
    bool is_past;

    if (!owner_of_phone_is_past(turn, case_->reporter, case_->received_at, &is_past))
        return false;
    if (!name_place(turn, case_->place, &place))
        return false;
    object = json_object_new_object();
    add(object, "number", case_->number);
    /* the other county cannot know that the number has a new owner */
    add(object, "reporter", is_past ? RECORDING_WITHHELD : case_->reporter);
    add(object, "category", case_category_name(case_->category));
    add(object, "topic", case_->topic);
    add(object, "place", place);
    add(object, "text", case_->text);
    json_object_object_add(object, "anonymous", json_object_new_boolean(case_->is_anonymous));
    json_object_object_add(object, "received_at", json_object_new_int64(case_->received_at));
    *copy =
        seal(turn->mem, to->key,
             json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(object);
    return true;
}

static const char *text_of(void *mem, struct json_object *object, const char *name)
{
    struct json_object *value = NULL;

    return talloc_strdup(mem, json_object_object_get_ex(object, name, &value) &&
                                      json_object_is_type(value, json_type_string)
                                  ? json_object_get_string(value)
                                  : "");
}

struct copied *transfer_open(void *mem, const char *private_key, const char *copy)
{
    const char *text = private_key ? seal_open(mem, private_key, copy) : NULL;
    struct json_object *object = text ? json_tokener_parse(text) : NULL, *value = NULL;
    struct copied *copied = NULL;

    if (json_object_is_type(object, json_type_object)) {
        copied = talloc_zero(mem, struct copied);
        copied->number = text_of(copied, object, "number");
        copied->reporter = text_of(copied, object, "reporter");
        copied->category = text_of(copied, object, "category");
        copied->topic = text_of(copied, object, "topic");
        copied->place = text_of(copied, object, "place");
        copied->text = text_of(copied, object, "text");
        copied->is_anonymous =
            json_object_object_get_ex(object, "anonymous", &value) && json_object_get_boolean(value);
        copied->received_at =
            json_object_object_get_ex(object, "received_at", &value) ? json_object_get_int64(value) : 0;
    }
    json_object_put(object);
    return copied;
}

bool transfer_ask(struct turn *turn, const struct case_ *case_, const struct county *to, const char *why)
{
    struct transfer transfer = { .direction = TRANSFER_OUT,
                                 .state = TRANSFER_ASKED,
                                 .number = case_->number,
                                 .county = to->code,
                                 .name = to->name,
                                 .their_number = "",
                                 .why = why,
                                 .asked_at = turn->now };

    if (!seal_case(turn, case_, to, &transfer.copy))
        return false;
    if (transfer.copy)
        return store_put_transfer(turn->store, &transfer);
    turn->error = talloc_asprintf(turn->mem, "the key of %s for copies of cases is not one", to->name);
    return false;
}

bool transfer_add_facts(struct turn *turn, const struct case_ *case_, struct json_object *facts)
{
    struct json_object *list;
    struct transfer *transfers;
    size_t n;

    if (!store_transfers_of(turn->store, turn->mem, case_->number, &transfers, &n))
        return false;
    list = json_object_new_array();
    for (size_t i = 0; i < n; i++) {
        struct json_object *one;

        if (transfers[i].state != TRANSFER_LINKED)
            continue;
        one = facts_text(NULL, "county", transfers[i].name, CLIP_HINT);
        facts_text(one, "their_number", transfers[i].their_number, 0);
        facts_flag(one, "came", transfers[i].direction == TRANSFER_IN);
        json_object_array_add(list, one);
    }
    json_object_object_add(facts, "elsewhere", list);
    return true;
}
