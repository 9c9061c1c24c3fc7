#include "tests/support/http_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/gateway_process.h"
#include "tests/support/support.h"

static int end_process(struct http_process *process)
{
    http_process_kill(process);
    return 0;
}

struct http_process *http_process_start(void *mem, const char *extra)
{
    struct http_process *process = talloc_zero(mem, struct http_process);
    FILE *config;

    process->folder = temporary_directory(process);
    process->config = talloc_asprintf(process, "%s/xiangyin.conf", process->folder);
    process->log = talloc_asprintf(process, "%s/log", process->folder);
    process->store_url = talloc_asprintf(process, "sqlite:%s/xiangyin.db", process->folder);
    config = fopen(process->config, "w");
    if (!config)
        abort();
    fprintf(config,
            "timezone = \"Asia/Shanghai\"\nquiet_hours = \"off\"\nstore { url = \"%s\" }\n"
            "http { listen = \"127.0.0.1:0\" }\n%s\n",
            process->store_url, extra);
    fclose(config);
    talloc_set_destructor(process, end_process);
    http_process_run(process);
    return process;
}

static void spawn(struct http_process *process)
{
    process->pid = fork();
    if (process->pid == 0) {
        int log = open(process->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);

        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nothing behind */
        dup2(log, STDERR_FILENO);
        dup2(log, STDOUT_FILENO);
        setenv("LC_MESSAGES", "C", 0); /* the log in English */
        execl(gateway_program(), "xiangyin", "run", "-c", process->config, (char *)NULL);
        _exit(127);
    }
}

/* The port, once the log has told it and that all is ready; 0 until then. */
static int read_port(const struct http_process *process)
{
    char text[65536];
    FILE *log = fopen(process->log, "r");
    size_t n = log ? fread(text, 1, sizeof text - 1, log) : 0;
    const char *at;

    if (log)
        fclose(log);
    text[n] = '\0';
    at = strstr(text, "http: port ");
    return at && strstr(text, "ready: ") ? atoi(at + strlen("http: port ")) : 0;
}

void http_process_run(struct http_process *process)
{
    unlink(process->log);
    spawn(process);
    for (int waited = 0; waited < 60000; waited += 10) {
        process->port = read_port(process);
        if (process->port > 0)
            return;
        nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    }
    show_log(process->log);
    fprintf(stderr, "the gateway did not get ready; see %s\n", process->log);
    abort();
}

void http_process_kill(struct http_process *process)
{
    if (process->pid <= 0)
        return;
    kill(process->pid, SIGKILL);
    waitpid(process->pid, NULL, 0);
    process->pid = 0;
}

int http_process_stop(struct http_process *process)
{
    int status = 0;

    kill(process->pid, SIGTERM);
    waitpid(process->pid, &status, 0);
    process->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int http_process_connect(const struct http_process *process)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)process->port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}
