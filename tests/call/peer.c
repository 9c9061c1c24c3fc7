#include "tests/call/peer.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

/* cmocka.h wants these before it */
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/gateway_process.h"

enum { ARGUMENTS_MOST = 32, LOOK_MS = 20, END_MS = 4000 };

bool peer_is_there(const char *program)
{
    char path[] = "/usr/bin:/usr/sbin:/bin:/sbin", name[256];

    for (char *at = path, *folder; (folder = strsep(&at, ":")) != NULL;) {
        snprintf(name, sizeof name, "%s/%s", folder, program);
        if (access(name, X_OK) == 0)
            return true;
    }
    return false;
}

const char *peer_file(void *mem, const char *folder, const char *name, const char *format, ...)
{
    const char *path = talloc_asprintf(mem, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    va_list arguments;

    assert_non_null(file);
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    assert_int_equal(fclose(file), 0);
    return path;
}

pid_t peer_start(void *mem, const char *folder, int *commands, const char *program, ...)
{
    const char *list[ARGUMENTS_MOST] = { program }, *log = talloc_asprintf(mem, "%s/%s.log", folder, program);
    int ends[2] = { open("/dev/null", O_RDONLY | O_CLOEXEC), -1 };
    va_list arguments;
    pid_t child;

    if (commands) {
        close(ends[0]);
        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        *commands = ends[1];
    }
    va_start(arguments, program);
    for (int i = 1; i < ARGUMENTS_MOST - 1 && (list[i] = va_arg(arguments, const char *)) != NULL; i++)
        continue;
    va_end(arguments);
    child = fork();
    if (child != 0) {
        close(ends[0]);
        return child;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setenv("PATH", "/usr/bin:/usr/sbin:/bin:/sbin", 1);
    setenv("HOME", folder, 1);
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);

    dup2(ends[0], STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    if (chdir(folder) == 0)
        execvp(program, (char *const *)list);
    _exit(127);
}

static bool has_ended(pid_t pid, int ms, int *status)
{
    for (int waited = 0; waited < ms; waited += LOOK_MS) {
        if (waitpid(pid, status, WNOHANG) == pid)
            return true;
        sleep_ms(LOOK_MS);
    }
    return false;
}

int peer_wait(pid_t pid, int ms)
{
    int status;

    if (has_ended(pid, ms, &status))
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    peer_stop(pid);
    return -1;
}

void peer_stop(pid_t pid)
{
    int status;

    if (pid <= 0)
        return;
    kill(pid, SIGTERM);
    if (has_ended(pid, END_MS, &status))
        return;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}
