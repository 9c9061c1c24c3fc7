#include "gateway/voice/sip_line.h"

#include <errno.h>
#include <semaphore.h>
#include <string.h>
#include <talloc.h>

#include "gateway/log.h"
#include "gateway/voice/phone.h"
#include "gateway/voice/sip_private.h"

enum { HASH_SIZE = 64, LATE_MS = 20, BEHIND_MOST_MS = 1000, ANSWER = 1, STOP = 2, PLACE = 3 };

/* ---- answers of the errands, brought to the line's thread ---- */

static void bring(const struct errand_answer *answer, void *arg)
{
    struct sip_line *line = arg;

    answers_put(&line->answers, answer);
    pthread_mutex_lock(&line->lock);
    if (!line->is_closed)
        mqueue_push(line->wakes, ANSWER, NULL);
    pthread_mutex_unlock(&line->lock);
}

static void take_answers(struct sip_line *line)
{
    for (struct brought *brought; (brought = answers_next(&line->answers)) != NULL;) {
        sip_call_answer(line, &brought->answer);
        talloc_free(brought);
    }
}

/* ---- calls that the dialer wants, brought to the line's thread ---- */

static void place(struct call_out *out, void *arg)
{
    struct sip_line *line = arg;
    bool has_room;

    pthread_mutex_lock(&line->lock);
    has_room = !line->is_closed && line->n_to_place < SIP_LINE_PLACED;
    if (has_room) {
        line->to_place[line->n_to_place++] = out;
        mqueue_push(line->wakes, PLACE, NULL);
    }
    pthread_mutex_unlock(&line->lock);
    if (!has_room)
        dialer_ended(line->dialer, out, CALL_END_NOT_PLACED, "the line ends");
}

static void place_all(struct sip_line *line)
{
    struct call_out *to_place[SIP_LINE_PLACED];
    size_t n;

    pthread_mutex_lock(&line->lock);
    n = line->n_to_place;
    for (size_t i = 0; i < n; i++)
        to_place[i] = line->to_place[i];
    line->n_to_place = 0;
    pthread_mutex_unlock(&line->lock);
    for (size_t i = 0; i < n; i++)
        if (line->is_stopping)
            dialer_ended(line->dialer, to_place[i], CALL_END_NOT_PLACED, "the line ends");
        else
            sip_out_place(line, to_place[i]);
}

static void wake(int id, void *data, void *arg)
{
    struct sip_line *line = arg;

    (void)data;
    take_answers(line);
    place_all(line);
    if (id != STOP)
        return;
    line->is_stopping = true;
    sip_call_end_all(line);
    re_cancel();
}

/* ---- ticks ---- */

static void tick(void *arg)
{
    struct sip_line *line = arg;
    uint64_t now = tmr_jiffies();

    /* ticks missed while the machine stood still are made up, up to a second */
    if (now > line->tick_at + BEHIND_MOST_MS)
        line->tick_at = now;
    while (line->tick_at <= now) {
        atomic_fetch_add(&line->counts.ticks, 1);
        if (now - line->tick_at > LATE_MS)
            atomic_fetch_add(&line->counts.late, 1);
        line->tick_at += FRAME_MS;
        sip_call_tick_all(line);
    }
    now = tmr_jiffies();
    if (line->calls) /* the next call starts it again */
        tmr_start(&line->tick, line->tick_at > now ? line->tick_at - now : 0, tick, line);
}

void sip_line_tick(struct sip_line *line)
{
    if (tmr_isrunning(&line->tick))
        return;
    line->tick_at = tmr_jiffies() + FRAME_MS;
    tmr_start(&line->tick, FRAME_MS, tick, line);
}

/* ---- requests outside of calls ---- */

/* Answers OPTIONS, and refuses requests outside of any session, which libre would print. */
static bool requested(const struct sip_msg *message, void *arg)
{
    static const char *const sessions[] = { "INVITE", "ACK", "BYE", "INFO" };
    struct sip_line *line = arg;

    for (size_t i = 0; i < sizeof sessions / sizeof *sessions; i++)
        if (pl_strcmp(&message->met, sessions[i]) == 0)
            return false;
    if (pl_strcmp(&message->met, "REFER") == 0 && pl_isset(&message->to.tag))
        return false;
    if (pl_strcmp(&message->met, "UPDATE") == 0)
        sip_dialog_updated(line, message);
    else if (pl_strcmp(&message->met, "OPTIONS") == 0)
        sip_treply(NULL, line->sip, message, 200, "OK");
    else if (pl_strcmp(&message->met, "CANCEL") == 0) /* of a call that has been answered */
        sip_treply(NULL, line->sip, message, 481, "Call/Transaction Does Not Exist");
    else
        sip_treply(NULL, line->sip, message, 405, "Method Not Allowed");
    return true;
}

