#include "gateway/centre/orders.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/centre/doing.h"
#include "gateway/centre/wire.h"
#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/turn/notify.h"
#include "store/county/refused_orders.h"
#include "store/people.h"

/* Sends a text in the centre's words over this county's lines. */
static bool do_send(struct turn *turn, struct doing *doing)
{
    const struct notify what = { .to = wire_string(doing->body, "to"),
                                 .name = "send",
                                 .priority = PRIORITY_NOTICE,
                                 .is_operators = true };

    return notify_words(turn, &what, wire_string(doing->body, "text"), NULL);
}

/* Sends an alert about another county over this county's lines. */
static bool do_alert(struct turn *turn, struct doing *doing)
{
    struct json_object *data = json_object_new_object();
    const struct notify what = { .to = wire_string(doing->body, "to"),
                                 .name = wire_string(doing->body, "name"),
                                 .data = data,
                                 .priority = PRIORITY_NOTICE,
                                 .is_operators = true };

    json_object_object_add(data, "county", json_object_new_string(wire_string(doing->body, "county")));
    json_object_object_add(data, "words", json_object_new_string(wire_string(doing->body, "words")));
    return notify(turn, &what, NULL);
}

static bool find_unit(struct turn *turn, struct doing *doing, const char *code, int64_t *id)
{
    struct unit *unit = NULL;

    *id = 0;
    if (!*code)
        return true;
    if (!store_unit_by_code(turn->store, turn->mem, code, &unit))
        return false;
    if (unit)
        *id = unit->id;
    else
        doing->why = "there is no such unit";
    return true;
}

static bool do_unit(struct turn *turn, struct doing *doing)
{
    struct unit unit = { .code = wire_string(doing->body, "code"),
                         .name = wire_string(doing->body, "name"),
                         .duty = wire_string(doing->body, "duty") };

    if (!*unit.code || !*unit.name || !unit_level_parse(wire_string(doing->body, "level"), &unit.level)) {
        doing->why = "a unit has code, name and level";
        return true;
    }
    if (!find_unit(turn, doing, wire_string(doing->body, "parent"), &unit.parent))
        return false;
    turn->has_new_names = true;
    return doing->why || store_put_unit(turn->store, &unit);
}

static bool do_person(struct turn *turn, struct doing *doing)
{
    struct person person = { .phone = wire_string(doing->body, "phone"),
                             .name = wire_string(doing->body, "name"),
                             .title = wire_string(doing->body, "title"),
                             .language = wire_string(doing->body, "language") };

    if (person.phone[0] != '+' || !roles_parse(wire_string(doing->body, "roles"), &person.roles)) {
        doing->why = "a person has phone and roles";
        return true;
    }
    if (!find_unit(turn, doing, wire_string(doing->body, "unit"), &person.unit))
        return false;
    turn->has_new_names = true;
    return doing->why || store_put_person(turn->store, &person);
}

/* Files a person's words as if they had texted them, with the rights that the person has here. */
static bool file_event(struct desk *desk, const struct doing *doing)
{
    void *mem = talloc_new(NULL);
    struct event event = { .kind = EVENT_TEXT,
                           .line = EVENT_LINE_CENTRE,
                           .external_id = talloc_asprintf(mem, "order-%lld", (long long)doing->id),
                           .from = wire_string(doing->body, "from"),
                           .at = doing->at,
                           .received_at = clock_now(),
                           .text = wire_string(doing->body, "text") };
    bool is_kept = event.from[0] != '+' || desk_submit(desk, &event, 1);

    talloc_free(mem);
    return is_kept;
}

/* There is nothing left to do: file_event has committed the event, and "look" only ends a long poll. */
static bool do_nothing(struct turn *turn, struct doing *doing)
{
    (void)turn, (void)doing;
    return true;
}

static const struct kind {
    const char *kind;
    /* Called before the transaction that records the order as done; may be NULL. False: the centre sends the
     * order again. */
    bool (*file)(struct desk *desk, const struct doing *doing);
    bool (*work)(struct turn *turn, struct doing *doing);
} kinds[] = {
    { "event", file_event, do_nothing },
    { "look", NULL, do_nothing },
    { "send", NULL, do_send },
    { "alert", NULL, do_alert },
    { "unit", NULL, do_unit },
    { "person", NULL, do_person },
    { "template", NULL, gifts_template },
    { "model", NULL, gifts_model },
    { "transfer", transfers_file, transfers_answer },
    { "linked", NULL, transfers_linked },
    { "transfer refused", NULL, transfers_refused },
};

static const struct kind *find_kind(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].kind, name) == 0)
            return &kinds[i];
    return NULL;
}

/* The centre shows it to whoever gave the order. */
static bool tell_refused(struct turn *turn, const struct doing *doing)
{
    return store_put_refused_order(
        turn->store, &(struct refused_order){
                         .id = doing->id, .kind = doing->kind, .why = doing->why, .made_at = doing->at });
}

static bool work(struct turn *turn, void *arg)
{
    struct doing *doing = arg;
    const struct kind *kind = find_kind(doing->kind);
    const char *done = NULL;

    doing->why = NULL;
    if (!store_get(turn->store, turn->mem, ORDERS_DONE, &done))
        return false;
    if (done && strtoll(done, NULL, 10) >= doing->id)
        return true;
    if (!kind)
        doing->why = "this program does not know such an order";
    else if (!kind->work(turn, doing))
        return false;
    if (doing->why && !tell_refused(turn, doing))
        return false;
    return store_set(turn->store, ORDERS_DONE, talloc_asprintf(turn->mem, "%lld", (long long)doing->id));
}

bool orders_do(struct desk *desk, struct json_object *order)
{
    struct doing doing = { .mem = talloc_new(NULL),
                           .id = wire_number(order, "id"),
                           .at = wire_number(order, "at"),
                           .kind = wire_string(order, "kind"),
                           .body = json_tokener_parse(wire_string(order, "body")) };
    const struct kind *kind = find_kind(doing.kind);
    bool is_done = (!kind || !kind->file || kind->file(desk, &doing)) && desk_do(desk, work, &doing);

    if (doing.why)
        log_warning("centre: order %lld (%s) was not carried out: %s", (long long)doing.id, doing.kind,
                    doing.why);
    json_object_put(doing.body);
    talloc_free(doing.mem);
    return is_done;
}
