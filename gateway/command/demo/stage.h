/*
 * The demonstration's stage: a folder with the sample county or another, an emulated modem, and the gateway
 * on it, each a process of its own.
 */
#ifndef GATEWAY_COMMAND_DEMO_STAGE_H
#define GATEWAY_COMMAND_DEMO_STAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct stage {
    const char *folder, *config, *device;
    const char *wire;  /* the emulator's log: one JSON line a PDU sent */
    const char *clock; /* file of the rehearsal's clock (gateway/clock.h); NULL: the host's clock */
    pid_t emulator, gateway;
};

/* units, people and routes are CSV rows without a heading; "": none. */
struct stage_options {
    const char *settings;                /* lines of configuration, put before the sample's */
    const char *units, *people, *routes; /* units NULL: the sample county */
    bool has_calls;                      /* SIP calls come from this machine, at a port that is free */
    int64_t now;                         /* when the rehearsal's clock begins; 0: the host's clock */
};

/* Sets the stage up in a new folder and waits until the gateway is ready. NULL after printing why. */
struct stage *stage_begin(void *mem, const struct stage_options *wish);

/* Stop and start the gateway. False after printing why. */
bool stage_stop_gateway(struct stage *stage);
bool stage_start_gateway(struct stage *stage);

/* Whether the gateway has ended although nobody stopped it; shows its log on standard error. */
bool stage_gateway_died(struct stage *stage);

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Runs the program itself with these WORDS and the stage's configuration; its exit code. */
int stage_command(struct stage *stage, const char *const *words);

/* Ends the processes and removes the folder. */
void stage_end(struct stage *stage);

#endif
