/* The kinds of value of table.h: what is a good one, and how it reaches its field. */
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

#include "gateway/config/table.h"
#include "modem/number/number.h"
#include "modem/number/number_scan.h"

#define ZONES "/usr/share/zoneinfo"

enum { SECRET_MOST = 4096 };

static bool matches(const char *text, const char *pattern)
{
    regex_t regex;
    bool is_match;

    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    is_match = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return is_match;
}

/* A file's path as it counts from the folder of the configuration. */
static char *resolve(void *mem, const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');

    if (*name == '/' || !slash)
        return talloc_strdup(mem, name);
    return talloc_asprintf(mem, "%.*s/%s", (int)(slash - path), path, name);
}

static const char **string_field(char *base, const struct config_option *option)
{
    return (const char **)(void *)(base + option->at);
}

static bool put_string(struct config *config, char *base, const struct config_option *option, cfg_t *section)
{
    const char *text = cfg_getstr(section, option->name), **field = string_field(base, option);

    *field = text ? talloc_strdup(config, text) : NULL;
    return !text || *field;
}

static bool put_bool(struct config *config, char *base, const struct config_option *option, cfg_t *section)
{
    (void)config;
    *(bool *)(void *)(base + option->at) = cfg_getbool(section, option->name) == cfg_true;
    return true;
}

static bool put_number(struct config *config, char *base, const struct config_option *option, cfg_t *section)
{
    (void)config;
    *(int *)(void *)(base + option->at) = (int)cfg_getint(section, option->name);
    return true;
}

static bool put_list(struct config *config, char *base, const struct config_option *option, cfg_t *section)
{
    unsigned n = cfg_size(section, option->name);
    const char **list = talloc_array(config, const char *, n);

    for (unsigned i = 0; list && i < n; i++) {
        list[i] = talloc_strdup(list, cfg_getnstr(section, option->name, i));
        if (!list[i])
            return false;
    }
    *(const char ***)(void *)(base + option->at) = list;
    *(size_t *)(void *)(base + option->count_at) = n;
    return list != NULL;
}

static const char *check_yes_or_no(void *mem, const struct config_option *option, const char *text,
                                   const char *path)
{
    static const char *const known[] = { "yes", "no", "true", "false", "on", "off" };

    (void)mem, (void)option, (void)path;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcasecmp(text, known[i]) == 0)
            return NULL;
    return "is neither yes nor no";
}

static const char *check_number(void *mem, const struct config_option *option, const char *text,
                                const char *path)
{
    long value;

    (void)path;
    if (!matches(text, "^-?(0|[1-9][0-9]{0,9})$"))
        return "is no whole number";
    value = strtol(text, NULL, 10);
    if (value < option->least || value > option->most)
        return talloc_asprintf(mem, "is not from %d to %d", option->least, option->most);
    return NULL;
}

static const char *check_text(void *mem, const struct config_option *option, const char *text,
                              const char *path)
{
    (void)mem, (void)option, (void)path;
    return strpbrk(text, "\n\t") ? "holds a line break or a tab" : NULL;
}

static const char *check_word(void *mem, const struct config_option *option, const char *text,
                              const char *path)
{
    size_t length = strlen(text);

    (void)path;
    for (const char *word = option->words; *word; word += strspn(word, " ")) {
        size_t n = strcspn(word, " ");

        if (n == length && strncmp(word, text, n) == 0)
            return NULL;
        word += n;
    }
    return talloc_asprintf(mem, "is none of: %s", option->words);
}

static const char *check_phone(void *mem, const struct config_option *option, const char *text,
                               const char *path)
{
    (void)mem, (void)option, (void)path;
    return number_is_plain(text) && number_normalise(text, "CN").kind == NUMBER_REAL ? NULL
                                                                                     : "is no phone number";
}

static bool put_phone(struct config *config, char *base, const struct config_option *option, cfg_t *section)
{
    const char *text = cfg_getstr(section, option->name), **field = string_field(base, option);

    *field = text ? talloc_strdup(config, number_normalise(text, "CN").e164) : NULL;
    return !text || *field;
}

