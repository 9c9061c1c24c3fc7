/* Where a modem keeps messages: which storages it has, and which one is chosen now. */
#include "modem/modem_private.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

enum { ASK_AGAIN_MS = 5000 }; /* which storages there are, of a modem that refused to say */

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

/* A storage without a name stands for the one in use; the first name takes its place. */
static void add(struct modem *modem, const char *name)
{
    bool is_first = modem->n_storages == 1 && modem->storages[0].name[0] == '\0';

    if (modem_find_storage(modem, name) >= 0)
        return;
    if (is_first)
        modem->n_storages = 0;
    if (modem->n_storages >= MODEM_STORAGES)
        return;
    if (is_first)
        modem->current = MODEM_STORAGES; /* it must be chosen */
    modem->storages[modem->n_storages] = (struct storage){ .is_due = true };
    snprintf(modem->storages[modem->n_storages++].name, 4, "%s", name);
}

static bool has_sm_or_me(const struct modem *modem)
{
    return modem_find_storage(modem, "SM") >= 0 || modem_find_storage(modem, "ME") >= 0;
}

/* MT is SM and ME together: read beside them, its indices would delete their messages. */
bool modem_add_storage(struct modem *modem, const char *name)
{
    bool is_whole = strcmp(name, "MT") == 0;

    if ((strcmp(name, "SM") != 0 && strcmp(name, "ME") != 0 && strcmp(name, "SR") != 0 && !is_whole) ||
        (is_whole && has_sm_or_me(modem)) || (!is_whole && modem_find_storage(modem, "MT") >= 0))
        return false;
    add(modem, name);
    return modem_find_storage(modem, name) >= 0;
}

static bool has(const struct at_storages *storages, const char *name)
{
    for (size_t i = 0; i < storages->n[0]; i++)
        if (strcmp(storages->names[0][i], name) == 0)
            return true;
    return false;
}

/* Adds the storages to read: MT only when the modem has neither SM nor ME. */
static void add_known(struct modem *modem, const struct at_storages *storages)
{
    static const char *const wanted[] = { "SM", "ME", "SR" };

    if (modem->settings.storage && has(storages, modem->settings.storage))
        add(modem, modem->settings.storage);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (has(storages, wanted[i]))
            add(modem, wanted[i]);
    if (!has_sm_or_me(modem) && has(storages, "MT"))
        add(modem, "MT");
}

static void take_names(struct modem *modem, const struct at_usage *usage)
{
    if (usage->n > 1 && usage->names[1][0])
        snprintf(modem->written, sizeof modem->written, "%s", usage->names[1]);
    if (usage->n > 2 && usage->names[2][0])
        snprintf(modem->stored, sizeof modem->stored, "%s", usage->names[2]);
}

static void take_usage(struct modem *modem, const struct at_reply *reply, int *current)
{
    struct at_usage usage;

    for (size_t i = 0; i < reply->n; i++) {
        if (!at_answers(reply->lines[i], "+CPMS") || !at_read_usage(reply->lines[i], &usage))
            continue;
        take_names(modem, &usage);
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

    if (!at_command(modem->at, mem, timeout, reply, "AT+CPMS=\"%s\",\"%s\",\"%s\"", name, name, name) &&
        !at_command(modem->at, mem, timeout, reply, "AT+CPMS=\"%s\",\"%s\"", name, name) &&
        !at_command(modem->at, mem, timeout, reply, "AT+CPMS=\"%s\"", name))
        return false;
    snprintf(modem->written, sizeof modem->written, "%s", name);
    snprintf(modem->stored, sizeof modem->stored, "%s", name);
    return true;
}

/* Chooses the first memory, with so many names in the command; the second and third stay as they are. */
static bool choose_with(struct modem *modem, void *mem, const char *name, int names, struct at_reply *reply)
{
    const char *written = *modem->written ? modem->written : name;
    const char *stored = *modem->stored ? modem->stored : name;
    char command[64];
    int n = snprintf(command, sizeof command, "AT+CPMS=\"%s\"", name);

    if (names > 1)
        n += snprintf(command + n, sizeof command - (size_t)n, ",\"%s\"", written);
    if (names > 2)
        snprintf(command + n, sizeof command - (size_t)n, ",\"%s\"", stored);
    return at_command(modem->at, mem, modem->settings.command_timeout_ms, reply, "%s", command);
}

/* Some modems want all three names, some two (27.005 3.2.2 has them optional). */
static bool choose(struct modem *modem, void *mem, const char *name, struct at_reply *reply)
{
    static const int forms[] = { 1, 3, 2 };

    if (modem->memories > 0)
        return choose_with(modem, mem, name, modem->memories, reply);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (choose_with(modem, mem, name, forms[i], reply)) {
            modem->memories = forms[i];
            return true;
        }
        if (reply->final == AT_NONE)
            return false;
    }
    return false;
}

