#include <string.h>

#include "gateway/command/print/json_lines.h"
#include "gateway/command/subcommands.h"
#include "modem/number/number.h"

static json_object *answer(const char *line, json_object *object, void *data)
{
    const char *const *region = data, *input = object != NULL ? json_lines_member(object, "input") : line;
    const char *own_region = object != NULL ? json_lines_member(object, "default_region") : NULL;
    struct number number =
        number_normalise(input != NULL ? input : "", own_region != NULL ? own_region : *region);
    json_object *json = json_object_new_object();

    json_object_object_add(json, "input", json_object_new_string(input != NULL ? input : ""));
    json_object_object_add(json, "kind", json_object_new_string(number_kind_name(number.kind)));
    json_object_object_add(json, "e164", number.e164[0] != '\0' ? json_object_new_string(number.e164) : NULL);
    return json;
}

static int run(int argc, char **argv)
{
    const char *region = "CN";
    const struct option_spec specs[] = { { "--region", NULL, &region } };

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    if (strlen(region) != 2)
        return command_wrong_use("a region is two letters, such as CN");
    return json_lines_answer(argc - 1, argv + 1, answer, &region);
}

const struct command command_number = {
    .name = "number",
    .summary = "tells what kind of telephone number something is, and its form in E.164",
    .usage =
        "usage: xiangyin number [--region CN] [-|NUMBER]...\n\n"
        "Reads numbers as people write them, one a line, or {\"input\": NUMBER, \"default_region\": "
        "\"CN\"},\nand "
        "prints {\"input\", \"kind\", \"e164\"}. Kinds: number, short-code, sp-number, alphanumeric, "
        "vanity, other.\n"
        "The numbering plans of CN, HK, MO and TW are known. Numbers of other countries need a + or 00 and "
        "their\ncountry code; only their length is checked.\n\n"
        "    --region CC    where a number without a country code would be dialled; CN by default\n",
    .run = run,
};
