#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/table.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "gateway/desk/learning.h"
#include "gateway/hex.h"
#include "store/people.h"

/* Ends a change: false after printing why. A gateway that runs reads the model anew. */
static bool finish(struct store *store, const struct config *config, bool is_done)
{
    if (is_done && store_commit(store)) {
        command_knock(config);
        return true;
    }
    command_failed("%s", store_error(store));
    store_rollback(store);
    return false;
}

static const char *percent_of(void *mem, int64_t part, int64_t whole)
{
    return whole ? talloc_asprintf(mem, "%.1f", 100.0 * (double)part / (double)whole) : "";
}

static const char *state_of(const struct learned_model *model)
{
    return words(model->used_at ? "in use" : model->better > model->worse ? "kept" : "no better");
}

static void print_models(void *mem, const struct learned_model *models, size_t n)
{
    static const struct column columns[] = { { "MODEL", 6, false },   { "MADE", 17, false },
                                             { "LABELS", 7, true },   { "HELD", 6, true },
                                             { "BETTER", 7, true },   { "WORSE", 6, true },
                                             { "BEFORE %", 9, true }, { "AFTER %", 8, true },
                                             { "STATE", 10, false },  { "SINCE", 17, false } };
    enum { COLUMNS = sizeof columns / sizeof *columns };

    table_heading(stdout, columns, COLUMNS);
    for (size_t i = 0; i < n; i++) {
        const struct learned_model *model = &models[i];
        const char *cells[COLUMNS] = { talloc_asprintf(mem, "%lld", (long long)model->id),
                                       table_time(mem, model->made_at),
                                       talloc_asprintf(mem, "%lld", (long long)model->labels),
                                       talloc_asprintf(mem, "%lld", (long long)model->held),
                                       talloc_asprintf(mem, "%lld", (long long)model->better),
                                       talloc_asprintf(mem, "%lld", (long long)model->worse),
                                       percent_of(mem, model->right_before, 2 * model->held),
                                       percent_of(mem, model->right, 2 * model->held),
                                       state_of(model),
                                       table_time(mem, model->used_at) };

        table_row(stdout, columns, cells, COLUMNS);
    }
}

/* The names of places that the model in use has. */
static bool print_places(void *mem, struct store *store)
{
    struct learned_model *used;
    char *lines, *line;

    if (!store_model_in_use(store, mem, &used))
        return false;
    lines = talloc_strdup(mem, used ? used->places : "");
    while ((line = strsep(&lines, "\n"))) {
        const char *name = strsep(&line, "\t");
        struct unit *unit = NULL;

        if (!line)
            continue;
        if (!store_unit(store, mem, strtoll(line, NULL, 10), &unit))
            return false;
        printf(words("place: %s is %s\n"), name, unit ? unit->name : "?");
    }
    return true;
}

