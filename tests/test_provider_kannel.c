/*
 * The example for Kannel against the real bearerbox and smsbox, from /usr/sbin or the folder $KANNEL. Another
 * gateway of ours is the network on Kannel's far side. Without Kannel all of it is left out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <curl/curl.h>
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

#include "gateway/provider/request.h"
#include "store/events.h"
#include "store/notices.h"
#include "tests/support/http_process.h"
#include "tests/support/http_support.h"
#include "tests/support/ports.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

#define COMPLAINT "聚粮村自来水停了三天了"

enum { TRIES = 600, PAUSE_NS = 50000000, PORTS = 4 };

struct world {
    struct http_world *far; /* the network: takes what Kannel sends */
    struct http_process *gateway;
    const char *folder, *kannel, *token;
    int ports[PORTS]; /* of Kannel: its admin's, the boxes', the network's, sendsms */
    pid_t bearerbox, smsbox;
};

static const char *program(void *mem, const char *name)
{
    const char *folder = getenv("KANNEL");

    return talloc_asprintf(mem, "%s/%s", folder ? folder : "/usr/sbin", name);
}

static bool is_installed(const char *name)
{
    const char *path = program(NULL, name);
    bool is_there = access(path, X_OK) == 0;

    talloc_free((void *)path);
    return is_there;
}

/* The example's section, at Kannel's port here, and one like it that lacks the sender. */
static const char *providers(struct world *world)
{
    FILE *file = fopen("gateway/provider/examples/kannel.conf", "r");
    char text[8192];
    const char *at, *port, *from;

    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    at = strstr(text, "\nprovider");
    port = strstr(at, ":13013");
    from = strstr(at, "    from = ");
    assert_true(at && port && from);
    return talloc_asprintf(
        world,
        "%.*s:%d%s\nprovider \"bare\" { receive = no send = yes method = GET per_day = 0 url = "
        "\"http://127.0.0.1:%d/cgi-bin/sendsms?username=xiangyin&password=%s&to={{to}}&text={{text}}\" "
        "sent_words = { \"0:\" } prefixes = { \"+1\" } }\n",
        (int)(port - at), at, world->ports[3], port + strlen(":13013"), world->ports[3],
        getenv("KANNEL_PASSWORD"));
}

/* As the example says, word for word, but for the addresses, and quicker tries. */
static void write_kannel_conf(struct world *world)
{
    world->kannel = write_file(
        world, world->folder, "kannel.conf",
        talloc_asprintf(
            world,
            "group = core\nadmin-port = %d\nadmin-password = x\nadmin-interface = \"127.0.0.1\"\n"
            "smsbox-port = %d\nsmsbox-interface = \"127.0.0.1\"\nbox-allow-ip = \"127.0.0.1\"\n\n"
            "group = smsc\nsmsc = http\nsystem-type = kannel\nsmsc-username = \"token 1\"\nsmsc-password = "
            "\"%s\"\n"
            "port = %d\nconnect-allow-ip = \"127.0.0.1\"\nsend-url = "
            "\"http://127.0.0.1:%d/cgi-bin/sendsms\"\n\n"
            "group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = %d\nsendsms-interface = "
            "\"127.0.0.1\"\n"
            "http-request-retry = 60\nhttp-queue-delay = 1\n\n"
            "group = sendsms-user\nusername = xiangyin\npassword = %s\nuser-allow-ip = \"127.0.0.1\"\n\n"
            "group = sms-service\nkeyword = default\n"
            "get-url = "
            "\"http://127.0.0.1:%d/hook/kannel/%s?from=%%p&to=%%P&text=%%b&charset=%%C&id=%%I&time=%%T\"\n"
            "max-messages = 0\n",
            world->ports[0], world->ports[1], world->token, world->ports[2], world->far->port,
            world->ports[3], getenv("KANNEL_PASSWORD"), world->gateway->port, getenv("KANNEL_KEY")));
}

