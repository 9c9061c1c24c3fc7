/* Slots of a list: which of them came damaged, and what is handed on. */
#include "modem/modem_listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { REREADS = 2 }; /* of one slot whose PDU came damaged */

void listing_add(struct listing *listing, const struct modem_slot *slot)
{
    if (listing->n % 32 == 0)
        listing->slots = talloc_realloc(listing->mem, listing->slots, struct modem_slot, listing->n + 32);
    listing->slots[listing->n++] = *slot;
}

bool listing_is_same_pdu(const struct at_message *a, const struct at_message *b)
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
bool listing_is_in_order(const struct at_messages *list)
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

bool listing_is_odd(const struct modem *modem, const struct at_messages *list, bool in_order, size_t i)
{
    return comes_twice(list, i) || (in_order && is_odd_index(modem, list, i));
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

bool listing_is_saved(const struct at_message *reading)
{
    return (reading->stat == 2 || reading->stat == 3) && is_submit(reading);
}

/* Whether it decodes, is as long as announced, and was received rather than saved for sending. */
bool listing_is_good(void *mem, const struct at_message *reading, struct modem_slot *slot)
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
        agrees = listing_is_same_pdu(reading, &next) && reading->stat == next.stat;
        *reading = next;
        if (modem->settings.verify && !agrees)
            continue;
        if (listing_is_good(listing->mem, &next, slot) || listing_is_saved(&next))
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

void listing_hand_on(struct modem *modem, struct listing *listing, struct at_message *reading, bool is_odd)
{
    struct modem_slot slot = { .index = reading->index };

    if (listing_is_saved(reading) && !is_odd)
        return;
    if ((is_odd || !listing_is_good(listing->mem, reading, &slot)) &&
        !read_again(modem, listing, reading, &slot))
        return;
    if (listing_is_saved(reading))
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
        listing_add(listing, &slot);
}

const struct at_message *listing_find(const struct at_messages *list, int index)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->messages[i].index == index)
            return &list->messages[i];
    return NULL;
}

/* With verify = yes: a slot that the two lists show differently is read until two readings agree. */
bool listing_agrees_twice(struct modem *modem, struct listing *listing, struct at_message *reading,
                          const struct at_messages *second)
{
    const struct at_message *other = listing_find(second, reading->index);

    if (other && listing_is_same_pdu(reading, other) && reading->stat != other->stat)
        reading->stat = reading->stat < 2 ? reading->stat : other->stat;
    if (other && listing_is_same_pdu(reading, other))
        return true;
    for (int i = 0; i < 2 * REREADS; i++) {
        struct at_message next;
        bool found;

        if (!modem_read_slot(modem, listing->mem, reading->index, &next, &found) || !found)
            break;
        if (listing_is_same_pdu(reading, &next) && next.stat >= 0) {
            reading->stat = next.stat;
            return true;
        }
        *reading = next;
    }
    listing->is_damaged = true;
    return false;
}
