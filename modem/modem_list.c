/* Lists what a modem has received: one AT+CMGL for each storage, then AT+CMGR for slots that came damaged. */
#include "modem/modem_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "modem/pdu/pdu.h"

enum {
    BEGINNINGS = 4,     /* command time-outs until a list begins: some read the whole SIM first */
    REREADS = 2,        /* of one slot whose PDU came damaged */
    RELISTS = 3,        /* in a row, because of lines that belong to no slot */
    REFUSED_MS = 5000,  /* between lists of a storage that refuses them */
    FAILING_MS = 60000, /* after this a storage that refuses its lists is reported */
    OTHERS_MS = 60000   /* how often a storage that announces nothing is listed */
};

struct listing {
    void *mem;
    struct modem_slot *slots;
    size_t n;
    bool is_silent;  /* the modem did not answer a list */
    bool is_damaged; /* something came that no slot can be read again for: list again */
};

static void add_slot(struct listing *listing, const struct modem_slot *slot)
{
    if (listing->n % 32 == 0)
        listing->slots = talloc_realloc(listing->mem, listing->slots, struct modem_slot, listing->n + 32);
    listing->slots[listing->n++] = *slot;
}

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
    return done || means_empty(modem, &reply) || modem_fail(modem, "%s", why);
}

/* ---- damage ---- */

static bool is_same_pdu(const struct at_message *a, const struct at_message *b)
{
    return a->pdu && b->pdu && strcmp(a->pdu, b->pdu) == 0;
}

/*
 * Whether the index may be damaged: it breaks the order of its neighbours, or lies beyond the storage.
 * Trusting it could delete a slot that was never read.
 */
static bool is_odd_index(const struct modem *modem, const struct at_messages *list, size_t i)
{
    const struct at_message *r = list->messages;
    int total = modem->storages[modem->current].total;

    if (total > 0 && r[i].index > total)
        return true;
    if (i > 0 && r[i].index <= r[i - 1].index)
        return true;
    return i + 1 < list->n && r[i].index >= r[i + 1].index;
}

/* Some modems list downwards or in no order: then only an index that comes twice is odd. */
static bool is_in_order(const struct at_messages *list)
{
    size_t wrong = 0;

    for (size_t i = 1; i < list->n; i++)
        wrong += list->messages[i].index <= list->messages[i - 1].index;
    return wrong <= 1 || wrong * 4 <= list->n;
}

static bool comes_twice(const struct at_messages *list, size_t i)
{
    for (size_t j = 0; j < list->n; j++)
        if (j != i && list->messages[j].index == list->messages[i].index)
            return true;
    return false;
}

/* Whether the stored PDU is a SUBMIT (TP-MTI 01), which a phone saved for sending. */
static bool is_submit(const struct at_message *reading)
{
    char first[3] = { 0 };
    size_t at;

    if (!reading->pdu || !at_is_hex(reading->pdu, 4))
        return false;
    memcpy(first, reading->pdu, 2);
    at = 2 + 2 * (size_t)strtol(first, NULL, 16);
    if (at + 2 > strlen(reading->pdu))
        return false;
    memcpy(first, reading->pdu + at, 2);
    return (strtol(first, NULL, 16) & 3) == 1;
}

static bool is_stored_to_send(const struct at_message *reading)
{
    return (reading->stat == 2 || reading->stat == 3) && is_submit(reading);
}

/* Whether it decodes, is as long as announced, and was received rather than saved for sending. */
static bool is_good(void *mem, const struct at_message *reading, struct modem_slot *slot)
{
    return modem_is_sound(mem, reading, &slot->sms, &slot->why) && (reading->stat == 0 || reading->stat == 1);
}

/*
 * Reads the slot again until two readings agree or one is good. Two equal bad readings mean that the stored
 * message itself is bad. False: the slot cannot be read now, or is empty.
 */
static bool read_again(struct modem *modem, struct listing *listing, struct at_message *reading,
                       struct modem_slot *slot)
{
    for (int i = 0; i < REREADS; i++) {
        struct at_message next;
        bool found, agrees;

        if (!modem_read_slot(modem, listing->mem, reading->index, &next, &found)) {
            listing->is_damaged = true;
            return false;
        }
        if (!found)
            return false;
        agrees = is_same_pdu(reading, &next) && reading->stat == next.stat;
        *reading = next;
        if (modem->settings.verify && !agrees)
            continue;
        if (is_good(listing->mem, &next, slot) || is_stored_to_send(&next))
            return true;
        if (agrees)
            return next.stat == 0 || next.stat == 1;
    }
    /* The readings differ, so the damage is on the cable: the message stays stored and is listed again. */
    listing->is_damaged = true;
    return false;
}

