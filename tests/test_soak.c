/*
 * The real gateway with a sample county while all goes on at once: floods of texts, a modem that is
 * unplugged, slow HTTP clients, a calendar that moves half an hour a second. Memory and descriptors stay
 * flat, every text is kept once. XIANGYIN_SOAK: for how many seconds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/knock.h"
#include "tests/support/gateway_books.h"
#include "tests/support/http_process.h"

enum {
    SECONDS = 8,
    TEXTS_A_SECOND = 8,
    HOOKS_A_SECOND = 4,
    HOOK_TRIES = 10,
    SLOW_MOST = 40,
    UNPLUG_EVERY = 5,
    SEND_EVERY = 7,
    HALF_HOUR = 1800,
    MONDAY = 1795395600, /* 2026-11-23 09:00 in China */
    WARM_PERCENT = 40,   /* what is loaded and cached once is there by then */
    GROWS_KB = 16 * 1024,
    GROWS_FILES = 4
};

struct soak {
    struct gateway_process *gateway;
    int port, seconds;
    int texts, hooks, repeated, notices, unplugs, slow_clients;
    int slow[SLOW_MOST];
    int64_t clock;
};

struct footprint {
    long memory_kb, files, threads;
};

static long status_of(pid_t pid, const char *name)
{
    char path[64], line[256];
    long value = -1;
    FILE *status;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    status = fopen(path, "r");
    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtol(line + strlen(name), NULL, 10);
    if (status)
        fclose(status);
    return value;
}

static long files_of(pid_t pid)
{
    char path[64];
    DIR *directory;
    long n = 0;

    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    directory = opendir(path);
    while (directory && readdir(directory))
        n++;
    if (directory)
        closedir(directory);
    return n;
}

static struct footprint footprint_of(const struct soak *soak)
{
    return (struct footprint){ status_of(soak->gateway->pid, "VmRSS:"), files_of(soak->gateway->pid),
                               status_of(soak->gateway->pid, "Threads:") };
}

/* ---- what goes on ---- */

static int find_port(const struct gateway_process *gateway)
{
    char line[512];
    FILE *log = fopen(gateway->log, "r");
    int port = 0;

    assert_non_null(log);
    while (fgets(line, sizeof line, log))
        if (strstr(line, "http: port "))
            port = atoi(strstr(line, "http: port ") + strlen("http: port "));
    fclose(log);
    assert_true(port > 0);
    return port;
}

static int connect_to(const struct soak *soak)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr = { htonl(INADDR_LOOPBACK) },
                                   .sin_port = htons((uint16_t)soak->port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Whether one text by webhook was acknowledged. */
static bool bring_by_hook(const struct soak *soak, int id)
{
    char body[200], request[600], reply[512] = "";
    int fd = connect_to(soak);
    int length = snprintf(body, sizeof body, "from=136%08d&id=%d&text=%%E6%%B0%%B4%%E7%%AE%%A1%%E5%%9D%%8F%d",
                          id, id, id);
    int n = snprintf(request, sizeof request,
                     "POST /hook/p/" HTTP_PROCESS_KEY " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                     "Content-Length: %d\r\n\r\n%s",
                     length, body);
    bool is_taken;

    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 20 }, sizeof(struct timeval));
    is_taken = send(fd, request, (size_t)n, MSG_NOSIGNAL) == n && recv(fd, reply, sizeof reply - 1, 0) > 0 &&
               strncmp(reply, "HTTP/1.1 200", 12) == 0;
    close(fd);
    return is_taken;
}

/* As a provider does: what was not acknowledged, perhaps though it was kept, is brought again. */
static void bring_until_taken(struct soak *soak, int id)
{
    int tries = 0;

    while (!bring_by_hook(soak, id))
        if (++tries == HOOK_TRIES)
            fail_msg("webhook %d is not taken", id);
    soak->hooks++;
    soak->repeated += tries;
}

/* Each slow client says one octet a second; the gateway may end it, and then another comes. */
static void be_slow(struct soak *soak)
{
    for (int i = 0; i < SLOW_MOST; i++) {
        if (soak->slow[i] > 0 && send(soak->slow[i], "a", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1)
            continue;
        if (soak->slow[i] > 0)
            close(soak->slow[i]);
        soak->slow[i] = connect_to(soak);
        if (soak->slow[i] > 0) {
            soak->slow_clients++;
            send(soak->slow[i], "GET /healthz HTTP/1.1\r\nX-", 25, MSG_NOSIGNAL);
        }
    }
}

static void move_clock(struct soak *soak)
{
    soak->clock += HALF_HOUR;
    assert_true(clock_set(getenv("XIANGYIN_CLOCK"), soak->clock));
    knock_send(soak->gateway->url);
}

static void go_on(struct soak *soak, int second)
{
    struct gateway_process *gateway = soak->gateway;

    move_clock(soak);
    gateway_tell(
        gateway,
        "{\"cmd\":\"flood\",\"n\":%d,\"first\":%d,\"from\":\"+86139\",\"text\":\"第{n}户的自来水停了，请派人"
        "来看\"}",
        TEXTS_A_SECOND, soak->texts + 1);
    soak->texts += TEXTS_A_SECOND;
    for (int i = 0; i < HOOKS_A_SECOND; i++)
        bring_until_taken(soak, second * HOOKS_A_SECOND + i + 1);
    be_slow(soak);
    if (second % UNPLUG_EVERY == 0) {
        gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"unplug\",\"after_read\":%ld,\"back_ms\":50}",
                     1 + random() % 900);
        soak->unplugs++;
    }
    if (second % SEND_EVERY == 0) {
        books_queue(gateway, talloc_asprintf(gateway, "+86137%03d", second / SEND_EVERY % 1000), 5,
                    talloc_asprintf(gateway, "%d：明天上午九点开村民会", second));
        soak->notices += 5;
    }
}