static pid_t spawn(struct world *world, const char *name)
{
    const char *path = program(world, name);
    pid_t pid = fork();

    if (pid == 0) {
        int log = open(talloc_asprintf(world, "%s/%s.log", world->folder, name), O_WRONLY | O_CREAT, 0600);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(log, STDERR_FILENO);
        dup2(log, STDOUT_FILENO);
        execl(path, name, world->kannel, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static size_t drop(char *data, size_t size, size_t n, void *arg)
{
    (void)data, (void)arg;
    return size * n;
}

/* The status of a GET of the network's port of Kannel; 0: nobody listens yet. */
static long get(const char *url)
{
    CURL *curl = curl_easy_init();
    long status = 0;

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    return status;
}

static bool wait_until(bool (*is_so)(void *arg), void *arg)
{
    for (int i = 0; i < TRIES; i++) {
        if (is_so(arg))
            return true;
        nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
    }
    return false;
}

/* Somebody texts: the octets as they stand in the message, percent-encoded, and its coding (23.038). */
struct text {
    struct world *world;
    const char *octets;
    int coding;
};

static bool is_handed_over(void *arg)
{
    const struct text *text = arg;
    const struct world *world = text->world;

    return get(talloc_asprintf(
               world,
               "http://127.0.0.1:%d/?username=token+1&password=%s&from=%%2B8613934567001&to=1069"
               "&coding=%d&text=%s",
               world->ports[2], world->token, text->coding, text->octets)) /
               100 ==
           2;
}

static bool find_text(const struct event *event, void *arg)
{
    const char **wanted = arg;

    if (event->text && strcmp(event->text, *wanted) == 0)
        *wanted = NULL;
    return *wanted != NULL;
}

struct looking {
    struct world *world;
    const char *text;
};

static bool is_received(void *arg)
{
    const struct looking *looking = arg;
    const char *error, *wanted = looking->text;
    struct store *store = store_open_reader(looking->world, looking->world->gateway->store_url, &error);
    bool is_read = store && store_each_event(store, &(struct event_filter){ 0 }, find_text, &wanted);

    talloc_free(store);
    return is_read && !wanted;
}

static bool find_notice(const struct notice *notice, void *arg)
{
    const char **wanted = arg;

    if (strstr(notice->text, *wanted) || strstr(notice->why, *wanted))
        *wanted = NULL;
    return *wanted != NULL;
}

/* In the far gateway: as the network it was asked to send the text. */
static bool is_sent(void *arg)
{
    const struct looking *looking = arg;
    const char *wanted = looking->text;

    return store_each_notice(looking->world->far->store, &(struct notice_filter){ 0 }, find_notice,
                             &wanted) &&
           !wanted;
}

static bool is_refused_with(void *arg)
{
    const struct looking *looking = arg;
    const char *error, *wanted = looking->text;
    struct store *store = store_open_reader(looking->world, looking->world->gateway->store_url, &error);
    bool is_read = store && store_each_notice(store, &(struct notice_filter){ 0 }, find_notice, &wanted);

    talloc_free(store);
    return is_read && !wanted;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* Whether the bearerbox listens for its smsbox. */
static bool is_up(void *arg)
{
    const struct world *world = arg;
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)world->ports[1]),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool is_open = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;

    close(fd);
    return is_open;
}

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);

    *state = world;
    world->folder = temporary_directory(world);
    for (int i = 0; i < PORTS; i++)
        world->ports[i] = ports_reserve(1);
    world->gateway = http_process_start(world, providers(world));
    world->far = http_world_open("", "");
    world->token = http_token(world->far, world, "send");
    write_kannel_conf(world);
    world->bearerbox = spawn(world, "bearerbox");
    assert_true(wait_until(is_up, world)); /* smsbox ends when nobody listens */
    world->smsbox = spawn(world, "smsbox");
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    end(world->smsbox);
    end(world->bearerbox);
    http_process_kill(world->gateway);
    http_world_close(world->far);
    talloc_free(world);
    return 0;
}

static void texts_come_in_whatever_their_alphabet(void **state)
{
    static const struct {
        const char *octets, *text;
        int coding;
    } texts[] = {
        /* 聚粮村自来水停了三天了; U+4E09 holds a tab, U+6751 ends in Q */
        { "%80%5A%7C%AE%67%51%81%EA%67%65%6C%34%50%5C%4E%86%4E%09%59%29%4E%86", COMPLAINT, 2 },
        { "hello+%40+%24+village", "hello @ $ village", 0 },
        { "caf%C3%A9+%7B%7D", "café {}", 0 },
        { "%D8%3D%DE%00%00%20%00%20%00%61", "\U0001f600  a", 2 },
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct text text = { world, texts[i].octets, texts[i].coding };
        struct looking looking = { world, texts[i].text };

        assert_true(wait_until(is_handed_over, &text));
        if (!wait_until(is_received, &looking))
            fail_msg("%s has not come", texts[i].text);
    }
    /* and what they are answered goes out by Kannel */
    assert_true(wait_until(is_sent, &(struct looking){ world, "收到，编号" }));
}

static void a_refusal_is_told_in_kannels_words(void **state)
{
    struct world *world = *state;
    struct text text = { world, "hello", 0 };

    assert_true(wait_until(is_handed_over, &text)); /* both boxes are up */
    assert_true(wait_until(is_received, &(struct looking){ world, "hello" }));
    assert_int_equal(RUN(world, NULL, NULL, "send", "+12125551234", "a", "-c", world->gateway->config).status,
                     0);
    assert_true(wait_until(
        is_refused_with,
        &(struct looking){ world, "HTTP status 400: Sender missing and no global set, rejected" }));
}

static void a_text_waits_in_kannel_while_the_gateway_is_down(void **state)
{
    struct world *world = *state;
    struct text text = { world, "wait+for+me", 0 };
    struct looking looking = { world, "wait for me" };
    /* the same port again, and receipts asked for */
    char *command = talloc_asprintf(world,
                                    "sed -i 's|listen = \"127.0.0.1:0\"|listen = \"127.0.0.1:%d\" public_url "
                                    "= \"http://127.0.0.1:%d\"|' %s",
                                    world->gateway->port, world->gateway->port, world->gateway->config);

    assert_int_equal(system(command), 0);
    http_process_kill(world->gateway);
    assert_true(wait_until(is_handed_over, &text));
    http_process_run(world->gateway);
    assert_true(wait_until(is_received, &looking));
    assert_true(wait_until(is_sent, &(struct looking){ world, "26" }));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(texts_come_in_whatever_their_alphabet),
        TEST(a_refusal_is_told_in_kannels_words),
        TEST(a_text_waits_in_kannel_while_the_gateway_is_down),
    };
    int failed;

    if (!is_installed("bearerbox") || !is_installed("smsbox")) {
        print_message("1..0 # SKIP Kannel is not installed\n");
        return 0;
    }
    setenv("KANNEL_KEY", HTTP_PROCESS_KEY, 1);
    setenv("KANNEL_PASSWORD", "open-sesame-1234", 1);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
