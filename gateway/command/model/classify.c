#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/command.h"
#include "gateway/command/command_store.h"
#include "gateway/command/model/model_file.h"
#include "gateway/command/print/unit_places.h"
#include "gateway/command/subcommands.h"
#include "gateway/turn/turn.h"
#include "gateway/understand/learn/explain.h"
#include "gateway/understand/intent.h"

struct classifier {
    struct understanding *understanding;
    struct unit_places *places; /* NULL: no places are known */
    enum situation situation;
    bool explains;
};

/* Texts cannot hold a NUL or a newline; all else that JSON forbids is below the space. */
static void print_string(const char *text)
{
    putchar_unlocked('"');
    for (const char *c = text; *c; c++)
        if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else if ((unsigned char)*c < ' ')
            printf("\\u%04x", (unsigned)*c);
        else
            putchar_unlocked(*c);
    putchar_unlocked('"');
}

static void print_key(const char *key)
{
    fputs_unlocked(",\"", stdout);
    fputs_unlocked(key, stdout);
    fputs_unlocked("\":", stdout);
}

static void print_chance(const char *key, int percent)
{
    const char chance[] = { (char)('0' + percent / 100), '.', (char)('0' + percent / 10 % 10),
                            (char)('0' + percent % 10), '\0' };

    print_key(key);
    fputs_unlocked(chance, stdout);
}

static void print_flag(const char *key, bool is_set)
{
    print_key(key);
    fputs_unlocked(is_set ? "true" : "false", stdout);
}

static void print_place(const struct classifier *classifier, const struct place_found *place)
{
    const char *name = classifier->places ? unit_places_name(classifier->places, place->unit) : "";

    print_key("place");
    if (place->how == PLACE_AMBIGUOUS || *name == '\0')
        fputs_unlocked("null", stdout);
    else
        print_string(name);
}

static void print_reasons(const struct explanation *explanation)
{
    print_string(explanation->question);
    fputs_unlocked(":[", stdout);
    for (size_t i = 0; i < explanation->n; i++) {
        const struct explain_reason *reason = &explanation->reasons[i];

        fputs_unlocked(i ? ",{\"" : "{\"", stdout);
        fputs_unlocked(reason->is_rule ? "rule\":" : "words\":", stdout);
        print_string(reason->words);
        printf(",\"weight\":%d}", reason->weight);
    }
    putchar_unlocked(']');
}

static void print_explanation(const struct classifier *classifier, void *mem,
                              const struct understood *understood)
{
    struct explanation explanations[EXPLANATIONS];

    explain(classifier->understanding, mem, understood, explanations);
    print_key("why");
    for (size_t i = 0; i < EXPLANATIONS; i++) {
        putchar_unlocked(i ? ',' : '{');
        print_reasons(&explanations[i]);
    }
    putchar_unlocked('}');
}

static void answer(const struct classifier *classifier, const char *line)
{
    void *mem = talloc_new(NULL);
    struct understood understood;
    struct intent intent;

    understand(classifier->understanding, mem, line, &understood);
    intent_read(classifier->understanding, mem, &understood, classifier->situation, &intent);
    fputs_unlocked("{\"topic\":", stdout);
    print_string(understood.topic);
    print_chance("topic_confidence", understood.topic_confidence);
    print_key("category");
    print_string(case_category_name(understood.category));
    print_chance("category_confidence", understood.category_confidence);
    print_key("urgency");
    print_string(case_urgency_name(understood.urgency));
    print_flag("accuses", understood.is_guarded);
    print_place(classifier, &understood.place);
    print_key("intent");
    print_string(intent_name(&intent));
    print_flag("asks", intent.asks);
    if (classifier->explains)
        print_explanation(classifier, mem, &understood);
    fputs_unlocked("}\n", stdout);
    talloc_free(mem);
}

/* What a configuration adds: its lexicons, and the places and cadres of its store. */
static bool open_configured(void *mem, struct classifier *classifier)
{
    const struct config *config = command_config(mem);
    struct store *store = config ? command_store(mem, config, false) : NULL;
    const char *error;

    if (!store)
        return false;
    classifier->places = unit_places_new(mem, store);
    classifier->understanding = turn_understanding(mem, store, config, NULL, &error);
    if (!classifier->understanding)
        return command_failed("%s", error), false;
    talloc_steal(mem, classifier->understanding);
    return true;
}

static bool open_alone(void *mem, struct classifier *classifier)
{
    struct understanding_source source = { .names = NULL };
    const char *error;

    classifier->understanding = understanding_new(mem, &source, &error);
    if (!classifier->understanding)
        return command_failed("%s", error), false;
    return true;
}

static int classify(void *mem, struct classifier *classifier, const char *model_path)
{
    bool is_open = command_config_path() ? open_configured(mem, classifier) : open_alone(mem, classifier);
    const struct model *model = NULL;
    char *line = NULL;
    size_t size = 0;
    ssize_t n;

    if (!is_open || (model_path && !(model = model_file_read(mem, model_path))))
        return EXIT_FAILURE;
    understanding_use_model(classifier->understanding, model);
    while ((n = getline(&line, &size, stdin)) >= 0) {
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            line[--n] = '\0';
        answer(classifier, line);
    }
    free(line);
    return EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    struct classifier classifier = { .places = NULL };
    const char *path = NULL, *situation = "none";
    const struct option_spec specs[] = { { "--model", NULL, &path },
                                         { "--situation", NULL, &situation },
                                         { "--explain", &classifier.explains, NULL } };
    void *mem;
    int status;

    if (!command_options(&argc, argv, specs, 3))
        return EXIT_WRONG_USE;
    if (argc != 1)
        return command_wrong_use(
            "classify takes no argument: it reads texts from standard input, one a line");
    if (!situation_parse(situation, &classifier.situation))
        return command_wrong_use("--situation is none, open, rating or place");
    mem = talloc_new(NULL);
    status = classify(mem, &classifier, path);
    talloc_free(mem);
    return status;
}

const struct command command_classify = {
    .name = "classify",
    .summary = "says how texts are understood",
    .usage = "usage: xiangyin classify [-c FILE] [--model FILE] [--situation NAME] [--explain] < TEXTS\n\n"
             "Reads one text a line and prints a JSON object for each, as the "
             "gateway would understand it: topic, class,\n"
             "urgency, whether it accuses an official, place, and what it means "
             "as a reply. A confidence of 0.9 is right nine\n"
             "times in ten.\n\n"
             "    -c FILE            with the places, cadres and lexicons of "
             "this configuration; else no place is known\n"
             "    --model FILE       a model of `train` is asked first; a single label is printed as topic\n"
             "    --situation NAME   what was going on: none, open (a case is "
             "open), rating (one was asked for), place (the\n"
             "                       village was asked for)\n"
             "    --explain          adds \"why\": the words and rules that "
             "spoke for each answer, with their weight\n",
    .run = run,
};