/* Whether another storage showed the same PDU at the same index: both names may mean one storage. */
static bool was_shown_elsewhere(const struct listing *listing, const struct modem_slot *slot)
{
    for (size_t i = 0; slot->pdu && i < listing->n; i++)
        if (listing->slots[i].index == slot->index && listing->slots[i].storage[0] &&
            strcmp(listing->slots[i].pdu, slot->pdu) == 0)
            return true;
    return false;
}

static void hand_on(struct modem *modem, struct listing *listing, struct at_message *reading, bool is_odd)
{
    struct modem_slot slot = { .index = reading->index };

    if (is_stored_to_send(reading) && !is_odd)
        return;
    if ((is_odd || !is_good(listing->mem, reading, &slot)) && !read_again(modem, listing, reading, &slot))
        return;
    if (is_stored_to_send(reading))
        return;
    if (!slot.sms)
        slot.sms = modem_decode_damaged(listing->mem, reading, &slot.why);
    slot.stat = reading->stat;
    slot.pdu = talloc_steal(listing->mem, reading->pdu);
    snprintf(slot.storage, sizeof slot.storage, "%s", modem->storages[modem->current].name);
    if (!*slot.storage)
        snprintf(slot.storage, sizeof slot.storage, "?");
    slot.is_shown_twice = was_shown_elsewhere(listing, &slot);
    if (slot.pdu && modem_is_stuck(modem, &slot))
        modem->storages[modem->current].stuck++;
    else if (slot.pdu)
        add_slot(listing, &slot);
}

static const struct at_message *find_reading(const struct at_messages *list, int index)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->messages[i].index == index)
            return &list->messages[i];
    return NULL;
}

/* With verify = yes: a slot that the two lists show differently is read until two readings agree. */
static bool agrees_twice(struct modem *modem, struct listing *listing, struct at_message *reading,
                         const struct at_messages *second)
{
    const struct at_message *other = find_reading(second, reading->index);

    if (other && is_same_pdu(reading, other) && reading->stat != other->stat)
        reading->stat = reading->stat < 2 ? reading->stat : other->stat;
    if (other && is_same_pdu(reading, other))
        return true;
    for (int i = 0; i < 2 * REREADS; i++) {
        struct at_message next;
        bool found;

        if (!modem_read_slot(modem, listing->mem, reading->index, &next, &found) || !found)
            break;
        if (is_same_pdu(reading, &next) && next.stat >= 0) {
            reading->stat = next.stat;
            return true;
        }
        *reading = next;
    }
    listing->is_damaged = true;
    return false;
}

/* ---- announced ---- */

static bool is_listed(const struct listing *listing, const struct announced *announced)
{
    for (size_t i = 0; i < listing->n; i++)
        if (listing->slots[i].index == announced->index &&
            strcmp(listing->slots[i].storage, announced->storage) == 0)
            return true;
    return false;
}

static bool reads_the_same_again(struct modem *modem, void *mem, const struct at_message *reading)
{
    struct at_message again;
    bool found;

    return modem_read_slot(modem, mem, reading->index, &again, &found) && found &&
           is_same_pdu(reading, &again);
}

/* Reads an announced report that +CMGL did not show, or that is stored elsewhere than its +CDSI said. */
static void fetch_report(struct modem *modem, struct listing *listing, const struct announced *announced)
{
    struct at_message reading;
    struct modem_slot slot = { .index = announced->index };
    bool found;

    if (!modem_read_slot(modem, listing->mem, announced->index, &reading, &found) || !found ||
        !is_good(listing->mem, &reading, &slot) || slot.sms->type != SMS_STATUS_REPORT)
        return;
    if (modem->settings.verify && !reads_the_same_again(modem, listing->mem, &reading))
        return;
    slot.stat = reading.stat;
    slot.pdu = reading.pdu;
    snprintf(slot.storage, sizeof slot.storage, "%s", modem->storages[modem->current].name);
    add_slot(listing, &slot);
}