bool modem_select(struct modem *modem, size_t storage)
{
    void *mem = talloc_new(NULL);
    struct at_reply reply;
    int current = (int)storage;
    bool done = storage == modem->current || modem->storages[storage].name[0] == '\0';

    if (!done) {
        /* A modem that cannot choose, and names one storage only, has chosen it. */
        done = choose(modem, mem, modem->storages[storage].name, &reply) ||
               (modem->n_storages == 1 && reply.final != AT_NONE && !at_is_busy(&reply));
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

/* False when the modem did not say which storages it has. */
static bool read_list(struct modem *modem, void *mem, struct at_storages *storages)
{
    struct at_reply reply;

    *storages = (struct at_storages){ 0 };
    for (int tries = 0; tries < 2 && !modem_try(modem, mem, &reply, "AT+CPMS=?"); tries++)
        if (reply.final != AT_NONE)
            break;
    for (size_t i = 0; i < reply.n; i++)
        if (at_answers(reply.lines[i], "+CPMS"))
            at_read_storages(reply.lines[i], storages);
    return reply.final == AT_OK;
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

bool modem_storage_is_empty(struct modem *modem)
{
    void *mem = talloc_new(NULL);
    struct at_reply reply;
    struct at_usage usage;
    const char *name = modem->storages[modem->current].name;
    bool is_empty = false;

    modem_try(modem, mem, &reply, "AT+CPMS?");
    for (size_t i = 0; i < reply.n; i++)
        if (at_answers(reply.lines[i], "+CPMS") && at_read_usage(reply.lines[i], &usage))
            is_empty = usage.used[0] == 0 && usage.total[0] > 0 &&
                       (*name == '\0' || strcmp(usage.names[0], name) == 0);
    talloc_free(mem);
    return is_empty;
}

static void look_for_storages(struct modem *modem)
{
    void *mem = talloc_new(NULL);
    struct at_storages storages;
    struct at_reply reply;
    int current;

    modem->knows_storages = read_list(modem, mem, &storages);
    modem->storages_again_at = at_now_ms() + ASK_AGAIN_MS;
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
}

bool modem_find_storages(struct modem *modem)
{
    modem->n_storages = 0;
    modem->n_announced = 0;
    modem->memories = 0;
    modem->written[0] = modem->stored[0] = '\0';
    talloc_free(modem->forgotten);
    modem->forgotten = NULL;
    modem->n_forgotten = 0;
    look_for_storages(modem);
    return !at_is_lost(modem->at);
}

void modem_find_more_storages(struct modem *modem)
{
    bool was_ready = modem->has_become_ready;

    modem->has_become_ready = false;
    if (!was_ready && (modem->knows_storages || at_now_ms() < modem->storages_again_at))
        return;
    if (!modem->knows_storages)
        look_for_storages(modem);
    if (was_ready && !modem->cnmi)
        modem_ask_for_codes(modem);
}
