#include "modem/emulator/emulator.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "modem/emulator/parts.h"

enum { POLLS = 64, IN_LIMIT = 1 << 16, SPARES = 64 };

/* xorshift64*: the same seed gives the same faults on every machine. */
uint32_t emulator_random(struct emulator *emulator)
{
    emulator->random ^= emulator->random >> 12;
    emulator->random ^= emulator->random << 25;
    emulator->random ^= emulator->random >> 27;
    return (emulator->random * 0x2545F4914F6CDD1DULL) >> 32;
}

static bool fail(struct emulator *emulator, const char *what, const char *path)
{
    talloc_free(emulator->error);
    emulator->error = talloc_asprintf(emulator, "%s: %s: %s", path, what, strerror(errno));
    return false;
}

void text_add(void *mem, struct text *text, const char *octets, size_t n)
{
    if (n == 0)
        return;
    if (text->n + n > text->size) {
        size_t size = (text->n + n) * 2;

        text->octets = talloc_realloc(mem, text->octets, char, size);
        text->size = size;
    }
    memcpy(text->octets + text->n, octets, n);
    text->n += n;
}

void text_take(struct text *text, size_t n)
{
    text->n -= n;
    if (n > 0 && text->n > 0)
        memmove(text->octets, text->octets + n, text->n);
}

/* The list stays sorted; most timers are the latest yet, so it is searched from its end. */
void emulator_after(struct emulator *emulator, int64_t ms, void (*run)(struct emulator *, void *), void *data)
{
    struct timer *timer = talloc(emulator, struct timer), *before = emulator->last_timer;

    *timer = (struct timer){ .due = emulator_now() + ms * 1000, .run = run, .data = data };
    while (before != NULL && before->due > timer->due)
        before = before->previous;
    timer->previous = before;
    timer->next = before ? before->next : emulator->first_timer;
    *(before ? &before->next : &emulator->first_timer) = timer;
    *(timer->next ? &timer->next->previous : &emulator->last_timer) = timer;
}

static void run_timers(struct emulator *emulator)
{
    struct timer *timer;

    while ((timer = emulator->first_timer) != NULL && timer->due <= emulator_now()) {
        emulator->first_timer = timer->next;
        *(timer->next ? &timer->next->previous : &emulator->last_timer) = NULL;
        timer->run(emulator, timer->data);
        talloc_free(timer);
    }
}

static bool strikes(struct emulator *emulator, unsigned in_a_million)
{
    return in_a_million > 0 && emulator_random(emulator) % 1000000 < in_a_million;
}

