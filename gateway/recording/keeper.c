#include "gateway/recording/keeper.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/recording/keep.h"
#include "gateway/recording/sound.h"
#include "gateway/recording/sweep.h"

/* LOOK_MS: while something may be left to do; else keeper_wake comes before. */
enum { LOOK_MS = 60000, SWEEP_SECONDS = 3600, COPIES_AT_ONCE = 20 };

struct keeper {
    struct recorder recorder;
    struct store *reader;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool is_stopping, is_woken;
    int64_t swept_at; /* clock_ticks() */
};

/* The one of this process. */
static pthread_mutex_t current_lock = PTHREAD_MUTEX_INITIALIZER;
static struct keeper *current;

static void set_current(struct keeper *keeper)
{
    pthread_mutex_lock(&current_lock);
    current = keeper;
    pthread_mutex_unlock(&current_lock);
}

void keeper_wake(void)
{
    pthread_mutex_lock(&current_lock);
    if (current) {
        pthread_mutex_lock(&current->lock);
        current->is_woken = true;
        pthread_cond_signal(&current->wake);
        pthread_mutex_unlock(&current->lock);
    }
    pthread_mutex_unlock(&current_lock);
}

static bool note_copy(struct turn *turn, void *arg)
{
    const struct recording *made = arg;
    struct recording *recording;

    if (!store_recording(turn->store, turn->mem, made->id, &recording))
        return false;
    if (!recording || recording->state != RECORDING_KEPT)
        return true;
    recording->copy = made->copy;
    return store_update_recording(turn->store, recording);
}

/* "a.wav" -> "a.listen.opus" */
static const char *copy_name(void *mem, const char *file)
{
    return talloc_asprintf(mem, "%.*s.listen.opus", (int)strcspn(file, "."), file);
}

/* The name of the copy; the file's own where it needs none or has none. */
static const char *make_copy(const struct recorder *recorder, void *mem, const struct recording *recording)
{
    const char *name = copy_name(mem, recording->file), *wrong;
    size_t length;
    void *octets;

    if (strncmp(recording->format, "wav", 3) != 0)
        return recording->file;
    octets = keep_read(mem, recorder->config, recording->file, &length);
    wrong = octets ? sound_make_copy(mem, octets, length, keep_part_path(mem, recorder->config, name))
                   : "its file cannot be read";
    if (!wrong)
        wrong = keep_part(mem, recorder->config, name);
    if (!wrong)
        return name;
    log_warning("recording %lld: no copy to listen to can be made: %s", (long long)recording->id, wrong);
    keep_remove(recorder->config, name);
    return recording->file;
}

bool keeper_make_copies(const struct recorder *recorder, struct store *reader)
{
    const struct recording_filter lacking = { .lacks_copy = true, .limit = COPIES_AT_ONCE };
    void *mem = talloc_new(NULL);
    struct recording *recordings;
    size_t n = 0;
    bool is_done = store_recordings(reader, mem, &lacking, &recordings, &n);

    if (!is_done)
        log_error("recordings: %s", store_error(reader));
    for (size_t i = 0; i < n; i++) {
        void *own = talloc_new(mem);

        recordings[i].copy = make_copy(recorder, own, &recordings[i]);
        recorder->commit(note_copy, &recordings[i], recorder->arg);
        talloc_free(own);
    }
    talloc_free(mem);
    return is_done && n == 0;
}

static bool wait_a_little(struct keeper *keeper, bool is_done)
{
    struct timespec until = clock_ticks_after(is_done ? SWEEP_SECONDS * 1000 : LOOK_MS);

    pthread_mutex_lock(&keeper->lock);
    if (!keeper->is_stopping && !keeper->is_woken)
        pthread_cond_clockwait(&keeper->wake, &keeper->lock, CLOCK_MONOTONIC, &until);
    bool goes_on = !keeper->is_stopping;

    keeper->is_woken = false;
    pthread_mutex_unlock(&keeper->lock);
    return goes_on;
}

static void *run(void *arg)
{
    struct keeper *keeper = arg;
    bool is_done;

    do {
        is_done = keeper_make_copies(&keeper->recorder, keeper->reader);
        is_done = sweep_removed(&keeper->recorder, keeper->reader) && is_done;
        if (clock_ticks() - keeper->swept_at < SWEEP_SECONDS)
            continue;
        keeper->swept_at = clock_ticks();
        sweep_begun(&keeper->recorder, keeper->reader, clock_now() - SWEEP_SECONDS);
    } while (wait_a_little(keeper, is_done));
    return NULL;
}

struct keeper *keeper_start(void *mem, const struct config *config, struct desk *desk, const char **error)
{
    struct keeper *keeper;

    *error = NULL;
    if (!config->database)
        return NULL;
    keeper = talloc_zero(mem, struct keeper);
    keeper->recorder = recorder_of_desk(config, desk);
    keeper->reader = store_open_reader(keeper, config->store_url, error);
    if (!keeper->reader)
        return NULL;
    sweep_begun(&keeper->recorder, keeper->reader, clock_now());
    keeper->swept_at = clock_ticks();
    pthread_mutex_init(&keeper->lock, NULL);
    pthread_cond_init(&keeper->wake, NULL);
    if (pthread_create(&keeper->thread, NULL, run, keeper) != 0) {
        *error = "cannot start the thread of the recordings";
        return NULL;
    }
    set_current(keeper);
    return keeper;
}

void keeper_stop(struct keeper *keeper)
{
    if (!keeper)
        return;
    set_current(NULL);
    pthread_mutex_lock(&keeper->lock);
    keeper->is_stopping = true;
    pthread_cond_signal(&keeper->wake);
    pthread_mutex_unlock(&keeper->lock);
    pthread_join(keeper->thread, NULL);
    pthread_cond_destroy(&keeper->wake);
    pthread_mutex_destroy(&keeper->lock);
    talloc_free(keeper->reader);
    keeper->reader = NULL;
}
