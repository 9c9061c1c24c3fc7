#include "gateway/command/voice/case_hear.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>

#include "gateway/case/hearing.h"
#include "gateway/case/standing.h"
#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/table.h"
#include "gateway/command/print/viewed.h"
#include "gateway/recording/keep.h"
#include "gateway/turn/turn.h"
#include "store/recordings.h"

extern char **environ;

static const struct column columns[] = { { "NUMBER", 10, false },   { "RECORDING", 9, false },
                                         { "RECEIVED", 16, false }, { "MINUTES", 7, false },
                                         { "SECONDS", 7, false },   { "CALLER", 14, false },
                                         { "HEARD BY", 14, false } };
enum { COLUMNS = sizeof columns / sizeof *columns };

/* Of a caller who pressed 9 only that the recording has come. */
static void print_one(void *mem, const struct recording *recording, const char *number, bool is_json)
{
    const char *caller = recording->is_sealed ? "" : recording->caller;
    long long minutes = (long long)hearing_minutes(clock_now(), recording);
    const char *const cells[COLUMNS] = { number,
                                         talloc_asprintf(mem, "%lld", (long long)recording->id),
                                         table_time(mem, recording->begun_at),
                                         talloc_asprintf(mem, "%lld", minutes),
                                         talloc_asprintf(mem, "%lld", (long long)recording->ms / 1000),
                                         caller,
                                         recording->heard_by };
    json_object *object;

    if (!is_json) {
        table_row(stdout, columns, cells, COLUMNS);
        return;
    }
    object = json_object_new_object();
    json_add(object, "number", json_text(number));
    json_add(object, "recording", json_object_new_int64(recording->id));
    json_add(object, "received_at", json_time(recording->begun_at));
    json_add(object, "minutes", json_object_new_int64(minutes));
    json_add(object, "ms", json_object_new_int64(recording->ms));
    json_add(object, "caller", json_text(caller));
    json_add(object, "is_sealed", json_object_new_boolean(recording->is_sealed));
    json_add(object, "heard_at", json_time(recording->heard_at));
    json_add(object, "heard_by", json_text(recording->heard_by));
    json_add(object, "transcript", json_text(recording->transcript_text));
    json_print(stdout, object);
}

int case_list_to_hear(void *mem, const struct config *config, bool is_json)
{
    const struct recording_filter unwritten = { .is_unwritten = true };
    struct store *store = command_store(mem, config, false);
    struct recording *recordings;
    size_t n;

    if (!store)
        return EXIT_FAILURE;
    if (!store_recordings(store, mem, &unwritten, &recordings, &n))
        return command_failed("%s", store_error(store));
    if (!is_json)
        table_heading(stdout, columns, COLUMNS);
    for (size_t i = 0; i < n; i++) {
        struct case_ *case_;

        if (!store_case(store, mem, recordings[i].case_id, &case_))
            return command_failed("%s", store_error(store));
        if (case_)
            print_one(mem, &recordings[i], case_->number, is_json);
    }
    return EXIT_SUCCESS;
}

/* What is played, by whom, and what came of asking. */
struct playing {
    const char *number, *by, *words;
    int64_t wanted; /* recording id; 0: the first that is not written down, else the last */
    bool is_copy;
    const char *file; /* result; NULL: refusal or problem says why not */
    const char *problem;
};

static struct recording *choose(struct recording *recordings, size_t n, int64_t wanted)
{
    struct recording *chosen = NULL;

    for (size_t i = 0; i < n; i++) {
        if (wanted && recordings[i].id == wanted)
            return &recordings[i];
        if (!wanted && (!chosen || chosen->written_at))
            chosen = &recordings[i];
    }
    return chosen;
}

static bool find_listener(struct turn *turn, const struct playing *playing, const struct person **person)
{
    struct person *found = NULL;

    *person = &operator_person;
    if (!playing->by)
        return true;
    if (!store_person(turn->store, turn->mem, playing->by, &found))
        return false;
    *person = found && found->roles ? found : NULL;
    return true;
}

