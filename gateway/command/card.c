#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/document.h"
#include "gateway/command/subcommands.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/understand/case_number.h"

/* The number that people text: of the first line that says its own. NULL none. */
static const char *own_number(const struct config *config)
{
    for (size_t i = 0; i < config->n_modems; i++)
        if (config->modems[i].number)
            return config->modems[i].number;
    for (size_t i = 0; i < config->n_providers; i++)
        if (config->providers[i].receives && config->providers[i].from)
            return config->providers[i].from;
    return NULL;
}

static struct json_object *card_data(const struct config *config)
{
    char example[CASE_NUMBER_SIZE], second[CASE_NUMBER_SIZE];
    const char *phone = own_number(config);
    int yy = date_of(clock_now()).year % 100;
    int prefix = config->number_prefix && *config->number_prefix ? *config->number_prefix - '0' : -1;
    struct json_object *data = facts_text(NULL, "county", config->county, 0);

    case_number_make(example, yy, prefix, 1);
    case_number_make(second, yy, prefix, 2);
    facts_text(data, "example", example, 0);
    facts_text(data, "second", second, 0);
    if (phone)
        facts_text(data, "phone", strncmp(phone, "+86", 3) == 0 ? phone + 3 : phone, 0);
    return data;
}

static int print_card(void *mem, const char *reader, const char *language)
{
    const struct config *config = command_config(mem);

    if (!config)
        return EXIT_WRONG_USE;
    return document_print(mem, config, language, DOCUMENT_HTML, talloc_asprintf(mem, "card-%s", reader), NULL,
                          card_data(config));
}

static int run(int argc, char **argv)
{
    static const char *const readers[] = { "villager", "cadre", "leader" };
    const char *language = NULL;
    const struct option_spec specs[] = { { "--language", NULL, &language } };
    size_t i = 0, n = sizeof readers / sizeof *readers;
    void *mem;
    int status;

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    while (argc == 2 && i < n && strcmp(argv[1], readers[i]) != 0)
        i++;
    if (argc != 2 || i == n)
        return command_wrong_use("card takes villager, cadre or leader");
    mem = talloc_new(NULL);
    status = print_card(mem, readers[i], language);
    talloc_free(mem);
    return status;
}

const struct command command_card = {
    .name = "card",
    .summary = "prints a card that says what to text",
    .usage =
        "usage: xiangyin card villager|cadre|leader [-c FILE] [--language NAME]\n\n"
        "Prints an HTML page for A5. The phone number on it is the `number` of a modem or the `from` of a "
        "provider; without\n"
        "one a line is left to write it on.\n\n"
        "    --language NAME    zh or en\n",
    .run = run,
};
