#include "gateway/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>
#include <unistr.h>

#include "gateway/config/advice.h"
#include "gateway/config/parse.h"
#include "gateway/config/table.h"
#include "gateway/provider/provider.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

enum { FILE_MOST = 1 << 20 };

const char *config_default_path(void)
{
    return access("xiangyin.conf", R_OK) == 0 ? "xiangyin.conf" : "/etc/xiangyin/xiangyin.conf";
}

/* The line of the first octet that is a NUL or not UTF-8; 0 when there is none. */
static int find_bad_octet(const char *text, size_t length)
{
    const uint8_t *bad = u8_check((const uint8_t *)text, length), *zero = memchr(text, '\0', length);
    int line = 1;

    if (zero && (!bad || zero < bad))
        bad = zero;
    for (const char *c = text; bad && c < (const char *)bad; c++)
        line += *c == '\n';
    return bad ? line : 0;
}

struct config *config_read_text(void *mem, const char *path, const char *text, size_t length,
                                struct config_problem **list, size_t *n)
{
    struct problems problems;
    struct config *config = talloc_zero(mem, struct config);
    int bad_line = find_bad_octet(text, length);
    char *copy = talloc_strndup(mem, text, length);

    problems_begin(&problems, mem, path);
    config->path = talloc_strdup(config, path);
    if (bad_line)
        problem_error(&problems, bad_line, "is not UTF-8");
    else
        parse_text(config, &problems, copy + (strncmp(copy, BYTE_ORDER_MARK, 3) == 0 ? 3 : 0));
    for (size_t i = 0; problems.errors == 0 && i < config->n_providers; i++)
        config->providers[i].sends = provider_sends(&config->providers[i]);
    if (problems.errors == 0)
        config_check_page(&problems, config);
    if (problems.errors == 0)
        config_advise(&problems, config);
    else
        TALLOC_FREE(config);
    problems_sort(&problems);
    *list = problems.list;
    *n = problems.n;
    talloc_free(copy);
    return config;
}

/* The file's text, at most FILE_MOST octets; NULL, and a problem, when it cannot be read. */
static char *read_text(void *mem, const char *path, struct problems *problems, size_t *length)
{
    bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "rb");
    char *text = talloc_size(mem, FILE_MOST);

    *length = file ? fread(text, 1, FILE_MOST, file) : 0;
    if (!file || ferror(file))
        problem_error(problems, 0, "cannot be read: %s", problem_words(strerror(errno)));
    else if (*length == FILE_MOST)
        problem_error(problems, 0, "is longer than 1 MiB");
    if (file && !is_input)
        fclose(file);
    if (problems->errors > 0)
        TALLOC_FREE(text);
    return text;
}

struct config *config_read(void *mem, const char *path, struct config_problem **list, size_t *n)
{
    struct config *config = NULL;
    struct problems problems;
    size_t length;

    problems_begin(&problems, mem, path);
    char *text = read_text(mem, path, &problems, &length);
    *list = problems.list;
    *n = problems.n;
    if (text)
        config = config_read_text(mem, path, text, length, list, n);
    talloc_free(text);
    return config;
}

const char **config_devices(void *mem, const char *path, size_t *n)
{
    void *scratch = talloc_new(NULL);
    struct config *config = talloc_zero(scratch, struct config);
    struct problems problems;
    const char **devices = talloc_array(mem, const char *, 0);
    size_t length;

    *n = 0;
    config->path = path;
    problems_begin(&problems, scratch, path);
    char *text = read_text(scratch, path, &problems, &length);
    if (text && !find_bad_octet(text, length))
        parse_text(config, &problems, talloc_strndup(scratch, text, length));
    for (size_t i = 0; i < config->n_modems; i++) {
        if (!config->modems[i].device)
            continue;
        devices = talloc_realloc(mem, devices, const char *, (unsigned)*n + 1);
        devices[(*n)++] = talloc_strdup(devices, config->modems[i].device);
    }
    talloc_free(scratch);
    return devices;
}
