#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "gateway/conversation/code.h"
#include "gateway/http/token.h"
#include "gateway/page/proof.h"
#include "store/people.h"

struct making {
    struct proof proof;
    const char *code;
    bool is_person;
};

static bool make(struct turn *turn, void *arg)
{
    struct making *making = arg;
    struct person *person;

    if (!store_person(turn->store, turn->mem, making->proof.phone, &person))
        return false;
    making->is_person = person && person->roles;
    return !making->is_person || proof_keep_code(turn, &making->proof, making->code, false, true);
}

/* Keeps what signs in whoever has it; false after printing why not. */
static bool keep(void *mem, const struct config *config, struct making *making)
{
    struct store *store = command_store(mem, config, true);
    const char *error;

    if (!store)
        return false;
    if (!turn_once(mem, store, config, clock_now(), false, make, making, &error)) {
        command_failed("%s", error);
        return false;
    }
    if (!making->is_person)
        command_failed("%s is nobody who is registered", making->proof.phone);
    return making->is_person;
}

static int print_code(void *mem, const struct config *config, const char *phone)
{
    char code[CODE_SIZE];
    struct making making = { .proof = { .phone = phone, .address = PROOF_HOST, .browser = PROOF_HOST },
                             .code = code };

    if (!code_new(code))
        return command_failed("cannot get random octets");
    if (!keep(mem, config, &making))
        return EXIT_FAILURE;
    printf("%s\n", code);
    fputs(words("It signs in once within 10 minutes, beside this phone's number.\n"), stderr);
    return EXIT_SUCCESS;
}

/* The address under which this machine's own browser reaches the page. */
static int print_link(void *mem, const struct config *config, const char *phone)
{
    const char *hash, *token = token_new(mem, &hash);
    struct making making = { .proof = { .phone = phone, .address = PROOF_HOST, .browser = hash },
                             .code = "link" };

    if (!token)
        return command_failed("cannot get random octets");
    if (!keep(mem, config, &making))
        return EXIT_FAILURE;
    printf("http%s://%s/page/enter/%s/%s\n", config->http_certificate ? "s" : "", config->http_listen, phone,
           token);
    return EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    struct config *config;
    int code;

    if (argc != 3 || (strcmp(argv[1], "code") != 0 && strcmp(argv[1], "link") != 0)) {
        talloc_free(mem);
        return command_wrong_use("page takes code or link, and a phone");
    }
    config = command_config(mem);
    const char *phone = argument_e164(mem, argv[2]);

    if (!config || !phone)
        code = EXIT_FAILURE;
    else if (!config->page_is_on)
        code = command_failed("the configuration has no section page { }");
    else
        code = strcmp(argv[1], "code") == 0 ? print_code(mem, config, phone) : print_link(mem, config, phone);
    talloc_free(mem);
    return code;
}

const struct command command_page = {
    .name = "page",
    .summary = "a code or a link with which somebody signs in on the page",
    .usage = "usage: xiangyin page code PHONE [-c FILE]\n"
             "       xiangyin page link PHONE [-c FILE]\n\n"
             "For a registered person who gets no text. code prints six digits, to "
             "be typed in place of the one that is texted;\n"
             "link an address that signs in a browser of this machine. Each works once, within 10 minutes.\n",
    .run = run,
};
