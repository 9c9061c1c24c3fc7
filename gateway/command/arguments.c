#include "gateway/command/command.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/case/lifecycle_guard.h"
#include "gateway/knock.h"
#include "modem/number/number.h"
#include "modem/number/number_scan.h"

struct config *command_config(void *mem)
{
    return command_config_at(mem, command_config_path() ? command_config_path() : config_default_path());
}

struct config *command_config_at(void *mem, const char *path)
{
    struct config_problem *problems;
    size_t n;
    struct config *config = config_read(mem, path, &problems, &n);

    for (size_t i = 0; i < n && !config; i++)
        if (!problems[i].is_warning)
            fprintf(stderr, "%s\n", problems[i].text);
    if (config) {
        setenv("TZ", config->timezone, 1);
        tzset();
    }
    return config;
}

/* A reader makes no database, so it says kindly what does. */
static bool is_there(const struct config *config)
{
    if (access(config->database, F_OK) == 0)
        return true;
    command_failed(errno == ENOENT ? "there is no store yet at %s: xiangyin run or xiangyin import makes it"
                                   : "the store %s cannot be reached",
                   config->database);
    return false;
}

struct store *command_store(void *mem, const struct config *config, bool writes)
{
    const char *error;
    struct store *store;

    if (!config->database) {
        command_failed("the store %s is the gateway's alone", config->store_url);
        return NULL;
    }
    if (!writes && !is_there(config))
        return NULL;
    store = writes ? store_open(mem, config->store_url, &error)
                   : store_open_reader(mem, config->store_url, &error);
    if (!store) {
        command_failed("%s", error);
        return NULL;
    }
    if (writes && !lifecycle_guard_write(store)) {
        command_failed("%s", store_error(store));
        TALLOC_FREE(store);
    }
    return store;
}

void command_knock(const struct config *config)
{
    knock_send(config->database);
}

static bool parse_offset(const char *text, long *seconds)
{
    int hours, minutes = 0;
    char sign = *text;

    if (strcmp(text, "Z") == 0) {
        *seconds = 0;
        return true;
    }
    if (sign != '+' && sign != '-')
        return false;
    if (sscanf(text + 1, "%2d:%2d", &hours, &minutes) < 1 || hours > 14 || minutes > 59)
        return false;
    *seconds = (sign == '-' ? -1 : 1) * (hours * 3600L + minutes * 60L);
    return true;
}

bool command_parse_time(const char *text, int64_t *at)
{
    static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
                                         "%Y-%m-%d %H:%M", "%Y-%m-%d" };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct tm parsed = { .tm_isdst = -1 };
        const char *rest = strptime(text, forms[i], &parsed);
        int day = parsed.tm_mday;
        long offset;

        if (!rest)
            continue;
        if (*rest == '\0')
            *at = mktime(&parsed);
        else if (i < 4 && parse_offset(rest, &offset))
            *at = timegm(&parsed) - offset;
        else
            continue;
        return parsed.tm_mday == day; /* else it is a 31 February */
    }
    return false;
}

bool command_span(const char *since, const char *until, int64_t *from, int64_t *to)
{
    *from = *to = 0;
    if (since && !command_parse_time(since, from))
        return command_wrong_use("--since %s is no time like 2026-12-01 or \"2026-12-01 09:00\"", since),
               false;
    if (until && !command_parse_time(until, to))
        return command_wrong_use("--until %s is no time like 2026-12-01 or \"2026-12-01 09:00\"", until),
               false;
    return true;
}

const char *command_e164(void *mem, const char *text)
{
    struct number number = number_normalise(text, "CN");
    char *digits = talloc_zero_size(mem, strlen(text) + 1), *out = digits;

    if (!number_is_plain(text))
        return talloc_strdup(mem, text);
    if (number.kind == NUMBER_REAL || !digits)
        return talloc_strdup(mem, number.e164);
    for (const char *in = text; *in; in++)
        if (!strchr(" -().", *in))
            *out++ = *in;
    return strspn(digits, "+0123456789") == strlen(digits) ? digits : talloc_strdup(mem, text);
}

bool command_id(const char *text, int64_t *id)
{
    char *end;

    errno = 0;
    *id = strtoll(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *id > 0)
        return true;
    command_wrong_use("%s is no number of a row", text);
    return false;
}

bool command_limit(const char *text, int *limit)
{
    int64_t value = 0;

    *limit = 0;
    if (text && (!command_id(text, &value) || value > INT_MAX))
        return false;
    *limit = (int)value;
    return true;
}

const char *command_time_text(void *mem, int64_t at)
{
    time_t seconds = (time_t)at;
    struct tm local;
    char text[40];

    if (at == 0)
        return "";
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", localtime_r(&seconds, &local));
    return talloc_asprintf(mem, "%.22s:%s", text, text + 22);
}
