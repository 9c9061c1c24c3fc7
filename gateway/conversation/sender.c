#include "gateway/conversation/sender.h"

#include <string.h>

#include "gateway/turn/line_trust.h"
#include "store/senders.h"

enum { CODE_TRIES = 3, LOCK_SECONDS = 3600, PROVEN_SECONDS = 12 * 3600 };

/* Compares numbers however they begin: providers write them with +, with 00 or with neither. */
static bool is_number(const char *ours, const char *phone)
{
    if (!ours)
        return false;
    ours += strspn(ours, "+0");
    phone += strspn(phone, "+0");
    return *ours && strcmp(ours, phone) == 0;
}

bool sender_is_ours(const struct config *config, const char *phone)
{
    for (size_t i = 0; i < config->n_modems; i++)
        if (is_number(config->modems[i].number, phone))
            return true;
    for (size_t i = 0; i < config->n_providers; i++)
        if (is_number(config->providers[i].from, phone))
            return true;
    return false;
}

const char *sender_line_key(const struct talk *talk)
{
    return line_trust_key(talk->turn->config, talk->event->line);
}

static bool find(struct talk *talk, struct sender_line *sender)
{
    return store_sender_line(talk->turn->store, talk->event->from, sender_line_key(talk), sender);
}

bool sender_is_proven(struct talk *talk, bool *is_so)
{
    struct sender_line sender;

    *is_so = *sender_line_key(talk) == '\0' || strcmp(talk->event->line, EVENT_LINE_PAGE) == 0;
    if (*is_so)
        return true;
    if (!find(talk, &sender))
        return false;
    *is_so = sender.trusted_until > talk->turn->now;
    return true;
}

bool sender_is_locked(struct talk *talk, bool *is_so)
{
    struct sender_line sender;

    if (!find(talk, &sender))
        return false;
    *is_so = sender.locked_until > talk->turn->now;
    return true;
}

bool sender_count_wrong(struct talk *talk, int *left)
{
    int64_t now = talk->turn->now;
    struct sender_line sender;

    if (!find(talk, &sender))
        return false;
    if (now - sender.wrong_at > LOCK_SECONDS)
        sender.wrong_codes = 0;
    sender.wrong_codes++;
    sender.wrong_at = now;
    *left = CODE_TRIES - sender.wrong_codes;
    if (*left <= 0) {
        *left = sender.wrong_codes = 0;
        sender.locked_until = now + LOCK_SECONDS;
    }
    return store_put_sender_line(talk->turn->store, &sender);
}

bool sender_prove(struct talk *talk)
{
    struct sender_line sender;

    if (!find(talk, &sender))
        return false;
    sender.wrong_codes = 0;
    if (*sender.line)
        sender.trusted_until = talk->turn->now + PROVEN_SECONDS;
    return store_put_sender_line(talk->turn->store, &sender);
}
