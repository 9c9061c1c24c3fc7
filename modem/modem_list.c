/* Lists what a modem has received: one AT+CMGL for each storage, then AT+CMGR for slots that came damaged. */
#include "modem/modem_listing.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

enum {
    BEGINNINGS = 4,     /* command time-outs until a list begins: some read the whole SIM first */
    RELISTS = 3,        /* in a row, because of lines that belong to no slot */
    REFUSED_MS = 5000,  /* between lists of a storage that refuses them */
    FAILING_MS = 60000, /* after this a storage that refuses its lists is reported */
    OTHERS_MS = 60000   /* how often a storage that announces nothing is listed */
};

/* Some modems answer an empty list with an error: invalid memory index, not found, or any other. */
static bool means_empty(struct modem *modem, const struct at_reply *reply)
{
    if (reply->n > 0 || reply->final == AT_NONE)
        return false;
    if (reply->code == 321 || (reply->final == AT_CME && reply->code == 22))
        return true;
    return modem_storage_is_empty(modem);
}

static bool list_once(struct modem *modem, struct listing *listing, void *mem, struct at_messages *messages)
{
    struct at_reply reply;
    bool done = at_command_patiently(modem->at, mem, BEGINNINGS * modem->settings.command_timeout_ms, &reply,
                                     "AT+CMGL=4");
    const char *why = talloc_strdup(mem, at_error(modem->at));

    at_read_messages(mem, reply.lines, reply.n, messages);
    listing->is_silent = !done && reply.final == AT_NONE;
    if (reply.was_echoed && !modem->echoes)
        modem->is_suspect = true;
    return done || means_empty(modem, &reply) || modem_fail(modem, "%s", why);
}
/* ---- slots that cannot be read ---- */

static bool was_handed_on(const struct modem *modem, const struct listing *listing, int index)
{
    const char *here = modem->storages[modem->current].name;

    for (size_t i = listing->n; i-- > 0;)
        if (listing->slots[i].index == index && strcmp(listing->slots[i].storage, *here ? here : "?") == 0)
            return true;
    return false;
}

static int count_unread(const struct modem *modem, const struct listing *listing,
                        const struct at_messages *list)
{
    int n = 0;

    for (size_t i = 0; i < list->n; i++)
        n += !listing_is_saved(&list->messages[i]) && !was_handed_on(modem, listing, list->messages[i].index);
    return n;
}

/* Updates the count of unreadable slots. Call it only for an undamaged list, or when repeating did not help.
 */
static void tell_unread(struct modem *modem)
{
    int unread = 0, stuck = 0;
    bool is_clogged = false;

    for (size_t i = 0; i < modem->n_storages; i++) {
        const struct storage *s = &modem->storages[i];

        unread += s->unread;
        stuck += s->stuck;
        is_clogged = is_clogged || (s->total > 0 && (s->unread + s->stuck) * 4 > s->total * 3);
    }
    if (unread != modem->state.unread || stuck != modem->state.stuck)
        modem->wake |= MODEM_STATE;
    modem->state.unread = unread;
    modem->state.stuck = stuck;
    modem->state.is_clogged = is_clogged;
}

/* Reports the first storage that has refused its lists for a minute. */
static void tell_failing(struct modem *modem)
{
    const char *failing = "";

    for (size_t i = modem->n_storages; i-- > 0;)
        if (modem->storages[i].failing_since > 0 &&
            at_now_ms() - modem->storages[i].failing_since >= FAILING_MS)
            failing = *modem->storages[i].name ? modem->storages[i].name : "?";
    if (strcmp(failing, modem->state.failing_storage) == 0)
        return;
    snprintf(modem->state.failing_storage, sizeof modem->state.failing_storage, "%s", failing);
    modem->wake |= MODEM_STATE;
}

/* ---- listing ---- */

static bool list_storage(struct modem *modem, struct listing *listing, size_t storage, size_t n_before)
{
    void *turn = talloc_new(NULL);
    struct storage *here = &modem->storages[storage];
    struct at_messages list, second = { 0 };
    bool complete, in_order;

    here->listed_at = at_now_ms();
    if (!modem_select(modem, storage)) {
        talloc_free(turn);
        return false;
    }
    here->is_due = false;
    here->stuck = 0;
    modem_expect_forgotten(modem, here->name);
    complete = list_once(modem, listing, turn, &list);
    if (complete && modem->settings.verify && list.n > 0)
        complete = list_once(modem, listing, turn, &second);
    in_order = listing_is_in_order(&list);
    for (size_t i = 0; i < list.n && !at_is_lost(modem->at) && !modem->is_restarted; i++) {
        bool is_odd = listing_is_odd(modem, &list, in_order, i);

        /* The last message of a list that broke off may be cut: it is left for the next list. */
        if (!complete && i + 1 == list.n)
            break;
        if (modem->settings.verify &&
            (!complete || !listing_agrees_twice(modem, listing, &list.messages[i], &second)))
            continue;
        if (listing_find(&list, list.messages[i].index) != &list.messages[i])
            continue;
        listing_hand_on(modem, listing, &list.messages[i], is_odd);
    }
    listing->is_damaged = listing->is_damaged || list.has_orphans || !complete;
    if (complete) {
        here->unread = count_unread(modem, listing, &list) - here->stuck;
        modem_settle_forgotten(modem, here->name);
        announced_fetch_reports(modem, listing, n_before);
    }
    talloc_free(turn);
    return complete && !at_is_lost(modem->at);
}

