/*
 * The real program with a web server and no modem, for measurements and for killing it.
 */
#ifndef TESTS_SUPPORT_HTTP_PROCESS_H
#define TESTS_SUPPORT_HTTP_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* A hook_key for tests. */
#define HTTP_PROCESS_KEY "0123456789abcdef0123456789abcdef0123456789abcdef"

struct http_process {
    const char *folder, *config, *log, *store_url;
    pid_t pid;
    int port;
};

/* extra: more of the configuration. Aborts when the program does not come up within 10 s. */
struct http_process *http_process_start(void *mem, const char *extra);
/* After http_process_kill: on the same database. */
void http_process_run(struct http_process *process);
/* SIGKILL, and waits for the end. */
void http_process_kill(struct http_process *process);
/* SIGTERM; the exit code. */
int http_process_stop(struct http_process *process);

/* -1 when it does not take connections. */
int http_process_connect(const struct http_process *process);

#endif
