#include "gateway/centre/figures.h"

#include <talloc.h>

#include "gateway/turn/dates.h"

static const struct {
    const char *name, *share;
    size_t part, whole;
} counts[] = {
#define COUNT(name, share, whole)                                                                   \
    {                                                                                               \
#name, share, offsetof(struct centre_figures, name), offsetof(struct centre_figures, whole) \
    }
    COUNT(cases, NULL, cases),
    COUNT(open, "open_percent", cases),
    COUNT(overdue, "overdue_percent", open),
    COUNT(closed, "closed_percent", cases),
    COUNT(rated, NULL, cases),
    COUNT(content, "content_percent", rated),
    COUNT(explained, NULL, cases),
    COUNT(out_of_scope, NULL, cases),
    COUNT(withdrawn, NULL, cases),
    COUNT(merged, NULL, cases),
};

enum { COUNTS = sizeof counts / sizeof *counts };

static int64_t *at(const struct centre_figures *figures, size_t offset)
{
    return (int64_t *)((char *)figures + offset);
}

static void add_number(struct json_object *object, const char *name, int64_t number)
{
    json_object_object_add(object, name, json_object_new_int64(number));
}

struct json_object *figures_of_county(const struct centre_figures *figures)
{
    struct json_object *object = json_object_new_object();

    json_object_object_add(object, "gateway", json_object_new_string(figures->gateway));
    json_object_object_add(object, "name", json_object_new_string(figures->name));
    for (size_t i = 0; i < COUNTS; i++)
        add_number(object, counts[i].name, *at(figures, counts[i].part));
    return object;
}

static struct json_object *with_shares(const struct centre_figures *figures)
{
    struct json_object *object = figures_of_county(figures);

    for (size_t i = 0; i < COUNTS; i++) {
        int64_t part = *at(figures, counts[i].part), whole = *at(figures, counts[i].whole);

        if (counts[i].share && whole >= FIGURES_FEWEST)
            add_number(object, counts[i].share, (200 * part + whole) / (2 * whole));
    }
    return object;
}

static void add_up(struct centre_figures *sum, const struct centre_figures *figures)
{
    for (size_t i = 0; i < COUNTS; i++)
        *at(sum, counts[i].part) += *at(figures, counts[i].part);
}

static void add_day(struct json_object *object, void *mem, const char *name, int64_t moment)
{
    if (moment > 0 && moment < INT64_MAX)
        json_object_object_add(object, name, json_object_new_string(date_text(mem, date_of(moment))));
}

struct json_object *figures_read(struct store *store, void *mem, int64_t since, int64_t until, int64_t now)
{
    struct centre_figures *figures, sum = { .gateway = "", .name = "" };
    struct json_object *object, *list;
    size_t n;

    if (!centre_figures(store, mem, since, until, now, &figures, &n))
        return NULL;
    object = json_object_new_object();
    list = json_object_new_array();
    add_day(object, mem, "from", since);
    add_day(object, mem, "to", until < INT64_MAX ? until - 1 : until);
    add_day(object, mem, "today", now);
    for (size_t i = 0; i < n; i++) {
        add_up(&sum, &figures[i]);
        json_object_array_add(list, with_shares(&figures[i]));
    }
    json_object_object_add(object, "counties", list);
    json_object_object_add(object, "together", with_shares(&sum));
    add_number(object, "fewest", FIGURES_FEWEST);
    return object;
}

static void head(FILE *out, const char *name, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* A division code is digits; a name may hold anything, so it is no label. */
static void write_feeds(const struct feed *feeds, size_t n, FILE *out)
{
    head(out, "xiangyin_centre_county_rows", "Journal rows of the county that the centre has.");
    for (size_t i = 0; i < n; i++)
        fprintf(out, "xiangyin_centre_county_rows{gateway=\"%s\"} %lld\n", feeds[i].gateway,
                (long long)feeds[i].seq);
    head(out, "xiangyin_centre_county_heard_seconds",
         "When the county was heard last, in unix seconds; 0: never.");
    for (size_t i = 0; i < n; i++)
        fprintf(out, "xiangyin_centre_county_heard_seconds{gateway=\"%s\"} %lld\n", feeds[i].gateway,
                (long long)feeds[i].heard_at);
    head(out, "xiangyin_centre_county_stopped",
         "Whether no row of the county is taken until someone looked.");
    for (size_t i = 0; i < n; i++)
        fprintf(out, "xiangyin_centre_county_stopped{gateway=\"%s\"} %d\n", feeds[i].gateway,
                *feeds[i].stopped != '\0');
}

bool figures_write_metrics(struct store *store, void *mem, int64_t now, FILE *out)
{
    struct centre_figures *figures;
    struct feed *feeds;
    size_t n, n_feeds;

    if (!centre_figures(store, mem, 0, INT64_MAX, now, &figures, &n) ||
        !centre_feeds(store, mem, &feeds, &n_feeds))
        return false;
    head(out, "xiangyin_centre_county_cases", "Cases of the county by what became of them; none restricted.");
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < COUNTS; c++)
            fprintf(out, "xiangyin_centre_county_cases{gateway=\"%s\",count=\"%s\"} %lld\n",
                    figures[i].gateway, counts[c].name, (long long)*at(&figures[i], counts[c].part));
    write_feeds(feeds, n_feeds, out);
    return true;
}
