#include "tests/support/program.h"

#include <fcntl.h>
#include <limits.h>
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

static void become_program(const char *folder, FILE *in, FILE *out, FILE *err, const char *const *arguments)
{
    const char *given = getenv("XIANGYIN"), *argv[64] = { "xiangyin" };
    char path[PATH_MAX];

    if (!realpath(given ? given : "build/xiangyin", path) || (folder && chdir(folder) != 0))
        _exit(127);
    for (int i = 0; arguments[i] && i < 62; i++)
        argv[i + 1] = arguments[i];
    dup2(fileno(in), STDIN_FILENO);
    dup2(fileno(out), STDOUT_FILENO);
    dup2(fileno(err), STDERR_FILENO);
    setenv("LC_MESSAGES", "C", 0); /* English, unless a test wants other words */
    execv(path, (char *const *)argv);
    _exit(127);
}

struct outcome program_run(void *mem, const char *folder, const char *input, const char *const *arguments)
{
    FILE *in = temporary(input ? input : ""), *out = temporary(""), *err = temporary("");
    struct outcome outcome;
    int status = 0;
    pid_t pid = fork();

    if (pid == 0)
        become_program(folder, in, out, err, arguments);
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
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
