/* `xiangyin demo --play` as a whole: what it says when its gateway dies under it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/command/demo/play.h"
#include "tests/support/gateway_process.h"
#include "tests/support/support.h"

/* Thousands of days: the gateway has something to do for as long as the test needs. */
#define LONG_DIALOGUE "@ +9000d\n"

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static pid_t play(const char *dialogue, const char *errors)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(open("/dev/null", O_RDWR | O_CLOEXEC), STDOUT_FILENO);
    dup2(open(errors, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), STDERR_FILENO);
    execl(gateway_program(), "xiangyin", "demo", "--play", dialogue, (char *)NULL);
    _exit(127);
}

static bool file_says(const char *path, const char *words)
{
    char text[65536] = "";
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return strstr(text, words) != NULL;
}

/* The dialogue is under way: its clock has left the day on which every dialogue begins, and is not the moment
 * at which its file was made. */
static bool has_begun(const char *clock)
{
    struct stat status;
    glob_t found = { 0 };
    bool has = glob(clock, 0, NULL, &found) == 0 && stat(found.gl_pathv[0], &status) == 0 &&
               status.st_mtim.tv_sec > PLAY_BEGINS && status.st_mtim.tv_sec > time(NULL);

    globfree(&found);
    return has;
}

/* The child of a process whose first argument this is; 0 none, or the list was read while a child ended,
 * which may leave others out. */
static pid_t child_that(void *mem, pid_t parent, const char *argument)
{
    FILE *list = fopen(talloc_asprintf(mem, "/proc/%d/task/%d/children", (int)parent, (int)parent), "r");
    int pid, found = 0;

    while (list && !found && fscanf(list, "%d", &pid) == 1) {
        char line[256] = "";
        FILE *file = fopen(talloc_asprintf(mem, "/proc/%d/cmdline", pid), "r");

        if (file && fread(line, 1, sizeof line - 1, file) > 0 &&
            strcmp(line + strlen(line) + 1, argument) == 0)
            found = pid;
        if (file)
            fclose(file);
    }
    if (list)
        fclose(list);
    return found;
}

static void a_gateway_that_dies_is_said_at_once(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem);
    const char *dialogue = talloc_asprintf(mem, "%s/d.txt", folder);
    const char *errors = talloc_asprintf(mem, "%s/errors", folder);
    const char *clock = talloc_asprintf(mem, "%s/xiangyin-*/clock", folder);
    int status = 0;

    (void)state;
    write_text(dialogue, LONG_DIALOGUE);
    setenv("TMPDIR", folder, 1);
    pid_t demo = play(dialogue, errors);
    for (int waited = 0; waited < PATIENCE_MS && !has_begun(clock); waited += 10)
        sleep_ms(10);
    pid_t gateway = child_that(mem, demo, "run");
    for (int waited = 0; waited < PATIENCE_MS && gateway == 0; waited += 10) {
        sleep_ms(10);
        gateway = child_that(mem, demo, "run");
    }
    assert_true(gateway > 0);
    assert_int_equal(kill(gateway, SIGKILL), 0);
    assert_int_equal(waitpid(demo, &status, 0), demo);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_true(file_says(errors, "the gateway ended by itself"));
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_gateway_that_dies_is_said_at_once) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
