/*
 * Carries out the orders that forward cases between counties (store/centre/transfers.c).
 */
#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/case/standing.h"
#include "gateway/centre/doing.h"
#include "gateway/centre/wire.h"
#include "gateway/clock.h"
#include "gateway/turn/transfer.h"
#include "gateway/understand/case_number.h"
#include "store/events.h"
#include "store/notices.h"

/* Numbers go into texts to people, and come from another county. */
static bool is_case_number(const char *number)
{
    return case_number_check(number, strlen(number));
}

/* As the list has it: what an order says of a county's name may be anything. */
static bool name_of(struct turn *turn, const char *code, const char **name)
{
    struct county *county;

    if (!store_county(turn->store, turn->mem, code, &county))
        return false;
    *name = county ? county->name : code;
    return true;
}

/* Nothing is left of a case that was erased, or whose texts were kept long enough, while it was asked for. */
static bool has_words(const struct copied *copied)
{
    return copied && *copied->text && strcmp(copied->reporter, "erased") != 0;
}

struct opening_copy {
    const struct doing *doing;
    void *mem;
    struct copied *copied; /* NULL: nothing is to be filed */
};

/* Opens the copy unless its case is here already. */
static bool open_copy(struct turn *turn, void *arg)
{
    struct opening_copy *opening = arg;
    struct json_object *body = opening->doing->body;
    const char *county = wire_string(body, "county"), *number = wire_string(body, "number"), *secret = NULL;
    struct transfer *before;

    opening->copied = NULL;
    if (!is_case_number(number))
        return true;
    if (!store_transfer_in(turn->store, turn->mem, county, number, &before) ||
        !store_get(turn->store, turn->mem, TRANSFER_PRIVATE_KEY, &secret))
        return false;
    if (before && before->state == TRANSFER_LINKED)
        return true;
    opening->copied = transfer_open(opening->mem, secret, wire_string(body, "copy"));
    if (!has_words(opening->copied)) {
        opening->copied = NULL;
        return true;
    }
    opening->copied->county = county;
    opening->copied->number = number;
    if (!name_of(turn, county, &opening->copied->name))
        return false;
    opening->copied->name = talloc_strdup(opening->mem, opening->copied->name);
    return true;
}

bool transfers_file(struct desk *desk, struct doing *doing)
{
    struct opening_copy opening = { .doing = doing, .mem = talloc_new(NULL) };
    bool is_done = desk_do(desk, open_copy, &opening);

    if (is_done && opening.copied) {
        struct event event = { .kind = EVENT_TEXT,
                               .line = EVENT_LINE_CENTRE,
                               .external_id = talloc_asprintf(opening.mem, "transfer %s %s",
                                                              opening.copied->county, opening.copied->number),
                               .from = opening.copied->reporter,
                               .received_at = clock_now(),
                               .text = opening.copied->text,
                               .copied = opening.copied };

        event.at = event.received_at;
        is_done = desk_submit(desk, &event, 1);
    }
    talloc_free(opening.mem);
    return is_done;
}

/* Writes the row again, so that the centre answers the other county again. */
bool transfers_answer(struct turn *turn, struct doing *doing)
{
    const char *county = wire_string(doing->body, "county"), *number = wire_string(doing->body, "number");
    const char *secret = NULL, *name;
    struct transfer *before;

    if (!*county || !is_case_number(number)) {
        doing->why = "it says not whose case it is";
        return true;
    }
    if (!store_transfer_in(turn->store, turn->mem, county, number, &before) ||
        !store_get(turn->store, turn->mem, TRANSFER_PRIVATE_KEY, &secret) || !name_of(turn, county, &name))
        return false;
    if (before && before->state == TRANSFER_LINKED)
        return store_put_transfer(turn->store, before);
    doing->why = "the other county's case could not be opened here";
    return store_put_transfer(
        turn->store,
        &(struct transfer){ .direction = TRANSFER_IN,
                            .state = TRANSFER_REFUSED,
                            .number = "",
                            .county = county,
                            .name = name,
                            .their_number = number,
                            .copy = "",
                            .why = transfer_open(turn->mem, secret, wire_string(doing->body, "copy"))
                                       ? TRANSFER_WHY_FAILED
                                       : TRANSFER_WHY_KEY,
                            .asked_at = turn->now,
                            .answered_at = turn->now });
}

