/* Somebody calls: RING and +CLIP until the caller gives up, or the gateway answers or refuses. */
#include "modem/emulator/parts.h"

struct call {
    char from[32];
    int rings, interval_ms;
    bool is_answered;
};

static void ring(struct emulator *emulator, void *data)
{
    struct call *call = emulator->call;

    if (call == NULL || call != data || call->is_answered)
        return;
    if (call->rings-- <= 0) {
        calls_end(emulator);
        emulator_notice(emulator, "NO CARRIER");
        return;
    }
    emulator_notice(emulator, "RING");
    if (emulator->settings.clip && call->from[0] == '\0')
        emulator_notice(emulator, "+CLIP: \"\",128,,,,1");
    else if (emulator->settings.clip)
        emulator_notice(emulator, "+CLIP: \"%s\",%d,,,,0", call->from, call->from[0] == '+' ? 145 : 129);
    emulator->counters.rings += emulator->dialogue.held.n == 0;
    emulator_after(emulator, call->interval_ms, ring, call);
}

void calls_begin(struct emulator *emulator, const char *from, int rings, int interval_ms)
{
    struct call *call = talloc_zero(emulator, struct call);

    calls_end(emulator);
    snprintf(call->from, sizeof call->from, "%s", from);
    call->rings = rings;
    call->interval_ms = interval_ms;
    emulator->call = call;
    ring(emulator, call);
}

bool calls_end(struct emulator *emulator)
{
    bool was_there = emulator->call != NULL;

    voice_end(emulator);
    emulator->call = NULL;
    return was_there;
}

static int command_clip(struct emulator *emulator, enum form form, const char *arguments)
{
    if (form == FORM_TEST)
        emulator_info(emulator, "+CLIP: (0,1)");
    else if (form == FORM_READ)
        emulator_info(emulator, "+CLIP: %d,1", emulator->settings.clip);
    else if (form == FORM_SET)
        emulator->settings.clip = *arguments == '1';
    return form == FORM_RUN ? ANSWER_ERROR : ANSWER_OK;
}

static int command_hang_up(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)arguments;
    if (form == FORM_RUN)
        calls_end(emulator);
    return ANSWER_OK;
}

static int command_answer(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)form;
    (void)arguments;
    if (emulator->call == NULL)
        return ANSWER_CME + 3;
    if (!emulator->call->is_answered)
        voice_answer(emulator);
    emulator->call->is_answered = true;
    return ANSWER_OK;
}

/* Only counts the call that the client makes: nobody answers it. */
static int command_dial(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)form;
    (void)arguments;
    emulator->counters.dialled++;
    return ANSWER_OK;
}

/* 27.007 7.18: incoming is 4, active 0. */
static int command_calls(struct emulator *emulator, enum form form, const char *arguments)
{
    const struct call *call = emulator->call;

    (void)arguments;
    if (form == FORM_RUN && call != NULL)
        emulator_info(emulator, "+CLCC: 1,1,%d,0,0,\"%s\",%d", call->is_answered ? 0 : 4, call->from,
                      call->from[0] == '+' ? 145 : 129);
    return ANSWER_OK;
}

const struct emulator_command emulator_call_commands[] = {
    { "+CLIP", command_clip, true }, { "+CHUP", command_hang_up, false }, { "H", command_hang_up, false },
    { "A", command_answer, true },   { "D", command_dial, true },         { "+CLCC", command_calls, true },
    { NULL, NULL, false },
};
