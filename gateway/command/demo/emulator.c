/* xiangyin emulator DEVICE: a modem and a small network to try the gateway on. */

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/subcommands.h"
#include "modem/emulator/emulator.h"

/* An option that takes a number of at least 0. */
struct number_option {
    const char *name, *text;
    int *number;
};

static bool take_numbers(const struct number_option *options, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *end;
        long value = options[i].text ? strtol(options[i].text, &end, 10) : 0;

        if (options[i].text == NULL)
            continue;
        if (*options[i].text == '\0' || *end != '\0' || value < 0 || value > 1000000000) {
            command_wrong_use("%s needs a number, not %s", options[i].name, options[i].text);
            return false;
        }
        *options[i].number = (int)value;
    }
    return true;
}

static bool take_options(int *argc, char **argv, struct emulator_options *options)
{
    int seed = 0;
    struct number_option numbers[] = {
        { "--slots", NULL, &options->slots },
        { "--modem-slots", NULL, &options->modem_slots },
        { "--latency", NULL, &options->latency_ms },
        { "--send-latency", NULL, &options->send_ms },
        { "--delivery", NULL, &options->delivery_ms },
        { "--boot", NULL, &options->boot_ms },
        { "--seed", NULL, &seed },
    };
    enum { NUMBERS = sizeof numbers / sizeof *numbers };
    struct option_spec specs[NUMBERS + 3] = { { "--log", NULL, &options->log },
                                              { "--pin", NULL, &options->pin },
                                              { "--fault", NULL, &options->faults } };

    for (size_t i = 0; i < NUMBERS; i++)
        specs[3 + i] = (struct option_spec){ numbers[i].name, NULL, &numbers[i].text };
    if (!command_options(argc, argv, specs, NUMBERS + 3) || !take_numbers(numbers, NUMBERS))
        return false;
    options->seed = (unsigned)seed;
    return true;
}

static void *stop_at_signal(void *emulator)
{
    sigset_t signals;
    int number;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigwait(&signals, &number);
    emulator_stop(emulator);
    return NULL;
}

static bool serve(struct emulator *emulator, const char *device)
{
    sigset_t signals;
    pthread_t waiter;
    bool is_well;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (pthread_create(&waiter, NULL, stop_at_signal, emulator) != 0)
        return false;
    printf("%s ready\n", device);
    fflush(stdout);
    is_well = emulator_run(emulator);
    pthread_kill(waiter, SIGINT);
    pthread_join(waiter, NULL);
    return is_well;
}

static int run(int argc, char **argv)
{
    struct emulator_options options = { 0 };
    struct emulator *emulator;
    int status = EXIT_SUCCESS;

    if (!take_options(&argc, argv, &options))
        return EXIT_WRONG_USE;
    if (argc != 2)
        return command_wrong_use("missing DEVICE");
    options.device = argv[1];
    emulator = emulator_new(&options);
    if (!emulator)
        return command_failed("no file descriptor is left");
    if (!emulator_open(emulator) || !serve(emulator, options.device))
        status = command_failed("%s", emulator_error(emulator));
    emulator_free(emulator);
    return status;
}

const struct command command_emulator = {
    .name = "emulator",
    .summary = "a modem on a pseudo-terminal with a small mobile network behind it",
    .usage = "usage: xiangyin emulator DEVICE [options]\n\n"
             "Creates DEVICE, a link to a pseudo-terminal that answers AT "
             "commands, and DEVICE.control, a socket that takes JSON\n"
             "requests, one a line (modem/emulator/emulator.h lists them). "
             "Ends at SIGTERM or at the request \"quit\".\n\n"
             "    --slots N          messages that fit on the SIM (50)\n"
             "    --modem-slots N    messages that fit in the modem (0)\n"
             "    --latency MS       delay of every answer (0)\n"
             "    --send-latency MS  additional delay of AT+CMGS (0)\n"
             "    --delivery MS      interval between incoming texts (0)\n"
             "    --boot MS          silence after a restart (0)\n"
             "    --pin PIN          the SIM requires this PIN\n"
             "    --log FILE         appends a JSON line for each part sent\n"
             "    --fault JSON       a fault such as {\"kind\":\"late\",\"ms\":5000}, or an array of faults\n"
             "    --seed N           of all random numbers (0)\n",
    .run = run,
};
