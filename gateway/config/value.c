/* The kinds of value of table.h: which texts are good, and what they become in their fields. */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/config/problem.h"
#include "gateway/config/value.h"
#include "modem/number/number.h"
#include "modem/number/number_scan.h"

#define ZONES "/usr/share/zoneinfo"

bool value_matches(const char *text, const char *pattern)
{
    regex_t regex;
    bool is_match;

    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    is_match = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return is_match;
}

char *value_path(const struct config *config, const char *name)
{
    const char *slash = strrchr(config->path, '/');

    if (*name == '/' || !slash)
        return talloc_strdup(config, name);
    return talloc_asprintf(config, "%.*s/%s", (int)(slash - config->path), config->path, name);
}

const char *value_set_text(struct config *config, void *field, const struct config_option *option,
                           const char *text)
{
    (void)option;
    *(const char **)field = talloc_strdup(config, text);
    return NULL;
}

static const char *set_yes_or_no(struct config *config, void *field, const struct config_option *option,
                                 const char *text)
{
    static const char *const known[] = { "yes", "no", "true", "false", "on", "off" };

    (void)config, (void)option;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcasecmp(text, known[i]) == 0) {
            *(bool *)field = i % 2 == 0;
            return NULL;
        }
    return problem_words("is neither yes nor no");
}

static const char *set_number(struct config *config, void *field, const struct config_option *option,
                              const char *text)
{
    long value = strtol(text, NULL, 10);

    if (value < option->least || value > option->most)
        return talloc_asprintf(config, problem_words("must be from %d to %d"), option->least, option->most);
    *(int *)field = (int)value;
    return NULL;
}

static const char *set_word(struct config *config, void *field, const struct config_option *option,
                            const char *text)
{
    size_t length = strlen(text);

    for (const char *word = option->words; *word; word += strspn(word, " ")) {
        size_t n = strcspn(word, " ");

        if (n == length && strncmp(word, text, n) == 0)
            return value_set_text(config, field, option, text);
        word += n;
    }
    return talloc_asprintf(config, problem_words("is not one of: %s"), option->words);
}

static const char *set_phone(struct config *config, void *field, const struct config_option *option,
                             const char *text)
{
    struct number number = number_normalise(text, "CN");

    if (!number_is_plain(text) || number.kind != NUMBER_REAL)
        return problem_words("is not a phone number");
    return value_set_text(config, field, option, number.e164);
}

static bool is_zone_file(const char *name)
{
    char path[PATH_MAX], magic[4];
    FILE *file;
    bool is_zone;

    if (*name == '/' || strstr(name, "..") ||
        (size_t)snprintf(path, sizeof path, ZONES "/%s", name) >= sizeof path)
        return false;
    file = fopen(path, "rb");
    is_zone = file && fread(magic, sizeof magic, 1, file) == 1 && memcmp(magic, "TZif", 4) == 0;
    if (file)
        fclose(file);
    return is_zone;
}

static const char *set_zone(struct config *config, void *field, const struct config_option *option,
                            const char *text)
{
    /* the pattern is POSIX's for a zone without summer time: CST-8, <+0545>-5:45 */
    if (strcmp(text, "UTC") == 0 || is_zone_file(text) ||
        value_matches(text, "^([A-Za-z]{3,6}|<[A-Za-z0-9+-]{3,6}>)[+-]?([0-9]|1[0-9]|2[0-4])(:[0-5][0-9])?$"))
        return value_set_text(config, field, option, text);
    if (access(ZONES, R_OK) != 0)
        return problem_words("cannot be found: the package tzdata is missing");
    return problem_words("is not a time zone");
}