/* Finds the transfer that awaits an answer. *transfer is NULL if it was answered before, or never asked for.
 */
static bool find_asked(struct turn *turn, struct doing *doing, struct transfer **transfer,
                       struct case_ **case_)
{
    const char *number = wire_string(doing->body, "number");

    *case_ = NULL;
    if (!store_transfer_out(turn->store, turn->mem, number, wire_string(doing->body, "county"), transfer) ||
        !store_case_by_number(turn->store, turn->mem, number, case_))
        return false;
    if (!*transfer || !*case_)
        doing->why = "no case of this number was forwarded there";
    if (!*case_ || (*transfer && (*transfer)->state != TRANSFER_ASKED))
        *transfer = NULL;
    return true;
}

static bool take_step(struct turn *turn, const struct transfer *transfer, struct action *action,
                      const char *words)
{
    struct county *county = talloc(turn->mem, struct county);

    *county = (struct county){ .code = transfer->county, .name = transfer->name, .key = "" };
    action->by = &calendar_person;
    action->line = EVENT_LINE_CENTRE;
    action->words = talloc_asprintf(turn->mem, "%s %s", transfer->name, words);
    action->county = county;
    return cases_take(turn, action);
}

/* A box that was replaced since may have told the reporter: as all else that it may have sent, it is UNKNOWN.
 */
static bool doubt_telling(struct turn *turn, const struct doing *doing, const struct case_ *case_)
{
    struct notice *told;

    if (!wire_number(doing->body, "is_again"))
        return true;
    if (!store_last_notice(turn->store, turn->mem, case_->reporter, "forwarded-out", &told))
        return false;
    return !told || told->case_id != case_->id ||
           store_settle_notice(turn->store, told->id, NOTICE_UNKNOWN,
                               "a box that was replaced may have sent this", turn->now);
}

bool transfers_linked(struct turn *turn, struct doing *doing)
{
    struct action action = { .act = ACT_LINK };
    struct transfer *transfer;

    if (!find_asked(turn, doing, &transfer, &action.case_))
        return false;
    if (!transfer)
        return true;
    action.their_number = wire_string(doing->body, "their_number");
    if (!is_case_number(action.their_number)) {
        doing->why = "the other county's number is none of a case";
        return true;
    }
    transfer->state = TRANSFER_LINKED;
    transfer->why = "";
    transfer->their_number = action.their_number;
    transfer->copy = "";
    transfer->answered_at = turn->now;
    return store_put_transfer(turn->store, transfer) &&
           take_step(turn, transfer, &action, action.their_number) &&
           doubt_telling(turn, doing, action.case_);
}

/* The other county has a new box: sends the current case again, sealed to the new box's key. Once, for a box
 * that cannot open what is sealed to its own key would be asked without end. */
static bool ask_again(struct turn *turn, const struct transfer *transfer, const struct case_ *case_,
                      bool *is_asked)
{
    struct county *county;

    *is_asked = false;
    if (strcmp(transfer->why, TRANSFER_WHY_KEY) == 0 || case_->is_guarded || !*case_->text)
        return true;
    if (!store_county(turn->store, turn->mem, transfer->county, &county))
        return false;
    *is_asked = county && *county->key && !county_has_changed(county);
    return !*is_asked || transfer_ask(turn, case_, county, TRANSFER_WHY_KEY);
}

bool transfers_refused(struct turn *turn, struct doing *doing)
{
    struct action action = { .act = ACT_COPY_REFUSED, .why = wire_string(doing->body, "why") };
    struct transfer *transfer;
    bool is_asked = false;

    if (!find_asked(turn, doing, &transfer, &action.case_))
        return false;
    if (!transfer)
        return true;
    if (strcmp(action.why, TRANSFER_WHY_KEY) == 0 && !ask_again(turn, transfer, action.case_, &is_asked))
        return false;
    if (is_asked)
        return true;
    transfer->state = TRANSFER_REFUSED;
    transfer->copy = "";
    transfer->why = action.why;
    transfer->answered_at = turn->now;
    return store_put_transfer(turn->store, transfer) && take_step(turn, transfer, &action, action.why);
}
