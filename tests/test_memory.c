/* The law of memory (gateway/memory.c) under load: the program ends, and nothing that it acknowledged is
 * lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "tests/support/gateway_books.h"
#include "tests/support/http_process.h"

enum { MOST = 5000, LINGERING = 250, TEXTS = 300, EXIT_NO_MEMORY = 71 };

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* these bring allocators of their own \
                                                                     */
#define HAS_LAW

static char *read_log(const struct gateway_process *gateway)
{
    char *text = talloc_zero_size(gateway->mem, 1 << 20);
    FILE *log = fopen(gateway->log, "r");

    assert_non_null(log);
    fread(text, 1, (1 << 20) - 1, log);
    fclose(log);
    return text;
}

static int connect_to(const struct gateway_process *gateway)
{
    const char *at = strstr(read_log(gateway), "http: port ");
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_non_null(at);
    address.sin_port = htons((uint16_t)atoi(at + strlen("http: port ")));
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Brings one text by webhook; true when it was acknowledged. */
static bool bring(const struct gateway_process *gateway, int id)
{
    char body[128], request[512], reply[512] = "";
    int fd = connect_to(gateway), n;
    bool is_acknowledged;

    if (fd < 0)
        return false;
    snprintf(body, sizeof body, "from=138%08d&id=%d&text=%%E6%%B0%%B4%%E7%%AE%%A1%%E5%%9D%%8F", id, id);
    n = snprintf(request, sizeof request,
                 "POST /hook/p/" HTTP_PROCESS_KEY " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                 "Content-Length: %zu\r\n\r\n%s",
                 strlen(body), body);
    is_acknowledged = send(fd, request, (size_t)n, MSG_NOSIGNAL) == n &&
                      recv(fd, reply, sizeof reply - 1, 0) > 0 && strncmp(reply, "HTTP/1.1 200", 12) == 0;
    close(fd);
    return is_acknowledged;
}

/*
 * What the process has for data now is all that it may ever have. RLIMIT_AS would leave it the address space
 * that each thread's heap has reserved already.
 */
static void take_memory_away(pid_t pid)
{
    char path[64], line[256];
    unsigned long kilobytes = 0;
    FILE *status;
    struct rlimit limit;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    status = fopen(path, "r");
    assert_non_null(status);
    while (kilobytes == 0 && fgets(line, sizeof line, status))
        sscanf(line, "VmData: %lu", &kilobytes);
    fclose(status);
    assert_true(kilobytes > 0);
    limit.rlim_cur = limit.rlim_max = (rlim_t)kilobytes * 1024;
    assert_int_equal(prlimit(pid, RLIMIT_DATA, &limit, NULL), 0);
}

/* A client that says half a request and stays: the gateway must remember it. */
static void linger(const struct gateway_process *gateway)
{
    static const char half[] = "POST /hook/p/" HTTP_PROCESS_KEY " HTTP/1.1\r\nHost: a\r\n";
    int fd = connect_to(gateway);

    if (fd >= 0)
        send(fd, half, sizeof half - 1, MSG_NOSIGNAL); /* closed when the test ends */
}

static void out_of_memory_it_ends_and_nothing_acknowledged_is_lost(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    char *acknowledged = talloc_zero_size(gateway, MOST);
    int status = 0, next = 0;
    pid_t ended = 0;

    gateway_configure(gateway, "http { listen = \"127.0.0.1:0\" }\n"
                               "provider p { hook_key = \"" HTTP_PROCESS_KEY
                               "\" in_from = from in_text = text in_id = id }\n");
    gateway_run(gateway);
    books_flood(gateway, TEXTS);
    for (; next < 20; next++)
        acknowledged[next] = bring(gateway, next);
    assert_int_equal(acknowledged[19], 1);
    take_memory_away(gateway->pid);
    for (; next < MOST && ended == 0; next++) {
        if (next < LINGERING)
            linger(gateway);
        acknowledged[next] = bring(gateway, next);
        ended = waitpid(gateway->pid, &status, WNOHANG);
    }
    assert_int_equal(ended, gateway->pid);
    gateway->pid = 0;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXIT_NO_MEMORY);
    assert_non_null(strstr(read_log(gateway), "error: out of memory"));

    gateway_run(gateway);
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM events WHERE line = 'village' AND kind = 'text'",
                             TEXTS, PATIENCE_MS));
    for (int id = 0; id < next; id++) {
        char *sql = talloc_asprintf(
            gateway, "SELECT count(*) FROM events WHERE line = 'p' AND external_id = '%d'", id);
        assert_in_range(gateway_count(gateway, sql), acknowledged[id], 1);
    }
    assert_int_equal(gateway_count(gateway, "SELECT count(DISTINCT text) FROM events WHERE line = 'village'"
                                            " AND kind = 'text'"),
                     TEXTS);
    assert_int_equal(
        gateway_count(gateway, "SELECT count(*) FROM events WHERE line = 'village' AND kind = 'text'"),
        TEXTS);
    gateway_end(gateway);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef HAS_LAW
        cmocka_unit_test(out_of_memory_it_ends_and_nothing_acknowledged_is_lost),
#endif
        { 0 },
    };

    return _cmocka_run_group_tests("memory", tests, sizeof tests / sizeof *tests - 1, NULL, NULL);
}
