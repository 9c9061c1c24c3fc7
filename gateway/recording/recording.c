#include "gateway/recording/recording.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/desk/intake.h"
#include "gateway/hex.h"
#include "gateway/recording/keep.h"
#include "gateway/recording/keeper.h"
#include "gateway/recording/sound.h"
#include "store/cases.h"

/* Keys of events that a recording made: a text of the same line may have the same id. */
#define EVENT_KEY "call %s"

static bool commit_at_desk(desk_job *job, void *job_arg, void *arg)
{
    return desk_do(arg, job, job_arg);
}

struct recorder recorder_of_desk(const struct config *config, struct desk *desk)
{
    return (struct recorder){ .config = config, .commit = commit_at_desk, .arg = desk };
}

/* What a job works on; a job that is rolled back leaves it as it was. */
struct work {
    void *mem;
    struct filing *filing;
    struct recording before; /* the one that has this key already */
    bool is_known;
    bool is_filed;
    const char *number;
};

static bool find_number(struct turn *turn, void *mem, int64_t case_id, const char **number)
{
    struct case_ *case_ = NULL;

    *number = "";
    if (case_id && !store_case(turn->store, mem, case_id, &case_))
        return false;
    if (case_)
        *number = case_->number;
    return true;
}

static bool find_before(struct turn *turn, struct work *work)
{
    const struct recording *recording = &work->filing->recording;
    struct recording *known;

    if (!store_recording_by_key(turn->store, work->mem, recording->line, recording->external_id, &known))
        return false;
    work->is_known = known != NULL;
    if (known)
        work->before = *known;
    return !known || find_number(turn, work->mem, known->case_id, &work->number);
}

static bool look_before(struct turn *turn, void *arg)
{
    return find_before(turn, arg);
}

static bool add_row(struct turn *turn, void *arg)
{
    struct work *work = arg;

    return store_add_recording(turn->store, &work->filing->recording);
}

static bool drop_row(struct turn *turn, void *arg)
{
    struct work *work = arg;

    return store_drop_recording(turn->store, work->filing->recording.id);
}

/* The event with all that follows from it; the row says what is known of the file. */
static bool file_row(struct turn *turn, void *arg)
{
    struct work *work = arg;
    struct recording kept = work->filing->recording, *now;
    struct event event = { .kind = EVENT_CALL,
                           .line = kept.line,
                           .external_id = talloc_asprintf(turn->mem, EVENT_KEY, kept.external_id),
                           .from = kept.caller,
                           .to = *kept.called ? kept.called : NULL,
                           .at = kept.at,
                           .received_at = clock_now(),
                           .recording_id = kept.id };

    work->is_filed = false;
    kept.state = RECORDING_KEPT;
    if (!store_update_recording(turn->store, &kept) || !intake(turn, &event, NULL))
        return false;
    if (event.id == 0)
        return find_before(turn, work) && store_drop_recording(turn->store, kept.id);
    if (!store_recording(turn->store, work->mem, kept.id, &now) ||
        !find_number(turn, work->mem, event.case_id, &work->number))
        return false;
    work->filing->recording = *now;
    work->is_filed = true;
    return true;
}

static bool fail(struct filing *filing, const char *why)
{
    filing->why = why;
    return false;
}

static void fill_in(struct recording *recording)
{
    const char **texts[] = { &recording->called,     &recording->keys,   &recording->copy,
                             &recording->format,     &recording->sha256, &recording->heard_by,
                             &recording->written_by, &recording->code };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!*texts[i])
            *texts[i] = "";
    if (!recording->caller || !*recording->caller)
        recording->caller = RECORDING_WITHHELD;
    recording->is_sealed = strchr(recording->keys, '9') != NULL;
}

bool recording_begin(const struct recorder *recorder, void *mem, struct filing *filing)
{
    struct recording *recording = &filing->recording;
    struct work work = { .mem = mem, .filing = filing };
    bool is_opus = recording->format && strcmp(recording->format, "ogg opus") == 0;
    const char *wrong = keep_is_ready(mem, recorder->config, 0);

    filing->number = "";
    if (wrong)
        return fail(filing, wrong);
    recording->state = RECORDING_BEGUN;
    recording->begun_at = clock_now();
    recording->file = keep_new_name(mem, recording->begun_at, is_opus ? "opus" : "wav");
    if (!recording->file)
        return fail(filing, "no random number can be had");
    fill_in(recording);
    return recorder->commit(add_row, &work, recorder->arg) || fail(filing, "the store is not available");
}

static const char *hash_octets(void *mem, const void *octets, size_t length)
{
    unsigned char digest[32];

    gnutls_hash_fast(GNUTLS_DIG_SHA256, octets, length, digest);
    return hex_encode(mem, digest, sizeof digest);
}