/* ---- the thread ---- */

/* libre does not tell the socket of its transport: it is the one bound to this address. */
static int find_socket(const struct sa *address)
{
    for (int fd = 0; fd < 1024; fd++) {
        struct sockaddr_in at = { 0 };
        socklen_t size = sizeof at;
        int type;
        socklen_t type_size = sizeof type;

        if (getsockname(fd, (struct sockaddr *)&at, &size) == 0 && at.sin_family == AF_INET &&
            getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0 && type == SOCK_DGRAM &&
            ntohs(at.sin_port) == sa_port(address) && ntohl(at.sin_addr.s_addr) == sa_in(address))
            return fd;
    }
    return -1;
}

static int listen_at(struct sip_line *line)
{
    int error = sip_alloc(&line->sip, NULL, HASH_SIZE, HASH_SIZE, HASH_SIZE, "Xiangyin", NULL, NULL);

    if (!error)
        error = sip_transp_add(line->sip, SIP_TRANSP_UDP, &line->address);
    if (!error && !peers_guard(&line->peers, find_socket(&line->address)))
        error = errno;
    if (!error)
        error = sip_listen(&line->listener, line->sip, true, requested, line);
    if (!error)
        error = sipsess_listen(&line->sessions, line->sip, HASH_SIZE, sip_call_come, line);
    if (!error)
        error = mqueue_alloc(&line->wakes, wake, line);
    if (!error && sa_isset(&line->trunk, SA_ALL))
        error = sip_trunk_begin(line);
    return error;
}

static void close_all(struct sip_line *line)
{
    tmr_cancel(&line->tick);
    sip_trunk_end(line);
    if (line->sessions)
        sipsess_close_all(line->sessions);
    if (line->sip)
        sip_close(line->sip, true);
    mem_deref(line->sessions);
    mem_deref(line->listener);
    mem_deref(line->sip);
    pthread_mutex_lock(&line->lock);
    line->is_closed = true;
    line->wakes = mem_deref(line->wakes);
    pthread_mutex_unlock(&line->lock);
    line->is_stopping = true;
    place_all(line);
}

/* Before everything else on this machine, where that is allowed: a late frame is heard. */
static void be_prompt(void)
{
    struct sched_param priority = { .sched_priority = 10 };

    pthread_setschedparam(pthread_self(), SCHED_RR, &priority);
}

/* libre watches descriptors below 1,024 alone, unless it is told of more before it watches the first; a call
 * takes two. */
static int make_room(const struct sip_line *line)
{
    enum { OTHERS = 1024, OF_A_CALL = 2 };

    return fd_setsize(OTHERS + OF_A_CALL * line->config->voice_calls);
}

static void *serve(void *arg)
{
    struct sip_line *line = arg;
    int error = re_thread_init();

    if (!error)
        error = make_room(line);

    if (!error)
        error = listen_at(line);
    line->failed = error;
    sem_post(&line->is_started);
    if (!error) {
        be_prompt();
        re_main(NULL);
    }
    close_all(line);
    re_thread_close();
    return NULL;
}

static bool start_thread(struct sip_line *line, void *mem, const char **error)
{
    sem_init(&line->is_started, 0, 0);
    pthread_create(&line->thread, NULL, serve, line);
    while (sem_wait(&line->is_started) != 0)
        continue;
    sem_destroy(&line->is_started);
    if (line->failed == 0)
        return true;
    pthread_join(line->thread, NULL);
    *error = talloc_asprintf(mem, "voice: cannot listen at %s: %s", line->config->voice_listen,
                             strerror(line->failed));
    return false;
}

