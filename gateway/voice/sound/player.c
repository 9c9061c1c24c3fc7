#include "gateway/voice/sound/player.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

enum {
    TONE_HERTZ = 1000,
    TONE_SAMPLES = FRAME_RATE * 3 / 10,
    RISE_SAMPLES = 80,
    TONE_PEAK = 6000,
    RING_HERTZ = 450,
    RING_SAMPLES = FRAME_RATE,
    RING_PERIOD = 5 * FRAME_RATE
};

bool player_add(struct player *player, struct clip clip)
{
    if (clip.n == 0)
        return true;
    if (player->n == PLAYER_CLIPS)
        return false;
    player->clips[(player->first + player->n) % PLAYER_CLIPS] = clip;
    player->n++;
    return true;
}

void player_stop(struct player *player)
{
    player->n = 0;
    player->at = 0;
}

bool player_is_done(const struct player *player)
{
    return player->n == 0;
}

void player_fill(struct player *player, int16_t samples[FRAME_SAMPLES])
{
    size_t filled = 0;

    while (filled < FRAME_SAMPLES && player->n > 0) {
        const struct clip *clip = &player->clips[player->first];
        size_t left = clip->n - player->at, room = FRAME_SAMPLES - filled, n = left < room ? left : room;

        memcpy(samples + filled, clip->samples + player->at, n * sizeof *samples);
        filled += n;
        player->at += n;
        if (player->at == clip->n) {
            player->first = (player->first + 1) % PLAYER_CLIPS;
            player->n--;
            player->at = 0;
        }
    }
    memset(samples + filled, 0, (FRAME_SAMPLES - filled) * sizeof *samples);
}

static int16_t tone[TONE_SAMPLES];

/* Rises and falls within 10 ms, so that it does not click. */
static void make_tone(void)
{
    for (int i = 0; i < TONE_SAMPLES; i++) {
        int edge = i < TONE_SAMPLES - i ? i : TONE_SAMPLES - i;
        double rise = edge < RISE_SAMPLES ? (double)edge / RISE_SAMPLES : 1;

        tone[i] = (int16_t)(TONE_PEAK * rise * sin(2 * M_PI * TONE_HERTZ * i / FRAME_RATE));
    }
}

struct clip player_tone(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, make_tone);
    return (struct clip){ tone, TONE_SAMPLES };
}

static int16_t ring[RING_PERIOD];

static void make_ring(void)
{
    for (int i = 0; i < RING_SAMPLES; i++)
        ring[i] = (int16_t)(TONE_PEAK / 2.0 * sin(2 * M_PI * RING_HERTZ * i / FRAME_RATE));
}

struct clip player_ring(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, make_ring);
    return (struct clip){ ring, RING_PERIOD };
}

struct clip player_pause(int ms)
{
    static const int16_t silence[FRAME_RATE];

    return (struct clip){ silence, (size_t)(ms < 1000 ? ms : 1000) * FRAME_RATE / 1000 };
}