static const char *check_prefix(void *mem, const struct config_option *option, const char *text,
                                const char *path)
{
    (void)mem, (void)option, (void)path;
    return matches(text, "^\\+[0-9]{1,15}$") ? NULL : "is no beginning of a number like +86139";
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

static const char *check_zone(void *mem, const struct config_option *option, const char *text,
                              const char *path)
{
    (void)mem, (void)option, (void)path;
    if (strcmp(text, "UTC") == 0 || is_zone_file(text))
        return NULL;
    /* as POSIX writes one that has no summer time: CST-8, <+0545>-5:45 */
    if (matches(text, "^([A-Za-z]{3,6}|<[A-Za-z0-9+-]{3,6}>)[+-]?([0-9]|1[0-9]|2[0-4])(:[0-5][0-9])?$"))
        return NULL;
    return access(ZONES, R_OK) == 0 ? "is no time zone" : "cannot be found: the package tzdata is missing";
}

/* "21:00-08:00" to minutes of the day; "off" to 0 and 0. */
static bool parse_hours(const char *text, int *from, int *until)
{
    int h1, m1, h2, m2;

    *from = *until = 0;
    if (strcmp(text, "off") == 0)
        return true;
    if (!matches(text, "^[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}$") ||
        sscanf(text, "%d:%d-%d:%d", &h1, &m1, &h2, &m2) != 4 || m1 > 59 || m2 > 59)
        return false;
    *from = h1 * 60 + m1;
    *until = h2 * 60 + m2;
    return *from <= 24 * 60 && *until <= 24 * 60;
}

static const char *check_hours(void *mem, const struct config_option *option, const char *text,
                               const char *path)
{
    int from, until;

    (void)mem, (void)option, (void)path;
    return parse_hours(text, &from, &until) ? NULL : "is neither a span like 21:00-08:00 nor off";
}

static bool put_hours(struct config *config, char *base, const struct config_option *option, cfg_t *section)
{
    (void)base;
    return parse_hours(cfg_getstr(section, option->name), &config->quiet_from, &config->quiet_until);
}

/* "2 hours", "15 days", "5 working days"; 1 stands without its s as well. */
static bool parse_term(const char *text, struct time_limit_config *term)
{
    static const char *const units[] = {
        [LIMIT_HOURS] = "hour", [LIMIT_DAYS] = "day", [LIMIT_WORKING_DAYS] = "working day"
    };
    char *end;
    long count = strtol(text, &end, 10);

    if (end == text || count < 1 || count > 8760)
        return false;
    end += strspn(end, " ");
    for (int unit = LIMIT_HOURS; unit <= LIMIT_WORKING_DAYS; unit++) {
        size_t length = strlen(units[unit]);

        if (strncmp(end, units[unit], length) == 0 && (!end[length] || strcmp(end + length, "s") == 0)) {
            term->count = (int)count;
            term->unit = unit;
            return true;
        }
    }
    return false;
}

static const char *check_term(void *mem, const struct config_option *option, const char *text,
                              const char *path)
{
    struct time_limit_config term;

    (void)mem, (void)option, (void)path;
    return parse_term(text, &term) ? NULL : "is no term like 2 hours, 15 days or 5 working days";
}

static bool put_term(struct config *config, char *base, const struct config_option *option, cfg_t *section)
{
    const char *text = cfg_getstr(section, option->name);

    (void)config;
    return !text || parse_term(text, (struct time_limit_config *)(base + option->at));
}

static const char *check_store_url(void *mem, const struct config_option *option, const char *text,
                                   const char *path)
{
    const char *name = text + strlen("sqlite:"), *folder;
    struct stat status;
    char *slash;

    (void)option;
    if (strncmp(text, "sqlite:", strlen("sqlite:")) != 0 || *name == '\0')
        return "does not begin with sqlite: and a path";
    if (strcmp(name, ":memory:") == 0)
        return NULL;
    folder = name = resolve(mem, path, name);
    slash = strrchr(name, '/');
    if (stat(name, &status) == 0 && S_ISDIR(status.st_mode))
        return "is a folder";
    if (slash && slash != name)
        *slash = '\0';
    if (slash && (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)))
        return talloc_asprintf(mem, "is in a folder that does not exist: %s", folder);
    return NULL;
}

static bool put_store_url(struct config *config, char *base, const struct config_option *option,
                          cfg_t *section)
{
    const char *name = cfg_getstr(section, option->name) + strlen("sqlite:");

    (void)base;
    if (strcmp(name, ":memory:") != 0)
        config->database = resolve(config, config->path, name);
    config->store_url = talloc_asprintf(config, "sqlite:%s", config->database ? config->database : name);
    return config->store_url != NULL;
}

