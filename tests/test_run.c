/*
 * What the running gateway tells a service manager, and what a reload changes.
 */
#include <setjmp.h>
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/support/gateway_process.h"

#define DELIVERED "SELECT count(*) FROM notices WHERE state = 'DELIVERED'"

/* ---- a service manager ---- */

/* Listens where the gateways that this test starts will look. */
static int begin_manager(struct gateway_process *gateway, const char *watchdog_us)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s/notify", gateway->folder);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    setenv("WATCHDOG_USEC", watchdog_us, 1);
    return fd;
}

static void end_manager(int fd)
{
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    close(fd);
}

/* The next thing it is told. */
static const char *next_told(int fd, char told[512])
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    ssize_t n;

    assert_int_equal(poll(&wait, 1, PATIENCE_MS), 1);
    n = recv(fd, told, 511, 0);
    assert_true(n >= 0);
    told[n] = '\0';
    return told;
}

static void wait_until_told(int fd, const char *words)
{
    char told[512];

    while (!strstr(next_told(fd, told), words))
        ;
}

static void a_service_manager_hears_that_it_serves_and_stops(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    int manager = begin_manager(gateway, "300000");

    gateway_spawn(gateway);
    wait_until_told(manager, "READY=1");
    wait_until_told(manager, "STATUS=1 of 1 lines up, texts waiting to be sent: 0");
    assert_int_equal(gateway_stop(gateway), 0);
    wait_until_told(manager, "STOPPING=1");
    end_manager(manager);
    gateway_end(gateway);
}

/* The thread of this name in the process. */
static pid_t thread_named(pid_t process, const char *name)
{
    char path[64], found[32] = "";
    pid_t thread = 0;
    DIR *folder;

    snprintf(path, sizeof path, "/proc/%d/task", (int)process);
    folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; !thread && (entry = readdir(folder));) {
        snprintf(path, sizeof path, "/proc/%d/task/%.16s/comm", (int)process, entry->d_name);
        FILE *file = fopen(path, "r");

        if (file && fgets(found, sizeof found, file) && strcmp(strtok(found, "\n"), name) == 0)
            thread = (pid_t)atoi(entry->d_name);
        if (file)
            fclose(file);
    }
    closedir(folder);
    return thread;
}

static void a_desk_that_stands_still_gives_no_sign_of_life(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    int manager = begin_manager(gateway, "600000"), status;
    char told[512];

    gateway_spawn(gateway);
    wait_until_told(manager, "WATCHDOG=1");
    pid_t desk = thread_named(gateway->pid, "desk");
    assert_true(desk > 0);
    sleep_ms(100); /* then it waits for work and holds no lock, most of the time */
    assert_int_equal(ptrace(PTRACE_SEIZE, desk, NULL, NULL), 0);
    assert_int_equal(ptrace(PTRACE_INTERRUPT, desk, NULL, NULL), 0);
    assert_int_equal(waitpid(desk, &status, __WALL), desk);
    /* two may tell of rounds made before; silence is no sign of life either */
    for (int i = 0; i < 6; i++)
        if (poll(&(struct pollfd){ .fd = manager, .events = POLLIN }, 1, 1000) == 1)
            assert_true(!strstr(next_told(manager, told), "WATCHDOG=1") || i < 2);
    assert_int_equal(ptrace(PTRACE_DETACH, desk, NULL, NULL), 0);
    wait_until_told(manager, "WATCHDOG=1");
    end_manager(manager);
    gateway_end(gateway);
}

static void a_process_that_is_not_watched_gives_no_sign_of_life(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    int manager = begin_manager(gateway, "300000");
    char told[512];

    setenv("WATCHDOG_PID", "1", 1);
    gateway_spawn(gateway);
    wait_until_told(manager, "READY=1");
    assert_null(strstr(next_told(manager, told), "WATCHDOG"));
    unsetenv("WATCHDOG_PID");
    end_manager(manager);
    gateway_end(gateway);
}

/* ---- reload ---- */

/* Writes the configuration of gateway_begin with other words for a modem's line and the file. */
static void rewrite(struct gateway_process *gateway, const char *in_modem, const char *in_file)
{
    FILE *config = fopen(gateway->config, "w");

    assert_non_null(config);
    fprintf(config,
            "timezone = \"Asia/Shanghai\"\nquiet_hours = \"off\"\n%s\n"
            "store { url = \"sqlite:xiangyin.db\" }\nmodem \"village\" {\n device = \"%s\"\n %s\n}\n",
            in_file, gateway->device, in_modem);
    fclose(config);
}