/* "21:00-08:00" in minutes of the day; "off" as 0 and 0. */
static const char *set_hours(struct config *config, void *field, const struct config_option *option,
                             const char *text)
{
    int h1 = 0, m1 = 0, h2 = 0, m2 = 0;

    if (strcmp(text, "off") != 0 && (!value_matches(text, "^[0-9]{1,2}:[0-5][0-9]-[0-9]{1,2}:[0-5][0-9]$") ||
                                     sscanf(text, "%d:%d-%d:%d", &h1, &m1, &h2, &m2) != 4 ||
                                     h1 * 60 + m1 > 24 * 60 || h2 * 60 + m2 > 24 * 60))
        return problem_words("is neither a span like 21:00-08:00 nor off");
    *(int *)field = h1 * 60 + m1;
    *(int *)((char *)config + option->count_at) = h2 * 60 + m2;
    return NULL;
}

/* "2 hours", "15 days", "5 working days", and "1 day" without its s. */
static const char *set_time_limit(struct config *config, void *field, const struct config_option *option,
                                  const char *text)
{
    static const char *const units[] = {
        [LIMIT_HOURS] = "hour", [LIMIT_DAYS] = "day", [LIMIT_WORKING_DAYS] = "working day"
    };
    struct time_limit_config *time_limit = field;
    char *end;
    long count = strtol(text, &end, 10);

    (void)config, (void)option;
    end += strspn(end, " ");
    for (int unit = LIMIT_HOURS; count >= 1 && count <= 8760 && unit <= LIMIT_WORKING_DAYS; unit++) {
        size_t length = strlen(units[unit]);

        if (strncmp(end, units[unit], length) == 0 && (!end[length] || strcmp(end + length, "s") == 0)) {
            *time_limit = (struct time_limit_config){ .count = (int)count, .unit = unit };
            return NULL;
        }
    }
    return problem_words("is not a time limit like 2 hours, 15 days or 5 working days");
}

/* "5 years", "18 months", "400 days". A case may be reviewed twice within 120 days and is asked about for
 * longer. */
static const char *set_period(struct config *config, void *field, const struct config_option *option,
                              const char *text)
{
    static const struct {
        const char *unit;
        int months, days, least;
    } units[] = { { "year", 12, 0, 1 }, { "month", 1, 0, 6 }, { "day", 0, 1, 183 } };
    struct period_config *period = field;
    char *end;
    long count = strtol(text, &end, 10);

    (void)config, (void)option;
    end += strspn(end, " ");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t length = strlen(units[i].unit);

        if (strncmp(end, units[i].unit, length) == 0 && (!end[length] || strcmp(end + length, "s") == 0) &&
            count >= units[i].least && count <= 36500) {
            *period = (struct period_config){ (int)count * units[i].months, (int)count * units[i].days };
            return NULL;
        }
    }
    return problem_words("is not a period of at least six months like 5 years, 18 months or 400 days");
}

static const char *set_store_url(struct config *config, void *field, const struct config_option *option,
                                 const char *text)
{
    const char *name = text + strlen("sqlite:");
    char *path, *folder, *slash;
    struct stat status;

    /* only a province's centre keeps its store there; a gateway that is told to says so */
    if (strncmp(text, "postgresql:", strlen("postgresql:")) == 0 && text[strlen("postgresql:")] != '\0')
        return value_set_text(config, field, option, text);
    if (strncmp(text, "sqlite:", strlen("sqlite:")) != 0 || *name == '\0')
        return problem_words("must be sqlite: followed by a path");
    if (strcmp(name, ":memory:") == 0)
        return value_set_text(config, field, option, text);
    path = value_path(config, name);
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return problem_words("is a folder");
    folder = talloc_strdup(config, path);
    slash = strrchr(folder, '/');
    if (slash && slash != folder)
        *slash = '\0';
    if (slash && (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)))
        return talloc_asprintf(config, problem_words("is in a folder that does not exist: %s"), folder);
    config->database = path;
    *(const char **)field = talloc_asprintf(config, "sqlite:%s", path);
    return NULL;
}