static const char *check_address(void *mem, const struct config_option *option, const char *text,
                                 const char *path)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    char *host = talloc_strndup(mem, text, length);
    struct in6_addr address;
    bool is_good;

    (void)option, (void)path;
    if (!host || !colon || !matches(colon + 1, "^[0-9]{1,5}$"))
        return "is no address and port like 127.0.0.1:8080";
    if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
        host[length - 1] = '\0';
        is_good = inet_pton(AF_INET6, host + 1, &address) == 1;
    } else {
        is_good = strcmp(host, "localhost") == 0 || inet_pton(AF_INET, host, &address) == 1;
    }
    if (!is_good)
        return "is no address and port like 127.0.0.1:8080";
    return atol(colon + 1) <= 65535 ? NULL : "has a port above 65535";
}

static const char *check_folder(void *mem, const struct config_option *option, const char *text,
                                const char *path)
{
    char *folder = resolve(mem, path, text);
    struct stat status;

    (void)option;
    if (stat(folder, &status) == 0 && !S_ISDIR(status.st_mode))
        return "is no folder";
    return access(folder, R_OK | X_OK) == 0 ? NULL
                                            : talloc_asprintf(mem, "cannot be read: %s", strerror(errno));
}

static bool put_path(struct config *config, char *base, const struct config_option *option, cfg_t *section)
{
    const char *text = cfg_getstr(section, option->name), **field = string_field(base, option);

    *field = text ? resolve(config, config->path, text) : NULL;
    return !text || *field;
}

static const char *check_url(void *mem, const struct config_option *option, const char *text,
                             const char *path)
{
    (void)mem, (void)option, (void)path;
    if (matches(text, "^https://[^/@ ]+(/[^ ]*)?$") ||
        matches(text, "^http://(127\\.[0-9.]+|localhost|\\[::1\\])(:[0-9]+)?(/[^ ]*)?$"))
        return NULL;
    return "is neither an https:// address nor an http:// one of this machine";
}

static const char *check_file(void *mem, const struct config_option *option, const char *text,
                              const char *path)
{
    const char *name = resolve(mem, path, text);

    (void)option;
    return access(name, R_OK) == 0 ? NULL : talloc_asprintf(mem, "cannot be read: %s", strerror(errno));
}

/* An address, or an address and the length of its prefix: 10.0.0.0/8, 2001:db8::/32. */
static const char *check_network(void *mem, const struct config_option *option, const char *text,
                                 const char *path)
{
    char *host = talloc_strdup(mem, text), *slash = host ? strchr(host, '/') : NULL;
    unsigned char address[16];
    long most;

    (void)option, (void)path;
    if (slash)
        *slash = '\0';
    if (host && inet_pton(AF_INET, host, address) == 1)
        most = 32;
    else if (host && inet_pton(AF_INET6, host, address) == 1)
        most = 128;
    else
        return "is no address or network like 203.0.113.0/24";
    if (slash && (!matches(slash + 1, "^[0-9]{1,3}$") || atol(slash + 1) > most))
        return talloc_asprintf(mem, "has a prefix that is not from 0 to %ld", most);
    return NULL;
}

