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
        config_advise(&problems, config);
    else
        TALLOC_FREE(config);
    problems_sort(&problems);
    *list = problems.list;
    *n = problems.n;
    talloc_free(copy);
    return config;
}

struct config *config_read(void *mem, const char *path, struct config_problem **list, size_t *n)
{
    bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "rb");
    char *text = talloc_size(mem, FILE_MOST);
    size_t length = file ? fread(text, 1, FILE_MOST, file) : 0;
    struct config *config = NULL;
    struct problems problems;

    problems_begin(&problems, mem, path);
    if (!file || ferror(file))
        problem_error(&problems, 0, "cannot be read: %s", strerror(errno));
    else if (length == FILE_MOST)
        problem_error(&problems, 0, "is longer than 1 MiB");
    *list = problems.list;
    *n = problems.n;
    if (problems.errors == 0)
        config = config_read_text(mem, path, text, length, list, n);
    if (file && !is_input)
        fclose(file);
    talloc_free(text);
    return config;
}