static int reload(struct gateway_process *gateway)
{
    int code = -1;

    gateway_command(gateway, &code, "reload");
    return code;
}

static void a_reload_changes_the_rate_of_a_line_and_the_texts_wait_for_nothing_else(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "per_day = 1");

    gateway_run(gateway);
    gateway_command(gateway, NULL, "send 13903570005 水费可以在村委会交");
    gateway_command(gateway, NULL, "send 13903570006 水费可以在村委会交");
    assert_true(gateway_wait(gateway, DELIVERED, 1, PATIENCE_MS));
    rewrite(gateway, "per_day = 2", "");
    assert_int_equal(reload(gateway), 0);
    assert_true(gateway_wait(gateway, DELIVERED, 2, PATIENCE_MS));
    gateway_command(gateway, NULL, "send 13903570007 水费可以在村委会交");
    rewrite(gateway, "", "");
    assert_int_equal(kill(gateway->pid, SIGHUP), 0);
    assert_true(gateway_wait(gateway, DELIVERED, 3, PATIENCE_MS));
    gateway_end(gateway);
}

static void a_reload_takes_templates_as_they_are_now(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    char *folder = talloc_asprintf(gateway->mem, "%s/words/zh", gateway->folder);
    struct emulator_delivery delivery;

    assert_int_equal(system(talloc_asprintf(gateway->mem, "mkdir -p '%s'", folder)), 0);
    rewrite(gateway, "", "templates = \"words\"");
    gateway_run(gateway);
    FILE *help = fopen(talloc_asprintf(gateway->mem, "%s/help.txt", folder), "w");
    assert_non_null(help);
    fputs("村里的新帮助\n", help);
    fclose(help);
    assert_int_equal(reload(gateway), 0);
    assert_true(emulator_watch(gateway->client, "+8613903570001"));
    assert_true(emulator_text(gateway->client, "+8613903570001", "帮助"));
    assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    assert_non_null(strstr(delivery.text, "村里的新帮助"));
    gateway_end(gateway);
}

static void what_a_reload_cannot_change_is_named(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    int code;

    gateway_run(gateway);
    assert_int_equal(reload(gateway), 0);
    rewrite(gateway, "poll = 5", "county = \"浮山县\"");
    const char *said = gateway_command(gateway, &code, "reload");
    assert_int_equal(code, 1);
    assert_non_null(strstr(said, "county differs from what runs"));
    assert_non_null(strstr(said, "poll in modem \"village\" differs from what runs"));
    rewrite(gateway, "", "modem \"second\" { device = \"second\" }");
    said = gateway_command(gateway, &code, "reload");
    assert_int_equal(code, 1);
    assert_non_null(strstr(said, "modem \"second\" differs from what runs"));
    gateway_end(gateway);
}

static void a_configuration_with_an_error_changes_nothing(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    rewrite(gateway, "per_day = many", "");
    assert_int_equal(kill(gateway->pid, SIGHUP), 0);
    assert_int_equal(reload(gateway), 2);
    assert_true(emulator_text(gateway->client, "+8613903570004", "我家的低保停发了"));
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM events WHERE kind = 'text'", 1, PATIENCE_MS));
    assert_int_equal(gateway_stop(gateway), 0);
    assert_int_equal(reload(gateway), 2);
    rewrite(gateway, "", "");
    assert_int_equal(reload(gateway), 1); /* nobody is there */
    gateway_end(gateway);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_manager_hears_that_it_serves_and_stops),
        cmocka_unit_test(a_desk_that_stands_still_gives_no_sign_of_life),
        cmocka_unit_test(a_process_that_is_not_watched_gives_no_sign_of_life),
        cmocka_unit_test(a_reload_changes_the_rate_of_a_line_and_the_texts_wait_for_nothing_else),
        cmocka_unit_test(a_reload_takes_templates_as_they_are_now),
        cmocka_unit_test(what_a_reload_cannot_change_is_named),
        cmocka_unit_test(a_configuration_with_an_error_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
