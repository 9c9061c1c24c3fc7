/* A provider behind TLS that offers HTTP/2: nghttpx before the stand-in; left out where it is not installed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
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

#include "gateway/provider/fields.h"
#include "tests/support/certificate.h"
#include "tests/support/ports.h"
#include "tests/support/provider_world.h"
#include "tests/support/support.h"

enum { TEXTS = 20, WAIT_STEPS = 4000, STEP_NS = 5000000 };

struct world {
    struct provider_world *provider;
    const char *certificate, *key;
};

struct proxy {
    pid_t pid;
    int port;
    const char *log; /* the client's port of each request, one a line */
};

static const char *find_proxy(void)
{
    static const char *const paths[] = { "/usr/sbin/nghttpx", "/usr/bin/nghttpx" };

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (access(paths[i], X_OK) == 0)
            return paths[i];
    return NULL;
}

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    const char *folder = temporary_directory(world);
    gnutls_datum_t certificate, key;

    world->certificate = talloc_asprintf(world, "%s/certificate.pem", folder);
    world->key = talloc_asprintf(world, "%s/key.pem", folder);
    certificate_make("127.0.0.1", time(NULL) - 86400, time(NULL) + 86400, &certificate, &key);
    certificate_append(world->certificate, &certificate);
    certificate_append(world->key, &key);
    gnutls_free(certificate.data);
    gnutls_free(key.data);
    world->provider = provider_world_new();
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    provider_world_free(world->provider);
    talloc_free(world);
    return 0;
}

static bool is_listening(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_there = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;

    close(fd);
    return is_there;
}

static int end_proxy(struct proxy *proxy)
{
    kill(proxy->pid, SIGKILL);
    waitpid(proxy->pid, NULL, 0);
    return 0;
}

static void run_proxy(void *mem, const struct world *world, const struct proxy *proxy, const char *protocols)
{
    int quiet = open("/dev/null", O_RDWR);
    const char *const arguments[] = {
        "nghttpx",
        "--conf=/dev/null",
        "--single-process",
        "--no-ocsp",
        "--workers=1",
        talloc_asprintf(mem, "--npn-list=%s", protocols),
        talloc_asprintf(mem, "--frontend=127.0.0.1,%d", proxy->port),
        talloc_asprintf(mem, "--backend=127.0.0.1,%d", world->provider->server->port),
        talloc_asprintf(mem, "--accesslog-file=%s", proxy->log),
        "--accesslog-format=$remote_port",
        world->key,
        world->certificate,
        NULL,
    };

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(quiet, STDOUT_FILENO);
    dup2(quiet, STDERR_FILENO);
    execv(find_proxy(), (char *const *)(uintptr_t)arguments);
    _exit(127);
}

/* protocols: what it offers, "h2,http/1.1". Ends with mem. Before the caller has threads. */
static struct proxy *start_proxy(void *mem, const struct world *world, const char *protocols)
{
    struct proxy *proxy = talloc_zero(mem, struct proxy);
    bool is_ready = false;

    proxy->port = ports_reserve(1);
    proxy->log = talloc_asprintf(proxy, "%s/log", temporary_directory(proxy));
    proxy->pid = fork();
    if (proxy->pid == 0)
        run_proxy(proxy, world, proxy, protocols);
    assert_true(proxy->pid > 0);
    talloc_set_destructor(proxy, end_proxy);
    for (int i = 0; i < WAIT_STEPS && !is_ready; i++) {
        is_ready = is_listening(proxy->port);
        if (!is_ready)
            nanosleep(&(struct timespec){ .tv_nsec = STEP_NS }, NULL);
    }
    assert_true(is_ready);
    return proxy;
}

/* How many connections the proxy's log names. */
static size_t connections(const struct proxy *proxy)
{
    FILE *log = fopen(proxy->log, "r");
    int ports[TEXTS], port;
    size_t n = 0, i;

    assert_non_null(log);
    while (n < TEXTS && fscanf(log, "%d", &port) == 1) {
        for (i = 0; i < n && ports[i] != port; i++)
            ;
        if (i == n)
            ports[n++] = port;
    }
    fclose(log);
    return n;
}

/* So many texts at once by the proxy; via is what it says of how each request came. */
static void send_by(struct provider_world *provider, const struct world *world, const struct proxy *proxy,
                    const char *via)
{
    size_t before = provider_server_count(provider->server, "slow");
    int64_t ids[TEXTS];

    provider_world_open(
        provider, talloc_asprintf(provider,
                                  "provider t { kind = twilio url = \"https://127.0.0.1:%d/slow\""
                                  " account = AC1 secret = \"env:PROVIDER_SECRET\" from = \"+15005550006\""
                                  " connections = %d authority = \"%s\" }\n",
                                  proxy->port, TEXTS, world->certificate));
    for (int i = 0; i < TEXTS; i++)
        ids[i] =
            provider_world_send(provider, "t", "+8613800138000", talloc_asprintf(provider, "text %d", i));
    for (int i = 0; i < TEXTS; i++)
        provider_world_wait(provider, ids[i], NOTICE_SENT);
    assert_int_equal(provider_server_count(provider->server, "slow"), before + TEXTS);
    for (size_t i = before; i < before + TEXTS; i++) {
        struct json_object *request = provider_server_request(provider, provider->server, "slow", i);

        assert_string_equal(json_field(provider, request, "trouble"), "");
        assert_non_null(strcasestr(json_field(provider, request, "head"), via));
    }
    provider_world_close(provider);
}

static void texts_share_a_connection_where_http_2_is_offered(void **state)
{
    struct world *world = *state;
    struct proxy *proxy;

    if (!find_proxy())
        return;
    proxy = start_proxy(world, world, "h2,http/1.1");

    send_by(world->provider, world, proxy, "\r\nvia: 2 nghttpx\r\n");
    assert_int_equal(connections(proxy), 1);
    talloc_free(proxy);
}

static void where_it_is_not_each_has_a_connection(void **state)
{
    struct world *world = *state;
    struct proxy *proxy;

    if (!find_proxy())
        return;
    proxy = start_proxy(world, world, "http/1.1");

    send_by(world->provider, world, proxy, "\r\nvia: 1.1 nghttpx\r\n");
    assert_true(connections(proxy) > 1);
    talloc_free(proxy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_share_a_connection_where_http_2_is_offered),
        cmocka_unit_test(where_it_is_not_each_has_a_connection),
    };

    if (!find_proxy())
        print_message("# left out: nghttpx (package nghttp2-proxy) is not here\n");
    return cmocka_run_group_tests(tests, open_world, close_world);
}