static void end_slow_clients(struct soak *soak)
{
    for (int i = 0; i < SLOW_MOST; i++)
        if (soak->slow[i] > 0)
            close(soak->slow[i]);
    memset(soak->slow, 0, sizeof soak->slow);
}

/* Quiet, so that what is counted is what stays. */
static struct footprint rest(struct soak *soak)
{
    struct footprint found;

    end_slow_clients(soak);
    gateway_tell(soak->gateway, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    gateway_tell(soak->gateway, "{\"cmd\":\"fault\",\"kind\":\"plug\"}");
    assert_true(gateway_wait(soak->gateway,
                             "SELECT count(*) FROM events WHERE line = 'village' AND kind = 'text'",
                             soak->texts, PATIENCE_MS));
    found = footprint_of(soak);
    for (int i = 0; i < 50; i++) { /* connections that were just closed are noticed */
        struct footprint again = footprint_of(soak);

        found = again.files < found.files ? again : found;
        sleep_ms(10);
    }
    return found;
}

static struct soak *begin(void)
{
    struct soak *soak = talloc_zero(NULL, struct soak);
    int code;

    soak->seconds = getenv("XIANGYIN_SOAK") ? atoi(getenv("XIANGYIN_SOAK")) : SECONDS;
    soak->gateway = gateway_begin(NULL, "command_timeout = 1");
    soak->clock = MONDAY;
    setenv("XIANGYIN_CLOCK", talloc_asprintf(soak, "%s/clock", soak->gateway->folder), 1);
    assert_true(clock_set(getenv("XIANGYIN_CLOCK"), soak->clock));
    gateway_configure(soak->gateway, "http { listen = \"127.0.0.1:0\" request_timeout = 5 }\n"
                                     "provider p { hook_key = \"" HTTP_PROCESS_KEY
                                     "\" in_from = from in_text = text in_id = id }\n");
    gateway_command(soak->gateway, &code,
                    "import units gateway/demo/units.csv --aliases gateway/demo/aliases.csv");
    assert_int_equal(code, 0);
    gateway_command(soak->gateway, &code, "import people gateway/demo/people.csv");
    assert_int_equal(code, 0);
    gateway_tell(soak->gateway, "{\"cmd\":\"report\",\"mode\":\"never\"}");
    gateway_run(soak->gateway);
    soak->port = find_port(soak->gateway);
    return soak;
}

static void nothing_grows_and_nothing_is_lost_while_all_goes_on(void **state)
{
    struct soak *soak = begin();
    struct footprint warm = { 0 }, end;

    (void)state;
    srandom(20261129);
    for (int second = 0; second < soak->seconds; second++) {
        int64_t from = clock_ticks_ms();

        go_on(soak, second);
        if (second == soak->seconds * WARM_PERCENT / 100)
            warm = rest(soak);
        while (clock_ticks_ms() < from + 1000)
            sleep_ms(10);
    }
    end = rest(soak);
    print_message("# %d s: %d texts, %d by webhook (%d brought again), %d notices, %d unplugs, %d slow "
                  "clients, %lld days; memory %ld to "
                  "%ld KB, descriptors %ld to %ld, threads %ld to %ld\n",
                  soak->seconds, soak->texts, soak->hooks, soak->repeated, soak->notices, soak->unplugs,
                  soak->slow_clients, (long long)(soak->clock - MONDAY) / 86400, warm.memory_kb,
                  end.memory_kb, warm.files, end.files, warm.threads, end.threads);
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__ /* they keep what is freed */
    assert_in_range(end.memory_kb, 1, warm.memory_kb + GROWS_KB);
#endif
    assert_in_range(end.files, 1, warm.files + GROWS_FILES);
    assert_in_range(end.threads, 1, warm.threads);
    assert_true(books_wait(soak->gateway, soak->texts + soak->hooks, PATIENCE_MS));
    assert_int_equal(gateway_stop(soak->gateway), 0);
    books_received(soak->gateway, soak->texts + soak->hooks);
    books_agree(soak->gateway, NULL);
    assert_int_equal(gateway_count(soak->gateway, "SELECT count(*) FROM pragma_integrity_check"
                                                  " WHERE integrity_check <> 'ok'"),
                     0);
    unsetenv("XIANGYIN_CLOCK");
    gateway_end(soak->gateway);
    talloc_free(soak);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_grows_and_nothing_is_lost_while_all_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
