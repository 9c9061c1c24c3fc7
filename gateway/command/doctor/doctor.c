#include <sys/stat.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/command/command_store.h"
#include "gateway/command/doctor/examine.h"
#include "gateway/command/subcommands.h"

static void open_store(struct doctor *doctor)
{
    const struct config *config = doctor->config;
    const char *error = "";
    struct stat status;

    if (!config->database) {
        examine_say(doctor, HEALTH_WATCH, PART_STORE, "the store is in memory: nothing is kept");
        return;
    }
    if (stat(config->database, &status) != 0) {
        examine_say(doctor, HEALTH_BAD, PART_STORE, "there is no store yet at %s", config->database);
        return;
    }
    doctor->store = store_open_reader(doctor->mem, config->store_url, &error);
    if (!doctor->store)
        examine_say(doctor, HEALTH_BAD, PART_STORE, "the store cannot be opened: %s", error);
    else
        examine_say(doctor, HEALTH_GOOD, PART_STORE, "the store %s opens, %lld MB", config->database,
                    (long long)status.st_size >> 20);
}

static int examine(void *mem, bool is_json)
{
    static void (*const all[])(struct doctor * doctor) = {
        examine_gateway, examine_lines,       examine_queue,  examine_disk,   examine_memory,
        examine_clock,   examine_certificate, examine_copies, examine_centre,
    };
    struct doctor doctor = { .mem = mem, .config = command_config(mem), .is_json = is_json };

    if (!doctor.config)
        return HEALTH_BAD;
    doctor.now = clock_now();
    open_store(&doctor);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        all[i](&doctor);
    return (int)doctor.worst;
}

static int run(int argc, char **argv)
{
    bool is_json = false;
    const struct option_spec specs[] = { { "--json", &is_json, NULL } };
    void *mem;
    int status;

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    if (argc != 1)
        return command_wrong_use("doctor takes no argument");
    mem = talloc_new(NULL);
    status = examine(mem, is_json);
    talloc_free(mem);
    return status;
}

const struct command command_doctor = {
    .name = "doctor",
    .summary = "says in words what is well and what is not: lines, disk, clock, copies",
    .usage = "usage: xiangyin doctor [-c FILE] [--json]\n\n"
             "Looks at the gateway, its lines, what waits to go out, the disk, "
             "memory, clock, certificate and copies, while the\n"
             "gateway runs or not. Exits with 0 when all is good, 1 when "
             "something wants watching, 2 when something is bad.\n\n"
             "    --json    one object a line: {health, part, words}; health is good, watch or bad\n",
    .run = run,
};
