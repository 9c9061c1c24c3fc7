/*
 * The real program for end-to-end tests: an emulated modem in a thread of the test, and `xiangyin run` beside
 * it, in a folder of their own. Everything ends with gateway_end.
 */
#ifndef TESTS_SUPPORT_GATEWAY_PROCESS_H
#define TESTS_SUPPORT_GATEWAY_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "modem/emulator/client.h"
#include "modem/emulator/emulator.h"
#include "store/store.h"

/* How long to wait for what will come, and for the end after SIGTERM: generous, for a busy machine. */
enum { PATIENCE_MS = 60000, STOP_MS = 10000 };

struct gateway_process {
    void *mem;
    const char *folder, *config, *device, *log, *url;
    const char *sent; /* the emulator's log of what was sent */
    struct emulator *emulator;
    struct emulator_client *client;
    pid_t pid; /* 0: not running */
};

/* options: NULL or what the emulator shall be; its device is set here. extra: lines for the modem's section,
 * or "". */
struct gateway_process *gateway_begin(const struct emulator_options *options, const char *extra);

/* Adds lines to the configuration. */
void gateway_configure(struct gateway_process *gateway, const char *text);

/* Starts `xiangyin run`; fails the test when it does not say ready within PATIENCE_MS. */
void gateway_run(struct gateway_process *gateway);

/* Starts it without waiting for anything. */
void gateway_spawn(struct gateway_process *gateway);

/* SIGKILL, and waits for the end. */
void gateway_kill(struct gateway_process *gateway);

/* SIGTERM; the exit code, -1 when it took longer than PATIENCE_MS (it is then killed). */
int gateway_stop(struct gateway_process *gateway);

/* The same with another patience. */
int gateway_stop_within(struct gateway_process *gateway, int timeout_ms);

void gateway_end(struct gateway_process *gateway);

/* Runs the program with the configuration: "case list --json". Its output from gateway->mem; the exit code in
 * *code. */
char *gateway_command(struct gateway_process *gateway, int *code, const char *arguments, ...)
    __attribute__((format(printf, 3, 4)));

/* One number of the store, asked with a connection of its own: SELECT ... */
long gateway_count(struct gateway_process *gateway, const char *sql);

/* Asks until it is at least wanted; false after timeout_ms. */
bool gateway_wait(struct gateway_process *gateway, const char *sql, long wanted, int timeout_ms);

/* The same for a number of the emulated modem's statistics: "sent". */
bool gateway_wait_stat(struct gateway_process *gateway, const char *name, long wanted, int timeout_ms);

/* Waits until the gateway has noticed that its modem is gone; fails the test after PATIENCE_MS. */
void gateway_wait_down(struct gateway_process *gateway);

/* A request to the emulated modem (emulator.h); fails the test when it is refused. */
void gateway_tell(struct gateway_process *gateway, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void sleep_ms(long ms);

/* Where the program is: $XIANGYIN, else build/xiangyin. */
const char *gateway_program(void);

#endif