static const char *set_address(struct config *config, void *field, const struct config_option *option,
                               const char *text)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    char *host = talloc_strndup(config, text, length);
    struct in6_addr address;
    bool is_good;

    if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
        host[length - 1] = '\0';
        is_good = inet_pton(AF_INET6, host + 1, &address) == 1;
    } else {
        is_good = strcmp(host, "localhost") == 0 || inet_pton(AF_INET, host, &address) == 1;
    }
    if (!colon || !is_good || !value_matches(colon + 1, "^[0-9]{1,5}$"))
        return problem_words("is not an address and port like 127.0.0.1:8080");
    if (atol(colon + 1) > 65535)
        return problem_words("has a port above 65535");
    return value_set_text(config, field, option, text);
}

/* What people wrote leaves this machine by no such address. */
static const char *set_loopback(struct config *config, void *field, const struct config_option *option,
                                const char *text)
{
    if (!value_matches(
            text, "^http://(127(\\.[0-9]{1,3}){3}|\\[::1\\]|localhost)(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?$"))
        return problem_words("is not an address on this machine like http://127.0.0.1:8081/v1");
    return value_set_text(config, field, option, text);
}

static const char *set_path(struct config *config, void *field, const struct config_option *option,
                            const char *text)
{
    (void)option;
    *(const char **)field = value_path(config, text);
    return NULL;
}

static const char *set_folder(struct config *config, void *field, const struct config_option *option,
                              const char *text)
{
    const char *folder = value_path(config, text);
    struct stat status;

    if (stat(folder, &status) == 0 && !S_ISDIR(status.st_mode))
        return problem_words("is not a folder");
    if (access(folder, R_OK | X_OK) != 0)
        return talloc_asprintf(config, problem_words("cannot be read: %s"), problem_words(strerror(errno)));
    return set_path(config, field, option, text);
}

/* One that is made when it is missing. */
static const char *set_own_folder(struct config *config, void *field, const struct config_option *option,
                                  const char *text)
{
    struct stat status;

    if (stat(value_path(config, text), &status) == 0 && !S_ISDIR(status.st_mode))
        return problem_words("is not a folder");
    return set_path(config, field, option, text);
}

static const char *set_file(struct config *config, void *field, const struct config_option *option,
                            const char *text)
{
    if (access(value_path(config, text), R_OK) != 0)
        return talloc_asprintf(config, problem_words("cannot be read: %s"), problem_words(strerror(errno)));
    return set_path(config, field, option, text);
}

/* An address, or an address and the length of its prefix: 10.0.0.0/8, 2001:db8::/32. */
static const char *set_network(struct config *config, void *field, const struct config_option *option,
                               const char *text)
{
    size_t length = strcspn(text, "/");
    const char *host = talloc_strndup(config, text, length);
    unsigned char address[16];
    long most;

    if (inet_pton(AF_INET, host, address) == 1)
        most = 32;
    else if (inet_pton(AF_INET6, host, address) == 1)
        most = 128;
    else
        return problem_words("is not an address or network like 203.0.113.0/24");
    if (text[length] && (!value_matches(text + length + 1, "^[0-9]{1,3}$") || atol(text + length + 1) > most))
        return talloc_asprintf(config, problem_words("must have a prefix length from 0 to %ld"), most);
    return value_set_text(config, field, option, text);
}

static const char *set_date(struct config *config, void *field, const struct config_option *option,
                            const char *text)
{
    struct tm date = { 0 };
    const char *end = strptime(text, "%Y-%m-%d", &date);

    return end && !*end ? value_set_text(config, field, option, text) : problem_words(option->type->wrong);
}

static const char *set_device(struct config *config, void *field, const struct config_option *option,
                              const char *text)
{
    bool is_path = strncmp(text, "usb:", 4) != 0;

    if (is_path ? !*text || value_matches(text, "^(tty|COM|cu\\.)[^/]*$") : text[4] == '\0')
        return problem_words("is neither a path like /dev/ttyUSB2 nor usb:SERIAL nor usb:VID:PID");
    return (is_path ? set_path : value_set_text)(config, field, option, text);
}

