#include "gateway/voice/sound/sound_port.h"

#include <alsa/asoundlib.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <talloc.h>
#include <termios.h>
#include <unistd.h>

#include "modem/port.h"

/* LATENCY_US: of the card. AHEAD: frames of silence written first, so that a late frame leaves no gap. */
enum { HELD = 4096, FRAME_OCTETS = 2 * FRAME_SAMPLES, LATENCY_US = 80000, AHEAD = 2, BAUD = 115200 };

struct sound_port {
    int fd; /* -1: a card */
    uint8_t held[HELD];
    size_t n; /* octets held */
    int owed; /* the second octet of a half-written sample; -1: none */
    snd_pcm_t *in, *out;
};

static int close_port(struct sound_port *port)
{
    if (port->in)
        snd_pcm_close(port->in);
    if (port->out)
        snd_pcm_close(port->out);
    if (port->fd >= 0)
        port_close(port->fd);
    return 0;
}

/* ---- a card ---- */

static const int16_t silence[FRAME_SAMPLES];

static int open_stream(snd_pcm_t **pcm, const char *name, snd_pcm_stream_t stream)
{
    int error = snd_pcm_open(pcm, name, stream, SND_PCM_NONBLOCK);

    if (!error) /* 0: no resampling, so that a card with another rate is refused */
        error = snd_pcm_set_params(*pcm, SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED, 1, FRAME_RATE,
                                   0, LATENCY_US);
    return error;
}

static void play_ahead(struct sound_port *port)
{
    for (int i = 0; i < AHEAD; i++)
        snd_pcm_writei(port->out, silence, FRAME_SAMPLES);
}

static const char *open_card(void *mem, struct sound_port *port, const char *name)
{
    int error = open_stream(&port->in, name, SND_PCM_STREAM_CAPTURE);

    if (!error)
        error = open_stream(&port->out, name, SND_PCM_STREAM_PLAYBACK);
    if (!error)
        error = snd_pcm_start(port->in);
    if (error)
        return talloc_asprintf(mem, "%s: %s", name, snd_strerror(error));
    play_ahead(port);
    return NULL;
}

/* Restarts the stream after an overrun; the samples of the meantime are lost. */
static enum sound_got recover(snd_pcm_t *pcm, int error)
{
    if (error == -EAGAIN)
        return SOUND_NOTHING;
    if (error != -EPIPE && error != -ESTRPIPE && error != -EINTR)
        return SOUND_GONE;
    if (snd_pcm_recover(pcm, error, 1) < 0)
        return SOUND_GONE;
    if (snd_pcm_stream(pcm) == SND_PCM_STREAM_CAPTURE)
        snd_pcm_start(pcm);
    return SOUND_NOTHING;
}

static enum sound_got read_card(struct sound_port *port, int timeout_ms)
{
    size_t wanted = (FRAME_OCTETS - port->n) / 2;
    int ready = snd_pcm_wait(port->in, timeout_ms);

    if (ready == 0)
        return SOUND_NOTHING;
    snd_pcm_sframes_t n = ready < 0 ? ready : snd_pcm_readi(port->in, port->held + port->n, wanted);

    if (n <= 0)
        return recover(port->in, (int)n);
    port->n += 2 * (size_t)n;
    return SOUND_FRAME;
}

static bool write_card(struct sound_port *port, const int16_t *samples)
{
    snd_pcm_sframes_t n = snd_pcm_writei(port->out, samples, FRAME_SAMPLES);

    if (n >= 0 || n == -EAGAIN)
        return true;
    if (recover(port->out, (int)n) == SOUND_GONE)
        return false;
    play_ahead(port);
    return true;
}

/* ---- a serial port ---- */

static const char *open_tty(void *mem, struct sound_port *port, const char *name)
{
    char why[256];

    port->fd = port_open(name, BAUD, why, sizeof why);
    if (port->fd < 0)
        return talloc_strdup(mem, why);
    tcflush(port->fd, TCIOFLUSH);
    return NULL;
}

static enum sound_got read_tty(struct sound_port *port, int timeout_ms)
{
    struct pollfd wait = { .fd = port->fd, .events = POLLIN };

    if (poll(&wait, 1, timeout_ms) == 0)
        return SOUND_NOTHING;
    if (!(wait.revents & POLLIN))
        return wait.revents ? SOUND_GONE : SOUND_NOTHING;
    ssize_t n = read(port->fd, port->held + port->n, HELD - port->n);

    if (n <= 0)
        return n < 0 && (errno == EAGAIN || errno == EINTR) ? SOUND_NOTHING : SOUND_GONE;
    port->n += (size_t)n;
    return SOUND_FRAME;
}

static bool write_tty(struct sound_port *port, const int16_t *samples)
{
    uint8_t octets[1 + FRAME_OCTETS] = { (uint8_t)port->owed };
    size_t before = port->owed >= 0;

    memcpy(octets + before, samples, FRAME_OCTETS);
    ssize_t n = write(port->fd, octets, before + FRAME_OCTETS);

    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    /* never half a sample: all that follows would be noise */
    if (n > 0)
        port->owed = ((size_t)n - before) % 2 ? octets[n] : -1;
    return true;
}

/* ---- both ---- */

struct sound_port *sound_port_open(void *mem, const char *name, const char **why)
{
    struct sound_port *port = talloc_zero(mem, struct sound_port);
    bool is_card = strncmp(name, "alsa:", 5) == 0;

    port->fd = port->owed = -1;
    talloc_set_destructor(port, close_port);
    *why = is_card ? open_card(mem, port, name + 5) : open_tty(mem, port, name);
    if (!*why)
        return port;
    talloc_free(port);
    return NULL;
}

bool sound_port_is_there(const char *name)
{
    snd_pcm_t *pcm;
    int error;

    if (strncmp(name, "alsa:", 5) != 0)
        return access(name, R_OK | W_OK) == 0;
    error = snd_pcm_open(&pcm, name + 5, SND_PCM_STREAM_CAPTURE, SND_PCM_NONBLOCK);
    if (!error)
        snd_pcm_close(pcm);
    return !error || error == -EBUSY;
}

static void take(struct sound_port *port, int16_t *samples)
{
    for (int i = 0; i < FRAME_SAMPLES; i++)
        samples[i] = (int16_t)(port->held[(size_t)2 * i] | port->held[(size_t)2 * i + 1] << 8);
    port->n -= FRAME_OCTETS;
    memmove(port->held, port->held + FRAME_OCTETS, port->n);
}

enum sound_got sound_port_read(struct sound_port *port, int16_t samples[FRAME_SAMPLES], int timeout_ms)
{
    while (port->n < FRAME_OCTETS) {
        enum sound_got got = port->in ? read_card(port, timeout_ms) : read_tty(port, timeout_ms);

        if (got != SOUND_FRAME)
            return got;
    }
    take(port, samples);
    return SOUND_FRAME;
}

bool sound_port_write(struct sound_port *port, const int16_t samples[FRAME_SAMPLES])
{
    return port->out ? write_card(port, samples) : write_tty(port, samples);
}
