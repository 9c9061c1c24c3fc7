/*
 * One run of the configured transcriber, as a child process of low priority in a process group of its own.
 */
#ifndef GATEWAY_RECORDING_TRANSCRIBE_H
#define GATEWAY_RECORDING_TRANSCRIBE_H

#include "gateway/config.h"

enum transcribed {
    TRANSCRIBED,
    TRANSCRIBED_NOTHING, /* exit code 2: no speech */
    TRANSCRIBED_WRONG,   /* it failed, hung, or said something else than it should: why says what */
    TRANSCRIBED_NOT      /* it was stopped, because the gateway stops */
};

struct transcription {
    const char *text, *engine; /* UTF-8 without control characters, at most 4000 and 100 octets */
    int confidence;            /* percent */
    const char *why;
};

/*
 * Runs it on a WAV file and waits, at most config->transcriber_timeout seconds, or until wake_fd can be read;
 * it and whatever it started are killed then. Results from mem.
 */
enum transcribed transcribe(void *mem, const struct config *config, const char *path, int wake_fd,
                            struct transcription *transcription);

#endif
