#include "gateway/voice/sound/tape.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spandsp.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"

/* RING: octets, 8 s; a power of two. LOOK_MS: between two looks at all tapes. FEW: files that are brought to
 * the disk one by one; of more, one call does it for all. */
enum { RING = 65536, LOOK_MS = 100, SYNC_MS = 900, FEW = 4, HEADER = 58 };

struct tape {
    struct tapes *tapes;
    struct tape *next;
    uint8_t ring[RING];
    atomic_size_t put, written; /* octets since the beginning */
    atomic_bool has_lost;
    int fd;
    int64_t synced_at;
    size_t synced;  /* octets */
    size_t syncing; /* as many are about to be; 0: none */
};

struct tapes {
    pthread_t thread;
    pthread_mutex_t lock;    /* over the list and each tape's file */
    pthread_cond_t has_work; /* there is a tape, or the end has come */
    struct tape *first;
    atomic_bool is_stopping;
};

static uint8_t *put_name(uint8_t *at, const char *name)
{
    while (*name)
        *at++ = (uint8_t)*name++;
    return at;
}

static uint8_t *put_number(uint8_t *at, uint32_t value, int octets)
{
    for (int i = 0; i < octets; i++)
        *at++ = (uint8_t)(value >> (8 * i));
    return at;
}

/* WAVE_FORMAT_ALAW, one channel, 8,000 octets a second, 1 octet a frame. */
static void make_header(uint8_t header[HEADER], uint32_t octets)
{
    enum { ALAW = 6, FORMAT_OCTETS = 18, BITS = 8 };
    uint8_t *at = put_number(put_name(header, "RIFF"), HEADER - 8 + octets, 4);

    at = put_number(put_name(at, "WAVEfmt "), FORMAT_OCTETS, 4);
    at = put_number(put_number(at, ALAW, 2), 1, 2);
    at = put_number(put_number(at, FRAME_RATE, 4), FRAME_RATE, 4);
    at = put_number(put_number(put_number(at, 1, 2), BITS, 2), 0, 2);
    at = put_number(put_number(put_name(at, "fact"), 4, 4), octets, 4);
    put_number(put_name(at, "data"), octets, 4);
}

static bool write_all(int fd, const void *octets, size_t n, off_t at)
{
    for (size_t done = 0; done < n;) {
        ssize_t some = pwrite(fd, (const char *)octets + done, n - done, at + (off_t)done);

        if (some < 0 && errno != EINTR)
            return false;
        done += some > 0 ? (size_t)some : 0;
    }
    return true;
}

static bool write_header(struct tape *tape, size_t octets)
{
    uint8_t header[HEADER];

    make_header(header, (uint32_t)octets);
    return write_all(tape->fd, header, sizeof header, 0) && fdatasync(tape->fd) == 0;
}

/* Writes what was put; with the lock. False: the disk failed, and what waits is lost when the ring is full.
 */
static bool write_waiting(struct tape *tape)
{
    size_t put = atomic_load(&tape->put), written = atomic_load(&tape->written);

    while (written < put) {
        size_t from = written % RING, n = put - written, most = RING - from;

        n = n < most ? n : most;
        if (!write_all(tape->fd, tape->ring + from, n, HEADER + (off_t)written))
            return false;
        written += n;
        atomic_store(&tape->written, written);
    }
    return true;
}

static void note_synced(struct tape *tape, size_t octets)
{
    tape->synced = octets;
    tape->synced_at = clock_ticks_ms();
}

static bool is_due(const struct tape *tape)
{
    return tape->synced != atomic_load(&tape->written) && clock_ticks_ms() - tape->synced_at >= SYNC_MS;
}

/* Writes what waits of all tapes, and marks those that are due; with the lock. How many are. */
static int write_all_waiting(struct tapes *tapes)
{
    int n_due = 0;

    for (struct tape *tape = tapes->first; tape; tape = tape->next)
        if (write_waiting(tape) && is_due(tape)) {
            tape->syncing = atomic_load(&tape->written);
            n_due++;
        }
    return n_due;
}

static void sync_each(struct tapes *tapes)
{
    for (struct tape *tape = tapes->first; tape; tape = tape->next) {
        if (tape->syncing && fdatasync(tape->fd) == 0)
            note_synced(tape, tape->syncing);
        tape->syncing = 0;
    }
}

/* The files stand in one folder, and a disk that commits each by itself would be behind with a hundred. The
 * lock is open meanwhile: calls that begin or end do not wait. */