static bool report_may_be_here(const struct modem *modem, const struct announced *announced)
{
    const char *here = modem->storages[modem->current].name;

    return strcmp(here, announced->storage) == 0 ||
           (modem->quirk->reports_in && strcmp(here, modem->quirk->reports_in) == 0) ||
           strcmp(here, "SR") == 0;
}

static bool has_report(const struct modem *modem, const struct listing *listing, int index)
{
    for (size_t i = 0; i < listing->n; i++)
        if (listing->slots[i].index == index && listing->slots[i].sms &&
            listing->slots[i].sms->type == SMS_STATUS_REPORT &&
            strcmp(listing->slots[i].storage, modem->storages[modem->current].name) == 0)
            return true;
    return false;
}

static void fetch_reports(struct modem *modem, struct listing *listing, size_t n_before)
{
    for (size_t i = 0; i < n_before && i < modem->n_announced; i++)
        if (modem->announced[i].is_report && report_may_be_here(modem, &modem->announced[i]) &&
            !has_report(modem, listing, modem->announced[i].index))
            fetch_report(modem, listing, &modem->announced[i]);
}

/* Announced for a storage that refused this list. */
static bool is_outstanding(const struct modem *modem, const struct announced *announced)
{
    int storage = modem_find_storage(modem, announced->storage);

    return storage >= 0 && modem->storages[storage].is_due && !modem->storages[storage].is_listed;
}

/*
 * Drops the announcements made before the list: their messages were listed, or are gone. One made during the
 * list stays, and causes another list, unless this list showed its message.
 */
static void settle_announced(struct modem *modem, const struct listing *listing, size_t n_before)
{
    size_t kept = 0, fresh = 0;

    for (size_t i = 0; i < modem->n_announced; i++) {
        const struct announced *announced = &modem->announced[i];

        if (i < n_before ? !is_outstanding(modem, announced) : is_listed(listing, announced))
            continue;
        fresh += i >= n_before;
        modem->announced[kept++] = *announced;
    }
    if (modem->n_announced < MODEM_ANNOUNCED && fresh == 0 && !modem->has_other_mail)
        modem->wake &= ~MODEM_MAIL;
    modem->n_announced = kept;
    for (size_t i = 0; i < kept; i++) {
        int storage = modem_find_storage(modem, modem->announced[i].storage);

        if (storage >= 0)
            modem->storages[storage].is_due = true;
    }
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
        n +=
            !is_stored_to_send(&list->messages[i]) && !was_handed_on(modem, listing, list->messages[i].index);
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
    in_order = is_in_order(&list);
    for (size_t i = 0; i < list.n && !at_is_lost(modem->at) && !modem->is_restarted; i++) {
        bool is_odd = comes_twice(&list, i) || (in_order && is_odd_index(modem, &list, i));

        /* The last message of a list that broke off may be cut: it is left for the next list. */
        if (!complete && i + 1 == list.n)
            break;
        if (modem->settings.verify &&
            (!complete || !agrees_twice(modem, listing, &list.messages[i], &second)))
            continue;
        if (find_reading(&list, list.messages[i].index) != &list.messages[i])
            continue;
        hand_on(modem, listing, &list.messages[i], is_odd);
    }
    listing->is_damaged = listing->is_damaged || list.has_orphans || !complete;
    if (complete) {
        here->unread = count_unread(modem, listing, &list) - here->stuck;
        modem_settle_forgotten(modem, here->name);
        fetch_reports(modem, listing, n_before);
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
        add_slot(listing, &slot);
    }
}

static bool is_due(struct modem *modem, size_t storage)
{
    const struct storage *s = &modem->storages[storage];
    int64_t age = at_now_ms() - s->listed_at;

    if (s->failing_since > 0 && age < REFUSED_MS)
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
    if (listing->is_silent)
        here->listed_at = 0;
    if (here->failing_since == 0)
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
    settle_announced(modem, listing, n_before);
    tell_failing(modem);
    return complete;
}

/* What was announced from a storage that the modem did not name before. */
static void add_announced_storages(struct modem *modem)
{
    for (size_t i = 0; i < modem->n_announced; i++)
        if (modem_find_storage(modem, modem->announced[i].storage) < 0)
            modem_add_storage(modem, modem->announced[i].storage);
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
    add_announced_storages(modem);
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