static void list_direct(struct modem *modem, struct listing *listing)
{
    for (size_t i = 0; i < modem->n_direct; i++) {
        const struct direct *direct = &modem->direct[i];
        struct at_message reading = { .length = direct->length,
                                      .pdu = talloc_strdup(listing->mem, direct->pdu) };
        struct modem_slot slot = { .index = direct->id, .pdu = reading.pdu };

        if (!slot.pdu)
            continue;
        if (!modem_is_sound(listing->mem, &reading, &slot.sms, &slot.why))
            slot.sms = modem_decode_damaged(listing->mem, &reading, &slot.why);
        listing_add(listing, &slot);
    }
}

/* A storage that has failed for a minute is asked less often. */
static int64_t retry_at(const struct storage *s)
{
    return s->listed_at + (s->listed_at - s->failing_since < FAILING_MS ? REFUSED_MS : OTHERS_MS);
}

int64_t modem_failing_deadline(const struct modem *modem)
{
    int64_t earliest = -1;

    for (size_t i = 0; i < modem->n_storages; i++) {
        const struct storage *s = &modem->storages[i];

        if (s->failing_since > 0 && (earliest < 0 || retry_at(s) < earliest))
            earliest = retry_at(s);
    }
    return earliest;
}

static bool is_due(struct modem *modem, size_t storage)
{
    const struct storage *s = &modem->storages[storage];
    int64_t age = at_now_ms() - s->listed_at;

    if (s->failing_since > 0 && at_now_ms() < retry_at(s))
        return false;
    return storage == modem->current || s->is_due || age >= OTHERS_MS;
}

/* A storage that refuses its list stays due, and hides no other. */
static bool list_one(struct modem *modem, struct listing *listing, size_t storage, size_t n_before)
{
    struct storage *here = &modem->storages[storage];

    here->is_listed = list_storage(modem, listing, storage, n_before);
    if (here->is_listed) {
        here->failing_since = 0;
        return true;
    }
    here->is_due = true;
    if (here->failing_since == 0 && !listing->is_silent) /* a silent modem has other troubles */
        here->failing_since = at_now_ms();
    return false;
}

static bool may_go_on(const struct modem *modem, const struct listing *listing)
{
    return !listing->is_silent && !at_is_lost(modem->at) && !modem->is_restarted;
}

/* The chosen storage first, which needs no AT+CPMS. */
static bool list_storages(struct modem *modem, struct listing *listing)
{
    size_t n_before = modem->n_announced, first = modem->current;
    bool complete = true;

    for (size_t i = 0; i < modem->n_storages; i++)
        modem->storages[i].is_listed = false;
    if (first < modem->n_storages && is_due(modem, first))
        complete = list_one(modem, listing, first, n_before);
    for (size_t i = 0; i < modem->n_storages && may_go_on(modem, listing); i++)
        if (i != first && is_due(modem, i))
            complete = list_one(modem, listing, i, n_before) && complete;
    announced_settle(modem, listing, n_before);
    tell_failing(modem);
    return complete;
}

bool modem_list(struct modem *modem, void *mem, struct modem_slot **slots, size_t *n)
{
    struct listing listing = { .mem = mem };
    bool complete;

    *slots = NULL;
    *n = 0;
    if (!modem_is_usable(modem))
        return false;
    modem->has_other_mail = false;
    modem_find_more_storages(modem);
    announced_add_storages(modem);
    list_direct(modem, &listing);
    complete = list_storages(modem, &listing);
    if (!listing.is_damaged)
        modem->relists = 0;
    else if (modem->relists++ < RELISTS)
        modem->wake |= MODEM_MAIL;
    if (complete && (!listing.is_damaged || modem->relists > RELISTS))
        tell_unread(modem);
    *slots = listing.slots;
    *n = listing.n;
    return complete && modem_is_usable(modem);
}
