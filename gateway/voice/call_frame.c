/* The 20 ms of a call: what is heard, and the time that passes. */
#include <string.h>

#include "gateway/voice/call_private.h"

enum {
    CALL_MOST_MS = 300000,
    RECORDING_MOST_MS = 120000,
    PAUSE_MOST_MS = 6000,   /* of silence behind speech, which end a recording */
    NOTHING_MOST_MS = 8000, /* of silence from its beginning */
    SPOKEN_LEAST_MS = 1000,
    BREATH_MS = 1500, /* what was said before a longer silence was not said to us */
    ECHO_MS = 300     /* so long behind a prompt its echo on the line may still be heard */
};

static void end_recording(struct call *call)
{
    call_happen(call, call->spoken_ms >= SPOKEN_LEAST_MS ? ON_ENOUGH : ON_NOTHING, 0);
}

static bool is_at_its_end(const struct call *call)
{
    return call->recorded_ms >= RECORDING_MOST_MS ||
           call->speech.quiet_ms + call->missing_ms >=
               (call->spoken_ms > 0 ? PAUSE_MOST_MS : NOTHING_MOST_MS);
}

static void take_keys(struct call *call)
{
    char key;

    while ((key = keys_next(call->keys)) != 0)
        if (call->state != CALL_RECORDING)
            call_happen(call, ON_KEY, key);
        else if (key == '#' && player_is_done(&call->player))
            end_recording(call);
}

static void listen(struct call *call, const int16_t *heard)
{
    if (call->state == CALL_RECORDING && player_is_done(&call->player)) {
        call_record(call, heard);
        if (is_at_its_end(call))
            end_recording(call);
        return;
    }
    speech_hear(&call->speech, heard); /* the noise of the place is learned meanwhile */
    memcpy(call->before[call->n_before++ % CALL_BEFORE_FRAMES], heard, sizeof call->before[0]);
    if (call->speech.quiet_ms >= BREATH_MS)
        call->silent_at = call->n_before;
    bool may_begin = call->state == CALL_GREETING || call->state == CALL_BACK_GREETING;

    if (may_begin && call->quiet_ms >= ECHO_MS && call->speech.is_now) {
        call->has_spoken = true;
        call->spoken_from = call->silent_at > CALL_BEFORE_SPEECH ? call->silent_at - CALL_BEFORE_SPEECH : 0;
        call_happen(call, ON_SPEECH, 0);
    }
}

/* A number keyed without # is whole when nothing follows. */
static void be_quiet(struct call *call)
{
    if (call->state == CALL_NUMBER && strlen(call->digits) >= CALL_NUMBER_DIGITS)
        call_enter(call, CALL_LOOKING_UP);
    else
        call_happen(call, ON_QUIET, 0);
}

static void pass_time(struct call *call)
{
    const struct call_entry *entry = &call_entries[call->state];
    bool waits_for_host = entry->wants >= 0;

    call->length_ms += FRAME_MS;
    call->state_ms += FRAME_MS;
    if (player_is_done(&call->player))
        call->quiet_ms += FRAME_MS;
    if (call->length_ms == CALL_MOST_MS && call->state == CALL_RECORDING)
        end_recording(call);
    else if (call->length_ms >= CALL_MOST_MS && call_find_row(call->state, ON_LIMIT, 0))
        call_happen(call, ON_LIMIT, 0);
    else if (entry->quiet_ms > 0 && waits_for_host && call->state_ms >= entry->quiet_ms)
        call_happen(call, ON_LATE, 0);
    else if (entry->quiet_ms > 0 && !waits_for_host && call->quiet_ms >= entry->quiet_ms)
        be_quiet(call);
}

void call_hear(struct call *call, const int16_t heard[FRAME_SAMPLES])
{
    call->missing_ms = 0;
    keys_hear(call->keys, heard);
    take_keys(call);
    listen(call, heard);
}

/* A PBX that suppresses silence sends nothing while the caller is silent. What is missing is not added to the
 * silence heard: the stream fills it in when sound comes again. */
static void hear_nothing(struct call *call)
{
    take_keys(call);
    call->missing_ms += FRAME_MS;
    if (call->state == CALL_RECORDING && player_is_done(&call->player) && is_at_its_end(call))
        end_recording(call);
}

void call_frame(struct call *call, const int16_t heard[FRAME_SAMPLES], int16_t said[FRAME_SAMPLES])
{
    if (call->state == CALL_STATES)
        call_enter(call, call->first);
    if (heard)
        call_hear(call, heard);
    else
        hear_nothing(call);
    player_fill(&call->player, said);
    pass_time(call);
}

void call_key_event(struct call *call, int event, uint32_t timestamp)
{
    keys_event(call->keys, event, timestamp);
}

void call_key_notice(struct call *call, char key)
{
    keys_notice(call->keys, key);
}
