#include "gateway/command/setup/setup_first.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/command/command_store.h"
#include "gateway/command/command.h"
#include "gateway/command/words.h"
#include "gateway/knock.h"
#include "gateway/log.h"
#include "gateway/turn/notify.h"
#include "store/events.h"
#include "store/notices.h"
#include "templates/words.h"

enum { LOOK_MS = 250, KNOCK_MS = 60000, START_MS = 60000 };

#define SERVICE_CONFIG "/etc/xiangyin/xiangyin.conf"

/* Runs another program and waits for it. False: it failed. */
static bool run_program(const char *const *arguments)
{
    int status = -1;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        execvp(arguments[0], (char *const *)arguments);
        _exit(127);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* Waits for a limited time: systemctl would wait for ever for a service that fails and restarts repeatedly.
 */
static bool wait_for_service(const struct config *config)
{
    for (int waited = 0; waited < START_MS; waited += LOOK_MS) {
        char *answer = knock_ask(NULL, config->database, KNOCK_MS);

        talloc_free(answer);
        if (answer)
            return true;
        nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
    }
    return false;
}

/* Starts the service. udev is triggered first, so that ModemManager lets go of a modem plugged in earlier. */
static bool start_service(const struct config *config)
{
    static const char *const trigger[] = { "udevadm",
                                           "trigger",
                                           "--settle",
                                           "--subsystem-match=usb",
                                           "--subsystem-match=tty",
                                           NULL },
                             *const manager[] = { "systemctl", "--quiet", "try-restart",
                                                  "ModemManager.service", NULL },
                             *const enable[] = { "systemctl", "--quiet", "enable", "xiangyin.service", NULL },
                             *const start[] = { "systemctl", "--no-block", "restart", "xiangyin.service",
                                                NULL };

    run_program(trigger);
    run_program(manager);
    run_program(enable);
    return run_program(start) && wait_for_service(config);
}

static bool is_service(const struct config *config)
{
    return geteuid() == 0 && strcmp(config->path, SERVICE_CONFIG) == 0 &&
           access("/run/systemd/system", F_OK) == 0;
}

static pid_t start_child(const struct config *config)
{
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (!command_become_owner(config))
            _exit(126);
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* set again: a change of user clears it */
        execl("/proc/self/exe", "xiangyin", "run", "-c", config->path, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static bool queue_text(void *mem, const struct config *config, struct store *store, const char *phone,
                       int64_t *id)
{
    const char *error = "";
    struct words *set = words_open_texts(mem, config->templates, &error);
    const char *text = set ? words_render(mem, set, config->language, "set-up", NULL, &error) : NULL;
    struct turn turn = { .mem = mem, .store = store, .config = config, .now = clock_now() };
    const struct notify what = {
        .to = phone, .name = "send", .priority = PRIORITY_NOTICE, .is_operators = true
    };

    if (!text)
        return command_failed("%s", error), false;
    if (!command_begin(store))
        return false;
    if (!notify_words(&turn, &what, text, id) || !store_commit(store)) {
        command_failed("%s", turn_error(&turn));
        store_rollback(store);
        return false;
    }
    command_knock(config);
    return true;
}

struct last_text {
    int64_t id;
    char text[256];
};

static bool note_text(const struct event *event, void *arg)
{
    struct last_text *last = arg;

    last->id = event->id;
    if (event->kind == EVENT_TEXT && event->text)
        snprintf(last->text, sizeof last->text, "%s", event->text);
    return true;
}

/* Prints the notice's state whenever it changes. */
static void tell_progress(void *mem, struct store *store, int64_t id, enum notice_state *before)
{
    struct notice *notice;

    if (!store_notice(store, mem, id, &notice) || !notice || notice->state == *before)
        return;
    *before = notice->state;
    if (notice->state == NOTICE_SENT)
        puts(words("The text was sent; waiting for an answer from that phone ..."));
    else if (notice->state == NOTICE_FAILED || notice->state == NOTICE_UNKNOWN)
        command_failed("the text did not go out: see xiangyin notice list");
    fflush(stdout);
}

/* Waits for a text from the phone. False: time is up, or the child has ended. */
static bool wait_for_answer(struct store *store, const char *phone, int64_t notice, int wait_seconds,
                            pid_t child, struct last_text *last)
{
    int64_t until = clock_ticks_ms() + wait_seconds * INT64_C(1000);
    enum notice_state state = NOTICE_READY;

    while (clock_ticks_ms() < until) {
        const struct event_filter from_phone = { .after_id = last->id, .from = phone };
        void *mem = talloc_new(NULL);
        int64_t before = last->id;

        tell_progress(mem, store, notice, &state);
        bool is_read = store_each_event(store, &from_phone, note_text, last);
        talloc_free(mem);
        if (is_read && last->id != before && *last->text)
            return true;
        if (child > 0 && waitpid(child, NULL, WNOHANG) == child)
            return command_failed("the gateway has ended"), false;
        nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
    }
    return command_failed(
               "no answer within %d seconds; xiangyin setup goes on from here when it is called again",
               wait_seconds),
           false;
}

static int send_and_wait(void *mem, const struct config *config, const char *phone, int wait_seconds,
                         pid_t child)
{
    struct store *store = command_store(mem, config, true);
    struct last_text last = { 0 };
    const struct event_filter from_phone = { .from = phone };
    char buffer[24];
    int64_t notice;

    if (!store)
        return EXIT_FAILURE;
    if (!store_each_event(store, &from_phone, note_text, &last))
        return command_failed("%s", store_error(store));
    *last.text = '\0';
    if (!queue_text(mem, config, store, phone, &notice) ||
        !wait_for_answer(store, phone, notice, wait_seconds, child, &last))
        return EXIT_FAILURE;
    printf(words("%s answered: %s\n"), log_number(phone, buffer), last.text);
    return EXIT_SUCCESS;
}

int setup_first(void *mem, const struct config *config, const char *phone, int wait_seconds)
{
    bool is_running = knock_ask(mem, config->database, KNOCK_MS) != NULL;
    pid_t child = 0;
    int status;

    if (!is_running && is_service(config)) {
        if (!start_service(config))
            return command_failed("the service did not start: journalctl -u xiangyin says why");
    } else if (!is_running) {
        child = start_child(config);
    }
    status = send_and_wait(mem, config, phone, wait_seconds, child);
    if (child > 0) {
        kill(child, SIGTERM);
        waitpid(child, NULL, 0);
    }
    if (status == EXIT_SUCCESS && child > 0)
        printf(words("The gateway works. Start it with: xiangyin run -c %s\n"), config->path);
    else if (status == EXIT_SUCCESS)
        puts(words("The gateway works, and starts by itself from now on."));
    return status;
}
