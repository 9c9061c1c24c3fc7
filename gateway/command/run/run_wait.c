#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/command/run/run.h"
#include "gateway/log.h"
#include "gateway/service.h"
#include "store/notices.h"

enum { STATUS_SECONDS = 60, SIGNS_IN_WATCHDOG = 3 /* within the time in which one is enough */ };

static bool has_terminal(void)
{
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

    if (terminal < 0)
        return false;
    close(terminal);
    return true;
}

bool run_ends_with_terminal(void)
{
    struct sigaction action;

    return has_terminal() && sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler != SIG_IGN;
}

/* Runs as a job of the desk, which shows that the desk is alive even if the store fails. */
static bool look_at_queue(struct turn *turn, void *arg)
{
    struct gateway *gateway = *(struct gateway **)arg;
    int64_t counts[NOTICE_CANCELLED + 1];

    if (!store_tally_notices(turn->store, counts))
        return false;
    atomic_store(&gateway->queued, (long)(counts[NOTICE_READY] + counts[NOTICE_CLAIMED]));
    atomic_store(&gateway->is_looking, false);
    return true;
}

static void ask_for_round(struct gateway *gateway)
{
    if (atomic_exchange(&gateway->is_looking, true))
        return; /* the desk repeats the last one by itself */
    struct gateway **arg = talloc(NULL, struct gateway *);

    *arg = gateway;
    desk_post(gateway->desk, look_at_queue, arg);
}

/* Tells the watchdog that we live, if the desk has made a round since the last call. Returns its rounds. */
static unsigned long give_sign(struct gateway *gateway, unsigned long rounds_before)
{
    unsigned long rounds = desk_counts(gateway->desk).commits;

    service_tell("%sSTATUS=%zu of %zu lines up, texts waiting to be sent: %ld",
                 rounds != rounds_before && service_watchdog_us() > 0 ? "WATCHDOG=1\n" : "",
                 lines_up(gateway->lines), lines_count(gateway->lines), atomic_load(&gateway->queued));
    ask_for_round(gateway);
    return rounds;
}

/* Zero: there is no service manager. */
static struct timespec time_between_signs(void)
{
    unsigned long long us = service_watchdog_us() / SIGNS_IN_WATCHDOG;

    if (us == 0 && !service_listens())
        return (struct timespec){ 0 };
    if (us == 0 || us > STATUS_SECONDS * 1000000ULL)
        us = STATUS_SECONDS * 1000000ULL;
    return (struct timespec){ .tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000) * 1000 };
}

/* A signal, or 0 when it is time for another sign. */
static int wait_for_signal(const sigset_t *signals, const struct timespec *between)
{
    siginfo_t info;
    int which = between->tv_sec || between->tv_nsec ? sigtimedwait(signals, &info, between)
                                                    : sigwaitinfo(signals, &info);

    return which > 0 ? which : 0;
}

void run_wait(struct gateway *gateway, bool is_bound)
{
    const struct timespec between = time_between_signs();
    bool has_manager = between.tv_sec || between.tv_nsec;
    unsigned long rounds = 0;
    sigset_t signals;
    int which;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    do {
        if (has_manager)
            rounds = give_sign(gateway, rounds);
        which = wait_for_signal(&signals, &between);
        if (which == SIGHUP && (!is_bound || has_terminal())) {
            void *mem = talloc_new(NULL);

            run_reload(mem, gateway);
            talloc_free(mem);
            which = 0;
        }
    } while (which == 0);
    log_info("stopping (%s)", strsignal(which));
}
