/*
 * Lets libsndfile read a sound file in memory.
 */
#ifndef GATEWAY_RECORDING_SOUND_OCTETS_H
#define GATEWAY_RECORDING_SOUND_OCTETS_H

#include <sndfile.h>

/* The caller sets at and length, and clears the rest. */
struct sound_octets {
    const unsigned char *at;
    sf_count_t length, position;
    sf_count_t size_at; /* offset at which the next four octets replace the file's; 0: none are replaced */
    unsigned char size[4];
};

/* octets must outlive the file. NULL: sf_strerror(NULL) says why. */
SNDFILE *sound_octets_open(struct sound_octets *octets, SF_INFO *info);

#endif
