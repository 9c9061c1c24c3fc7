#include "gateway/recording/transcribe.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>
#include <unistr.h>

#include "gateway/clock.h"
#include "gateway/turn/sanitise.h"

enum { ANSWER_MOST = 65536, TEXT_MOST = 4000, ENGINE_MOST = 100, NO_SPEECH = 2, POLL_MS = 1000 };

extern char **environ;

struct child {
    pid_t pid;
    int out; /* its standard output */
    char answer[ANSWER_MOST + 1];
    size_t length;
    int wake_fd;
    bool is_stopped;
};

/* With all signals, which our threads block, and none of our files but the log. */
static bool spawn(void *mem, const char *command, const char *path, struct child *child)
{
    const char *line = talloc_asprintf(mem, "%s \"$1\"", command);
    char *const arguments[] = { (char *)"nice", (char *)"-n", (char *)"10",   (char *)"sh", (char *)"-c",
                                (char *)(line), (char *)"sh", (char *)(path), NULL };
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int ends[2], error;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    error = posix_spawnp(&child->pid, "nice", &files, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    child->out = ends[0];
    if (error != 0)
        close(ends[0]);
    errno = error;
    return error == 0;
}

/* Reads until the end of its output. False: time is over, it says too much, or the gateway stops. */
static bool listen_to(struct child *child, int seconds)
{
    int64_t until = clock_ticks() + seconds;

    while (clock_ticks() < until) {
        struct pollfd fds[] = { { .fd = child->out, .events = POLLIN },
                                { .fd = child->wake_fd, .events = POLLIN } };
        ssize_t n;

        if (poll(fds, 2, POLL_MS) < 0 && errno != EINTR)
            return false;
        if (fds[1].revents) {
            child->is_stopped = true;
            return false;
        }
        if (!fds[0].revents)
            continue;
        n = read(child->out, child->answer + child->length, ANSWER_MOST - child->length);
        if (n == 0)
            return true;
        if (n < 0 || (child->length += (size_t)n) == ANSWER_MOST)
            return false;
    }
    return false;
}

/* Closing its output is not yet its end: it gets what is left of the time, and a second. */
static int end(struct child *child, bool is_heard, int seconds)
{
    int64_t until = clock_ticks() + (is_heard ? seconds + 1 : 0);
    int status = 0;

    close(child->out);
    while (is_heard && clock_ticks() < until && waitpid(child->pid, &status, WNOHANG) == 0)
        poll(NULL, 0, 20);
    if (is_heard && clock_ticks() < until) {
        kill(-child->pid, SIGKILL); /* what it left behind */
        return status;
    }
    kill(-child->pid, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

/* A member that is a clean text of at most so many octets, from mem; NULL when it is not. */
static const char *text_member(void *mem, struct json_object *object, const char *name, size_t most)
{
    struct json_object *member;
    const char *text;

    if (!json_object_object_get_ex(object, name, &member) || !json_object_is_type(member, json_type_string))
        return NULL;
    text = json_object_get_string(member);
    if (strlen(text) != (size_t)json_object_get_string_len(member) || strlen(text) > most ||
        u8_check((const uint8_t *)text, strlen(text)))
        return NULL;
    return sanitise_text(mem, text, true);
}

static const char *read_answer(void *mem, struct child *child, struct transcription *transcription)
{
    struct json_object *object, *confidence = NULL;
    double said = 0;

    child->answer[child->length] = '\0';
    object = json_tokener_parse(child->answer);
    if (!json_object_is_type(object, json_type_object)) {
        json_object_put(object);
        return "it prints no JSON object";
    }
    transcription->text = text_member(mem, object, "text", TEXT_MOST);
    transcription->engine = text_member(mem, object, "engine", ENGINE_MOST);
    if (json_object_object_get_ex(object, "confidence", &confidence))
        said = json_object_get_double(confidence);
    transcription->confidence = (int)(said * 100);
    json_object_put(object);
    if (!transcription->text || !*transcription->text)
        return "its text is missing, too long or not UTF-8";
    if (!transcription->engine)
        return "its engine is missing";
    return said >= 0 && said <= 1 ? NULL : "its confidence is not between 0 and 1";
}

enum transcribed transcribe(void *mem, const struct config *config, const char *path, int wake_fd,
                            struct transcription *transcription)
{
    struct child *child = talloc_zero(mem, struct child);
    int seconds = config->transcriber_timeout, status;
    int64_t started_at = clock_ticks();
    bool is_heard;

    *transcription = (struct transcription){ .text = "", .engine = "" };
    child->wake_fd = wake_fd;
    if (!spawn(mem, config->transcriber, path, child)) {
        transcription->why = talloc_asprintf(mem, "it cannot be started: %s", strerror(errno));
        return TRANSCRIBED_WRONG;
    }
    is_heard = listen_to(child, seconds);
    status = end(child, is_heard, seconds - (int)(clock_ticks() - started_at));
    if (child->is_stopped)
        return TRANSCRIBED_NOT;
    if (!is_heard)
        transcription->why = child->length == ANSWER_MOST ? "it prints too much" : "it takes too long";
    else if (WIFSIGNALED(status))
        transcription->why = talloc_asprintf(mem, "it was ended by signal %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) == NO_SPEECH)
        return TRANSCRIBED_NOTHING;
    else if (WEXITSTATUS(status) != 0)
        transcription->why = talloc_asprintf(mem, "its exit code is %d", WEXITSTATUS(status));
    else
        transcription->why = read_answer(mem, child, transcription);
    return transcription->why ? TRANSCRIBED_WRONG : TRANSCRIBED;
}
