/*
 * xiangyin demo: the gateway with a sample county on an emulated modem. On a terminal a person texts it from
 * a phone; without one, a dialogue is played.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/command/command_store.h"
#include "gateway/command/demo/play.h"
#include "gateway/command/subcommands.h"
#include "gateway/turn/dates.h"
#include "templates/embedded.h"

#define FIRST_PHONE "13903570001"
/* of the sample county: sorts what comes in */
#define CLERK_PHONE "13900000001"

enum { USUAL_PORT = 8080 };

/* The usual port of this machine, or where somebody has it, any that is free. */
static int free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(USUAL_PORT),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, length) != 0) {
        address.sin_port = 0;
        if (bind(fd, (struct sockaddr *)&address, length) == 0)
            getsockname(fd, (struct sockaddr *)&address, &length);
    }
    if (fd >= 0)
        close(fd);
    return ntohs(address.sin_port);
}

/* No quiet hours and no limit of answers: a person may try it at night, and texts faster than a villager
 * would. */
static int use_phone(void *mem)
{
    const struct stage_options wish = { .settings = talloc_asprintf(mem,
                                                                    "quiet_hours = \"off\"\n"
                                                                    "answers_per_hour = 0\n"
                                                                    "http { listen = \"127.0.0.1:%d\" }\n"
                                                                    "page { }\n",
                                                                    free_port()),
                                        .routes = "",
                                        .has_calls = true };
    const char *welcome = embedded_find("gateway/demo/welcome.txt")->data;
    const char *month = strstr(welcome, "{month}");
    struct stage *stage = stage_begin(mem, &wish);

    if (!stage)
        return EXIT_FAILURE;
    command_config_at(mem, stage->config); /* sets the time zone */
    printf("%.*s%s%s", (int)(month - welcome), welcome, date_text(mem, month_plus(date_of(time(NULL)), 1)),
           month + strlen("{month}"));
    stage_command(stage, WORDS("page", "link", CLERK_PHONE));
    putchar('\n');
    int code = stage_command(stage, WORDS("phone", FIRST_PHONE, "--device", stage->device));
    stage_end(stage);
    return code;
}

static int play(void *mem, const struct dialogue *dialogue)
{
    const struct stage_options wish = { .settings = dialogue->settings,
                                        .units = *dialogue->units ? dialogue->units : NULL,
                                        .people = dialogue->people,
                                        .routes = dialogue->routes,
                                        .has_calls = dialogue_has_calls(dialogue),
                                        .now = PLAY_BEGINS };
    struct stage *stage = stage_begin(mem, &wish);

    if (!stage)
        return EXIT_FAILURE;
    bool is_good = play_dialogue(stage, dialogue);
    stage_end(stage);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int play_file(void *mem, const char *path)
{
    const char *error;
    struct dialogue *dialogue = dialogue_load(mem, path, &error);

    return dialogue ? play(mem, dialogue) : command_failed("%s", error);
}

/* One case by texts, and one by a call. */
static int play_stories(void *mem)
{
    static const char *const stories[] = { "gateway/demo/story.txt", "gateway/demo/call.txt" };
    const char *error;
    int code = EXIT_SUCCESS;

    for (size_t i = 0; code == EXIT_SUCCESS && i < sizeof stories / sizeof *stories; i++) {
        struct dialogue *dialogue = dialogue_read(mem, stories[i], embedded_find(stories[i])->data, &error);

        code = dialogue ? play(mem, dialogue) : command_failed("%s", error);
    }
    return code;
}

static int run(int argc, char **argv)
{
    const char *path = NULL;
    const struct option_spec specs[] = { { "--play", NULL, &path } };

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    if (argc > 1)
        return command_wrong_use("unexpected argument %s", argv[1]);
    void *mem = talloc_new(NULL);
    int code = path ? play_file(mem, path) : isatty(STDIN_FILENO) ? use_phone(mem) : play_stories(mem);
    talloc_free(mem);
    return code;
}

const struct command command_demo = {
    .name = "demo",
    .summary = "the gateway with a sample county on an emulated modem",
    .usage = "usage: xiangyin demo [--play FILE]\n\n"
             "On a terminal: a phone to text and call from. Without one, or with "
             "--play: plays a dialogue against the real program and\n"
             "exits with 0 only if every step was seen (tests/dialogues/README describes the format).\n",
    .run = run,
};
