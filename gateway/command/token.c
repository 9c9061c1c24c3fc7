#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/table.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "gateway/http/token.h"
#include "store/tokens.h"

enum { NAME_MOST = 64, DAYS_MOST = 3650 };

static bool is_scope(const char *word)
{
    for (const char *const *scope = token_scopes; *scope; scope++)
        if (strcmp(*scope, word) == 0)
            return true;
    return false;
}

/* The scopes, separated by spaces; NULL after printing which one is unknown. */
static const char *read_scopes(void *mem, int argc, char **argv)
{
    char *scopes = talloc_strdup(mem, "");

    for (int i = 0; i < argc; i++) {
        if (!is_scope(argv[i])) {
            command_wrong_use("unknown scope %s", argv[i]);
            return NULL;
        }
        scopes = talloc_asprintf_append(scopes, "%s%s", i > 0 ? " " : "", argv[i]);
    }
    return scopes;
}

/* In one transaction; false after printing why. */
static bool change(struct store *store, bool (*work)(struct store *store, void *arg), void *arg)
{
    if (!command_begin(store))
        return false;
    if (work(store, arg) && store_commit(store))
        return true;
    command_failed("%s", store_error(store));
    store_rollback(store);
    return false;
}

static bool add_one(struct store *store, void *arg)
{
    return store_add_token(store, arg);
}

/* NULL: it never expires. */
static bool read_days(const char *days, struct token *token)
{
    int n = 0;

    if (!argument_limit(days, &n))
        return false;
    if (n > DAYS_MOST)
        return command_wrong_use("--days %s is more than %d", days, DAYS_MOST), false;
    token->expires_at = n ? token->created_at + n * (int64_t)86400 : 0;
    return true;
}

static int add(void *mem, int argc, char **argv)
{
    struct token token = { .created_at = clock_now() };
    const char *text, *days = NULL;
    const struct option_spec specs[] = { { "--days", NULL, &days } };
    const struct config *config;
    struct store *store;
    int status;

    if (!command_options(&argc, argv, specs, 1) || !read_days(days, &token))
        return EXIT_WRONG_USE;
    if (argc < 3)
        return command_wrong_use("add takes a name and at least one scope");
    token.name = argv[1];
    if (!*token.name || strlen(token.name) > NAME_MOST)
        return command_wrong_use("a name has 1 to %d octets", NAME_MOST);
    token.scopes = read_scopes(mem, argc - 2, argv + 2);
    if (!token.scopes)
        return EXIT_WRONG_USE;
    status = command_open(mem, true, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    text = token_new(mem, &token.hash);
    if (!text)
        return command_failed("cannot get random octets");
    if (!change(store, add_one, &token))
        return EXIT_FAILURE;
    if (token.id == 0)
        return command_failed("a token called %s is in use; revoke it first", token.name);
    return command_show_token(text);
}

struct revoking {
    const char *name;
    bool is_revoked;
};

static bool revoke_one(struct store *store, void *arg)
{
    struct revoking *revoking = arg;

    return store_revoke_token(store, revoking->name, clock_now(), &revoking->is_revoked);
}

static int withdraw(void *mem, int argc, char **argv)
{
    struct revoking revoking = { .name = argc == 2 ? argv[1] : NULL };
    const struct config *config;
    struct store *store;
    int status;

    if (!revoking.name)
        return command_wrong_use("revoke takes a name");
    status = command_open(mem, true, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    if (!change(store, revoke_one, &revoking))
        return EXIT_FAILURE;
    return revoking.is_revoked ? EXIT_SUCCESS : command_failed("no token called %s is in use", revoking.name);
}

/* "", or "until", "expired" or "revoked" and when. */
static const char *state_of(void *mem, const struct token *token)
{
    bool is_over = token->expires_at && token->expires_at <= clock_now();

    if (token->revoked_at)
        return talloc_asprintf(mem, "revoked %s", table_time(mem, token->revoked_at));
    if (!token->expires_at)
        return "";
    return talloc_asprintf(mem, "%s %s", is_over ? "expired" : "until", table_time(mem, token->expires_at));
}

static int list(void *mem, int argc, char **argv)
{
    static const struct column columns[] = { { "NAME", 20, false },
                                             { "MADE", 17, false },
                                             { "LAST USED", 17, false },
                                             { "STATE", 24, false },
                                             { "MAY", 60, false } };
    struct token *tokens;
    const struct config *config;
    struct store *store;
    size_t n;
    int status;

    if (argc > 1)
        return command_wrong_use("list takes no argument %s", argv[1]);
    status = command_open(mem, false, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    if (!store_tokens(store, mem, &tokens, &n))
        return command_failed("%s", store_error(store));
    table_heading(stdout, columns, 5);
    for (size_t i = 0; i < n; i++) {
        const char *cells[] = { tokens[i].name, table_time(mem, tokens[i].created_at),
                                table_time(mem, tokens[i].used_at), state_of(mem, &tokens[i]),
                                tokens[i].scopes };

        table_row(stdout, columns, cells, 5);
    }
    return EXIT_SUCCESS;
}

static const struct verb verbs[] = { { "add", add }, { "list", list }, { "revoke", withdraw } };

static int run(int argc, char **argv)
{
    return command_verb(argc, argv, verbs, sizeof verbs / sizeof *verbs);
}

const struct command command_token = {
    .name = "token",
    .summary = "who may use the API: add, list, revoke",
    .usage = "usage: xiangyin token add NAME SCOPE... [--days N] [-c FILE]\n"
             "       xiangyin token list [-c FILE]\n"
             "       xiangyin token revoke NAME [-c FILE]\n\n"
             "add prints a new token, once; only its hash is stored. Programs send it as Authorization: "
             "Bearer TOKEN, or to\n"
             "/cgi-bin/sendsms as the password with NAME as the username.\n\n"
             "    --days N   it expires after so many days; never without this option\n\n"
             "    cases      read cases and their steps\n"
             "    guarded    includes cases that accuse an official\n"
             "    events     read what was received\n"
             "    notices    read what was sent\n"
             "    report     read statistics\n"
             "    send       send texts\n"
             "    file       file what people reported elsewhere, as if they had texted it\n"
             "    record     file recorded calls\n"
             "    open311    an api_key of /open311/v2/: file requests, and see what became of them\n",
    .run = run,
};
