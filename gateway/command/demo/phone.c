/*
 * xiangyin phone NUMBER: a villager's telephone in a terminal, in the network of an emulated modem. What a
 * person reads here is what the gateway wrote; the telephone itself only draws.
 */

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <talloc.h>
#include <time.h>
#include <unilbrk.h>
#include <unistd.h>
#include <unistr.h>

#include "gateway/command/command_store.h"
#include "gateway/command/demo/caller.h"
#include "gateway/command/subcommands.h"
#include "modem/emulator/client.h"

enum { WIDEST = 64, CONNECT_MS = 2000, QUIET_MS = 400 };

struct phone {
    struct emulator_client *network;
    const struct config *config; /* of the gateway; NULL: not known */
    char *number;
    bool is_terminal;
    int wait_ms;
};

static int columns(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 20)
        return WIDEST;
    return size.ws_col - 4 < WIDEST ? size.ws_col - 4 : WIDEST;
}

/* Draws a text a line at a time; Chinese characters are two columns wide and may break anywhere but before 。
 */
static void draw_words(void *mem, const char *text, const char *margin)
{
    const uint8_t *octets = (const uint8_t *)text;
    size_t n = strlen(text);
    char *breaks = talloc_zero_array(mem, char, n + 1);

    u8_width_linebreaks(octets, n, columns(), 0, 0, NULL, "UTF-8", breaks);
    fputs(margin, stdout);
    for (size_t i = 0; i < n; i++) {
        if (breaks[i] == UC_BREAK_POSSIBLE)
            printf("\n%s", margin);
        putchar(text[i]);
        if (breaks[i] == UC_BREAK_MANDATORY && i + 1 < n)
            fputs(margin, stdout);
    }
    if (n == 0 || text[n - 1] != '\n')
        putchar('\n');
}

/* The clock on the telephone's screen: the text's own time of arrival, in the local zone. */
static void draw_received(const struct phone *phone, void *mem, const struct emulator_delivery *delivery)
{
    struct tm when = { 0 };
    char clock[16] = "";

    if (strptime(delivery->at, "%Y-%m-%dT%H:%M:%SZ", &when) != NULL) {
        time_t at = timegm(&when);

        strftime(clock, sizeof clock, "%H:%M", localtime_r(&at, &when));
    }
    printf("  ╭── ✉ %s", clock);
    if (delivery->parts > 1)
        printf(" (%d)", delivery->parts);
    if (strcmp(delivery->to, phone->number) != 0)
        printf("  ☎ %s", delivery->to);
    putchar('\n');
    draw_words(mem, delivery->text, "  │ ");
    printf("  ╰──\n");
    fflush(stdout);
}

static bool draw_next(struct phone *phone, int timeout_ms)
{
    void *mem = talloc_new(NULL);
    struct emulator_delivery delivery;
    bool came = emulator_next(phone->network, mem, timeout_ms, &delivery);

    if (came)
        draw_received(phone, mem, &delivery);
    talloc_free(mem);
    return came;
}

/* Chinese mobile numbers travel with their country's code. */
static char *travelling(void *mem, const char *number)
{
    bool is_national = number[0] == '1' && strlen(number) == 11;

    return talloc_asprintf(mem, "%s%s", is_national ? "+86" : "", number);
}

static bool is_number(const char *text)
{
    text += *text == '+';
    return strlen(text) >= 3 && strlen(text) <= 20 && text[strspn(text, "0123456789")] == '\0';
}

static bool become(struct phone *phone, const char *number)
{
    if (!is_number(number))
        return command_failed("%s is not a telephone number", number) == EXIT_SUCCESS;
    talloc_free(phone->number);
    phone->number = travelling(phone, number);
    printf("  ☎ %s\n", phone->number);
    fflush(stdout);
    /* a person sees the texts to all phones, a script only those to its own */
    return emulator_watch(phone->network, phone->is_terminal ? NULL : phone->number);
}

/* Runs `xiangyin due`, as a person would. */
static bool move_calendar(struct phone *phone, const char *date)
{
    const char *config = command_config_path() ? command_config_path() : config_default_path();
    pid_t child;
    int status = 0;

    (void)phone;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        execl("/proc/self/exe", "xiangyin", "due", "--at", date, "-c", config, (char *)NULL);
        _exit(EXIT_FAILURE);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static void draw_said(void *arg, const char *text)
{
    (void)arg;
    printf("  ☎ < %s\n", text);
    fflush(stdout);
}

/* A call to the voice line: the villager's recording is played behind the tone; keys are typed. */
static bool call_line(struct phone *phone, const struct config *config)
{
    const struct caller_wish wish = { .config = config,
                                      .number = phone->number,
                                      .script = "villager.wav",
                                      .keyboard = phone->is_terminal ? STDIN_FILENO : -1,
                                      .show = draw_said };
    const char *why = caller_call(phone, &wish);

    return why ? command_failed("%s", why) == EXIT_SUCCESS : true;
}

static bool ring(struct phone *phone, const char *argument)
{
    if (phone->config && phone->config->voice_listen)
        return call_line(phone, phone->config);

    char *request = talloc_asprintf(phone, "{\"cmd\":\"call\",\"from\":\"%s\"}", phone->number);
    bool done = emulator_request(phone->network, request);

    (void)argument;
    talloc_free(request);
    return done;
}

static bool help(struct phone *phone, const char *argument)
{
    (void)phone;
    (void)argument;
    printf("  /as NUMBER   /day YYYY-MM-DD   /call   /quit\n");
    return true;
}

static const struct {
    const char *name;
    bool (*run)(struct phone *phone, const char *argument);
    bool brings_texts;
} keys[] = { { "/as", become, false },
             { "/day", move_calendar, true },
             { "/call", ring, false },
             { "/help", help, false } };

/* True: an answer may follow. */
static bool press(struct phone *phone, const char *line)
{
    size_t n = strcspn(line, " ");
    const char *argument = line + n + strspn(line + n, " ");

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strlen(keys[i].name) == n && strncmp(keys[i].name, line, n) == 0)
            return keys[i].run(phone, argument) && keys[i].brings_texts;
    }
    help(phone, argument);
    return false;
}

