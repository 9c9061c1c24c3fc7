/*
 * The sound of a modem's calls: a serial port with 16-bit samples at 8 kHz, or a sound card (ALSA). What
 * comes from the modem is the clock: a frame is given for each that is taken. One thread uses a port.
 */
#ifndef GATEWAY_VOICE_SOUND_PORT_H
#define GATEWAY_VOICE_SOUND_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/voice/frame.h"

struct sound_port;

/* name: a tty, or "alsa:" and the name of a PCM, "alsa:hw:2,0". The card must do 8 kHz, 16 bits and mono
 * exactly. What a tty still holds is dropped. NULL: *why, from mem. From mem; talloc_free closes it. */
struct sound_port *sound_port_open(void *mem, const char *name, const char **why);

enum sound_got { SOUND_FRAME, SOUND_NOTHING, SOUND_GONE };

/* The next frame, waited for at most timeout_ms. However the octets come, in one piece or cut inside of a
 * sample, no sample is lost. */
enum sound_got sound_port_read(struct sound_port *port, int16_t samples[FRAME_SAMPLES], int timeout_ms);

/* Gives a frame without waiting; what the modem does not take is dropped. False: the port is gone. */
bool sound_port_write(struct sound_port *port, const int16_t samples[FRAME_SAMPLES]);

/*
 * sound_find.c: the name of the sound that belongs to the modem at this port: of the same USB device a card,
 * or the serial port of that interface. NULL: there is none. sys: "/sys". From mem.
 */
const char *sound_find_card(void *mem, const char *sys, const char *port);
const char *sound_find_port(void *mem, const char *sys, const char *port, int interface);

#endif
