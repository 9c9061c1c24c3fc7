#include "gateway/command/run/run.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <talloc.h>

#include "gateway/adviser/adviser.h"
#include "gateway/clock.h"
#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/log.h"
#include "gateway/service.h"
#include "gateway/store_lock.h"

enum { READY_WAIT_MS = 3000, LEAVING_MS = 3000 /* for another gateway to finish stopping */ };

static void tell(int changes, void *arg)
{
    struct gateway *gateway = arg;

    if (changes & DESK_NOTICES)
        lines_wake(gateway->lines);
    if (changes & DESK_NOTICES && gateway->voice)
        sip_line_wake(gateway->voice);
    if (changes & DESK_PARTS)
        timer_wake(gateway->timer);
    timer_note_events(gateway->timer);
    link_wake(gateway->link);
}

/* Another process has written to the store, or asks for a reload and waits for its result. */
static void knocked(void *arg, int fd, const struct knock_question *question)
{
    struct gateway *gateway = arg;

    if (question->length > 0) {
        void *mem = talloc_new(NULL);

        knock_answer(fd, question, run_reload(mem, gateway));
        talloc_free(mem);
        return;
    }
    desk_refresh(gateway->desk);
    malloc_trim(0); /* the old and new units and people were in memory together */
    lines_wake(gateway->lines);
    if (gateway->voice)
        sip_line_wake(gateway->voice);
    link_wake(gateway->link);
    keeper_wake();
}

/* All threads inherit this mask, so that only sigwait receives signals. */
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

static bool start_http(void *mem, struct gateway *gateway, const struct config *config,
                       const struct words *words, const char **error)
{
    if (!config->http_listen)
        return true;
    gateway->http = http_server_start(mem, config, gateway->desk, error);
    if (!gateway->http)
        return false;
    log_info("http: port %d of %s", http_server_port(gateway->http), config->http_listen);
    if (config->page_is_on)
        gateway->page = page_start(mem, config, gateway->desk, words, gateway->http, error);
    return gateway->page || !config->page_is_on;
}

static bool start_boards(void *mem, struct gateway *gateway, const struct config *config, const char **error)
{
    if (!config->page_public_listen)
        return true;
    gateway->boards = public_start(mem, config, error);
    if (gateway->boards)
        log_info("public boards: port %d of %s", public_port(gateway->boards), config->page_public_listen);
    return gateway->boards != NULL;
}

static bool start_link(void *mem, struct gateway *gateway, const struct config *config, const char **error)
{
    if (!config->centre_url)
        return true;
    gateway->link = link_start(mem, config, gateway->desk, error);
    return gateway->link != NULL;
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
    if (gateway->link)
        link_write_metrics(out, gateway->link);
}

/* Stops all parts in the reverse order of their start; the desk last, because the others need it. */
static void stop_all(struct gateway *gateway)
{
    service_tell("STOPPING=1\nSTATUS=stopping");
    run_reload_no_more(gateway);
    if (gateway->boards)
        public_stop(gateway->boards);
    if (gateway->page)
        page_stop(gateway->page);
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
    link_stop(gateway->link); /* which desk and timer wake until they end */
}

/* Locks the store's file until the process ends; a store in memory needs no lock. False after printing why.
 */
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

    bool is_bound = run_ends_with_terminal(); /* asked first, while the terminal is still open */
    const char *error;
    struct gateway gateway = { .config = config, .changing = PTHREAD_MUTEX_INITIALIZER };
    struct words *words = words_open_texts(mem, config->templates, &error);

    gateway.words = words;
    gateway.desk = words && link_prepare(mem, config, &error) ? desk_start(mem, config, words, &error) : NULL;
    if (!gateway.desk)
        return command_failed("%s", error);
    gateway.keeper = keeper_start(mem, config, gateway.desk, &error);
    gateway.transcriber = error ? NULL : transcriber_start(mem, config, gateway.desk, &error);
    gateway.adviser = error ? NULL : adviser_start(mem, config, gateway.desk, &error);
    if (error || !start_link(mem, &gateway, config, &error) ||
        !start_http(mem, &gateway, config, words, &error) || !start_boards(mem, &gateway, config, &error) ||
        !start_voice(mem, &gateway, config, &error)) {
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
    malloc_trim(0); /* gives back what only the start needed, mostly character tables */
    log_event(LOG_EVENT_READY, "ready: %zu of %zu lines up, store %s", up, lines_count(gateway.lines),
              config->store_url);
    service_tell("READY=1");
    run_wait(&gateway, is_bound);

    stop_all(&gateway);
    log_event(LOG_EVENT_STOPPED, "stopped");
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
    /* A thread's heap of some pages would take 2 MB where the kernel makes huge pages by itself, as Debian's.
     */
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    struct config *config = command_config_warned(mem);
    if (config)
        log_from(config->log_level);
    code = config ? serve(mem, config) : EXIT_WRONG_USE;
    talloc_free(mem);
    return code;
}

const struct command command_run = {
    .name = "run",
    .summary = "the gateway, in the foreground",
    .usage = "usage: xiangyin run [-c FILE]\n\n"
             "Runs the gateway until SIGTERM or SIGINT, or until its terminal closes. SIGHUP does what "
             "xiangyin reload does.\n"
             "Logs to standard error; a line with \"ready\" says that it serves, and so does READY=1 to a "
             "service manager.\n"
             "Exits with 2, and starts nothing, when the configuration has an error.\n\n"
             "For a rehearsal, set XIANGYIN_CLOCK=FILE: every subcommand then takes the file's modification "
             "time as the current\n"
             "time. Move it with touch -d \"2026-12-01 09:00\" FILE, then run `xiangyin due`.\n",
    .run = run,
};
