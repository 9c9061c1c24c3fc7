/* Where a modem keeps messages: which storages it has, and which one is chosen now. */
#include "modem/modem_private.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

int modem_find_storage(const struct modem *modem, const char *name)
{
    for (size_t i = 0; i < modem->n_storages; i++)
        if (strcmp(modem->storages[i].name, name) == 0)
            return (int)i;
    return -1;
}

void modem_all_due(struct modem *modem)
{
    for (size_t i = 0; i < modem->n_storages; i++)
        modem->storages[i].is_due = true;
}

static void add(struct modem *modem, const char *name)
{
    if (modem->n_storages >= MODEM_STORAGES || modem_find_storage(modem, name) >= 0)
        return;
    modem->storages[modem->n_storages] = (struct storage){ .is_due = true };
    snprintf(modem->storages[modem->n_storages++].name, 4, "%s", name);
}

static bool has(const struct at_storages *storages, const char *name)
{
    for (size_t i = 0; i < storages->n[0]; i++)
        if (strcmp(storages->names[0][i], name) == 0)
            return true;
    return false;
}

/* Adds the storages to read. MT is SM and ME together: it is read only when the modem has neither. */
static void add_known(struct modem *modem, const struct at_storages *storages)
{
    static const char *const wanted[] = { "SM", "ME", "SR" };

    if (modem->settings.storage && has(storages, modem->settings.storage))
        add(modem, modem->settings.storage);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (has(storages, wanted[i]))
            add(modem, wanted[i]);
    if (modem_find_storage(modem, "SM") < 0 && modem_find_storage(modem, "ME") < 0 && has(storages, "MT"))
        add(modem, "MT");
}

static void take_usage(struct modem *modem, const struct at_reply *reply, int *current)
{
    struct at_usage usage;

    for (size_t i = 0; i < reply->n; i++) {
        if (!at_answers(reply->lines[i], "+CPMS") || !at_read_usage(reply->lines[i], &usage))
            continue;
        if (usage.names[0][0] && modem_find_storage(modem, usage.names[0]) >= 0)
            *current = modem_find_storage(modem, usage.names[0]);
        if (*current >= 0) {
            modem->storages[*current].used = usage.used[0];
            modem->storages[*current].total = usage.total[0];
        }
    }
    modem->state.used = modem->state.total = 0;
    for (size_t i = 0; i < modem->n_storages; i++) {
        modem->state.used += modem->storages[i].used;
        modem->state.total += modem->storages[i].total;
    }
}

/* Chooses the storage for all three memories if the modem allows: the third is where new messages go. */
static bool choose_for_all(struct modem *modem, void *mem, const char *name, struct at_reply *reply)
{
    int timeout = modem->settings.command_timeout_ms;

    return at_command(modem->at, mem, timeout, reply, "AT+CPMS=\"%s\",\"%s\",\"%s\"", name, name, name) ||
           at_command(modem->at, mem, timeout, reply, "AT+CPMS=\"%s\",\"%s\"", name, name) ||
           at_command(modem->at, mem, timeout, reply, "AT+CPMS=\"%s\"", name);
}

bool modem_select(struct modem *modem, size_t storage)
{
    void *mem = talloc_new(NULL);
    struct at_reply reply;
    int current = (int)storage;
    bool done = storage == modem->current || modem->storages[storage].name[0] == '\0';

    if (!done) {
        done = at_command(modem->at, mem, modem->settings.command_timeout_ms, &reply, "AT+CPMS=\"%s\"",
                          modem->storages[storage].name);
        if (done) {
            modem->current = storage;
            take_usage(modem, &reply, &current);
        } else {
            modem_fail_at(modem);
        }
    }
    talloc_free(mem);
    return done;
}

static void read_list(struct modem *modem, void *mem, struct at_storages *storages)
{
    struct at_reply reply;

    *storages = (struct at_storages){ 0 };
    for (int tries = 0; tries < 2 && !modem_try(modem, mem, &reply, "AT+CPMS=?"); tries++)
        if (reply.final != AT_NONE)
            break;
    for (size_t i = 0; i < reply.n; i++)
        if (at_answers(reply.lines[i], "+CPMS"))
            at_read_storages(reply.lines[i], storages);
}

/* The storage in use now; -1 when the modem does not say, or names one that is not read. */
static int read_current(struct modem *modem, void *mem)
{
    struct at_reply reply;
    struct at_usage usage;
    int current = -1;

    modem_try(modem, mem, &reply, "AT+CPMS?");
    for (size_t i = 0; modem->n_storages == 0 && i < reply.n; i++)
        if (at_answers(reply.lines[i], "+CPMS") && at_read_usage(reply.lines[i], &usage) && usage.names[0][0])
            add(modem, usage.names[0]);
    take_usage(modem, &reply, &current);
    return current;
}

bool modem_find_storages(struct modem *modem)
{
    void *mem = talloc_new(NULL);
    struct at_storages storages;
    struct at_reply reply;
    int current;

    modem->n_storages = 0;
    modem->n_announced = 0;
    read_list(modem, mem, &storages);
    add_known(modem, &storages);
    current = read_current(modem, mem);
    if (modem->n_storages == 0)
        add(modem, "");
    if (modem->storages[0].name[0] && (current < 0 || (current != 0 && modem->settings.storage))) {
        current = choose_for_all(modem, mem, modem->storages[0].name, &reply) ? 0 : current;
        if (current == 0)
            take_usage(modem, &reply, &current);
    }
    modem->current = current < 0 ? 0 : (size_t)current;
    talloc_free(mem);
    return !at_is_lost(modem->at);
}
