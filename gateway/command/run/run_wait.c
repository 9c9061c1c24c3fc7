#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/command/run/run.h"
#include "gateway/log.h"
#include "gateway/service.h"
#include "store/notices.h"

/* SIGNS_IN_WATCHDOG: within the time in which one is enough. CLOCK_MOVED_SECONDS: more than any drift. */
enum { BEAT_MS = 60000, SIGNS_IN_WATCHDOG = 2, CLOCK_MOVED_SECONDS = 2 };

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

static void count_queue(struct gateway *gateway)
{
    if (atomic_exchange(&gateway->is_looking, true))
        return; /* the desk repeats the last one by itself */
    struct gateway **arg = talloc(NULL, struct gateway *);

    *arg = gateway;
    desk_post(gateway->desk, look_at_queue, arg);
    gateway->requests++;
}

/* Wakes who has planned by the clock before it was set. Who sleeps counts on this instead of looking. */
static void look_at_clock(struct gateway *gateway)
{
    int64_t lead = clock_now() - clock_ticks();

    if (llabs(lead - gateway->clock_lead) < CLOCK_MOVED_SECONDS)
        return;
    gateway->clock_lead = lead;
    timer_wake(gateway->timer);
    lines_wake(gateway->lines);
    if (gateway->voice)
        sip_line_wake(gateway->voice);
}

/* What others asked of the desk since the last beat may have left recordings whose files are to be removed.
 */
static void look_at_work(struct gateway *gateway)
{
    unsigned long requests = desk_counts(gateway->desk).requests;

    if (requests != gateway->requests)
        keeper_wake();
    gateway->requests = requests;
}

/* Called on the desk's thread: whoever hears of it knows that the desk lives, even if the store fails. */
static void beat(void *arg)
{
    struct gateway *gateway = arg;

    look_at_clock(gateway);
    look_at_work(gateway);
    if (!service_listens())
        return;
    service_tell("%sSTATUS=%zu of %zu lines up, texts waiting to be sent: %ld",
                 service_watchdog_us() > 0 ? "WATCHDOG=1\n" : "", lines_up(gateway->lines),
                 lines_count(gateway->lines), atomic_load(&gateway->queued));
    count_queue(gateway);
}

static int ms_between_beats(void)
{
    unsigned long long ms = service_watchdog_us() / 1000 / SIGNS_IN_WATCHDOG;

    return ms > 0 && ms < BEAT_MS ? (int)ms : BEAT_MS;
}

void run_wait(struct gateway *gateway, bool is_bound)
{
    sigset_t signals;
    int which;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    gateway->clock_lead = clock_now() - clock_ticks();
    desk_beat(gateway->desk, ms_between_beats(), beat, gateway);
    do {
        which = sigwaitinfo(&signals, NULL);
        if (which == SIGHUP && (!is_bound || has_terminal())) {
            void *mem = talloc_new(NULL);

            run_reload(mem, gateway);
            talloc_free(mem);
            which = 0;
        }
    } while (which <= 0);
    desk_beat(gateway->desk, 0, NULL, NULL);
    log_info("stopping (%s)", strsignal(which));
}
