/*
 * xiangyin demo: the gateway with a sample county on an emulated modem. On a terminal one texts it from a
 * phone; without one, a dialogue is played through, and every step must be seen.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/command/command.h"
#include "gateway/command/dialogue.h"
#include "gateway/command/stage.h"
#include "modem/emulator_client.h"
#include "templates/embedded.h"

enum { HEAR_MS = 10000, SILENCE_MS = 400, HEARD_MOST = 64 };

#define STORY "gateway/demo/story.txt"
#define FIRST_PHONE "13903570001"

struct heard {
    char *to, *text;
    int parts;
};

struct play {
    struct stage *stage;
    struct emulator_client *network;
    struct dialogue_names *names;
    struct heard heard[HEARD_MOST]; /* and not yet looked for */
    size_t n_heard;
    FILE *wire;
    struct tm today; /* by the calendar, which the play moves */
};

static char *travelling(void *mem, const char *phone)
{
    return *phone == '+' ? talloc_strdup(mem, phone) : talloc_asprintf(mem, "+86%s", phone);
}

static bool listen(struct play *play, int timeout_ms)
{
    struct emulator_delivery delivery;

    if (play->n_heard == HEARD_MOST || !emulator_next(play->network, play, timeout_ms, &delivery))
        return false;
    play->heard[play->n_heard++] =
        (struct heard){ .to = delivery.to, .text = delivery.text, .parts = delivery.parts };
    return true;
}

/* What went over the wire since the last look: one line a PDU. */
static void show_wire(struct play *play)
{
    char line[4096];

    while (play->wire && fgets(line, sizeof line, play->wire)) {
        const char *pdu = strstr(line, "\"pdu\":\"");
        if (pdu)
            printf("        AT+CMGS  %.60s...\n", pdu + 7);
    }
    if (play->wire)
        clearerr(play->wire);
}

static bool say(struct play *play, const struct dialogue_step *step)
{
    char *words = dialogue_fill(play, play->names, step->words), *from = travelling(play, step->phone);
    json_object *request = json_object_new_object(), *answer;

    json_object_object_add(request, "cmd", json_object_new_string("text"));
    json_object_object_add(request, "from", json_object_new_string(from));
    json_object_object_add(request, "text", json_object_new_string(words));
    answer = emulator_ask(play->network, request);
    int parts = answer ? json_object_get_int(json_object_object_get(answer, "parts")) : 0;
    json_object_put(answer);
    printf("%s > %s\n", step->who, words);
    if (parts > 1)
        printf("        SMS-DELIVER in %d concatenated parts\n", parts);
    return parts > 0;
}

static bool take_heard(struct play *play, const char *who, const char *phone, const char *pattern)
{
    for (size_t i = 0; i < play->n_heard; i++) {
        struct heard heard = play->heard[i];
        if (strcmp(heard.to, phone) != 0 || !dialogue_matches(play->names, pattern, heard.text))
            continue;
        printf("%s < %s\n", who, heard.text);
        play->n_heard--;
        memmove(&play->heard[i], &play->heard[i + 1], (play->n_heard - i) * sizeof heard);
        return true;
    }
    return false;
}

static bool hear(struct play *play, const struct dialogue_step *step)
{
    char *phone = travelling(play, step->phone), *pattern = dialogue_fill(play, play->names, step->words);

    for (;;) {
        if (take_heard(play, step->who, phone, pattern)) {
            show_wire(play);
            return true;
        }
        if (!listen(play, HEAR_MS))
            break;
    }
    printf("line %d: %s did not hear: %s\n", step->line, step->who, pattern);
    for (size_t i = 0; i < play->n_heard; i++)
        printf("    heard instead: %s < %s\n", play->heard[i].to, play->heard[i].text);
    return false;
}

static bool stay_silent(struct play *play, const struct dialogue_step *step)
{
    char *phone = travelling(play, step->phone);

    while (listen(play, SILENCE_MS))
        ;
    for (size_t i = 0; i < play->n_heard; i++) {
        if (strcmp(play->heard[i].to, phone) == 0) {
            printf("line %d: %s should hear nothing more, but heard: %s\n", step->line, step->who,
                   play->heard[i].text);
            return false;
        }
    }
    return true;
}

