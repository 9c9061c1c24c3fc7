#include <malloc.h>
#include <stdarg.h>
#include <talloc.h>

#include "gateway/command/run/run.h"
#include "gateway/config/compare.h"
#include "gateway/log.h"

/* The lines a reload reports, to the log and to whoever asked. */
struct account {
    void *mem;
    char *words;
};

static void tell(struct account *account, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell(struct account *account, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *line = talloc_vasprintf(account->mem, format, arguments);
    va_end(arguments);
    log_warning("reload: %s", line);
    account->words = talloc_asprintf_append(account->words, "\n%s", line);
}

/* Reads the configuration. NULL: it cannot be used, and the reason was told. */
static struct config *read_again(struct account *account, void *mem, const char *path)
{
    struct config_problem *problems;
    size_t n;
    struct config *config = config_read(mem, path, &problems, &n);

    for (size_t i = 0; i < n; i++)
        if (!problems[i].is_warning || config)
            tell(account, "%s", problems[i].text);
    return config;
}

/* Tells each difference that needs a restart, and returns how many there are. */
static size_t tell_unchangeable(struct account *account, const struct config *old, const struct config *new)
{
    size_t n, left = 0;
    const struct config_difference *list = config_differences(account->mem, old, new, &n);

    for (size_t i = 0; i < n; i++) {
        if (list[i].is_live)
            continue;
        tell(account, "%s differs from what runs: it needs a restart", list[i].what);
        left++;
    }
    return left;
}

/* Gives the desk the running configuration with the new one's live options, and the templates. Those of the
 * program do not change, and a second reading of them would stay in memory beside the first. */
static bool renew_desk(struct gateway *gateway, void *mem, const struct config *new, const char **error)
{
    const char *folder = gateway->config->templates;
    const struct words *words = folder ? words_open_texts(mem, folder, error) : gateway->words;
    struct config *merged = talloc_memdup(mem, gateway->config, sizeof *merged);

    if (!words)
        return false;
    config_take_live(merged, new);
    desk_renew(gateway->desk, mem, merged, words);
    desk_refresh(gateway->desk);
    return true;
}

/* Files that somebody may have meant for the page, which are not read. */
static void tell_built_in(struct account *account, const struct gateway *gateway)
{
    const char *files = gateway->page ? page_built_in(gateway->page, account->mem) : NULL;

    if (files)
        tell(account, "%s: not read, for the page's own is built into the program", files);
}

/* Applies all that can change while running. False: nothing has changed. */
static bool take_anew(struct account *account, struct gateway *gateway, size_t *left)
{
    void *mem = talloc_new(NULL); /* belongs to the desk once desk_renew has it */
    const char *error = "";
    const struct config *new = read_again(account, mem, gateway->config->path);

    if (!new) {
        talloc_free(mem);
        return false;
    }
    *left = tell_unchangeable(account, gateway->config, new);
    log_from(new->log_level);
    lines_limit(gateway->lines, new);
    if ((gateway->page && !page_renew(gateway->page, account->mem, &error)) ||
        !renew_desk(gateway, mem, new, &error)) {
        tell(account, "%s", error);
        talloc_free(mem);
        return false;
    }
    tell_built_in(account, gateway);
    if (gateway->http && gateway->config->http_certificate && !http_server_reload(gateway->http)) {
        tell(account, "the certificate cannot be used; the old one stays in use");
        (*left)++;
    }
    return true;
}

const char *run_reload(void *mem, struct gateway *gateway)
{
    struct account account = { .mem = mem, .words = talloc_strdup(mem, "") };
    size_t left = 0;
    bool is_done = false;

    pthread_mutex_lock(&gateway->changing);
    if (!gateway->is_stopping)
        is_done = take_anew(&account, gateway, &left);
    pthread_mutex_unlock(&gateway->changing);
    malloc_trim(0); /* the old and new templates were in memory together */
    log_event(LOG_EVENT_RELOADED, "reload: %s", is_done ? "done" : "nothing has changed");
    return talloc_asprintf(mem, "%s%s",
                           !is_done   ? "refused"
                           : left > 0 ? "restart"
                                      : "reloaded",
                           account.words);
}

void run_reload_no_more(struct gateway *gateway)
{
    pthread_mutex_lock(&gateway->changing);
    gateway->is_stopping = true;
    pthread_mutex_unlock(&gateway->changing);
}
