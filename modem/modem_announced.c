/* Announcements (+CMTI, +CDSI): which a list has settled, and the reports that a list does not show. */
#include "modem/modem_listing.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

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
           listing_is_same_pdu(reading, &again);
}

/* Reads an announced report that +CMGL did not show, or that is stored elsewhere than its +CDSI said. */
static void fetch_report(struct modem *modem, struct listing *listing, const struct announced *announced)
{
    struct at_message reading;
    struct modem_slot slot = { .index = announced->index };
    bool found;

    if (!modem_read_slot(modem, listing->mem, announced->index, &reading, &found) || !found ||
        !listing_is_good(listing->mem, &reading, &slot) || slot.sms->type != SMS_STATUS_REPORT)
        return;
    if (modem->settings.verify && !reads_the_same_again(modem, listing->mem, &reading))
        return;
    slot.stat = reading.stat;
    slot.pdu = reading.pdu;
    snprintf(slot.storage, sizeof slot.storage, "%s", modem->storages[modem->current].name);
    listing_add(listing, &slot);
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

void announced_fetch_reports(struct modem *modem, struct listing *listing, size_t n_before)
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
void announced_settle(struct modem *modem, const struct listing *listing, size_t n_before)
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

/* What was announced from a storage that the modem did not name before. */
void announced_add_storages(struct modem *modem)
{
    for (size_t i = 0; i < modem->n_announced; i++)
        if (modem_find_storage(modem, modem->announced[i].storage) < 0)
            modem_add_storage(modem, modem->announced[i].storage);
}
