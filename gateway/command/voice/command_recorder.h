/*
 * Recordings from the command line: the store's own transactions, beside a running gateway.
 */
#ifndef GATEWAY_COMMAND_VOICE_COMMAND_RECORDER_H
#define GATEWAY_COMMAND_VOICE_COMMAND_RECORDER_H

#include "gateway/recording/recording.h"

struct command_recorder {
    void *mem;
    const struct config *config;
    struct store *store; /* may write */
    const char *error;   /* of the last job that failed */
};

/* own lives as long as the recorder. */
struct recorder command_recorder(struct command_recorder *own);

#endif
