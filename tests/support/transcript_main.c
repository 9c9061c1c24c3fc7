/* build/tests/transcript: prints the facts of recorded dialogues with a modem. */
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/command.h"
#include "gateway/command/print/table.h"
#include "tests/support/transcript.h"

static bool print_facts(const char *line)
{
    json_object *row = json_tokener_parse(line), *exchange = NULL, *id = NULL, *facts;

    json_object_object_get_ex(row, "exchange", &exchange);
    facts = transcript_facts(exchange);
    if (facts && json_object_object_get_ex(row, "id", &id))
        json_object_object_add(facts, "id", json_object_get(id));
    if (facts)
        json_print(stdout, json_object_get(facts));
    else
        puts("{\"error\":\"not an exchange\"}");
    json_object_put(facts);
    json_object_put(row);
    return facts != NULL;
}

static bool print_all(FILE *in)
{
    bool all_good = true;
    char *line;

    while ((line = command_read_line(NULL, in))) {
        if (*line)
            all_good = print_facts(line) && all_good;
        talloc_free(line);
    }
    return all_good;
}

int main(int argc, char **argv)
{
    FILE *in = argc < 2 || strcmp(argv[1], "-") == 0 ? stdin : fopen(argv[1], "re");
    bool all_good;

    if (argc > 2 || !in) {
        fprintf(stderr, "usage: transcript [FILE]\n"
                        "Reads {\"exchange\":[{\"dir\":\"host\"|\"modem\",\"text\":...}]}, one object a "
                        "line, and prints\n"
                        "the facts that the modem's reader takes from each, as one JSON object a line.\n");
        return EXIT_FAILURE;
    }
    all_good = print_all(in);
    if (in != stdin)
        fclose(in);
    return all_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
