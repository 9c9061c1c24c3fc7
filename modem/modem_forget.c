/* Deletes messages that are committed to the store, and no others. */
#include "modem/modem_private.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

enum { STUCK_TRIES = 2, STUCK_MS = 3600000 };

/* 27.005 3.4.7: what came directly is acknowledged where the modem waits for that. */
static bool forget_direct(struct modem *modem, const struct modem_slot *slot)
{
    for (size_t i = 0; i < modem->n_direct; i++) {
        if (modem->direct[i].id != slot->index)
            continue;
        talloc_free(modem->direct[i].pdu);
        modem->n_direct--;
        memmove(modem->direct + i, modem->direct + i + 1, (modem->n_direct - i) * sizeof *modem->direct);
        if (modem->wants_cnma && modem_is_usable(modem))
            at_command(modem->at, NULL, modem->settings.command_timeout_ms, NULL, "AT+CNMA");
        return true;
    }
    return true;
}

static bool select_storage(struct modem *modem, const char *name)
{
    int storage = modem_find_storage(modem, strcmp(name, "?") == 0 ? "" : name);

    if (storage < 0)
        return modem_fail(modem, "storage %s is not there any more", name);
    return modem_select(modem, (size_t)storage);
}

/* Whether the slot still holds this very message: another may have come into it since. */
static bool still_holds(struct modem *modem, const struct modem_slot *slot, bool *holds)
{
    void *mem = talloc_new(NULL);
    struct at_message reading;
    bool found, done = modem_read_slot(modem, mem, slot->index, &reading, &found);

    *holds = done && found && reading.pdu && strcmp(reading.pdu, slot->pdu) == 0;
    talloc_free(mem);
    return done;
}

static struct forgotten *find_forgotten(struct modem *modem, const struct modem_slot *slot)
{
    for (size_t i = 0; i < modem->n_forgotten; i++) {
        struct forgotten *one = &modem->forgotten[i];

        if (one->index == slot->index && strcmp(one->storage, slot->storage) == 0 &&
            strcmp(one->pdu, slot->pdu) == 0)
            return one;
    }
    return NULL;
}

static void note_forgotten(struct modem *modem, const struct modem_slot *slot)
{
    struct forgotten *one = find_forgotten(modem, slot);

    if (!one) {
        modem->forgotten = talloc_realloc(modem, modem->forgotten, struct forgotten, modem->n_forgotten + 1);
        one = &modem->forgotten[modem->n_forgotten++];
        *one = (struct forgotten){ .index = slot->index, .pdu = talloc_strdup(modem->forgotten, slot->pdu) };
        snprintf(one->storage, sizeof one->storage, "%s", slot->storage);
    }
    one->tries++;
    one->tried_at = at_now_ms();
}

/* How a storage is called in slots. */
static const char *shown_name(const char *storage)
{
    return *storage ? storage : "?";
}

void modem_expect_forgotten(struct modem *modem, const char *storage)
{
    for (size_t i = 0; i < modem->n_forgotten; i++)
        if (strcmp(modem->forgotten[i].storage, shown_name(storage)) == 0)
            modem->forgotten[i].is_shown = false;
}

bool modem_is_stuck(struct modem *modem, const struct modem_slot *slot)
{
    struct forgotten *one = find_forgotten(modem, slot);

    if (!one)
        return false;
    one->is_shown = true;
    return one->tries >= STUCK_TRIES && at_now_ms() - one->tried_at < STUCK_MS;
}

void modem_settle_forgotten(struct modem *modem, const char *storage)
{
    size_t kept = 0;

    for (size_t i = 0; i < modem->n_forgotten; i++) {
        struct forgotten *one = &modem->forgotten[i];

        if (!one->is_shown && strcmp(one->storage, shown_name(storage)) == 0)
            talloc_free(one->pdu);
        else
            modem->forgotten[kept++] = *one;
    }
    modem->n_forgotten = kept;
}

bool modem_forget(struct modem *modem, const struct modem_slot *slot)
{
    bool holds;

    if (slot->storage[0] == '\0')
        return forget_direct(modem, slot);
    if (!modem_is_usable(modem) || !select_storage(modem, slot->storage))
        return false;
    /* Some modems answer OK to any storage name and have only one: the slot may hold a message never read. */
    if (slot->is_shown_twice && (!still_holds(modem, slot, &holds) || !holds))
        return !modem_is_lost(modem);
    note_forgotten(modem, slot);
    for (int i = 0; i < 3; i++) {
        if (at_command(modem->at, NULL, modem->settings.command_timeout_ms, NULL, "AT+CMGD=%d", slot->index))
            return true;
        modem_fail_at(modem);
        if (!modem_is_usable(modem) || !still_holds(modem, slot, &holds))
            return false;
        if (!holds)
            return true;
    }
    return false;
}