/* NULL, or what is wrong. */
static const char *read_config(void *mem, const struct config *config, struct sip_line *line)
{
    const char *wrong = peers_read(mem, config->voice_peers, config->n_voice_peers, &line->peers);

    if (wrong)
        return talloc_asprintf(mem, "voice: peers: %s", wrong);
    if (sa_decode(&line->address, config->voice_listen, strlen(config->voice_listen)) != 0)
        return talloc_asprintf(mem, "voice: listen = \"%s\" needs an IPv4 address, not a name",
                               config->voice_listen);
    line->blocked = talloc_zero_array(line, const char *, config->n_voice_blocked);
    for (size_t i = 0; i < config->n_voice_blocked; i++) {
        const char *phone = phone_of(line, config->voice_blocked[i]);

        if (!*phone)
            return talloc_asprintf(mem, "voice: blocked: \"%s\" is no phone number",
                                   config->voice_blocked[i]);
        line->blocked[line->n_blocked++] = phone;
    }
    if (!config->voice_trunk)
        return NULL;
    if (sa_decode(&line->trunk, config->voice_trunk, strlen(config->voice_trunk)) != 0)
        return talloc_asprintf(mem, "voice: trunk = \"%s\" needs an IPv4 address, not a name",
                               config->voice_trunk);
    if (!peers_have(&line->peers, (struct in_addr){ htonl(sa_in(&line->trunk)) }))
        return talloc_asprintf(
            mem, "voice: trunk = \"%s\" is none of the peers, so its answers would not be heard",
            config->voice_trunk);
    return NULL;
}

const char *sip_line_check(void *mem, const struct config *config)
{
    struct sip_line *line = talloc_zero(NULL, struct sip_line);
    const char *wrong = config->voice_listen ? read_config(mem, config, line) : NULL;

    talloc_free(line);
    return wrong;
}

/* The thread has ended: what its calls asked for last is carried out, and nobody hears the answers. */
static void end_line(struct sip_line *line)
{
    if (line->dialer)
        dialer_stop(line->dialer);
    errands_stop(line->errands);
    answers_end(&line->answers);
    libre_close();
}

struct sip_line *sip_line_start(void *mem, const struct config *config, struct desk *desk, const char **error)
{
    struct sip_line *line = talloc_zero(mem, struct sip_line);

    line->config = config;
    line->name = "voice";
    *error = read_config(mem, config, line);
    if (*error) {
        talloc_free(line);
        return NULL;
    }

    int failed = libre_init();

    if (failed) {
        *error = talloc_asprintf(mem, "voice: libre does not start: %s", strerror(failed));
        talloc_free(line);
        return NULL;
    }
    line->prompts = prompts_start(line, config);
    pthread_mutex_init(&line->lock, NULL);
    answers_begin(&line->answers);
    line->errands = errands_start(line, config, desk, bring, line);
    if (sa_isset(&line->trunk, SA_ALL) && call_out_recover(desk))
        line->dialer =
            dialer_start(line, desk, config->voice_calls > 1 ? config->voice_calls / 2 : 1, place, line);
    if (!start_thread(line, mem, error)) {
        end_line(line);
        return NULL;
    }
    log_info("voice: calls at %s", config->voice_listen);
    return line;
}

void sip_line_wake(struct sip_line *line)
{
    if (line->dialer)
        dialer_wake(line->dialer);
}

void sip_line_stop(struct sip_line *line)
{
    if (line->dialer)
        dialer_pause(line->dialer);
    mqueue_push(line->wakes, STOP, NULL);
    pthread_join(line->thread, NULL);
    end_line(line);
}

static void write_counter(FILE *out, const char *name, const char *help, unsigned long value)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s counter\n%s %lu\n", name, help, name, name, value);
}

void sip_line_write_metrics(FILE *out, void *arg)
{
    struct sip_line *line = arg;

    fprintf(out,
            "# HELP xiangyin_voice_calls Calls at this moment.\n# TYPE xiangyin_voice_calls gauge\n"
            "xiangyin_voice_calls %d\n",
            atomic_load(&line->counts.now));
    fprintf(out,
            "# HELP xiangyin_voice_trunk_up Whether the PBX answers.\n# TYPE xiangyin_voice_trunk_up gauge\n"
            "xiangyin_voice_trunk_up %d\n",
            atomic_load(&line->is_trunk_up));
    write_counter(out, "xiangyin_voice_calls_total", "Calls answered.", atomic_load(&line->counts.calls));
    write_counter(out, "xiangyin_voice_calls_made_total", "Calls made.", atomic_load(&line->counts.placed));
    write_counter(out, "xiangyin_voice_busy_total", "Calls refused because too many were going on.",
                  atomic_load(&line->counts.refused));
    write_counter(out, "xiangyin_voice_ticks_total", "Ticks of 20 ms.", atomic_load(&line->counts.ticks));
    write_counter(out, "xiangyin_voice_late_ticks_total", "Ticks that came more than 20 ms late.",
                  atomic_load(&line->counts.late));
}
