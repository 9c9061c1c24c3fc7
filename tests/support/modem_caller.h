/*
 * A village that calls by the emulated modem: the real program answers, in real time.
 */
#ifndef TESTS_SUPPORT_MODEM_CALLER_H
#define TESTS_SUPPORT_MODEM_CALLER_H

#include <stddef.h>
#include <stdint.h>

#include "tests/support/gateway_process.h"

struct modem_caller {
    struct gateway_process *gateway;
    const char *says, *hears; /* files of samples: a voice of 30 s; what the caller heard last */
    const int16_t *voice;
    size_t voice_n;
};

/* A gateway on a modem of this maker and model, which answers calls. */
struct modem_caller *modem_caller_begin(const char *maker, const char *model);
/* The same, whose sound is this: "alsa:NAME"; NULL: the emulated modem's own port. */
struct modem_caller *modem_caller_begin_with(const char *maker, const char *model, const char *sound);
void modem_caller_end(struct modem_caller *caller);

/* Calls from this number; more: members of the request, each with a comma before it. Waits until it is
 * answered. */
void modem_caller_call(struct modem_caller *caller, const char *number, const char *more);
/* Waits until the modem has no call. */
void modem_caller_wait(struct modem_caller *caller);

/* The samples in a file, from the caller. */
const int16_t *modem_caller_samples(struct modem_caller *caller, const char *path, size_t *n);
/* The only recording, from the caller. */
const int16_t *modem_caller_recording(struct modem_caller *caller, size_t *n);

#endif
