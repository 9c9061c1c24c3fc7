/*
 * The sound of a modem's calls: a serial port with 16-bit samples at 8 kHz, or a sound card (ALSA). The modem
 * sets the pace: write one frame for each frame read. A port is used by one thread.
 */
#ifndef GATEWAY_VOICE_SOUND_SOUND_PORT_H
#define GATEWAY_VOICE_SOUND_SOUND_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/voice/sound/frame.h"

struct sound_port;

/* name: a tty, or "alsa:" and the name of a PCM, such as "alsa:hw:2,0". The card must support 8 kHz, 16 bits
 * and mono. Data left in a tty is dropped. From mem; talloc_free closes it. NULL: *why, from mem. */
struct sound_port *sound_port_open(void *mem, const char *name, const char **why);

/* Whether this port or card is there and may be opened, also while a call uses it. No sound is heard. */
bool sound_port_is_there(const char *name);

enum sound_got { SOUND_FRAME, SOUND_NOTHING, SOUND_GONE };

/* Reads the next frame, waiting at most timeout_ms. No sample is lost, even if the octets arrive cut inside a
 * sample. */
enum sound_got sound_port_read(struct sound_port *port, int16_t samples[FRAME_SAMPLES], int timeout_ms);

/* Writes a frame without waiting; samples that the modem does not take are dropped. False: the port is gone.
 */
bool sound_port_write(struct sound_port *port, const int16_t samples[FRAME_SAMPLES]);

/*
 * sound_find.c: finds the sound of the modem at this AT port on the same USB device: its sound card, or the
 * serial port of an interface. The name is from mem; NULL: there is none. sys: "/sys".
 */
const char *sound_find_card(void *mem, const char *sys, const char *port);
const char *sound_find_port(void *mem, const char *sys, const char *port, int interface);

#endif