static void sync_together(struct tapes *tapes)
{
    int fd = fcntl(tapes->first->fd, F_DUPFD_CLOEXEC, 0);

    pthread_mutex_unlock(&tapes->lock);
    bool is_synced = fd >= 0 && syncfs(fd) == 0;

    if (fd >= 0)
        close(fd);
    pthread_mutex_lock(&tapes->lock);
    for (struct tape *tape = tapes->first; tape; tape = tape->next) {
        if (tape->syncing && is_synced)
            note_synced(tape, tape->syncing);
        tape->syncing = 0;
    }
}

static void *write_tapes(void *arg)
{
    struct tapes *tapes = arg;

    while (!atomic_load(&tapes->is_stopping)) {
        pthread_mutex_lock(&tapes->lock);
        while (!tapes->first && !atomic_load(&tapes->is_stopping))
            pthread_cond_wait(&tapes->has_work, &tapes->lock);
        if (write_all_waiting(tapes) > FEW)
            sync_together(tapes);
        else
            sync_each(tapes);
        pthread_mutex_unlock(&tapes->lock);
        nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
    }
    return NULL;
}

struct tapes *tapes_start(void *mem)
{
    struct tapes *tapes = talloc_zero(mem, struct tapes);

    pthread_mutex_init(&tapes->lock, NULL);
    pthread_cond_init(&tapes->has_work, NULL);
    pthread_create(&tapes->thread, NULL, write_tapes, tapes);
    return tapes;
}

void tapes_stop(struct tapes *tapes)
{
    pthread_mutex_lock(&tapes->lock);
    atomic_store(&tapes->is_stopping, true);
    pthread_cond_signal(&tapes->has_work);
    pthread_mutex_unlock(&tapes->lock);
    pthread_join(tapes->thread, NULL);
    pthread_cond_destroy(&tapes->has_work);
    pthread_mutex_destroy(&tapes->lock);
    talloc_free(tapes);
}

struct tape *tape_open(struct tapes *tapes, const char *path)
{
    struct tape *tape = talloc_zero(NULL, struct tape);

    tape->tapes = tapes;
    tape->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (tape->fd < 0 || !write_header(tape, 0)) {
        int reason = errno;

        if (tape->fd >= 0)
            close(tape->fd);
        talloc_free(tape);
        errno = reason;
        return NULL;
    }
    tape->synced_at = clock_ticks_ms();
    pthread_mutex_lock(&tapes->lock);
    tape->next = tapes->first;
    tapes->first = tape;
    pthread_cond_signal(&tapes->has_work);
    pthread_mutex_unlock(&tapes->lock);
    return tape;
}

void tape_put(struct tape *tape, const int16_t samples[FRAME_SAMPLES])
{
    size_t put = atomic_load(&tape->put);

    if (put - atomic_load(&tape->written) + FRAME_SAMPLES > RING) {
        atomic_store(&tape->has_lost, true);
        return;
    }
    for (size_t i = 0; i < FRAME_SAMPLES; i++)
        tape->ring[(put + i) % RING] = linear_to_alaw(samples[i]);
    atomic_store(&tape->put, put + FRAME_SAMPLES);
}

bool tape_rewind(struct tape *tape)
{
    pthread_mutex_lock(&tape->tapes->lock);
    bool is_empty = ftruncate(tape->fd, HEADER) == 0;

    if (is_empty) {
        atomic_store(&tape->put, 0);
        atomic_store(&tape->written, 0);
        atomic_store(&tape->has_lost, false);
        tape->synced = tape->syncing = 0;
    }
    pthread_mutex_unlock(&tape->tapes->lock);
    return is_empty;
}

struct clip tape_replay(struct tape *tape, void *mem)
{
    pthread_mutex_lock(&tape->tapes->lock);
    bool is_written = write_waiting(tape);
    size_t n = atomic_load(&tape->written);
    uint8_t *octets = talloc_array(mem, uint8_t, n + 1);
    int16_t *samples = talloc_array(mem, int16_t, n + 1);

    if (!is_written || pread(tape->fd, octets, n, HEADER) != (ssize_t)n)
        n = 0;
    pthread_mutex_unlock(&tape->tapes->lock);
    for (size_t i = 0; i < n; i++)
        samples[i] = alaw_to_linear(octets[i]);
    talloc_free(octets);
    return (struct clip){ samples, n };
}

static void unlist(struct tape *tape)
{
    struct tape **at = &tape->tapes->first;

    while (*at != tape)
        at = &(*at)->next;
    *at = tape->next;
}

bool tape_close(struct tape *tape)
{
    pthread_mutex_lock(&tape->tapes->lock);
    unlist(tape);
    pthread_mutex_unlock(&tape->tapes->lock);

    bool is_whole = write_waiting(tape) && write_header(tape, atomic_load(&tape->written)) &&
                    !atomic_load(&tape->has_lost);

    is_whole = close(tape->fd) == 0 && is_whole;
    talloc_free(tape);
    return is_whole;
}
