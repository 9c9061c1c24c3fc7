#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/command_store.h"
#include "gateway/command/print/document.h"
#include "gateway/command/print/viewed.h"
#include "gateway/command/subcommands.h"
#include "gateway/report/letter.h"

static int print_letter(void *mem, enum letter_kind kind, const char *number, const char *language,
                        bool with_guarded)
{
    bool is_answer = kind == LETTER_ANSWER;
    const char *viewed = talloc_asprintf(mem, "letter %s", letter_name(kind) + strlen("letter-"));
    const struct config *config;
    struct json_object *data;
    struct store *store;
    struct case_ *case_;
    int status = command_open(mem, true, &config, &store);

    if (status != EXIT_SUCCESS)
        return status;
    if (!store_case_by_number(store, mem, number, &case_))
        return command_failed("%s", store_error(store));
    /* the message must not reveal that a guarded case exists */
    if (!case_ || (case_->is_guarded && !with_guarded))
        return command_failed("there is no case %s", number);
    switch (letter_json(mem, store, config, case_, kind, &data)) {
    case LETTER_NOT_YET:
        return is_answer ? command_failed("%s has no answer yet", number)
                         : command_failed("%s has not been accepted", number);
    case LETTER_FAILED:
        return command_failed("%s", store_error(store));
    case LETTER_MADE:
        break;
    }
    if (!viewed_case(store, case_->id, viewed))
        return command_failed("%s", store_error(store));
    return document_print(mem, config, language, DOCUMENT_HTML, letter_name(kind), NULL, data);
}

static int run(int argc, char **argv)
{
    bool with_guarded = false;
    const char *language = NULL;
    const struct option_spec specs[] = { { "--guarded", &with_guarded, NULL },
                                         { "--language", NULL, &language } };
    enum letter_kind kind;
    void *mem;
    int status;

    if (!command_options(&argc, argv, specs, 2))
        return EXIT_WRONG_USE;
    if (argc != 3 || !letter_parse(argv[1], &kind))
        return command_wrong_use("letter takes receipt, accept or answer, and the number of a case");
    mem = talloc_new(NULL);
    status = print_letter(mem, kind, argv[2], language, with_guarded);
    talloc_free(mem);
    return status;
}

const struct command command_letter = {
    .name = "letter",
    .summary = "prints letters to reporters: 回执, 受理告知, 答复",
    .usage = "usage: xiangyin letter receipt|accept|answer NUMBER [-c FILE] [--language NAME] [--guarded]\n\n"
             "Prints an HTML page for A4: the receipt of a case; the notice that "
             "it was accepted, with its time limit; or the\n"
             "answer to it, which names the right to a review (复查, 复核) within "
             "30 days (Regulation on petitions, art. 23, 34\n"
             "to 36). An answer by SMS may not count as a written one.\n\n"
             "    --language NAME    zh or en\n"
             "    --guarded          also for a case that accuses an official; its handler is not named\n",
    .run = run,
};
