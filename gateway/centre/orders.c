#include "gateway/centre/orders.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

#include "gateway/centre/doing.h"
#include "gateway/centre/wire.h"
#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/provider/fields.h"
#include "gateway/turn/notify.h"
#include "gateway/turn/sanitise.h"
#include "store/county/refused_orders.h"

enum { TEXT_MOST = 4096 /* octets */ };

const char *orders_phone(struct doing *doing, const char *name)
{
    const char *phone = wire_string(doing->body, name);
    const char *addressee = *phone == '+' ? provider_addressee(doing->mem, phone) : NULL;

    if (!addressee)
        doing->why = "it names no phone";
    return addressee;
}

/* Sends a text in the centre's words over this county's lines. */
static bool do_send(struct turn *turn, struct doing *doing)
{
    const char *text = sanitise_text(turn->mem, wire_string(doing->body, "text"), true);
    const struct notify what = {
        .to = orders_phone(doing, "to"), .name = "send", .priority = PRIORITY_NOTICE, .is_operators = true
    };

    if (!doing->why && (!*text || strlen(text) > TEXT_MOST))
        doing->why = "it has no words, or too many";
    return doing->why || notify_words(turn, &what, text, NULL);
}

static bool is_alert(const char *name)
{
    static const char *const alerts[] = { "alert-county-silent", "alert-county-back", "alert-county-stopped",
                                          "alert-province-outage", "alert-province-back" };

    for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++)
        if (strcmp(alerts[i], name) == 0)
            return true;
    return false;
}

/* Sends an alert about another county over this county's lines. */
static bool do_alert(struct turn *turn, struct doing *doing)
{
    struct json_object *data = json_object_new_object();
    const struct notify what = { .to = orders_phone(doing, "to"),
                                 .name = wire_string(doing->body, "name"),
                                 .data = data,
                                 .priority = PRIORITY_NOTICE,
                                 .is_operators = true };

    if (!doing->why && !is_alert(what.name))
        doing->why = "this program does not know such an alert";
    if (doing->why) {
        json_object_put(data);
        return true;
    }
    json_object_object_add(data, "county", json_object_new_string(wire_string(doing->body, "county")));
    json_object_object_add(data, "words", json_object_new_string(wire_string(doing->body, "words")));
    return notify(turn, &what, NULL);
}

/* Files a person's words as if they had texted them, with the rights that the person has here. */
static bool file_event(struct desk *desk, struct doing *doing)
{
    struct event event = { .kind = EVENT_TEXT,
                           .line = EVENT_LINE_CENTRE,
                           .external_id = talloc_asprintf(doing->mem, "order-%lld", (long long)doing->id),
                           .from = orders_phone(doing, "from"),
                           .at = doing->at,
                           .received_at = clock_now(),
                           .text = wire_string(doing->body, "text") };

    return doing->why || desk_submit(desk, &event, 1);
}

/* file_event has committed the event, or there is none. */
static bool after_event(struct turn *turn, struct doing *doing)
{
    (void)turn;
    orders_phone(doing, "from");
    return true;
}

/* "look" only ends a long poll. */
static bool do_nothing(struct turn *turn, struct doing *doing)
{
    (void)turn, (void)doing;
    return true;
}

static const struct kind {
    const char *kind;
    /* Called before the transaction that records the order as done; may be NULL. False: the centre sends the
     * order again. */
    bool (*file)(struct desk *desk, struct doing *doing);
    bool (*work)(struct turn *turn, struct doing *doing);
} kinds[] = {
    { "event", file_event, after_event },
    { "look", NULL, do_nothing },
    { "send", NULL, do_send },
    { "alert", NULL, do_alert },
    { "unit", NULL, staff_unit },
    { "person", NULL, staff_person },
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

/* NULL: no JSON, or not UTF-8. */
static struct json_object *read_body(const char *text)
{
    return u8_check((const uint8_t *)text, strlen(text)) ? NULL : json_tokener_parse(text);
}

bool orders_do(struct desk *desk, struct json_object *order)
{
    struct doing doing = { .mem = talloc_new(NULL),
                           .id = wire_number(order, "id"),
                           .at = wire_number(order, "at"),
                           .kind = wire_string(order, "kind"),
                           .body = read_body(wire_string(order, "body")) };
    const struct kind *kind = find_kind(doing.kind);
    bool is_done = (!kind || !kind->file || kind->file(desk, &doing)) && desk_do(desk, work, &doing);

    if (doing.why)
        log_warning("centre: order %lld (%s) was not carried out: %s", (long long)doing.id, doing.kind,
                    doing.why);
    json_object_put(doing.body);
    talloc_free(doing.mem);
    return is_done;
}