static const char *check_date(void *mem, const struct config_option *option, const char *text,
                              const char *path)
{
    struct tm date = { 0 };
    const char *end;

    (void)mem, (void)option, (void)path;
    end = matches(text, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$") ? strptime(text, "%Y-%m-%d", &date) : NULL;
    return end && !*end ? NULL : "is no date like 2027-01-01";
}

static const char *check_digit(void *mem, const struct config_option *option, const char *text,
                               const char *path)
{
    (void)mem, (void)option, (void)path;
    return matches(text, "^[0-9]?$") ? NULL : "is not one digit";
}

static const char *check_device(void *mem, const struct config_option *option, const char *text,
                                const char *path)
{
    (void)mem, (void)option, (void)path;
    if (strncmp(text, "usb:", 4) == 0 ? text[4] != '\0' : *text && !matches(text, "^(tty|COM|cu\\.)[^/]*$"))
        return NULL;
    return "is neither a path like /dev/ttyUSB2 nor usb:SERIAL nor usb:VID:PID";
}

static bool put_device(struct config *config, char *base, const struct config_option *option, cfg_t *section)
{
    bool is_path = strncmp(cfg_getstr(section, option->name), "usb:", 4) != 0;

    return (is_path ? put_path : put_string)(config, base, option, section);
}

static const char *check_code(void *mem, const struct config_option *option, const char *text,
                              const char *path)
{
    (void)mem, (void)option, (void)path;
    return matches(text, "^[*#0-9]{1,40}#$") ? NULL : "is no code like *100#";
}

static const char *read_secret_file(void *mem, const char *name, char *secret)
{
    FILE *file = fopen(name, "rb");
    size_t n;

    if (!file)
        return talloc_asprintf(mem, "cannot be read from %s: %s", name, strerror(errno));
    n = fread(secret, 1, SECRET_MOST, file);
    if (ferror(file) || n == SECRET_MOST) {
        const char *why = ferror(file) ? strerror(errno) : "more than a secret stands in it";

        fclose(file);
        return talloc_asprintf(mem, "cannot be read from %s: %s", name, why);
    }
    fclose(file);
    secret[n] = '\0';
    secret[strcspn(secret, "\r\n")] = '\0';
    return *secret ? NULL : talloc_asprintf(mem, "cannot be read from %s: nothing stands in it", name);
}

/* What is wrong, or NULL and the secret, at most SECRET_MOST octets with its NUL. */
static const char *read_secret(void *mem, const struct config_option *option, const char *text,
                               const char *path, char *secret)
{
    const char *value = text;

    if (strncmp(text, "file:", 5) == 0)
        return read_secret_file(mem, resolve(mem, path, text + 5), secret);
    if (strncmp(text, "env:", 4) == 0)
        value = getenv(text + 4);
    else if (!option->pattern || !matches(text, option->pattern))
        return "must be env:NAME or file:PATH, so that it does not stand here";
    if (!value || !*value)
        return talloc_asprintf(mem, "cannot be read: %s is not set in the environment", text + 4);
    if (strlen(value) >= SECRET_MOST)
        return "is too long";
    memcpy(secret, value, strlen(value) + 1);
    return NULL;
}

static const char *check_secret(void *mem, const struct config_option *option, const char *text,
                                const char *path)
{
    char secret[SECRET_MOST];
    const char *wrong = read_secret(mem, option, text, path, secret);

    if (!wrong && option->pattern && !matches(secret, option->pattern))
        wrong = option->pattern_words;
    explicit_bzero(secret, sizeof secret);
    return wrong;
}

static bool put_secret(struct config *config, char *base, const struct config_option *option, cfg_t *section)
{
    const char *text = cfg_getstr(section, option->name), **field = string_field(base, option);
    char secret[SECRET_MOST];
    bool is_good = true;

    if (text)
        is_good = !read_secret(config, option, text, config->path, secret);
    if (text && is_good)
        *field = talloc_strdup(config, secret);
    explicit_bzero(secret, sizeof secret);
    return is_good && (!text || *field);
}

const struct config_type config_yes_or_no = { "yes or no", CFGT_BOOL, .check = check_yes_or_no,
                                              .put = put_bool };
const struct config_type config_number = { "number", CFGT_INT, .check = check_number, .put = put_number };
const struct config_type config_text = { "text", CFGT_STR, .check = check_text, .put = put_string };
const struct config_type config_word = { "one of", CFGT_STR, .check = check_word, .put = put_string };
const struct config_type config_prefixes = { "list of prefixes", CFGT_STR, .is_list = true,
                                             .check = check_prefix, .put = put_list };
const struct config_type config_phone = { "phone number", CFGT_STR, .check = check_phone, .put = put_phone };
const struct config_type config_zone = { "time zone", CFGT_STR, .check = check_zone, .put = put_string };
const struct config_type config_hours = { "span of hours", CFGT_STR, .check = check_hours, .put = put_hours };
const struct config_type config_term = { "term", CFGT_STR, .check = check_term, .put = put_term };
const struct config_type config_store_url = { "sqlite:PATH", CFGT_STR, .check = check_store_url,
                                              .put = put_store_url };
const struct config_type config_address = { "address:port", CFGT_STR, .check = check_address,
                                            .put = put_string };
const struct config_type config_folder = { "folder", CFGT_STR, .check = check_folder, .put = put_path };
const struct config_type config_digit = { "digit", CFGT_STR, .check = check_digit, .put = put_string };
const struct config_type config_device = { "device", CFGT_STR, .check = check_device, .put = put_device };
const struct config_type config_code = { "USSD code", CFGT_STR, .check = check_code, .put = put_string };
const struct config_type config_secret = { "secret", CFGT_STR, .is_secret = true, .check = check_secret,
                                           .put = put_secret };
const struct config_type config_url = { "https URL", CFGT_STR, .check = check_url, .put = put_string };
const struct config_type config_file = { "file", CFGT_STR, .check = check_file, .put = put_path };
const struct config_type config_texts = { "list of words", CFGT_STR, .is_list = true, .check = check_text,
                                          .put = put_list };
const struct config_type config_dates = { "list of dates", CFGT_STR, .is_list = true, .check = check_date,
                                          .put = put_list };
const struct config_type config_networks = { "list of networks", CFGT_STR, .is_list = true,
                                             .check = check_network, .put = put_list };
