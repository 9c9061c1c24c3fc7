#include "gateway/line/lines.h"

#include <string.h>
#include <talloc.h>

#include "gateway/line/modem.h"
#include "gateway/line/provider.h"
#include "gateway/log.h"

enum { SIGNAL_UNKNOWN = 99 }; /* 27.007 8.5 */

struct lines {
    struct line *all;
    size_t n;
};

static void *run(void *arg)
{
    struct line *line = arg;

    line->kind->run(line);
    return NULL;
}

/* Adds the line to the list once its thread runs. */
static bool start(struct lines *lines, const struct line *settings)
{
    struct line *line = &lines->all[lines->n];

    *line = *settings; /* nobody else knows it yet */
    if (pthread_create(&line->thread, NULL, run, line) != 0) {
        log_error("%s: cannot start a thread for this line", line->name);
        return false;
    }
    lines->n++;
    return true;
}

struct lines *lines_start(void *mem, const struct config *config, struct desk *desk)
{
    struct lines *lines = talloc_zero(mem, struct lines);

    lines->all = talloc_zero_array(lines, struct line, config->n_modems + config->n_providers);
    for (size_t i = 0; i < config->n_modems; i++) {
        const struct modem_config *modem = &config->modems[i];

        if (!start(lines, &(struct line){ .name = modem->name,
                                          .kind = &modem_line,
                                          .desk = desk,
                                          .config = config,
                                          .settings = modem,
                                          .state = modem_line_new(lines, modem),
                                          .sends = modem->sends,
                                          .per_minute = modem->per_minute,
                                          .per_day = modem->per_day,
                                          .signal = SIGNAL_UNKNOWN }))
            return lines;
    }
    for (size_t i = 0; i < config->n_providers; i++) {
        const struct provider_config *provider = &config->providers[i];

        if ((provider_sends(provider) || provider_polls(provider)) &&
            !start(lines, &(struct line){ .name = provider->name,
                                          .kind = &provider_line,
                                          .desk = desk,
                                          .config = config,
                                          .settings = provider,
                                          .state = provider_line_new(lines, config, provider),
                                          .sends = provider_sends(provider),
                                          .per_minute = provider->per_minute,
                                          .per_day = provider->per_day,
                                          .signal = SIGNAL_UNKNOWN }))
            return lines;
    }
    return lines;
}

static void limit(struct lines *lines, const char *name, const struct line_kind *kind, int per_minute,
                  int per_day)
{
    for (size_t i = 0; i < lines->n; i++) {
        struct line *line = &lines->all[i];

        if (line->kind != kind || strcmp(line->name, name) != 0)
            continue;
        atomic_store(&line->per_minute, per_minute);
        atomic_store(&line->per_day, per_day);
    }
}

void lines_limit(struct lines *lines, const struct config *config)
{
    for (size_t i = 0; i < config->n_modems; i++)
        limit(lines, config->modems[i].name, &modem_line, config->modems[i].per_minute,
              config->modems[i].per_day);
    for (size_t i = 0; i < config->n_providers; i++)
        limit(lines, config->providers[i].name, &provider_line, config->providers[i].per_minute,
              config->providers[i].per_day);
    lines_wake(lines);
}

size_t lines_up(const struct lines *lines)
{
    size_t up = 0;

    for (size_t i = 0; i < lines->n; i++)
        up += atomic_load(&lines->all[i].is_up);
    return up;
}

size_t lines_count(const struct lines *lines)
{
    return lines->n;
}

size_t lines_wait(struct lines *lines, int timeout_ms)
{
    size_t up = 0;

    for (size_t i = 0; i < lines->n; i++) {
        while (!atomic_load(&lines->all[i].has_tried) && timeout_ms > 0) {
            nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
            timeout_ms -= 5;
        }
        up += atomic_load(&lines->all[i].is_up);
    }
    return up;
}

void lines_wake(struct lines *lines)
{
    for (size_t i = 0; i < lines->n; i++)
        if (lines->all[i].sends)
            lines->all[i].kind->wake(&lines->all[i]);
}

/* A label's value: quotes, backslashes and line breaks are escaped. */
static void write_name(FILE *out, const char *name)
{
    for (; *name; name++) {
        if (*name == '"' || *name == '\\' || *name == '\n')
            fputc('\\', out);
        fputc(*name == '\n' ? 'n' : *name, out);
    }
}

static void write_gauge(FILE *out, const char *name, const struct line *line, int value)
{
    fprintf(out, "%s{line=\"", name);
    write_name(out, line->name);
    fprintf(out, "\"} %d\n", value);
}

void lines_write_metrics(FILE *out, void *arg)
{
    struct lines *lines = arg;

    fputs("# HELP xiangyin_line_up 1 if the line can receive texts.\n# TYPE xiangyin_line_up gauge\n", out);
    for (size_t i = 0; i < lines->n; i++)
        write_gauge(out, "xiangyin_line_up", &lines->all[i], atomic_load(&lines->all[i].is_up));
    fputs("# HELP xiangyin_modem_signal Signal strength of the modem, 0 to 31 (AT+CSQ).\n# TYPE "
          "xiangyin_modem_signal gauge\n",
          out);
    for (size_t i = 0; i < lines->n; i++)
        if (atomic_load(&lines->all[i].signal) != SIGNAL_UNKNOWN)
            write_gauge(out, "xiangyin_modem_signal", &lines->all[i], atomic_load(&lines->all[i].signal));
    fputs("# HELP xiangyin_modem_unread Messages left in the modem because they cannot be read.\n"
          "# TYPE xiangyin_modem_unread gauge\n",
          out);
    for (size_t i = 0; i < lines->n; i++)
        if (lines->all[i].kind == &modem_line)
            write_gauge(out, "xiangyin_modem_unread", &lines->all[i], atomic_load(&lines->all[i].unread));
}

void lines_stop(struct lines *lines)
{
    for (size_t i = 0; i < lines->n; i++) {
        atomic_store(&lines->all[i].is_stopping, true);
        lines->all[i].kind->wake(&lines->all[i]);
    }
    for (size_t i = 0; i < lines->n; i++)
        pthread_join(lines->all[i].thread, NULL);
}
