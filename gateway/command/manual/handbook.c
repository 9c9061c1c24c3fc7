#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/understand/case_number.h"
#include "templates/embedded.h"
#include "templates/mustache.h"

/* The configured time limits and county, so that the handbook agrees with the gateway. */
static struct json_object *handbook_data(void *mem, const struct config *config)
{
    struct date today = date_of(clock_now());
    int prefix = config->number_prefix && *config->number_prefix ? *config->number_prefix - '0' : -1;
    struct json_object *data = facts_text(NULL, "county", config->county, 0);
    char example[CASE_NUMBER_SIZE];

    case_number_make(example, today.year % 100, prefix, 1);
    facts_text(data, "example", example, 0);
    facts_text(data, "today", date_text(mem, today), 0);
    facts_text(data, "next_month", date_text(mem, month_plus(today, 1)), 0);
    facts_number(data, "accept_days", config->accept_days);
    facts_number(data, "finish_days", config->finish_days);
    facts_number(data, "urgent_accept_hours", config->urgent_accept_hours);
    facts_number(data, "urgent_finish_days", config->urgent_finish_days);
    return data;
}

/* The configuration, or the presets if there is none yet: people read the handbook before they set up. */
static const struct config *configuration(void *mem)
{
    static const char presets[] = "store { url = \"sqlite::memory:\" }\n";
    struct config_problem *problems;
    size_t n;

    if (command_config_path() || access(config_default_path(), F_OK) == 0)
        return command_config(mem);
    return config_read_text(mem, "presets", presets, strlen(presets), &problems, &n);
}

static int print_handbook(void *mem)
{
    const struct embedded_file *file = embedded_find("gateway/manual/handbook.html");
    const struct config *config = configuration(mem);
    const char *error;

    if (!config)
        return EXIT_WRONG_USE;
    struct template *template = template_compile(mem, file->data, file->size, TEMPLATE_HTML, &error);
    struct json_object *data = handbook_data(mem, config);
    bool is_done = template && template_render(template, data, NULL, stdout, &error);

    json_object_put(data);
    return is_done ? EXIT_SUCCESS : command_failed("%s", error);
}

static int run(int argc, char **argv)
{
    void *mem;
    int status;

    if (!command_options(&argc, argv, NULL, 0))
        return EXIT_WRONG_USE;
    if (argc != 1)
        return command_wrong_use("handbook takes no argument");
    mem = talloc_new(NULL);
    status = print_handbook(mem);
    talloc_free(mem);
    return status;
}

const struct command command_handbook = {
    .name = "handbook",
    .summary = "prints the office's handbook",
    .usage = "usage: xiangyin handbook [-c FILE]\n\n"
             "Prints an HTML page in Chinese for the office: the first day, every "
             "month, when something fails, and training in half\n"
             "an hour. Terms and the county's name are those of the configuration.\n",
    .run = run,
};