/* What the file is, into the row. False: it is none. */
static bool measure(void *mem, struct filing *filing, const void *octets, size_t length)
{
    struct recording *recording = &filing->recording;
    struct sound sound = { 0 };

    filing->why = sound_examine(mem, octets, length, &sound);
    recording->octets = (int64_t)length;
    recording->sha256 = hash_octets(mem, octets, length);
    recording->format = sound.format ? sound.format : "";
    recording->ms = sound.ms;
    recording->sound_ms = sound.sound_ms;
    return filing->why == NULL;
}

/* Another one came first with the same key: this one goes. */
static enum filed give_way(const struct recorder *recorder, struct work *work, const char *file,
                           const char *sha256)
{
    struct filing *filing = work->filing;

    if (file)
        keep_remove(recorder->config, file);
    filing->number = work->number;
    if (strcmp(work->before.sha256, sha256) != 0 && *work->before.sha256)
        return FILED_OTHER;
    filing->recording = work->before;
    return FILED_BEFORE;
}

/* The file is whole and stands under its name. */
static enum filed file_whole(const struct recorder *recorder, void *mem, struct filing *filing)
{
    struct work work = { .mem = mem, .filing = filing, .number = "" };
    const char *file = filing->recording.file, *sha256 = filing->recording.sha256;

    if (!recorder->commit(file_row, &work, recorder->arg)) {
        filing->why = "the store is not available";
        return FILED_NOT_KEPT;
    }
    if (!work.is_filed)
        return give_way(recorder, &work, file, sha256);
    filing->number = work.number;
    keeper_wake();
    return filing->recording.case_id ? FILED : FILED_MISSED;
}

/* A call of which nothing was recorded at all is a missed call too. */
static bool has_file(void *mem, const struct recorder *recorder, struct filing *filing)
{
    struct recording *recording = &filing->recording;

    if (access(keep_path(mem, recorder->config, recording->file), F_OK) == 0)
        return true;
    if (access(keep_part_path(mem, recorder->config, recording->file), F_OK) == 0) {
        if (recording->is_growing && !keep_tell_length(mem, recorder->config, recording->file))
            filing->why = talloc_asprintf(mem, "%s: %s", recording->file, strerror(errno));
        else
            filing->why = keep_part(mem, recorder->config, recording->file);
        return !filing->why;
    }
    if (!recording->is_growing)
        filing->why = "the file is missing";
    recording->file = "";
    return false;
}

enum filed recording_file(const struct recorder *recorder, void *mem, struct filing *filing)
{
    struct recording *recording = &filing->recording;
    size_t length = 0;
    void *octets;

    filing->why = NULL;
    filing->number = "";
    fill_in(recording);
    if (!has_file(mem, recorder, filing)) {
        if (filing->why)
            return FILED_NOT_KEPT;
    } else {
        octets = keep_read(mem, recorder->config, recording->file, &length);
        if (!octets) {
            filing->why = talloc_asprintf(mem, "%s: %s", recording->file, strerror(errno));
            return FILED_NOT_KEPT;
        }
        /* a call that ended before its first sample has no more than a header, or not even that */
        if (!measure(mem, filing, octets, length) && !recording->is_growing)
            return FILED_NOT_SOUND;
        filing->why = NULL;
        talloc_free(octets);
    }
    return file_whole(recorder, mem, filing);
}

/* Without an id of its own, what was recorded, by whom and when are its key. */
static void make_key(void *mem, struct recording *recording)
{
    if (!recording->external_id || !*recording->external_id) {
        const char *all = talloc_asprintf(mem, "%s %s %s %lld", recording->sha256, recording->caller,
                                          recording->called, (long long)recording->at);

        recording->external_id = hash_octets(mem, all, strlen(all));
    }
}

enum filed recording_bring(const struct recorder *recorder, void *mem, struct filing *filing,
                           const void *octets, size_t length)
{
    struct recording *recording = &filing->recording;
    struct work work = { .mem = mem, .filing = filing, .number = "" };

    filing->number = "";
    fill_in(recording);
    if (!measure(mem, filing, octets, length))
        return FILED_NOT_SOUND;
    make_key(mem, recording);
    if (!recorder->commit(look_before, &work, recorder->arg)) {
        filing->why = "the store is not available";
        return FILED_NOT_KEPT;
    }
    if (work.is_known)
        return give_way(recorder, &work, NULL, recording->sha256);
    filing->why = keep_is_ready(mem, recorder->config, length);
    if (filing->why || !recording_begin(recorder, mem, filing))
        return FILED_NOT_KEPT;
    filing->why = keep_write(mem, recorder->config, recording->file, octets, length);
    if (filing->why) {
        recorder->commit(drop_row, &work, recorder->arg);
        return FILED_NOT_KEPT;
    }
    return file_whole(recorder, mem, filing);
}
