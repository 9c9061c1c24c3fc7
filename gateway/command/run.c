#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/desk/desk.h"
#include "gateway/desk/learning.h"
#include "gateway/desk/timer.h"
#include "gateway/http/server.h"
#include "gateway/line/lines.h"
#include "gateway/adviser/adviser.h"
#include "gateway/log.h"
#include "gateway/recording/keeper.h"
#include "gateway/recording/transcriber.h"
#include "gateway/store_lock.h"
#include "gateway/voice/sip_line.h"

enum { READY_WAIT_MS = 3000, LEAVING_MS = 3000 /* for another gateway to finish stopping */ };

struct gateway {
    struct desk *desk;
    struct lines *lines;
    struct timer *timer;
    struct adviser *adviser;         /* NULL: none is configured */
    struct transcriber *transcriber; /* NULL: none is configured */
    struct keeper *keeper;           /* NULL: no recording can be kept */
    struct sip_line *voice;          /* NULL: no calls are taken */
    struct http_server *http;        /* NULL: none is configured */
    struct learning *learning;
};

static void tell(int changes, void *arg)
{
    struct gateway *gateway = arg;

    if (changes & DESK_NOTICES)
        lines_wake(gateway->lines);
    if (changes & DESK_PARTS)
        timer_wake(gateway->timer);
    timer_note_events(gateway->timer);
}

/* Another process wrote to the store. */
static void knocked(void *arg)
{
    struct gateway *gateway = arg;

    desk_refresh(gateway->desk);
    lines_wake(gateway->lines);
    keeper_wake();
}

static bool has_terminal(void)
{
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

    if (terminal < 0)
        return false;
    close(terminal);
    return true;
}

/* Not without a terminal, nor under nohup, which ignores SIGHUP. */
static bool ends_with_terminal(void)
{
    struct sigaction action;

    return has_terminal() && sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler != SIG_IGN;
}

/* Returns when the gateway shall stop. SIGHUP reads the certificate again, unless the terminal that it is
 * bound to has closed. */
static void wait_for_signal(const struct config *config, struct http_server *http, bool is_bound)
{
    sigset_t signals;
    int which;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    while (sigwait(&signals, &which) == 0 && which == SIGHUP && (!is_bound || has_terminal())) {
        if (http && config->http_certificate)
            http_server_reload(http);
        else
            log_info("SIGHUP: there is no certificate to read again");
    }
    log_info("stopping (%s)", strsignal(which));
}

/* Every thread inherits the mask, so signals reach only sigwait. */
static void block_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static bool start_http(void *mem, struct gateway *gateway, const struct config *config, const char **error)
{
    if (!config->http_listen)
        return true;
    gateway->http = http_server_start(mem, config, gateway->desk, error);
    if (gateway->http)
        log_info("http: port %d of %s", http_server_port(gateway->http), config->http_listen);
    return gateway->http != NULL;
}

static bool start_voice(void *mem, struct gateway *gateway, const struct config *config, const char **error)
{
    if (!config->voice_listen)
        return true;
    gateway->voice = sip_line_start(mem, config, gateway->desk, error);
    return gateway->voice != NULL;
}

static void write_metrics(FILE *out, void *arg)
{
    struct gateway *gateway = arg;

    lines_write_metrics(out, gateway->lines);
    if (gateway->voice)
        sip_line_write_metrics(out, gateway->voice);
}

/* In the reverse order of their start; the desk last, which the others need. */
static void stop_all(struct gateway *gateway)
{
    if (gateway->http)
        http_server_stop(gateway->http);
    if (gateway->voice)
        sip_line_stop(gateway->voice);
    if (gateway->lines)
        lines_stop(gateway->lines);
    desk_on_change(gateway->desk, NULL, NULL);
    if (gateway->learning)
        learning_stop(gateway->learning);
    if (gateway->timer)
        timer_stop(gateway->timer);
    adviser_stop(gateway->adviser);
    transcriber_stop(gateway->transcriber);
    keeper_stop(gateway->keeper);
    desk_stop(gateway->desk);
}

/* Held until the process ends. False after saying why. A store in memory is nobody else's. */
static bool lock_store(const struct config *config)
{
    if (!config->database || store_lock_take(config->database, LEAVING_MS) >= 0)
        return true;
    if (errno == EWOULDBLOCK)
        command_failed("another gateway serves %s", config->database);
    else
        command_failed("cannot lock %s: %s", config->database, strerror(errno));
    return false;
}

static int serve(void *mem, const struct config *config)
{
    if (!lock_store(config))
        return EXIT_FAILURE;
    if (clock_file())
        log_warning("rehearsal: the time is when %s was last modified", clock_file());

    bool is_bound = ends_with_terminal(); /* before it can have closed */
    const char *error;
    struct gateway gateway = { 0 };
    struct words *words = words_open_texts(mem, config->templates, &error);

    gateway.desk = words ? desk_start(mem, config, words, &error) : NULL;
    if (!gateway.desk)
        return command_failed("%s", error);
    gateway.keeper = keeper_start(mem, config, gateway.desk, &error);
    gateway.transcriber = error ? NULL : transcriber_start(mem, config, gateway.desk, &error);
    gateway.adviser = error ? NULL : adviser_start(mem, config, gateway.desk, &error);
    if (error || !start_http(mem, &gateway, config, &error) || !start_voice(mem, &gateway, config, &error)) {
        stop_all(&gateway);
        return command_failed("%s", error);
    }
    gateway.lines = lines_start(mem, config, gateway.desk);
    if (gateway.http)
        http_server_add_metrics(gateway.http, write_metrics, &gateway);
    gateway.timer = timer_start(mem, config, gateway.desk, knocked, &gateway, &error);
    gateway.learning = gateway.timer ? learning_start(mem, config, gateway.desk, &error) : NULL;
    if (!gateway.learning) {
        stop_all(&gateway);
        return command_failed("%s", error);
    }
    /* for notices committed before the lines started */
    desk_on_change(gateway.desk, tell, &gateway);
    tell(DESK_NOTICES | DESK_PARTS, &gateway);

    size_t up = lines_wait(gateway.lines, READY_WAIT_MS);
    malloc_trim(0); /* memory that only the start needed, mostly character tables */
    log_info("ready: %zu of %zu lines up, store %s", up, lines_count(gateway.lines), config->store_url);
    wait_for_signal(config, gateway.http, is_bound);

    stop_all(&gateway);
    log_info("stopped");
    return EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    int code;

    if (argc > 1) {
        talloc_free(mem);
        return command_wrong_use("unexpected argument %s", argv[1]);
    }
    block_signals();
    struct config *config = command_config_warned(mem);
    code = config ? serve(mem, config) : EXIT_WRONG_USE;
    talloc_free(mem);
    return code;
}

const struct command command_run = {
    .name = "run",
    .summary = "the gateway, in the foreground",
    .usage = "usage: xiangyin run [-c FILE]\n\n"
             "Runs the gateway until SIGTERM or SIGINT, or until its terminal closes. SIGHUP reads the "
             "certificate again.\n"
             "Logs to standard error; a line with \"ready\" says that it serves.\n"
             "Exits with 2, and starts nothing, when the configuration has an error.\n\n"
             "For a rehearsal, set XIANGYIN_CLOCK=FILE: every subcommand then takes the file's modification "
             "time as the current\n"
             "time. Move it with touch -d \"2026-12-01 09:00\" FILE, then run `xiangyin due`.\n",
    .run = run,
};
