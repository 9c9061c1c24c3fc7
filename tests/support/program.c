#include "tests/support/program.h"

#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

static FILE *temporary(const char *text)
{
    FILE *file = tmpfile();

    if (!file || fwrite(text, 1, strlen(text), file) != strlen(text) || fflush(file) != 0)
        abort();
    rewind(file);
    return file;
}

static const char *read_all(void *mem, FILE *file)
{
    char *text;
    long size;

    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    text = talloc_zero_size(mem, (size_t)size + 1);
    if (!text || fread(text, 1, (size_t)size, file) != (size_t)size)
        abort();
    fclose(file);
    return text;
}

/* The environment of the program: ours, and English unless a test wants other words. Ends with NULL. */
static char **environment(void *mem)
{
    static char english[] = "LC_MESSAGES=C";
    size_t n = 0;
    char **all;

    while (environ[n])
        n++;
    all = talloc_array(mem, char *, n + 2);
    memcpy(all, environ, n * sizeof *all);
    all[n] = getenv("LC_MESSAGES") ? NULL : english;
    all[n + 1] = NULL;
    return all;
}

/* A spawned program takes no copy of this process's pages, which under a sanitizer are many. 0: it did not
 * start. */
static pid_t start(const char *folder, FILE *in, FILE *out, FILE *err, const char *const *arguments)
{
    const char *given = getenv("XIANGYIN"), *argv[64] = { "xiangyin" };
    void *mem = talloc_new(NULL);
    posix_spawn_file_actions_t actions;
    char path[PATH_MAX];
    pid_t pid = 0;

    for (int i = 0; arguments[i] && i < 62; i++)
        argv[i + 1] = arguments[i];
    posix_spawn_file_actions_init(&actions);
    if (folder)
        posix_spawn_file_actions_addchdir_np(&actions, folder);
    posix_spawn_file_actions_adddup2(&actions, fileno(in), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(err), STDERR_FILENO);
    if (!realpath(given ? given : "build/xiangyin", path) ||
        posix_spawn(&pid, path, &actions, NULL, (char *const *)argv, environment(mem)) != 0)
        pid = 0;
    posix_spawn_file_actions_destroy(&actions);
    talloc_free(mem);
    return pid;
}

struct outcome program_run(void *mem, const char *folder, const char *input, const char *const *arguments)
{
    FILE *in = temporary(input ? input : ""), *out = temporary(""), *err = temporary("");
    struct outcome outcome;
    int status = 0;
    pid_t pid = start(folder, in, out, err, arguments);

    if (pid == 0 || waitpid(pid, &status, 0) != pid)
        abort();
    fclose(in);
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    outcome.out = read_all(mem, out);
    outcome.err = read_all(mem, err);
    return outcome;
}

const char *write_file(void *mem, const char *folder, const char *name, const char *text)
{
    const char *path = talloc_asprintf(mem, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        abort();
    return path;
}
