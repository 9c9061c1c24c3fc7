/* A modem handle on an emulated modem: what the tests of modem/ share. */
#ifndef TESTS_SUPPORT_MODEM_BENCH_H
#define TESTS_SUPPORT_MODEM_BENCH_H

#include "modem/emulator/client.h"
#include "modem/emulator/emulator.h"
#include "modem/modem.h"

/* An emulated modem, its control, and a modem handle that is not yet started. */
struct modem_bench {
    void *mem;
    char *device;
    struct emulator *emulator;
    struct emulator_client *control;
    struct modem *modem;
};

/* Ends the test when the emulator does not start. The device of both is filled in. */
struct modem_bench *modem_bench_set(struct emulator_options options, struct modem_settings settings);
void modem_bench_clear(struct modem_bench *bench);

/* modem_start, and the end of the test when it fails. */
void modem_bench_start(struct modem_bench *bench);

/* modem_start again and again until it works. */
void modem_bench_restart(struct modem_bench *bench);

/* One request to the emulator, and the end of the test when it refuses. */
void modem_bench_tell(struct modem_bench *bench, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sends a text that fits one part to a number that asks for a report. */
enum modem_sent modem_bench_send(struct modem_bench *bench, const char *text, int *reference, int *code);

#endif
