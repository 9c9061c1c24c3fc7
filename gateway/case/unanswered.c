#include "gateway/case/unanswered.h"

#include "gateway/case/cases.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "gateway/turn/own_text.h"
#include "gateway/understand/intent.h"
#include "store/events.h"

#include <stdint.h>
#include <string.h>
#include <talloc.h>

enum { DAYS_MOST = 7, LOOK_BACK = 20 };

struct waiting {
    struct turn *turn;
    struct event *events; /* oldest first */
    size_t n;
};

static bool was_asked(const struct event *event)
{
    return event->why && event->text && *event->text &&
           (strncmp(event->why, ASKED_MEANING, strlen(ASKED_MEANING)) == 0 ||
            strncmp(event->why, ASKED_RATING, strlen(ASKED_RATING)) == 0);
}

static bool keep_event(const struct event *event, void *arg)
{
    struct waiting *waiting = arg;
    void *mem = waiting->turn->mem;
    struct event *kept;

    if (!was_asked(event))
        return true;
    waiting->events = talloc_realloc(mem, waiting->events, struct event, (unsigned)waiting->n + 1);
    kept = &waiting->events[waiting->n++];
    *kept = *event;
    kept->line = talloc_strdup(mem, event->line);
    kept->from = talloc_strdup(mem, event->from);
    kept->text = talloc_strdup(mem, event->text);
    kept->why = talloc_strdup(mem, event->why);
    kept->to = kept->external_id = kept->raw = kept->outcome = NULL;
    return true;
}

/* Whether the sender wrote anything since that was understood: they said what they meant, or let it go. */
static bool was_answered(struct turn *turn, const struct event *event, bool *is_so)
{
    static const enum event_outcome answers[] = { OUTCOME_CASE, OUTCOME_ADDED, OUTCOME_COMMAND,
                                                  OUTCOME_ANSWERED };
    int64_t before = INT64_MAX;

    *is_so = false;
    for (int i = 0; i < LOOK_BACK && !*is_so; i++) {
        struct event *last;

        if (!store_last_text(turn->store, turn->mem, event->from, before, &last))
            return false;
        if (!last || last->id <= event->id)
            return true;
        for (size_t k = 0; k < sizeof answers / sizeof *answers; k++)
            *is_so |= last->outcome && strcmp(last->outcome, event_outcome_name(answers[k])) == 0;
        before = last->id;
    }
    return true;
}

/* The newest open case of the sender; NULL: there is none. */
static bool find_open(struct turn *turn, const char *from, struct case_ **case_)
{
    struct case_filter open = { .reporter = from, .states = OPEN_STATES, .newest_first = true, .limit = 1 };
    size_t n;

    if (!store_cases(turn->store, turn->mem, &open, case_, &n))
        return false;
    if (n == 0)
        *case_ = NULL;
    return true;
}

/* What the event's text most likely is, in the situation in which it came. */
static enum intent_kind kind_of(struct turn *turn, const struct event *event,
                                const struct understood *understood, bool has_open)
{
    enum situation situation = has_open ? SITUATION_OPEN : SITUATION_NONE;
    struct intent intent;

    if (strncmp(event->why, ASKED_RATING, strlen(ASKED_RATING)) == 0)
        situation = SITUATION_RATING;
    intent_read(turn->understanding, turn->mem, understood, situation, &intent);
    return intent.kind;
}

static bool tell(struct turn *turn, const struct event *event, const struct case_ *case_)
{
    struct json_object *facts;

    if (!facts_of_case(turn, case_, &facts))
        return false;
    return notify(turn,
                  &(struct notify){ .to = event->from,
                                    .name = "taken-up",
                                    .data = facts,
                                    .priority = PRIORITY_NOTICE,
                                    .line = event->line,
                                    .case_id = case_->id },
                  NULL);
}

static bool join(struct turn *turn, const struct event *event, const struct understood *understood,
                 struct case_ *case_)
{
    struct person *sender;
    struct action action = { .act = ACT_ADD,
                             .case_ = case_,
                             .words = event->text,
                             .line = event->line,
                             .event_id = event->id,
                             .sent_at = event->at,
                             .understood = understood };

    if (!store_person(turn->store, turn->mem, event->from, &sender))
        return false;
    action.by = sender ? sender : &(struct person){ .phone = event->from, .language = "" };
    return cases_take(turn, &action);
}

static bool take_up(struct turn *turn, struct event *event, struct case_ **case_)
{
    struct understood *understood = talloc(turn->mem, struct understood);
    struct opening opening = { .event = event, .understood = understood };
    struct case_ *open;
    enum intent_kind kind;
    bool is_matter;

    *case_ = NULL;
    if (!find_open(turn, event->from, &open) || !own_text_strip(turn, event->from, &event->text))
        return false;
    understand(turn->understanding, turn->mem, event->text, understood);
    kind = kind_of(turn, event, understood, open != NULL);
    is_matter = kind == INTENT_COMPLAINT || kind == INTENT_BOTH;
    if (!is_matter && strncmp(event->why, ASKED_RATING, strlen(ASKED_RATING)) == 0)
        return true; /* it is the remark of a rating that never came */
    *case_ = open;
    if (open && !is_matter)
        return join(turn, event, understood, open);
    return cases_open(turn, &opening, case_) && tell(turn, event, *case_);
}

static bool finish(struct turn *turn, struct event *event, const struct case_ *case_)
{
    event->outcome = event_outcome_name(case_ ? OUTCOME_CASE : OUTCOME_ANSWERED);
    event->case_id = case_ ? case_->id : event->case_id;
    event->why = talloc_asprintf(turn->mem, "%s; asked, and not answered within a day", event->why);
    return store_finish_event(turn->store, event);
}

bool unanswered_take_up(struct turn *turn, void (*taken)(void *arg, const struct case_ *case_), void *arg)
{
    struct waiting waiting = { .turn = turn };
    struct event_filter filter = { .outcome = event_outcome_name(OUTCOME_WAITING),
                                   .since = turn->now - (int64_t)DAYS_MOST * DAY_SECONDS };

    if (!store_each_event(turn->store, &filter, keep_event, &waiting))
        return false;
    for (size_t i = 0; i < waiting.n; i++) {
        struct event *event = &waiting.events[i];
        struct case_ *case_;
        bool is_answered;

        if (event->received_at > turn->now - DAY_SECONDS)
            continue;
        if (!was_answered(turn, event, &is_answered))
            return false;
        if (is_answered)
            continue;
        if (!take_up(turn, event, &case_) || !finish(turn, event, case_))
            return false;
        if (case_)
            taken(arg, case_);
    }
    return true;
}
