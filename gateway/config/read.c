#include "gateway/config.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>
#include <unistr.h>

#include "gateway/config/structure.h"
#include "gateway/config/table.h"
#include "gateway/provider/provider.h"

enum { FILE_MOST = 1 << 20 };

const char *config_default_path(void)
{
    return access("xiangyin.conf", R_OK) == 0 ? "xiangyin.conf" : "/etc/xiangyin/xiangyin.conf";
}

/* A row of our table as libconfuse wants it. */
static cfg_opt_t confuse_option(const struct config_option *option)
{
    bool is_on = option->preset && strcmp(option->preset, "yes") == 0;
    cfg_flag_t flags = option->preset || option->type->is_list ? CFGF_NONE : CFGF_NODEFAULT;

    if (option->type->is_list)
        return (cfg_opt_t)CFG_STR_LIST(option->name, NULL, flags);
    if (option->type->kind == CFGT_INT)
        return (cfg_opt_t)CFG_INT(option->name, option->preset ? atol(option->preset) : 0, flags);
    if (option->type->kind == CFGT_BOOL)
        return (cfg_opt_t)CFG_BOOL(option->name, is_on ? cfg_true : cfg_false, flags);
    return (cfg_opt_t)CFG_STR(option->name, option->preset, flags);
}

/* The options of a section, with room for more behind them and an end. */
static cfg_opt_t *confuse_options(void *mem, const struct config_section *section, size_t room, size_t *n)
{
    cfg_opt_t *options;

    for (*n = 0; section->options[*n].name; (*n)++)
        ;
    options = talloc_zero_array(mem, cfg_opt_t, *n + room + 1);
    for (size_t i = 0; options && i < *n; i++)
        options[i] = confuse_option(&section->options[i]);
    if (options)
        options[*n + room] = (cfg_opt_t)CFG_END();
    return options;
}

static cfg_opt_t *confuse_table(void *mem)
{
    size_t n_sections = 0, n, unused;
    cfg_opt_t *options, *inner;

    while (config_sections[n_sections + 1].name)
        n_sections++;
    options = confuse_options(mem, config_sections, n_sections, &n);
    for (size_t i = 0; options && i < n_sections; i++) {
        const struct config_section *section = &config_sections[i + 1];
        cfg_flag_t flags = section->has_title   ? CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES
                           : section->is_always ? CFGF_NONE
                                                : CFGF_NODEFAULT;

        inner = confuse_options(mem, section, 0, &unused);
        if (!inner)
            return NULL;
        options[n + i] = (cfg_opt_t)CFG_SEC(section->name, inner, flags);
    }
    return options;
}

static bool put_options(struct config *config, char *base, const struct config_section *section, cfg_t *from)
{
    for (const struct config_option *option = section->options; option->name; option++)
        if (!option->type->put(config, base, option, from))
            return false;
    return true;
}

static bool put_titled(struct config *config, const struct config_section *section, cfg_t *cfg)
{
    size_t n = cfg_size(cfg, section->name);
    char *array = talloc_zero_size(config, n * section->size + 1);

    if (!array)
        return false;
    for (size_t i = 0; i < n; i++) {
        cfg_t *from = cfg_getnsec(cfg, section->name, (unsigned)i);
        char *base = array + i * section->size;
        const char *title = talloc_strdup(config, cfg_title(from));

        *(const char **)(void *)(base + section->title_at) = title;
        if (!title || !put_options(config, base, section, from))
            return false;
    }
    *(void **)(void *)((char *)config + section->array_at) = array;
    *(size_t *)(void *)((char *)config + section->count_at) = n;
    return true;
}

static bool put_sections(struct config *config, cfg_t *cfg)
{
    if (!put_options(config, (char *)config, config_sections, cfg))
        return false;
    for (const struct config_section *section = config_sections + 1; section->name; section++) {
        if (section->has_title) {
            if (!put_titled(config, section, cfg))
                return false;
        } else if (cfg_size(cfg, section->name) > 0 &&
                   !put_options(config, (char *)config, section, cfg_getsec(cfg, section->name))) {
            return false;
        }
    }
    return true;
}

/* What libconfuse says is kept for the one case that it refuses what we did not. */
static void keep_quiet(cfg_t *cfg, const char *format, va_list arguments)
{
    (void)cfg, (void)format, (void)arguments;
}

static bool can_send(const struct config *config)
{
    for (size_t i = 0; i < config->n_modems; i++)
        if (config->modems[i].sends)
            return true;
    for (size_t i = 0; i < config->n_providers; i++)
        if (provider_sends(&config->providers[i]))
            return true;
    return false;
}

static void warn_of_what_is_read(struct problems *problems, const struct config *config)
{
    static const char *const own[] = { "127.", "[::1]", "localhost" };
    bool is_open = config->http_listen && !config->http_certificate;

    for (size_t i = 0; is_open && i < sizeof own / sizeof *own; i++)
        is_open = strncmp(config->http_listen, own[i], strlen(own[i])) != 0;
    if (is_open)
        problem_warning(problems, 0,
                        "http is open to other machines without TLS: give certificate and key, or put a "
                        "proxy before it");
    if (config->n_modems + config->n_providers == 0)
        problem_warning(problems, 0,
                        "there is no modem and no provider: nothing comes in and nothing goes out");
    else if (!can_send(config))
        problem_warning(problems, 0, "no line sends: whatever should go out waits for ever");
}

static struct config *read_checked(void *mem, struct problems *problems, const char *text)
{
    struct config *config = talloc_zero(mem, struct config);
    cfg_opt_t *options = config ? confuse_table(config) : NULL;
    cfg_t *cfg = options ? cfg_init(options, CFGF_NONE) : NULL;
    bool is_read;

    if (!cfg) {
        problem_error(problems, 0, "no memory");
        return NULL;
    }
    cfg_set_error_function(cfg, keep_quiet);
    config->path = talloc_strdup(config, problems->path);
    is_read = config->path && cfg_parse_buf(cfg, text) == CFG_SUCCESS && put_sections(config, cfg);
    if (!is_read)
        problem_error(problems, cfg->line, "cannot be read as a whole");
    cfg_free(cfg);
    for (size_t i = 0; is_read && i < config->n_providers; i++)
        config->providers[i].sends = provider_sends(&config->providers[i]);
    if (is_read)
        warn_of_what_is_read(problems, config);
    return is_read ? config : NULL;
}

/* The first line that holds what no text does; 0 when there is none. */
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
    struct config *config = NULL;
    int bad_line = find_bad_octet(text, length);
    char *copy = talloc_strndup(mem, text, length);

    problems_begin(&problems, mem, path);
    if (copy && strncmp(copy, "\xef\xbb\xbf", 3) == 0)
        memmove(copy, copy + 3, strlen(copy + 3) + 1);
    if (bad_line)
        problem_error(&problems, bad_line, "is not written in UTF-8");
    else if (copy)
        structure_check(&problems, copy);
    if (copy && problems.errors == 0)
        config = read_checked(mem, &problems, copy);
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
    size_t length = file && text ? fread(text, 1, FILE_MOST, file) : 0;
    struct config *config = NULL;
    struct problems problems;

    problems_begin(&problems, mem, path);
    if (!file || !text || ferror(file))
        problem_error(&problems, 0, "cannot be read: %s", strerror(errno));
    else if (length == FILE_MOST)
        problem_error(&problems, 0, "is longer than a configuration can be");
    *list = problems.list;
    *n = problems.n;
    if (problems.errors == 0)
        config = config_read_text(mem, path, text, length, list, n);
    if (file && !is_input)
        fclose(file);
    talloc_free(text);
    return config;
}
