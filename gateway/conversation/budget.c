#include "gateway/conversation/budget.h"

#include <string.h>

#include "gateway/conversation/sender.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "store/senders.h"

enum { ANSWER = 1000 /* tokens */, HOUR_SECONDS = 3600, ALERT_PERCENT = 80 };

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

static bool is_receipt_of_danger(const struct talk *talk, const char *name)
{
    static const char *const receipts[] = { "received", "joined", "added", "restricted", "danger", NULL };

    return talk->understood && talk->understood->urgency == URGENCY_URGENT && is_one_of(name, receipts);
}

static bool is_code(const char *name)
{
    static const char *const codes[] = { "confirm", "confirm-sender", NULL };

    return is_one_of(name, codes);
}

/* Brings the sender's bucket and count up to this moment. */
static void refill(const struct config *config, int64_t now, struct answer_budget *budget)
{
    int64_t most = (int64_t)config->answers_burst * ANSWER, passed = now - budget->filled_at;

    if (passed > 0)
        budget->tokens +=
            (passed < DAY_SECONDS ? passed : DAY_SECONDS) * config->answers_per_hour * ANSWER / HOUR_SECONDS;
    if (budget->filled_at == 0 || budget->tokens > most)
        budget->tokens = most;
    budget->filled_at = now;
    if (budget->day != date_number(now)) {
        budget->day = date_number(now);
        budget->today = 0;
    }
}

static bool take_from_sender(struct talk *talk, bool *may)
{
    const struct config *config = talk->turn->config;
    struct answer_budget *budget = &talk->person->budget;

    refill(config, talk->turn->now, budget);
    *may = (!config->answers_per_hour || budget->tokens >= ANSWER) &&
           (!config->answers_per_day || budget->today < config->answers_per_day);
    if (*may) {
        budget->tokens -= ANSWER;
        budget->today++;
    }
    return store_set_answer_budget(talk->turn->store, talk->event->from, budget);
}

static bool alert(struct talk *talk, const struct answer_day *day)
{
    const struct config *config = talk->turn->config;
    struct json_object *facts;

    if (!config->operator_phone)
        return true;
    facts = facts_number(facts_number(NULL, "number", day->answered), "limit", config->all_answers_per_day);
    return notify(talk->turn,
                  &(struct notify){ .to = config->operator_phone,
                                    .name = "alert-answers",
                                    .data = facts,
                                    .priority = PRIORITY_NOTICE,
                                    .is_operators = true },
                  NULL);
}

/* counts: whether the gateway's budget counts this answer. */
static bool take_from_all(struct talk *talk, bool counts, bool *may)
{
    int limit = talk->turn->config->all_answers_per_day;
    struct answer_day day;

    if (!store_answer_day(talk->turn->store, date_number(talk->turn->now), &day))
        return false;
    *may = *may && (!counts || !limit || day.answered < limit);
    day.answered += *may && counts;
    day.withheld += !*may;
    if (limit && !day.is_alerted && day.answered * 100 >= (int64_t)limit * ALERT_PERCENT) {
        day.is_alerted = true;
        if (!alert(talk, &day))
            return false;
    }
    return store_put_answer_day(talk->turn->store, &day);
}

bool budget_take(struct talk *talk, const char *name, bool *may)
{
    bool is_cadre = talk->person->roles, is_proven = false;

    *may = true;
    if (is_receipt_of_danger(talk, name))
        return true;
    if (is_cadre && !sender_is_proven(talk, &is_proven))
        return false;
    return is_proven ||
           (take_from_sender(talk, may) && take_from_all(talk, !is_cadre && !is_code(name), may));
}
