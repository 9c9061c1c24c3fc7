/*
 * The real program, run as an operator runs it.
 */
#ifndef TESTS_SUPPORT_PROGRAM_H
#define TESTS_SUPPORT_PROGRAM_H

struct outcome {
    int status;      /* exit code; 128 + signal */
    const char *out; /* what it wrote, from mem */
    const char *err;
};

/*
 * Runs $XIANGYIN (else build/xiangyin) with these arguments, NULL at the end, in this folder (NULL: here).
 * input is its standard input; NULL: empty. The environment is ours, and its words English where LC_MESSAGES
 * is not set.
 */
struct outcome program_run(void *mem, const char *folder, const char *input, const char *const *arguments);

/* program_run with the arguments written one after another. */
#define RUN(mem, folder, input, ...) \
    program_run(mem, folder, input, (const char *const[]){ __VA_ARGS__, NULL })

/* Writes a file into the folder and returns its path, from mem. */
const char *write_file(void *mem, const char *folder, const char *name, const char *text);

#endif
