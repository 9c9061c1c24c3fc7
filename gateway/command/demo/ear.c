#include "gateway/command/demo/ear.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <talloc.h>

/*
 * LOOK: samples by which a prompt is known, from its beginning. LOUD: their mean amplitude at least.
 * PAUSE_MS: of silence, which ends what is said together.
 */
enum { LOOK = 3200, HELD = 4 * LOOK, LOUD = 100, PAUSE_MS = 240 };

/* From which two sounds are the same: A-law changes a little. */
static const double LIKE = 0.95, SAME = 0.0005;

struct ear {
    const struct prompts *prompts;
    const char *language;
    int16_t held[HELD]; /* the latest samples */
    size_t n;           /* of them */
    size_t skip;        /* samples to come that belong to a known prompt */
    size_t phase;       /* where in a frame the next prompt may begin, beside its beginning */
    int quiet_ms;
    char *said;
};

struct ear *ear_new(void *mem, const struct prompts *prompts, const char *language)
{
    struct ear *ear = talloc_zero(mem, struct ear);

    ear->prompts = prompts;
    ear->language = language;
    ear->said = talloc_strdup(ear, "");
    return ear;
}

/* 1: the same but for loudness; 0 when one of them is silence. */
static double likeness(const int16_t *a, const int16_t *b, size_t n)
{
    double ab = 0, aa = 0, bb = 0;

    for (size_t i = 0; i < n; i++)
        ab += (double)a[i] * b[i], aa += (double)a[i] * a[i], bb += (double)b[i] * b[i];
    bool is_loud = aa > (double)n * LOUD * LOUD && bb > (double)n * LOUD * LOUD;
    return is_loud ? ab / sqrt(aa * bb) : 0;
}

/* How much what was held from here on is like the clip's beginning. */
static double like_clip(const struct ear *ear, size_t at, struct clip clip)
{
    size_t n = clip.n < LOOK ? clip.n : LOOK;

    return n > 0 && at + n <= ear->n ? likeness(ear->held + at, clip.samples, n) : 0;
}

/* The prompt that begins here; n 0: none. Some begin alike: it is the one most like, the shortest of those
 * that cannot be told apart yet. */
static struct clip find_clip(const struct ear *ear, size_t at, const char **text)
{
    struct clip found = player_tone();
    double best = like_clip(ear, at, found);

    *text = "嘀";
    for (size_t i = 0; i < ear->prompts->n; i++) {
        const struct prompt *prompt = &ear->prompts->list[i];
        bool is_digit = isdigit((unsigned char)*prompt->id);
        double like = strcmp(prompt->language, ear->language) == 0 ? like_clip(ear, at, prompt->clip) : 0;

        if (like > best + SAME || (like > best - SAME && prompt->clip.n < found.n)) {
            best = like;
            found = prompt->clip;
            *text = is_digit ? prompt->id : prompt->text;
        }
    }
    return best > LIKE ? found : (struct clip){ 0 };
}

/* The length of the prompt that begins here, whose text is added to what is said; 0: none. */
static size_t find(struct ear *ear, size_t at)
{
    const char *text;
    struct clip found = find_clip(ear, at, &text);

    if (found.n > 0)
        ear->said = talloc_strdup_append(ear->said, text);
    return found.n;
}

static void drop(struct ear *ear, size_t n)
{
    memmove(ear->held, ear->held + n, (ear->n - n) * sizeof *ear->held);
    ear->n -= n;
}

/* A prompt begins with a frame, or in the middle of one, right behind another. */
static bool find_in_frame(struct ear *ear)
{
    size_t at = 0, length = find(ear, at);

    if (length == 0 && ear->phase > 0)
        length = find(ear, at = ear->phase);
    if (length == 0)
        return false;
    size_t end = at + length, frames_end = end - end % FRAME_SAMPLES;

    ear->phase = end % FRAME_SAMPLES;
    ear->skip = frames_end > ear->n ? frames_end - ear->n : 0;
    drop(ear, frames_end - ear->skip);
    return true;
}

static bool is_silent(const int16_t *samples)
{
    for (int i = 0; i < FRAME_SAMPLES; i++)
        if (samples[i] > LOUD || samples[i] < -LOUD)
            return false;
    return true;
}

void ear_hear(struct ear *ear, const int16_t samples[FRAME_SAMPLES])
{
    ear->quiet_ms = is_silent(samples) && ear->skip == 0 ? ear->quiet_ms + FRAME_MS : 0;
    if (ear->skip > 0) {
        ear->skip -= FRAME_SAMPLES;
        return;
    }
    memcpy(ear->held + ear->n, samples, FRAME_SAMPLES * sizeof *samples);
    ear->n += FRAME_SAMPLES;
    while (ear->n >= LOOK + FRAME_SAMPLES && ear->skip == 0)
        if (!find_in_frame(ear))
            drop(ear, FRAME_SAMPLES);
}

void ear_cut(struct ear *ear)
{
    ear->skip = ear->n = ear->phase = 0;
    ear->quiet_ms = PAUSE_MS;
}

int ear_quiet_ms(const struct ear *ear)
{
    return ear->quiet_ms;
}

char *ear_take(struct ear *ear, void *mem)
{
    if (*ear->said == '\0' || ear->quiet_ms < PAUSE_MS)
        return NULL;
    char *said = talloc_steal(mem, ear->said);

    ear->said = talloc_strdup(ear, "");
    return said;
}
