#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

#include "gateway/command/command_store.h"
#include "gateway/command/print/table.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "gateway/voice/prompts.h"

static const char *source_name(enum prompt_source source)
{
    static const char *const names[] = { "missing", "recorded", "rendered", "shipped" };

    return names[source];
}

static void print(const struct prompts *prompts)
{
    static const struct column columns[] = { { "LANGUAGE", 8, false },
                                             { "PROMPT", 18, false },
                                             { "SOUND", 9, true },
                                             { "SECONDS", 7, false },
                                             { "TEXT", 60, false } };
    enum { COLUMNS = sizeof columns / sizeof *columns };

    table_heading(stdout, columns, COLUMNS);
    for (size_t i = 0; i < prompts->n; i++) {
        const struct prompt *prompt = &prompts->list[i];
        char seconds[16];

        snprintf(seconds, sizeof seconds, "%.1f", (double)prompt->clip.n / FRAME_RATE);
        table_row(stdout, columns,
                  (const char *const[]){ prompt->language, prompt->id, source_name(prompt->source), seconds,
                                         prompt->text },
                  COLUMNS);
    }
}

static void print_json(const struct prompts *prompts)
{
    for (size_t i = 0; i < prompts->n; i++) {
        const struct prompt *prompt = &prompts->list[i];
        json_object *object = json_object_new_object();

        json_add(object, "language", json_text(prompt->language));
        json_add(object, "prompt", json_text(prompt->id));
        json_add(object, "sound", json_text(source_name(prompt->source)));
        json_add(object, "ms", json_object_new_int64((int64_t)(prompt->clip.n * 1000 / FRAME_RATE)));
        json_add(object, "text", json_text(prompt->text));
        json_print(stdout, object);
    }
}

/* A file of a county's own that cannot be read is said, whatever stands in for it. */
static bool warn(const struct prompts *prompts)
{
    bool is_good = true;

    for (size_t i = 0; i < prompts->n; i++)
        if (prompts->list[i].why) {
            command_failed("%s", prompts->list[i].why);
            is_good = false;
        }
    return is_good;
}

static int prompts_verb(void *mem, int argc, char **argv)
{
    bool renders = false, is_json = false;
    const struct option_spec specs[] = { { "--render", &renders, NULL }, { "--json", &is_json, NULL } };
    const struct config *config;
    const char *why = NULL;

    if (!command_options(&argc, argv, specs, sizeof specs / sizeof *specs))
        return EXIT_WRONG_USE;
    if (argc > 1)
        return command_wrong_use("unexpected argument %s", argv[1]);
    config = command_config(mem);
    if (!config)
        return EXIT_WRONG_USE;
    if (renders && config->database && !command_become_owner(config))
        return EXIT_FAILURE;

    struct prompts_from from = prompts_of(mem, config);
    struct prompts *prompts = prompts_open(mem, &from);

    if (renders)
        why = prompts_render(mem, prompts, &from, config->synthesizer);
    (is_json ? print_json : print)(prompts);
    if (why)
        return command_failed("%s", why);
    return warn(prompts) && prompts_missing(prompts) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const struct verb verbs[] = { { "prompts", prompts_verb } };

static int run(int argc, char **argv)
{
    return command_verb(argc, argv, verbs, sizeof verbs / sizeof *verbs);
}

const struct command command_voice = {
    .name = "voice",
    .summary = "what the voice line says",
    .usage = "usage: xiangyin voice prompts [-c FILE] [--render] [--json]\n\n"
             "Lists every prompt of the voice line with its text and its "
             "sound, which is the first of these that exists:\n"
             "    recorded    LANGUAGE/PROMPT.wav in the folder `voice { prompts }`, said by a person\n"
             "    rendered    made by the synthesizer (espeak-ng) and kept beside the store\n"
             "    shipped     part of the program, made with espeak-ng; not used once the text is changed\n"
             "Texts are changed in templates/voice/LANGUAGE/PROMPT.txt of "
             "the folder `templates`. Exits with 1 when a\n"
             "prompt has no sound or a file cannot be read.\n\n"
             "    --render    makes those that are missing; run does so, too, when it starts\n"
             "    --json      one object a line: {language, prompt, sound, ms, text}\n",
    .run = run,
};