static void add_to_list(struct config *config, char *values, const struct config_option *option,
                        const char *item)
{
    const char ***list = (const char ***)(void *)(values + option->at);
    size_t *n = (size_t *)(void *)(values + option->count_at);

    *list = talloc_realloc(config, *list, const char *, (unsigned)*n + 1);
    (*list)[(*n)++] = item;
}

const char *config_set(struct config *config, void *values, const struct config_option *option,
                       const char *text)
{
    const struct config_type *type = option->type;
    const char *item = NULL, *wrong;

    if (type->pattern && !value_matches(text, type->pattern))
        return problem_words(type->wrong);
    if (!type->is_list)
        return type->set(config, (char *)values + option->at, option, text);
    wrong = type->set(config, &item, option, text);
    if (!wrong)
        add_to_list(config, values, option, item);
    /* cppcheck-suppress returnDanglingLifetime ; a constant string, not a part of item */
    return wrong;
}

#define ONE_LINE .pattern = "^[^\n\t]*$", .wrong = "contains a line break or a tab"

const struct config_type config_yes_or_no = { "yes or no", .set = set_yes_or_no, .shape = SHAPE_TRUTH };
const struct config_type config_number = { "number", .set = set_number, .shape = SHAPE_NUMBER,
                                           .pattern = "^-?(0|[1-9][0-9]{0,9})$",
                                           .wrong = "is not a whole number" };
const struct config_type config_text = { "text", .set = value_set_text, ONE_LINE };
const struct config_type config_word = { "one of", .set = set_word };
const struct config_type config_prefixes = { "list of prefixes", .set = value_set_text, .is_list = true,
                                             .pattern = "^\\+[0-9]{1,15}$",
                                             .wrong = "is not the beginning of a number like +86139" };
const struct config_type config_phone = { "phone number", .set = set_phone };
const struct config_type config_zone = { "time zone", .set = set_zone };
const struct config_type config_hours = { "span of hours", .set = set_hours, .shape = SHAPE_SPAN };
const struct config_type config_time_limit = { "time limit", .set = set_time_limit, .shape = SHAPE_LIMIT };
const struct config_type config_period = { "period", .set = set_period, .shape = SHAPE_PERIOD };
const struct config_type config_store_url = { "sqlite:PATH", .set = set_store_url };
const struct config_type config_address = { "address:port", .set = set_address };
const struct config_type config_folder = { "folder", .set = set_folder };
const struct config_type config_own_folder = { "folder", .set = set_own_folder };
const struct config_type config_digit = { "digit", .set = value_set_text, .pattern = "^[0-9]?$",
                                          .wrong = "is not one digit" };
const struct config_type config_recipient = {
    "age public key", .set = value_set_text, .pattern = "^age1[0-9a-z]{58}$",
    .wrong = "is not a public key of age: age1 and 58 letters and digits"
};
const struct config_type config_device = { "device", .set = set_device };
const struct config_type config_code = { "USSD code", .set = value_set_text, .pattern = "^[*#0-9]{1,40}#$",
                                         .wrong = "is not a code like *100#" };
const struct config_type config_loopback = { "http URL on this machine", .set = set_loopback };
const struct config_type config_url = { "https URL", .set = value_set_text,
                                        .pattern =
                                            "^https://[^/@ ]+(/[^ ]*)?$|"
                                            "^http://(127\\.[0-9.]+|localhost|\\[::1\\])(:[0-9]+)?(/[^ ]*)?$",
                                        .wrong =
                                            "is neither an https:// URL nor an http:// URL of this machine" };
const struct config_type config_file = { "file", .set = set_file };
const struct config_type config_private = { "file", .set = set_file, .is_private = true };
const struct config_type config_texts = { "list of words", .set = value_set_text, .is_list = true, ONE_LINE };
const struct config_type config_dates = { "list of dates", .set = set_date, .is_list = true,
                                          .pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                                          .wrong = "is not a date like 2027-01-01" };
const struct config_type config_networks = { "list of networks", .set = set_network, .is_list = true };
