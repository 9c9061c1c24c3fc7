/*
 * Sorts each line received: part of the answer, an unsolicited code, an echo, or a late answer to an earlier
 * command.
 */
#include "modem/at_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

enum { CMS_UNKNOWN = 500 }; /* 27.005 3.2.5 */

static void hear(struct at *at, const struct at_code *code, const char *line, const char *pdu)
{
    if (at->heard)
        at->heard(at->context, code, line, pdu);
}

/* The line behind +CMT, +CDS or +CBM. True when it was taken as their PDU, damaged or not. */
static bool take_pdu(struct at *at, const char *line)
{
    const struct at_code *code = at->header_code;
    struct at_result result;
    bool is_pdu = strlen(line) >= 16 && !at_is_final(line, &result) && !at_find_code(line);

    at->header_code = NULL;
    hear(at, code, at->header, is_pdu ? line : NULL);
    return is_pdu;
}

/* Only call commands end with NO CARRIER; at other times it reports that a call has ended. */
static bool is_call_command(const struct at *at)
{
    return (at->name[0] && strchr("DdAaHh", at->name[0])) || strcasecmp(at->name, "+CHUP") == 0;
}

static int code_of(const struct at_result *result)
{
    return result->code >= 0 ? result->code : at_error_code(result->final, result->text);
}

void at_add_stray(struct at *at, enum at_final final, int code)
{
    at->strays++;
    if (final != AT_CMS)
        return;
    at->refusals++;
    at->refusal = code > 0 ? code : CMS_UNKNOWN;
}

/* Counts a final result of an earlier command. One that follows a probe's own line belongs to that probe. */
static void take_stray(struct at *at, const struct at_result *result)
{
    if (!at->has_probe_line)
        at_add_stray(at, result->final, code_of(result));
    else if (at->owed_others > 0)
        at->owed_others--;
    at->has_probe_line = false;
}

static void finish(struct at *at, const struct at_result *result)
{
    at->finals++;
    if (at_now_ms() < at->swallow_until) {
        at->swallow_until = 0;
        return;
    }
    if (!at->is_busy) {
        take_stray(at, result);
        at_settle_strays(at);
        return;
    }
    if (at->is_probe && !at->has_own_line) {
        at->has_stray = true;
        at->has_stray_error = result->final != AT_OK;
        take_stray(at, result);
        return;
    }
    at->reply.final = result->final;
    at->reply.number = result->code;
    snprintf(at->reply.words, sizeof at->reply.words, "%s", result->text);
    at->reply.code = code_of(result);
    at->is_done = true;
}

static void keep(struct at *at, const char *line)
{
    if (!at->mem)
        return;
    if (at->reply.n % 64 == 0)
        at->reply.lines = talloc_realloc(at->mem, at->reply.lines, char *, at->reply.n + 64);
    at->reply.lines[at->reply.n++] = talloc_strdup(at->reply.lines, line);
}

void at_settle_late(struct at *at, int reference)
{
    if (at->unanswered > 0)
        at->unanswered--;
    if (at->late)
        at->late(at->context, reference, 0);
}

void at_refuse_late(struct at *at, int code)
{
    if (at->unanswered != 1) {
        at_forget_late(at);
        return;
    }
    at->unanswered = at->skipped = 0;
    if (at->late)
        at->late(at->context, -1, code > 0 ? code : CMS_UNKNOWN);
}

void at_settle_strays(struct at *at)
{
    if (at->unanswered == 0 || at->refusals == 0 || at->strays <= at->owed_others)
        return;
    if (at->refusals == at->strays && at->strays == at->owed_others + 1)
        at_refuse_late(at, at->refusal);
    else
        at_forget_late(at);
}

void at_forget_late(struct at *at)
{
    if (at->unanswered > 0 && at->late)
        at->late(at->context, -1, -1);
    at->unanswered = at->skipped = 0;
}

/* +CMGS: belongs to the PDU just written, or to one given up before; a final result follows it either way. */
static void take_reference(struct at *at, const char *line)
{
    struct at_field fields[AT_FIELDS];
    long reference = at_fields(line, fields) > 0 ? at_field_number(&fields[0], -1) : -1;

    if (reference < 0 || reference > 255)
        reference = -1;
    if (at->is_busy && at->is_send && at->is_written) {
        at->has_reference = true;
        at->reference = (int)reference;
        return;
    }
    at->swallow_until = at_now_ms() + 1000;
    at_settle_late(at, (int)reference);
}

static void take_information(struct at *at, const char *line)
{
    static const struct at_code unknown = { "", AT_CODE_STATUS };

    if (!at->is_busy) {
        if (at_parameters(line) != line)
            hear(at, &unknown, line, NULL);
        return;
    }
    at->answer_lines++;
    if (at_answers(line, at->name))
        at->has_own_line = true;
    else if (at_is_damaged_final(line))
        at->is_damaged = true;
    keep(at, line);
}

/* True when the line is only an echo. Otherwise *line moves on to the answer glued to the echo, if any. */
static bool skip_echo(struct at *at, const char **line)
{
    size_t n = strlen(at->command);
    struct at_result result;
    const char *rest;

    if (at->is_busy && n > 0 && strncasecmp(*line, at->command, n) == 0) {
        at->reply.was_echoed = true;
        rest = *line + n + strspn(*line + n, " ");
        if (!at_is_final(rest, &result) && at_parameters(rest) == rest)
            return true;
        *line = rest;
        return false;
    }
    if (!at_is_echo(*line))
        return false;
    at->reply.was_echoed = true;
    return true;
}

/* Whether the code answers the command under way, as +CREG: answers AT+CREG?. +CUSD: never does. */
static bool is_own(const struct at *at, const struct at_code *code, const char *line)
{
    return code->kind != AT_CODE_USSD && at->is_busy && at_answers(line, at->name);
}

static void take_code(struct at *at, const struct at_code *code, const char *line)
{
    if (!at_code_has_pdu(code)) {
        hear(at, code, line, NULL);
        return;
    }
    at->header_code = code;
    snprintf(at->header, sizeof at->header, "%s", line);
}

static bool ends_answer(const struct at *at, const char *line, struct at_result *result)
{
    return at_is_final(line, result) &&
           (result->final != AT_NO_CARRIER || (at->is_busy && is_call_command(at)));
}

void at_take_line(struct at *at, const char *line)
{
    const struct at_code *code;
    struct at_result result;

    if (at->header_code && take_pdu(at, line))
        return;
    if (skip_echo(at, &line))
        return;
    if (at->is_terse)
        line = at_result_words(line);
    at->has_number = at->has_number || strcmp(line, "0") == 0;
    if (at_answers_probe(line)) {
        at->knows_probes = at->knows_probes || at->is_synchronising;
        at->has_probe_line = !at->is_busy || !at_answers(line, at->name);
    }
    code = at_find_code(line);
    if (ends_answer(at, line, &result))
        finish(at, &result);
    else if (code && !is_own(at, code, line))
        take_code(at, code, line);
    else if (strncmp(line, "+CMGS:", 6) == 0)
        take_reference(at, line);
    else
        take_information(at, line);
}
