#include "gateway/voice/synthesizer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"

enum { SAYING_MOST_MS = 20000, LOOK_MS = 5, SPEED = 175 };

extern char **environ;

/* Debian's voice cmn spells words in English. */
const char *synthesizer_voice(const char *language)
{
    return strcmp(language, "zh") == 0 ? "cmn-latn-pinyin" : language;
}

int synthesizer_speed(void)
{
    return SPEED;
}

bool synthesizer_is_there(const char *program)
{
    char *path = talloc_strdup(NULL, getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin"), *rest = path,
         *folder;
    bool is_there = strchr(program, '/') && access(program, X_OK) == 0;

    while (!strchr(program, '/') && !is_there && (folder = strsep(&rest, ":")) != NULL)
        is_there = access(talloc_asprintf(path, "%s/%s", folder, program), X_OK) == 0;
    talloc_free(path);
    return is_there;
}

static bool has_ended(pid_t child, int *status)
{
    int64_t until = clock_ticks_ms() + SAYING_MOST_MS;

    while (waitpid(child, status, WNOHANG) == 0) {
        if (clock_ticks_ms() > until) {
            kill(child, SIGKILL);
            waitpid(child, status, 0);
            return false;
        }
        nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
    }
    return true;
}

const char *synthesizer_say(void *mem, const char *program, const char *language, const char *text,
                            const char *path)
{
    char *speed = talloc_asprintf(mem, "%d", SPEED);
    const char *argv[] = { program, "-v", synthesizer_voice(language), "-s", speed, "-w", path, "--",
                           text,    NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    pid_t child;
    int status;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(
        &attributes); /* the gateway's threads block signals, and a child would inherit that */
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    int error = posix_spawnp(&child, program, &actions, &attributes, (char *const *)argv, environ);

    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error)
        return talloc_asprintf(mem, "%s cannot be started: %s", program, strerror(error));
    if (!has_ended(child, &status))
        return talloc_asprintf(mem, "%s took longer than %d s", program, SAYING_MOST_MS / 1000);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return talloc_asprintf(mem, "%s failed", program);
    return NULL;
}
