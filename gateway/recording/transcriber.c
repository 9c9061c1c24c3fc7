#include "gateway/recording/transcriber.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/case/hearing.h"
#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/recording/keep.h"
#include "gateway/recording/sound.h"
#include "gateway/recording/transcribe.h"
#include "store/cases.h"

enum { LOOK_MS = 3000 };

static const int64_t pauses[] = { 60, 600, 3600 };

struct transcriber {
    struct recorder recorder;
    struct store *reader;
    pthread_t thread;
    int wake_fd;
};

struct settling {
    int64_t id;
    enum transcribed result;
    const struct transcription *transcription;
};

static void note_failure(struct recording *recording, int64_t now)
{
    size_t tries = (size_t)recording->transcript_tries++;

    if (tries < sizeof pauses / sizeof *pauses)
        recording->transcript_due = now + pauses[tries];
    else
        recording->transcript = TRANSCRIPT_FAILED;
}

/* Acts on danger alone, and on that only by telling those who may listen. */
static bool warn_of_danger(struct turn *turn, const struct recording *recording)
{
    struct danger_found danger;
    struct case_ *case_;

    understanding_danger(turn->understanding, turn->mem, recording->transcript_text, &danger);
    if (danger.kind == DANGER_NONE)
        return true;
    return store_case(turn->store, turn->mem, recording->case_id, &case_) &&
           (!case_ || hearing_warn(turn, case_, recording));
}

/* Somebody may have written it down meanwhile, or have been erased. */
static bool settle(struct turn *turn, void *arg)
{
    const struct settling *settling = arg;
    struct recording *recording;

    if (!store_recording(turn->store, turn->mem, settling->id, &recording))
        return false;
    if (!recording || recording->state != RECORDING_KEPT || recording->written_at)
        return true;
    if (settling->result == TRANSCRIBED_WRONG) {
        note_failure(recording, turn->now);
    } else if (settling->result == TRANSCRIBED_NOTHING) {
        recording->transcript = TRANSCRIPT_SILENT;
    } else {
        recording->transcript = TRANSCRIPT_DONE;
        recording->transcript_text = settling->transcription->text;
        recording->transcript_engine = settling->transcription->engine;
        recording->transcript_confidence = settling->transcription->confidence;
    }
    return store_update_recording(turn->store, recording) &&
           (recording->transcript != TRANSCRIPT_DONE || warn_of_danger(turn, recording));
}

/* A WAV for it, hidden from those who look through the folder. NULL, or what is wrong. */
static const char *make_wav(const struct recorder *recorder, void *mem, const struct recording *recording,
                            const char *path)
{
    size_t length;
    void *octets = keep_read(mem, recorder->config, recording->file, &length);
    const char *wrong = octets
                            ? sound_make_wav(mem, octets, length, path)
                            : talloc_asprintf(mem, "%s cannot be read: %s", recording->file, strerror(errno));

    talloc_free(octets);
    return wrong;
}

static enum transcribed run_once(const struct recorder *recorder, void *mem,
                                 const struct recording *recording, int wake_fd,
                                 struct transcription *transcription)
{
    const char *path = keep_path(mem, recorder->config,
                                 talloc_asprintf(mem, ".transcribe-%lld.wav", (long long)recording->id));
    enum transcribed result = TRANSCRIBED_WRONG;

    transcription->why = make_wav(recorder, mem, recording, path);
    if (!transcription->why)
        result = transcribe(mem, recorder->config, path, wake_fd, transcription);
    unlink(path);
    return result;
}

bool transcriber_do_next(const struct recorder *recorder, struct store *reader, int wake_fd)
{
    const struct recording_filter waiting = { .transcribe_by = clock_now(), .limit = 1 };
    void *mem = talloc_new(NULL);
    struct transcription transcription = { .text = "" };
    struct settling settling = { .transcription = &transcription };
    struct recording *recording;
    bool goes_on;
    size_t n = 0;

    if (!store_recordings(reader, mem, &waiting, &recording, &n))
        log_error("transcriber: %s", store_error(reader));
    if (n > 0) {
        settling.id = recording->id;
        settling.result = run_once(recorder, mem, recording, wake_fd, &transcription);
    }
    if (settling.result == TRANSCRIBED_WRONG)
        log_warning("transcriber: recording %lld: %s", (long long)settling.id, transcription.why);
    goes_on =
        n > 0 && settling.result != TRANSCRIBED_NOT && recorder->commit(settle, &settling, recorder->arg);
    talloc_free(mem);
    return goes_on;
}

static void *run(void *arg)
{
    struct transcriber *transcriber = arg;
    struct pollfd wake = { .fd = transcriber->wake_fd, .events = POLLIN };

    while (poll(&wake, 1, 0) == 0)
        if (!transcriber_do_next(&transcriber->recorder, transcriber->reader, transcriber->wake_fd) &&
            poll(&wake, 1, LOOK_MS) > 0)
            break;
    return NULL;
}

struct transcriber *transcriber_start(void *mem, const struct config *config, struct desk *desk,
                                      const char **error)
{
    struct transcriber *transcriber;

    *error = NULL;
    if (!config->transcriber || !config->database)
        return NULL;
    transcriber = talloc_zero(mem, struct transcriber);
    transcriber->recorder = recorder_of_desk(config, desk);
    transcriber->reader = store_open_reader(transcriber, config->store_url, error);
    if (!transcriber->reader)
        return NULL;
    transcriber->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (transcriber->wake_fd < 0 || pthread_create(&transcriber->thread, NULL, run, transcriber) != 0) {
        *error = "cannot start the thread of the transcriber";
        return NULL;
    }
    return transcriber;
}

void transcriber_stop(struct transcriber *transcriber)
{
    uint64_t one = 1;

    if (!transcriber)
        return;
    (void)!write(transcriber->wake_fd, &one, sizeof one);
    pthread_join(transcriber->thread, NULL);
    close(transcriber->wake_fd);
    talloc_free(transcriber->reader);
    transcriber->reader = NULL;
}
