/*
 * A sound file that is in memory, for libsndfile to read.
 */
#ifndef GATEWAY_RECORDING_SOUND_OCTETS_H
#define GATEWAY_RECORDING_SOUND_OCTETS_H

#include <sndfile.h>

/* at and length are the caller's; the rest is 0 at first. */
struct sound_octets {
    const unsigned char *at;
    sf_count_t length, position;
    sf_count_t size_at; /* where these four octets are read instead of those that stand there; 0: nowhere */
    unsigned char size[4];
};

/* octets outlives the file. NULL: sf_strerror(NULL) says why. */
SNDFILE *sound_octets_open(struct sound_octets *octets, SF_INFO *info);

#endif
