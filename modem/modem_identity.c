/*
 * Asks a modem who it is. Its answers have no name in front: an unsolicited line or a torn echo before them
 * must not become the maker, nor the IMSI, which is part of every message's key.
 */
#include "modem/modem_private.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

enum { ASKED_MOST = 3, LINES_MOST = 16 };

/* What the answers so far said, each line once for each answer that had it. */
struct answers {
    char *lines[LINES_MOST];
    int times[LINES_MOST];
    size_t n;
};

bool modem_is_name(const char *text)
{
    for (const char *c = text; *c; c++)
        if (isalnum((unsigned char)*c))
            return strlen(text) >= 2;
    return false;
}

bool modem_is_imsi(const char *text)
{
    return strlen(text) == 15 && strspn(text, "0123456789") == 15;
}

/* A piece from either end of the command. */
static bool is_torn_echo(const char *line, const char *command)
{
    size_t n = strlen(line), whole = strlen(command);

    return n <= whole && (strncasecmp(line, command, n) == 0 || strcasecmp(line, command + whole - n) == 0);
}

/* Another command's line, or a code: "^RSSI: 20", "*RADIOPOWER: 1". */
static bool has_other_name(const char *line, const char *name)
{
    return strchr("+^*#$%", *line) && strchr(line, ':') && !at_answers(line, name);
}

static void take_line(void *mem, struct answers *answers, const char *value)
{
    for (size_t i = 0; i < answers->n; i++)
        if (strcmp(answers->lines[i], value) == 0) {
            answers->times[i]++;
            return;
        }
    if (answers->n >= LINES_MOST)
        return;
    answers->lines[answers->n] = talloc_strdup(mem, value);
    answers->times[answers->n++] = 1;
}

static void take_answer(void *mem, const char *command, modem_is_answer *is_answer,
                        const struct at_reply *reply, struct answers *answers)
{
    struct at_field fields[AT_FIELDS];
    char name[32], value[64];

    at_command_name(command, name, sizeof name);
    for (size_t i = 0; i < reply->n; i++) {
        if (is_torn_echo(reply->lines[i], command) || has_other_name(reply->lines[i], name))
            continue;
        snprintf(value, sizeof value, "%s", reply->lines[i]);
        if (at_answers(reply->lines[i], name) && at_fields(reply->lines[i], fields) > 0)
            at_field_text(&fields[0], value, sizeof value);
        if (is_answer(value))
            take_line(mem, answers, value);
    }
}

/* Every GSM modem has AT+CIMI, and the keys of messages depend on it: its answer is waited for. */
static void ask(struct modem *modem, void *mem, const char *command, bool is_vital, struct at_reply *reply)
{
    if (is_vital)
        at_command_patiently(modem->at, mem, modem->settings.command_timeout_ms, reply, command);
    else
        modem_try(modem, mem, reply, command);
}

static const char *said_twice(const struct answers *answers)
{
    for (size_t i = 0; i < answers->n; i++)
        if (answers->times[i] >= 2)
            return answers->lines[i];
    return NULL;
}

void modem_ask_twice(struct modem *modem, const char *command, modem_is_answer *is_answer, char *answer,
                     size_t size)
{
    void *mem = talloc_new(NULL);
    struct answers answers = { 0 };
    const char *believed = NULL;

    for (int i = 0; i < ASKED_MOST && !believed; i++) {
        struct at_reply reply = { .final = AT_NONE };

        ask(modem, mem, command, is_answer == modem_is_imsi, &reply);
        if (reply.n == 0 && (reply.final != AT_NONE || is_answer != modem_is_imsi || i > 0))
            break;
        if (reply.final == AT_OK)
            take_answer(mem, command, is_answer, &reply, &answers);
        believed = said_twice(&answers);
    }
    snprintf(answer, size, "%s", believed ? believed : "");
    talloc_free(mem);
}