static bool move_day(struct play *play, const struct dialogue_step *step)
{
    char *moment = dialogue_moment(play, step->words, &play->today);

    printf("@ %s\n", moment);
    return stage_command(play->stage, WORDS("due", "--at", moment)) == EXIT_SUCCESS;
}

static bool do_step(struct play *play, const struct dialogue_step *step)
{
    switch (step->kind) {
    case DIALOGUE_SAYS:
        return say(play, step);
    case DIALOGUE_HEARS:
        return hear(play, step);
    case DIALOGUE_SILENCE:
        return stay_silent(play, step);
    case DIALOGUE_DAY:
        return move_day(play, step);
    case DIALOGUE_NOTE:
        printf("\n%s\n", step->words);
        return true;
    }
    return false;
}

static struct tm today_in_china(void)
{
    time_t there = time(NULL) + (time_t)8 * 3600;
    struct tm today;

    gmtime_r(&there, &today);
    return today;
}

static int play_dialogue(void *mem, struct stage *stage, const char *text)
{
    struct play *play = talloc_zero(mem, struct play);
    const char *error;
    size_t n;
    struct dialogue_step *steps = dialogue_read(play, text, &n, &error);

    if (!steps)
        return command_failed("%s", error);
    play->stage = stage;
    play->names = dialogue_names_new(play);
    play->today = today_in_china();
    play->network = emulator_connect(play, stage->device, HEAR_MS);
    if (!play->network || !emulator_watch(play->network, NULL))
        return command_failed("the emulated modem does not answer");
    play->wire = fopen(stage->wire, "r");
    size_t seen = 0;
    while (seen < n && do_step(play, &steps[seen]))
        seen++;
    if (play->wire)
        fclose(play->wire);
    printf("\n%zu of %zu steps seen\n", seen, n);
    return seen == n ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int use_phone(struct stage *stage)
{
    const char *welcome = embedded_find("gateway/demo/welcome.txt")->data;
    const char *month = strstr(welcome, "{month}");
    struct tm today = today_in_china();
    char *moment = dialogue_moment(NULL, "month 09:00", &today);

    printf("%.*s%.10s%s", (int)(month - welcome), welcome, moment, month + strlen("{month}"));
    talloc_free(moment);
    return stage_command(stage, WORDS("phone", FIRST_PHONE, "--device", stage->device));
}

/* The text of a file, or of the story that the program carries. NULL after saying why. */
static const char *read_story(void *mem, const char *path)
{
    char *text = talloc_strdup(mem, ""), piece[4096];
    size_t n;

    if (!path)
        return embedded_find(STORY)->data;
    FILE *file = fopen(path, "r");
    if (!file) {
        command_failed("%s: %s", path, strerror(errno));
        return NULL;
    }
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        text = talloc_strndup_append(text, piece, n);
    fclose(file);
    return text;
}

static int run(int argc, char **argv)
{
    const char *path = NULL;
    const struct option_spec specs[] = { { "--play", NULL, &path } };
    int code = EXIT_FAILURE;

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    if (argc > 1)
        return command_wrong_use("no argument %s is known", argv[1]);
    void *mem = talloc_new(NULL);
    bool is_played = path || !isatty(STDIN_FILENO);
    const char *story = is_played ? read_story(mem, path) : "";
    struct stage *stage = story ? stage_begin(mem) : NULL;

    if (stage) {
        code = is_played ? play_dialogue(mem, stage, story) : use_phone(stage);
        stage_end(stage);
    }
    talloc_free(mem);
    return code;
}

const struct command command_demo = {
    .name = "demo",
    .summary = "the gateway with a sample county on an emulated modem",
    .usage =
        "usage: xiangyin demo [--play FILE]\n\n"
        "On a terminal: a phone to text from. Without one, or with --play: plays a dialogue through the "
        "real\n"
        "program and exits 0 only when every step was seen (gateway/command/dialogue.h has the format).\n",
    .run = run,
};
