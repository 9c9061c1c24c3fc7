#include "gateway/recording/sweep.h"

#include <dirent.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/recording/keep.h"

enum { MOST = 500, YOUNG_SECONDS = 60 };

static bool drop_row(struct turn *turn, void *arg)
{
    const struct recording *recording = arg;

    return store_drop_recording(turn->store, recording->id);
}

static bool is_there(void *mem, const struct recorder *recorder, const struct recording *recording)
{
    return access(keep_path(mem, recorder->config, recording->file), F_OK) == 0;
}

/* Who brought it was not answered, and brings it again. */
static void drop(const struct recorder *recorder, struct recording *recording)
{
    keep_remove(recorder->config, recording->file);
    recorder->commit(drop_row, recording, recorder->arg);
}

static void finish(const struct recorder *recorder, void *mem, const struct recording *recording)
{
    struct filing filing = { .recording = *recording };
    enum filed filed;

    if (!recording->is_growing && !is_there(mem, recorder, recording)) {
        drop(recorder, &filing.recording);
        return;
    }
    filed = recording_file(recorder, mem, &filing);
    if (filed == FILED_NOT_SOUND || filed == FILED_NOT_KEPT)
        log_error("recording %lld (%s) is left from before the last stop and cannot be filed: %s",
                  (long long)recording->id, recording->file, filing.why);
    else
        log_warning("recording %lld of %s, left from before the last stop, is filed as %s",
                    (long long)recording->id, recording->line,
                    *filing.number ? filing.number : "a missed call");
}

/* "a.wav" for "a.wav.part". */
static char *without_part(void *mem, const char *name)
{
    size_t length = strlen(name);

    return length > 5 && strcmp(name + length - 5, ".part") == 0 ? talloc_strndup(mem, name, length - 5)
                                                                 : talloc_strdup(mem, name);
}

static void name_strangers(const struct recorder *recorder, struct store *reader, void *mem)
{
    const char *folder = keep_folder(mem, recorder->config);
    DIR *directory = folder ? opendir(folder) : NULL;
    struct dirent *entry;
    bool is_known;

    while (directory && (entry = readdir(directory)))
        if (entry->d_name[0] != '.' &&
            store_knows_recording_file(reader, without_part(mem, entry->d_name), &is_known) && !is_known)
            log_warning("%s/%s is no recording of this store: nobody will hear it", folder, entry->d_name);
    if (directory)
        closedir(directory);
}

/* A subcommand in another process may just be writing it. */
static bool is_under_way(const struct recording *recording, int64_t now)
{
    return strncmp(recording->line, "api:", 4) != 0 && !recording->is_growing &&
           recording->begun_at > now - YOUNG_SECONDS;
}

void sweep_begun(const struct recorder *recorder, struct store *reader, int64_t before)
{
    const struct recording_filter begun = { .begun_by = before, .limit = MOST };
    void *mem = talloc_new(NULL);
    struct recording *recordings;
    size_t n = 0;

    if (!store_recordings(reader, mem, &begun, &recordings, &n))
        log_error("recordings: %s", store_error(reader));
    for (size_t i = 0; i < n; i++)
        if (!is_under_way(&recordings[i], clock_now()))
            finish(recorder, mem, &recordings[i]);
    name_strangers(recorder, reader, mem);
    talloc_free(mem);
}

static bool forget_files(struct turn *turn, void *arg)
{
    const struct recording *removed = arg;
    struct recording *recording;

    if (!store_recording(turn->store, turn->mem, removed->id, &recording))
        return false;
    if (!recording)
        return true;
    recording->file = recording->copy = "";
    return store_update_recording(turn->store, recording);
}

bool sweep_removed(const struct recorder *recorder, struct store *reader)
{
    const struct recording_filter leaving = { .is_leaving = true, .limit = MOST };
    void *mem = talloc_new(NULL);
    struct recording *recordings;
    size_t n = 0;
    bool is_done = store_recordings(reader, mem, &leaving, &recordings, &n);

    if (!is_done)
        log_error("recordings: %s", store_error(reader));
    for (size_t i = 0; i < n; i++) {
        if (!keep_remove(recorder->config, recordings[i].file) ||
            !keep_remove(recorder->config, recordings[i].copy)) {
            log_error("recording %lld: its files cannot be removed", (long long)recordings[i].id);
            continue;
        }
        recorder->commit(forget_files, &recordings[i], recorder->arg);
    }
    talloc_free(mem);
    return is_done && n == 0;
}
