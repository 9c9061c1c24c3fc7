/*
 * The demonstration's stage: a folder with the sample county, an emulated modem, and the gateway on it, each
 * a process of its own.
 */
#ifndef GATEWAY_COMMAND_STAGE_H
#define GATEWAY_COMMAND_STAGE_H

#include <stdbool.h>
#include <sys/types.h>

struct stage {
    const char *folder, *config, *device;
    const char *wire; /* the emulator's log: one JSON line a PDU sent */
    pid_t emulator, gateway;
};

/* Sets it up in a new folder and waits until the gateway is ready. NULL after saying why. stage_end in any
 * case. */
struct stage *stage_begin(void *mem);

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Runs the program itself with these WORDS and the stage's configuration; its exit code. */
int stage_command(struct stage *stage, const char *const *words);

/* Ends the processes and removes the folder. */
void stage_end(struct stage *stage);

#endif
