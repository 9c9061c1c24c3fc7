/*
 * Plays each file of tests/dialogues/ (its README has the format) as a test of that name, through the real
 * program on an emulated modem. Arguments name other files to play instead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <glob.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "tests/support/gateway_process.h"

enum { AT_ONCE = 4 };

struct plays;

/* One file, played by a process of its own. */
struct play {
    struct plays *plays;
    const char *path;
    pid_t pid; /* 0: not started */
    FILE *errors;
};

struct plays {
    struct play *all;
    size_t n;
};

static void become_program(const struct play *play)
{
    int none = open("/dev/null", O_RDWR | O_CLOEXEC);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(none, STDIN_FILENO);
    dup2(none, STDOUT_FILENO);
    dup2(fileno(play->errors), STDERR_FILENO);
    execl(gateway_program(), "xiangyin", "demo", "--play", play->path, (char *)NULL);
    _exit(127);
}

static void begin(struct play *play)
{
    if (play->pid != 0)
        return;
    play->errors = tmpfile();
    assert_non_null(play->errors);
    fflush(NULL);
    play->pid = fork();
    assert_true(play->pid >= 0);
    if (play->pid == 0)
        become_program(play);
}

static char *read_all(void *mem, FILE *file)
{
    char *text = talloc_strdup(mem, ""), line[1024];

    rewind(file);
    while (fgets(line, sizeof line, file))
        text = talloc_strdup_append(text, line);
    return text;
}

/* Starts those after it as well, because each mostly waits. */
static void is_as_written(void **state)
{
    struct play *play = *state;
    struct plays *plays = play->plays;
    void *mem = talloc_new(NULL);
    int status = 0;

    for (size_t i = (size_t)(play - plays->all), last = i + AT_ONCE; i < last && i < plays->n; i++)
        begin(&plays->all[i]);
    assert_int_equal(waitpid(play->pid, &status, 0), play->pid);
    char *errors = read_all(mem, play->errors);
    fclose(play->errors);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("%s\n%s", play->path, errors);
    talloc_free(mem);
}

static char *test_name(void *mem, const char *path)
{
    char *name = talloc_strdup(mem, basename(talloc_strdup(mem, path)));

    name[strcspn(name, ".")] = '\0';
    return name;
}

static int run_all(void *mem, char **paths, size_t n)
{
    struct plays plays = { .all = talloc_zero_array(mem, struct play, n), .n = n };
    struct CMUnitTest *tests = talloc_zero_array(mem, struct CMUnitTest, n);

    for (size_t i = 0; i < n; i++) {
        plays.all[i] = (struct play){ .plays = &plays, .path = paths[i] };
        tests[i] = (struct CMUnitTest){ .name = test_name(mem, paths[i]),
                                        .test_func = is_as_written,
                                        .initial_state = &plays.all[i] };
    }
    return _cmocka_run_group_tests("dialogues", tests, n, NULL, NULL);
}

int main(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    glob_t found = { 0 };
    int failed;

    if (argc == 1 && (glob("tests/dialogues/*.txt", 0, NULL, &found) != 0 ||
                      glob("gateway/demo/story.txt", GLOB_APPEND, NULL, &found) != 0))
        return EXIT_FAILURE;
    failed =
        argc > 1 ? run_all(mem, argv + 1, (size_t)argc - 1) : run_all(mem, found.gl_pathv, found.gl_pathc);
    globfree(&found);
    talloc_free(mem);
    return failed;
}
