#include "gateway/conversation/cadre/cadre_duty.h"

#include <string.h>

#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"

static bool is_off(const char *word)
{
    return strcmp(word, "下班") == 0 || strcmp(word, "off") == 0;
}

/* Tells whoever was on duty before that somebody else is. */
static bool tell_relieved(struct talk *talk, const char *before, const struct unit *unit)
{
    struct json_object *facts = facts_text(NULL, "unit", unit->name, CLIP_HINT);

    facts_text(facts, "name", talk->person->name, CLIP_HINT);
    return notify(talk->turn,
                  &(struct notify){ .to = before,
                                    .name = "duty-taken",
                                    .data = facts,
                                    .priority = PRIORITY_NOTICE,
                                    .event_id = talk->event->id },
                  NULL);
}

/* Says which cases they will hear of: the discipline unit and supervisors hear of those that accuse, too. */
static bool begin(struct talk *talk, const char *before, const struct unit *unit)
{
    bool oversees = talk->person->roles & ROLE_SUPERVISOR || strcmp(unit->duty, "discipline") == 0;
    struct json_object *facts = facts_text(NULL, "unit", unit->name, CLIP_HINT);

    facts_flag(facts, "oversees", oversees);
    facts_flag(facts, "quiet", talk->turn->config->quiet_from != talk->turn->config->quiet_until);
    if (!store_set_on_duty(talk->turn->store, unit->id, talk->event->from)) {
        json_object_put(facts);
        return false;
    }
    return talk_answer(talk, "on-duty", facts, NULL) &&
           (!before || strcmp(before, talk->event->from) == 0 || tell_relieved(talk, before, unit));
}

static bool end(struct talk *talk, const char *before, const struct unit *unit)
{
    bool is_theirs = before && strcmp(before, talk->event->from) == 0;

    return (!is_theirs || store_set_on_duty(talk->turn->store, unit->id, NULL)) &&
           talk_answer(talk, "off-duty", NULL, NULL);
}

static bool change(struct talk *talk, bool ends)
{
    const struct unit *unit = NULL;
    const char *before;

    if (talk->person->unit && !cache_unit(talk->turn, talk->person->unit, &unit))
        return false;
    if (!unit)
        return talk_answer_form(talk, NULL);
    return store_on_duty(talk->turn->store, talk->turn->mem, unit->id, &before) &&
           (ends ? end(talk, before, unit) : begin(talk, before, unit)) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

bool cadre_duty(struct talk *talk)
{
    bool ends = is_off(talk->match.rest_normal);

    return *talk->match.rest_normal && !ends ? talk_answer_form(talk, NULL) : change(talk, ends);
}

bool cadre_off_duty(struct talk *talk)
{
    return change(talk, true);
}
