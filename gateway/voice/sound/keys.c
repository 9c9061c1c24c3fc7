#include "gateway/voice/sound/keys.h"

#include <spandsp.h>
#include <string.h>
#include <talloc.h>

/* SAME_MS: a tone is recognised some 40 ms after its event may have come, or before it when that was late.
 * DOUBLED_MS: no finger is so quick. OVERTAKEN: samples by which the packets of a key may come behind those
 * of the next. */
enum { WAITING_MOST = 32, SAME_MS = 400, DOUBLED_MS = 120, OVERTAKEN = FRAME_RATE / 4 };

struct keys {
    dtmf_rx_state_t *tones;
    char waiting[WAITING_MOST + 1];
    int64_t heard_ms;
    uint32_t timestamp; /* of the last event */
    char toned;         /* the last key that came as a tone and has no notice yet, and when */
    int64_t toned_ms;
    char noticed; /* the last key that a modem reported and that has not come as a tone, and when */
    int64_t noticed_ms;
    char said; /* the last notice, and when */
    int64_t said_ms;
    bool has_events; /* then the tones beside them are the same keys */
};

static int free_tones(struct keys *keys)
{
    dtmf_rx_free(keys->tones);
    return 0;
}

struct keys *keys_new(void *mem)
{
    struct keys *keys = talloc_zero(mem, struct keys);

    keys->tones = dtmf_rx_init(NULL, NULL, NULL);
    talloc_set_destructor(keys, free_tones);
    return keys;
}

/* More than WAITING_MOST unread keys are no person's. */
static void add(struct keys *keys, char key)
{
    size_t n = strlen(keys->waiting);

    if (n < WAITING_MOST)
        keys->waiting[n] = key;
}

void keys_hear(struct keys *keys, const int16_t samples[FRAME_SAMPLES])
{
    char found[16];

    keys->heard_ms += FRAME_MS;
    dtmf_rx(keys->tones, samples, FRAME_SAMPLES);
    size_t n = dtmf_rx_get(keys->tones, found, sizeof found - 1);

    for (size_t i = 0; i < n && !keys->has_events; i++) {
        bool is_noticed = keys->noticed == found[i] && keys->heard_ms - keys->noticed_ms < SAME_MS;

        keys->noticed = 0;
        keys->toned = is_noticed ? 0 : found[i];
        keys->toned_ms = keys->heard_ms;
        if (!is_noticed)
            add(keys, found[i]);
    }
}

void keys_notice(struct keys *keys, char key)
{
    bool is_toned = keys->toned == key && keys->heard_ms - keys->toned_ms < SAME_MS;
    bool is_doubled = keys->said == key && keys->heard_ms - keys->said_ms < DOUBLED_MS;

    keys->said = key;
    keys->said_ms = keys->heard_ms;
    if (is_doubled)
        return;
    keys->toned = 0;
    keys->noticed = is_toned ? 0 : key;
    keys->noticed_ms = keys->heard_ms;
    if (!is_toned)
        add(keys, key);
}

void keys_event(struct keys *keys, int event, uint32_t timestamp)
{
    static const char names[] = "0123456789*#ABCD";
    bool is_known = keys->has_events && keys->timestamp - timestamp < OVERTAKEN;

    if (event < 0 || event > 15 || is_known)
        return;
    /* the first of a call may have been heard already */
    bool is_heard =
        !keys->has_events && keys->toned == names[event] && keys->heard_ms - keys->toned_ms < SAME_MS;

    keys->has_events = true;
    keys->timestamp = timestamp;
    if (!is_heard)
        add(keys, names[event]);
}

char keys_next(struct keys *keys)
{
    char key = keys->waiting[0];

    if (key)
        memmove(keys->waiting, keys->waiting + 1, WAITING_MOST);
    return key;
}
