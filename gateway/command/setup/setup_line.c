#include "gateway/command/setup/setup_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/command/command.h"
#include "gateway/command/modem/modem_probe.h"
#include "gateway/command/words.h"
#include "gateway/config.h"
#include "gateway/hex.h"
#include "modem/modem.h"
#include "modem/port.h"

/* Operators soon block a SIM that sends more. */
#define LIMITS "    per_minute = 20\n    per_day = 1000\n"

bool setup_is_plain(const char *text)
{
    return !strpbrk(text, "\"\\\r\n\t");
}

/* Whether a modem answers AT commands at the port. */
static bool answers_commands(void *mem, const char *device)
{
    struct modem *modem = modem_new(mem, &(struct modem_settings){ .device = device });
    bool is_modem = modem && modem_open(modem);

    talloc_free(modem);
    return is_modem;
}

/* The first USB port at which a modem answers; NULL after printing that there is none. */
static const char *find_modem(void *mem)
{
    struct port_info *ports;
    size_t n = 0;

    if (!port_list(mem, &ports, &n))
        n = 0;
    for (size_t i = 0; i < n; i++) {
        if (ports[i].vid < 0)
            continue;
        printf("%s %s %s ...\n", ports[i].path, ports[i].manufacturer, ports[i].product);
        if (answers_commands(mem, ports[i].device))
            return ports[i].device;
    }
    command_failed(
        "no modem answers: is it plugged in, and its driver loaded? xiangyin modem list shows the ports");
    return NULL;
}

/* Tries the modem and returns its section of the configuration; NULL: it does not work at all. */
static const char *try_modem(void *mem, const char *device)
{
    struct modem *modem = modem_new(mem, &(struct modem_settings){ .device = device });
    bool is_ready = modem && modem_probe(modem) == EXIT_SUCCESS;
    bool is_usable = is_ready || (modem && *modem_state(modem)->manufacturer);

    talloc_free(modem);
    if (!is_usable) {
        command_failed("%s is not a modem that can be used", device);
        return NULL;
    }
    if (!is_ready)
        command_failed("the modem is set up all the same; mend what is named above before people text it");
    return talloc_asprintf(mem, "modem \"village\" {\n    device = \"%s\"\n" LIMITS "}\n", device);
}

/* Writes the secret to a new file that only root can read; the service manager passes it to the service. */
static bool write_secret(const char *file, const char *secret)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_written = fd >= 0 && write(fd, secret, strlen(secret)) == (ssize_t)strlen(secret);

    if (!is_written)
        command_failed("%s cannot be written: %s", file, strerror(errno));
    if (fd >= 0)
        close(fd);
    return is_written;
}

static bool holds(const char *file, const char *secret)
{
    FILE *old = fopen(file, "re");
    size_t length = strlen(secret);
    char *text = talloc_zero_size(NULL, length + 2);
    bool is_same = old && fread(text, 1, length + 1, old) == length && memcmp(text, secret, length) == 0;

    if (old)
        fclose(old);
    talloc_free(text);
    return is_same;
}

/* Keeps the secret in a file of its own. Where another is there already, whoever answers says which of the
 * two stays; answers NULL: the older one. */
static bool keep_secret(void *mem, struct answers *answers, const char *path, const char *name,
                        const char *secret)
{
    const char *slash = strrchr(path, '/'), *replace = "no";
    char *folder = slash ? talloc_asprintf(mem, "%.*s/credentials", (int)(slash - path), path)
                         : talloc_strdup(mem, "credentials");
    char *file = talloc_asprintf(mem, "%s/%s", folder, name), *new = talloc_asprintf(mem, "%s.new", file);

    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        command_failed("%s cannot be written: %s", folder, strerror(errno));
        return false;
    }
    if (access(file, F_OK) != 0)
        return write_secret(file, secret);
    if (!answers || holds(file, secret))
        return true;
    printf(words("%s holds another secret already.\n"), file);
    replace = answers_ask(answers, "replace", "Put the new one in its place (yes, no)", "no");
    if (replace && strcmp(replace, "yes") == 0) {
        unlink(new);
        if (!write_secret(new, secret))
            return false;
        return rename(new, file) == 0 ||
               (command_failed("%s cannot be written: %s", file, strerror(errno)), false);
    }
    command_failed("the older secret in %s stays, and the new one is not kept", file);
    return replace != NULL;
}