static int show(void *mem, int argc, char **argv)
{
    const struct config *config;
    struct store *store;
    struct learned_model *models;
    int64_t labels, newer;
    size_t n;
    int status;

    if (argc > 1)
        return command_wrong_use("show takes no argument %s", argv[1]);
    status = command_open(mem, false, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    if (!store_models(store, mem, &models, &n) || !store_count_labels(store, 0, &labels) ||
        !store_count_labels(store, n ? models[n - 1].last_label : 0, &newer))
        return command_failed("%s", store_error(store));
    printf(words("labels: %lld, of which %lld are newer than the last try\n"), (long long)labels,
           (long long)newer);
    for (size_t i = 0; i < n; i++)
        if (models[i].used_at) {
            print_models(mem, models, n);
            return print_places(mem, store) ? EXIT_SUCCESS : command_failed("%s", store_error(store));
        }
    puts(words("the shipped model is used alone"));
    if (n > 0)
        print_models(mem, models, n);
    return EXIT_SUCCESS;
}

static int use(void *mem, int argc, char **argv)
{
    const struct config *config;
    struct store *store;
    struct learned_model *model = NULL;
    bool is_shipped = argc == 2 && strcmp(argv[1], "shipped") == 0;
    int64_t id = 0;
    int status;

    if (argc != 2 || (!is_shipped && (id = strtoll(argv[1], NULL, 10)) <= 0))
        return command_wrong_use("use takes the number of a model, or shipped");
    status = command_open(mem, true, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    if (!command_begin(store))
        return EXIT_FAILURE;
    if (!store_model(store, mem, id, &model))
        return finish(store, config, false), EXIT_FAILURE;
    if (!is_shipped && (!model || !learning_is_better(model))) {
        store_rollback(store);
        return command_failed("there is no model %s that could be used", argv[1]);
    }
    return finish(store, config, store_use_model(store, id, clock_now())) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int forget(void *mem, int argc, char **argv)
{
    const struct config *config;
    struct store *store;
    int64_t n = 0;
    int status;

    if (argc > 1)
        return command_wrong_use("forget takes no argument %s", argv[1]);
    status = command_open(mem, true, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    if (!command_begin(store))
        return EXIT_FAILURE;
    if (!finish(store, config, store_forget_labels(store, &n) && store_use_model(store, 0, clock_now())))
        return EXIT_FAILURE;
    printf(words("forgot %lld labels; the shipped model is used alone\n"), (long long)n);
    return EXIT_SUCCESS;
}

static int learn(void *mem, int argc, char **argv)
{
    const struct config *config;
    struct store *store;
    struct learned_model made;
    const char *error = "";
    int status;

    if (argc > 1)
        return command_wrong_use("learn takes no argument %s", argv[1]);
    status = command_open(mem, true, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    if (!learning_try(mem, store, config, clock_now(), &made, &error))
        return command_failed("%s", error);
    if (!command_begin(store))
        return EXIT_FAILURE;
    if (!finish(store, config,
                store_add_model(store, &made) &&
                    (!learning_is_better(&made) || store_use_model(store, made.id, made.made_at))))
        return EXIT_FAILURE;
    printf(words("of %lld held-back cases %lld are read better and %lld worse\n"), (long long)made.held,
           (long long)made.better, (long long)made.worse);
    puts(words(learning_is_better(&made) ? "the new model is used from now on" : "nothing changes"));
    return EXIT_SUCCESS;
}

static int print_order(void *mem, const struct learned_model *model, const void *octets, size_t n)
{
    json_object *object = json_object_new_object();
    unsigned char digest[32];

    gnutls_hash_fast(GNUTLS_DIG_SHA256, octets, n, digest);
    json_add(object, "base", json_text(model->base));
    json_add(object, "sha256", json_text(hex_encode(mem, digest, sizeof digest)));
    json_add(object, "labels", json_object_new_int64(model->labels));
    json_add(object, "held", json_object_new_int64(model->held));
    json_add(object, "better", json_object_new_int64(model->better));
    json_add(object, "worse", json_object_new_int64(model->worse));
    json_add(object, "right", json_object_new_int64(model->right));
    json_add(object, "right_before", json_object_new_int64(model->right_before));
    json_add(object, "octets", json_text(model->octets));
    json_print(stdout, object);
    return EXIT_SUCCESS;
}

/* As the centre orders counties to use it. */
static int print(void *mem, int argc, char **argv)
{
    const struct config *config;
    struct store *store = NULL;
    struct learned_model *model = NULL;
    int64_t id = argc == 2 ? strtoll(argv[1], NULL, 10) : 0;
    size_t n = 0;
    const void *octets;
    int status;

    if (id <= 0)
        return command_wrong_use("print takes the number of a model");
    status = command_open(mem, false, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    if (!store_model(store, mem, id, &model))
        return command_failed("%s", store_error(store));
    octets = model ? hex_decode(mem, model->octets, &n) : NULL;
    if (n == 0)
        return command_failed("there is no model %s that could be used", argv[1]);
    return print_order(mem, model, octets, n);
}

static const struct verb verbs[] = {
    { "show", show }, { "use", use }, { "forget", forget }, { "learn", learn }, { "print", print }
};

static int run(int argc, char **argv)
{
    return command_verb(argc, argv, verbs, sizeof verbs / sizeof *verbs);
}

const struct command command_model = {
    .name = "model",
    .summary = "what was learned from corrections: show, use, forget, learn, print",
    .usage = "usage: xiangyin model show [-c FILE]\n"
             "       xiangyin model use NUMBER | shipped [-c FILE]\n"
             "       xiangyin model forget [-c FILE]\n"
             "       xiangyin model learn [-c FILE]\n"
             "       xiangyin model print NUMBER [-c FILE]\n\n"
             "What people correct (改类) or confirm teaches the gateway the county's "
             "words for topic and class. At night, when 20\n"
             "labels have come, it learns from all of them, and uses the result "
             "only where cases that were held back are read\n"
             "better by a sign test (p < .05). A correction counts where the "
             "program or other people lead to the same answer;\n"
             "one person's beyond 30 a day do not count.\n\n"
             "    show     the models, their labels and figures, and which is used since when\n"
             "    use      goes back to an older one, or to the shipped model alone\n"
             "    forget   drops all labels, and what was learned from them is no longer used\n"
             "    learn    does at once what the night would do\n"
             "    print    what it weighs and how it did, as JSON: for "
             "xiangyin centre order CODE model -. It holds no\n"
             "             texts of cases\n",
    .run = run,
};
