#include "gateway/desk/alert.h"

#include <string.h>
#include <talloc.h>

#include "gateway/turn/notify.h"
#include "store/people.h"

struct alert {
    const char *name, *line, *words;
    long number;
};

/* The first other line that sends; NULL when there is none. */
static const char *other_line(const struct config *config, const char *line)
{
    for (size_t i = 0; i < config->n_modems; i++)
        if (config->modems[i].sends && strcmp(config->modems[i].name, line) != 0)
            return config->modems[i].name;
    return NULL;
}

static bool tell(struct turn *turn, const struct alert *alert, const char *phone)
{
    struct json_object *data = json_object_new_object();
    struct notify what = { .to = phone,
                           .name = alert->name,
                           .data = data,
                           .priority = PRIORITY_NOTICE,
                           .line = other_line(turn->config, alert->line),
                           .is_operators = true };

    json_object_object_add(data, "line", json_object_new_string(alert->line));
    json_object_object_add(data, "number", json_object_new_int64(alert->number));
    json_object_object_add(data, "words", json_object_new_string(alert->words));
    return notify(turn, &what, NULL);
}

static bool tell_all(struct turn *turn, void *arg)
{
    const struct alert *alert = arg;
    const char *configured = turn->config->operator_phone;
    struct person *people;
    size_t n;

    if (configured && !tell(turn, alert, configured))
        return false;
    if (!store_people(turn->store, turn->mem, ROLE_OPERATOR, 0, &people, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((!configured || strcmp(configured, people[i].phone) != 0) && !tell(turn, alert, people[i].phone))
            return false;
    return true;
}

bool alert_tell(struct turn *turn, const char *name, const char *line, long number, const char *words)
{
    struct alert alert = { .name = name, .line = line, .words = words, .number = number };

    return tell_all(turn, &alert);
}

void alert_post(struct desk *desk, const char *name, const char *line, long number, const char *words)
{
    struct alert *alert = talloc(NULL, struct alert);

    *alert = (struct alert){ .name = talloc_strdup(alert, name),
                             .line = talloc_strdup(alert, line),
                             .words = talloc_strdup(alert, words),
                             .number = number };
    desk_post(desk, tell_all, alert);
}