/* Whether setup offers this provider: one that needs only an account. Others need an address of their own, or
 * send only templates that they have approved. */
static bool is_offered(const char *kind)
{
    static const char *const kinds[] = { "twilio", "vonage", "africastalking" };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

/* The option with a random key in the webhook's path, for a provider that does not sign its requests, from
 * mem; NULL after printing why. */
static const char *make_hook_key(void *mem, const char *path, const char *kind)
{
    unsigned char random[32];
    const char *name = talloc_asprintf(mem, "%s-hook", kind);

    if (strcmp(kind, "africastalking") != 0)
        return "";
    if (getrandom(random, sizeof random, 0) != sizeof random) {
        command_failed("%s cannot be written: %s", name, strerror(errno));
        return NULL;
    }
    if (!keep_secret(mem, NULL, path, name, hex_encode(mem, random, sizeof random)))
        return NULL;
    printf(words("The provider's webhook is /hook/%s/KEY; the key stands in credentials/%s.\n"), kind, name);
    return talloc_asprintf(mem, "    hook_key = \"credential:%s\"\n", name);
}

static const char *write_provider(void *mem, struct answers *answers, const char *path, const char *kind,
                                  const char *account, const char *from, const char *secret)
{
    const char *hook_key =
        keep_secret(mem, answers, path, kind, secret) ? make_hook_key(mem, path, kind) : NULL;

    if (!hook_key)
        return NULL;
    return talloc_asprintf(mem,
                           "provider \"%s\" {\n    kind = %s\n    account = \"%s\"\n"
                           "    secret = \"credential:%s\"\n    from = \"%s\"\n%s" LIMITS "}\n",
                           kind, kind, account, kind, from, hook_key);
}

/* Whether the gateway would take the secret, asked before it is kept: an older one is not replaced by itself.
 * False after printing why not. */
static bool is_usable(void *mem, const char *kind, const char *account, const char *from, const char *secret)
{
    static const char variable[] = "XIANGYIN_SECRET";
    const char *text = talloc_asprintf(mem,
                                       "provider \"%s\" { kind = %s account = \"%s\" from = \"%s\" "
                                       "secret = \"env:%s\"%s }\n",
                                       kind, kind, account, from, variable,
                                       strcmp(kind, "africastalking") == 0 ? " receive = no" : "");
    struct config_problem *problems;
    size_t n;

    setenv(variable, secret, 1);
    bool is_good = config_read_text(mem, "setup", text, strlen(text), &problems, &n) != NULL;
    unsetenv(variable);
    for (size_t i = 0; i < n && !is_good; i++)
        if (!problems[i].is_warning)
            command_failed("%s", problems[i].text);
    return is_good;
}

static const char *ask_provider(void *mem, struct answers *answers, const char *path)
{
    const char *kind = answers_ask(answers, "kind", "Which provider (twilio, vonage, africastalking)", NULL);
    const char *account =
        kind ? answers_ask(answers, "account", "Name or number of the account", NULL) : NULL;
    const char *secret = account ? answers_ask(answers, "secret", "The account's secret", NULL) : NULL;
    const char *from =
        secret ? answers_ask(answers, "from", "Number or name that texts come from", NULL) : NULL;

    if (!from)
        return NULL;
    if (is_offered(kind) && setup_is_plain(account) && setup_is_plain(from) && setup_is_plain(secret))
        return is_usable(mem, kind, account, from, secret)
                   ? write_provider(mem, answers, path, kind, account, from, secret)
                   : NULL;
    command_failed("%s is none of these; others are described in the configuration by hand", kind);
    return NULL;
}

const char *setup_line(void *mem, struct answers *answers, const char *path)
{
    for (;;) {
        const char *answer = answers_ask(
            answers, "line",
            "Texts by a modem on this machine, its port, or a provider (modem, /dev/..., provider)", "modem");
        const char *section = NULL, *device;

        if (!answer)
            return NULL;
        if (strcmp(answer, "provider") == 0) {
            section = ask_provider(mem, answers, path);
        } else {
            device = strcmp(answer, "modem") == 0 ? find_modem(mem) : answer;
            section = device && setup_is_plain(device) ? try_modem(mem, device) : NULL;
        }
        if (section || !answers_may_ask_again(answers))
            return section;
    }
}