/* Somebody without standing is told that there is no such case. */
static bool listen_to(struct turn *turn, struct playing *playing, struct case_ *case_,
                      struct recording *recording, const struct person *person)
{
    struct action action = { .case_ = case_, .by = person, .words = playing->words };

    if (!hearing_listen(turn, &action, recording))
        return false;
    if (action.refusal)
        playing->problem = playing->by ? "not this person's to hear"
                                       : "for the discipline office alone: --by names who listens";
    else if (!*recording->file)
        playing->problem = "the recording was removed";
    else
        playing->file = playing->is_copy && *recording->copy ? recording->copy : recording->file;
    return true;
}

static bool play(struct turn *turn, void *arg)
{
    struct playing *playing = arg;
    struct recording_filter filter = { 0 };
    const struct person *person;
    struct recording *recordings, *recording;
    struct case_ *case_;
    size_t n;

    if (!store_case_by_number(turn->store, turn->mem, playing->number, &case_) ||
        !find_listener(turn, playing, &person))
        return false;
    if (!case_ || !person) {
        playing->problem = case_ ? "--by is nobody who is registered" : "there is no such case";
        return true;
    }
    filter.case_id = case_->id;
    if (!store_recordings(turn->store, turn->mem, &filter, &recordings, &n))
        return false;
    recording = choose(recordings, n, playing->wanted);
    if (!recording)
        playing->problem = "the case has no such recording";
    return !recording || listen_to(turn, playing, case_, recording, person);
}

static int write_out(const char *path)
{
    FILE *in = fopen(path, "rb");
    char octets[8192];
    size_t n;

    while (in && (n = fread(octets, 1, sizeof octets, in)) > 0)
        fwrite(octets, 1, n, stdout);
    if (!in || ferror(in))
        return command_failed("%s: %s", path, strerror(errno));
    fclose(in);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : command_failed("%s: %s", path, strerror(errno));
}

/* The player gets the file as its last argument. */
static int run_player(const char *player, const char *path)
{
    char *arguments[] = { (char *)"sh",   (char *)"-c", (char *)"exec $0 \"$1\"",
                          (char *)player, (char *)path, NULL };
    int error, status = 0;
    pid_t pid;

    error = posix_spawn(&pid, "/bin/sh", NULL, NULL, arguments, environ);
    if (error != 0)
        return command_failed("%s: %s", player, strerror(error));
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? EXIT_SUCCESS : command_failed("%s failed", player);
}

static int play_wanted(void *mem, struct playing *playing, const char *player, bool writes)
{
    const struct config *config = command_config(mem);
    struct store *store = config ? command_store(mem, config, true) : NULL;
    const char *error, *path;
    char *whole;

    if (!store)
        return config ? EXIT_FAILURE : EXIT_WRONG_USE;
    if (playing->by)
        playing->by = argument_e164(mem, playing->by);
    if (!turn_once(mem, store, config, clock_now(), false, play, playing, &error))
        return command_failed("%s", error);
    if (!playing->file)
        return command_failed("%s: %s", playing->number, playing->problem);
    command_knock(config);
    path = keep_path(mem, config, playing->file);
    if (player)
        return run_player(player, path);
    if (writes)
        return write_out(path);
    whole = realpath(path, NULL);
    printf("%s\n", whole ? whole : path);
    free(whole);
    return EXIT_SUCCESS;
}

int case_play(void *mem, int argc, char **argv)
{
    struct playing playing = { 0 };
    const char *player = NULL, *wanted = NULL;
    bool writes = false;
    const struct option_spec specs[] = { { "--by", NULL, &playing.by },
                                         { "--player", NULL, &player },
                                         { "--recording", NULL, &wanted },
                                         { "--copy", &playing.is_copy, NULL },
                                         { "--stdout", &writes, NULL } };

    if (!command_options(&argc, argv, specs, sizeof specs / sizeof *specs))
        return EXIT_WRONG_USE;
    if (argc != 2)
        return command_wrong_use("play takes one case number");
    if (wanted && !argument_id(wanted, &playing.wanted))
        return EXIT_WRONG_USE;
    playing.number = argv[1];
    playing.words = viewed_words(mem, "case play");
    return play_wanted(mem, &playing, player, writes);
}
