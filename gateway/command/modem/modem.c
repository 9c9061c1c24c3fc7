/* xiangyin modem: lists modems, checks one, and sends it commands. */
#include "gateway/command/print/table.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/command/modem/modem_claims.h"
#include "gateway/command/modem/modem_probe.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "gateway/config.h"
#include "modem/modem.h"
#include "modem/port.h"

enum { COMMAND_MS = 30000, USSD_MS = 60000 };

/* ---- list ---- */

static void print_port_json(const struct port_info *port)
{
    json_object *object = json_object_new_object();

    json_object_object_add(object, "device", json_object_new_string(port->device));
    json_object_object_add(object, "port", json_object_new_string(port->path));
    json_object_object_add(object, "manufacturer", json_object_new_string(port->manufacturer));
    json_object_object_add(object, "model", json_object_new_string(port->product));
    json_object_object_add(object, "serial", json_object_new_string(port->serial));
    json_object_object_add(object, "driver", json_object_new_string(port->driver));
    json_object_object_add(object, "vid", port->vid < 0 ? NULL : json_object_new_int(port->vid));
    json_object_object_add(object, "pid", port->pid < 0 ? NULL : json_object_new_int(port->pid));
    json_object_object_add(object, "interface",
                           port->interface < 0 ? NULL : json_object_new_int(port->interface));
    json_print(stdout, object);
}

static void print_port(const struct port_info *port)
{
    printf("%-14s %-28s %-24s device = \"%s\"\n", port->path, *port->manufacturer ? port->manufacturer : "-",
           *port->product ? port->product : "-", port->device);
}

static int list(int argc, char **argv)
{
    bool json = false;
    const struct option_spec options[] = { { "--json", &json, NULL } };
    void *mem = talloc_new(NULL);
    struct port_info *ports;
    size_t n;

    if (!command_options(&argc, argv, options, 1) || argc > 1) {
        talloc_free(mem);
        return EXIT_WRONG_USE;
    }
    if (!port_list(mem, &ports, &n)) {
        talloc_free(mem);
        return command_failed("the ports of this machine cannot be listed");
    }
    for (size_t i = 0; i < n; i++)
        (json ? print_port_json : print_port)(&ports[i]);
    if (n == 0 && !json)
        fputs(words("No serial port. Is the modem plugged in, and its driver loaded (option, cdc_acm)?\n"),
              stderr);
    talloc_free(mem);
    return EXIT_SUCCESS;
}

/* ---- one modem ---- */

/* DEV may be a path, a usb: name, or the name of a modem in the configuration: then its PIN is known too. */
static struct modem *modem_named(void *mem, const char *name)
{
    struct modem_settings settings = { .device = name };
    const char *path = command_config_path() ? command_config_path() : config_default_path();
    struct config_problem *problems;
    size_t n;
    struct config *config = access(path, R_OK) == 0 ? config_read(mem, path, &problems, &n) : NULL;

    for (size_t i = 0; config && i < config->n_modems; i++) {
        const struct modem_config *one = &config->modems[i];

        if (strcmp(one->name, name) == 0 || strcmp(one->device, name) == 0)
            settings = (struct modem_settings){ .device = one->device, .pin = one->pin, .baud = one->baud };
    }
    return modem_new(mem, &settings);
}

static int probe(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    struct modem *modem;
    int status;

    if (argc != 2) {
        talloc_free(mem);
        return command_wrong_use("probe needs one DEV");
    }
    modem = modem_named(mem, argv[1]);
    status = modem ? modem_probe(modem) : EXIT_FAILURE;
    talloc_free(mem);
    return status;
}

static bool run_command(struct modem *modem, const char *command)
{
    void *mem = talloc_new(NULL);
    char *answer = modem_command(modem, mem, command, COMMAND_MS);

    if (answer && *answer)
        puts(answer);
    if (answer)
        puts("OK");
    else
        printf("%s\n", modem_error(modem));
    talloc_free(mem);
    return answer != NULL;
}

static int run_commands(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    struct modem *modem;
    bool all_good = true;

    if (argc < 3) {
        talloc_free(mem);
        return command_wrong_use("at needs DEV and a COMMAND");
    }
    modem = modem_named(mem, argv[1]);
    if (!modem || !modem_open(modem)) {
        command_failed("%s", modem ? modem_error(modem) : "too many open files");
        talloc_free(mem);
        return EXIT_FAILURE;
    }
    for (int i = 2; i < argc; i++)
        all_good = run_command(modem, argv[i]) && all_good;
    talloc_free(mem);
    return all_good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int ussd(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    struct modem *modem;
    char *answer = NULL;

    if (argc != 3) {
        talloc_free(mem);
        return command_wrong_use("ussd needs DEV and CODE");
    }
    modem = modem_named(mem, argv[1]);
    if (modem && modem_start(modem))
        answer = modem_ussd(modem, mem, argv[2], USSD_MS);
    if (answer)
        puts(answer);
    else
        command_failed("%s", modem ? modem_error(modem) : "too many open files");
    talloc_free(mem);
    return answer ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* For udev, whose properties of a device are the environment. */
static int claims(int argc, char **argv)
{
    const char *path = command_config_path() ? command_config_path() : config_default_path();
    void *mem;
    const char **devices;
    bool is_ours = false;
    size_t n;

    (void)argv;
    if (argc > 1)
        return command_wrong_use("unexpected argument %s", argv[1]);
    mem = talloc_new(NULL);
    devices = config_devices(mem, path, &n);
    for (size_t i = 0; i < n; i++)
        is_ours |= modem_claims(mem, devices[i]);
    if (is_ours)
        puts("ID_MM_DEVICE_IGNORE=1");
    talloc_free(mem);
    return EXIT_SUCCESS;
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} actions[] = {
    { "list", list }, { "probe", probe }, { "at", run_commands }, { "ussd", ussd }, { "claims", claims },
};

static int run(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof actions / sizeof *actions; i++)
        if (strcmp(argv[1], actions[i].name) == 0)
            return actions[i].run(argc - 1, argv + 1);
    return command_wrong_use("expected list, probe DEV, at DEV COMMAND or ussd DEV CODE");
}

const struct command command_modem = {
    .name = "modem",
    .summary = "lists modems, checks one, and sends it commands",
    .usage = "usage: xiangyin modem list [--json]\n"
             "       xiangyin modem probe DEV\n"
             "       xiangyin modem at DEV COMMAND...\n"
             "       xiangyin modem ussd DEV CODE\n"
             "       xiangyin modem claims\n\n"
             "DEV is a port (/dev/ttyUSB2), usb:SERIAL[:INTERFACE], usb:VID:PID[:INTERFACE], or the name of "
             "a modem in the\n"
             "configuration. Stop the gateway first if it uses that modem.\n"
             "    list        lists serial ports and what to write as a modem's device\n"
             "    probe       starts the modem, describes it, and names what is wrong\n"
             "    at          sends AT commands and prints the answers\n"
             "    ussd        sends a USSD code such as *100# and prints the network's answer\n"
             "    claims      for udev: tells ModemManager to leave alone the device that the environment "
             "describes, if the\n"
             "                configuration names it\n",
    .run = run,
};
