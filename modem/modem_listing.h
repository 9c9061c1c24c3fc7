/* What the files that list messages share: only modem_list.c, modem_slots.c and modem_announced.c include
 * this. */
#ifndef MODEM_MODEM_LISTING_H
#define MODEM_MODEM_LISTING_H

#include "modem/modem_private.h"

struct listing {
    void *mem;
    struct modem_slot *slots;
    size_t n;
    bool is_silent;  /* the modem did not answer a list */
    bool is_damaged; /* something came that no slot can be read again for: list again */
};

/* modem_slots.c: appends the slot; its strings are allocated from listing->mem already. */
void listing_add(struct listing *listing, const struct modem_slot *slot);

/*
 * modem_slots.c: adds a message that AT+CMGL showed, once it is read again where it came damaged or is_odd:
 * its index may be damaged. Leaves out what was saved for sending, and what cannot be deleted.
 */
void listing_hand_on(struct modem *modem, struct listing *listing, struct at_message *reading, bool is_odd);

/* modem_slots.c: with verify = yes: reads a slot that the two lists show differently until two readings
 * agree. False: none did. */
bool listing_agrees_twice(struct modem *modem, struct listing *listing, struct at_message *reading,
                          const struct at_messages *second);

/* modem_slots.c: whether the list holds its indices in ascending order, but for one in four; whether the
 * index of its i-th message may be damaged; and whether it is a SUBMIT, which a phone saved for sending. */
bool listing_is_in_order(const struct at_messages *list);
bool listing_is_odd(const struct modem *modem, const struct at_messages *list, bool in_order, size_t i);
bool listing_is_saved(const struct at_message *reading);

/* modem_slots.c: the first message of that index; NULL when there is none. */
const struct at_message *listing_find(const struct at_messages *list, int index);

/* modem_slots.c: whether both have a PDU, and the same one; whether the PDU decodes, is as long as announced,
 * and was received rather than saved for sending. */
bool listing_is_same_pdu(const struct at_message *a, const struct at_message *b);
bool listing_is_good(void *mem, const struct at_message *reading, struct modem_slot *slot);

/* modem_announced.c: reads the reports among the first n_before announcements that the list of the chosen
 * storage did not show. */
void announced_fetch_reports(struct modem *modem, struct listing *listing, size_t n_before);

/*
 * modem_announced.c: drops the announcements made before the list: their messages were listed, or are gone.
 * One made during the list stays, and causes another list, unless this list showed its message.
 */
void announced_settle(struct modem *modem, const struct listing *listing, size_t n_before);

/* modem_announced.c: adds the storages that were announced and not named before. */
void announced_add_storages(struct modem *modem);

#endif