static bool send_line(struct phone *phone, const char *line)
{
    if (u8_check((const uint8_t *)line, strlen(line)) != NULL)
        return command_failed("that line is not UTF-8") == EXIT_SUCCESS;
    if (!phone->is_terminal)
        printf("  ▶ %s\n", line);
    fflush(stdout);
    if (!emulator_text(phone->network, phone->number, line))
        return command_failed("%s", emulator_client_error(phone->network)) == EXIT_SUCCESS;
    return true;
}

/* For a script: waits for the answer to each line before it sends the next. */
static void wait_for_answers(struct phone *phone)
{
    if (!draw_next(phone, phone->wait_ms))
        return;
    while (draw_next(phone, QUIET_MS))
        continue;
}

/* False: quit. */
static bool take_line(struct phone *phone)
{
    void *mem = talloc_new(NULL);
    char *line = command_read_line(mem, stdin);
    bool goes_on = line != NULL && strcmp(line, "/quit") != 0;
    bool brings_texts =
        goes_on && line[0] != '\0' && (line[0] == '/' ? press(phone, line) : send_line(phone, line));

    if (brings_texts && !phone->is_terminal)
        wait_for_answers(phone);
    talloc_free(mem);
    return goes_on;
}

static void show_prompt(const struct phone *phone)
{
    if (!phone->is_terminal)
        return;
    fputs("▶ ", stdout);
    fflush(stdout);
}

/* Watches keyboard and network; a text that arrives is drawn below the line being typed. */
static int use_by_hand(struct phone *phone)
{
    struct pollfd polls[] = { { .fd = STDIN_FILENO, .events = POLLIN },
                              { .fd = emulator_client_fd(phone->network), .events = POLLIN } };

    setvbuf(stdin, NULL, _IONBF, 0);
    show_prompt(phone);
    while (emulator_client_is_connected(phone->network) && poll(polls, 2, -1) > 0) {
        if (polls[0].revents != 0 && !take_line(phone))
            return EXIT_SUCCESS;
        if (polls[1].revents != 0)
            putchar('\n');
        while (draw_next(phone, 0))
            continue;
        show_prompt(phone);
    }
    return command_failed("the emulated modem is gone");
}

static int use(struct phone *phone)
{
    if (phone->is_terminal)
        return use_by_hand(phone);
    while (take_line(phone))
        continue;
    return EXIT_SUCCESS;
}

/* The first of the configuration's modems that is an emulated one. */
static struct emulator_client *find_network(void *mem, const char *device)
{
    struct config *config;
    struct emulator_client *network = NULL;

    if (device != NULL)
        return emulator_connect(mem, device, CONNECT_MS);
    config = command_config(mem);
    for (size_t i = 0; config != NULL && network == NULL && i < config->n_modems; i++)
        network = emulator_connect(mem, config->modems[i].device, CONNECT_MS);
    return network;
}

static int run(int argc, char **argv)
{
    const char *device = NULL, *wait = "3";
    const struct option_spec specs[] = { { "--device", NULL, &device }, { "--wait", NULL, &wait } };
    struct phone *phone;
    int status;

    if (!command_options(&argc, argv, specs, 2))
        return EXIT_WRONG_USE;
    if (argc != 2 || !is_number(argv[1]))
        return command_wrong_use("missing NUMBER: digits, with + in front when international");
    phone = talloc_zero(NULL, struct phone);
    phone->is_terminal = isatty(STDIN_FILENO);
    phone->wait_ms = (int)(strtod(wait, NULL) * 1000);
    phone->config = command_config_path() ? command_config(phone) : NULL;
    phone->network = find_network(phone, device);
    if (phone->network == NULL)
        status = command_failed("no emulated modem answers");
    else
        status = become(phone, argv[1]) ? use(phone) : EXIT_FAILURE;
    talloc_free(phone);
    return status;
}

const struct command command_phone = {
    .name = "phone",
    .summary = "texts the emulated modem from a terminal",
    .usage = "usage: xiangyin phone NUMBER [--device DEVICE | -c FILE] [--wait SECONDS]\n\n"
             "Each line typed is a text from NUMBER; answers are shown as on a "
             "phone. On a terminal the texts to all other phones\n"
             "are shown too, each with its number.\n\n"
             "    /as NUMBER   switch to another phone  /day DATE   do the "
             "calendar's work of that day (xiangyin due)\n"
             "    /call        call the gateway: speaks with a recording, and "
             "what is typed are keys; an empty line hangs up\n"
             "    /help /quit\n\n"
             "Without a terminal each line waits up to SECONDS (3) for "
             "its answer before the next one is sent.\n",
    .run = run,
};
