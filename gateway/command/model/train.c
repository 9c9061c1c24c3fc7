#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/arguments.h"
#include "gateway/command/command.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/model/train_held.h"
#include "gateway/command/model/train_report.h"
#include "gateway/command/model/train_rows.h"

/* What the two blocks of a model may take in its file. */
enum { SUBJECT_OCTETS = 960000, INTENT_OCTETS = 460000 };

/* How the model was made: the head of its file. */
static const char *recipe_of(void *mem, char **files, size_t n, const struct trained *subject,
                             const struct trained *intent, size_t texts)
{
    char *text = NULL;
    const char *recipe;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    fprintf(out, "trained by xiangyin %s on %zu examples of", command_version, texts);
    for (size_t i = 0; i < n; i++)
        fprintf(out, " %s", strrchr(files[i], '/') ? strrchr(files[i], '/') + 1 : files[i]);
    fputc('\n', out);
    if (subject) {
        fputs("subject: ", out);
        train_report_settings(out, &subject->settings);
    }
    if (intent) {
        fputs("intent: ", out);
        train_report_settings(out, &intent->settings);
    }
    fclose(out);
    recipe = talloc_strdup(mem, text);
    free(text);
    return recipe;
}

static bool write_file(const char *path, const void *octets, size_t size)
{
    FILE *out = fopen(path, "we");
    bool is_written = out && fwrite(octets, 1, size, out) == size;

    if (out)
        is_written = fclose(out) == 0 && is_written;
    if (!is_written)
        command_failed("%s: %s", path, strerror(errno));
    return is_written;
}

/* Where the rows of the files go. */
struct classroom {
    void *mem;
    const struct understanding *understanding;
    struct examples subjects, intents;
};

static bool learn(const struct lesson *lesson, void *arg)
{
    struct classroom *room = arg;

    return lesson_add(room->understanding, room->mem, lesson, &room->subjects, &room->intents);
}

enum { LIKE_WEIGHT = 3 };

/* Texts like those that will come count more than the others. */
static void weigh_like(struct examples *subjects, int like)
{
    subjects->like = like;
    for (size_t i = 0; like > 0 && i < subjects->n; i++) {
        struct example *example = &subjects->list[i];

        example->weight = example->set >= like && example->part >= 0 ? LIKE_WEIGHT : 1;
    }
}

static bool write_model(const char *path, struct model *model)
{
    size_t size;
    const void *octets = model_octets(model, model, &size);

    if (!write_file(path, octets, size))
        return false;
    printf("%s: %zu octets\n", path, size);
    return true;
}

static int train(void *mem, char **files, size_t n, int like, const char *held, const char *path)
{
    const char *error;
    struct understanding_source source = { .names = NULL };
    struct understanding *understanding = understanding_new(mem, &source, &error);
    struct classroom room = { .mem = mem, .understanding = understanding };
    struct trained *subject = NULL, *intent = NULL;
    struct model *model;

    if (!understanding)
        return command_failed("%s", error);
    lesson_begin(&room.subjects, &room.intents);
    for (size_t i = 0; i < n; i++)
        if (!train_rows_each(files[i], (int)i, learn, &room))
            return EXIT_FAILURE;
    if (room.subjects.n + room.intents.n == 0)
        return command_failed("there is no text with a label");
    weigh_like(&room.subjects, like > 0 ? (int)n - like : 0);
    if (room.subjects.n > 0)
        subject = train_block(mem, &room.subjects, SUBJECT_OCTETS);
    if (room.intents.n > 0)
        intent = train_block(mem, &room.intents, INTENT_OCTETS);
    if (subject)
        train_report(stdout, &room.subjects, subject);
    if (intent)
        train_report(stdout, &room.intents, intent);
    model = train_model(mem, &room.subjects, subject, intent,
                        recipe_of(mem, files, n, subject, intent, room.subjects.n + room.intents.n));
    if (held && !train_held(understanding, model, held))
        return EXIT_FAILURE;
    return write_model(path, model) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(int argc, char **argv)
{
    const char *path = NULL, *held = NULL, *like = NULL;
    const struct option_spec specs[] = { { "-o", NULL, &path },
                                         { "--held", NULL, &held },
                                         { "--like", NULL, &like } };
    void *mem;
    int status, n_like = 0;

    if (!command_options(&argc, argv, specs, 3) || !argument_limit(like, &n_like))
        return EXIT_WRONG_USE;
    if (argc < 2 || !path)
        return command_wrong_use("train takes files of texts with labels, and -o with the model to write");
    mem = talloc_new(NULL);
    status = train(mem, argv + 1, (size_t)argc - 1, n_like < argc - 1 ? n_like : 0, held, path);
    talloc_free(mem);
    return status;
}

const struct command command_train = {
    .name = "train",
    .summary = "trains a model from texts with labels",
    .usage = "usage: xiangyin train FILE.tsv... -o MODEL [--held FILE.tsv]\n\n"
             "Columns are separated by tabs. The first line may name them: topic, "
             "category, urgent, accuses, situation, intent, text.\n"
             "Else two columns are a label and a text, three are situation, "
             "intent and text, five are category, topic, urgent,\n"
             "accuses and text. Labels may be any words, urgent and "
             "accuses are 0 or 1; an empty label is unknown.\n"
             "Settings are chosen by repeated cross-validation: no figure printed "
             "comes from texts trained on. The model is read by\n"
             "`classify --model`.\n\n"
             "    -o MODEL       the file to write\n"
             "    --like N       what will come is like the last N files: "
             "their texts count three times, and settings,\n"
             "                   confidence and figures are theirs\n"
             "    --held FILE    texts that are not trained on; the "
             "model's head says how many it answers rightly\n",
    .run = run,
};