/* Adds octets as a bad cable would: some changed, lost or doubled. */
static void add_damaged(struct emulator *emulator, struct text *text, const char *octets, size_t n,
                        const struct damage *damage)
{
    if (damage->garbled == 0 && damage->lost == 0 && damage->doubled == 0) {
        text_add(emulator, text, octets, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        char octet = octets[i];

        if (strikes(emulator, damage->garbled))
            octet ^= (char)(1 + emulator_random(emulator) % 255);
        if (!strikes(emulator, damage->lost))
            text_add(emulator, text, &octet, 1);
        if (strikes(emulator, damage->doubled))
            text_add(emulator, text, &octet, 1);
    }
}

bool emulator_is_stalled(const struct emulator *emulator)
{
    return emulator->condition.stalled_until != 0 && emulator->condition.stalled_until > emulator_now();
}

void emulator_put(struct emulator *emulator, const char *octets, size_t n)
{
    if (emulator->master >= 0 && !emulator_is_stalled(emulator))
        add_damaged(emulator, &emulator->out, octets, n, &emulator->condition.out);
}

/* Writes what the terminal takes; a client that does not read stops nothing but its own answers. */
void emulator_flush(struct emulator *emulator)
{
    size_t done = 0;

    while (emulator->master >= 0 && done < emulator->out.n) {
        unsigned epoch = emulator->epoch;
        size_t n = faults_may_write(emulator, emulator->out.n - done);
        ssize_t written = write(emulator->master, emulator->out.octets + done, n);

        if (written <= 0)
            break;
        done += (size_t)written;
        emulator->counters.written += (size_t)written;
        faults_written(emulator, (size_t)written);
        if (emulator->epoch != epoch)
            done = 0;
    }
    text_take(&emulator->out, done);
}

static void read_port(struct emulator *emulator)
{
    char octets[4096];
    ssize_t n = read(emulator->master, octets, sizeof octets);

    if (n <= 0)
        return;
    text_take(&emulator->in, emulator->in_at);
    emulator->in_at = 0;
    add_damaged(emulator, &emulator->in, octets, (size_t)n, &emulator->condition.in);
    emulator->arrived = emulator_now();
}

/* The symlink appears whole: a client that looks for it never sees a half-made one. */
static bool link_device(struct emulator *emulator, const char *terminal)
{
    const char *device = emulator->options.device;
    char *fresh = talloc_asprintf(emulator, "%s.new", device);
    struct stat there;
    bool done;

    if (lstat(device, &there) == 0 && !S_ISLNK(there.st_mode)) {
        errno = EEXIST;
        return fail(emulator, "is not a symbolic link", device);
    }
    unlink(fresh);
    done = symlink(terminal, fresh) == 0 && rename(fresh, device) == 0;
    if (!done)
        fail(emulator, "cannot make the device", device);
    talloc_free(fresh);
    return done;
}

/*
 * The kernel gives out the lowest number that is free, so the symlink of an emulator that was killed soon
 * names somebody else's terminal, and a gateway that still tries it would talk to a stranger. A number taken
 * at random from some more makes that unlikely.
 */
static int open_master(void)
{
    int spare[SPARES], n = 0, master;
    unsigned char wanted = 0;

    if (getrandom(&wanted, sizeof wanted, GRND_NONBLOCK) != sizeof wanted)
        wanted = (unsigned char)getpid();
    while (n < wanted % SPARES && (spare[n] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) >= 0)
        n++;
    master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    while (n > 0)
        close(spare[--n]);
    return master;
}

/* A pty stays open on its slave side too: without that, the master would see EIO between two clients. */
static bool open_terminal(struct emulator *emulator)
{
    struct termios raw;
    char name[64];

    emulator->master = open_master();
    if (emulator->master < 0 || grantpt(emulator->master) < 0 || unlockpt(emulator->master) < 0 ||
        ptsname_r(emulator->master, name, sizeof name) != 0)
        return fail(emulator, "cannot make a pseudo-terminal", emulator->options.device);
    emulator->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (emulator->slave < 0 || tcgetattr(emulator->slave, &raw) < 0)
        return fail(emulator, "cannot open its terminal", name);
    cfmakeraw(&raw);
    cfsetspeed(&raw, B115200);
    if (tcsetattr(emulator->slave, TCSANOW, &raw) < 0)
        return fail(emulator, "cannot set its terminal", name);
    return link_device(emulator, name);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

bool emulator_plug(struct emulator *emulator)
{
    if (emulator->master >= 0)
        return true;
    if (!open_terminal(emulator)) {
        close_fd(&emulator->slave);
        close_fd(&emulator->master);
        return false;
    }
    emulator_reset(emulator);
    voice_plug(emulator);
    return true;
}

/*
 * Closing the master hangs the client up. Our slave side stays open for some plugs more, which keeps its
 * number from being given to a stranger's terminal while a client still tries to open what the symlink named
 * before.
 */
void emulator_unplug(struct emulator *emulator)
{
    int *retired = &emulator->retired[emulator->next_retired];

    if (emulator->master < 0)
        return;
    unlink(emulator->options.device);
    calls_end(emulator);
    voice_unplug(emulator);
    close_fd(&emulator->master);
    close_fd(retired);
    *retired = emulator->slave;
    emulator->slave = -1;
    emulator->next_retired = (emulator->next_retired + 1) % RETIRED;
    emulator_reset(emulator);
}

static void end_boot(struct emulator *emulator, void *data)
{
    (void)data;
    emulator->booting = false;
}

void emulator_restart(struct emulator *emulator, const char *notice)
{
    emulator_reset(emulator);
    if (notice[0] != '\0')
        emulator_info(emulator, "%s", notice);
    emulator->booting = emulator->options.boot_ms > 0;
    if (emulator->booting)
        emulator_after(emulator, emulator->options.boot_ms, end_boot, NULL);
}

static void earliest(int64_t *due, int64_t other)
{
    if (*due < 0 || other < *due)
        *due = other;
}

/* When the dialogue has something to do without an octet coming in; -1: not by itself. */
static int64_t dialogue_due(const struct emulator *emulator)
{
    const struct dialogue *dialogue = &emulator->dialogue;
    int64_t stalled_until = emulator->condition.stalled_until;

    if (emulator->master < 0 || emulator->booting || emulator->out.n >= EMULATOR_OUT_LIMIT ||
        (dialogue->state != DIALOGUE_LINE_PENDING && dialogue->state != DIALOGUE_PROMPT_PENDING))
        return -1;
    if (emulator_is_stalled(emulator))
        return stalled_until == INT64_MAX ? -1 : stalled_until;
    return dialogue->due;
}

/* Microseconds until something is due; -1: nothing is. */
static int64_t next_wait(const struct emulator *emulator)
{
    int64_t due = dialogue_due(emulator), now = emulator_now();

    if (emulator->first_timer != NULL)
        earliest(&due, emulator->first_timer->due);
    if (emulator->spool.n > 0 && emulator->next_delivery > now)
        earliest(&due, emulator->next_delivery);
    if (due < 0)
        return -1;
    return due > now ? due - now : 0;
}

/* A client that never reads its answers is not read either, as with flow control on a real cable. */
static short port_events(const struct emulator *emulator)
{
    bool has_room = emulator->out.n < EMULATOR_OUT_LIMIT && emulator->in.n - emulator->in_at < IN_LIMIT;

    return (short)((has_room ? POLLIN : 0) | (emulator->out.n > 0 ? POLLOUT : 0));
}

static bool turn(struct emulator *emulator)
{
    struct pollfd polls[POLLS] = { { .fd = emulator->wake, .events = POLLIN },
                                   { .fd = emulator->master, .events = port_events(emulator) } };
    size_t n = 2 + control_polls(emulator, polls + 2, POLLS - 2);
    int64_t wait = next_wait(emulator);
    struct timespec until = { .tv_sec = wait / 1000000, .tv_nsec = wait % 1000000 * 1000 };

    if (ppoll(polls, n, wait < 0 ? NULL : &until, NULL) < 0 && errno != EINTR)
        return fail(emulator, "cannot wait", emulator->options.device);
    if (polls[0].revents != 0)
        emulator->quit = true;
    if (emulator->master >= 0 && (polls[1].revents & POLLIN) != 0)
        read_port(emulator);
    run_timers(emulator);
    emulator_work(emulator);
    control_serve(emulator, polls + 2, n - 2);
    network_deliver(emulator);
    emulator_flush(emulator);
    return true;
}

bool emulator_run(struct emulator *emulator)
{
    while (!emulator->quit) {
        if (!turn(emulator))
            return false;
    }
    return true;
}

static void *run_in_thread(void *emulator)
{
    emulator_run(emulator);
    return NULL;
}

static bool take_fault(struct emulator *emulator, json_object *request)
{
    const char *why =
        json_object_is_type(request, json_type_object) ? faults_request(emulator, request) : "no JSON object";

    if (why == NULL)
        return true;
    talloc_free(emulator->error);
    emulator->error = talloc_asprintf(emulator, "fault %s: %s", json_object_to_json_string(request), why);
    return false;
}

/* One request, or an array of them. */
static bool take_faults(struct emulator *emulator)
{
    const char *given = emulator->options.faults;
    json_object *requests = given != NULL ? json_tokener_parse(given) : NULL;
    bool is_array = json_object_is_type(requests, json_type_array);
    bool done = given == NULL || is_array || take_fault(emulator, requests);

    for (size_t i = 0; is_array && done && i < json_object_array_length(requests); i++)
        done = take_fault(emulator, json_object_array_get_idx(requests, i));
    json_object_put(requests);
    return done;
}

static bool open_log(struct emulator *emulator)
{
    const char *log = emulator->options.log;

    if (log == NULL)
        return true;
    emulator->log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return emulator->log >= 0 || fail(emulator, "cannot write", log);
}

bool emulator_open(struct emulator *emulator)
{
    return open_log(emulator) && control_open(emulator) && emulator_plug(emulator) && take_faults(emulator);
}

bool emulator_start(struct emulator *emulator)
{
    if (!emulator_open(emulator))
        return false;
    emulator->has_thread = pthread_create(&emulator->thread, NULL, run_in_thread, emulator) == 0;
    return emulator->has_thread || fail(emulator, "cannot make a thread", emulator->options.device);
}

void emulator_stop(struct emulator *emulator)
{
    uint64_t one = 1;
    ssize_t done = write(emulator->wake, &one, sizeof one);

    (void)done;
}

void emulator_free(struct emulator *emulator)
{
    if (emulator == NULL)
        return;
    emulator_stop(emulator);
    if (emulator->has_thread)
        pthread_join(emulator->thread, NULL);
    emulator_unplug(emulator);
    for (size_t i = 0; i < RETIRED; i++)
        close_fd(&emulator->retired[i]);
    control_close(emulator);
    close_fd(&emulator->log);
    close_fd(&emulator->wake);
    talloc_free(emulator);
}

static void copy_options(struct emulator *emulator, const struct emulator_options *options)
{
    emulator->options = *options;
    emulator->options.device = talloc_strdup(emulator, options->device);
    emulator->options.log = options->log ? talloc_strdup(emulator, options->log) : NULL;
    emulator->options.faults = options->faults ? talloc_strdup(emulator, options->faults) : NULL;
    emulator->options.pin = NULL;
    if (options->pin != NULL)
        snprintf(emulator->sim.pin, sizeof emulator->sim.pin, "%s", options->pin);
}

struct emulator *emulator_new(const struct emulator_options *options)
{
    struct emulator *emulator = talloc_zero(NULL, struct emulator);

    copy_options(emulator, options);
    emulator->master = emulator->slave = emulator->listener = emulator->log = -1;
    memset(emulator->retired, -1, sizeof emulator->retired);
    emulator->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    emulator->random = 0x9E3779B97F4A7C15ULL ^ options->seed;
    snprintf(emulator->imei, sizeof emulator->imei, "86%013u", options->seed % 1000000000);
    snprintf(emulator->imsi, sizeof emulator->imsi, "46000%010u", options->seed);
    snprintf(emulator->iccid, sizeof emulator->iccid, "898600%014u", options->seed);
    snprintf(emulator->sim.state, sizeof emulator->sim.state, options->pin ? "SIM PIN" : "READY");
    emulator->sim.tries = 3;
    emulator->registration = 1;
    emulator->ims = -1;
    snprintf(emulator->maker, sizeof emulator->maker, "Xiangyin");
    snprintf(emulator->model, sizeof emulator->model, "Emulator");
    emulator->signal = 23;
    emulator->ussd = talloc_strdup(emulator, "CNY 12.50");
    emulator->ussd_dcs = 15;
    emulator->spool.end = &emulator->spool.first;
    emulator->held.end = &emulator->held.first;
    storage_open(emulator);
    if (emulator->wake < 0) {
        emulator_free(emulator);
        return NULL;
    }
    emulator_reset(emulator);
    return emulator;
}

const char *emulator_error(const struct emulator *emulator)
{
    return emulator->error ? emulator->error : "";
}
